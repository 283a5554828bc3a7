"""Charges for use: searched by number, account, product or record, and one with what paid it and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final

from starlette.responses import Response

from tandem.bss.charging import public as charging
from tandem.bss.charging.terms import BucketMove, RatedEvent, RatedEventPage, RatedEventUnknown
from tandem.bss.party import public as party
from tandem.bss.party.terms import AccountUnknown
from tandem.bss.subscriptions import public as subscriptions
from tandem.channels.finance import record, suspended, words
from tandem.channels.kit import formats
from tandem.channels.kit.i18n import Text, _, speaking
from tandem.channels.kit.lists import Choice, Column, DayRange, ListPage, Query, Rows, Search
from tandem.channels.kit.parts import Chip, Fact, Link
from tandem.channels.kit.visit import Crumb, Visit
from tandem.channels.kit.why import cause_of
from tandem.kernel.money import Money
from tandem.kernel.period import Period
from tandem.kernel.store import Uow
from tandem.kernel.why import Why

PATH: Final = record.RATED
_MONEY: Final = 3
"""The kind of a bucket of money (`BucketMove.kind`): below it are units, above it counters and limits."""
_USED: Final = 0
"""What a move changes (`BucketMove.what`): what is used."""
_FIRST: Final = datetime(2000, 1, 1, tzinfo=UTC)
_LAST: Final = datetime(2200, 1, 1, tzinfo=UTC)
_NOTHING: Final = RatedEventPage((), 0)


@dataclass(frozen=True, slots=True)
class MoveRow:
    """What a charge took out of one bucket."""

    name: str
    kind: Text
    before: str
    taken: str
    after: str


def rows(visit: Visit, query: Query) -> Rows:
    """A page of the charges of whatever was typed."""
    text = (query.one("q") or "").strip()
    if not text:
        return Rows((), 0)
    found = _found(visit.uow, text, query)
    services = query.all("service")
    kept = [event for event in found.events if not services or event.usage_type in services]
    return Rows(kept, found.total if not services else len(kept))


def _found(uow: Uow, text: str, query: Query) -> RatedEventPage:
    period = _period(query)
    ids = _products(uow, text)
    if ids:
        return charging.rated_events_of_product(
            uow, product_id=ids[-1], period=period, limit=query.limit, offset=query.offset
        )
    try:
        party.billing_terms_of(uow, billing_account_id=text)
    except AccountUnknown:
        return _of_record(uow, text)
    return charging.rated_events_of_account(
        uow, billing_account_id=text, period=period, limit=query.limit, offset=query.offset
    )


def _products(uow: Uow, text: str) -> list[str]:
    """The product of an id, or those that had a number, the last holder last."""
    digits = "".join(sign for sign in text if sign not in " +-()/").removeprefix("00")
    if digits.isascii() and digits.isdigit():
        periods = sorted(subscriptions.identifier_periods(uow, msisdns=[digits]), key=lambda one: one.start)
        return [one.product_id for one in periods]
    return list(subscriptions.subscriptions_by_id(uow, product_ids=[text]))


def _of_record(uow: Uow, text: str) -> RatedEventPage:
    """The charges of a usage record, or the one charge of this id."""
    events = charging.rated_events_of_usage(uow, usage_id=text) or charging.rated_events_by_id(
        uow, rated_event_ids=[text]
    )
    return RatedEventPage(tuple(events), len(events))


def _period(query: Query) -> Period | None:
    first, last = query.day("used_from"), query.day("used_to")
    if first is None and last is None:
        return None
    zone = speaking().zone
    start = datetime.combine(first, time(), zone) if first else _FIRST
    return Period(start, datetime.combine(last + timedelta(days=1), time(), zone) if last else _LAST)


def paid_by(event: RatedEvent) -> Chip:
    """What paid a charge, or the most of it."""
    if event.is_within_allowance:
        return words.PAID_BY("allowance")
    parts: Sequence[tuple[str, Money]] = (
        ("money", event.paid),
        ("invoice", event.invoiced),
        ("unpaid", event.unpaid),
    )
    name, amount = max(parts, key=lambda part: part[1].micros)
    return words.PAID_BY(name if amount.micros > 0 else "nothing")


def _quantity(event: RatedEvent) -> str:
    return formats.amount_of_use(event.quantity, event.unit)


def rated_page() -> ListPage:
    """The list."""
    return ListPage(
        path=PATH,
        title=_("Rated events"),
        topics=("Usage",),
        columns=(
            Column("started_at", _("Used"), formats.brief, link=PATH + "/{id}"),
            Column("usage_type", _("Use"), lambda kind: words.USES(kind).word, export=str),
            Column("destination", _("To"), formats.phone),
            Column("quantity", _("How much"), value=_quantity, align="end"),
            Column("amount", _("Amount"), formats.money, align="end"),
            Column("paid_by", _("Paid by"), lambda chip: chip, value=paid_by, export=lambda chip: chip.word),
            Column("term_name", _("Term")),
            Column("zone", _("Zone"), narrow=False),
            Column("bill_id", _("Bill"), narrow=False, chosen=False),
            Column("product_id", _("Product"), narrow=False, chosen=False),
            Column("id", _("Charge"), narrow=False, chosen=False),
        ),
        filters=(
            Search(label=_("Number, billing account, product or record")),
            Choice("service", _("Use"), words.USES.options(), open=True),
            DayRange("used", _("Used")),
        ),
        rows=rows,
        row_tone=lambda event: "muted" if event.reversed_by or event.reversal_of else None,
        empty=_("Search for a number, a billing account, a product or a usage record."),
    )


# -- one charge -------------------------------------------------------------------------------------------------------


def show(visit: Visit) -> Response:
    """GET /desk/finance/rated/{event_id}."""
    event_id = visit.named("event_id")
    found = charging.rated_events_by_id(visit.uow, rated_event_ids=[event_id])
    if not found:
        raise RatedEventUnknown(f"there is no rated event {event_id}", rated_event=event_id)
    event = found[0]
    return visit.page(
        "finance/rated.html",
        event=event,
        title=_("Charge of %(amount)s", amount=formats.money_text(event.amount)),
        chip=paid_by(event),
        crumbs=[Crumb(_("Rated events"), PATH)],
        facts=_facts(event),
        money=_money_facts(event),
        moves=move_rows(event),
        cause=cause_of(charging.why_rated(visit.uow, rated_event_id=event.id), _opened),
    )


def _facts(event: RatedEvent) -> list[Fact]:
    told = [
        Fact(_("Used"), formats.instant(event.started_at, seconds=True)),
        Fact(_("Use"), words.USES(event.usage_type)),
        Fact(_("To"), formats.phone(event.destination)),
        Fact(_("How much"), formats.amount_of_use(event.quantity, event.unit)),
        Fact(_("Counted as"), formats.amount_of_use(event.charged_units, event.unit)),
        Fact(_("Term"), event.term_name),
        Fact(_("Plan"), f"{event.offering_id} {event.offering_version}".strip()),
        Fact(_("Record"), Link(event.usage_id, f"{suspended.PATH}/{event.usage_id}")),
        Fact(_("Billing account"), Link(event.billing_account_id, f"{record.BALANCES}/{event.billing_account_id}")),
        Fact(_("Product"), event.product_id),
        Fact(_("Rated"), formats.instant(event.rated_at, seconds=True)),
    ]
    if event.bill_id:
        told.append(Fact(_("Bill"), Link(event.bill_id, f"/desk/agent/bills/{event.bill_id}")))
    if event.reversed_by:
        told.append(Fact(_("Taken back by"), Link(event.reversed_by, f"{PATH}/{event.reversed_by}")))
    if event.reversal_of:
        told.append(Fact(_("Takes back"), Link(event.reversal_of, f"{PATH}/{event.reversal_of}")))
    return told


def _money_facts(event: RatedEvent) -> list[Fact]:
    named: Sequence[tuple[Text, Money]] = (
        (_("Paid-in money"), event.paid),
        (_("Invoice"), event.invoiced),
        (_("Nobody"), event.unpaid),
        (_("Taken off by a cap"), event.waived),
    )
    return [Fact(label, formats.money(amount)) for label, amount in named if amount]


def move_rows(event: RatedEvent) -> list[MoveRow]:
    """What a charge took out of each balance, with how it stood before and after."""
    kinds = (*words.BALANCE_KINDS.values(),)
    return [
        MoveRow(
            name=move.name,
            kind=kinds[move.kind] if move.kind <= _MONEY else _("Counter"),
            before=_amount(event, move, move.used_before),
            taken=_amount(event, move, move.taken),
            after=_amount(event, move, move.used_before + move.taken),
        )
        for move in event.moves
        if move.what == _USED
    ]


def _amount(event: RatedEvent, move: BucketMove, value: int) -> str:
    if move.kind == _MONEY:
        return formats.money_text(Money(value, event.amount.currency))
    if move.kind > _MONEY or not value:
        return formats.number(value)
    return formats.amount_of_use(value, event.unit)


def _opened(why: Why) -> str | None:
    """Where a node's thing can be looked at on this desk."""
    if why.entity == "RatedEvent" and why.id:
        return f"{PATH}/{why.id}"
    if why.entity == "Usage" and why.id:
        return f"{suspended.PATH}/{why.id}"
    return None
