"""What the network is told unasked: to ask again since a balance changed, or to end a session."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final, Literal

from tandem.bss.charging.rules.online import state as states
from tandem.bss.charging.rules.online.state import SessionState
from tandem.bss.charging.store import sessions
from tandem.bss.charging.store.sessions import SessionKey
from tandem.bss.charging.terms.online import Protocol, SessionNotice, WaitingNotice
from tandem.kernel.ids import new_id
from tandem.kernel.period import Instant
from tandem.kernel.store import Uow


def reauthorise_spent(uow: Uow, accounts: Sequence[str]) -> int:
    """Let sessions of some accounts whose quota had ended ask again; answers how many.

    Idempotent: a session that has such a notice waiting gets no second one.
    """
    kept = sessions.sessions_of_accounts(uow, accounts, only_spent=True)
    return _tell(uow, {key: states.unpacked(state) for key, state in kept.items()}, "reauthorise")


def abort_sessions(uow: Uow, *, billing_account_id: str, product_id: str) -> int:
    """Let the network end the sessions of a product; answers how many. Idempotent: as above."""
    kept = sessions.sessions_of_accounts(uow, [billing_account_id], only_spent=False)
    found = {key: states.unpacked(state) for key, state in kept.items()}
    return _tell(uow, {key: one for key, one in found.items() if one.product_id == product_id}, "abort")


# -- delivery ---------------------------------------------------------------------------------------------------------

FIRST_WAIT_S: Final = 1
LONGEST_WAIT_S: Final = 600
MOST_ATTEMPTS: Final = 150
"""About a day: no session outlives that in silence."""


def take_notices(uow: Uow, *, at: Instant, limit: int = 100) -> list[WaitingNotice]:
    """Notices whose turn it is. Locks: their rows, past those that others have."""
    return sessions.take_notices(uow, at=at, limit=limit)


def settle_notices(
    uow: Uow, *, delivered: Sequence[WaitingNotice], failed: Sequence[WaitingNotice], at: Instant
) -> None:
    """Note what was delivered; the rest waits twice as long each time, and is given up in the end."""
    for one in delivered:
        sessions.settle_notice(uow, one, "delivered")
    for one in failed:
        if one.attempts + 1 >= MOST_ATTEMPTS:
            sessions.settle_notice(uow, one, "given_up")
        else:
            wait_s = min(FIRST_WAIT_S << min(one.attempts, 20), LONGEST_WAIT_S)
            sessions.put_off_notice(uow, one, at + timedelta(seconds=wait_s))


# -- telling ----------------------------------------------------------------------------------------------------------


def _tell(uow: Uow, found: Mapping[SessionKey, SessionState], kind: Literal["reauthorise", "abort"]) -> int:
    if not found:
        return 0
    waiting = sessions.sessions_with_notice(uow, sorted(found), kind)
    told = [
        (key.account, new_id(), _notice(key, state, kind))
        for key, state in sorted(found.items())
        if state.notify_at and key not in waiting
    ]
    if told:
        sessions.add_notices(uow, told)
    return len(told)


def _notice(key: SessionKey, state: SessionState, kind: Literal["reauthorise", "abort"]) -> SessionNotice:
    groups = tuple(group.rating_group for group in state.groups if group.is_spent) if kind == "reauthorise" else ()
    return SessionNotice(
        protocol=_protocol(state.protocol),
        session=key.session,
        notify_at=state.notify_at,
        kind=kind,
        rating_groups=groups,
        subscriber=state.subscriber,
    )


def _protocol(name: str) -> Protocol:
    return "gy" if name == "gy" else "radius" if name == "radius" else "nchf"
