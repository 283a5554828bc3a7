"""Why a bill and each of its lines are what they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tandem.bss.billing import store
from tandem.bss.billing.queries.bills import get_bill, get_line
from tandem.bss.billing.terms import APPLIED_RATE, CUSTOMER_BILL, BillLine, BillView
from tandem.bss.charging import public as charging
from tandem.bss.subscriptions import public as subscriptions
from tandem.kernel.money import Money, total
from tandem.kernel.store import Uow
from tandem.kernel.why import Why, changes_of

_SHOWN: Final = 200
"""Rated events that are explained one by one; a line of more has the rest as one sum."""


def why_bill(uow: Uow, *, bill_id: str) -> Why:
    """Why a bill is what it is: its lines, whose amounts sum to it, and what happened to it. Raises: BillUnknown."""
    bill = get_bill(uow, bill_id=bill_id)
    lines = tuple(_line(uow, bill, line) for line in bill.lines)
    return Why(
        what=f"bill {bill.number}",
        entity=CUSTOMER_BILL,
        id=bill.bill_id,
        amount=bill.gross,
        facts={"state": bill.state, "account": bill.billing_account_id, "lines": str(len(lines))},
        because=(*lines, *changes_of(uow, CUSTOMER_BILL, bill_id)),
    )


def why_line(uow: Uow, *, rate_id: str) -> Why:
    """Why a line is what it is; the leaves' amounts sum to the line. Raises: LineUnknown."""
    line, bill_id = get_line(uow, rate_id=rate_id)
    return _line(uow, get_bill(uow, bill_id=bill_id), line)


def _line(uow: Uow, bill: BillView, line: BillLine) -> Why:
    causes = tuple(_use(uow, bill, line) if line.kind == "usageCharge" else _charge(uow, line))
    return Why(
        what=f"{line.name}: {line.description}",
        entity=APPLIED_RATE,
        id=line.rate_id,
        amount=line.gross,
        facts={
            "net": str(line.net),
            line.tax_category or "tax": str(line.vat),
            "bill": bill.number,
            "price": line.facts.get("priceVersion", ""),
        },
        because=(*causes, *_remainder(line, causes)),
    )


def _charge(uow: Uow, line: BillLine) -> Iterator[Why]:
    """The price by its days, and the product that it is for."""
    base = line.gross if line.facts.get("taxIncluded") == "yes" else line.net
    facts = {
        name: line.facts[name] for name in ("priceVersion", "catalogue", "days", "daysInMonth") if name in line.facts
    }
    price_id = line.facts.get("priceId", "")
    yield Why(what=line.facts.get("formula", ""), entity="ProductOfferingPrice", id=price_id, amount=base, facts=facts)
    product = subscriptions.get_subscription(uow, product_id=line.product_id)
    yield Why(
        what=f"{product.name} is {product.status}" + (f", number {product.msisdn}" if product.msisdn else ""),
        entity="Product",
        id=product.product_id,
        at=product.active_from,
        facts={"offering": product.offering_id, "order": product.order_id or ""},
    )


def _use(uow: Uow, bill: BillView, line: BillLine) -> Iterator[Why]:
    """Each rated event, as charging explains it."""
    ids = store.causes_of(uow, bill.billing_account_id, line.rate_id)
    for event_id in ids[:_SHOWN]:
        yield charging.why_rated(uow, rated_event_id=event_id)
    rest = charging.rated_events_by_id(uow, rated_event_ids=ids[_SHOWN:])
    if rest:
        amount = total([event.amount for event in rest], line.gross.currency)
        yield Why(what=f"{len(rest)} further charges of the same price", entity="RatedEvent", amount=amount)


def _remainder(line: BillLine, causes: tuple[Why, ...]) -> Iterator[Why]:
    """What was added to the causes: tax where prices are without it, and rounding to cents."""
    currency = line.gross.currency
    told = total([cause.amount for cause in causes if cause.amount is not None], currency)
    if line.facts.get("taxIncluded") == "no":
        told = told + line.vat
        yield Why(what=f"{line.tax_category} on top", amount=line.vat)
    rounding: Money = line.gross - told
    if rounding:
        yield Why(what="rounded half-up to cents", amount=rounding)
