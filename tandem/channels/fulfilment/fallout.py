"""The fall-out list: orders that do not go on, by cause; to be tried again one by one, picked, or all of a cause."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal

from starlette.responses import Response

from tandem.bss.catalog import public as catalog
from tandem.bss.ordering import public as ordering
from tandem.bss.ordering.terms import FalloutFilter, OrderItemView, OrderView
from tandem.bss.party import public as party
from tandem.channels.fulfilment.words import CAUSES, WAITING, short_id
from tandem.channels.kit import formats
from tandem.channels.kit.i18n import Text, _, ngettext
from tandem.channels.kit.lists import (
    BulkAction,
    Choice,
    Column,
    DayRange,
    ListPage,
    Outcome,
    Query,
    RowAction,
    Rows,
    Search,
    Toggle,
    View,
    for_each,
)
from tandem.channels.kit.parts import Chip, Kpi
from tandem.channels.kit.visit import Visit
from tandem.kernel.errors import NotFound
from tandem.kernel.period import Instant, local_midnight
from tandem.kernel.store import Uow
from tandem.oss.inventory import public as inventory

PATH: Final = "/desk/fulfilment/fallout"
ORDERS: Final = "/desk/fulfilment/orders"
_RETRY_AT_ONCE: Final = 500
_LEAST_TEXT: Final = 2
_SORTS: Final[dict[str, Literal["since", "placed", "code"]]] = {"since": "since", "placed": "placed", "code": "code"}


@dataclass(frozen=True, slots=True)
class FalloutRow:
    """An order that does not go on."""

    id: str
    customer_id: str
    customer: str
    wants: str
    code: str
    reason: str
    next_action: str
    waits: bool
    since: Instant | None
    placed_at: Instant


@dataclass(frozen=True, slots=True)
class CauseGroup:
    """The held orders of one cause."""

    code: str
    chip: Chip
    count: int
    href: str
    chosen: bool


def rows(visit: Visit, query: Query) -> Rows:
    """A page of orders that do not go on."""
    found, total = ordering.fallout(visit.uow, wanted=_wanted(visit, query), limit=query.limit, offset=query.offset)
    names = names_of(visit.uow, [order.customer_id for order in found if order.customer_id])
    return Rows([_row(visit.uow, order, names) for order in found], total)


def _wanted(visit: Visit, query: Query) -> FalloutFilter:
    text = query.one("q") or ""
    customers = party.find_customers(visit.uow, text=text) if len(text) >= _LEAST_TEXT else []
    since, until = days(visit, query, "since")
    return FalloutFilter(
        standing="waiting" if query.on("waiting") else "held",
        codes=query.all("cause"),
        text=text,
        customer_ids=tuple(customer.customer_id for customer in customers),
        since=since,
        until=until,
        sort=_SORTS.get(query.sort, "since"),
        descending=query.descending,
    )


def days(visit: Visit, query: Query, name: str) -> tuple[Instant | None, Instant | None]:
    """The half-open stretch of a day range, in the zone of whoever asks."""
    zone = visit.speaking.zone.key
    first, last = query.day(f"{name}_from"), query.day(f"{name}_to")
    return (
        local_midnight(first, zone) if first else None,
        local_midnight(last + timedelta(days=1), zone) if last else None,
    )


def names_of(uow: Uow, customer_ids: Sequence[str]) -> dict[str, str]:
    """Customers' names by id."""
    return {
        customer.customer_id: customer.name
        for customer in party.customers_by_id(uow, customer_ids=sorted(set(customer_ids)))
    }


def _row(uow: Uow, order: OrderView, names: dict[str, str]) -> FalloutRow:
    problem, customer_id = order.problem, order.customer_id or ""
    return FalloutRow(
        id=order.id,
        customer_id=customer_id,
        customer=names.get(customer_id, customer_id),
        wants=wants(uow, order),
        code=problem.code if problem else "",
        reason=problem.reason if problem else "",
        next_action=problem.next_action if problem else "",
        waits=bool(problem and problem.waits),
        since=problem.since if problem else None,
        placed_at=order.placed_at,
    )


def wants(uow: Uow, order: OrderView) -> str:
    """What an order is about, in the offerings' words."""
    return ", ".join(_item_word(uow, item) for item in order.items)


