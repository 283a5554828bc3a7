"""What is done to balances as documents, vouchers, and the arithmetic of single buckets under the account's lock."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from tandem.bss.charging.rules.core.layout import GRANTED, MONEY
from tandem.kernel.json import Doc, at
from tandem.kernel.period import Instant
from tandem.kernel.store import Column, EntityTable, Uow, plain_table

_COLUMNS: Final = (
    Column("status", "text", "status"),
    Column("bucket_id", "text", "bucket.id"),
    Column("billing_account_id", "text", "partyAccount.id"),
    Column("customer_id", "text", lambda doc: _customer_of(doc)),
    Column("requested_at", "timestamptz", "requestedDate"),
)
_INDEXES: Final = ("billing_account_id, requested_at", "customer_id, requested_at", "bucket_id")


def _customer_of(doc: Doc) -> str | None:
    parties = doc.get("relatedParty") or ()
    return next((str(one.get("id")) for one in parties if one.get("role") == "customer"), None)


def _actions(entity: str, table: str) -> EntityTable:
    return EntityTable(entity=entity, table=table, columns=_COLUMNS, state_attribute="status", indexes=_INDEXES)


TOPUPS: Final = _actions("TopupBalance", "charging_topup_balance")
ADJUSTMENTS: Final = _actions("AdjustBalance", "charging_adjust_balance")
TRANSFERS: Final = _actions("TransferBalance", "charging_transfer_balance")
RESERVATIONS: Final = _actions("ReserveBalance", "charging_reserve_balance")

VOUCHER: Final = plain_table(
    "charging_voucher",
    """
    tenant text not null,
    code_hash bytea not null,
    series text collate "C" not null,
    micros bigint not null check (micros > 0),
    currency text not null,
    ends_at timestamptz not null,
    made_at timestamptz not null,
    used_at timestamptz,
    used_by text collate "C",
    primary key (tenant, code_hash)
    """,
    also=("create index charging_voucher_series on charging_voucher (tenant, series)",),
)
"""Vouchers by the hash of their code: nobody who reads the table can spend one. `used_by` is the top-up."""

MEASURES: Final = ("second", "octet", "count")


class NewBucket(NamedTuple):
    """A bucket of money or units that is not an allowance. Units: micros of `currency`, or of `measure`."""

    billing_account_id: str
    subject_id: str
    measure: str | None
    currency: str | None
    granted: int
    name: str
    source: str
    priority: int
    ends_at: Instant | None


def open_bucket(uow: Uow, new: NewBucket) -> int:
    """Keep a new bucket; answers its number. The account is locked."""
    row = uow.one(
        "update charging_account set buckets = buckets + 1 where tenant = %s and billing_account_id = %s "
        "returning buckets",
        (uow.tenant, new.billing_account_id),
    )
    assert row is not None, "a locked account has a row"
    measure = MEASURES.index(new.measure) if new.measure else MEASURES.index("count")
    uow.execute(
        "insert into charging_bucket (tenant, billing_account_id, n, subject_id, kind, term_id, start_at, end_at, "
        "measure, currency, granted, priority, name, source, granted_at) values "
        "(%s, %s, %s, %s, %s, '', %s, coalesce(%s, 'infinity'::timestamptz), %s, %s, %s, %s, %s, %s, %s)",
        (
            *(uow.tenant, new.billing_account_id, row["buckets"], new.subject_id),
            *(MONEY if new.currency else GRANTED, uow.now, new.ends_at, measure, new.currency),
            *(new.granted, new.priority, new.name, new.source, uow.now),
        ),
    )
    return int(row["buckets"])


def wallet_number(uow: Uow, billing_account_id: str, subject_id: str, currency: str) -> int | None:
    """The number of the money bucket without an end that a product or account has, if it has one."""
    row = uow.one(
        "select min(n) as n from charging_bucket where tenant = %s and billing_account_id = %s and subject_id = %s "
        "and kind = %s and currency = %s and end_at = 'infinity'",
        (uow.tenant, billing_account_id, subject_id, MONEY, currency),
    )
    return None if row is None or row["n"] is None else int(row["n"])


def change_bucket(
    uow: Uow, key: tuple[str, int], *, granted: int = 0, used: int = 0, moved: int = 0, reserved: int = 0
) -> None:
    """Add to what a bucket counts; the account is locked, and what it cannot bear was refused before."""
    uow.execute(
        "update charging_bucket set granted = granted + %s, used = used + %s, moved = moved + %s, "
        "reserved = reserved + %s where tenant = %s and billing_account_id = %s and n = %s",
        (granted, used, moved, reserved, uow.tenant, *key),
    )


# -- vouchers ---------------------------------------------------------------------------------------------------------


class NewVoucher(NamedTuple):
    """A voucher as it is made. Units: `micros` of `currency`."""

    code_hash: bytes
    series: str
    micros: int
    currency: str
    ends_at: Instant


def add_vouchers(uow: Uow, vouchers: Iterable[NewVoucher]) -> None:
    """Keep vouchers that were made."""
    uow.many(
        "insert into charging_voucher (tenant, code_hash, series, micros, currency, ends_at, made_at) "
        "values (%s, %s, %s, %s, %s, %s, %s)",
        [(uow.tenant, *one, uow.now) for one in vouchers],
    )


def take_voucher(uow: Uow, code_hash: bytes, used_by: str) -> dict[str, Any] | None:
    """Use a voucher up, if it can be; answers its amount. Locks: its row, so that one of two who try at once has it."""
    return uow.one(
        "update charging_voucher set used_at = %s, used_by = %s where tenant = %s and code_hash = %s "
        "and used_at is null and ends_at > %s returning micros, currency, series",
        (uow.now, used_by, uow.tenant, code_hash, uow.now),
    )


def voucher_series(uow: Uow) -> list[dict[str, Any]]:
    """Every series with how many there are, how many were used, and what is still out. Units: micros."""
    return uow.all(
        "select series, currency, min(made_at) as made_at, max(ends_at) as ends_at, count(*) as made, "
        "count(used_at) as used, sum(micros) filter (where used_at is null and ends_at > %s) as out_micros "
        "from charging_voucher where tenant = %s group by series, currency order by series",
        (uow.now, uow.tenant),
    )


def account_of(doc: Doc) -> str:
    """The account that an action is for."""
    return str(at(doc, "partyAccount.id"))
