"""What TMF641 and TMF652 ask: the commands in the shape that exposures call.

A resource order that comes by itself reserves from pools: each item names a resource specification that has one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tandem.kernel import json
from tandem.kernel.errors import Conflict, Invalid, Refused
from tandem.kernel.json import Doc
from tandem.kernel.period import text_of
from tandem.kernel.store import EntityTable, Stored, Uow
from tandem.oss.inventory import public as inventory
from tandem.oss.provisioning import lifecycle, store
from tandem.oss.provisioning.commands import orders
from tandem.oss.provisioning.commands.work import RESERVED_FOR
from tandem.oss.provisioning.terms import OrderIsFinal
from tandem.oss.service_catalog.terms import MSISDN, NUMBER_POOL, SIM, SIM_POOL


class OrderStillOpen(Conflict):
    """An order that is under way is called off, not deleted."""

    code = "provisioning.order_still_open"


def place_service_order(uow: Uow, doc: Doc) -> Stored:
    """POST serviceOrder."""
    if "state" in doc:
        raise _state_is_ours("an order begins as acknowledged")
    return orders.place_service_order(uow, doc)


def patch_service_order(uow: Uow, order: Stored, new_doc: Doc) -> Stored:
    """PATCH serviceOrder: what describes it; items stand once it is under way.

    A held order that is made inProgress is tried again. Raises: NotHeld.
    """
    wanted, present = new_doc.get("state"), order.doc["state"]
    described = {**new_doc, "state": present}
    if described != order.doc:
        order = _patched(uow, store.SERVICE_ORDERS, order, described, "serviceOrderItem")
    if wanted == present:
        return order
    if wanted != "inProgress":
        raise _state_is_ours("a client moves a held order to inProgress, which tries it again, and nothing else")
    return orders.retry(uow, order.id)


def _state_is_ours(reason: str) -> Invalid:
    return Invalid(f"state is set by the server only: {reason}", code="tmf.server_set_attribute", path="state")


def patch_resource_order(uow: Uow, order: Stored, new_doc: Doc) -> Stored:
    """PATCH resourceOrder: as for service orders."""
    return _patched(uow, store.RESOURCE_ORDERS, order, new_doc, "orderItem")


def _patched(uow: Uow, table: EntityTable, order: Stored, new_doc: Doc, items: str) -> Stored:
    if new_doc.get(items) != order.doc.get(items) and order.doc["state"] != "acknowledged":
        raise OrderIsFinal(
            f"the items of an order that is {order.doc['state']} stand",
            path=items,
            next_action="call the order off, and order anew",
        )
    return table.save(uow, order.id, new_doc)


def delete_service_order(uow: Uow, order: Stored) -> None:
    """DELETE serviceOrder, once it has ended."""
    _delete(uow, store.SERVICE_ORDERS, order)


def delete_resource_order(uow: Uow, order: Stored) -> None:
    """DELETE resourceOrder, once it has ended."""
    _delete(uow, store.RESOURCE_ORDERS, order)


def _delete(uow: Uow, table: EntityTable, order: Stored) -> None:
    if order.doc["state"] in lifecycle.OPEN_STATES:
        raise OrderStillOpen(
            f"the order is {order.doc['state']}", path="state", next_action="call it off before it is deleted"
        )
    table.delete(uow, order.id)


def cancel_service_order(uow: Uow, doc: Doc) -> Stored:
    """POST cancelServiceOrder: done at once, or refused with the reason on the task."""
    order_id, reason = doc["serviceOrder"]["id"], doc.get("cancellationReason", "asked by cancelServiceOrder")
    return _cancel(uow, store.CANCEL_SERVICE_ORDERS, doc, lambda: orders.cancel(uow, order_id, reason))


def _cancel(uow: Uow, table: EntityTable, doc: Doc, act: Callable[[], Any]) -> Stored:
    try:
        act()
    except Refused as refused:
        error = {"code": refused.error_code, "reason": refused.reason, "message": refused.next_action or ""}
        return table.add(uow, {**doc, "state": "terminatedWithError", "errorMessage": error})
    return table.add(uow, {**doc, "state": "done", "effectiveCancellationDate": text_of(uow.now)})


# -- resource orders of their own -------------------------------------------------------------------------------------


def place_resource_order(uow: Uow, doc: Doc) -> Stored:
    """POST resourceOrder: reserve what each item asks for, all or none; else the order is rejected with the reason."""
    order = store.RESOURCE_ORDERS.add(uow, {**doc, "state": "acknowledged", "orderDate": text_of(uow.now)})
    if not order.doc.get("orderItem"):
        return order
    try:
        with uow.connection.transaction():  # a savepoint: all items or none
            items = [_reserved(uow, order.id, place, item) for place, item in enumerate(order.doc["orderItem"])]
    except Refused as refused:
        note = {"text": f"{refused.error_code}: {refused.reason}", "date": text_of(uow.now), "author": "Tandem"}
        rejected = [{**item, "state": "rejected"} for item in order.doc["orderItem"]]
        doc = {**order.doc, "state": "rejected", "orderItem": rejected, "note": [*order.doc.get("note", ()), note]}
        return store.RESOURCE_ORDERS.save(uow, order.id, doc)
    begun = {**order.doc, "state": "inProgress", "startDate": text_of(uow.now)}
    store.RESOURCE_ORDERS.save(uow, order.id, begun)
    done = {**begun, "state": "completed", "completionDate": text_of(uow.now), "orderItem": items}
    return store.RESOURCE_ORDERS.save(uow, order.id, done)


def _reserved(uow: Uow, order_id: str, place: int, item: Doc) -> Doc:
    specification = json.at(item, "resourceSpecification.id") or json.at(item, "resource.resourceSpecification.id")
    wishes = {one["name"]: one["value"] for one in json.at(item, "resource.resourceCharacteristic") or ()}
    for_order, until = f"{order_id}/{place}", uow.now + RESERVED_FOR
    if item.get("action", "add") != "add":
        raise Refused(f"item {place}: only `add` is done here", path=f"orderItem[{place}].action")
    if specification == MSISDN:
        number = inventory.reserve_number(
            uow, pool=NUMBER_POOL, for_order=for_order, until=until, msisdn=wishes.get("msisdn")
        )
        return _with_resource(item, number.resource_id, number.msisdn)
    if specification == SIM:
        sim = inventory.reserve_sim(uow, pool=SIM_POOL, for_order=for_order, until=until, iccid=wishes.get("iccid"))
        return _with_resource(item, sim.resource_id, sim.iccid)
    raise Refused(
        f"item {place}: resources of {specification} are not taken from a pool",
        path=f"orderItem[{place}].resourceSpecification",
        next_action="order the service that needs them",
    )


def _with_resource(item: Doc, resource_id: str, name: str) -> Doc:
    href = f"/tmf-api/resourceInventoryManagement/v4/resource/{resource_id}"
    resource = {**(item.get("resource") or {}), "id": resource_id, "href": href, "name": name}
    return {**item, "state": "completed", "resource": resource}


def cancel_resource_order(uow: Uow, doc: Doc) -> Stored:
    """POST cancelResourceOrder: free what is still only reserved; the order of a service order is called off there."""
    return _cancel(uow, store.CANCEL_RESOURCE_ORDERS, doc, lambda: _call_off(uow, doc["resourceOrder"]["id"]))


def _call_off(uow: Uow, order_id: str) -> None:
    order = store.RESOURCE_ORDERS.get_for_update(uow, order_id)
    if order.doc.get("category") == "serviceOrder":
        raise Refused("this resource order belongs to a service order", next_action="cancel the service order")
    for place in range(len(order.doc.get("orderItem", ()))):
        inventory.release(uow, for_order=f"{order_id}/{place}")
    if order.doc["state"] == "acknowledged":
        store.RESOURCE_ORDERS.save(uow, order_id, {**order.doc, "state": "cancelled"})
