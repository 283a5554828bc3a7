"""Which messages and containers are late, known or too late: networks send again, out of order, or not at all."""

from __future__ import annotations

from hashlib import blake2b
from typing import Final

from tandem.bss.charging.rules.online import state as states
from tandem.bss.charging.rules.online.state import Container, GroupState, SessionState
from tandem.bss.charging.terms.online import Operation

_MARKS: Final = 8
"""So many containers of a rating group are known again: as far apart as a network reorders them."""


def is_late(state: SessionState, sequence: int) -> bool:
    """Whether a later message of the session was answered already: what it used is charged, and nothing is granted."""
    return sequence < state.last_sequence


def is_over(state: SessionState, sequence: int) -> bool:
    """Whether the network ended the session before it sent this message: there is no such session any more."""
    return state.closed == states.RELEASED and sequence > state.released_at


def may_open(operation: Operation, *, opens_unknown: bool) -> bool:
    """Whether a message of a session that is not known begins it: the one that should have may be lost."""
    return operation == "create" or opens_unknown


def is_new_container(group: GroupState, container: Container) -> bool:
    """Note a container that the network numbered; false when the very same came before, in whatever message.

    Why: a network that got no answer reports the same use in its next message. The number alone does not know it
    again, since some networks begin to count anew with each message.
    """
    if container.sequence is None:
        return True
    mark = int.from_bytes(blake2b(_identity(container), digest_size=7).digest(), "big")
    if mark in group.known:
        return False
    group.known = [*group.known[1 - _MARKS :], mark]
    return True


def _identity(container: Container) -> bytes:
    """What makes a container itself: its number, when it began, what was used."""
    told = (
        container.sequence,
        container.started_us,
        container.time_s,
        container.total_octets,
        container.uplink_octets,
        container.downlink_octets,
        container.specific,
    )
    return repr(told).encode()
