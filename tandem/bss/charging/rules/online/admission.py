"""What becomes of a message before anything is counted: which session it is of, and whether it may ask for quota."""

from __future__ import annotations

from typing import Final, NamedTuple

from tandem.bss.charging.rules.online import order
from tandem.bss.charging.rules.online import state as states
from tandem.bss.charging.rules.online.state import RecordState, SessionState
from tandem.bss.charging.terms.online import Result, SessionPolicy, SessionRequest

ACTIVE: Final = ("active", "pendingTerminate")


class Admission(NamedTuple):
    """The session as the message finds it. `refusal` ends the message; `may_ask` is whether quota may be granted."""

    state: SessionState | None
    refusal: Result | None = None
    may_ask: bool = True
    is_late: bool = False


def admit(
    request: SessionRequest, known: SessionState | None, *, product: tuple[str, str], now_us: int, policy: SessionPolicy
) -> Admission:
    """Find or begin the session of a message. Shape: `product` is its id and status."""
    product_id, status = product
    is_served = status in ACTIVE
    if request.operation == "event":
        refusal: Result | None = None if is_served or request.action in ("post", "refund") else "not_allowed"
        return Admission(known or begun(request, product_id, now_us), refusal)
    if known is None or _begins_anew(request, known):
        if not order.may_open(request.operation, opens_unknown=policy.opens_unknown):
            return Admission(None, "unknown_session")
        if request.operation == "create" and not is_served:
            return Admission(None, "not_allowed")
        return Admission(begun(request, product_id, now_us, after=known), may_ask=is_served)
    if order.is_over(known, request.sequence):
        return Admission(known, "unknown_session")
    is_late = order.is_late(known, request.sequence)
    return Admission(known, may_ask=is_served and not is_late and known.closed != states.RELEASED, is_late=is_late)


def _begins_anew(request: SessionRequest, known: SessionState) -> bool:
    """A network that forgot its sessions may give their names again."""
    return request.operation == "create" and order.is_over(known, request.sequence)


def begun(request: SessionRequest, product_id: str, now_us: int, *, after: SessionState | None = None) -> SessionState:
    """A session that begins with this message; records go on being counted `after` one that had its name."""
    return SessionState(
        protocol=request.protocol,
        service=request.service,
        subscriber=request.subscriber,
        subscriber_kind=request.subscriber_kind,
        product_id=product_id,
        opened_us=now_us,
        record=RecordState(number=after.record.number if after else 1, opened_us=now_us),
    )


def take_over(state: SessionState, request: SessionRequest, now_us: int) -> None:
    """Note in a session what a message says of it; a late one says nothing new."""
    if state.closed == states.STALE:
        state.closed, state.closed_us = states.OPEN, 0
        state.record.opened_us = now_us
    state.network, state.destination = request.network, request.destination or state.destination
    state.notify_at = request.notify_at or state.notify_at
    state.last_sequence, state.reported_us = request.sequence, now_us
    if request.facts:
        state.facts.update(request.facts)
