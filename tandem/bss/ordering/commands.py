"""Product orders: taken in, checked, handed to the network, followed, held, retried, called off.

Whoever moves an order locks its row first. What the other half is asked is asked in a step of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tandem.bss.catalog import public as catalog
from tandem.bss.ordering import lifecycle, store
from tandem.bss.ordering.rules import asking, checks, decompose, progress, reading
from tandem.bss.ordering.rules.decompose import ItemNeeds
from tandem.bss.ordering.terms import (
    BillingAccountMissing,
    CustomerMissing,
    NewOrder,
    NotInFallout,
    NumberNotFree,
    OfferingNotSellable,
    OrderIsFinal,
    ProductOrderCancelled,
    ProductOrderCompleted,
    ProductOrderHeld,
)
from tandem.bss.party import public as party
from tandem.bss.subscriptions import public as subscriptions
from tandem.bss.subscriptions.terms import NewProduct, Realization
from tandem.kernel.errors import Refused, TandemError, Unavailable
from tandem.kernel.ids import stable_id
from tandem.kernel.json import Doc
from tandem.kernel.period import text_of
from tandem.kernel.store import Stored, Uow
from tandem.seam.public import other_half
from tandem.seam.terms import PointOfNoReturnPassed, Problem, ServiceOrderProgressed, ServiceOrderRequest

START, REQUEST, CANCEL, RETRY = "ordering.start", "ordering.request", "ordering.cancel", "ordering.retry"
WISHES = frozenset({"msisdn", "iccid"})


# -- taking in --------------------------------------------------------------------------------------------------------


def place_product_order(uow: Uow, doc: Doc) -> Stored:
    """Take an order in. What is not for sale, or a number that is taken, is refused before anything is kept."""
    checks.require_sound(doc)
    for place, item in enumerate(reading.items_of(doc)):
        if item["action"] == "add":
            _require_sellable(uow, item, f"productOrderItem[{place}].productOffering")
            _require_wish_free(uow, item, f"productOrderItem[{place}].product.productCharacteristic")
    order = store.PRODUCT_ORDERS.add(uow, progress.acknowledged(doc, uow.now))
    if order.doc["state"] == "acknowledged":
        _ask(uow, START, order.id)
    return order


def order_offering(uow: Uow, new: NewOrder, key: str) -> Stored:
    """Order one product for one customer, once for each key. Raises: what placing raises, and KeyReused."""
    doc = asking.order_of(new)
    earlier = uow.answered_before("ordering.order_offering", key, doc)
    if earlier is not None:
        return store.PRODUCT_ORDERS.get(uow, earlier["id"])
    order = place_product_order(uow, asking.named(doc, _name_of(uow, new.offering_id)))
    uow.keep_answer("ordering.order_offering", key, {"id": order.id})
    return order


def _name_of(uow: Uow, offering_id: str) -> str:
    """What an offering is called; its id where there is none such, which placing the order then refuses."""
    try:
        return str(catalog.get_offering(uow, offering_id=offering_id).doc.get("name") or offering_id)
    except Refused:
        return offering_id


def _require_sellable(uow: Uow, item: Doc, path: str) -> None:
    offering_id = reading.offering_of(item)
    if offering_id is None:
        return
    try:
        catalog.get_sellable_offering(uow, offering_id=offering_id, moment=uow.now)
    except Refused as refused:
        raise OfferingNotSellable(refused.reason, path=path, **refused.facts) from refused


def _require_wish_free(uow: Uow, item: Doc, path: str) -> None:
    """A number or card that was chosen must be free; others may still be quicker, which the order then says."""
    if not WISHES & reading.characteristics_of(item).keys():
        return
    needs = ItemNeeds(item, _specifications(uow, item))
    request = decompose.service_request({"id": "", "productOrderItem": [item]}, "", [needs])
    for obstacle in other_half().feasibility.obstacles(uow, request) if request else ():
        raise NumberNotFree(obstacle.reason, code=obstacle.code, path=path, next_action="choose another one")


def _specifications(uow: Uow, item: Doc) -> tuple[str, ...]:
    offering_id = reading.offering_of(item)
    if offering_id is None:
        return ()
    return catalog.service_specification_ids(uow, offering_id=offering_id, moment=uow.now)


# -- checking and handing over ----------------------------------------------------------------------------------------


def start(uow: Uow, payload: Doc) -> None:
    """Check an order by the rules of sale and begin it: its products exist from here on, not yet active."""
    order = store.PRODUCT_ORDERS.get_for_update(uow, payload["order"])
    if order.doc["state"] != "acknowledged":
        return
    try:
        with uow.connection.transaction():  # a savepoint: a rejected order leaves no product behind
            _begin(uow, order)
    except Unavailable:
        raise
    except Refused as refused:
        uow.forget()
        rejected = progress.rejected(
            order.doc, code=refused.error_code, reason=refused.reason, path=refused.path, at=uow.now
        )
        store.PRODUCT_ORDERS.save(uow, order.id, rejected)


def _begin(uow: Uow, order: Stored) -> None:
    customer_id = _customer(uow, order.doc)
    account_id = _account(uow, order.doc, customer_id)
    made = [
        (item["id"], _pending_product(uow, order, item, customer_id, account_id))
        for item in reading.items_of(order.doc)
        if item["action"] == "add"
    ]
    doc = progress.moved_to(progress.with_products(order.doc, made), "inProgress")
    doc.setdefault("billingAccount", {"id": account_id, "@type": "BillingAccountRef"})
    saved = store.PRODUCT_ORDERS.save(uow, order.id, doc)
    if service_request_of(uow, saved.doc) is None:
        _complete(uow, saved, ())
    else:
        _ask(uow, REQUEST, order.id)


def _customer(uow: Uow, order: Doc) -> str:
    customer_id = reading.customer_of(order)
    if customer_id is None:
        raise CustomerMissing("the order names no customer", path="relatedParty")
    party.get_served_customer(uow, customer_id=customer_id)
    return customer_id


def _account(uow: Uow, order: Doc, customer_id: str) -> str:
    owned = [account.id for account in party.billing_accounts_of(uow, customer_id=customer_id)]
    named = reading.billing_account_of(order, {})
    if named is not None and named not in owned:
        raise BillingAccountMissing(f"{named} is not an account of {customer_id}", path="billingAccount.id")
    if named is None and len(owned) != 1:
        raise BillingAccountMissing(
            f"the customer has {len(owned)} billing accounts", path="billingAccount", next_action="name one of them"
        )
    return named or owned[0]


def _pending_product(uow: Uow, order: Stored, item: Doc, customer_id: str, account_id: str) -> str:
    offering_id = reading.offering_of(item) or ""
    offering = catalog.get_sellable_offering(uow, offering_id=offering_id, moment=order.created_at)
    new = NewProduct(
        name=str(offering.doc.get("name") or offering_id),
        customer_id=customer_id,
        billing_account_id=reading.billing_account_of({}, item) or account_id,
        offering_id=offering_id,
        order_id=order.id,
        order_item_id=item["id"],
        characteristics=reading.characteristics_of(item),
        product_id=stable_id("Product", uow.tenant, order.id, item["id"]),
    )
    return subscriptions.create_pending_product(uow, new=new).id


def service_request_of(uow: Uow, order: Doc) -> ServiceOrderRequest | None:
    """What an order asks of the network; none when it asks for nothing."""
    customer_id = reading.customer_of(order) or ""
    return decompose.service_request(order, customer_id, [_needs(uow, item) for item in reading.items_of(order)])


def _needs(uow: Uow, item: Doc) -> ItemNeeds:
    if item["action"] == "add":
        return ItemNeeds(item, _specifications(uow, item))
    product_id = reading.product_of(item)
    if item["action"] == "noChange" or product_id is None:
        return ItemNeeds(item)
    product = subscriptions.get_product(uow, product_id=product_id).doc
    services = [str(one["id"]) for one in product.get("realizingService") or ()]
    offering_id = subscriptions.get_subscription(uow, product_id=product_id).offering_id
    specifications = catalog.service_specification_ids(uow, offering_id=offering_id, moment=uow.now)
    return ItemNeeds(item, services=tuple(zip(services, specifications, strict=False)))


def request_services(uow: Uow, payload: Doc) -> None:
    """Ask the operations half for what the order needs."""
    order = store.PRODUCT_ORDERS.get_for_update(uow, payload["order"])
    request = service_request_of(uow, order.doc) if order.doc["state"] == "inProgress" else None
    if request is None:
        return
    obstacles = other_half().feasibility.obstacles(uow, request)
    if obstacles:
        first = obstacles[0]
        _hold(uow, order, Problem(code=first.code, reason=first.reason, next_action="put it right, then retry"))
        return
    other_half().service_orders.request(uow, request)


def request_waits(uow: Uow, payload: Doc, fault: TandemError, attempt: int) -> None:
    """The operations half does not answer: the order waits, and says so, until it is asked again."""
    order = store.PRODUCT_ORDERS.get_for_update(uow, payload["order"])
    if order.doc["state"] != "inProgress" or attempt > 1:
        return
    news = ServiceOrderProgressed(
        service_order_id="",
        external_id=order.id,
        state="inProgress",
        milestone=progress.WAITING,
        problem=Problem(
            code=fault.error_code,
            reason=fault.reason,
            next_action=fault.next_action or "nothing to do: it goes on by itself when the network's side answers",
        ),
    )
    store.PRODUCT_ORDERS.save(uow, order.id, progress.progressed(order.doc, news, uow.now))


def request_failed(uow: Uow, payload: Doc, fault: TandemError) -> None:
    """The operations half refused the request itself: the order is held."""
    order = store.PRODUCT_ORDERS.get_for_update(uow, payload["order"])
    if order.doc["state"] == "inProgress":
        next_action = fault.next_action or "put right what is named, then retry the order"
        _hold(uow, order, Problem(code=fault.error_code, reason=fault.reason, next_action=next_action))


# -- following --------------------------------------------------------------------------------------------------------


def follow(uow: Uow, news: ServiceOrderProgressed) -> None:
    """What the network says of an order of ours."""
    order = _find_for_update(uow, news.external_id)
    if order is None or order.doc["state"] in lifecycle.PRODUCT_ORDER.final:
        return
    doc = progress.progressed(order.doc, news, uow.now)
    if news.state == "completed":
        products = [_realization(item.item_id, item.service_id, item.facts) for item in news.items]
        _complete(uow, Stored(order.id, doc, order.version, order.created_at, order.updated_at), products)
        return
    saved = store.PRODUCT_ORDERS.save(uow, order.id, doc)
    if news.state == "held" and news.problem is not None and order.doc["state"] != "held":
        _tell_held(uow, saved, news.problem)
    elif news.state == "cancelled":
        _end_cancelled(uow, saved)
    elif news.state == "rejected" and news.problem is not None:
        _hold(uow, saved, news.problem)


def _find_for_update(uow: Uow, order_id: str) -> Stored | None:
    return store.PRODUCT_ORDERS.get_for_update(uow, order_id) if store.PRODUCT_ORDERS.exists(uow, order_id) else None


def _realization(item_id: str, service_id: str | None, facts: dict[str, str]) -> tuple[str, Realization]:
    services = (service_id,) if service_id else ()
    return decompose.product_item_id(item_id), Realization(service_ids=services, characteristics=facts)


def _complete(uow: Uow, order: Stored, realizations: Sequence[tuple[str, Realization]]) -> None:
    """Everything is delivered: products move with it, in this transaction."""
    for item in reading.items_of(order.doc):
        _deliver(uow, item, _merged([given for item_id, given in realizations if item_id == item["id"]]))
    saved = store.PRODUCT_ORDERS.save(uow, order.id, progress.delivered(order.doc, uow.now))
    _decide_cancellation(uow, saved, "terminatedWithError")
    uow.emit(
        ProductOrderCompleted(
            product_order_id=order.id,
            customer_id=reading.customer_of(order.doc) or "",
            billing_account_id=reading.billing_account_of(saved.doc, {}) or "",
        )
    )


def _merged(given: Sequence[Realization]) -> Realization:
    facts: dict[str, Any] = {}
    for one in given:
        facts |= one.characteristics
    return Realization(
        service_ids=tuple(service for one in given for service in one.service_ids), characteristics=facts
    )


def _deliver(uow: Uow, item: Doc, given: Realization) -> None:
    product_id = reading.product_of(item)
    if product_id is None or item["action"] == "noChange":
        return
    if item["action"] == "add":
        subscriptions.activate_product(uow, product_id=product_id, moment=uow.now, given=given)
    elif item["action"] == "delete":
        subscriptions.terminate_product(uow, product_id=product_id, moment=uow.now)
    else:
        wished = decompose.wished_state(item)
        act = subscriptions.suspend_product if wished == "inactive" else subscriptions.resume_product
        act(uow, product_id=product_id)


def _hold(uow: Uow, order: Stored, problem: Problem) -> None:
    news = ServiceOrderProgressed(
        service_order_id="", external_id=order.id, state="held", problem=problem
    )  # the same rule as for news of the network
    held = progress.moved_to(progress.progressed(order.doc, news, uow.now) | {"state": order.doc["state"]}, "held")
    _tell_held(uow, store.PRODUCT_ORDERS.save(uow, order.id, held), problem)


def _tell_held(uow: Uow, order: Stored, problem: Problem) -> None:
    uow.emit(
        ProductOrderHeld(
            product_order_id=order.id, code=problem.code, reason=problem.reason, next_action=problem.next_action
        )
    )


# -- retrying ---------------------------------------------------------------------------------------------------------


def retry(uow: Uow, order_id: str) -> Stored:
    """Try an order in fall-out again. Raises: NotFound, NotInFallout."""
    order = store.PRODUCT_ORDERS.get_for_update(uow, order_id)
    if order.doc["state"] != "held":
        raise NotInFallout(f"order {order_id} is {order.doc['state']}, not held", state=order.doc["state"])
    doc = progress.moved_to(order.doc, "inProgress")
    doc.pop("productOrderErrorMessage", None)
    saved = store.PRODUCT_ORDERS.save(uow, order_id, doc)
    uow.enqueue(RETRY, {"order": order_id}, key=f"{order_id}/{saved.version}", order_key=f"product-order/{order_id}")
    return saved


def retry_services(uow: Uow, payload: Doc) -> None:
    """Ask the operations half to try again; or ask it for the first time, when it never took the request."""
    order = store.PRODUCT_ORDERS.get_for_update(uow, payload["order"])
    if order.doc["state"] != "inProgress":
        return
    request = service_request_of(uow, order.doc)
    if request is not None:
        other_half().service_orders.request(uow, request)
        other_half().service_orders.retry(uow, order.id)


# -- calling off ------------------------------------------------------------------------------------------------------


def cancel_product_order(uow: Uow, doc: Doc) -> Stored:
    """Take in the wish to call an order off; it is decided in a step, since the network must be asked.

    Raises: OrderIsFinal.
    """
    order = store.PRODUCT_ORDERS.get_for_update(uow, doc["productOrder"]["id"])
    if order.doc["state"] in lifecycle.PRODUCT_ORDER.final:
        raise OrderIsFinal(
            f"order {order.id} is {order.doc['state']}",
            path="productOrder",
            next_action="order the end of the product" if order.doc["state"] == "completed" else None,
        )
    present = store.open_cancellation_of(uow, order.id)
    if present is not None:
        return present
    before = order.doc["state"]
    store.PRODUCT_ORDERS.save(uow, order.id, progress.moved_to(order.doc, "assessingCancellation"))
    facts = {"x-orderState": before, "x-customerId": reading.customer_of(order.doc)}
    task = {**doc, **facts, "state": "acknowledged", "creationDate": text_of(uow.now)}
    stored = store.CANCEL_PRODUCT_ORDERS.add(uow, task)
    uow.enqueue(CANCEL, {"task": stored.id}, key=stored.id, order_key=f"product-order/{order.id}")
    return stored


def decide_cancellation(uow: Uow, payload: Doc) -> None:
    """Call the order off at the network, or say that it is too late."""
    task = store.CANCEL_PRODUCT_ORDERS.get_for_update(uow, payload["task"])
    order = store.PRODUCT_ORDERS.get_for_update(uow, task.doc["productOrder"]["id"])
    if task.doc["state"] != "acknowledged" or order.doc["state"] != "assessingCancellation":
        return
    store.CANCEL_PRODUCT_ORDERS.save(uow, task.id, {**task.doc, "state": "inProgress"})
    if task.doc["x-orderState"] == "acknowledged":
        _end_cancelled(uow, store.PRODUCT_ORDERS.save(uow, order.id, progress.moved_to(order.doc, "cancelled")))
        return
    reason = task.doc.get("cancellationReason") or "called off by the customer"
    try:
        other_half().service_orders.cancel(uow, order.id, reason)
    except PointOfNoReturnPassed as refused:
        _resume(uow, order, task, refused)
    except Refused as refused:
        if refused.error_code == "provisioning.order_not_found":
            _end_cancelled(uow, store.PRODUCT_ORDERS.save(uow, order.id, progress.moved_to(order.doc, "cancelled")))
        else:
            _resume(uow, order, task, refused)


def _resume(uow: Uow, order: Stored, task: Stored, refused: Refused) -> None:
    state = "held" if task.doc["x-orderState"] == "held" else "inProgress"
    store.PRODUCT_ORDERS.save(uow, order.id, progress.moved_to(order.doc, state))
    note = {"code": refused.error_code, "reason": refused.reason, "message": refused.next_action or ""}
    store.CANCEL_PRODUCT_ORDERS.save(uow, task.id, {**task.doc, "state": "terminatedWithError", "x-error": note})


def _end_cancelled(uow: Uow, order: Stored) -> None:
    """The order is called off: its products are given up, and what was paid is due back."""
    for item in reading.items_of(order.doc):
        product_id = reading.product_of(item)
        if item["action"] == "add" and product_id is not None:
            subscriptions.cancel_product(uow, product_id=product_id)
    task = store.open_cancellation_of(uow, order.id)
    reason = (task.doc.get("cancellationReason") if task else None) or "called off"
    doc = {**order.doc, "cancellationReason": reason, "cancellationDate": text_of(uow.now)}
    store.PRODUCT_ORDERS.save(uow, order.id, doc)
    _decide_cancellation(uow, order, "done")
    uow.emit(
        ProductOrderCancelled(
            product_order_id=order.id,
            customer_id=reading.customer_of(order.doc) or "",
            billing_account_id=reading.billing_account_of(order.doc, {}) or "",
            reason=reason,
        )
    )


def _decide_cancellation(uow: Uow, order: Stored, state: str) -> None:
    task = store.open_cancellation_of(uow, order.id)
    if task is None:
        return
    decided = {"effectiveCancellationDate": text_of(uow.now)} if state == "done" else {}
    store.CANCEL_PRODUCT_ORDERS.save(uow, task.id, {**task.doc, **decided, "state": state})


# -- changing ---------------------------------------------------------------------------------------------------------


def patch_product_order(uow: Uow, order: Stored, new_doc: Doc) -> Stored:
    """Change what describes an order; a draft made acknowledged is placed, a held order made inProgress tried again.

    Raises: OrderIsFinal; OrderRefused for any other state.
    """
    present, wanted = order.doc["state"], new_doc.get("state")
    if present in lifecycle.PRODUCT_ORDER.final:
        raise OrderIsFinal(f"order {order.id} is {present}", path="state")
    described = {**new_doc, "state": present}
    if described != order.doc:
        order = _described(uow, order, described)
    if (present, wanted) == ("draft", "acknowledged"):
        order = store.PRODUCT_ORDERS.save(uow, order.id, progress.moved_to(order.doc, "acknowledged"))
        _ask(uow, START, order.id)
    elif (present, wanted) == ("held", "inProgress"):
        order = retry(uow, order.id)
    elif wanted != present:
        raise checks.server_sets_state(
            "a client places a draft (acknowledged) or tries a held order again (inProgress)"
        )
    return order


def _described(uow: Uow, order: Stored, doc: Doc) -> Stored:
    if doc.get("productOrderItem") != order.doc.get("productOrderItem"):
        if order.doc["state"] != "draft":
            raise OrderIsFinal(
                "the items of an order that is under way stand",
                path="productOrderItem",
                next_action="call the order off, and order anew",
            )
        checks.require_sound({name: value for name, value in doc.items() if name != "state"})
    return store.PRODUCT_ORDERS.save(uow, order.id, doc)


def delete_product_order(uow: Uow, order: Stored) -> None:
    """Remove an order that has ended or never began. Raises: OrderIsFinal when it is under way."""
    if order.doc["state"] in lifecycle.OPEN_STATES - {"draft"}:
        raise OrderIsFinal(
            f"order {order.id} is {order.doc['state']}", path="state", next_action="call it off before it is deleted"
        )
    store.PRODUCT_ORDERS.delete(uow, order.id)


def _ask(uow: Uow, step: str, order_id: str) -> None:
    uow.enqueue(step, {"order": order_id}, key=order_id, order_key=f"product-order/{order_id}")
