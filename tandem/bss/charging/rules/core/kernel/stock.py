"""Buckets: finding them, making them, moving them, and taking back what a use moved."""

from __future__ import annotations

from tandem.bss.charging.rules.core.kernel.exact import LARGEST, product_over
from tandem.bss.charging.rules.core.kernel.world import World
from tandem.bss.charging.rules.core.layout import (
    CARRIED,
    MONEY,
    MOVED,
    NONE,
    RESERVED,
    TOLD,
    TOO_LARGE,
    USED,
)
from tandem.bss.charging.rules.core.machine import machine


@machine
def own_chain(w: World, of_account: int) -> int:
    """Where the instances and counters of the use's product, or of its account, begin."""
    d = w.desk[0]
    return w.of_account[d.account].own if of_account != 0 else w.of_subject[d.subject].own


@machine
def find_bucket(w: World, kind: int, term: int, of_account: int) -> int:
    """The bucket of the span on the desk; -1 when there is none."""
    d = w.desk[0]
    found = own_chain(w, of_account)
    while found != NONE:
        bucket = w.buckets[found]
        if bucket.term == term and bucket.kind == kind and bucket.start_us == d.span_start:
            if bucket.end_us == d.span_end:
                return found
        found = bucket.next
    return NONE


@machine
def counter_of(w: World, kind: int, term: int, of_account: int, most: int) -> int:
    """The counter of the span on the desk, made if there is none; -1 when there is no room."""
    found = find_bucket(w, kind, term, of_account)
    if found == NONE:
        found = make_bucket(w, kind, term, of_account, most)
    return found


@machine
def make_bucket(w: World, kind: int, term: int, of_account: int, granted: int) -> int:
    """A new bucket for the span on the desk, at the head of its chain; -1 when there is no room."""
    d = w.desk[0]
    if d.buckets == len(w.buckets):
        d.full = 1
        return NONE
    made = d.buckets
    bucket = w.buckets[made]
    bucket.start_us, bucket.end_us = d.span_start, d.span_end
    bucket.granted, bucket.used, bucket.moved, bucket.reserved = granted, 0, 0, 0
    bucket.services, bucket.key, bucket.priority, bucket.order = NONE, NONE, 100, 0
    bucket.term, bucket.kind, bucket.measure = term, kind, d.measure
    bucket.told, bucket.consent, bucket.is_new, bucket.is_changed = 0, 0, 1, 0
    if of_account != 0:
        bucket.subject, bucket.account = NONE, d.account
        bucket.next = w.of_account[d.account].own
        w.of_account[d.account].own = made
    else:
        bucket.subject, bucket.account = d.subject, d.account
        bucket.next = w.of_subject[d.subject].own
        w.of_subject[d.subject].own = made
    d.buckets += 1
    return made


@machine
def left_in(w: World, index: int) -> int:
    """What a bucket still has; for an ask, without what is reserved."""
    bucket = w.buckets[index]
    if bucket.granted < 0:
        return LARGEST
    left = bucket.granted - bucket.used - bucket.moved
    if w.desk[0].asking != 0:
        left -= bucket.reserved
    return max(left, 0)


@machine
def counted_in(w: World, index: int) -> int:
    """What a counter stands at; for an ask, with what is reserved."""
    bucket = w.buckets[index]
    return bucket.used + bucket.reserved if w.desk[0].asking != 0 else bucket.used


@machine
def take(w: World, index: int, units: int) -> None:
    """Use so much of a bucket; an ask reserves it."""
    move(w, index, RESERVED if w.desk[0].asking != 0 else USED, units)


@machine
def move(w: World, index: int, what: int, units: int) -> None:
    """Change a bucket and note it."""
    d = w.desk[0]
    if units == 0:
        return
    if d.moves == len(w.moves):
        d.full = 1
        return
    bucket = w.buckets[index]
    before = bucket.used
    if what == MOVED:
        before = bucket.moved
    elif what == RESERVED:
        before = bucket.reserved
    elif what == TOLD:
        before = bucket.told
    if before + units >= LARGEST:
        d.fault = TOO_LARGE
        return
    noted = w.moves[d.moves]
    noted.use, noted.part, noted.bucket = d.use, d.parts, index
    noted.what, noted.taken, noted.before = what, units, before
    d.moves += 1
    bucket.is_changed = 1
    set_amount(w, index, what, before + units)


