"""Charging a batch of messages: everything is read once, played in rounds, and written once; the edge commits.

Locks: the accounts, in order, before anything that stands under them is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import msgspec

from tandem.bss.charging.commands.online import entering, events, keeping, notices, playing, usage
from tandem.bss.charging.commands.online.opening import Opened, open_batch
from tandem.bss.charging.commands.online.policies import session_policy
from tandem.bss.charging.commands.online.turns import Turn, part_turns, rounds
from tandem.bss.charging.commands.online.usage import OnlineRecord
from tandem.bss.charging.rules.online import admission, answers, records
from tandem.bss.charging.rules.online import state as states
from tandem.bss.charging.rules.online.checks import fault_of
from tandem.bss.charging.rules.online.records import NORMAL_RELEASE, ClosedRecord
from tandem.bss.charging.store.sessions import SessionKey, writing
from tandem.bss.charging.terms.online import SessionAnswer, SessionRequest
from tandem.kernel.store import Uow

_PACKED: Final = msgspec.msgpack.Encoder()
_READ: Final = msgspec.msgpack.Decoder(SessionAnswer)


def charge_online(uow: Uow, requests: Sequence[SessionRequest]) -> list[SessionAnswer]:
    """Charge and answer messages of the network, in one go. Shape: one answer for each, in their order."""
    found: dict[int, SessionAnswer] = {}
    sound: list[tuple[int, SessionRequest]] = []
    for place, request in enumerate(requests):
        fault = fault_of(request)
        if fault is None:
            sound.append((place, request))
        else:
            found[place] = answers.refused(request, "invalid", fault, now=uow.now)
    opened = open_batch(uow, sound, found) if sound else None
    if opened is not None:
        _charge(uow, opened, dict(sound), found)
    return [found[place] for place in range(len(requests))]


@dataclass(slots=True)
class _Batch:
    """A batch at work, and what is to be written of it beside its charges and sessions."""

    uow: Uow
    opened: Opened
    requests: dict[int, SessionRequest]
    found: dict[int, SessionAnswer]
    answered: list[tuple[SessionKey, int, bytes]] = field(default_factory=list)
    closed: list[tuple[SessionKey, ClosedRecord]] = field(default_factory=list)
    ended: list[OnlineRecord] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)


def _charge(uow: Uow, opened: Opened, requests: dict[int, SessionRequest], found: dict[int, SessionAnswer]) -> None:
    batch = _Batch(uow, opened, requests, found)
    for places in rounds((place, payer.key) for place, payer in opened.payers.items()):
        turns = [turn for place in places if (turn := _begun(batch, place)) is not None]
        playing.play_sessions(opened.desk, [turn for turn in turns if not turn.is_event])
        events.play_events(opened.desk, [turn for turn in turns if turn.is_event])
        for turn in turns:
            if turn.request.action != "refund":
                _end(batch, turn)
        batch.turns += turns
    _keep(batch)


def _keep(batch: _Batch) -> None:
    """Write what the batch came to. What is given back is read anew once the batch's charges are written."""
    uow, opened = batch.uow, batch.opened
    refunds = [turn for turn in batch.turns if turn.request.action == "refund"]
    if refunds:
        keeping.keep_charges(uow, opened)
        for turn in refunds:
            events.refund(uow, turn, uow.now)
            _end(batch, turn)
    _keep_usage(batch)
    with writing(uow):
        if not refunds:
            keeping.keep_charges(uow, opened)
        keeping.keep_sessions(uow, opened)
        keeping.keep_answers(uow, batch.answered)
        keeping.keep_records(uow, batch.closed)
    entering.tell_entries(uow, batch.turns)
    _wake_others(batch)


def _wake_others(batch: _Batch) -> None:
    """What a session that ends gives back is news to those of its account that had come to the end of theirs."""
    ending = {turn.payer.key.account for turn in batch.turns if turn.request.operation == "release"}
    if ending:
        notices.reauthorise_spent(batch.uow, sorted(ending))


def _begun(batch: _Batch, place: int) -> Turn | None:
    """The turn of a message; none when it is answered already: it came before, or is of no session."""
    opened, request, payer = batch.opened, batch.requests[place], batch.opened.payers[place]
    before = opened.known.get((payer.key, request.sequence))
    if before is not None:
        batch.found[place] = _READ.decode(before)
        return None
    product = payer.situation.product
    admitted = admission.admit(
        request,
        opened.states.get(payer.key),
        product=(product.product_id, product.status),
        now_us=opened.desk.now_us,
        policy=session_policy(),
    )
    if admitted.refusal is not None or admitted.state is None:
        answer = answers.refused(request, admitted.refusal or "unknown_session", "", now=batch.uow.now)
        _answer(batch, place, payer.key, answer)
        return None
    state = opened.states[payer.key] = admitted.state
    is_new_place = not admitted.is_late and (state.last_sequence < 0 or state.network != request.network)
    if not admitted.is_late:
        admission.take_over(state, request, opened.desk.now_us)
    service = opened.desk.table.names.service_of(request.service)
    turn = Turn(place, request, payer, state, admitted.may_ask, admitted.is_late, is_new_place, service)
    turn.parts = part_turns(request, state)
    return turn


def _end(batch: _Batch, turn: Turn) -> None:
    """Answer a turn, and note what is kept of it."""
    key, state, now_us = turn.payer.key, turn.state, batch.opened.desk.now_us
    for one in turn.parts:
        for container in one.containers:
            records.note(state.record, container)
    if turn.request.operation in ("release", "event") or state.closed == states.RELEASED:
        state.closed, state.closed_us = states.RELEASED, now_us
        state.released_at = max(state.released_at, turn.request.sequence)
        batch.closed.append((key, records.close(key.session, state, at_us=now_us, cause=NORMAL_RELEASE)))
        batch.ended += usage.ended(batch.opened.desk, turn)
    elif (cause := records.cause_to_close(state.record, now_us, session_policy())) is not None:
        batch.closed.append((key, records.close(key.session, state, at_us=now_us, cause=cause)))
    batch.opened.touched.add(key)
    _answer(batch, turn.place, key, turn.answered(batch.uow.now))


def _keep_usage(batch: _Batch) -> None:
    waiting = [
        one
        for uses, _, rated in batch.opened.desk.charged
        if rated.outcomes.any()
        for one in usage.suspended(uses, rated)
    ]
    usage.keep_records(batch.uow, [*batch.ended, *waiting])


def _answer(batch: _Batch, place: int, key: SessionKey, answer: SessionAnswer) -> None:
    packed = _PACKED.encode(answer)
    batch.found[place] = answer
    batch.opened.known[(key, answer.sequence)] = packed
    batch.answered.append((key, answer.sequence, packed))
