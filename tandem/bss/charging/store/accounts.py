"""Accounts, locked, and everything that is counted for them, as arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tandem.kernel.period import Instant
from tandem.kernel.store import Uow
from tandem.kernel.store.bulk import Column, Rows, read_table, rows_of

Numbers = NDArray[np.int64]


class Locked(NamedTuple):
    """Accounts whose rows are ours until the end. Shape: arrays in the order of the ids asked for.

    `buckets`: the number of the account's last bucket. `open_from_us`: no event of before waits for a bill.
    """

    buckets: Numbers
    open_from_us: Numbers


def lock_accounts(uow: Uow, account_ids: Sequence[str]) -> Locked:
    """Lock these accounts; those that never were charged get their row.

    Shape: ids in order, each once. Locks: the rows, in that order. Idempotent.
    """
    rows = rows_of(uow, "asked", {"n": Column("i4", np.arange(len(account_ids))), "id": Column("text", account_ids)})
    found = _locked(uow, rows)
    if len(found) < len(account_ids):
        uow.execute(
            "insert into charging_account (tenant, billing_account_id, opened_at) "
            f"select %s, id, %s from {rows.sql} order by id on conflict do nothing",
            (uow.tenant, uow.now, *rows.params),
        )
        found = _locked(uow, rows)
    locked = Locked(np.zeros(len(account_ids), "i8"), np.zeros(len(account_ids), "i8"))
    locked.buckets[found["n"]] = found["buckets"]
    locked.open_from_us[found["n"]] = found["open_from"]
    return locked


def _locked(uow: Uow, rows: Rows) -> NDArray[np.void]:
    return read_table(
        uow,
        "select asked.n, a.buckets, coalesce(a.open_from, 'infinity') as open_from "
        f"from {rows.sql} join charging_account a on a.tenant = %s and a.billing_account_id = asked.id "
        "order by a.billing_account_id for update of a",
        (*rows.params, uow.tenant),
        {"n": "i4", "buckets": "i4", "open_from": "us"},
    )


def note_accounts(uow: Uow, columns: Mapping[str, Column]) -> None:
    """The numbers of their last buckets and the instants from which they have open events; the rows are locked."""
    rows = rows_of(uow, "noted", columns)
    uow.execute(
        "update charging_account a set buckets = noted.buckets, open_from = nullif(noted.open_from, 'infinity') "
        f"from {rows.sql} where a.tenant = %s and a.billing_account_id = noted.id",
        (*rows.params, uow.tenant),
    )


# -- buckets ----------------------------------------------------------------------------------------------------------

_LOADED: Final = {
    **{"subject": "i4", "account": "i4", "term": "i4", "start": "us", "ends": "us", "granted": "i8", "used": "i8"},
    **{"moved": "i8", "reserved": "i8", "priority": "i4", "kind": "i2", "measure": "i2", "told": "i2", "consent": "i4"},
    **{"n": "i4", "restricted": "i4"},
}


class Wanted(NamedTuple):
    """Whose buckets are loaded: accounts, products with their accounts' places, terms by id. `since`: those that ended
    before are left out, but for what is granted once.
    """

    account_ids: Sequence[str]
    product_ids: Sequence[str]
    accounts_of_products: Numbers
    term_ids: Sequence[str]
    since: Instant


def load_buckets(uow: Uow, wanted: Wanted) -> NDArray[np.void]:
    """The buckets of locked accounts, by account and number.

    Shape: `subject` is the product's place, -1 where the account shares it; `account` and `term` are places, `term` -1
    where it stands by none; `granted` -1 is no limit; `restricted` 1 where it is for some services only.
    """
    count = len(wanted.product_ids)
    accounts = rows_of(uow, "mine", _numbered(wanted.account_ids))
    products = rows_of(
        uow,
        "product",
        {**_numbered(wanted.product_ids), "account": Column("i4", wanted.accounts_of_products[:count])},
    )
    terms = rows_of(uow, "term", _numbered(wanted.term_ids))
    return read_table(
        uow,
        "select coalesce(product.n, -1), mine.n, coalesce(term.n, -1), b.start_at, b.end_at, coalesce(b.granted, -1), "
        "b.used, b.moved, b.reserved, b.priority, b.kind, b.measure, b.told, b.consent::int, b.n, "
        "(b.services is not null)::int "
        f"from {accounts.sql} join charging_bucket b on b.tenant = %s and b.billing_account_id = mine.id "
        f"left join {products.sql} on product.id = b.subject_id and product.account = mine.n "
        f"left join {terms.sql} on term.id = b.term_id "
        "where (b.end_at > %s or b.is_once) and (product.n is not null or b.subject_id = mine.id) "
        "and (term.n is not null or b.term_id = '') order by mine.n, b.n",
        (*accounts.params, uow.tenant, *products.params, *terms.params, wanted.since),
        _LOADED,
    )


def _numbered(ids: Sequence[str]) -> dict[str, Column]:
    return {"n": Column("i4", np.arange(len(ids))), "id": Column("text", ids)}


def services_of(uow: Uow, keys: Sequence[tuple[str, int]]) -> dict[tuple[str, int], list[str]]:
    """The services that restricted buckets are for, by account and number."""
    rows = uow.all(
        "select b.billing_account_id, b.n, b.services from unnest(%s::text[], %s::int[]) as u (a, n) "
        "join charging_bucket b on b.tenant = %s and b.billing_account_id = u.a and b.n = u.n",
        ([account for account, _ in keys], [n for _, n in keys], uow.tenant),
    )
    return {(row["billing_account_id"], row["n"]): row["services"] for row in rows}


_ADDED: Final = (
    "n, subject_id, kind, term_id, start_at, end_at, measure, currency, used, moved, reserved, priority, "
    "told, name, price_version, price_entity_version"
)


def add_buckets(uow: Uow, columns: Mapping[str, Column], source: str) -> None:
    """Keep buckets that are new; the accounts are locked.

    Shape: the table's columns by name; `account` is the account's id, `granted` -1 no limit, `once` 1 for is_once.
    """
    rows = rows_of(uow, "added", columns)
    uow.execute(
        f"insert into charging_bucket (tenant, billing_account_id, {_ADDED}, granted, is_once, source, granted_at) "
        f"select %s, account, {_ADDED}, nullif(granted, -1), once <> 0, %s, %s from {rows.sql} order by account, n",
        (uow.tenant, source, uow.now, *rows.params),
    )


def put_buckets(uow: Uow, columns: Mapping[str, Column]) -> None:
    """How buckets stand now; the accounts are locked. Shape: account, n, used, moved, reserved, told."""
    rows = rows_of(uow, "put", columns)
    uow.execute(
        "update charging_bucket b set used = put.used, moved = put.moved, reserved = put.reserved, told = put.told "
        f"from {rows.sql} where b.tenant = %s and b.billing_account_id = put.account and b.n = put.n",
        (*rows.params, uow.tenant),
    )


_SHOWN: Final = (
    "b.billing_account_id, b.n, b.subject_id, b.kind, b.term_id, nullif(b.start_at, '-infinity') as start_at, "
    "nullif(b.end_at, 'infinity') as end_at, b.measure, b.currency, b.granted, b.used, b.moved, b.reserved, "
    "b.priority, b.services, b.told, b.consent, b.name, b.source, b.price_version, b.price_entity_version, b.granted_at"
)
"""A bucket as a row; what always was or has no end has none."""


def buckets_by_number(uow: Uow, keys: Sequence[tuple[str, int]]) -> dict[tuple[str, int], dict[str, Any]]:
    """Buckets as rows, by account and number."""
    rows = uow.all(
        f"select {_SHOWN} from unnest(%s::text[], %s::int[]) as u (a, n) "
        "join charging_bucket b on b.tenant = %s and b.billing_account_id = u.a and b.n = u.n",
        ([account for account, _ in keys], [n for _, n in keys], uow.tenant),
    )
    return {(row["billing_account_id"], row["n"]): row for row in rows}


def buckets_of(uow: Uow, billing_account_id: str, product_id: str, moment: Instant) -> list[dict[str, Any]]:
    """The buckets of a product and those that its account shares, as rows, which hold an instant; by number."""
    return uow.all(
        f"select {_SHOWN} from charging_bucket b where tenant = %s and billing_account_id = %s "
        "and subject_id = any(%s) and start_at <= %s and end_at > %s order by n",
        (uow.tenant, billing_account_id, [product_id, billing_account_id], moment, moment),
    )


def buckets_of_account(uow: Uow, billing_account_id: str) -> list[dict[str, Any]]:
    """Every bucket of an account, as rows, by number."""
    return uow.all(
        f"select {_SHOWN} from charging_bucket b where tenant = %s and billing_account_id = %s order by n",
        (uow.tenant, billing_account_id),
    )
