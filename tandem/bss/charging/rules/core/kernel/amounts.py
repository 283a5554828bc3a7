"""What a price charges for the rest of a piece, and who pays it."""

from __future__ import annotations

from tandem.bss.charging.rules.core.kernel.clock import cycle_span, day_span
from tandem.bss.charging.rules.core.kernel.exact import LARGEST, counted_units, product_over, rounded_amount
from tandem.bss.charging.rules.core.kernel.sources import add_part, source_of
from tandem.bss.charging.rules.core.kernel.stock import best_bucket, counted_in, counter_of, left_in, take
from tandem.bss.charging.rules.core.kernel.world import World
from tandem.bss.charging.rules.core.law import BY_PACKAGE, BY_VALUE, PAID_BY_MONEY, PER_DAY, PER_USE, UP
from tandem.bss.charging.rules.core.layout import (
    BY_PRICE,
    CAP,
    CREDIT,
    MONEY,
    NO_VALUE,
    NONE,
    RATED,
    TOO_LARGE,
    UNITS_COUNTER,
)
from tandem.bss.charging.rules.core.machine import machine


@machine
def charge_rest(w: World, row: int) -> None:
    """Charge all that is left of the piece at a price, let it be paid, and note the part."""
    d = w.desk[0]
    price = w.law.prices[row]
    place = source_of(w, BY_PRICE, price.term)
    source = w.work[place]
    if source.assigned == 0 and d.position + d.raw - d.left > 0:
        source.continues = 1
    counted = counted_units(source.assigned + d.left, price.first_increment, price.next_increment, source.continues)
    more = counted - source.counted
    whole, rest = source.whole, source.rest
    _grow(w, row, place, more)
    source.assigned += d.left
    source.counted = counted
    grows = source.whole > whole or (source.whole == whole and source.rest > rest)
    d.charged = _sum_of(w, row, place, more, UP if d.asking != 0 and grows else price.mode)
    if d.asking != 0 and not grows:  # what is paid for already costs nothing more
        d.charged = max(d.charged, source.charged)
    d.charged, source.charged = d.charged - source.charged, d.charged
    d.waived = d.charged - _under_caps(w, row, d.charged)
    d.amount = d.charged - d.waived
    _pay(w, d.amount)
    add_part(w, BY_PRICE, row, d.left, more)
    d.left = 0


@machine
def _grow(w: World, row: int, place: int, more: int) -> None:
    """Add what the counted units cost, exactly, to what the use costs at the price."""
    d = w.desk[0]
    price, source = w.law.prices[row], w.work[place]
    if more == 0:
        return
    before, continues = source.counted, source.continues
    if price.scope != PER_USE:
        _span_of(w, 1 if price.scope == PER_DAY else 0)
        counter = counter_of(w, UNITS_COUNTER, price.term, 0, NONE)
        if counter == NONE:
            return
        before = counted_in(w, counter)
        take(w, counter, more)
    if before + more >= LARGEST:
        d.fault = TOO_LARGE
        return
    _value_of(w, row, continues, before + more)
    whole, rest = d.whole, d.fraction
    _value_of(w, row, continues, before)
    source.whole += whole - d.whole
    source.rest += rest - d.fraction
    if source.rest < 0:
        source.rest += price.denominator
        source.whole -= 1
    elif source.rest >= price.denominator:
        source.rest -= price.denominator
        source.whole += 1
    if source.whole >= LARGEST or source.whole <= -LARGEST:
        d.fault = TOO_LARGE


@machine
def _span_of(w: World, is_day: int) -> None:
    """The local day or the bill cycle of the piece, onto the desk."""
    if is_day != 0:
        day_span(w, w.desk[0].at_us)
    else:
        cycle_span(w, w.desk[0].at_us)


