"""What use took of money: what the buckets say, and what the charges say of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tandem.bss.charging.rules.core.layout import MONEY, USED
from tandem.kernel.period import Instant
from tandem.kernel.store import Uow


def accounts_with_used_money(uow: Uow, *, after: str, limit: int) -> list[str]:
    """A page of the accounts of whose money something was ever used, or given back after it."""
    rows = uow.all(
        "select distinct billing_account_id from charging_bucket "
        "where tenant = %s and kind = %s and granted > 0 and billing_account_id > %s order by 1 limit %s",
        (uow.tenant, MONEY, after, limit),
    )
    return [row["billing_account_id"] for row in rows]


def used_money(uow: Uow, billing_account_id: str) -> dict[str, int]:
    """Micros by currency that use took of an account's money, ever. The account is locked."""
    rows = uow.all(
        "select currency, sum(used) as micros from charging_bucket "
        "where tenant = %s and billing_account_id = %s and kind = %s group by currency",
        (uow.tenant, billing_account_id, MONEY),
    )
    return {row["currency"]: int(row["micros"]) for row in rows}


def money_taken(uow: Uow, billing_account_id: str, since: Instant | None, late: timedelta) -> list[dict[str, Any]]:
    """Micros that charges and their reversals moved of money, by currency and tariff; of all, or of those rated since.

    `late`: of those rated since, the ones whose use began so long before at most.
    """
    rated = "" if since is None else "and e.started_at >= %s and e.rated_at >= %s "
    return uow.all(
        "select e.tariff_key, b.currency, sum(split_part(move, ':', 3)::bigint) as micros "
        "from charging_rated_event e cross join lateral string_to_table(e.moves, ';') as told (move) "
        "join charging_bucket b on b.tenant = e.tenant and b.billing_account_id = e.billing_account_id "
        "and b.n = split_part(move, ':', 1)::int and b.kind = %s "
        "where e.tenant = %s and e.billing_account_id = %s and e.moves is not null "
        f"{rated}and split_part(move, ':', 2) = %s group by 1, 2",
        (
            *(MONEY, uow.tenant, billing_account_id),
            *(() if since is None else (since - late, since)),
            str(USED),
        ),
    )
