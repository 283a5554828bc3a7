"""Writing a batch: what is counted, what was charged, how sessions stand, what was answered, what is told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from tandem.bss.charging.commands.online.counting import Counted
from tandem.bss.charging.commands.online.opening import Opened
from tandem.bss.charging.commands.online.policies import session_policy
from tandem.bss.charging.commands.online.turns import instant_of
from tandem.bss.charging.commands.state import Charged, keep_books
from tandem.bss.charging.rules.core.layout import MoveRow, PartRow, Rated, TellRow, UseRow, Uses
from tandem.bss.charging.rules.core.rows import table_of
from tandem.bss.charging.rules.online import state as states
from tandem.bss.charging.rules.online.records import ClosedRecord
from tandem.bss.charging.rules.online.state import Held, SessionState
from tandem.bss.charging.store import sessions
from tandem.bss.charging.store.sessions import AnswerRow, RecordRow, SessionKey, SessionRow
from tandem.kernel.store import Uow

STEP_S: Final = 600
"""Stale sessions are looked for by an instant that is rounded up to this, so that a report seldom moves it."""


def keep_charges(uow: Uow, opened: Opened) -> None:
    """Keep buckets and rated events; new buckets get their numbers here."""
    counted = [use for uses, _, _ in opened.desk.charged for use in uses]
    uses, rated = _joined([(rows, rated) for _, rows, rated in opened.desk.charged])
    keep_books(uow, opened.books, rated, _charged(counted, uses, rated))


def _joined(runs: Sequence[tuple[Uses, Rated]]) -> tuple[Uses, Rated]:
    """What several runs of the core had and came to, as one."""
    if len(runs) == 1:
        return runs[0]
    if not runs:
        return Uses(table_of(UseRow, 0)), Rated(
            np.zeros(0, "i1"), table_of(PartRow, 0), table_of(MoveRow, 0), table_of(TellRow, 0)
        )
    count = parts = 0
    for uses, rated in runs:
        for table in (rated.parts, rated.moves, rated.tells):
            table["use"] += count
        rated.moves["part"] += np.where(rated.moves["part"] < 0, 0, parts)
        count, parts = count + len(uses.rows), parts + len(rated.parts)
    return Uses(np.concatenate([uses.rows for uses, _ in runs])), Rated(
        np.concatenate([rated.outcomes for _, rated in runs]),
        *(np.concatenate([getattr(rated, name) for _, rated in runs]) for name in ("parts", "moves", "tells")),
    )


def _charged(counted: Sequence[Counted], uses: Uses, rated: Rated) -> Charged:
    """The columns by use. The parts of a rating group go on being counted from report to report."""
    sizes = np.bincount(rated.parts["use"], minlength=len(counted)).tolist() if counted else []
    places = []
    for use, size in zip(counted, sizes, strict=True):
        places.append(use.part.group.places)
        use.part.group.places += size
    return Charged(
        uses,
        [use.part.group.usage_id for use in counted],
        [use.turn.request.destination or use.turn.state.destination for use in counted],
        np.array(places, "i8"),
    )


def keep_sessions(uow: Uow, opened: Opened) -> None:
    """Keep how the sessions of the batch stand, with what they hold by the buckets' numbers."""
    numbers = opened.books.buckets.filled["key"].tolist()
    rows = []
    for key in sorted(opened.touched):
        state = opened.states[key]
        _point_to_numbers(state, numbers)
        rows.append(session_row(key, state))
    sessions.put_sessions(uow, rows)


def _point_to_numbers(state: SessionState, numbers: Sequence[int]) -> None:
    for group in state.groups:
        if group.held:
            group.held = [
                Held(numbers[held.bucket] if held.bucket >= 0 else -1 - held.bucket, held.amount) for held in group.held
            ]


def session_row(key: SessionKey, state: SessionState) -> SessionRow:
    """A session as its row is written."""
    held_us = states.held_until_us(state)
    is_open = state.closed == states.OPEN
    stale_s = -(-(state.reported_us // 1_000_000 + session_policy().silence_s) // STEP_S) * STEP_S
    return SessionRow(
        key=key,
        product_id=state.product_id,
        protocol=state.protocol,
        opened_at=instant_of(state.opened_us),
        held_until=instant_of(held_us) if held_us else None,
        is_spent=states.is_spent(state),
        stale_at=instant_of(stale_s * 1_000_000) if is_open else None,
        state=states.packed(state),
    )


def keep_records(uow: Uow, closed: Sequence[tuple[SessionKey, ClosedRecord]]) -> None:
    """Keep charging data records that are complete."""
    sessions.add_records(
        uow,
        [
            RecordRow(key, one.number, instant_of(one.opened_us), instant_of(one.closed_us), one.cause, one.doc)
            for key, one in closed
        ],
    )


def keep_answers(uow: Uow, answered: Sequence[tuple[SessionKey, int, bytes]]) -> None:
    """Keep what was answered, for messages that come again."""
    sessions.add_answers(uow, [AnswerRow(key, sequence, answer) for key, sequence, answer in answered])
