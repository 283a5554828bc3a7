"""An exposure compiled at start: everything that a request needs, ready to be called.

Reading a body goes: wire shape → stored shape → what only we set → defaults → `@type` → the model's types → what is
mandatory. Writing an answer goes back: stored shape → wire shape → `href`.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from tandem.kernel import json
from tandem.kernel.errors import Forbidden, Invalid
from tandem.kernel.json import Doc
from tandem.kernel.store import Stored, Uow
from tandem.kernel.tmf.condition import Conditions
from tandem.kernel.tmf.conversion import Inward, Outward
from tandem.kernel.tmf.errors import invalid_shape
from tandem.kernel.tmf.exposure import AnyExposure
from tandem.kernel.tmf.references import located
from tandem.kernel.tmf.shape import Shape, TypeFiller
from tandem.kernel.tmf.types import read_hook

_EMPTY: tuple[Any, ...] = (None, [], {})


class ServerSet(Invalid):
    """The client tried to set what only we set."""

    code = "tmf.server_set_attribute"


class MissingAttribute(Invalid):
    """An attribute without which nothing is created."""

    code = "tmf.missing_attribute"


class Resource:
    """One exposure, compiled. Shape: every `Doc` here is stored shape unless it says wire."""

    def __init__(self, exposure: AnyExposure) -> None:
        self.exposure = exposure
        self.url = exposure.url
        self.table = exposure.table
        self.shape = Shape(exposure.model)
        self.is_converted = exposure.to_wire is not None
        self._out: Callable[[Doc], Doc] = exposure.to_wire or _same
        self._back: Callable[[Doc], Doc] = exposure.from_wire or _same
        self._fill_types = TypeFiller(exposure.model, exposure.type_name)
        self._mandatory = tuple(path.split(".") for path in exposure.mandatory)
        self._server_set = tuple(path for path in exposure.server_set if path not in ("id", "href"))
        self._sets_id = "id" in exposure.server_set
        self.conditions = Conditions(self.shape, self.table, self.stored_filter) if self.table else None
        self.owner_of = self._owner_reader()
        self.select_one = (
            f"select id, doc, version, created_at, updated_at from {self.table.shown} where tenant = %s and id = %s"
            if self.table
            else ""
        )

    # -- bodies ---------------------------------------------------------------------------------------------------

    def new_doc(self, uow: Uow, wire: Doc) -> Doc:
        """The document that a client wants to create, complete and checked.

        Raises: Invalid and its kinds, with the wire's path.
        """
        doc = self._from_wire(without_nulls(wire))
        self._refuse_server_set(doc)
        for path, default in self.exposure.defaults.items():
            _set_default(doc, path.split("."), _maker(default, uow, doc))
        self._finish(doc)
        return doc

    def changed_doc(self, stored: Stored, wire_before: Doc, wire_after: Doc) -> Doc:
        """The document that a patch leads to, complete and checked.

        Raises: Invalid and its kinds, with the wire's path.
        """
        after = dict(wire_after)
        for name in ("id", "href"):
            if after.pop(name, wire_before.get(name)) != wire_before.get(name):
                raise ServerSet(f"{name} is never changed", path=name)
        doc = self._from_wire(without_nulls(after))
        for path in self._server_set:
            if list(json.values_at(doc, path)) != list(json.values_at(stored.doc, path)):
                raise ServerSet(f"{self.wire_path(path)} is set by the server only", path=self.wire_path(path))
        doc["id"] = stored.id
        self._finish(doc)
        return doc

    def _from_wire(self, wire: Doc) -> Doc:
        """The stored shape of a body. A body that a converter cannot read has a wrong type: the model says where."""
        try:
            return dict(self._back(wire))
        except (AttributeError, TypeError, KeyError, IndexError) as fault:
            raise Invalid(f"the body has a shape that cannot be read: {fault}", code="tmf.wrong_type") from fault

    def _finish(self, doc: Doc) -> None:
        """`@type` where it is missing, types, and what is mandatory."""
        self._fill_types(doc)
        try:
            msgspec.convert(doc, self.exposure.model, dec_hook=read_hook)
        except msgspec.ValidationError as fault:
            error = invalid_shape(fault)
            raise self._at_wire_path(error) from fault
        for segments in self._mandatory:
            for place in missing_at(doc, segments):
                raise MissingAttribute(f"{self.wire_path(place)} is mandatory", path=self.wire_path(place))

    def _refuse_server_set(self, doc: Doc) -> None:
        if self._sets_id and "id" in doc:
            raise ServerSet("the id is given by the server", path="id")
        if doc.pop("href", None) is not None:
            raise ServerSet("the href is given by the server", path="href")
        for path in self._server_set:
            for place, _ in located(doc, path):
                raise ServerSet(f"{self.wire_path(place)} is set by the server only", path=self.wire_path(place))

    def _at_wire_path(self, error: Invalid) -> Invalid:
        path = self.wire_path(error.path) if error.path else None
        reason = error.reason.replace(str(error.path), str(path), 1) if error.path else error.reason
        return Invalid(reason, code=error.error_code, path=path)

    # -- answers --------------------------------------------------------------------------------------------------

    def href(self, base_url: str, entity_id: str) -> str:
        """The entity's address as this request sees us."""
        return f"{base_url}{self.url}/{entity_id}"

    def wire_doc(self, stored: Stored, base_url: str) -> Doc:
        """The answer's document."""
        wire: Doc = {"id": stored.id, "href": f"{base_url}{self.url}/{stored.id}"}
        wire.update(self._out(stored.doc))
        wire["href"] = f"{base_url}{self.url}/{stored.id}"
        return wire

    def task_doc(self, doc: Doc) -> Doc:
        """The answer of a task that is not kept."""
        return {"@type": self.exposure.type_name, **self._out(doc)}

    # -- paths ----------------------------------------------------------------------------------------------------

    def wire_path(self, stored_path: str) -> str:
        """A stored path in this version's words."""
        to_wire = self.exposure.to_wire
        return to_wire.path(stored_path) if isinstance(to_wire, Outward) else stored_path

    def stored_filter(self, path: str, value: str) -> tuple[str, str]:
        from_wire = self.exposure.from_wire
        return from_wire.stored(path, value) if isinstance(from_wire, Inward) else (path, value)

    # -- owners ---------------------------------------------------------------------------------------------------

    def require_owner(self, doc: Doc, party_id: str | None) -> None:
        """The scope "own": the document must belong to the caller's party. Raises: Forbidden."""
        if self.owner_of is None or party_id is None or self.owner_of(doc) != party_id:
            raise Forbidden(f"this {self.exposure.type_name} is not yours", path=self.exposure.owner)

    def _owner_reader(self) -> Callable[[Doc], Any] | None:
        owner = self.exposure.owner
        if owner is None:
            return None
        if self.table is None:
            return lambda doc: json.at(doc, owner)
        if owner == "id":
            return lambda doc: doc.get("id")
        return next(column.value for column in self.table.columns if column.name == owner)


