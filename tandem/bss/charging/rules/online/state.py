"""What is kept of a session between two messages: one packed value, so that a message costs one row.

Packed as arrays (MessagePack). What is added to a form goes to its end with a default: rows of before stay readable.
Instants are microseconds since 1970, UTC; zero is none.
"""

from __future__ import annotations

from typing import Final

import msgspec

from tandem.bss.charging.terms.online import Units

OPEN: Final = 0
RELEASED: Final = 1
STALE: Final = 2
"""How a session stands: it goes on; the network ended it; nothing came for too long and it was closed here."""


class Held(msgspec.Struct, array_like=True):
    """What a rating group holds of a bucket: its number within the account (its row, while a batch is worked on)."""

    bucket: int
    amount: int


class Container(msgspec.Struct, array_like=True):
    """Units that were used, as the charging data record tells them (TS 32.298, UsedUnitContainer)."""

    rating_group: int
    service_id: int | None
    time_s: int | None
    total_octets: int | None
    uplink_octets: int | None
    downlink_octets: int | None
    specific: int | None
    started_us: int
    ended_us: int
    sequence: int | None
    triggers: tuple[str, ...]


class SourceState(msgspec.Struct, array_like=True):
    """What an allowance or a price has come to in a rating group, as the core counts it (`SourceRow`)."""

    kind: int
    term: str
    assigned: int
    counted: int
    whole: int
    rest: int
    charged: int
    continues: int


class GroupState(msgspec.Struct, array_like=True):
    """One rating group: where its use stands in the core, and what is reserved for it.

    `first_us`, `position`, `piece_at`, `fee_price`, `sources`: the core's state between slices (`SessionRow`).
    `granted` is what the last answer gave, `is_spent` that it got nothing or its last units, so that money which comes
    is news to it. `used` counts over the session. `places` is how many rated events its `usage_id` has. `known` are
    marks of the last containers that the network numbered. `told` and `told_us`: what counters stood at and when,
    where the network tells everything since the session began.
    """

    rating_group: int
    service_id: int | None = None
    first_us: int = -1
    position: int = 0
    piece_at: int = -1
    fee_price: str = ""
    sources: list[SourceState] = []
    held: list[Held] = []
    held_until_us: int = 0
    granted: int = 0
    is_spent: bool = False
    used: int = 0
    usage_id: str = ""
    places: int = 0
    known: list[int] = []
    told: Units | None = None
    told_us: int = 0


class RecordState(msgspec.Struct, array_like=True):
    """The charging data record that is being filled. `number` is its place among those of the session."""

    number: int = 1
    opened_us: int = 0
    octets: int = 0
    containers: list[Container] = []


class SessionState(msgspec.Struct, array_like=True):
    """One session. `last_sequence` is the highest of its messages, `released_at` the one that ended it."""

    protocol: str
    service: str
    subscriber: str
    subscriber_kind: str
    product_id: str
    opened_us: int
    network: str = ""
    destination: str = ""
    notify_at: str = ""
    reported_us: int = 0
    last_sequence: int = -1
    closed: int = OPEN
    closed_us: int = 0
    released_at: int = -1
    groups: list[GroupState] = []
    record: RecordState = msgspec.field(default_factory=RecordState)
    facts: dict[str, str] = {}


_ENCODER: Final = msgspec.msgpack.Encoder()
_DECODER: Final = msgspec.msgpack.Decoder(SessionState)


def packed(state: SessionState) -> bytes:
    """A session as it is kept."""
    return _ENCODER.encode(state)


def unpacked(kept: bytes) -> SessionState:
    """A session as it was kept."""
    return _DECODER.decode(kept)


def group_of(state: SessionState, rating_group: int, service_id: int | None) -> GroupState | None:
    """The rating group of a session, by itself or for one service identifier, where it was heard of."""
    for group in state.groups:
        if group.rating_group == rating_group and group.service_id == service_id:
            return group
    return None


def held_until_us(state: SessionState) -> int:
    """When the first of its reservations ends; zero when it has none."""
    return min((group.held_until_us for group in state.groups if group.held), default=0)


def is_spent(state: SessionState) -> bool:
    """Whether a rating group of it waits for money."""
    return state.closed == OPEN and any(group.is_spent for group in state.groups)
