"""Seals the audit behind the commits and finds the first link that does not hold.

Shape: each sealed row has one link: `hash = SHA-256(hash of the link before ‖ the row)`, in the order of `seq` within a
tenant, and eight octets of digest for each field, so that a broken link can say which field was changed.
Why behind: a chain computed inside each transaction would put every command of a tenant in one queue.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal

from psycopg.rows import DictRow

from tandem.kernel import json
from tandem.kernel.store import Database, Uow, plain_table

SEALS: Final = plain_table(
    "kernel_audit_seal",
    """
    tenant text not null,
    seq bigint not null,
    digests bytea not null,
    hash bytea not null,
    sealed_at timestamptz not null default clock_timestamp(),
    primary key (tenant, seq)
    """,
    append_only=True,
)

BATCH: Final = 5_000
FIELDS: Final = ("at", "recorded_at", "actor", "cause", "verb", "entity", "entity_id", "outcome", "facts")
_DIGEST_OCTETS: Final = 8
_LOOK_AGAIN_S: Final = 0.02
_COLUMNS: Final = ", ".join(f"a.{name}" for name in FIELDS)

# Who writes to the audit holds this lock from before its first `seq` is drawn until it commits.
_WRITERS: Final = """
select virtualtransaction from pg_locks
where locktype = 'relation' and relation = 'kernel_audit'::regclass and mode = 'RowExclusiveLock' and granted
  and database = (select oid from pg_database where datname = current_database()) and pid <> pg_backend_pid()
