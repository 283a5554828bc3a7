"""From a change to the notifications about it: who is told, what exactly, signed, in order, again until it arrives.

The relay asks `fanout` for each batch of events; every hub that the change may concern gets a durable step. The step
reads the document as it was at that change, shapes it for the hub's version, asks the hub's filter, and posts it.
Steps of one hub run one after the other, so an entity's news stay in order and a silent hub holds up no other; all of
them run on threads of their own, so that many silent hubs hold up no order and no bill.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Iterable, Sequence
from typing import Any

from psycopg.types.json import Jsonb

from tandem.kernel import json
from tandem.kernel.access.policy import Policy
from tandem.kernel.access.sealed import unseal
from tandem.kernel.errors import TandemError
from tandem.kernel.events import EntityChanged, event_name
from tandem.kernel.json import Doc
from tandem.kernel.period import text_of
from tandem.kernel.steps.queue import retry_step
from tandem.kernel.steps.registry import Step
from tandem.kernel.steps.relay import StepRequest, ToldEvent
from tandem.kernel.store import Stored, Uow
from tandem.kernel.store.uow import Connection
from tandem.kernel.tmf.callbacks import CallbackGuard, post
from tandem.kernel.tmf.exposure import GET
from tandem.kernel.tmf.hubs import Hub, hub_of, payload_name
from tandem.kernel.tmf.matching import matches
from tandem.kernel.tmf.resource import Resource

KIND = "tmf.hub_delivery"
SIGNATURE, TIMESTAMP = "X-Tandem-Signature", "X-Tandem-Timestamp"

_KINDS = {
    "create": ("Create",),
    "attributeValueChange": ("AttributeValueChange",),
    "stateChange": ("StateChange", "AttributeValueChange"),
    "delete": ("Delete",),
}
_WORDS = {
    "Create": "was created",
    "AttributeValueChange": "was changed",
    "StateChange": "has a new state",
    "Delete": "was deleted",
}


class Notifications:
    """Fan-out and delivery for all exposures of an engine."""

    def __init__(self, resources: Iterable[Resource], *, policy: Policy, guard: CallbackGuard) -> None:
        self._policy = policy
        self._guard = guard
        self._by_url = {resource.url: resource for resource in resources if resource.table is not None}
        self._by_entity: dict[str, list[Resource]] = {}
        for resource in self._by_url.values():
            assert resource.table is not None
            self._by_entity.setdefault(resource.table.entity, []).append(resource)

    @property
    def step(self) -> Step:
        """The kind of durable step for the worker's registry."""
        return Step(KIND, self.deliver, attempts=10, backoff_s=1.0, backoff_cap_s=300.0, calls_out=True,
                    on_dead=_note_failure,
                    on_retry=lambda uow, payload, error, _attempt: _note_failure(uow, payload, error))  # fmt: skip

    def fanout(self, connection: Connection, told: Sequence[ToldEvent]) -> list[StepRequest]:
        """A step for each hub that each change may concern. For the relay."""
        changed = event_name(EntityChanged)
        news = [event for event in told if event.name == changed and event.doc["type"] in self._by_entity]
        if not news:
            return []
        rows = connection.execute(
            "select tenant, id, base from kernel_hub where tenant = any(%s)",
            (sorted({event.tenant for event in news}),),
        ).fetchall()
        return [
            request
            for event in news
            for row in rows
            if row["tenant"] == event.tenant
            for request in self._requests(event, row)
        ]

    def _requests(self, event: ToldEvent, hub: dict[str, Any]) -> Iterable[StepRequest]:
        for resource in self._by_entity[event.doc["type"]]:
            kind = next((kind for kind in _KINDS[event.doc["change"]] if kind in resource.exposure.events), None)
            if resource.exposure.base != hub["base"] or kind is None:
                continue
            payload = {
                "hub": hub["id"],
                "url": resource.url,
                "id": event.doc["id"],
                "version": event.doc["version"],
                "kind": kind,
                "event": event.seq,
                "at": text_of(event.at),
                "cause": event.cause,
            }
            yield StepRequest(
                tenant=event.tenant,
                kind=KIND,
                key=f"{event.seq}:{hub['id']}:{resource.exposure.path}",
                order_key=f"hub:{hub['id']}",
                payload=payload,
                actor="system",
                cause=f"event:{event.seq}",
            )

    def deliver(self, uow: Uow, payload: Doc) -> None:
        """Post one notification. A hub that was deleted, or that does not want it, is not an error.

        Raises: CallbackSilent (tried again), CallbackAnsweredNo and CallbackRefused (dead letter).
        """
        row = uow.one("select * from kernel_hub where tenant = %s and id = %s", (uow.tenant, payload["hub"]))
        resource = self._by_url.get(payload["url"])
        if row is None or resource is None or resource.table is None:
            return
        hub = hub_of(row)
        stored = resource.table.at_version(uow, payload["id"], payload["version"])
        notification = self.notification(resource, stored, payload, hub.base_url)
        if not self._may_read(resource, stored, hub) or not matches(hub.filters, notification):
            return
        target = self._guard.target(hub.callback)
        body = json.dumps(notification)
        post(target, body, signed_headers(body, unseal(hub.secret, purpose=f"hub:{hub.id}").reveal()))
        uow.execute(
            "update kernel_hub set last_told_at = %s, last_error = null where tenant = %s and id = %s",
            (uow.now, uow.tenant, hub.id),
        )

    def notification(self, resource: Resource, stored: Stored, payload: Doc, base_url: str) -> Doc:
        """The notification's document in the version's shape. Standard: TMF630 part 1, event representation."""
        exposure, kind = resource.exposure, payload["kind"]
        event_type = f"{exposure.type_name}{kind}Event"
        domain = exposure.domain or exposure.base.rstrip("/").split("/")[-2]
        doc: Doc = {
            "eventId": str(payload["event"]),
            "eventTime": payload["at"],
            "eventType": event_type,
            "correlationId": payload["cause"],
            "domain": domain,
            "title": f"{exposure.type_name} {kind}",
            "description": f"{exposure.type_name} {stored.id} {_WORDS[kind]}",
            "priority": "1",
            "timeOcurred": payload["at"],  # spelt so in version 4
            "event": {payload_name(resource): resource.wire_doc(stored, base_url)},
        }
        if exposure.version != "v4":
            doc |= {"@type": event_type, "timeOccurred": doc.pop("timeOcurred")}
        return doc

    def _may_read(self, resource: Resource, stored: Stored, hub: Hub) -> bool:
        scope = self._policy.scope(hub.caller, resource.exposure.policy_entity, GET)
        if scope == "own":
            return resource.owner_of is not None and resource.owner_of(stored.doc) == hub.caller.party_id
        return scope == "all"


