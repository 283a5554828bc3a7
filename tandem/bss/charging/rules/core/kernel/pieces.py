"""A use from its start to its end: what it is, its pieces, its limits, and what a session keeps of it."""

from __future__ import annotations

from typing import Any, Final

from tandem.bss.charging.rules.core.kernel.allowances import pay_included
from tandem.bss.charging.rules.core.kernel.amounts import charge_rest
from tandem.bss.charging.rules.core.kernel.clock import cycle_span, day_span, next_cut, part_at
from tandem.bss.charging.rules.core.kernel.exact import counted_units
from tandem.bss.charging.rules.core.kernel.sources import keep_sources, load_sources
from tandem.bss.charging.rules.core.kernel.stock import counter_of, take, tell, undo
from tandem.bss.charging.rules.core.kernel.world import World
from tandem.bss.charging.rules.core.law import PER_DAY
from tandem.bss.charging.rules.core.layout import (
    ENDED_ASKED,
    ENDED_CREDIT,
    ENDED_LIMIT,
    ENDED_MONEY,
    ENDED_NO_PRICE,
    ENDED_UNITS,
    FOREVER,
    LIMIT,
    NO_PRICE,
    NO_QUANTITY,
    NO_TARIFF,
    NONE,
    OCTET,
    RATED,
    SECOND,
    TOO_LARGE,
)
from tandem.bss.charging.rules.core.machine import machine, prefetch, world_at

LONGEST: Final = 2**61
SECOND_US: Final = 1_000_000
AHEAD: Final = 6
"""Uses in which the memory answers, about."""
LONGEST_S: Final = 2**33
"""Seconds of a use: some 270 years; instants stay within 63 bits."""


@machine
def rate_uses(listed: Any, first: int) -> int:
    """Rate uses from one on; the first that was not rated, because a table has no room, or how many there are."""
    w: World = world_at(listed)
    d = w.desk[0]
    for index in range(first, len(w.uses)):
        look_ahead(w, index)
        outcome = rate_use(w, index)
        if d.full != 0:
            return index
        w.outcomes[index] = outcome
    return len(w.uses)


@machine
def look_ahead(w: World, index: int) -> None:
    """Ask for what coming uses will need: subjects and their heads first, then buckets, then those behind them."""
    ahead = index + 3 * AHEAD
    if ahead < len(w.uses):
        prefetch(w.subjects, w.uses[ahead].subject)
        prefetch(w.of_subject, w.uses[ahead].subject)
    ahead = index + 2 * AHEAD
    if ahead < len(w.uses):
        subject = w.uses[ahead].subject
        prefetch(w.of_account, w.subjects[subject].account)
        if w.of_subject[subject].own != NONE:
            prefetch(w.buckets, w.of_subject[subject].own)
    ahead = index + AHEAD
    if ahead < len(w.uses):
        own = w.of_subject[w.uses[ahead].subject].own
        if own != NONE and w.buckets[own].next != NONE:
            prefetch(w.buckets, w.buckets[own].next)


@machine
def rate_use(w: World, index: int) -> int:
    """Rate one use, and keep or undo all of it."""
    d = w.desk[0]
    outcome = begin_use(w, index)
    if outcome == RATED:
        rate_pieces(w)
        outcome = d.fault
    if outcome != RATED or d.full != 0:
        undo(w)
    elif w.uses[index].session != NONE and d.raw > 0:
        _keep_session(w, w.uses[index].session)
    return outcome


