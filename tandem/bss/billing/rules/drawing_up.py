"""What stands on a bill: recurring charges by their days, charges made once, and use, each with tax and its reasons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from tandem.bss.billing.rules import proration, wording
from tandem.bss.billing.rules.tax import Taxed, taxed
from tandem.bss.billing.terms import CurrencyDiffers, LineKind
from tandem.bss.catalog.terms import OneTimeTerm, PlanTerms, RecurringTerm, Source
from tandem.bss.charging.terms import TermCharges
from tandem.kernel.money import Money, total
from tandem.kernel.period import Instant, LocalDays, Period, bill_month, local_date

RULE: Final = "billing/1"
"""Names this version of the rules in bookings and explanations."""


@dataclass(frozen=True, slots=True)
class BillFrame:
    """Which charges a bill takes.

    On cycle, at the beginning of a bill month: use and finished months before `cutoff`, and that month in advance.
    On demand: use up to `cutoff`, finished months, and what is not billed yet of the month at hand.
    """

    bill_day: int
    zone_name: str
    currency: str
    cutoff: Instant
    period: Period
    advance_until: date
    arrears_until: date


@dataclass(frozen=True, slots=True)
class BilledProduct:
    """A product with what earlier bills have charged for it.

    Shape: `plans`, terms by the first day of a bill month; `billed_to`, price → the day after the last one charged;
    `billed_once`, prices charged once.
    """

    product_id: str
    active_from: Instant
    active_to: Instant | None
    plans: Mapping[date, PlanTerms]
    billed_to: Mapping[str, date] = field(default_factory=dict)
    billed_once: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class DrawnLine:
    """A line before it has an id. `days` are those that a recurring charge is for; use and single charges have none."""

    kind: LineKind
    name: str
    description: str
    product_id: str
    price_id: str
    covers: Period
    amounts: Taxed
    tax_category: str
    tax_rate_bp: int
    facts: Mapping[str, str]
    days: LocalDays | None = None
    rated_event_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DrawnBill:
    """All lines of a bill; totals are sums of lines and nothing else."""

    frame: BillFrame
    lines: tuple[DrawnLine, ...]

    @property
    def net(self) -> Money:
        """Without tax."""
        return total([line.amounts.net for line in self.lines], self.frame.currency)

    @property
    def vat(self) -> Money:
        """The tax."""
        return total([line.amounts.vat for line in self.lines], self.frame.currency)

    @property
    def gross(self) -> Money:
        """What is to be paid."""
        return total([line.amounts.gross for line in self.lines], self.frame.currency)


def draw_up(
    frame: BillFrame,
    products: Iterable[BilledProduct],
    use: Iterable[TermCharges],
    numbers: Mapping[str, str] | None = None,
) -> DrawnBill:
    """The bill: each product's charges made once and its recurring ones, then all use. Raises: CurrencyDiffers.

    Shape: `numbers` of earlier bills that use corrects, by their ids.
    """
    lines: list[DrawnLine] = []
    for product in products:
        lines += _once(frame, product)
        lines += _recurring(frame, product)
    known = numbers or {}
    lines += [_usage(frame, charges, known.get(charges.corrects or "")) for charges in use]
    for line in lines:
        _require_currency(frame, line)
    return DrawnBill(frame, tuple(lines))


def months_to_price(frame: BillFrame, product: BilledProduct) -> list[LocalDays]:
    """The bill months whose terms must be known to charge a product: all that may not be billed to their end."""
    first, end = proration.days_active(product.active_from, product.active_to, frame.zone_name)
    if product.billed_to:
        latest = max(product.billed_to.values())
        month = bill_month(min(latest, end), frame.bill_day, frame.zone_name)
        # Charges in arrears are a month behind those in advance.
        previous = bill_month(date.fromordinal(month.first.toordinal() - 1), frame.bill_day, frame.zone_name)
        first = max(first, previous.first)
    until = min(frame.advance_until, end)
    return list(proration.months_from(first, until, frame.bill_day, frame.zone_name))


def priced_at(month: LocalDays, active_from: Instant) -> Instant:
    """The instant whose terms hold for a bill month of a product: its beginning, or the product's."""
    return max(month.period.start, active_from)


# -- recurring --------------------------------------------------------------------------------------------------------


def _recurring(frame: BillFrame, product: BilledProduct) -> Iterator[DrawnLine]:
    first, end = proration.days_active(product.active_from, product.active_to, frame.zone_name)
    start_month = bill_month(first, frame.bill_day, frame.zone_name)
    for month_first, plan in sorted(product.plans.items(), key=lambda item: item[0]):
        month = bill_month(month_first, frame.bill_day, frame.zone_name)
        for term in plan.recurring:
            until = frame.advance_until if term.in_advance else frame.arrears_until
            begin = max(first, product.billed_to.get(term.source.price_id, date.min))
            part = proration.part_of(month, begin, min(end, until))
            if part is not None:
                place = proration.months_between(start_month, month)
                yield _recurring_line(product, plan, term, part, place)


