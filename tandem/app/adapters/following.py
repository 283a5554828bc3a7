"""From what stands at the other half now to events on our side, in durable steps.

A notification only says what to look at. What it is about is read again, one reader at a time for each order or alarm,
and the difference to what was told before is told: news that comes twice, late, in another order, or never, changes
nothing in the end.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tandem.app.adapters import documents, store
from tandem.app.adapters.asking import ORDERS
from tandem.app.adapters.connection import OtherHalf
from tandem.app.adapters.store import FollowedOrder
from tandem.kernel.errors import TandemError
from tandem.kernel.json import Doc
from tandem.kernel.period import instant
from tandem.kernel.steps import Step
from tandem.kernel.store import Uow

ALARM_MANAGEMENT: Final = "/tmf-api/alarm/v4"
ALARMS: Final = f"{ALARM_MANAGEMENT}/alarm"
FOLLOW_ORDER: Final = "seam.follow_order"
FOLLOW_ALARM: Final = "seam.follow_alarm"
_PATIENCE: Final = 20_000
"""Tries of a look, five seconds apart at most: more than a day."""
_SILENT_AT_ONCE: Final = 500


@dataclass(frozen=True)
class Follower:
    """Looks at orders and alarms of the other half."""

    half: OtherHalf

    @property
    def steps(self) -> tuple[Step, ...]:
        """The kinds of durable step for the worker's registry."""
        return (
            Step(FOLLOW_ORDER, lambda uow, told: self.look_at_order(uow, told["id"]), _PATIENCE, backoff_cap_s=5.0),
            Step(FOLLOW_ALARM, lambda uow, told: self.look_at_alarm(uow, told["id"]), _PATIENCE, backoff_cap_s=5.0),
        )

    def look_at_order(self, uow: Uow, order_id: str) -> None:
        """Tell what is new of a service order. Raises: OtherHalfSilent."""
        store.lock_order(uow, order_id)
        order = self.half.find(ORDERS, order_id)
        known = store.followed(uow, order_id)
        if order is None:
            _tell_loss(uow, known)
            return
        if not order.get("externalId"):
            return  # nobody on our side asked for it
        if known is None:
            store.follow_order(uow, str(order["externalId"]), order_id)
        told = known.told if known else None
        for event in documents.order_news(order, told, was_silent=known is not None and known.is_silent):
            uow.emit(event)
        store.keep_told(uow, order_id, documents.standing_of(order))

    def look_at_alarm(self, uow: Uow, alarm_id: str) -> None:
        """Tell who feels an alarm, newly or no longer. Raises: OtherHalfSilent."""
        store.lock_alarm(uow, alarm_id)
        alarm = self.half.find(ALARMS, alarm_id)
        now, told = documents.impact_of(alarm), store.find_impact(uow, alarm_id)
        cleared = (alarm or {}).get("alarmClearedTime")
        for event in documents.impact_news(now, told, instant(cleared) if cleared else uow.now):
            uow.emit(event)
        store.keep_impact(uow, alarm_id, now)


def _tell_loss(uow: Uow, known: FollowedOrder | None) -> None:
    if known is not None and known.is_open:
        uow.emit(documents.loss_news(known.service_order_id, known.external_id))
        store.drop_order(uow, known.service_order_id)


def tell_silence(uow: Uow, fault: TandemError) -> int:
    """Let the open orders say that they wait for the other half, each once. Returns how many did now."""
    silent = store.fall_silent(uow, limit=_SILENT_AT_ONCE)
    for order in silent:
        uow.emit(documents.silence_news(order.service_order_id, order.external_id, order.told, fault))
    return len(silent)


def ask_for_look(uow: Uow, step: str, subject_id: str, key: str) -> None:
    """Ask for a look in a step. Idempotent: by `key`."""
    payload: Doc = {"id": subject_id}
    uow.enqueue(step, payload, key=key, order_key=f"{step}/{subject_id}")
