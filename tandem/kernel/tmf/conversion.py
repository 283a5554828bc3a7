"""Two-way conversion between the stored shape and another version's shape, as data.

    to_v4, from_v4 = conversion(
        related_parties("relatedParty"),
        renamed("externalId", "externalIdentifier"),
        flattened("place", under="place"),
        *beneath("productOrderItem.product", *differences_of_a_product),
    )

Each step knows both directions, so that a round trip gives back what was stored. Documents are not changed in place:
only what lies on a converted path is copied.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from tandem.kernel.json import Doc

Change = Callable[[Any], Any]
Path = tuple[str, ...]
PARTY_TYPES = frozenset({"PartyRef", "PartyRoleRef"})


def _same_path(path: Path) -> Path:
    return path


def _same_value(_path: Path, value: str) -> str:
    return value


@dataclass(frozen=True, slots=True)
class Sketch:
    """What a step does to the schema at a stored path, for the OpenAPI document."""

    kind: Literal["renamed", "exchanged", "flattened", "listed", "single"]
    path: Path
    detail: str = ""
    keep: tuple[str, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """One difference between two versions; `out` leads to the wire, `back` to the store.

    The other three say the same of paths (without indexes) and of single values, for filters and for errors.
    """

    out: Callable[[Doc], Doc]
    back: Callable[[Doc], Doc]
    wire_path: Callable[[Path], Path] = _same_path
    stored_path: Callable[[Path], Path] = _same_path
    stored_value: Callable[[Path, str], str] = _same_value
    sketch: Sketch | None = None


@dataclass(frozen=True, slots=True)
class Outward:
    """From the stored shape to the wire's."""

    steps: tuple[Step, ...]

    def __call__(self, doc: Doc) -> Doc:
        for step in self.steps:
            doc = step.out(doc)
        return doc

    def path(self, stored: str) -> str:
        """Where the wire has what the store has at a path; indexes like `[2]` stay with their segment."""
        path = tuple(stored.split("."))
        for step in self.steps:
            path = step.wire_path(path)
        return ".".join(path)


@dataclass(frozen=True, slots=True)
class Inward:
    """From the wire's shape to the stored one."""

    steps: tuple[Step, ...]

    def __call__(self, doc: Doc) -> Doc:
        for step in reversed(self.steps):
            doc = step.back(doc)
        return doc

    def stored(self, path: str, value: str) -> tuple[str, str]:
        """The stored path and value of what a filter asks for in the wire's words."""
        segments = tuple(path.split("."))
        for step in reversed(self.steps):
            segments = step.stored_path(segments)
            value = step.stored_value(segments, value)
        return ".".join(segments), value


def conversion(*steps: Step) -> tuple[Outward, Inward]:
    """The pair `(to_wire, from_wire)` for an exposure: steps in order on the way out, in reverse on the way back."""
    return Outward(steps), Inward(steps)


def renamed(stored: str, wire: str) -> Step:
    """The attribute at the path `stored` is called `wire` (a bare name) on the wire."""
    *parents, name = stored.split(".")
    stored_names, wire_names = (*parents, name), (*parents, wire)
    return Step(
        out=lambda doc: _changed(doc, parents, lambda holder: _rename(holder, name, wire)),
        back=lambda doc: _changed(doc, parents, lambda holder: _rename(holder, wire, name)),
        wire_path=lambda path: _path_renamed(path, stored_names, wire),
        stored_path=lambda path: _path_renamed(path, wire_names, name),
        sketch=Sketch("renamed", stored_names, wire),
    )


def exchanged(path: str, values: Mapping[str, str]) -> Step:
    """The values at `path` have other words on the wire; Shape: `values` maps stored to wire, one to one."""
    reverse = {wire: stored for stored, wire in values.items()}
    segments = path.split(".")
    return Step(
        out=lambda doc: _changed(doc, segments, lambda value: _exchange(value, values)),
        back=lambda doc: _changed(doc, segments, lambda value: _exchange(value, reverse)),
        stored_value=lambda asked, value: reverse.get(value, value) if list(asked) == segments else value,
        sketch=Sketch("exchanged", tuple(segments), words=values),
    )


def mapped(path: str, *, out: Change, back: Change) -> Step:
    """Everything at `path` goes through a room's own two functions, inverse to each other; they copy, never change."""
    segments = path.split(".")
    return Step(
        out=lambda doc: _changed(doc, segments, out),
        back=lambda doc: _changed(doc, segments, back),
    )


