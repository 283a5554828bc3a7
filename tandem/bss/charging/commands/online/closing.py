"""Sessions that end without a word of the network: nothing was heard of them, or their server began anew."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tandem.bss.charging import store
from tandem.bss.charging.commands.online.keeping import keep_records, session_row
from tandem.bss.charging.commands.online.turns import micros_since
from tandem.bss.charging.rules.online import records
from tandem.bss.charging.rules.online import state as states
from tandem.bss.charging.rules.online.records import ABNORMAL_RELEASE
from tandem.bss.charging.rules.online.state import SessionState
from tandem.bss.charging.store import sessions
from tandem.bss.charging.store.balances import change_bucket
from tandem.bss.charging.store.sessions import SessionKey
from tandem.kernel.period import Instant
from tandem.kernel.store import Uow

BATCH: Final = 500


def close_stale_sessions(uow: Uow, at: Instant) -> int:
    """Close sessions of which nothing was heard for too long, a batch of them; answers how many."""
    return _close(uow, sessions.stale_sessions(uow, by=at, limit=BATCH), only_stale_by=at)


def close_sessions_of(uow: Uow, *, nas: str) -> int:
    """Close the sessions of a network access server that began anew (RADIUS Accounting-On, -Off); answers how many.

    Idempotent: by session.
    """
    return _close(uow, sessions.sessions_named(uow, "radius", f"{nas};"), only_stale_by=None)


def _close(uow: Uow, keys: Sequence[SessionKey], *, only_stale_by: Instant | None) -> int:
    """Locks: the accounts, in order. What was reported while we waited for them is seen: such sessions go on."""
    if not keys:
        return 0
    store.lock_accounts(uow, sorted({key.account for key in keys}))
    kept = sessions.open_sessions(uow, keys, stale_by=only_stale_by)
    found = {key: states.unpacked(state) for key, state in kept.items()}
    closed = []
    for key, state in sorted(found.items()):
        _give_back(uow, key, state)
        state.closed, state.closed_us = states.STALE, micros_since(uow.now)
        closed.append((key, records.close(key.session, state, at_us=state.closed_us, cause=ABNORMAL_RELEASE)))
    sessions.put_sessions(uow, [session_row(key, state) for key, state in sorted(found.items())])
    keep_records(uow, closed)
    return len(found)


def _give_back(uow: Uow, key: SessionKey, state: SessionState) -> None:
    for group in state.groups:
        for held in group.held:
            change_bucket(uow, (key.account, held.bucket), reserved=-held.amount)
        group.held, group.held_until_us, group.is_spent = [], 0, False