@machine
def begin_use(w: World, index: int) -> int:
    """Lay a use on the desk: its edition, its case, where its session stands. An outcome, RATED so far."""
    d = w.desk[0]
    use = w.uses[index]
    d.use, d.subject, d.service, d.value = index, use.subject, use.service, use.value
    d.first_bucket, d.first_part, d.first_move, d.first_tell = d.buckets, d.parts, d.moves, d.tells
    d.full, d.fault, d.ended, d.raw = 0, RATED, ENDED_ASKED, 0
    subject = w.subjects[use.subject]
    d.account, d.zone, d.cycle_day = subject.account, subject.zone, subject.cycle_day
    _stand(w, index)
    if not _find_edition(w, use.tariff):
        return NO_TARIFF
    if use.service == NONE:
        return NO_PRICE
    row = w.law.service_rows[d.edition * d.services + use.service]
    service = w.law.services[row]
    d.measure = service.measure
    d.rest = _quantity_of(w, index)
    if d.rest < 0:
        return NO_QUANTITY
    if d.rest >= LONGEST or d.position >= LONGEST or (d.measure == SECOND and d.rest + d.position >= LONGEST_S):
        return TOO_LARGE
    _find_case(w, index, row)
    load_sources(w, use.session)
    return RATED


@machine
def _stand(w: World, index: int) -> None:
    """Where the use begins: at its start, or where its session stands."""
    d = w.desk[0]
    use = w.uses[index]
    d.start_us, d.at_us, d.position, d.piece_at, d.fee_price = use.start_us, use.start_us, 0, NONE, NONE
    if use.session == NONE:
        return
    session = w.sessions[use.session]
    if session.start_us != NONE:
        d.start_us, d.position = session.start_us, session.position
        d.piece_at, d.fee_price = session.piece_at, session.fee_price
    if d.asking == 0 and d.kept_sources + d.most_sources > len(w.sources):
        d.full = 1


@machine
def _find_edition(w: World, tariff: int) -> bool:
    """The edition of a tariff in force at the start of the use, onto the desk."""
    d = w.desk[0]
    if tariff == NONE:
        return False
    for index in range(w.law.first_edition[tariff + 1] - 1, w.law.first_edition[tariff] - 1, -1):
        edition = w.law.editions[index]
        if edition.from_us <= d.start_us:
            d.edition = index
            return bool(d.start_us < edition.to_us)
    return False


@machine
def _quantity_of(w: World, index: int) -> int:
    """What a use has of its measure; an untold count is one."""
    use, measure = w.uses[index], w.desk[0].measure
    if measure == SECOND:
        return use.seconds
    if measure == OCTET:
        return use.octets
    return 1 if use.count < 0 else use.count


@machine
def _find_case(w: World, index: int, row: int) -> None:
    """The cell of the use's called number, network and rating group, onto the desk."""
    d = w.desk[0]
    use, service = w.uses[index], w.law.services[row]
    edition = w.law.editions[d.edition]
    to = w.law.kinds[service.to_kinds + class_of(w, edition.destinations, use.destination)]
    at = edition.at_home if use.network == 0 else class_of(w, edition.networks, use.network)
    network = w.law.kinds[service.network_kinds + at]
    group = 0
    for place in range(service.groups):
        if w.law.groups[service.first_group + place] == use.rating_group:
            group = place + 1
    case = (to * service.networks + network) * (service.groups + 1) + group
    d.cell = service.cells + case * service.parts


@machine
def class_of(w: World, root: int, digits: int) -> int:
    """The class of packed digits: that of the longest beginning that a trie has."""
    node, found = int(root), int(w.law.classes[root])
    shift = 56
    while shift >= 0:
        digit = (digits >> shift) & 15
        if digit == 0:
            return found
        node = int(w.law.children[node * 10 + digit - 1])
        if node == 0:
            return found
        if w.law.classes[node] >= 0:
            found = int(w.law.classes[node])
        shift -= 4
    return found


# -- pieces -----------------------------------------------------------------------------------------------------------


@machine
def rate_pieces(w: World) -> None:
    """Every piece of the use on the desk, until it is at its end, at fault, or (asking) may not go on."""
    d = w.desk[0]
    _resume_piece(w)
    while d.rest > 0 and d.full == 0 and d.fault == RATED and d.ended == ENDED_ASKED:
        if d.position >= d.piece_end:
            _open_piece(w, d.position)
        d.raw = min(d.rest, d.piece_end - d.position)
        d.left = d.raw
        _rate_piece(w)
        d.position += d.raw
        d.rest -= d.raw