def _item_word(uow: Uow, item: OrderItemView) -> str:
    if item.offering_name or item.offering_id is None:
        return item.offering_name or item.action
    try:
        return str(catalog.get_offering(uow, offering_id=item.offering_id).doc.get("name") or item.offering_id)
    except NotFound:
        return item.offering_id


def retry_picked(visit: Visit, keys: Sequence[str], reason: str) -> Outcome:
    """Try the picked orders again, each for itself."""
    return for_each(visit, keys, lambda uow, key: ordering.retry_order(uow, order_id=key))


def retry_cause(visit: Visit) -> Response:
    """Try every held order of a cause again."""
    code = visit.sent("cause")
    held, total = ordering.fallout(visit.uow, wanted=FalloutFilter(codes=(code,)), limit=_RETRY_AT_ONCE)
    outcome = retry_picked(visit, [order.id for order in held], "")
    tried = ngettext("%(num)s order is tried again.", "%(num)s orders are tried again.", outcome.done)
    if outcome.done < total:
        left = _("%(tried)s %(left)s stay held; look at them one by one.", tried=tried, left=total - outcome.done)
        return visit.see(PATH, left, tone="warning")
    return visit.see(PATH, tried)


def besides(visit: Visit, query: Query) -> dict[str, object]:
    """The figures and the causes above the list."""
    return {"figures": _figures(visit), "causes": _groups(visit, query), "retry": f"{PATH}/retry"}


def _figures(visit: Visit) -> list[Kpi]:
    counts = ordering.count_by_state(visit.uow)
    held, waiting = counts.get("held", 0), counts.get("waiting", 0)
    free = {
        level.pool: level.by_state.get("available", 0) + level.by_state.get("in_stock", 0)
        for level in inventory.pool_levels(visit.uow)
    }
    return [
        Kpi(_("Held"), formats.number(held), PATH, tone="bad" if held else "neutral"),
        Kpi(WAITING.word, formats.number(waiting), f"{PATH}?waiting=1", tone="warning" if waiting else "neutral"),
        Kpi(_("In progress"), formats.number(counts.get("inProgress", 0))),
        *(
            Kpi(_pool_word(pool), formats.number(left), tone="neutral" if left else "bad")
            for pool, left in free.items()
        ),
    ]


def _pool_word(pool: str) -> Text:
    return _("Free in %(pool)s", pool=pool)


def _groups(visit: Visit, query: Query) -> list[CauseGroup]:
    return [
        CauseGroup(code, CAUSES(code) if code else Chip(_("No cause given")), count, f"{PATH}?cause={code}", chosen)
        for code, count in ordering.fallout_by_error(visit.uow).items()
        for chosen in [code in query.all("cause")]
    ]


def fallout_page() -> ListPage:
    """The list."""
    return ListPage(
        path=PATH,
        title=_("Fall-out"),
        topics=("ProductOrder",),
        sort="since",
        columns=(
            Column("id", _("Order"), short_id, link=ORDERS + "/{id}", export=str),
            Column("customer", _("Customer")),
            Column("wants", _("Wants"), narrow=False, chosen=False),
            Column("code", _("Cause"), CAUSES, sort=True, export=str),
            Column("reason", _("Reason")),
            Column("next_action", _("Next action"), narrow=False, chosen=False),
            Column("since", _("Since"), formats.brief, sort=True),
            Column("placed_at", _("Placed"), formats.brief, sort="placed", narrow=False, chosen=False),
            Column("customer_id", _("Customer number"), chosen=False),
        ),
        filters=(
            Search(label=_("Order, customer or reason")),
            Choice("cause", _("Cause"), CAUSES.options(), open=True),
            DayRange("since", _("Since")),
            Toggle("waiting", WAITING.word),
        ),
        views=(View(WAITING.word, "waiting=1"), View(_("Newest first"), "sort=-since")),
        rows=rows,
        bulk=(BulkAction("retry", _("Try again"), retry_picked, "retry"),),
        row_actions=(RowAction(_("Try again"), ORDERS + "/{id}/retry", "retry", "post", lambda row: not row.waits),),
        empty=_("No order is held. Orders that wait for the network go on by themselves."),
        template="fulfilment/fallout.html",
        besides=besides,
    )