"""

Fault = Literal["altered", "deleted", "slipped in", "chain altered", "cut off"]


@dataclass(frozen=True, slots=True)
class BrokenLink:
    """The first place where the chain does not hold. `fields` are the columns that differ, where that can be known."""

    seq: int
    fault: Fault
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Anchor:
    """A link that was noted down outside the database: what comes before it cannot be rewritten unseen."""

    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class ChainReport:
    """What a verification found: how many links hold, how many rows wait for their seal, the head to note down."""

    tenant: str
    links: int
    waiting: int
    head: Anchor | None
    broken: BrokenLink | None

    @property
    def whole(self) -> bool:
        """Whether every link holds."""
        return self.broken is None

    def __str__(self) -> str:
        start = f"{self.tenant}: {self.links} links hold, {self.waiting} rows wait for their seal"
        if self.broken is None:
            return f"{start}, head {self.head.seq}:{self.head.hash}" if self.head else start
        fields = f" ({', '.join(self.broken.fields)})" if self.broken.fields else ""
        return f"{start}; BROKEN at row {self.broken.seq}: {self.broken.fault}{fields}"


def seal(uow: Uow, *, patience_s: float = 2.0) -> int:
    """Seals what is safely committed, oldest first; says how many rows (at most `BATCH`: call again while it is full).

    A row is only sealed when no transaction that may still commit a smaller `seq` is under way.
    Idempotent: by `seq`. Locks: `audit.seal` of the tenant, so that two sealers take turns.
    """
    uow.lock("audit.seal")
    horizon = _horizon(uow, patience_s)
    seq, link = _head(uow)
    if horizon <= seq:
        return 0
    rows = uow.all(
        f"select a.seq, {_COLUMNS} from kernel_audit a where a.tenant = %s and a.seq > %s and a.seq <= %s "
        "order by a.seq limit %s",
        (uow.tenant, seq, horizon, BATCH),
    )
    links = []
    for row in rows:
        link = _link(link, uow.tenant, row)
        links.append((uow.tenant, row["seq"], _digests(row), link))
    uow.many("insert into kernel_audit_seal (tenant, seq, digests, hash) values (%s, %s, %s, %s)", links)
    return len(links)


def seal_all(database: Database, tenants: Iterable[str]) -> int:
    """Seals everything that waits, tenant by tenant, a transaction for each batch; says how many rows."""
    total = 0
    for tenant in tenants:
        sealed = BATCH
        while sealed == BATCH:
            with database.uow(tenant=tenant, actor="system", cause="job:audit.seal") as uow:
                sealed = seal(uow)
            total += sealed
    return total


def verify(uow: Uow, anchor: Anchor | None = None) -> ChainReport:
    """Walks the whole chain of the tenant and names the first link that does not hold.

    With an anchor it also holds only if that link is in the chain: rows cut off at the end, or a chain computed anew,
    cannot be told from inside.
    """
    last, link = _head(uow)[0], _first_link(uow.tenant)
    links, head = 0, None
    anchored = anchor is None
    for row in _rows_with_seals(uow, last):
        fault = _fault_of(link, uow.tenant, row)
        if fault is not None:
            return ChainReport(uow.tenant, links, _waiting(uow, last), head, fault)
        link = bytes(row["hash"])
        head = Anchor(row["seq"], link.hex())
        anchored = anchored or head == anchor
        links += 1
    broken = None
    if not anchored and anchor is not None:
        broken = BrokenLink(anchor.seq, "cut off" if anchor.seq > last else "chain altered")
    return ChainReport(uow.tenant, links, _waiting(uow, last), head, broken)


def verify_audit(
    database: Database,
    tenants: Iterable[str],
    *,
    anchors: Iterable[tuple[str, Anchor]] = (),
    write: Callable[[str], None] = print,
) -> int:
    """What `tandem audit verify` does: a line for each tenant; the exit status is 1 if any chain is broken."""
    known, status = dict(anchors), 0
    for tenant in tenants:
        with database.uow(tenant=tenant, actor="system", cause="audit.verify") as uow:
            report = verify(uow, known.get(tenant))
        write(str(report))
        status = status if report.whole else 1
    return status


def _horizon(uow: Uow, patience_s: float) -> int:
    """The largest `seq` below which nothing can appear any more; 0 if a writer does not end in time."""
    newest = uow.one("select max(seq) as seq from kernel_audit where tenant = %s", (uow.tenant,))
    if newest is None or newest["seq"] is None:
        return 0
    writers = {row["virtualtransaction"] for row in uow.all(_WRITERS)}
    give_up_at = time.monotonic() + patience_s
    while writers:
        if time.monotonic() > give_up_at:
            return 0
        time.sleep(_LOOK_AGAIN_S)
        writers &= {row["virtualtransaction"] for row in uow.all(_WRITERS)}
    return int(newest["seq"])


def _head(uow: Uow) -> tuple[int, bytes]:
    row = uow.one("select seq, hash from kernel_audit_seal where tenant = %s order by seq desc limit 1", (uow.tenant,))
    return (row["seq"], bytes(row["hash"])) if row else (0, _first_link(uow.tenant))


def _waiting(uow: Uow, last: int) -> int:
    row = uow.one("select count(*) as n from kernel_audit where tenant = %s and seq > %s", (uow.tenant, last))
    return int(row["n"]) if row else 0


def _rows_with_seals(uow: Uow, last: int) -> Iterator[DictRow]:
    """Every audit row up to the last seal beside its seal, in order; either side may be missing."""
    seen = 0
    while True:
        page = uow.all(
            f"select coalesce(a.seq, s.seq) as seq, a.seq as row_seq, s.seq as seal_seq, s.digests, s.hash, {_COLUMNS} "
            "from (select * from kernel_audit where tenant = %(tenant)s and seq > %(seen)s and seq <= %(last)s "
            "  order by seq limit %(batch)s) a "
            "full join (select * from kernel_audit_seal where tenant = %(tenant)s and seq > %(seen)s "
            "  order by seq limit %(batch)s) s on s.seq = a.seq order by 1 limit %(batch)s",
            {"tenant": uow.tenant, "seen": seen, "last": last, "batch": BATCH},
        )
        yield from page
        if len(page) < BATCH:
            return
        seen = page[-1]["seq"]


def _fault_of(link: bytes, tenant: str, row: DictRow) -> BrokenLink | None:
    seq = row["seq"]
    if row["row_seq"] is None:
        return BrokenLink(seq, "deleted")
    if row["seal_seq"] is None:
        return BrokenLink(seq, "slipped in")
    if bytes(row["hash"]) == _link(link, tenant, row):
        return None
    kept, found = bytes(row["digests"]), _digests(row)
    differing = tuple(
        name
        for number, name in enumerate(FIELDS)
        if kept[number * _DIGEST_OCTETS :][:_DIGEST_OCTETS] != found[number * _DIGEST_OCTETS :][:_DIGEST_OCTETS]
    )
    return BrokenLink(seq, "altered" if differing else "chain altered", differing)


def _first_link(tenant: str) -> bytes:
    return hashlib.sha256(f"tandem audit of {tenant}".encode()).digest()


def _link(before: bytes, tenant: str, row: DictRow) -> bytes:
    content = json.canonical([tenant, row["seq"], *(_plain(row[name]) for name in FIELDS)])
    return hashlib.sha256(before + content).digest()


def _digests(row: DictRow) -> bytes:
    return b"".join(hashlib.sha256(json.canonical(_plain(row[name]))).digest()[:_DIGEST_OCTETS] for name in FIELDS)


def _plain(value: Any) -> Any:
    """An instant in one form, whatever zone the connection reads it in."""
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
