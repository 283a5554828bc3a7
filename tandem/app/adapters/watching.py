"""The watch over the other half: our subscriptions stand there, and nothing that was told in between is lost.

Runs on real time beside the worker, since a neighbour's silence has nothing to do with the business clock.
"""

from __future__ import annotations

import threading
import time
from typing import Any, Final

import psycopg
import structlog

from tandem.app.adapters import store
from tandem.app.adapters.connection import OtherHalf, OtherHalfSilent
from tandem.app.adapters.following import ALARMS, Follower, tell_silence
from tandem.app.adapters.listening import SUBSCRIPTIONS, Subscription
from tandem.kernel.errors import Refused, Unavailable
from tandem.kernel.json import Doc
from tandem.kernel.store import Database
from tandem.kernel.store.uow import Connection

log = structlog.get_logger("tandem.seam")

ACTOR: Final = "system"
CAUSE: Final = "watch:seam"
RECHECK_S: Final = 60.0
"""An order or alarm of which nothing was heard for so long is looked at."""
_ORDERS_AT_ONCE: Final = 50
_MISSES_TO_TELL: Final = 2


class HubUnsigned(Refused):
    """The other half's hub gives no secret to prove its deliveries with."""

    code = "seam.hub_unsigned"


class SeamWatch:
    """Looks after the other half until it is stopped; one watch works in a database, others stand by.

    Units: every_s, real seconds between two rounds. own_url is where the other half reaches this one.
    """

    def __init__(self, database: Database, half: OtherHalf, *, tenant: str, own_url: str, every_s: float = 2.0) -> None:
        self._database = database
        self._half = half
        self._follower = Follower(half)
        self._tenant = tenant
        self._own_url = own_url.rstrip("/")
        self._every_s = every_s
        self._stop = threading.Event()
        self._misses = 0
        self._refused_as = ""
        self._alarms_seen_at = float("-inf")

    def start(self) -> None:
        """Begin, in a thread of its own."""
        threading.Thread(target=self.run, name="seam-watch", daemon=True).start()

    def stop(self) -> None:
        """End `run` after the round at hand."""
        self._stop.set()

    def run(self) -> None:
        """Watch until stopped; waits for its turn while another watch works."""
        while not self._stop.is_set():
            try:
                with self._database.connection() as connection:
                    self._lead(connection)
            except (Unavailable, psycopg.Error) as fault:
                log.warning("seam.watch.database", fault=str(fault))
                self._stop.wait(self._every_s)

    def _lead(self, connection: Connection) -> None:
        while not store.try_to_watch(connection, self._tenant):
            if self._stop.wait(self._every_s):
                return
        try:
            while not self._stop.is_set():
                self.look()
                self._stop.wait(self._every_s)
        finally:
            if not connection.closed:
                store.stop_watching(connection, self._tenant)

    def look(self) -> None:
        """One round: the subscriptions, then what is due to be looked at; or the orders say that nobody answers."""
        try:
            subscribed = self._subscribed()
            self._look_at_orders(RECHECK_S if subscribed else 0.0)
            self._look_at_alarms(RECHECK_S if subscribed else 0.0)
            self._misses = 0
        except OtherHalfSilent as fault:
            self._missed(fault)
        except Refused as fault:
            log.warning("seam.refused", **fault.to_doc())

    def _missed(self, fault: OtherHalfSilent) -> None:
        self._misses += 1
        if self._misses >= _MISSES_TO_TELL:
            self._alarms_seen_at = float("-inf")
            with self._uow() as uow:
                tell_silence(uow, fault)

    # -- subscriptions ------------------------------------------------------------------------------------------------

    def _subscribed(self) -> bool:
        """See to it that our hubs stand. Where they are refused, orders and alarms are looked at in every round."""
        try:
            for base in dict.fromkeys(subscription.base for subscription in SUBSCRIPTIONS):
                present = self._half.hubs(base)
                for subscription in (one for one in SUBSCRIPTIONS if one.base == base):
                    self._ensure(subscription, present)
        except Refused as fault:
            if self._refused_as != fault.reason:
                log.warning("seam.subscription_refused", **fault.to_doc())
            self._refused_as = fault.reason
            return False
        self._refused_as = ""
        return True

    def _ensure(self, subscription: Subscription, present: list[Doc]) -> None:
        callback = f"{self._own_url}{subscription.listener}"
        with self._uow() as uow:
            kept = store.find_hub(uow, subscription.event_type)
            ours = [hub for hub in present if hub.get("callback") == callback]
            if kept is not None and any(hub.get("id") == kept.hub_id for hub in ours):
                return
            for stale in {str(hub["id"]) for hub in ours} | ({kept.hub_id} if kept else set()):
                self._half.delete(f"{subscription.base}/hub", stale)
            wish: Doc = {"callback": callback, "query": subscription.query}
            made = self._half.post(f"{subscription.base}/hub", wish)
            if not made.get("secret"):
                self._half.delete(f"{subscription.base}/hub", str(made["id"]))
                raise HubUnsigned("the other half's hub signs nothing, so that its deliveries prove nothing")
            store.keep_hub(uow, subscription.event_type, str(made["id"]), callback, str(made["secret"]))
            store.all_due(uow)
        self._alarms_seen_at = float("-inf")
        log.info("seam.subscribed", event_type=subscription.event_type, callback=callback)

    # -- what may have been missed ------------------------------------------------------------------------------------

    def _look_at_orders(self, after_s: float) -> None:
        with self._uow() as uow:
            due = store.due_orders(uow, after_s=after_s, limit=_ORDERS_AT_ONCE)
        for order_id in due:
            with self._uow() as uow:
                self._follower.look_at_order(uow, order_id)

    def _look_at_alarms(self, after_s: float) -> None:
        if time.monotonic() - self._alarms_seen_at < after_s:
            return
        standing = [
            str(alarm["id"]) for alarm in self._half.iter_all(ALARMS, **{"state.ne": "cleared", "fields": "id"})
        ]
        with self._uow() as uow:
            felt = store.felt_alarms(uow)
        for alarm_id in dict.fromkeys([*standing, *felt]):
            with self._uow() as uow:
                self._follower.look_at_alarm(uow, alarm_id)
        self._alarms_seen_at = time.monotonic()

    def _uow(self) -> Any:
        return self._database.uow(tenant=self._tenant, actor=ACTOR, cause=CAUSE)
