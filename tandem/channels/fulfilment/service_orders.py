"""All service orders, by state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from tandem.channels.fulfilment.fallout import days, names_of
from tandem.channels.fulfilment.order_page import SERVICE_ORDERS
from tandem.channels.fulfilment.standing import service_words
from tandem.channels.fulfilment.words import CAUSES, ORDER_STATES, short_id
from tandem.channels.kit import formats
from tandem.channels.kit.charts import Chart, Series
from tandem.channels.kit.i18n import _
from tandem.channels.kit.lists import (
    BulkAction,
    Choice,
    Column,
    DayRange,
    ListPage,
    Outcome,
    Query,
    Rows,
    Search,
    View,
    for_each,
)
from tandem.channels.kit.visit import Visit
from tandem.kernel.period import Instant
from tandem.kernel.store import Uow
from tandem.oss.provisioning import public as provisioning
from tandem.oss.provisioning.terms import OrderFilter, ServiceOrderView

_SORTS: Final[dict[str, Literal["order_date", "completion_date", "state"]]] = {
    "taken": "order_date",
    "ended": "completion_date",
    "state": "state",
}


@dataclass(frozen=True, slots=True)
class ServiceOrderRow:
    """A service order in the list."""

    id: str
    external_id: str
    customer: str
    wants: str
    state: str
    code: str
    taken_at: Instant
    ended_at: Instant | None

    @property
    def took_s(self) -> float | None:
        """From taken in to ended. Units: seconds of business time."""
        return None if self.ended_at is None else (self.ended_at - self.taken_at).total_seconds()


def rows(visit: Visit, query: Query) -> Rows:
    """A page of service orders."""
    since, until = days(visit, query, "taken")
    wanted = OrderFilter(
        states=query.all("state"),
        text=query.one("q") or "",
        since=since,
        until=until,
        sort=_SORTS.get(query.sort, "order_date"),
        descending=query.descending,
    )
    found, total = provisioning.list_orders(visit.uow, wanted=wanted, limit=query.limit, offset=query.offset)
    names = names_of(visit.uow, [order.customer_id for order in found if order.customer_id])
    return Rows([_row(visit.uow, order, names) for order in found], total)


def _row(uow: Uow, order: ServiceOrderView, names: dict[str, str]) -> ServiceOrderRow:
    customer_id = order.customer_id or ""
    return ServiceOrderRow(
        id=order.id,
        external_id=order.external_id,
        customer=names.get(customer_id, customer_id),
        wants=service_words(uow, order),
        state=order.state,
        code=str((order.problem or {}).get("code", "")),
        taken_at=order.taken_at,
        ended_at=order.ended_at,
    )


def retry_picked(visit: Visit, keys: Sequence[str], reason: str) -> Outcome:
    """Try the picked orders again, each for itself; those that are not held refuse."""
    return for_each(visit, keys, lambda uow, key: provisioning.retry(uow, service_order_id=key))


def besides(visit: Visit, query: Query) -> dict[str, object]:
    """How many orders are in each state."""
    counts = provisioning.count_by_state(visit.uow)
    known = [state for state, _word in ORDER_STATES.options() if counts.get(state)]
    chart = Chart(
        _("Service orders by state"),
        [ORDER_STATES(state).word for state in known],
        (Series(_("Orders"), [counts[state] for state in known]),),
    )
    return {"chart": chart if known else None}


def _took(seconds: float | None) -> str:
    if seconds is None:
        return formats.NOTHING
    return formats.milliseconds(seconds) if seconds < 1 else formats.duration(seconds)


def service_orders_page() -> ListPage:
    """The list."""
    return ListPage(
        path=SERVICE_ORDERS,
        title=_("Service orders"),
        topics=("ServiceOrder",),
        sort="-taken",
        columns=(
            Column("id", _("Service order"), short_id, link=SERVICE_ORDERS + "/{id}", export=str),
            Column("state", _("State"), ORDER_STATES, sort=True, export=str),
            Column("customer", _("Customer")),
            Column("wants", _("Wants"), narrow=False),
            Column("code", _("Cause"), lambda code: CAUSES(code) if code else "–", export=str),
            Column("taken_at", _("Taken in"), formats.brief, sort="taken"),
            Column("ended_at", _("Ended"), formats.brief, sort="ended", narrow=False, chosen=False),
            Column("took_s", _("Took"), _took, align="end", narrow=False, export=lambda seconds: seconds),
            Column("external_id", _("Asked for by"), short_id, chosen=False, export=str),
        ),
        filters=(
            Search(label=_("Number of the order or of what asked for it")),
            Choice("state", _("State"), ORDER_STATES.options()),
            DayRange("taken", _("Taken in")),
        ),
        views=(View(_("In progress"), "state=inProgress"), View(_("Held"), "state=held&sort=taken")),
        rows=rows,
        bulk=(BulkAction("retry", _("Try again"), retry_picked, "retry"),),
        empty=_("No service order yet."),
        template="fulfilment/service_orders.html",
        besides=besides,
    )
