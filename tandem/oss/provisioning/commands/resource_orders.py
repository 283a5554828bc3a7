"""The resource order of a service order: what the network is asked for, in the standard's own form (TMF652)."""

from __future__ import annotations

from tandem.kernel.ids import stable_id
from tandem.kernel.json import Doc
from tandem.kernel.period import text_of
from tandem.kernel.store import Stored, Uow
from tandem.oss.provisioning import lifecycle, store


def open_for(uow: Uow, service_order: Stored) -> Stored:
    """Make the resource order of a service order that begins: an item for each resource that its plan touches."""
    subjects = dict.fromkeys(
        (task.item_id, task.subject) for task in store.tasks_of(uow, service_order.id) if task.subject
    )
    items = [_item(place, service_order.doc, *subject) for place, subject in enumerate(subjects, start=1)]
    doc: Doc = {
        "@type": "ResourceOrder",
        "id": stable_id("ResourceOrder", uow.tenant, service_order.id),
        "externalId": service_order.id,
        "category": "serviceOrder",
        "orderDate": text_of(uow.now),
        "startDate": text_of(uow.now),
        "state": "inProgress",
        "orderItem": items,
    }
    return store.RESOURCE_ORDERS.add(uow, doc)


def _item(place: int, service_order: Doc, item_id: str, specification_id: str) -> Doc:
    action = next(item["action"] for item in service_order["serviceOrderItem"] if item["id"] == item_id)
    return {
        "@type": "ResourceOrderItem",
        "id": str(place),
        "action": action,
        "quantity": 1,
        "state": "inProgress",
        "resourceSpecification": {"id": specification_id, "@type": "ResourceSpecificationRef"},
    }


def close_for(uow: Uow, service_order: Stored, state: str) -> None:
    """Let the resource order end, or be held, as its service order does."""
    order = store.resource_order_of(uow, service_order.id)
    if order is not None and order.doc["state"] != state:
        _move(uow, order, state)


def reopen_for(uow: Uow, service_order: Stored) -> None:
    """Let a held resource order go on."""
    close_for(uow, service_order, "inProgress")


def _move(uow: Uow, order: Stored, state: str) -> None:
    if state == "cancelled":
        order = _saved(uow, order, "assessingCancellation")
    _saved(uow, order, state)


def _saved(uow: Uow, order: Stored, state: str) -> Stored:
    lifecycle.RESOURCE_ORDER.require(order.doc["state"], state)
    items = [{**item, "state": state} for item in order.doc.get("orderItem", ())]
    doc = {**order.doc, "state": state, "orderItem": items}
    if state == "completed":
        doc["completionDate"] = text_of(uow.now)
    return store.RESOURCE_ORDERS.save(uow, order.id, doc)