@machine
def _resume_piece(w: World) -> None:
    """Go on in the piece in which the session stands; what is not measured in seconds begins one."""
    d = w.desk[0]
    d.piece_end = d.position
    if d.measure == SECOND and d.piece_at != NONE and d.position > 0:
        _open_piece(w, d.piece_at)


@machine
def _open_piece(w: World, position: int) -> None:
    """The piece that begins at a position: its instant, its plan, its end."""
    d = w.desk[0]
    d.piece_at, d.piece_end = position, FOREVER
    if d.measure == SECOND:
        d.at_us = d.start_us + position * SECOND_US
    d.day_part = part_at(w, d.at_us)
    d.plan = w.law.cells[d.cell + d.day_part]
    if d.measure != SECOND:
        return
    cut = next_cut(w, d.at_us, d.start_us + (d.position + d.rest) * SECOND_US)
    if cut == FOREVER:
        return
    distance = -((d.at_us - cut) // SECOND_US)
    row = w.law.plans[d.plan].price
    if row == NONE:
        d.piece_end = position + distance
        return
    price = w.law.prices[row]
    continues = 1 if position > 0 else 0
    d.piece_end = position + counted_units(distance, price.first_increment, price.next_increment, continues)


@machine
def _rate_piece(w: World) -> None:
    """Allowances, then the price, then the limits."""
    d = w.desk[0]
    d.amount = 0
    pay_included(w)
    if d.left > 0 and d.full == 0 and d.fault == RATED:
        row = w.law.plans[d.plan].price
        if row == NONE:
            d.fault = NO_PRICE
            d.ended = ENDED_UNITS if w.law.plans[d.plan].allowances > 0 else ENDED_NO_PRICE
            return
        charge_rest(w, row)
        if d.asking != 0:
            d.cost += d.amount
            if d.unpaid > 0:
                d.ended = _end_of_money(w)
    if d.full == 0 and d.fault == RATED:
        _count_limits(w)


@machine
def _end_of_money(w: World) -> int:
    edition = w.law.editions[w.desk[0].edition]
    last = edition.first_payer if edition.second_payer == 0 else edition.second_payer
    return ENDED_MONEY if last == 1 else ENDED_CREDIT


@machine
def _count_limits(w: World) -> None:
    """Count the piece on every limit that it is for."""
    d = w.desk[0]
    plan = w.law.plans[d.plan]
    for place in range(plan.first_limit, plan.first_limit + plan.limits):
        row = w.law.listed[place]
        limit = w.law.limits[row]
        more = d.raw if limit.counts_units != 0 else d.amount
        if more != 0:
            _count_limit(w, row, more)


@machine
def _count_limit(w: World, row: int, more: int) -> None:
    d = w.desk[0]
    limit = w.law.limits[row]
    if d.asking != 0 and (limit.stops == 0 or limit.most < 0):
        return
    if limit.scope == PER_DAY:
        day_span(w, d.at_us)
    else:
        cycle_span(w, d.at_us)
    counter = counter_of(w, LIMIT, limit.term, limit.of_account, limit.most)
    if counter == NONE:
        return
    take(w, counter, more)
    bucket = w.buckets[counter]
    if d.asking == 0:
        tell(w, counter, limit.most, limit.first_percent, limit.percents)
    elif bucket.consent == 0 and bucket.used + bucket.reserved > limit.most:
        d.ended = ENDED_LIMIT


@machine
def _keep_session(w: World, index: int) -> None:
    """Write back where a session stands."""
    d = w.desk[0]
    session = w.sessions[index]
    session.start_us, session.position = d.start_us, d.position
    session.piece_at, session.fee_price = d.piece_at, d.fee_price
    keep_sources(w, index)
