"""Allowances: which instance holds the piece, granting it once, carrying over what was left, and paying with it."""

from __future__ import annotations

from tandem.bss.charging.rules.core.kernel.clock import cycle_span, day_span, local_day
from tandem.bss.charging.rules.core.kernel.exact import counted_units, product_over
from tandem.bss.charging.rules.core.kernel.sources import add_part, source_of
from tandem.bss.charging.rules.core.kernel.stock import (
    best_bucket,
    best_carried,
    counter_of,
    find_bucket,
    left_in,
    make_bucket,
    move,
    own_chain,
    take,
    tell,
)
from tandem.bss.charging.rules.core.kernel.world import World
from tandem.bss.charging.rules.core.law import EACH_CYCLE, EACH_DAY, FIRST_USE, FIXED, ROLLING
from tandem.bss.charging.rules.core.layout import (
    ALLOWANCE,
    BY_ALLOWANCE,
    BY_GRANTED,
    CARRIED,
    EVER,
    GRANTED,
    MEMBER,
    MOVED,
    NONE,
    RATED,
)
from tandem.bss.charging.rules.core.machine import machine


@machine
def pay_included(w: World) -> None:
    """Let allowances and bought units pay for what is left of the piece, in their order."""
    d = w.desk[0]
    plan = w.law.plans[d.plan]
    place, end = plan.first_allowance, plan.first_allowance + plan.allowances
    bought = best_bucket(w, GRANTED)
    while d.left > 0 and (place < end or bought != NONE) and d.full == 0 and d.fault == RATED:
        row = w.law.listed[place] if place < end else NONE
        if bought != NONE and (row == NONE or w.buckets[bought].priority <= w.law.allowances[row].priority):
            _pay_bought(w, bought)
            bought = best_bucket(w, GRANTED)
        else:
            _pay_allowance(w, row)
            place += 1


@machine
def _pay_bought(w: World, index: int) -> None:
    d = w.desk[0]
    taken = min(d.left, left_in(w, index))
    take(w, index, taken)
    add_part(w, BY_GRANTED, index, taken, taken)
    d.left -= taken


@machine
def _pay_allowance(w: World, row: int) -> None:
    """What an allowance gives to the piece."""
    d = w.desk[0]
    allowance = w.law.allowances[row]
    instance = _instance_of(w, row)
    if instance == NONE or d.full != 0 or d.fault != RATED:
        return
    source = w.work[source_of(w, BY_ALLOWANCE, allowance.term)]
    continues = source.continues
    if source.assigned == 0 and source.counted == 0:
        continues = 1 if d.position + d.raw - d.left > 0 else 0
    units = source.assigned + d.left
    wanted = counted_units(units, allowance.first_increment, allowance.next_increment, continues) - source.counted
    taken = _taken_of(w, row, instance, wanted)
    paid = min(d.left, source.counted + taken - source.assigned)
    if taken == 0 and paid == 0:
        return
    source.continues = continues
    source.counted += taken
    source.assigned += paid
    add_part(w, BY_ALLOWANCE, row, paid, taken)
    d.left -= paid


@machine
def _taken_of(w: World, row: int, instance: int, wanted: int) -> int:
    """Take what is wanted of what was carried over and of the instance, as far as they and the member's limit go."""
    d = w.desk[0]
    allowance = w.law.allowances[row]
    member, most = NONE, wanted
    if allowance.member_limit != NONE:
        d.span_start, d.span_end = w.buckets[instance].start_us, w.buckets[instance].end_us
        member = counter_of(w, MEMBER, allowance.term, 0, allowance.member_limit)
        if member == NONE:
            return 0
        most = min(most, max(allowance.member_limit - _stands_at(w, member), 0))
    rest = most
    carried = best_carried(w, allowance.term, allowance.is_shared) if allowance.roll_cycles > 0 else NONE
    while rest > 0 and carried != NONE and d.full == 0:
        given = min(rest, left_in(w, carried))
        take(w, carried, given)
        rest -= given
        carried = best_carried(w, allowance.term, allowance.is_shared)
    given = min(rest, left_in(w, instance))
    take(w, instance, given)
    tell(w, instance, w.buckets[instance].granted, allowance.first_percent, allowance.percents)
    rest -= given
    if member != NONE:
        take(w, member, most - rest)
    return most - rest


@machine
def _stands_at(w: World, index: int) -> int:
    bucket = w.buckets[index]
    return bucket.used + bucket.reserved if w.desk[0].asking != 0 else bucket.used


# -- instances --------------------------------------------------------------------------------------------------------


@machine
def _instance_of(w: World, row: int) -> int:
    """The instance that holds the piece's instant, granted if it is looked at first; -1 for none."""
    d = w.desk[0]
    allowance = w.law.allowances[row]
    if allowance.validity == FIRST_USE or allowance.validity == ROLLING:
        return _used_instance(w, row)
    if allowance.validity == EACH_CYCLE:
        cycle_span(w, d.at_us)
    elif allowance.validity == EACH_DAY:
        day_span(w, d.at_us)
    else:
        if d.at_us < allowance.start_us or d.at_us >= allowance.end_us:
            return NONE
        d.span_start, d.span_end = allowance.start_us, allowance.end_us
    found = find_instance(w, row)
    if found != NONE:
        return found
    if allowance.validity == EACH_CYCLE:
        return _grant_cycle(w, row)
    return make_bucket(w, ALLOWANCE, allowance.term, allowance.is_shared, _amount_of(w, row))


