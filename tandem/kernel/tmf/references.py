"""References between entities: does what a document points at exist?

Wiring fills one registry: a table for what we keep ourselves, or a question put to another room's door. All tables
that a document refers to are asked in one statement.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from tandem.kernel.json import Doc
from tandem.kernel.store import EntityTable, Uow
from tandem.kernel.tmf.errors import UnknownReference

Exists = Callable[[Uow, str], bool]
BY_REFERRED_TYPE = "@referredType"
"""As the entity type of a reference path: each reference says its own, and types that nobody knows pass."""


@dataclass
class References:
    """Entity type → how to find out. A type that nobody registered is not checked."""

    tables: dict[str, str] = field(default_factory=dict)
    questions: dict[str, Exists] = field(default_factory=dict)

    def add_table(self, entity: str, table: EntityTable) -> None:
        """This type's documents live in that table."""
        self.tables[entity] = table.shown

    def add(self, entity: str, exists: Exists) -> None:
        """This type is asked for through a function, which wins over a table."""
        self.questions[entity] = exists

    def knows(self, entity: str) -> bool:
        """Whether references to this type are checked."""
        return entity in self.tables or entity in self.questions

    def check(self, uow: Uow, paths: Mapping[str, str], doc: Doc, before: Doc | None, hosts: frozenset[str]) -> None:
        """Every reference that was not in `before` must exist.

        hosts: our own, as in `Host`; a reference whose `href` names another host is kept as given.
        Raises: UnknownReference, with the path of the first one.
        """
        known = {ref[1:] for ref in _refs(paths, before, hosts)} if before else set()
        wanted = [ref for ref in _refs(paths, doc, hosts) if ref[1:] not in known]
        asked_tables = [(path, entity, key) for path, entity, key in wanted if self._table(entity)]
        for path, entity, key in wanted:
            question = self.questions.get(entity)
            if question is not None and not question(uow, key):
                raise _unknown(path, entity, key)
        self._check_tables(uow, asked_tables)

    def _table(self, entity: str) -> str | None:
        return None if entity in self.questions else self.tables.get(entity)

    def _check_tables(self, uow: Uow, wanted: list[tuple[str, str, str]]) -> None:
        if not wanted:
            return
        one = "select {} as n where not exists (select from {} where tenant = %s and id = %s)"
        sql = " union all ".join(one.format(n, self.tables[entity]) for n, (_, entity, _) in enumerate(wanted))
        params = [value for _, _, key in wanted for value in (uow.tenant, key)]
        missing = uow.one(f"{sql} order by n limit 1", params)
        if missing is not None:
            raise _unknown(*wanted[missing["n"]])


def _unknown(path: str, entity: str, key: str) -> UnknownReference:
    return UnknownReference(f"there is no {entity} {key}", path=f"{path}.id", entity=entity, id=key)


def _refs(paths: Mapping[str, str], doc: Doc | None, hosts: frozenset[str]) -> Iterator[tuple[str, str, str]]:
    """(path, entity type, id) of each reference that is ours to check."""
    for path, entity in paths.items():
        for place, ref in located(doc, path):
            key = ref.get("id") if isinstance(ref, dict) else None
            if not isinstance(key, str) or _is_elsewhere(ref.get("href"), hosts):
                continue
            yield place, str(ref.get("@referredType", "")) if entity == BY_REFERRED_TYPE else entity, key


def _is_elsewhere(href: Any, hosts: frozenset[str]) -> bool:
    if not isinstance(href, str) or "//" not in href:
        return False
    host = urlsplit(href).netloc
    return bool(host) and host not in hosts


def located(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Every value at a dotted path with the place where it was found, as `item[2].product`; arrays are entered."""
    yield from _located(value, path.split(".") if path else [], "")


def _located(value: Any, segments: list[str], place: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _located(item, segments, f"{place}[{index}]")
    elif not segments:
        yield place, value
    elif isinstance(value, dict) and segments[0] in value:
        inner = f"{place}.{segments[0]}" if place else segments[0]
        yield from _located(value[segments[0]], segments[1:], inner)