def signed_headers(body: bytes, secret: bytes) -> dict[str, str]:
    """Headers of a delivery: HMAC-SHA256 over `<timestamp>.<body>` with the hub's secret.

    Why the timestamp: a receiver can refuse a delivery that somebody recorded and sends again later.
    """
    timestamp = str(int(time.time()))
    digest = hmac.new(secret, timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return {
        "Content-Type": "application/json;charset=utf-8",
        TIMESTAMP: timestamp,
        SIGNATURE: f"sha256={digest}",
        "User-Agent": "Tandem",
    }


def _note_failure(uow: Uow, payload: Doc, error: TandemError) -> None:
    """What went wrong last stands on the hub, for its owner to see."""
    noted = {**error.to_doc(), "at": text_of(uow.now)}
    noted.pop("facts", None)
    uow.execute(
        "update kernel_hub set last_error = %s where tenant = %s and id = %s",
        (Jsonb(noted), uow.tenant, payload["hub"]),
    )


def replay(uow: Uow, hub_id: str) -> int:
    """Try a hub's dead letters again, in order. Returns how many."""
    rows = uow.all(
        "select id from kernel_step where tenant = %s and kind = %s and state = 'dead' and payload ->> 'hub' = %s "
        "order by id",
        (uow.tenant, KIND, hub_id),
    )
    for row in rows:
        retry_step(uow, row["id"])
    return len(rows)
