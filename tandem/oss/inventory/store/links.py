"""The links of the inventory graph as narrow rows, kept with each change of a document.

A row is never deleted but marked as gone, with the transaction that did it: a reader that knows up to which
transaction it has seen everything asks only for what came later.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from tandem.kernel.store import Uow, plain_table
from tandem.oss.inventory.rules.links import Link

LINK: Final = plain_table(
    "inventory_link",
    """
    tenant text not null,
    upper text collate "C" not null,
    lower text collate "C" not null,
    gone boolean not null default false,
    xid xid8 not null default pg_current_xact_id(),
    primary key (tenant, upper, lower)
    """,
    also=(
        "create index inventory_link_xid on inventory_link (tenant, xid)",
        "create index inventory_link_lower on inventory_link (tenant, lower) where not gone",
    ),
)


class LinkRow(NamedTuple):
    """One link as it stands."""

    upper: str
    lower: str
    gone: bool


class News(NamedTuple):
    """What changed since a reader's mark: kept changes, those of the reader's own transaction, and the new mark."""

    kept: list[LinkRow]
    own: list[LinkRow]
    mark: int


def put_links(uow: Uow, links: Iterable[Link]) -> None:
    """Keep links that are there now."""
    uow.many(
        "insert into inventory_link (tenant, upper, lower) values (%s, %s, %s) on conflict (tenant, upper, lower) "
        "do update set gone = false, xid = pg_current_xact_id() where inventory_link.gone",
        [(uow.tenant, *link) for link in sorted(links)],
    )


def end_links(uow: Uow, links: Iterable[Link]) -> None:
    """Mark links that are there no longer."""
    uow.many(
        "update inventory_link set gone = true, xid = pg_current_xact_id() "
        "where tenant = %s and upper = %s and lower = %s and not gone",
        [(uow.tenant, *link) for link in sorted(links)],
    )


def news_since(uow: Uow, mark: int) -> News:
    """Every link that changed in a transaction which had not ended when the mark was taken.

    Why: transactions do not end in the order of their numbers, so a plain "newer than" would miss the slow ones. What
    changed before the oldest transaction that was still running at the mark was seen already. The new mark is taken
    before the rows are read: what ends in between is read twice rather than never.
    """
    found = uow.one("select pg_snapshot_xmin(pg_current_snapshot())::text as mark")
    rows = uow.all(
        "select upper, lower, gone, coalesce(xid = pg_current_xact_id_if_assigned(), false) as own from inventory_link "
        "where tenant = %s and xid >= %s::text::xid8",
        (uow.tenant, str(mark)),
    )
    kept = [LinkRow(row["upper"], row["lower"], row["gone"]) for row in rows if not row["own"]]
    own = [LinkRow(row["upper"], row["lower"], row["gone"]) for row in rows if row["own"]]
    return News(kept, own, int(found["mark"]) if found else mark)


def uppers_of(uow: Uow, node: str, limit: int = 10_000) -> list[str]:
    """Nodes that stand on a node directly."""
    rows = uow.all(
        "select upper from inventory_link where tenant = %s and lower = %s and not gone order by upper limit %s",
        (uow.tenant, node, limit),
    )
    return [row["upper"] for row in rows]
