"""Two-way conversion between the stored shape and another version's shape, as data.

    to_v4, from_v4 = conversion(
        related_parties("relatedParty", "productOrderItem.product.relatedParty"),
        renamed("externalId", "externalIdentifier"),
        flattened("place", under="place"),
    )

Each step knows both directions, so that a round trip gives back what was stored. Documents are not changed in place:
only what lies on a converted path is copied.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tandem.kernel.json import Doc

Change = Callable[[Any], Any]
PARTY_TYPES = frozenset({"PartyRef", "PartyRoleRef"})


@dataclass(frozen=True, slots=True)
class Step:
    """One difference between two versions; `out` leads to the wire, `back` to the store."""

    out: Callable[[Doc], Doc]
    back: Callable[[Doc], Doc]


def conversion(*steps: Step) -> tuple[Callable[[Doc], Doc], Callable[[Doc], Doc]]:
    """The pair `(to_wire, from_wire)` for an exposure: steps in order on the way out, in reverse on the way back."""

    def to_wire(doc: Doc) -> Doc:
        for step in steps:
            doc = step.out(doc)
        return doc

    def from_wire(doc: Doc) -> Doc:
        for step in reversed(steps):
            doc = step.back(doc)
        return doc

    return to_wire, from_wire


def renamed(stored: str, wire: str) -> Step:
    """The attribute at the path `stored` is called `wire` (a bare name) on the wire."""
    *parents, name = stored.split(".")
    return Step(
        out=lambda doc: _changed(doc, parents, lambda holder: _rename(holder, name, wire)),
        back=lambda doc: _changed(doc, parents, lambda holder: _rename(holder, wire, name)),
    )


def exchanged(path: str, values: Mapping[str, str]) -> Step:
    """The values at `path` have other words on the wire; Shape: `values` maps stored to wire, one to one."""
    reverse = {wire: stored for stored, wire in values.items()}
    segments = path.split(".")
    return Step(
        out=lambda doc: _changed(doc, segments, lambda value: _exchange(value, values)),
        back=lambda doc: _changed(doc, segments, lambda value: _exchange(value, reverse)),
    )


def listed(path: str) -> Step:
    """A list in the store, one value on the wire. What does not fit (a second item) is not shown by that version."""
    segments = path.split(".")
    return Step(
        out=lambda doc: _changed_whole(doc, segments, lambda value: value[0] if isinstance(value, list) else value),
        back=lambda doc: _changed_whole(doc, segments, lambda value: value if isinstance(value, list) else [value]),
    )


def single(path: str) -> Step:
    """One value in the store, a list of one on the wire."""
    reverse = listed(path)
    return Step(out=reverse.back, back=reverse.out)


def flattened(path: str, *, under: str, keep: tuple[str, ...] = ("role",)) -> Step:
    """`{role, <under>: {...}}` in the store, `{role, ...}` on the wire, as places, channels and parties have it."""
    segments = path.split(".")
    return Step(
        out=lambda doc: _changed(doc, segments, lambda value: _flat(value, under, keep)),
        back=lambda doc: _changed(doc, segments, lambda value: _deep(value, under, keep)),
    )


def related_parties(*paths: str) -> Step:
    """Parties of version 5 (`partyOrPartyRole`) in the store, of version 4 on the wire."""
    ways = [path.split(".") for path in paths]

    def out(doc: Doc) -> Doc:
        for way in ways:
            doc = _changed(doc, way, _party_to_v4)
        return doc

    def back(doc: Doc) -> Doc:
        for way in ways:
            doc = _changed(doc, way, _party_from_v4)
        return doc

    return Step(out=out, back=back)


def _changed(value: Any, segments: list[str], change: Change) -> Any:
    """A copy of `value` in which `change` was applied to everything at the path, entering arrays."""
    if isinstance(value, list):
        return [_changed(item, segments, change) for item in value]
    if not segments:
        return change(value)
    if not isinstance(value, dict) or segments[0] not in value:
        return value
    return {**value, segments[0]: _changed(value[segments[0]], segments[1:], change)}


def _changed_whole(value: Any, segments: list[str], change: Change) -> Any:
    """As `_changed`, but what stands at the end of the path is taken whole, also when it is an array."""
    if isinstance(value, list):
        return [_changed_whole(item, segments, change) for item in value]
    if not isinstance(value, dict) or segments[0] not in value:
        return value
    inner = value[segments[0]]
    if len(segments) > 1:
        return {**value, segments[0]: _changed_whole(inner, segments[1:], change)}
    if inner == []:
        return {name: kept for name, kept in value.items() if name != segments[0]}
    return {**value, segments[0]: change(inner)}


def _rename(holder: Any, old: str, new: str) -> Any:
    if not isinstance(holder, dict) or old not in holder:
        return holder
    return {new if name == old else name: value for name, value in holder.items()}


def _exchange(value: Any, values: Mapping[str, str]) -> Any:
    return values.get(value, value) if isinstance(value, str) else value


def _flat(value: Any, under: str, keep: tuple[str, ...]) -> Any:
    inner = value.get(under) if isinstance(value, dict) else None
    if not isinstance(inner, dict):
        return value
    return {**inner, **{name: value[name] for name in keep if name in value}}


def _deep(value: Any, under: str, keep: tuple[str, ...]) -> Any:
    if not isinstance(value, dict) or under in value:
        return value
    inner = {name: item for name, item in value.items() if name not in keep}
    return {**{name: value[name] for name in keep if name in value}, under: inner}


def _party_to_v4(value: Any) -> Any:
    flat = _flat(value, "partyOrPartyRole", ("role",))
    if flat is not value and flat.get("@type") in PARTY_TYPES:
        del flat["@type"]
        flat.setdefault("@referredType", "Party")
    return flat


def _party_from_v4(value: Any) -> Any:
    deep = _deep(value, "partyOrPartyRole", ("role",))
    if deep is not value and deep["partyOrPartyRole"].get("@type") == "RelatedParty":
        del deep["partyOrPartyRole"]["@type"]
    return deep
