"""Between what is asked across the seam and the standard's service order, and what an order says of an item."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from tandem.kernel import json
from tandem.kernel.json import Doc
from tandem.kernel.period import Instant, text_of
from tandem.oss.provisioning.terms import ServiceMissing, SpecificationMissing
from tandem.seam.terms import OrderState, Problem, ServiceItem, ServiceItemProgress, ServiceOrderRequest

FINAL_STATE = {"active": "active", "inactive": "inactive", "terminated": "terminated"}
CUSTOMER = "customer"


def order_doc(request: ServiceOrderRequest) -> Doc:
    """A request as a service order. Standard: TMF641 v4."""
    doc: Doc = {
        "@type": "ServiceOrder",
        "externalId": request.external_id,
        "relatedParty": [
            {"id": request.customer_reference, "role": CUSTOMER, "@type": "RelatedParty", "@referredType": "Customer"}
        ],
        "serviceOrderItem": [_item_doc(item) for item in request.items],
    }
    if request.description:
        doc["description"] = request.description
    if request.requested_start_at:
        doc["requestedStartDate"] = text_of(request.requested_start_at)
    return doc


def _item_doc(item: ServiceItem) -> Doc:
    service: Doc = {
        "@type": "Service",
        "state": FINAL_STATE[item.state],
        "serviceSpecification": {"id": item.specification_id, "@type": "ServiceSpecificationRef"},
    }
    if item.service_id:
        service["id"] = item.service_id
    if item.characteristics:
        service["serviceCharacteristic"] = [
            {"name": name, "value": value} for name, value in item.characteristics.items()
        ]
    return {"@type": "ServiceOrderItem", "id": item.item_id, "action": item.action, "service": service}


def acknowledged(order: Doc, at: Instant) -> Doc:
    """A new order as it is taken in."""
    items = [{**item, "state": "acknowledged"} for item in order["serviceOrderItem"]]
    return {**order, "state": "acknowledged", "orderDate": text_of(at), "serviceOrderItem": items}


def customer_of(order: Doc) -> str | None:
    """The customer that the order is for, as the other half names her."""
    for party in order.get("relatedParty") or ():
        if str(party.get("role", "")).lower() == CUSTOMER or party.get("@referredType") == "Customer":
            return str(party["id"])
    return None


def item_of(order: Doc, item_id: str) -> Doc:
    """One item of an order."""
    found: Doc = next(item for item in order["serviceOrderItem"] if item["id"] == item_id)
    return found


def specification_of(item: Doc) -> str:
    """The service specification of an item. Raises: SpecificationMissing."""
    found = json.at(item, "service.serviceSpecification.id")
    if not found:
        raise SpecificationMissing(
            f"item {item['id']} names no service specification", path="serviceOrderItem.service.serviceSpecification"
        )
    return str(found)


def service_of(item: Doc) -> str:
    """The service that an item changes or ends. Raises: ServiceMissing."""
    found = json.at(item, "service.id")
    if not found:
        raise ServiceMissing(f"item {item['id']} does not say which service", path="serviceOrderItem.service.id")
    return str(found)


def wanted_state(item: Doc) -> str:
    """The state that the item's service shall have in the end."""
    if item["action"] == "delete":
        return "terminated"
    return str(json.at(item, "service.state", "active"))


def characteristics_of(item: Doc) -> dict[str, Any]:
    """What is asked for, by name."""
    return {one["name"]: one.get("value") for one in json.at(item, "service.serviceCharacteristic") or ()}


def with_states(order: Doc, state: str, item_ids: Iterable[str] | None = None) -> Doc:
    """The order with its items (all, or some) in a state."""
    chosen = None if item_ids is None else set(item_ids)
    items = [
        {**item, "state": state} if chosen is None or item["id"] in chosen else item
        for item in order["serviceOrderItem"]
    ]
    return {**order, "serviceOrderItem": items}


def with_service(order: Doc, item_id: str, service_id: str) -> Doc:
    """The order whose item names the service that was built for it."""
    items = [
        {**item, "service": {**item["service"], "id": service_id}} if item["id"] == item_id else item
        for item in order["serviceOrderItem"]
    ]
    return {**order, "serviceOrderItem": items}


def with_milestone(order: Doc, name: str, at: Instant) -> Doc:
    """The order past one more point."""
    passed = [one for one in order.get("milestone") or () if one.get("name") != name]
    new = {
        "@type": "ServiceOrderMilestone",
        "id": name,
        "name": name,
        "status": "completed",
        "milestoneDate": text_of(at),
    }
    return {**order, "milestone": [*passed, new]}


def with_problem(order: Doc, problem: Problem | None, at: Instant) -> Doc:
    """The order with why it waits or is held, or without."""
    if problem is None:
        return {name: value for name, value in order.items() if name != "errorMessage"}
    message = {
        "@type": "ServiceOrderErrorMessage",
        "code": problem.code,
        "reason": problem.reason,
        "message": problem.next_action,
        "timestamp": text_of(at),
    }
    return {**order, "errorMessage": [message]}


def items_progress(order: Doc, facts: Sequence[tuple[str, str]] = ()) -> tuple[ServiceItemProgress, ...]:
    """How each item stands, for the other half; `facts` are (name, value) pairs for an order of one item."""
    return tuple(
        ServiceItemProgress(
            item_id=item["id"],
            state=_state(item),
            service_id=json.at(item, "service.id"),
            facts=item.get("x-facts") or dict(facts),
        )
        for item in order["serviceOrderItem"]
    )


def _state(item: Doc) -> OrderState:
    state: OrderState = item.get("state", "acknowledged")
    return state


def with_facts(order: Doc, item_id: str, facts: dict[str, str]) -> Doc:
    """The order whose item says what the network gave it: number, card, subscriber."""
    items = [
        {**item, "x-facts": {**(item.get("x-facts") or {}), **facts}} if item["id"] == item_id else item
        for item in order["serviceOrderItem"]
    ]
    return {**order, "serviceOrderItem": items}
