"""Events that are charged without a session: debited at once, kept after the fact, given back, asked for.

Standards: TS 32.290 clause 5.2.2 (IEC, PEC), RFC 8506 clause 6 (one-time events: debit, refund, check, enquiry).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from tandem.bss.charging.commands.online import counting
from tandem.bss.charging.commands.online.counting import Counted
from tandem.bss.charging.commands.online.playing import Desk, charge
from tandem.bss.charging.commands.online.turns import PartTurn, Turn, micros_since
from tandem.bss.charging.commands.reversing import reverse_usage
from tandem.bss.charging.rules.core.layout import ENDED_FAULT, ENDED_NO_PRICE, NONE, RATED, Buckets
from tandem.bss.charging.rules.online import answers, quota
from tandem.bss.charging.rules.online import state as states
from tandem.bss.charging.rules.online.answers import Grant
from tandem.bss.charging.rules.online.checks import micros_of
from tandem.bss.charging.store import sessions
from tandem.bss.charging.store.sessions import SessionKey
from tandem.bss.charging.terms import AlreadyReversed, RatedEventUnknown
from tandem.bss.charging.terms.online import PartAnswer, Result, SessionAnswer, Units
from tandem.kernel.period import Instant
from tandem.kernel.store import Uow

_ONE: Final = Units(specific=1)
NEVER: Final = datetime(1, 1, 2, tzinfo=UTC)


def play_events(desk: Desk, turns: Sequence[Turn]) -> None:
    """Charge and answer events."""
    charge(desk, [use for turn in turns if turn.request.action == "post" for use in _posted(desk, turn)])
    _debit(desk, [turn for turn in turns if turn.request.action in ("debit", "check")])
    for turn in turns:
        if turn.request.action == "enquire":
            turn.answer = _priced(desk, turn)


def _posted(desk: Desk, turn: Turn) -> Iterator[Counted]:
    """What was used, and where nothing was reported, what was asked."""
    for one in turn.parts:
        for container in one.containers:
            amounts = counting.amounts_of(container)._replace(value=_value(turn))
            yield Counted(turn, one, container.started_us, amounts, is_whole=True)
        if not one.containers:
            yield _whole(desk, turn, one)


def _whole(desk: Desk, turn: Turn, one: PartTurn) -> Counted:
    """A part of an event as one use: what is wanted, or one."""
    terms = desk.policies.of(turn.payer.tariff, turn.service, one.part.rating_group)
    measure = quota.MEASURES[terms.measure]
    wanted = quota.amount_of(one.part.wanted, measure)
    if wanted is None:
        wanted = quota.amount_of(_ONE, measure)
    amounts = counting.only(terms.measure, NONE if wanted is None else wanted)
    return Counted(turn, one, micros_since(turn.request.at), amounts._replace(value=_value(turn)), is_whole=True)


def _value(turn: Turn) -> int:
    """What bought content costs, in micros."""
    value = None if turn.request.value is None else micros_of(turn.request.value)
    return NONE if value is None else value


# -- debit and check --------------------------------------------------------------------------------------------------


def _debit(desk: Desk, turns: Sequence[Turn]) -> None:
    """All of an event, or nothing of it."""
    asks = [_whole(desk, turn, one) for turn in turns for one in turn.parts]
    if not asks:
        return
    grants = counting.reserve(desk.table, asks)
    refused = {
        ask.turn.place: result
        for ask, grant in zip(asks, grants, strict=True)
        if (result := _result(desk, ask, grant)) is not None
    }
    for turn in turns:
        counting.give_back(desk.table.buckets, [one.group for one in turn.parts])
        if turn.place in refused:
            turn.answer = answers.refused(turn.request, refused[turn.place], "", now=desk.now)
    paid = [ask for ask in asks if ask.turn.place not in refused]
    charge(desk, [ask for ask in paid if ask.turn.request.action == "debit"])
    for ask, grant in zip(asks, grants, strict=True):
        if ask.turn.place not in refused and ask.part.answer is None:
            ask.part.answer = _debited(ask, grant)


def _result(desk: Desk, ask: Counted, grant: Grant) -> Result | None:
    """Why an event cannot be paid, if so."""
    if grant.outcome != RATED or grant.ended in (ENDED_NO_PRICE, ENDED_FAULT):
        return "rating_failed"
    return "credit_limit" if grant.units < ask.amounts[grant.measure] else None


def _debited(ask: Counted, grant: Grant) -> PartAnswer:
    part = ask.part.part
    units = quota.units_of(grant.units, quota.MEASURES[grant.measure])
    return PartAnswer(rating_group=part.rating_group, service_id=part.service_id, granted=units)


# -- enquiry ----------------------------------------------------------------------------------------------------------


def _priced(desk: Desk, turn: Turn) -> SessionAnswer:
    """What an event would cost now, whoever pays; nothing moves."""
    buckets = desk.table.buckets
    copied = Buckets(buckets.rows.copy(), buckets.count, buckets.of_subject.copy(), buckets.of_account.copy())
    table = replace(desk.table, buckets=copied)
    _, rated = counting.charge(table, [_whole(desk, turn, one) for one in turn.parts])
    if not turn.parts or rated.outcomes.any():
        return answers.refused(turn.request, "rating_failed", "it has no price", now=desk.now)
    return SessionAnswer(
        session=turn.request.session,
        sequence=turn.request.sequence,
        result="success",
        at=desk.now,
        cost_micros=int(rated.parts["amount"].sum()),
        currency=turn.payer.tariff.currency,
    )


# -- refund -----------------------------------------------------------------------------------------------------------


def refund(uow: Uow, turn: Turn, now: Instant) -> None:
    """Give an event or a session back as it was charged, once; its name is the refund's own, or the fact `refund_of`
    or `correlation`. What was charged is kept by now.
    """
    facts = turn.request.facts
    name = facts.get("refund_of") or facts.get("correlation") or turn.request.session
    key = SessionKey(turn.payer.key.account, name)
    kept = sessions.sessions_of(uow, [key], expired_by=NEVER).get(key)
    charged = [] if kept is None else [group.usage_id for group in states.unpacked(kept).groups if group.places]
    if not charged:
        turn.answer = answers.refused(turn.request, "not_applicable", "nothing was charged under this name", now=now)
        return
    try:
        reverse_usage(uow, usage_ids=charged, because=f"the network gives {name} back")
    except (AlreadyReversed, RatedEventUnknown) as fault:
        turn.answer = answers.refused(turn.request, "not_applicable", fault.reason, now=now)