def _recurring_line(
    product: BilledProduct, plan: PlanTerms, term: RecurringTerm, part: proration.Part, place: int
) -> DrawnLine:
    price = Money(term.amount_micros, plan.currency)
    monthly = proration.share_of_month(price, term.months, place) if term.months > 1 else price
    amount = proration.prorated(monthly, part)
    return DrawnLine(
        kind="recurringCharge",
        name=term.name,
        description=wording.days_in_words(part),
        product_id=product.product_id,
        price_id=term.source.price_id,
        covers=part.days.period,
        amounts=taxed(amount, plan.tax_rate_bp, included=plan.tax_included),
        tax_category=plan.tax_category,
        tax_rate_bp=plan.tax_rate_bp,
        facts={
            **_price_facts(plan, term.source),
            "taxIncluded": _yes(plan.tax_included),
            "price": str(price),
            "months": str(term.months),
            "monthly": str(monthly),
            "days": str(part.days.count),
            "daysInMonth": str(part.month.count),
            "formula": wording.formula(monthly, part, amount),
        },
        days=part.days,
    )


def _once(frame: BillFrame, product: BilledProduct) -> Iterator[DrawnLine]:
    if not product.plans:
        return
    plan = product.plans[min(product.plans)]
    for term in plan.one_time:
        if term.source.price_id not in product.billed_once and not product.billed_to:
            yield _one_time_line(frame, product, plan, term)


def _one_time_line(frame: BillFrame, product: BilledProduct, plan: PlanTerms, term: OneTimeTerm) -> DrawnLine:
    amount = Money(term.amount_micros, plan.currency).rounded()
    day = local_date(product.active_from, frame.zone_name)
    first_day = LocalDays(day, date.fromordinal(day.toordinal() + 1), frame.zone_name)
    return DrawnLine(
        kind="oneTimeCharge",
        name=term.name,
        description=wording.day_in_words(day),
        product_id=product.product_id,
        price_id=term.source.price_id,
        covers=first_day.period,
        amounts=taxed(amount, plan.tax_rate_bp, included=plan.tax_included),
        tax_category=plan.tax_category,
        tax_rate_bp=plan.tax_rate_bp,
        facts={
            **_price_facts(plan, term.source),
            "taxIncluded": _yes(plan.tax_included),
            "formula": f"{amount} once",
        },
    )


def _yes(so: bool) -> str:
    return "yes" if so else "no"


def _price_facts(plan: PlanTerms, source: Source) -> dict[str, str]:
    return {
        "priceId": source.price_id,
        "priceVersion": f"{source.price_version} (write {source.entity_version})",
        "offering": plan.offering_id,
        "catalogue": plan.cited_as,
    }


# -- use --------------------------------------------------------------------------------------------------------------


def _usage(frame: BillFrame, charges: TermCharges, corrected: str | None) -> DrawnLine:
    amount = charges.amount.rounded()
    first = local_date(charges.first_at, frame.zone_name)
    last = local_date(charges.last_at, frame.zone_name)
    days = LocalDays(first, date.fromordinal(last.toordinal() + 1), frame.zone_name)
    return DrawnLine(
        kind="usageCharge",
        name=charges.term_name if corrected is None else wording.correction_in_words(charges, corrected),
        description=wording.use_in_words(charges),
        product_id=charges.product_id,
        price_id=charges.term.price_id,
        covers=days.period,
        amounts=taxed(amount, charges.tax_rate_bp, included=charges.tax_included),
        tax_category=charges.tax_category,
        tax_rate_bp=charges.tax_rate_bp,
        facts={
            "priceId": charges.term.price_id,
            "priceVersion": f"{charges.term.price_version} (write {charges.term.entity_version})",
            "offering": charges.offering_id,
            "taxIncluded": _yes(charges.tax_included),
            "usageType": charges.usage_type,
            "quantity": str(charges.quantity),
            "chargedUnits": str(charges.charged_units),
            "unit": charges.unit,
            "withinAllowance": _yes(charges.within_allowance),
            "ratedEvents": str(len(charges.event_ids)),
            **({} if corrected is None else {"correctsBill": str(charges.corrects), "correctsBillNumber": corrected}),
        },
        rated_event_ids=charges.event_ids,
    )


def _require_currency(frame: BillFrame, line: DrawnLine) -> None:
    currency = line.amounts.gross.currency
    if currency != frame.currency:
        raise CurrencyDiffers(
            f"{line.name} is priced in {currency}, and the account is billed in {frame.currency}",
            next_action="give the account that currency, or sell the plan in the account's",
            product=line.product_id,
            price=line.price_id,
        )
