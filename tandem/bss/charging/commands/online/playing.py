"""One round of a batch: what was held is given back, what was used is charged, what is wanted is reserved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tandem.bss.charging.commands.online import counting
from tandem.bss.charging.commands.online.counting import Amounts, Counted, Table
from tandem.bss.charging.commands.online.policies import Policies
from tandem.bss.charging.commands.online.turns import PartTurn, Turn, micros_since
from tandem.bss.charging.rules.core.layout import ENDED_ASKED, RATED, Rated, Uses
from tandem.bss.charging.rules.online import answers, quota
from tandem.bss.charging.rules.online.answers import Grant, Terms
from tandem.bss.charging.rules.online.quota import GRACE_S
from tandem.bss.charging.rules.online.state import GroupState
from tandem.bss.charging.terms.online import Units
from tandem.kernel.ids import new_id
from tandem.kernel.period import Instant


@dataclass(slots=True)
class Desk:
    """What a batch is charged at: the core's arrays, the tariffs' quota, the time, and what was charged so far."""

    table: Table
    policies: Policies
    now: Instant
    now_us: int
    charged: list[tuple[list[Counted], Uses, Rated]] = field(default_factory=list)


def play_sessions(desk: Desk, turns: Sequence[Turn]) -> None:
    """Charge and answer messages of sessions, each session at most once."""
    for turn in turns:
        counting.give_back(desk.table.buckets, _returned(turn))
    charge(desk, [use for turn in turns for use in _used(turn)])
    asks = [ask for turn in turns for ask in _asked(desk, turn)]
    if not asks:
        return
    promised = _promised(desk, asks)
    grants = counting.reserve(desk.table, [*promised, *asks])[len(promised) :]
    for ask, grant in zip(asks, grants, strict=True):
        terms = _terms(desk, ask.turn, ask.part)
        if grant.is_shared and grant.ended != ENDED_ASKED:
            grant = _shared_out(desk, ask, grant, terms)
        _grant(desk, ask, grant, terms)
    counting.give_back(desk.table.buckets, [one.part.group for one in promised])


def _promised(desk: Desk, asks: Sequence[Counted]) -> list[Counted]:
    """What other sessions were promised of allowances and is no longer there, as asks that come first.

    Use is paid in the tariff's order, whoever holds what; so the units that one session holds may be taken by another,
    and its own use will be paid by money. That much of the money is not granted once more.
    """
    owed = counting.owed(desk.table)
    if not owed:
        return []
    found = []
    accounts = desk.table.subjects.rows["account"]
    for ask in asks:
        for measure, units in owed.pop(int(accounts[ask.turn.payer.subject]), {}).items():
            stand_in = PartTurn(ask.part.part, GroupState(ask.part.part.rating_group))
            amounts = counting.only(measure, units)
            found.append(Counted(ask.turn, stand_in, ask.start_us, amounts, is_whole=True))
    return found


def charge(desk: Desk, uses: list[Counted]) -> None:
    """Charge uses in their order; a rating group whose use has no price is told so."""
    if not uses:
        return
    for use in uses:
        if not use.part.group.usage_id:
            use.part.group.usage_id = new_id()
    rows, rated = counting.charge(desk.table, uses)
    desk.charged.append((uses, rows, rated))
    _sum_up(desk, uses, rated)
    if rated.outcomes.any():
        for use, outcome in zip(uses, rated.outcomes.tolist(), strict=True):
            if outcome != RATED:
                use.part.answer = answers.refused_part(use.part.part, "rating_failed")


def _sum_up(desk: Desk, uses: Sequence[Counted], rated: Rated) -> None:
    """Note in the rating groups what they used in all, and when it began."""
    for use, outcome in zip(uses, rated.outcomes.tolist(), strict=True):
        group = use.part.group
        if outcome == RATED:
            group.used += max(0, use.amounts[_terms(desk, use.turn, use.part).measure])
            if group.first_us < 0:
                group.first_us = use.start_us


def _returned(turn: Turn) -> list[GroupState]:
    """Whose reservations end: all of a session that ends, else those that report; a late report is of an older one."""
    if turn.request.operation == "release":
        return turn.state.groups
    return [] if turn.is_late else [one.group for one in turn.parts]


def _used(turn: Turn) -> Iterator[Counted]:
    for one in turn.parts:
        for container in one.containers:
            amounts = counting.amounts_of(container)
            if any(amount > 0 for amount in amounts):
                yield Counted(turn, one, container.started_us, amounts)


def _asked(desk: Desk, turn: Turn) -> Iterator[Counted]:
    for one in turn.parts:
        if turn.is_late:
            continue
        one.group.is_spent = False
        if one.part.wanted is None or one.answer is not None:
            continue
        if turn.may_ask:
            yield Counted(turn, one, micros_since(turn.request.at), _wanted(_terms(desk, turn, one), one.part.wanted))
        else:
            one.answer = answers.refused_part(one.part, "not_allowed")


def _terms(desk: Desk, turn: Turn, one: PartTurn) -> Terms:
    if one.terms is None:
        one.terms = desk.policies.of(turn.payer.tariff, turn.service, one.part.rating_group)
    return one.terms


def _wanted(terms: Terms, wanted: Units) -> Amounts:
    return counting.only(terms.measure, quota.asked(wanted, quota.MEASURES[terms.measure], terms.quota))


def _shared_out(desk: Desk, ask: Counted, grant: Grant, terms: Terms) -> Grant:
    """Near a limit, sessions side by side get less than what is left, so that each of them gets something."""
    fair = quota.shared_out(grant.units, ask.amounts[terms.measure], terms.quota)
    if fair == grant.units:
        return grant
    counting.give_back(desk.table.buckets, [ask.part.group])
    (again,) = counting.reserve(desk.table, [ask._replace(amounts=counting.only(terms.measure, fair))])
    return again._replace(ended=grant.ended, is_shared=True)


def _grant(desk: Desk, ask: Counted, grant: Grant, terms: Terms) -> None:
    group = ask.part.group
    ask.part.answer = answers.part_answer(ask.part.part, grant, terms, at=ask.turn.request.at)
    group.granted, group.is_spent = grant.units, answers.is_last(grant)
    if group.held:
        group.held_until_us = desk.now_us + (terms.quota.validity_s + GRACE_S) * 1_000_000