@machine
def set_amount(w: World, index: int, what: int, amount: int) -> None:
    """One of the numbers of a bucket."""
    bucket = w.buckets[index]
    if what == USED:
        bucket.used = amount
    elif what == MOVED:
        bucket.moved = amount
    elif what == RESERVED:
        bucket.reserved = amount
    else:
        bucket.told = amount


@machine
def tell(w: World, index: int, base: int, first: int, percents: int) -> None:
    """Tell the thresholds that a bucket has crossed, each once. Units: `base` is what the percents are of."""
    d = w.desk[0]
    if percents == 0 or base <= 0 or d.asking != 0:
        return
    for place in range(first, first + percents):
        percent = w.law.percents[place]
        bucket = w.buckets[index]
        if percent <= bucket.told:
            continue
        needed, rest, _ = product_over(base, percent, 100)
        if rest > 0:
            needed += 1
        if bucket.used < needed:
            return
        _tell_once(w, index, percent)


@machine
def _tell_once(w: World, index: int, percent: int) -> None:
    d = w.desk[0]
    if d.tells == len(w.tells):
        d.full = 1
        return
    told = w.tells[d.tells]
    told.use, told.bucket, told.percent, told.at_us = d.use, index, percent, d.at_us
    d.tells += 1
    move(w, index, TOLD, percent - w.buckets[index].told)


@machine
def best_bucket(w: World, kind: int) -> int:
    """The bought bucket that pays next at the piece: units of its measure and service, or money; -1 for none."""
    d = w.desk[0]
    if kind == MONEY:
        best = _better_of(w, kind, w.of_subject[d.subject].money, NONE)
        return _better_of(w, kind, w.of_account[d.account].money, best)
    best = _better_of(w, kind, w.of_subject[d.subject].granted, NONE)
    return _better_of(w, kind, w.of_account[d.account].granted, best)


@machine
def _better_of(w: World, kind: int, first: int, best: int) -> int:
    index = first
    while index != NONE:
        if _can_pay(w, index, kind) and (best == NONE or _is_before(w, index, best)):
            best = index
        index = w.buckets[index].next
    return best


@machine
def _can_pay(w: World, index: int, kind: int) -> bool:
    """Whether a bought bucket is valid at the piece, has something left, and is for the use."""
    d = w.desk[0]
    bucket = w.buckets[index]
    if d.at_us < bucket.start_us or d.at_us >= bucket.end_us or left_in(w, index) == 0:
        return False
    return kind == MONEY or _is_for_use(w, index)


@machine
def _is_for_use(w: World, index: int) -> bool:
    d = w.desk[0]
    bucket = w.buckets[index]
    return bucket.measure == d.measure and (bucket.services == NONE or (bucket.services >> d.service) & 1 == 1)


@machine
def _is_before(w: World, one: int, other: int) -> bool:
    mine, its = w.buckets[one], w.buckets[other]
    if mine.priority != its.priority:
        return bool(mine.priority < its.priority)
    if mine.end_us != its.end_us:
        return bool(mine.end_us < its.end_us)
    return bool(mine.order < its.order)


@machine
def best_carried(w: World, term: int, of_account: int) -> int:
    """What was carried over of an allowance, valid at the piece, with something left: the earliest end; -1 for none."""
    d = w.desk[0]
    best = NONE
    index = own_chain(w, of_account)
    while index != NONE:
        bucket = w.buckets[index]
        if bucket.kind == CARRIED and bucket.term == term and bucket.start_us <= d.at_us and d.at_us < bucket.end_us:
            if left_in(w, index) > 0 and (best == NONE or bucket.end_us < w.buckets[best].end_us):
                best = index
        index = bucket.next
    return best


@machine
def undo(w: World) -> None:
    """Take back everything that the use on the desk moved, made and told."""
    d = w.desk[0]
    while d.moves > d.first_move:
        d.moves -= 1
        noted = w.moves[d.moves]
        set_amount(w, noted.bucket, noted.what, noted.before)
    while d.buckets > d.first_bucket:
        d.buckets -= 1
        bucket = w.buckets[d.buckets]
        if bucket.subject == NONE:
            w.of_account[bucket.account].own = bucket.next
        else:
            w.of_subject[bucket.subject].own = bucket.next
    d.parts, d.tells = d.first_part, d.first_tell
