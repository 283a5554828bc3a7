"""Between the standard's documents and the seam's words: pure functions of what was read and what was told before.

What is told is the difference: each milestone once, then how the order stands, if that is another than was told.
Standard: TMF641 v4 (ServiceOrder), TMF642 v4 (Alarm).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final, cast, get_args

import msgspec

from tandem.kernel import json
from tandem.kernel.errors import TandemError
from tandem.kernel.json import Doc
from tandem.kernel.period import Instant, instant, text_of
from tandem.seam.terms import (
    OrderState,
    Problem,
    ServiceImpacted,
    ServiceImpactEnded,
    ServiceItem,
    ServiceItemProgress,
    ServiceOrderProgressed,
    ServiceOrderRequest,
    Severity,
)

FACTS: Final = ("msisdn", "iccid", "imsi")
WAITING: Final = "waiting"
FINAL: Final = frozenset({"rejected", "cancelled", "completed", "partial", "failed"})
SERVICES_AT_ONCE: Final = 500
_FELT_AS: Final[dict[str, Severity]] = {"critical": "outage", "major": "degraded"}
"""As the operations half weighs its own alarms. Standard: ITU-T X.733, 8.1.2.3."""


class OrderTold(msgspec.Struct, frozen=True, kw_only=True):
    """How an order stood when it was told last, and which milestones were told."""

    state: OrderState
    milestones: tuple[str, ...] = ()
    items: tuple[ServiceItemProgress, ...] = ()
    problem: Problem | None = None


class Impact(msgspec.Struct, frozen=True, kw_only=True):
    """What was told of an alarm that is felt: since when, how badly, and by which services."""

    alarm_id: str
    severity: Severity
    since: Instant
    summary: str
    service_ids: tuple[str, ...]

    @property
    def impact_id(self) -> str:
        """One alarm is one impact."""
        return f"alarm-{self.alarm_id}"


# -- service orders ---------------------------------------------------------------------------------------------------


def service_order(request: ServiceOrderRequest) -> Doc:
    """A request as a service order."""
    doc: Doc = {
        "@type": "ServiceOrder",
        "externalId": request.external_id,
        "relatedParty": [
            {
                "id": request.customer_reference,
                "role": "customer",
                "@type": "RelatedParty",
                "@referredType": "Customer",
            }
        ],
        "serviceOrderItem": [_order_item(item) for item in request.items],
    }
    if request.description:
        doc["description"] = request.description
    if request.requested_start_at:
        doc["requestedStartDate"] = text_of(request.requested_start_at)
    return doc


def _order_item(item: ServiceItem) -> Doc:
    service: Doc = {
        "@type": "Service",
        "state": item.state,
        "serviceSpecification": {"id": item.specification_id, "@type": "ServiceSpecificationRef"},
    }
    if item.service_id:
        service["id"] = item.service_id
    if item.characteristics:
        service["serviceCharacteristic"] = [
            {"name": name, "value": value} for name, value in item.characteristics.items()
        ]
    return {"@type": "ServiceOrderItem", "id": item.item_id, "action": item.action, "service": service}


def standing_of(order: Doc) -> OrderTold:
    """How a service order stands."""
    messages = order.get("errorMessage") or [None]
    passed = sorted(order.get("milestone") or (), key=lambda one: str(one.get("milestoneDate", "")))
    return OrderTold(
        state=_state(order.get("state")),
        milestones=tuple(str(one["name"]) for one in passed if one.get("name")),
        items=tuple(_item_progress(item) for item in order.get("serviceOrderItem") or ()),
        problem=_problem(messages[0]),
    )


def _item_progress(item: Doc) -> ServiceItemProgress:
    return ServiceItemProgress(
        item_id=str(item.get("id", "")),
        state=_state(item.get("state")),
        service_id=json.at(item, "service.id"),
        facts=_facts(item),
    )


def _facts(item: Doc) -> dict[str, str]:
    """What the network gave: as our own operations half says it, else the service's characteristics of those names."""
    values: dict[str, Any] = {
        str(one.get("name")): one.get("value") for one in json.at(item, "service.serviceCharacteristic") or ()
    }
    told = {name: str(values[name]) for name in FACTS if values.get(name) is not None}
    return told | {str(name): str(value) for name, value in (item.get("x-facts") or {}).items()}


def _state(word: Any) -> OrderState:
    return cast(OrderState, word) if word in get_args(OrderState) else "acknowledged"


def _problem(message: Doc | None) -> Problem | None:
    if not message:
        return None
    return Problem(
        code=str(message.get("code") or "seam.problem"),
        reason=str(message.get("reason") or message.get("message") or ""),
        next_action=str(message.get("message") or ""),
    )


