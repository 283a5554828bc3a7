"""How numbers, SIMs and made resources follow the service that owns them, and what a state means for the service."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tandem.kernel.json import Doc
from tandem.oss.inventory.rules.standing import RETIRED, standing_of
from tandem.oss.inventory.terms import PoolKind

_FOLLOWS: Final[Mapping[tuple[PoolKind, str], Mapping[str, str]]] = {
    ("number", "active"): {"reserved": "in_use"},
    ("number", "terminated"): {"reserved": "available", "in_use": "quarantined"},
    ("sim", "active"): {"reserved": "active", "suspended": "active"},
    ("sim", "suspended"): {"active": "suspended"},
    ("sim", "inactive"): {"active": "suspended"},
    ("sim", "terminated"): {"reserved": "in_stock", "active": "terminated", "suspended": "terminated"},
}
_MADE: Final[Mapping[str, Mapping[str, str]]] = {
    "active": standing_of("in_use"),
    "suspended": standing_of("suspended"),
    "inactive": standing_of("suspended"),
    "terminated": RETIRED,
}
_OPERATING: Final[Mapping[str, str]] = {
    "active": "running",
    "suspended": "stopped",
    "inactive": "stopped",
    "terminated": "stopped",
}


def next_pool_state(kind: PoolKind, present: str, service_state: str) -> str | None:
    """The state that a number or SIM takes when its service takes one; none when it stays."""
    return _FOLLOWS.get((kind, service_state), {}).get(present)


def standing_beneath(service_state: str) -> Mapping[str, str] | None:
    """How a resource that was made for a service stands in a state of the service; none when it stays."""
    return _MADE.get(service_state)


def with_state_facts(before: Doc, after: Doc, at: str) -> Doc:
    """A service's document with what its new state means: dates, whether it is enabled, how it operates."""
    state = after.get("state")
    if state is None or state == before.get("state"):
        return after
    facts: Doc = {"isServiceEnabled": state == "active"}
    if state in _OPERATING:
        facts["operatingStatus"] = _OPERATING[state]
    if state == "active":
        facts["hasStarted"] = True
        facts["startDate"] = after.get("startDate", at)
    if state == "terminated":
        facts["endDate"] = at
    return {**after, **facts}