@machine
def find_instance(w: World, row: int) -> int:
    """The instance of the span on the desk; of what is fixed, any."""
    allowance = w.law.allowances[row]
    if allowance.validity != FIXED:
        return find_bucket(w, ALLOWANCE, allowance.term, allowance.is_shared)
    index = own_chain(w, allowance.is_shared)
    while index != NONE:
        if w.buckets[index].kind == ALLOWANCE and w.buckets[index].term == allowance.term:
            return index
        index = w.buckets[index].next
    return NONE


@machine
def _used_instance(w: World, row: int) -> int:
    """The instance of an allowance that lasts from its first use on."""
    d = w.desk[0]
    allowance = w.law.allowances[row]
    index = own_chain(w, allowance.is_shared)
    is_barred = False
    while index != NONE:
        bucket = w.buckets[index]
        if bucket.kind == ALLOWANCE and bucket.term == allowance.term:
            if bucket.start_us <= d.at_us and d.at_us < bucket.end_us:
                return index
            is_barred = is_barred or allowance.validity == FIRST_USE or bucket.start_us > d.at_us
        index = bucket.next
    if is_barred:
        return NONE
    d.span_start, d.span_end = d.at_us, d.at_us + allowance.length_us
    return make_bucket(w, ALLOWANCE, allowance.term, allowance.is_shared, _amount_of(w, row))


@machine
def _amount_of(w: World, row: int) -> int:
    """What an allowance grants in the span on the desk, whole."""
    d = w.desk[0]
    allowance = w.law.allowances[row]
    found = allowance.first_amount
    if allowance.amounts > 1:
        day = local_day(w, d.zone, d.span_start)
        while found + 1 < allowance.first_amount + allowance.amounts and w.law.dated[found + 1].from_day <= day:
            found += 1
    return int(w.law.dated[found].amount)


@machine
def _cycle_amount(w: World, row: int) -> int:
    """What an allowance grants in the cycle on the desk: less in the one in which the product began, if prorated."""
    d = w.desk[0]
    amount = _amount_of(w, row)
    began = w.subjects[d.subject].active_from_us
    if amount <= 0 or w.law.allowances[row].is_prorated == 0 or began < d.span_start or began >= d.span_end:
        return amount
    end = local_day(w, d.zone, d.span_end)
    share, _, _ = product_over(amount, end - local_day(w, d.zone, began), end - local_day(w, d.zone, d.span_start))
    return share


@machine
def _grant_cycle(w: World, row: int) -> int:
    """Grant the cycle on the desk, and before it those that nobody looked at, as far as anything is carried over."""
    d = w.desk[0]
    allowance = w.law.allowances[row]
    wanted_start, first_start = d.span_start, d.span_start
    if allowance.roll_cycles > 0:
        first_start = _first_to_grant(w, row)
        cycle_span(w, first_start)
    made = _grant_one(w, row)
    while d.full == 0 and d.fault == RATED and w.buckets[made].start_us < wanted_start:
        cycle_span(w, w.buckets[made].end_us)
        made = _grant_one(w, row)
    return NONE if d.full != 0 or d.fault != RATED else made


@machine
def _first_to_grant(w: World, row: int) -> int:
    """The start of the first cycle up to the one on the desk that has no instance but counts."""
    d = w.desk[0]
    began = w.subjects[d.subject].active_from_us
    first = d.span_start
    while began < first:
        cycle_span(w, first - 1)
        if began == EVER or find_instance(w, row) != NONE:
            return first
        first = d.span_start
    return first


@machine
def _grant_one(w: World, row: int) -> int:
    """Grant the cycle on the desk, and carry over what is left of the one before."""
    d = w.desk[0]
    allowance = w.law.allowances[row]
    start, end = d.span_start, d.span_end
    made = make_bucket(w, ALLOWANCE, allowance.term, allowance.is_shared, _cycle_amount(w, row))
    if made == NONE or allowance.roll_cycles == 0 or w.subjects[d.subject].active_from_us >= start:
        return made
    cycle_span(w, start - 1)
    before = find_instance(w, row)
    left = 0
    if before != NONE and w.buckets[before].granted > 0:
        bucket = w.buckets[before]
        left = max(bucket.granted - bucket.used - bucket.moved - bucket.reserved, 0)
        if allowance.roll_cap != NONE:
            left = min(left, allowance.roll_cap)
    if left > 0:
        move(w, before, MOVED, left)
        for _ in range(allowance.roll_cycles - 1):
            cycle_span(w, end)
            end = d.span_end
        d.span_start, d.span_end = start, end
        make_bucket(w, CARRIED, allowance.term, allowance.is_shared, left)
    return made