def order_news(order: Doc, told: OrderTold | None, *, was_silent: bool = False) -> Iterator[ServiceOrderProgressed]:
    """What is to be told of an order as it stands now. After a silence it is told how it stands in any case."""
    now = standing_of(order)
    before = told.milestones if told else ()
    for name in (name for name in now.milestones if name not in before):
        yield _progressed(order, "inProgress", milestone=name)
    stands_as_told = told is not None and (told.state, told.items, told.problem) == (now.state, now.items, now.problem)
    if not stands_as_told or was_silent:
        waits = now.problem is not None and now.state == "inProgress"
        milestone = "completed" if now.state == "completed" else WAITING if waits else None
        items = () if now.state == "acknowledged" else now.items  # not begun yet: nothing to say of items
        yield _progressed(order, now.state, milestone=milestone, items=items, problem=now.problem)


def loss_news(order_id: str, external_id: str) -> ServiceOrderProgressed:
    """An order that was under way is not known at the other half any more: a person decides."""
    return ServiceOrderProgressed(
        service_order_id=order_id,
        external_id=external_id,
        state="held",
        problem=Problem(
            code="provisioning.order_not_found",
            reason=f"the network's side does not know service order {order_id} any more",
            next_action="find out why there, then retry the order: it is asked for anew",
        ),
    )


def silence_news(order_id: str, external_id: str, told: OrderTold | None, fault: TandemError) -> ServiceOrderProgressed:
    """An order waits because the other half does not answer."""
    return ServiceOrderProgressed(
        service_order_id=order_id,
        external_id=external_id,
        state=told.state if told else "acknowledged",
        milestone=WAITING,
        problem=Problem(
            code=fault.error_code,
            reason=fault.reason,
            next_action=fault.next_action or "nothing to do: it goes on by itself when the network's side answers",
        ),
    )


def _progressed(
    order: Doc,
    state: OrderState,
    *,
    milestone: str | None,
    items: tuple[ServiceItemProgress, ...] = (),
    problem: Problem | None = None,
) -> ServiceOrderProgressed:
    return ServiceOrderProgressed(
        service_order_id=str(order["id"]),
        external_id=str(order.get("externalId", "")),
        state=state,
        milestone=milestone,
        items=items,
        problem=problem,
    )


# -- alarms -----------------------------------------------------------------------------------------------------------


def impact_of(alarm: Doc | None) -> Impact | None:
    """What services feel of an alarm as it stands; none when it is cleared, mild, or touches none."""
    if alarm is None or alarm.get("state") == "cleared" or alarm.get("alarmClearedTime"):
        return None
    severity = _FELT_AS.get(str(alarm.get("perceivedSeverity")))
    services = [str(one["id"]) for one in alarm.get("affectedService") or () if one.get("id")]
    if severity is None or not services:
        return None
    return Impact(
        alarm_id=str(alarm["id"]),
        severity=severity,
        since=instant(str(alarm.get("alarmRaisedTime")), path="alarmRaisedTime"),
        summary=str(alarm.get("specificProblem") or alarm.get("probableCause") or ""),
        service_ids=tuple(dict.fromkeys(services)),
    )


def impact_news(now: Impact | None, told: Impact | None, ended_at: Instant) -> Iterator[Any]:
    """What is to be told: who feels it no longer, then who feels it newly, or all where it became worse or better."""
    if told is not None:
        kept = set(now.service_ids) if now else set()
        yield from _ended(told, [one for one in told.service_ids if one not in kept], ended_at)
    if now is not None:
        same = told is not None and told.severity == now.severity
        known = set(told.service_ids) if told and same else set()
        yield from _impacted(now, [one for one in now.service_ids if one not in known])


def _impacted(impact: Impact, service_ids: Sequence[str]) -> Iterator[ServiceImpacted]:
    for start in range(0, len(service_ids), SERVICES_AT_ONCE):
        yield ServiceImpacted(
            impact_id=impact.impact_id,
            alarm_id=impact.alarm_id,
            severity=impact.severity,
            since=impact.since,
            summary=impact.summary,
            service_ids=tuple(service_ids[start : start + SERVICES_AT_ONCE]),
        )


def _ended(impact: Impact, service_ids: Sequence[str], ended_at: Instant) -> Iterator[ServiceImpactEnded]:
    for start in range(0, len(service_ids), SERVICES_AT_ONCE):
        yield ServiceImpactEnded(
            impact_id=impact.impact_id,
            alarm_id=impact.alarm_id,
            since=impact.since,
            ended_at=ended_at,
            service_ids=tuple(service_ids[start : start + SERVICES_AT_ONCE]),
        )