def filled(path: str, **missing: Callable[[Doc], Any]) -> Step:
    """What a version demands of everything at `path` and clients leave out: made of the rest, on the way out only.

    `missing` names attributes in camelCase, `at_` for `@`: `name=lambda ref: ref["id"]`.
    """
    named = {name.replace("at_", "@", 1) if name.startswith("at_") else name: make for name, make in missing.items()}

    def completed(value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return {**{name: make(value) for name, make in named.items() if value.get(name) is None}, **value}

    return Step(out=lambda doc: _changed(doc, path.split("."), completed), back=lambda doc: doc)


def listed(path: str) -> Step:
    """A list in the store, one value on the wire. What does not fit (a second item) is not shown by that version."""
    segments = path.split(".")
    return Step(
        out=lambda doc: _changed_whole(doc, segments, lambda value: value[0] if isinstance(value, list) else value),
        back=lambda doc: _changed_whole(doc, segments, lambda value: value if isinstance(value, list) else [value]),
        sketch=Sketch("listed", tuple(segments)),
    )


def single(path: str) -> Step:
    """One value in the store, a list of one on the wire."""
    reverse = listed(path)
    return Step(out=reverse.back, back=reverse.out, sketch=Sketch("single", tuple(path.split("."))))


def flattened(path: str, *, under: str, keep: tuple[str, ...] = ("role",)) -> Step:
    """`{role, <under>: {...}}` in the store, `{role, ...}` on the wire, as places and channels have it."""
    return _flattening(path, under, keep, _flat, _deep)


def beneath(path: str, *steps: Step) -> tuple[Step, ...]:
    """The same differences in every document that stands at a path: a product within an order item, say."""
    return tuple(_beneath(tuple(path.split(".")), step) for step in steps)


def _beneath(above: Path, step: Step) -> Step:
    depth, segments = len(above), list(above)

    def shifted(change: Callable[[Path], Path]) -> Callable[[Path], Path]:
        return lambda path: (*path[:depth], *change(path[depth:])) if _names(path[:depth]) == above else path

    return Step(
        out=lambda doc: _changed(doc, segments, lambda held: step.out(held) if isinstance(held, dict) else held),
        back=lambda doc: _changed(doc, segments, lambda held: step.back(held) if isinstance(held, dict) else held),
        wire_path=shifted(step.wire_path),
        stored_path=shifted(step.stored_path),
        stored_value=lambda path, value: step.stored_value(path[depth:], value) if path[:depth] == above else value,
        sketch=replace(step.sketch, path=(*above, *step.sketch.path)) if step.sketch else None,
    )


def related_parties(path: str, keep: tuple[str, ...] = ("role",)) -> Step:
    """Parties of version 5 (`partyOrPartyRole`) in the store, of version 4 on the wire."""
    return _flattening(path, "partyOrPartyRole", keep, _party_to_v4, _party_from_v4)


Flattening = Callable[[Any, str, tuple[str, ...]], Any]


def _flattening(path: str, under: str, keep: tuple[str, ...], flat: Flattening, deep: Flattening) -> Step:
    segments = tuple(path.split("."))
    depth = len(segments)

    def wire_path(asked: Path) -> Path:
        inside = len(asked) > depth and _names(asked[:depth]) == segments and asked[depth] == under
        return (*asked[:depth], *asked[depth + 1 :]) if inside else asked

    def stored_path(asked: Path) -> Path:
        inside = len(asked) > depth and _names(asked[:depth]) == segments
        return (*asked[:depth], under, *asked[depth:]) if inside and asked[depth] not in (*keep, under) else asked

    return Step(
        out=lambda doc: _changed(doc, list(segments), lambda value: flat(value, under, keep)),
        back=lambda doc: _changed(doc, list(segments), lambda value: deep(value, under, keep)),
        wire_path=wire_path,
        stored_path=stored_path,
        sketch=Sketch("flattened", segments, under, keep),
    )


def _names(path: Path) -> Path:
    """The path without indexes."""
    return tuple(segment.partition("[")[0] for segment in path)


def _path_renamed(path: Path, old: Path, new: str) -> Path:
    depth = len(old)
    if _names(path[:depth]) != old:
        return path
    _, bracket, index = path[depth - 1].partition("[")
    return (*path[: depth - 1], new + bracket + index, *path[depth:])


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


def _party_to_v4(value: Any, under: str, keep: tuple[str, ...]) -> Any:
    flat = _flat(value, under, keep)
    if flat is not value and flat.get("@type") in PARTY_TYPES:
        del flat["@type"]
        flat.setdefault("@referredType", "Party")
    return flat


def _party_from_v4(value: Any, under: str, keep: tuple[str, ...]) -> Any:
    deep = _deep(value, under, keep)
    if deep is not value and deep[under].get("@type") == "RelatedParty":
        del deep[under]["@type"]
    return deep
