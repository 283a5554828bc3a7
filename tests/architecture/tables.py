"""SQL stands only in a room's store, and names only the room's own tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from tests.architecture import rooms
from tests.architecture.source import Fault, Source

STATEMENT = re.compile(
    r"\b(select\b.*\bfrom|insert\s+into|update\b.*\bset|delete\s+from|create\s+(unlogged\s+)?table|truncate\s|lock\s+table"
    r"|copy\s+\w+\s*(\(|from|to)|alter\s+table|create\s+(unique\s+)?index)\b",
    re.IGNORECASE | re.DOTALL,
)
NAMED = re.compile(
    r"\b(?:from|join|into|update|table(?:\s+if\s+(?:not\s+)?exists)?|truncate|copy|references)\s+(?:only\s+)?\"?([a-z_][a-z0-9_]*)",
    re.IGNORECASE,
)
SQL_CLOCK = re.compile(
    r"\b(now\s*\(|current_(timestamp|date|time)\b|localtimestamp\b|(clock|statement|transaction)_timestamp\s*\()",
    re.IGNORECASE,
)
STORES = ("store",)


def hold_tables(sources: Iterable[Source]) -> list[Fault]:
    """Every SQL statement in the wrong file, on another's table, or asking the database for the time."""
    return [fault for source in sources if _is_bound(source) for fault in _hold(source)]


def _is_bound(source: Source) -> bool:
    return source.room is not None or source.is_under("channels", "seam")


def _hold(source: Source) -> Iterator[Fault]:
    for node, text in source.strings():
        if not STATEMENT.search(text):
            continue
        if source.room_file not in STORES:
            yield source.fault(node, "tables", "SQL stands only in a room's store")
        if SQL_CLOCK.search(text):
            yield source.fault(
                node, "clock", "pass the unit of work's time in; the database's clock is not the business clock"
            )
        for name in NAMED.findall(text):
            owner = _owner_of(name.lower())
            if owner and owner != source.room:
                yield source.fault(node, "tables", f"{name} belongs to {owner}: ask its door")


def _owner_of(table: str) -> str | None:
    if table.startswith("kernel_"):
        return "kernel"
    owners = [room for room in rooms.room_names() if table.startswith(rooms.table_prefix(room))]
    return max(owners, key=len, default=None)
