"""Entities of the standard: documents with promoted columns, a history of every change, and optimistic locking."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any, ClassVar, NamedTuple

from psycopg.types.json import Jsonb

from tandem.kernel import json
from tandem.kernel.errors import NotFound, Stale
from tandem.kernel.events import EntityChanged
from tandem.kernel.ids import new_id
from tandem.kernel.json import Doc
from tandem.kernel.period import Instant
from tandem.kernel.store.schema import DeclaredTable, declare
from tandem.kernel.store.uow import AlreadyTaken, Uow


class Stored(NamedTuple):
    """A document as it is kept. `version` counts its writes from 1."""

    id: str
    doc: Doc
    version: int
    created_at: Instant
    updated_at: Instant


class Change(NamedTuple):
    """One entry of an entity's history: who, when, why, and what it became (`before` is `None` for the first)."""

    version: int
    change: str
    at: Instant
    recorded_at: Instant
    actor: str
    cause: str
    why: str | None
    before: Doc | None
    after: Doc


@dataclass(frozen=True)
class Column:
    """A value of the document that has a column of its own: searched, joined, sorted or constrained.

    `path` is dotted (the first match counts) or a function of the document.
    """

    name: str
    sql_type: str
    path: str | Callable[[Doc], Any]

    def value(self, doc: Doc) -> Any:
        """The column's value for a document; objects are kept as jsonb."""
        value = self.path(doc) if callable(self.path) else json.at(doc, self.path)
        return Jsonb(value) if isinstance(value, dict | list) and self.sql_type == "jsonb" else value

    @property
    def definition(self) -> str:
        """The column as `create table` wants it."""
        collation = ' collate "C"' if self.sql_type == "text" else ""
        return f"{self.name} {self.sql_type}{collation}"


