"""Entries and their lines: narrow rows, added to and never changed."""

from __future__ import annotations

from typing import Any

from tandem.bss.ledger.terms import Balance, Entry, KindSums, Line
from tandem.kernel.money import Money
from tandem.kernel.store import Uow, plain_table

ENTRY = plain_table(
    "ledger_entry",
    """
    tenant text not null,
    billing_account_id text collate "C" not null,
    kind text collate "C" not null,
    cause_id text collate "C" not null,
    cause_type text not null,
    rule text not null,
    booked_at timestamptz not null,
    recorded_at timestamptz not null default clock_timestamp(),
    actor text not null,
    cause text not null,
    primary key (tenant, billing_account_id, kind, cause_id)
    """,
    also=("create index ledger_entry_booked on ledger_entry (tenant, booked_at)",),
    append_only=True,
)
LINE = plain_table(
    "ledger_line",
    """
    tenant text not null,
    billing_account_id text collate "C" not null,
    kind text collate "C" not null,
    cause_id text collate "C" not null,
    place integer not null,
    ledger_account text collate "C" not null,
    currency text not null,
    micros numeric(38, 0) not null check (micros <> 0),
    primary key (tenant, billing_account_id, kind, cause_id, place),
    foreign key (tenant, billing_account_id, kind, cause_id)
        references ledger_entry (tenant, billing_account_id, kind, cause_id)
    """,
    also=("create index ledger_line_account on ledger_line (tenant, ledger_account, billing_account_id)",),
    append_only=True,
)

_SUMS = (
    "ledger_account, currency, coalesce(sum(micros) filter (where micros > 0), 0) as debit, "
    "coalesce(-sum(micros) filter (where micros < 0), 0) as credit"
)


def add(uow: Uow, entry: Entry) -> bool:
    """Keep an entry. Returns False, and writes nothing, when its kind and cause were booked before."""
    key = (uow.tenant, entry.billing_account_id, entry.kind, entry.cause_id)
    added = uow.one(
        "insert into ledger_entry (tenant, billing_account_id, kind, cause_id, cause_type, rule, booked_at, "
        "actor, cause) values (%s, %s, %s, %s, %s, %s, %s, %s, %s) on conflict do nothing returning kind",
        (*key, entry.cause_type, entry.rule, entry.booked_at, uow.actor, uow.cause),
    )
    if added is None:
        return False
    uow.many(
        "insert into ledger_line (tenant, billing_account_id, kind, cause_id, place, ledger_account, currency, micros) "
        "values (%s, %s, %s, %s, %s, %s, %s, %s)",
        [
            (*key, place, line.ledger_account, line.amount.currency, line.amount.micros)
            for place, line in enumerate(entry.lines)
        ],
    )
    return True


def lines_of(uow: Uow, entry: Entry) -> list[Line]:
    """The lines that were booked for an entry's kind and cause."""
    rows = uow.all(
        "select ledger_account, currency, micros from ledger_line "
        "where tenant = %s and billing_account_id = %s and kind = %s and cause_id = %s order by place",
        (uow.tenant, entry.billing_account_id, entry.kind, entry.cause_id),
    )
    return [Line(row["ledger_account"], Money(int(row["micros"]), row["currency"])) for row in rows]


def entries(uow: Uow, condition: str, params: tuple[Any, ...]) -> list[Entry]:
    """The entries that meet a condition, in the order of booking, with their lines."""
    rows = uow.all(
        "select billing_account_id, kind, cause_id, cause_type, rule, booked_at, "
        "array_agg(array[ledger_account, currency, micros::text] order by place) as lines "
        "from ledger_entry join ledger_line using (tenant, billing_account_id, kind, cause_id) "
        f"where tenant = %s and {condition} group by 1, 2, 3, 4, 5, 6, recorded_at order by booked_at, recorded_at",
        (uow.tenant, *params),
    )
    return [
        Entry(
            kind=row["kind"],
            cause_type=row["cause_type"],
            cause_id=row["cause_id"],
            billing_account_id=row["billing_account_id"],
            booked_at=row["booked_at"],
            rule=row["rule"],
            lines=tuple(Line(account, Money(int(micros), currency)) for account, currency, micros in row["lines"]),
        )
        for row in rows
    ]


def balances(uow: Uow, billing_account_id: str | None) -> list[Balance]:
    """What stands on each ledger account, for one billing account or for all."""
    rows = uow.all(
        f"select {_SUMS} from ledger_line "
        "where tenant = %s and (%s::text is null or billing_account_id = %s) group by 1, 2 order by 1, 2",
        (uow.tenant, billing_account_id, billing_account_id),
    )
    return [_balance(row) for row in rows]


def sums_of_kind(uow: Uow, billing_account_id: str, kind: str) -> KindSums:
    """Sums by ledger account of the entries of a kind of one billing account, and their latest time."""
    last = uow.one(
        "select max(booked_at) as at from ledger_entry where tenant = %s and billing_account_id = %s and kind = %s",
        (uow.tenant, billing_account_id, kind),
    )
    rows = uow.all(
        f"select {_SUMS} from ledger_line "
        "where tenant = %s and billing_account_id = %s and kind = %s group by 1, 2 order by 1, 2",
        (uow.tenant, billing_account_id, kind),
    )
    return KindSums(tuple(_balance(row) for row in rows), last["at"] if last else None)


def _balance(row: dict[str, Any]) -> Balance:
    debit, credit = (Money(int(row[side]), row["currency"]) for side in ("debit", "credit"))
    return Balance(row["ledger_account"], row["currency"], debit, credit)
