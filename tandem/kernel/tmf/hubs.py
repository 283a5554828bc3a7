"""Subscriptions to an API's notifications: `POST /hub`, `GET /hub`, `DELETE /hub/{id}`.

A hub belongs to one base (so to one version of one API), one tenant and the actor who made it; it is told only what
that actor may read. Its secret signs every delivery and is shown once, in the answer to `POST`.
Standard: TMF630 part 1, notification patterns.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tandem.kernel.access.policy import Caller, Policy
from tandem.kernel.access.sealed import seal
from tandem.kernel.errors import Conflict, Invalid, NotFound
from tandem.kernel.ids import new_id
from tandem.kernel.json import Doc
from tandem.kernel.store import Database, Uow
from tandem.kernel.tmf.call import Answer, Call, answer
from tandem.kernel.tmf.callbacks import CallbackGuard, CallbackRefused, CallbackSilent
from tandem.kernel.tmf.errors import read_json
from tandem.kernel.tmf.exposure import CREATE, DELETE, GET, LIST
from tandem.kernel.tmf.matching import require_readable
from tandem.kernel.tmf.query import Term, parse_filter
from tandem.kernel.tmf.resource import Resource

ENTITY = "Hub"
MOST_PER_ACTOR = 100
EVENT_ATTRIBUTES = frozenset(
    {"eventId", "eventTime", "eventType", "correlationId", "domain", "title", "description", "priority"}
)


class AlreadySubscribed(Conflict):
    """The same actor already listens there for the same."""

    code = "tmf.already_subscribed"


@dataclass(frozen=True, slots=True)
class Hub:
    """One subscription. `secret` is sealed."""

    id: str
    base: str
    base_url: str
    callback: str
    query: str
    secret: str
    caller: Caller

    @property
    def filters(self) -> tuple[tuple[Term, ...], ...]:
        return parse_filter(self.query)


def hub_of(row: Mapping[str, Any]) -> Hub:
    """The hub in a row of `kernel_hub`."""
    caller = Caller(row["tenant"], row["actor"], frozenset(row["roles"]), row["party_id"])
    own = ("id", "base", "base_url", "callback", "query", "secret")
    return Hub(**{name: row[name] for name in own}, caller=caller)


class HubOperations:
    """The hub of one base. `resources` are the base's own."""

    def __init__(
        self, base: str, resources: list[Resource], *, database: Database, policy: Policy, guard: CallbackGuard
    ) -> None:
        self.base = base
        self._resources = {payload_name(resource): resource for resource in resources}
        self._database = database
        self._policy = policy
        self._guard = guard

    def create(self, call: Call) -> Answer:
        """A new subscription."""
        self._policy.require(call.caller, ENTITY, CREATE)
        callback, query = self._asked(read_json(call.body))
        secret = secrets.token_urlsafe(32)
        hub_id = new_id()
        with self._uow(call) as uow:
            self._keep(uow, call, (hub_id, callback, query), seal(secret, purpose=f"hub:{hub_id}"))
            uow.audit(CREATE, ENTITY, hub_id, facts={"base": self.base, "callback": callback})
        doc = self._doc(call, {"id": hub_id, "callback": callback, "query": query})
        location = (b"location", f"{call.base_url}{self.base}/hub/{hub_id}".encode())
        return answer(201, {**doc, "secret": secret}, location)

    def list_own(self, call: Call) -> Answer:
        """The caller's own subscriptions; everyone's for whom the policy gives all."""
        with self._uow(call) as uow:
            rows = self._rows(uow, call, LIST, "")
        return answer(200, [self._doc(call, row) for row in rows])

    def get(self, call: Call, hub_id: str) -> Answer:
        """One subscription. Raises: NotFound."""
        with self._uow(call) as uow:
            return answer(200, self._doc(call, self._one(uow, call, GET, hub_id)))

    def delete(self, call: Call, hub_id: str) -> Answer:
        """Ends a subscription; what waits for it is dropped. Raises: NotFound."""
        with self._uow(call) as uow:
            self._one(uow, call, DELETE, hub_id)
            uow.execute("delete from kernel_hub where tenant = %s and id = %s", (uow.tenant, hub_id))
            uow.audit(DELETE, ENTITY, hub_id, facts={"base": self.base})
        return Answer(204)

    def _asked(self, body: Any) -> tuple[str, str]:
        if not isinstance(body, dict):
            raise Invalid("the body must be a JSON object", code="tmf.wrong_type")
        callback, query = body.get("callback"), body.get("query") or ""
        if not isinstance(callback, str) or not callback:
            raise Invalid("callback is mandatory, and a text", code="tmf.missing_attribute", path="callback")
        if not isinstance(query, str):
            raise Invalid("query must be a text", code="tmf.wrong_type", path="query")
        self._require_known(query)
        try:
            self._guard.target(callback)
        except CallbackSilent as fault:
            raise CallbackRefused(fault.reason, path="callback") from fault
        return callback, query

    def _require_known(self, query: str) -> None:
        """A filter that can never be met is refused now, not silently kept."""
        filters = parse_filter(query)
        require_readable(filters)
        for term in (term for alternatives in filters for term in alternatives):
            if term.path not in EVENT_ATTRIBUTES and not self._is_payload_path(term.path):
                raise Invalid(
                    f"notifications have no attribute '{term.path}'", code="query.unknown_attribute", path="query"
                )
            if term.path == "eventType" and term.operator == "eq":
                self._require_told(term.values)

    def _require_told(self, event_types: tuple[str, ...]) -> None:
        exposures = [resource.exposure for resource in self._resources.values()]
        told = {f"{exposure.type_name}{kind}Event" for exposure in exposures for kind in exposure.events}
        for event_type in event_types:
            if event_type not in told:
                raise Invalid(f"nothing here is told as {event_type}", code="query.bad_value", path="query")

    def _is_payload_path(self, path: str) -> bool:
        event, _, rest = path.partition(".")
        name, _, attribute = rest.partition(".")
        resource = self._resources.get(name)
        if event != "event" or resource is None:
            return False
        return resource.shape.attribute(resource.stored_filter(attribute, "")[0]) is not None

    def _keep(self, uow: Uow, call: Call, asked: tuple[str, str, str], sealed: str) -> None:
        hub_id, callback, query = asked
        caller = call.caller
        count = uow.one(
            "select count(*) as n from kernel_hub where tenant = %s and actor = %s", (uow.tenant, caller.actor)
        )
        if count and count["n"] >= MOST_PER_ACTOR:
            raise Conflict(f"you have {MOST_PER_ACTOR} subscriptions already", code="tmf.too_many_hubs")
        made = uow.execute(
            "insert into kernel_hub (tenant, id, base, base_url, callback, query, secret, actor, roles, party_id, "
            "created_at) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) on conflict do nothing",
            (uow.tenant, hub_id, self.base, call.base_url, callback, query, sealed, caller.actor)
            + (sorted(caller.roles), caller.party_id, uow.now),
        )
        if not made.rowcount:
            raise AlreadySubscribed("you already listen there for the same", path="callback")

    def _rows(self, uow: Uow, call: Call, verb: str, hub_id: str) -> list[dict[str, Any]]:
        scope = self._policy.require(call.caller, ENTITY, verb)
        return uow.all(
            "select * from kernel_hub where tenant = %s and base = %s and (%s or actor = %s) "
            "and (%s = '' or id = %s) order by id",
            (uow.tenant, self.base, scope == "all", call.caller.actor, hub_id, hub_id),
        )

    def _one(self, uow: Uow, call: Call, verb: str, hub_id: str) -> dict[str, Any]:
        row = next(iter(self._rows(uow, call, verb, hub_id)), None)
        if row is None:
            raise NotFound(f"there is no hub {hub_id}", code="tmf.not_found", path="id")
        return row

    def _doc(self, call: Call, row: Mapping[str, Any]) -> Doc:
        doc: Doc = {"id": row["id"], "href": f"{call.base_url}{self.base}/hub/{row['id']}", "@type": ENTITY}
        doc["callback"] = row["callback"]
        if row["query"]:
            doc["query"] = row["query"]
        if row.get("last_error"):
            doc["lastError"] = row["last_error"]
        return doc

    def _uow(self, call: Call) -> Any:
        return self._database.uow(tenant=call.caller.tenant, actor=call.caller.actor, cause=call.cause)


def payload_name(resource: Resource) -> str:
    """The name of the entity in a notification: `ProductOrder` → `productOrder`."""
    name = resource.exposure.type_name
    return name[0].lower() + name[1:]