class EntityTable:
    """The table of one entity type.

    Every write keeps the row, its history, one `EntityChanged` and an audit row in the caller's transaction. A subclass
    names in `SHOWN` a view with the table's columns to read from, where there are documents that are no rows of it.
    """

    SHOWN: ClassVar[str | None] = None

    def __init__(
        self,
        *,
        entity: str,
        table: str,
        columns: tuple[Column, ...] = (),
        state_attribute: str | None = None,
        indexes: tuple[str, ...] = (),
        unique: tuple[str, ...] = (),
    ) -> None:
        self.entity = entity
        self.table = table
        self.shown = self.SHOWN or table
        self.columns = columns
        self.state_attribute = state_attribute
        self._insert, self._update = self._statements()
        declare(self._declaration(indexes, unique))

    def _declaration(self, indexes: tuple[str, ...], unique: tuple[str, ...]) -> DeclaredTable:
        name = self.table
        promoted = "".join(f"\n    {column.definition}," for column in self.columns)
        create = f"""create table {name} (
    tenant text not null,
    id text collate "C" not null,
    doc jsonb not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,{promoted}
    primary key (tenant, id)
)"""
        also = [f"create index {name}_doc on {name} using gin (doc jsonb_path_ops)"]
        also += [f"create index {name}_{_slug(index)} on {name} (tenant, {index})" for index in indexes]
        also += [f"create unique index {name}_{_slug(index)}_once on {name} (tenant, {index})" for index in unique]
        return DeclaredTable(name, create, tuple(also))

    def _statements(self) -> tuple[str, str]:
        names = [column.name for column in self.columns]
        listed = "".join(f", {name}" for name in names)
        marks = ", %s" * len(names)
        history = (
            "insert into kernel_history (tenant, entity, id, version, change, at, actor, cause, why, doc) "
            "select tenant, %s, id, version, %s, updated_at, %s, %s, %s, doc from written"
        )
        insert = (
            f"with written as (insert into {self.table} (tenant, id, doc, version, created_at, updated_at{listed}) "
            f"values (%s, %s, %s, 1, %s, %s{marks}) returning tenant, id, version, updated_at, doc) {history}"
        )
        sets = "".join(f", {name} = %s" for name in names)
        update = (
            f"with written as (update {self.table} set doc = %s, version = version + 1, updated_at = %s{sets} "
            f"where tenant = %s and id = %s and version = %s returning tenant, id, version, updated_at, doc) {history}"
        )
        return insert, update

    def _values(self, doc: Doc) -> list[Any]:
        return [column.value(doc) for column in self.columns]

    # -- writes -----------------------------------------------------------------------------------------------------

    def add(self, uow: Uow, doc: Doc, *, why: str | None = None) -> Stored:
        """Keep a new document; it gets an id unless it has one. Raises: AlreadyTaken."""
        entity_id = doc.get("id") or new_id()
        doc = {**doc, "id": entity_id}
        now = uow.now
        try:
            uow.execute(
                self._insert,
                [uow.tenant, entity_id, Jsonb(doc), now, now, *self._values(doc)]
                + [self.entity, "create", uow.actor, uow.cause, why or uow.why],
            )
        except AlreadyTaken as taken:
            if taken.facts.get("constraint") != f"{self.table}_pkey":
                raise
            raise AlreadyTaken(f"{self.entity} {entity_id} exists already", path="id", entity=self.entity) from taken
        self._told(uow, entity_id, 1, "create")
        return Stored(entity_id, doc, 1, now, now)

    def save(
        self, uow: Uow, entity_id: str, doc: Doc, *, expected_version: int | None = None, why: str | None = None
    ) -> Stored:
        """Keep a document's new content; unchanged content writes nothing.

        Raises: NotFound, Stale when it is no longer at `expected_version`. Locks: the row, until the end.
        """
        present = self.get_for_update(uow, entity_id)
        self._expect(present, expected_version)
        doc = {**doc, "id": entity_id}
        if doc == present.doc:
            return present
        change = self._kind_of_change(present.doc, doc)
        version = present.version + 1
        uow.execute(
            self._update,
            [Jsonb(doc), uow.now, *self._values(doc), uow.tenant, entity_id, present.version]
            + [self.entity, change, uow.actor, uow.cause, why or uow.why],
        )
        self._told(uow, entity_id, version, change)
        return Stored(entity_id, doc, version, present.created_at, uow.now)

    def delete(self, uow: Uow, entity_id: str, *, expected_version: int | None = None, why: str | None = None) -> None:
        """Remove a document; its history stays. Raises: NotFound, Stale."""
        present = self.get_for_update(uow, entity_id)
        self._expect(present, expected_version)
        uow.execute(f"delete from {self.table} where tenant = %s and id = %s", (uow.tenant, entity_id))
        uow.execute(
            "insert into kernel_history (tenant, entity, id, version, change, at, actor, cause, why, doc) "
            "values (%s, %s, %s, %s, 'delete', %s, %s, %s, %s, %s)",
            (uow.tenant, self.entity, entity_id, present.version + 1, uow.now, uow.actor, uow.cause)
            + (why or uow.why, Jsonb(present.doc)),
        )
        self._told(uow, entity_id, present.version + 1, "delete")

    def _kind_of_change(self, before: Doc, after: Doc) -> str:
        state = self.state_attribute
        return "stateChange" if state and before.get(state) != after.get(state) else "attributeValueChange"

    def _expect(self, present: Stored, expected_version: int | None) -> None:
        if expected_version is not None and present.version != expected_version:
            raise Stale(
                f"{self.entity} {present.id} was changed since it was read",
                path="If-Match",
                next_action="read it again and repeat the change",
                version=present.version,
                expected=expected_version,
            )

    def _told(self, uow: Uow, entity_id: str, version: int, change: str) -> None:
        uow.emit(EntityChanged(type=self.entity, id=entity_id, version=version, change=change))
        uow.audit(change, self.entity, entity_id, facts={"version": version})

    # -- reads ------------------------------------------------------------------------------------------------------

    def find(self, uow: Uow, entity_id: str) -> Stored | None:
        """The document, or none."""
        return next(iter(self.where(uow, "id = %s", (entity_id,), limit=1)), None)

    def get(self, uow: Uow, entity_id: str) -> Stored:
        """The document. Raises: NotFound."""
        return self._found(self.find(uow, entity_id), entity_id)

    def get_for_update(self, uow: Uow, entity_id: str) -> Stored:
        """The document with its row locked until the end of the transaction. Raises: NotFound."""
        row = uow.one(
            f"select id, doc, version, created_at, updated_at from {self.table} "
            "where tenant = %s and id = %s for update",
            (uow.tenant, entity_id),
        )
        return self._found(_stored(row) if row else None, entity_id)

    def exists(self, uow: Uow, entity_id: str) -> bool:
        """Whether there is such a document."""
        return (
            uow.one(f"select 1 as one from {self.shown} where tenant = %s and id = %s", (uow.tenant, entity_id))
            is not None
        )

    def where(
        self,
        uow: Uow,
        condition: str = "true",
        params: tuple[Any, ...] = (),
        *,
        order_by: str = "id",
        limit: int | None = None,
        offset: int = 0,
    ) -> list[Stored]:
        """The documents that meet an SQL condition over the table's columns; for the owning room's store."""
        tail = ("" if limit is None else f" limit {int(limit)}") + (f" offset {int(offset)}" if offset else "")
        return self._ordered(uow, f"({condition}) order by {order_by}{tail}", params)

    def page(
        self, uow: Uow, condition: str, params: tuple[Any, ...], *, order_by: str, limit: int, offset: int
    ) -> list[Stored]:
        """A page of the documents that meet an SQL condition. Shape: `params` are the condition's, then the order's."""
        tail = f"order by {order_by} limit {int(limit)} offset {int(offset)}"
        return self._ordered(uow, f"{condition} {tail}", params)

    def _ordered(self, uow: Uow, tail: str, params: tuple[Any, ...]) -> list[Stored]:
        """The documents by what follows `where tenant = …`.

        Of a view the names are found first: a document that is made when it is read is made for what is shown only.
        """
        columns = "id, doc, version, created_at, updated_at"
        if self.shown == self.table:
            rows = uow.all(f"select {columns} from {self.table} where tenant = %s and {tail}", (uow.tenant, *params))
            return [_stored(row) for row in rows]
        found = uow.all(f"select id from {self.shown} where tenant = %s and {tail}", (uow.tenant, *params))
        ids = [row["id"] for row in found]
        rows = uow.all(f"select {columns} from {self.shown} where tenant = %s and id = any(%s)", (uow.tenant, ids))
        known = {row["id"]: _stored(row) for row in rows}
        return [known[entity_id] for entity_id in ids if entity_id in known]

    def count(self, uow: Uow, condition: str = "true", params: tuple[Any, ...] = ()) -> int:
        """How many documents meet an SQL condition."""
        row = uow.one(
            f"select count(*) as n from {self.shown} where tenant = %s and ({condition})", (uow.tenant, *params)
        )
        return int(row["n"]) if row else 0

    def history(self, uow: Uow, entity_id: str) -> list[Change]:
        """Every change, oldest first."""
        return self.histories(uow, [entity_id]).get(entity_id, [])

    def histories(self, uow: Uow, entity_ids: Iterable[str]) -> dict[str, list[Change]]:
        """Every change of several entities by their ids, oldest first; who was never written is left out."""
        rows = uow.all(
            "select id, version, change, at, recorded_at, actor, cause, why, doc from kernel_history "
            "where tenant = %s and entity = %s and id = any(%s) order by id, version",
            (uow.tenant, self.entity, list(entity_ids)),
        )
        return {entity_id: list(_changes(of_one)) for entity_id, of_one in groupby(rows, key=itemgetter("id"))}

    def as_of(self, uow: Uow, entity_id: str, at: Instant) -> Stored | None:
        """The document as it was at a business instant; none when it was not there yet, or no longer."""
        row = uow.one(
            "select id, version, change, at, doc from kernel_history "
            "where tenant = %s and entity = %s and id = %s and at <= %s order by version desc limit 1",
            (uow.tenant, self.entity, entity_id, at),
        )
        if row is None or row["change"] == "delete":
            return None
        return Stored(entity_id, row["doc"], row["version"], row["at"], row["at"])

    def at_version(self, uow: Uow, entity_id: str, version: int) -> Stored:
        """The document at one version, deleted or not: what an event told. Raises: NotFound."""
        row = uow.one(
            "select version, at, doc from kernel_history "
            "where tenant = %s and entity = %s and id = %s and version = %s",
            (uow.tenant, self.entity, entity_id, version),
        )
        stored = Stored(entity_id, row["doc"], row["version"], row["at"], row["at"]) if row else None
        return self._found(stored, entity_id)

    def _found(self, stored: Stored | None, entity_id: str) -> Stored:
        if stored is None:
            raise NotFound(f"there is no {self.entity} {entity_id}", entity=self.entity, id=entity_id)
        return stored


def _changes(rows: Iterable[dict[str, Any]]) -> Iterator[Change]:
    before: Doc | None = None
    for row in rows:
        yield Change(
            row["version"],
            row["change"],
            row["at"],
            row["recorded_at"],
            row["actor"],
            row["cause"],
            row["why"],
            before,
            row["doc"],
        )
        before = row["doc"]


def _stored(row: dict[str, Any]) -> Stored:
    return Stored(row["id"], row["doc"], row["version"], row["created_at"], row["updated_at"])


def _slug(index: str) -> str:
    return "_".join(part for part in "".join(c if c.isalnum() else " " for c in index).split())


class EntityView(EntityTable):
    """What is read as documents and kept otherwise: a view with the columns of an entity's table.

    `as_of` and `history` know nothing of it; it is changed by the commands of the room that keeps it.
    """

    def __init__(self, *, entity: str, shown: str, columns: tuple[Column, ...] = ()) -> None:
        self.entity = entity
        self.table = ""
        self.shown = shown
        self.columns = columns
        self.state_attribute = None
