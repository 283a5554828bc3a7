"""What a number's or SIM's own state means in the four states that the standard gives to every resource.

`reserved` with usage `idle` is held and not yet used; with usage `busy` it is used, and has no room for another user.

| own state   | resourceStatus | usageState | administrativeState | operationalState | lifecycleState |
|-------------|----------------|------------|---------------------|------------------|----------------|
| available   | available      | idle       | unlocked            | enabled          | installed      |
| in_stock    | available      | idle       | unlocked            | enabled          | installed      |
| reserved    | reserved       | idle       | unlocked            | enabled          | installed      |
| in_use      | reserved       | busy       | unlocked            | enabled          | installed      |
| active      | reserved       | busy       | unlocked            | enabled          | installed      |
| suspended   | suspended      | busy       | locked              | enabled          | installed      |
| quarantined | standby        | idle       | locked              | enabled          | installed      |
| ported_out  | unknown        | busy       | locked              | disabled         | installed      |
| lost        | unknown        | idle       | locked              | disabled         | pendingRemoval |
| terminated  | unknown        | idle       | locked              | disabled         | pendingRemoval |

Standard: TMF639 v4 ResourceStatusType; ITU-T X.731, 8.1 (usage, administrative, operational state).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tandem.kernel.json import Doc

_ATTRIBUTES: Final = ("resourceStatus", "usageState", "administrativeState", "operationalState", "lifecycleState")
_STANDING: Final[Mapping[str, tuple[str, str, str, str, str]]] = {
    "available": ("available", "idle", "unlocked", "enabled", "installed"),
    "in_stock": ("available", "idle", "unlocked", "enabled", "installed"),
    "reserved": ("reserved", "idle", "unlocked", "enabled", "installed"),
    "in_use": ("reserved", "busy", "unlocked", "enabled", "installed"),
    "active": ("reserved", "busy", "unlocked", "enabled", "installed"),
    "suspended": ("suspended", "busy", "locked", "enabled", "installed"),
    "quarantined": ("standby", "idle", "locked", "enabled", "installed"),
    "ported_out": ("unknown", "busy", "locked", "disabled", "installed"),
    "lost": ("unknown", "idle", "locked", "disabled", "pendingRemoval"),
    "terminated": ("unknown", "idle", "locked", "disabled", "pendingRemoval"),
}
RETIRED: Final[Mapping[str, str]] = dict(zip(_ATTRIBUTES, _STANDING["terminated"], strict=True))
"""How a resource that was made for one service stands when that service has ended."""

POOL_STATE: Final = "poolState"
HELD_FOR: Final = "heldFor"
HELD_UNTIL: Final = "heldUntil"
RESTS_UNTIL: Final = "restsUntil"
SERVICE: Final = "serviceId"
_OURS: Final = (POOL_STATE, HELD_FOR, HELD_UNTIL, RESTS_UNTIL, SERVICE)


def standing_of(state: str) -> dict[str, str]:
    """The standard's attributes for one of our own states."""
    return dict(zip(_ATTRIBUTES, _STANDING[state], strict=True))


def with_standing(doc: Doc, state: str, facts: Mapping[str, str | None]) -> Doc:
    """The resource's document in a new state; `facts` are the characteristics that belong to it, absent ones end."""
    kept = [one for one in doc.get("resourceCharacteristic", ()) if one.get("name") not in _OURS]
    ours = {POOL_STATE: state, **{name: value for name, value in facts.items() if value is not None}}
    characteristics = kept + [text_characteristic(name, value) for name, value in ours.items()]
    return {**doc, **standing_of(state), "resourceCharacteristic": characteristics}


def differs(before: Doc, after: Doc) -> str | None:
    """The first attribute of the standing in which two documents differ."""
    for name in (*_ATTRIBUTES, "value", "resourceSpecification"):
        if before.get(name) != after.get(name):
            return name
    ours = [
        [one for one in doc.get("resourceCharacteristic", ()) if one.get("name") in _OURS] for doc in (before, after)
    ]
    return "resourceCharacteristic" if ours[0] != ours[1] else None


def text_characteristic(name: str, value: str) -> Doc:
    """A characteristic that holds text."""
    return {"@type": "StringCharacteristic", "name": name, "valueType": "string", "value": value}


def values_of(characteristics: list[Doc]) -> dict[str, Any]:
    """Characteristics as name → value."""
    return {one["name"]: one.get("value") for one in characteristics if "name" in one}
