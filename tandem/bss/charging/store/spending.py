"""What policy functions watch: their subscriptions, and how the watched counters stood when they were told last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from psycopg.types.json import Jsonb

from tandem.bss.charging.terms.online import SubscriberKind
from tandem.kernel.access.personal import PersonalData
from tandem.kernel.period import Instant
from tandem.kernel.store import Uow, plain_table

WATCH: Final = plain_table(
    "charging_spending_watch",
    """
    tenant text not null,
    billing_account_id text collate "C" not null,
    id text collate "C" not null,
    product_id text collate "C" not null,
    subscriber text not null,
    subscriber_kind text not null,
    notify_at text not null,
    notify_id text,
    counters text[] not null,
    expires_at timestamptz,
    told jsonb not null,
    is_changed boolean not null default false,
    not_before timestamptz not null default '-infinity',
    attempts integer not null default 0,
    primary key (tenant, billing_account_id, id)
    """,
    also=(
        "create index charging_spending_watch_id on charging_spending_watch (tenant, id)",
        "create index charging_spending_watch_waiting on charging_spending_watch (tenant, not_before) where is_changed",
    ),
)
"""A policy function's subscription. No counters: all. `told`: the status of each counter as it was told last.

`not_before` is real time: a function that does not answer is told later.
"""

PERSONAL_DATA: Final = (
    PersonalData(table="charging_spending_watch", path="subscriber", kind="contact", subject="product_id"),
)

_COLUMNS: Final = (
    "billing_account_id, id, product_id, subscriber, subscriber_kind, notify_at, notify_id, counters, expires_at, "
    "told, attempts"
)


class WatchRow(NamedTuple):
    """A subscription as its row says it."""

    billing_account_id: str
    id: str
    product_id: str
    subscriber: str
    subscriber_kind: SubscriberKind
    notify_at: str
    notify_id: str | None
    counters: Sequence[str]
    expires_at: Instant | None
    told: Mapping[str, str]
    attempts: int = 0


def _row(row: Mapping[str, Any]) -> WatchRow:
    return WatchRow(**row)


def add_watch(uow: Uow, watch: WatchRow) -> None:
    """Keep a subscription."""
    marks = ", ".join(["%s"] * len(watch))
    uow.execute(
        f"insert into charging_spending_watch (tenant, {_COLUMNS}) values (%s, {marks})",
        (uow.tenant, *watch[:7], list(watch.counters), watch.expires_at, Jsonb(dict(watch.told)), watch.attempts),
    )


def find_watch(uow: Uow, watch_id: str) -> WatchRow | None:
    """A subscription that has not ended. Locks: its row."""
    row = uow.one(
        f"select {_COLUMNS} from charging_spending_watch where tenant = %s and id = %s "
        "and coalesce(expires_at, 'infinity'::timestamptz) > %s for update",
        (uow.tenant, watch_id, uow.now),
    )
    return None if row is None else _row(row)


def put_watch(uow: Uow, watch: WatchRow, *, is_changed: bool) -> None:
    """How a subscription stands now; `is_changed`: there is something to tell."""
    uow.execute(
        "update charging_spending_watch set notify_at = %s, notify_id = %s, counters = %s, expires_at = %s, told = %s, "
        "is_changed = %s, not_before = '-infinity', attempts = 0 "
        "where tenant = %s and billing_account_id = %s and id = %s",
        (
            *(watch.notify_at, watch.notify_id, list(watch.counters), watch.expires_at, Jsonb(dict(watch.told))),
            *(is_changed, uow.tenant, watch.billing_account_id, watch.id),
        ),
    )


def end_watch(uow: Uow, watch: WatchRow) -> None:
    """Drop a subscription."""
    uow.execute(
        "delete from charging_spending_watch where tenant = %s and billing_account_id = %s and id = %s",
        (uow.tenant, watch.billing_account_id, watch.id),
    )


def note_crossing(uow: Uow, billing_account_id: str, product_id: str | None, counter: str) -> None:
    """Subscriptions to a counter of an account, or of one of its products, have something to tell."""
    uow.execute(
        "update charging_spending_watch set is_changed = true, not_before = '-infinity', attempts = 0 "
        "where tenant = %s and billing_account_id = %s and product_id = coalesce(%s, product_id) "
        "and (counters = '{}' or %s = any(counters))",
        (uow.tenant, billing_account_id, product_id, counter),
    )


def take_changed(uow: Uow, *, at: Instant, limit: int) -> list[WatchRow]:
    """Subscriptions with something to tell whose turn it is. Units: real time. Locks: the rows, past others'."""
    rows = uow.all(
        f"select {_COLUMNS} from charging_spending_watch where tenant = %s and is_changed and not_before <= %s "
        "order by not_before, id limit %s for update skip locked",
        (uow.tenant, at, limit),
    )
    return [_row(row) for row in rows]


def put_off_watch(uow: Uow, watch: WatchRow, until: Instant) -> None:
    """It could not be told now. Units: real time."""
    uow.execute(
        "update charging_spending_watch set not_before = %s, attempts = attempts + 1 "
        "where tenant = %s and billing_account_id = %s and id = %s",
        (until, uow.tenant, watch.billing_account_id, watch.id),
    )


def settle_watch(uow: Uow, watch: WatchRow, told: Mapping[str, str]) -> None:
    """It was told so; what changed meanwhile is told the next time."""
    uow.execute(
        "update charging_spending_watch set told = %s, is_changed = false "
        "where tenant = %s and billing_account_id = %s and id = %s and attempts = %s",
        (Jsonb(dict(told)), uow.tenant, watch.billing_account_id, watch.id, watch.attempts + 1),
    )
