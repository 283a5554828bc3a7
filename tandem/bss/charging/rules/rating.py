"""What a usage record costs by the terms of a plan: allowances first, then the price of the longest prefix.

`docs/how/rating.md` has worked figures. All counting is in whole units (seconds, octets, messages) and micro-units.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tandem.bss.catalog.terms import AllowanceTerm, PlanTerms, UsageTerm
from tandem.bss.charging.terms import RatedEvent, Suspension, UsageRecord
from tandem.kernel.money import Money, Rounding

RULE: Final = "charging.rate/1"
"""Stands on each rated event: a later rule that counts otherwise gets another number."""

AMOUNT_DIGITS: Final = 2
AMOUNT_ROUNDING: Final = Rounding.HALF_UP


@dataclass(frozen=True, slots=True)
class Bucket:
    """An allowance as it stands. Units: the term's; `granted` is `None` where there is no limit."""

    granted: int | None
    used: int

    def could_give(self, wanted: int) -> int:
        """How much of what is wanted is left."""
        return wanted if self.granted is None else min(wanted, self.granted - self.used)

    def after(self, taken: int) -> Bucket:
        """The allowance with so much more used."""
        return Bucket(self.granted, self.used + taken)


@dataclass(frozen=True, slots=True)
class Charge:
    """One part of a usage record by one term. `used_before` is the allowance's state, `None` for a priced part."""

    term: UsageTerm | AllowanceTerm
    quantity: int
    charged_units: int
    amount: Money
    used_before: int | None


def rate(
    record: UsageRecord, terms: PlanTerms, buckets: Mapping[str, Bucket]
) -> tuple[tuple[Charge, ...], Suspension | None]:
    """The charges for a usage record, in the order in which they apply, or why there is none.

    Shape: `buckets` by price id, one for each of `allowances_for`.
    Rounding: use up to whole increments, from the record's first unit on: what an allowance leaves over is a
    continuation and pays no first increment again. The amount half-up to the cent, once per charge.
    """
    charges: list[Charge] = []
    rest = record.quantity
    for term in allowances_for(record, terms):
        charge = _from_allowance(term, rest, bool(charges), buckets[term.source.price_id], terms.currency)
        if charge is not None:
            charges.append(charge)
            rest -= charge.quantity
            if rest == 0:
                return tuple(charges), None
    price = price_for(record, terms)
    if price is None:
        return (), _no_price(record, terms)
    return (*charges, _at_price(price, rest, bool(charges), terms.currency)), None


def _from_allowance(term: AllowanceTerm, rest: int, continues: bool, bucket: Bucket, currency: str) -> Charge | None:
    """What an allowance pays of the rest; `None` when it is used up."""
    wanted = counted(rest, term.first_increment, term.next_increment, continues=continues)
    taken = bucket.could_give(wanted)
    if taken == 0 and wanted > 0:
        return None
    return Charge(term, min(rest, taken), taken, Money.zero(currency), bucket.used)


def _at_price(term: UsageTerm, rest: int, continues: bool, currency: str) -> Charge:
    units = counted(rest, term.first_increment, term.next_increment, continues=continues)
    amount = Money(term.amount_micros, currency).scaled(
        units, term.per_units, digits=AMOUNT_DIGITS, mode=AMOUNT_ROUNDING
    )
    return Charge(term, rest, units, amount, None)


def counted(quantity: int, first: int, following: int, *, continues: bool = False) -> int:
    """The units that a quantity counts as: the first increment whole, then whole following ones; nothing is nothing.

    Rounding: up. With `continues` the first increment has been counted already.
    """
    if quantity == 0:
        return 0
    if continues:
        return -(-quantity // following) * following
    return first if quantity <= first else first + -(-(quantity - first) // following) * following


def price_for(record: UsageRecord, terms: PlanTerms) -> UsageTerm | None:
    """The price of the longest prefix of the destination; of equals, the one of the smaller price id."""
    fitting = [
        (-length, term.source.price_id, term)
        for term in terms.usage
        if term.usage_type == record.usage_type and (length := matched(term.prefixes, record.destination)) is not None
    ]
    return min(fitting, key=lambda found: found[:2])[2] if fitting else None


def allowances_for(record: UsageRecord, terms: PlanTerms) -> tuple[AllowanceTerm, ...]:
    """The allowances that may pay for a usage record, in the order of their use.

    An allowance for certain prefixes does not pay where a longer prefix has a price of its own: a premium number within
    the country is not a national call.
    """
    price = price_for(record, terms)
    priced = 0 if price is None else matched(price.prefixes, record.destination) or 0
    return tuple(
        term
        for term in terms.allowances
        if term.usage_type == record.usage_type
        and (length := matched(term.prefixes, record.destination)) is not None
        and (not term.prefixes or length >= priced)
    )


def matched(prefixes: Iterable[str], destination: str) -> int | None:
    """The length of the longest prefix of a destination; 0 where none is asked for, `None` where none fits."""
    lengths = [len(prefix) for prefix in prefixes if destination.startswith(prefix)]
    return max(lengths, default=None) if prefixes else 0


def _no_price(record: UsageRecord, terms: PlanTerms) -> Suspension:
    to = f" to {record.destination}" if record.destination else ""
    return Suspension("no_price", f"{terms.cited_as} has no price for {record.usage_type}{to}")


def buckets_before(record: UsageRecord, terms: PlanTerms, events: Sequence[RatedEvent]) -> dict[str, Bucket]:
    """The allowances as they stood before a record was rated, from the charges that were made of it.

    One that fits and gave nothing had nothing left.
    """
    moves = {event.move.price_id: event.move for event in events if event.move is not None}
    return {
        term.source.price_id: Bucket(
            term.amount,
            moves[term.source.price_id].used_before if term.source.price_id in moves else term.amount or 0,
        )
        for term in allowances_for(record, terms)
    }


def is_the_same(charges: Sequence[Charge], events: Sequence[RatedEvent]) -> bool:
    """Whether rating a record again made the charges that it has."""
    made = [(one.term.source, one.quantity, one.charged_units, one.amount) for one in charges]
    return made == [(event.term, event.quantity, event.charged_units, event.amount) for event in events]


def rating_tag(charge: Charge, record: UsageRecord, terms: PlanTerms) -> str:
    """Within an allowance, past one, or beside all. Standard: TMF635, usageRatingTag."""
    if charge.used_before is not None:
        return "included usage"
    return "non included usage" if allowances_for(record, terms) else "usage"