def _same(doc: Doc) -> Doc:
    return doc


def without_nulls(value: Any) -> Any:
    """A copy without attributes that are null: for us an attribute is there or it is not."""
    if isinstance(value, dict):
        return {name: without_nulls(inner) for name, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [without_nulls(item) for item in value]
    return value


def missing_at(value: Any, segments: list[str], place: str = "") -> Iterator[str]:
    """The places where a mandatory path has no value.

    Arrays are entered; an absent parent misses only when it is the path's last segment (an optional object may be
    left out whole).
    """
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from missing_at(item, segments, f"{place}[{index}]")
        return
    if not isinstance(value, dict):
        return
    inner = value.get(segments[0])
    here = f"{place}.{segments[0]}" if place else segments[0]
    if len(segments) == 1:
        if inner in _EMPTY:
            yield here
    elif inner is not None:
        yield from missing_at(inner, segments[1:], here)


def _maker(default: Any, uow: Uow, doc: Doc) -> Callable[[], Any]:
    return (lambda: default(uow, doc)) if callable(default) else (lambda: copy.copy(default))


def _set_default(holder: Any, segments: list[str], make: Callable[[], Any]) -> None:
    if isinstance(holder, list):
        for item in holder:
            _set_default(item, segments, make)
    elif isinstance(holder, dict):
        if len(segments) > 1:
            _set_default(holder.get(segments[0]), segments[1:], make)
        elif segments[0] not in holder:
            holder[segments[0]] = make()
