"""Use on line among the usage records: what a session used of a rating group is one, kept when it ends; what has no
price is one that waits.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Any, Final, NamedTuple

import numpy as np

from tandem.bss.charging import store
from tandem.bss.charging.commands.online import counting
from tandem.bss.charging.commands.online.counting import Amounts, Counted
from tandem.bss.charging.commands.online.playing import Desk
from tandem.bss.charging.commands.online.turns import Turn
from tandem.bss.charging.rules.core.layout import NONE, RATED, Rated
from tandem.bss.charging.rules.online.state import SessionState
from tandem.bss.charging.store import Column
from tandem.kernel.ids import new_id
from tandem.kernel.store import Uow

_KINDS: Final = ("voice", "data", "message")
_QUANTITIES: Final = ("duration_s", "octets", "units", "value_micros")
"""The columns of `Amounts`."""
_NO_PRICE: Final = "no_price"


class OnlineRecord(NamedTuple):
    """A usage record of a session or an event. `why` is why it waits, if it does."""

    turn: Turn
    usage_id: str
    identity: bytes
    started_us: int
    amounts: Amounts
    rating_group: int
    why: str | None = None


def ended(desk: Desk, turn: Turn) -> list[OnlineRecord]:
    """The rating groups of a session that ends, those that were used and charged."""
    found = []
    for group in turn.state.groups:
        if not group.places:
            continue
        measure = desk.policies.of(turn.payer.tariff, turn.service, group.rating_group).measure
        identity = _identity(turn.state, turn.payer.key.session, group.usage_id)
        amounts = counting.only(measure, group.used)
        found.append(OnlineRecord(turn, group.usage_id, identity, group.first_us, amounts, group.rating_group))
    return found


def suspended(uses: Sequence[Counted], rated: Rated) -> list[OnlineRecord]:
    """What was used and has no price: it can be put right and released like any other record."""
    found = []
    for use, outcome in zip(uses, rated.outcomes.tolist(), strict=True):
        if outcome == RATED:
            continue
        usage_id = new_id()
        identity = _identity(use.turn.state, use.turn.payer.key.session, usage_id)
        why = f"its plan has no price for {use.turn.service} there"
        group = use.part.part.rating_group
        found.append(OnlineRecord(use.turn, usage_id, identity, use.start_us, use.amounts, group, why))
    return found


def _identity(state: SessionState, session: str, usage_id: str) -> bytes:
    return sha256(f"session\0{state.protocol}\0{session}\0{usage_id}".encode()).digest()[:16]


def keep_records(uow: Uow, records: Sequence[OnlineRecord]) -> None:
    """Keep them, those of the services that usage records know. Idempotent: by the id of the usage."""
    known = [one for one in records if one.turn.service in _KINDS]
    if not known:
        return
    products = [one.turn.payer.situation.product for one in known]
    texts: dict[str, list[Any]] = {
        "usage_id": [one.usage_id for one in known],
        "served": [one.turn.state.subscriber for one in known],
        "service": [one.turn.service for one in known],
        "destination": [one.turn.request.destination or one.turn.state.destination for one in known],
        "network": [one.turn.request.network for one in known],
        "record_id": [None] * len(known),
        "source": [f"{one.turn.state.protocol} {one.turn.payer.key.session}" for one in known],
        "code": [None if one.why is None else _NO_PRICE for one in known],
        "reason": [one.why for one in known],
        "product_id": [product.product_id for product in products],
        "billing_account_id": [product.billing_account_id for product in products],
        "customer_id": [product.customer_id for product in products],
    }
    columns = zip(_QUANTITIES, zip(*(one.amounts for one in known), strict=True), strict=True)
    numbers = {name: [None if amount == NONE else amount for amount in amounts] for name, amounts in columns}
    store.claim_records(
        uow,
        {
            "n": Column("i4", np.arange(len(known))),
            "identity": Column("bytes", [one.identity for one in known]),
            "content": Column("bytes", [None] * len(known)),
            "started_at": Column("us", np.array([one.started_us for one in known], "i8")),
            "rating_group": Column("i4", [one.rating_group for one in known]),
            "status": Column("i2", np.array([store.RATED if one.why is None else store.SUSPENDED for one in known])),
            "details": Column("jsonb", [None] * len(known)),
            "line": Column("i8", [None] * len(known)),
            **{name: Column("text", values) for name, values in texts.items()},
            **{name: Column("i8", values) for name, values in numbers.items()},
        },
        has_document=False,
    )
