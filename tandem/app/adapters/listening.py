"""Where the other half's notifications arrive: at the standard's listener addresses, signed, each kept once.

A delivery is proved by the hub's secret, not by a login: HMAC-SHA256 over its time and body. Standard: TMF641 v4 and
TMF642 v4, listeners (client side).
"""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tandem.app.adapters import store
from tandem.app.adapters.asking import SERVICE_ORDERING
from tandem.app.adapters.following import ALARM_MANAGEMENT, FOLLOW_ALARM, FOLLOW_ORDER, ask_for_look
from tandem.kernel import json
from tandem.kernel.access.sealed import Secret
from tandem.kernel.errors import Invalid, Unauthenticated
from tandem.kernel.json import Doc
from tandem.kernel.store import Database
from tandem.kernel.tmf.errors import read_json
from tandem.kernel.tmf.notifications import SIGNATURE, TIMESTAMP

PREFIX: Final = "/seam"
OLDEST_S: Final = 300
"""A delivery that was signed longer ago, or later than now, is a recording or a clock that is wrong."""


class DeliveryNotProved(Unauthenticated):
    """A notification is not signed with the secret of our subscription, or was signed too long ago."""

    code = "seam.delivery_not_proved"


@dataclass(frozen=True, slots=True)
class Subscription:
    """One type of event that we listen to: where it is told, what it is about, and the step that looks at it."""

    event_type: str
    base: str
    subject: str
    step: str

    @property
    def listener(self) -> str:
        """Our address for it, with the standard's own name."""
        name = self.event_type[0].lower() + self.event_type[1:]
        return f"{PREFIX}{self.base.removeprefix('/tmf-api')}/listener/{name}"

    @property
    def query(self) -> str:
        """What the hub is asked for."""
        return f"eventType={self.event_type}"


SUBSCRIPTIONS: Final = tuple(
    Subscription(f"{entity}{kind}Event", base, entity[0].lower() + entity[1:], step)
    for entity, base, step, kinds in (
        ("ServiceOrder", SERVICE_ORDERING, FOLLOW_ORDER, ("StateChange", "AttributeValueChange")),
        ("Alarm", ALARM_MANAGEMENT, FOLLOW_ALARM, ("Create", "StateChange", "AttributeValueChange")),
    )
    for kind in kinds
)


@dataclass(frozen=True)
class Listeners:
    """Takes deliveries in for one tenant."""

    database: Database
    tenant: str

    def routes(self) -> list[Route]:
        """One address for each type of event."""
        return [self._route(subscription) for subscription in SUBSCRIPTIONS]

    def _route(self, subscription: Subscription) -> Route:
        async def listen(request: Request) -> Response:
            body = await request.body()
            told = await run_in_threadpool(self.take, subscription, body, request.headers)
            return Response(json.dumps(told), status_code=201, media_type="application/json")

        return Route(subscription.listener, listen, methods=["POST"])

    def take(self, subscription: Subscription, body: bytes, headers: Mapping[str, str]) -> Doc:
        """Keep that there is something to look at. Idempotent: by the event's id.

        Raises: DeliveryNotProved, Invalid.
        """
        cause = f"notification:{subscription.event_type}"
        with self.database.uow(tenant=self.tenant, actor="system", cause=cause) as uow:
            hub = store.find_hub(uow, subscription.event_type)
            if hub is None:
                raise DeliveryNotProved("we have not subscribed to this")
            require_proved(body, headers, hub.secret, now=time.time())
            event_id, subject_id = _read(body, subscription)
            ask_for_look(uow, subscription.step, subject_id, f"{hub.hub_id}:{event_id}")
            return {"id": hub.hub_id, "callback": hub.callback}


def require_proved(body: bytes, headers: Mapping[str, str], secret: Secret, *, now: float) -> None:
    """Refuse what the hub's secret did not sign, or what is old.

    Units: `now` in seconds since 1970, of real time. Raises: DeliveryNotProved.
    """
    timestamp, signature = headers.get(TIMESTAMP, ""), headers.get(SIGNATURE, "")
    digest = hmac.new(secret.reveal(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(signature.encode(), f"sha256={digest}".encode()):
        raise DeliveryNotProved("the signature is not that of our subscription")
    if not timestamp.isdigit() or abs(now - int(timestamp)) > OLDEST_S:
        raise DeliveryNotProved(f"it was signed more than {OLDEST_S} seconds from now")


def _read(body: bytes, subscription: Subscription) -> tuple[str, str]:
    doc = read_json(body)
    event_id, subject_id = json.at(doc, "eventId"), json.at(doc, f"event.{subscription.subject}.id")
    if event_id is None or subject_id is None:
        raise Invalid(
            "a notification has an eventId and names what it is about",
            code="seam.notification_incomplete",
            path=f"event.{subscription.subject}.id",
        )
    return str(event_id), str(subject_id)