@machine
def _value_of(w: World, row: int, continues: int, units: int) -> None:
    """F(units) of a price, onto the desk: whole micros and a fraction over its denominator."""
    d = w.desk[0]
    price = w.law.prices[row]
    d.whole, d.fraction = 0, 0
    if units == 0:
        return
    fits = True
    if price.shape == BY_PACKAGE:
        d.whole, _, fits = product_over(-(-units // price.size), price.numerator, 1)
    elif price.shape == BY_VALUE:
        if d.value < 0:
            d.fault = NO_VALUE
            return
        d.whole, d.fraction, fits = product_over(d.value, price.numerator, price.denominator)
    else:
        fits = _on_step(w, row, continues, units)
    if not fits:
        d.whole, d.fraction = 0, 0
        d.fault = TOO_LARGE


@machine
def _on_step(w: World, row: int, continues: int, units: int) -> bool:
    d = w.desk[0]
    price = w.law.prices[row]
    place = price.next_step if continues != 0 else price.first_step
    while w.law.steps[place].up_to < units:
        place += 1
    step = w.law.steps[place]
    whole, fraction, fits = product_over(units - step.origin, step.numerator, price.denominator)
    fraction += step.rest
    if fraction >= price.denominator:
        fraction -= price.denominator
        whole += 1
    d.whole, d.fraction = whole + step.base, fraction
    return bool(fits and d.whole < LARGEST)


@machine
def _sum_of(w: World, row: int, place: int, more: int, mode: int) -> int:
    """What the use comes to at a price: rounded, with the fee, held to minimum and maximum."""
    d = w.desk[0]
    price, source = w.law.prices[row], w.work[place]
    total = rounded_amount(source.whole, source.rest, price.denominator, price.digit, mode)
    d.fee = 0
    if price.connect_fee != NONE:
        if d.fee_price == NONE and more > 0:
            d.fee_price, d.fee = price.term, price.connect_fee
        if d.fee_price == price.term:
            total += price.connect_fee
    if price.minimum != NONE and source.counted > 0 and total < price.minimum:
        total = price.minimum
    if price.maximum != NONE and total > price.maximum:
        total = price.maximum
    return int(total)


@machine
def _under_caps(w: World, row: int, charged: int) -> int:
    """What all caps of a price let pass, taken from each of them."""
    price = w.law.prices[row]
    day, cycle = NONE, NONE
    passed = charged
    if price.day_cap != NONE and charged != 0:
        day_span(w, w.desk[0].at_us)
        day = counter_of(w, CAP, price.term, 0, price.day_cap)
        passed = _left_of_cap(w, day, price.day_cap, passed)
    if price.cycle_cap != NONE and charged != 0:
        cycle_span(w, w.desk[0].at_us)
        cycle = counter_of(w, CAP, price.term, 0, price.cycle_cap)
        passed = _left_of_cap(w, cycle, price.cycle_cap, passed)
    if w.desk[0].asking == 0:
        if day != NONE:
            take(w, day, passed)
        if cycle != NONE:
            take(w, cycle, passed)
    return passed


@machine
def _left_of_cap(w: World, counter: int, cap: int, charged: int) -> int:
    """How much of a charge a cap lets pass; an ask looks at what was charged, not at what others may be."""
    return charged if counter == NONE else min(charged, max(cap - w.buckets[counter].used, 0))


# -- paying -----------------------------------------------------------------------------------------------------------


@machine
def _pay(w: World, amount: int) -> None:
    """Let a charge be paid in the tariff's order; what the invoice takes and what nobody does stands on the desk."""
    d = w.desk[0]
    edition = w.law.editions[d.edition]
    d.invoiced, d.unpaid = 0, 0
    if amount < 0:
        d.invoiced = amount
        return
    rest = amount
    payer = edition.first_payer
    for turn in range(2):
        if rest > 0 and payer == PAID_BY_MONEY:
            rest = _pay_by_money(w, rest)
        elif rest > 0 and payer != 0:
            rest = _pay_by_invoice(w, rest)
        payer = edition.second_payer if turn == 0 else 0
    d.unpaid = rest


@machine
def _pay_by_money(w: World, amount: int) -> int:
    """What is left to pay after the money that is there."""
    d = w.desk[0]
    rest = amount
    bucket = best_bucket(w, MONEY)
    while rest > 0 and bucket != NONE and d.full == 0 and d.fault == RATED:
        given = min(rest, left_in(w, bucket))
        take(w, bucket, given)
        rest -= given
        bucket = best_bucket(w, MONEY)
    return rest


@machine
def _pay_by_invoice(w: World, amount: int) -> int:
    """What is left to pay after the invoice has taken what the credit limit allows."""
    d = w.desk[0]
    limit = w.law.editions[d.edition].credit_limit
    taken = amount
    if limit != NONE:
        cycle_span(w, d.at_us)
        counter = counter_of(w, CREDIT, NONE, 0, limit)
        if counter == NONE:
            return amount
        taken = min(amount, max(limit - counted_in(w, counter), 0))
        take(w, counter, taken)
    d.invoiced = taken
    return amount - taken
