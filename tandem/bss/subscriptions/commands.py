"""Changes to what customers have. Whoever moves a product's status does it here, so numbers and news stay in step."""

from __future__ import annotations

from typing import Any, Final

from tandem.bss.catalog import public as catalog
from tandem.bss.subscriptions import lifecycle, store
from tandem.bss.subscriptions.rules import product as rules
from tandem.bss.subscriptions.terms import (
    EndsBeforeStart,
    NewProduct,
    NumberTaken,
    ProductActivated,
    ProductGivenUp,
    ProductInUse,
    ProductMoved,
    ProductResumed,
    ProductSuspended,
    ProductTerminated,
    Realization,
    Subscription,
)
from tandem.kernel.json import Doc
from tandem.kernel.period import Instant, text_of
from tandem.kernel.store import Stored, Uow

STATUS: Final = "status"


# -- by document: TMF637 ----------------------------------------------------------------------------------------------


def create_product(uow: Uow, doc: Doc) -> Stored:
    """Keep a new product. Raises: NumberTaken."""
    lifecycle.PRODUCT.check(None, doc, attribute=STATUS)
    kept = store.PRODUCTS.add(uow, {**_dated(doc, uow.now), "creationDate": text_of(uow.now)})
    _followed(uow, None, kept)
    return kept


def patch_product(uow: Uow, stored: Stored, doc: Doc) -> Stored:
    """Keep what changed about a product. Raises: NumberTaken, EndsBeforeStart."""
    lifecycle.PRODUCT.check(stored.doc, doc, attribute=STATUS)
    kept = store.PRODUCTS.save(uow, stored.id, _dated(doc, uow.now), expected_version=stored.version)
    _followed(uow, stored, kept)
    return kept


def delete_product(uow: Uow, stored: Stored) -> None:
    """Remove a product that nobody had. Raises: ProductInUse."""
    status = stored.doc.get(STATUS)
    if status in lifecycle.BILLED:
        raise ProductInUse(
            f"product {stored.id} is {status}: it is or was the customer's",
            next_action="terminate it by an order instead",
            status=status,
        )
    store.PRODUCTS.delete(uow, stored.id, expected_version=stored.version)
    store.put_services(uow, stored.id, ())


def _dated(doc: Doc, moment: Instant) -> Doc:
    """The document with the dates that its status implies, where it does not say them."""
    status = doc.get(STATUS)
    if status in lifecycle.BILLED and not doc.get("startDate"):
        doc = {**doc, "startDate": text_of(moment)}
    if status == lifecycle.TERMINATED and not doc.get("terminationDate"):
        doc = {**doc, "terminationDate": text_of(moment)}
    return doc


# -- by verb: ordering ------------------------------------------------------------------------------------------------


def create_pending_product(uow: Uow, new: NewProduct) -> Stored:
    """Keep a product that is ordered and not delivered. Raises: OfferingUnknown, PriceTermsInvalid, NumberTaken."""
    terms = catalog.get_plan_terms(uow, offering_id=new.offering_id, moment=uow.now)
    doc = rules.pending_product(new, terms, uow.now)
    _require_names_free(uow, doc)
    return create_product(uow, doc)


def _require_names_free(uow: Uow, doc: Doc) -> None:
    """A NAI or a line that the customer brings is nobody else's; numbers and IMSIs are given out by the network."""
    brought = [name for name in rules.identifiers_of(doc) if name.startswith(("nai:", "line:"))]
    taken = [one for one in store.identifier_periods(uow, brought) if one.end is None or one.end > uow.now]
    if taken:
        name = taken[0].identifier
        raise NumberTaken(f"{name} belongs to another product", path="productCharacteristic", number=name)


def activate_product(uow: Uow, *, product_id: str, moment: Instant, given: Realization) -> Stored:
    """The customer can use it from an instant, with what the network gave it. Idempotent: by the status."""
    stored = store.PRODUCTS.get_for_update(uow, product_id)
    if stored.doc.get(STATUS) == lifecycle.ACTIVE:
        return stored
    started = {STATUS: lifecycle.ACTIVE, "startDate": stored.doc.get("startDate") or text_of(moment)}
    return patch_product(uow, stored, {**rules.realized(stored.doc, given), **started})


def terminate_product(uow: Uow, *, product_id: str, moment: Instant) -> Stored:
    """The customer no longer has it from an instant. Idempotent: by the status. Raises: EndsBeforeStart."""
    return _moved(uow, product_id, lifecycle.TERMINATED, terminationDate=text_of(moment))


def change_status(uow: Uow, *, product_id: str, status: str) -> Stored:
    """Move a product along its table. Idempotent: by the status. Raises: IllegalTransition."""
    return _moved(uow, product_id, status)


def _moved(uow: Uow, product_id: str, status: str, **more: Any) -> Stored:
    stored = store.PRODUCTS.get_for_update(uow, product_id)
    if stored.doc.get(STATUS) == status:
        return stored
    return patch_product(uow, stored, {**stored.doc, STATUS: status, **more})


# -- what follows a change --------------------------------------------------------------------------------------------


def _followed(uow: Uow, before: Stored | None, kept: Stored) -> None:
    after = rules.subscription(kept.id, kept.doc, kept.version)
    earlier = rules.subscription(before.id, before.doc, before.version) if before else None
    if after.active_from and after.active_to and after.active_to < after.active_from:
        raise EndsBeforeStart(f"product {kept.id} would end before it began", path="terminationDate")
    _hold_identifiers(uow, earlier, after)
    if before is None or rules.services_of(before.doc) != rules.services_of(kept.doc):
        store.put_services(uow, kept.id, rules.services_of(kept.doc))
    if earlier is None or earlier.status != after.status:
        _tell(uow, earlier, after)


def _hold_identifiers(uow: Uow, before: Subscription | None, after: Subscription) -> None:
    """A product holds its names from its start until its end, and a new one from the moment of the change.

    Locks: each new name, in their order, so that two products that want the same ones do not wait for each other.
    """
    first = before is None or before.status not in lifecycle.HELD
    had = before.identifiers if before and not first else frozenset()
    has = after.identifiers if after.status in lifecycle.HELD else frozenset()
    if had & has or had == has:
        _correct_start(uow, before, after)
    if had - has:
        store.end_identifiers(uow, after.product_id, sorted(had - has), after.active_to or uow.now)
    for name in sorted(has - had):
        store.give_identifier(uow, name, after.product_id, (after.active_from if first else None) or uow.now)


def _correct_start(uow: Uow, before: Subscription | None, after: Subscription) -> None:
    """A corrected start moves the periods of the names that began with it."""
    old, new = before.active_from if before else None, after.active_from
    if old is not None and new is not None and old != new:
        store.move_start(uow, after.product_id, old, new)


def _tell(uow: Uow, before: Subscription | None, after: Subscription) -> None:
    about: dict[str, Any] = {
        "product_id": after.product_id,
        "customer_id": after.customer_id,
        "billing_account_id": after.billing_account_id,
        "offering_id": after.offering_id,
    }
    resumed = before is not None and before.status in lifecycle.HELD
    news: ProductMoved | None = None
    if after.status == lifecycle.ACTIVE and resumed:
        news = ProductResumed(at=uow.now, **about)
    elif after.status == lifecycle.ACTIVE:
        news = ProductActivated(at=after.active_from or uow.now, msisdn=after.msisdn, **about)
    elif after.status == lifecycle.SUSPENDED:
        news = ProductSuspended(at=uow.now, **about)
    elif after.status == lifecycle.TERMINATED:
        news = ProductTerminated(at=after.active_to or uow.now, **about)
    elif after.status in (lifecycle.CANCELLED, lifecycle.ABORTED):
        news = ProductGivenUp(at=uow.now, aborted=after.status == lifecycle.ABORTED, **about)
    if news is not None:
        uow.emit(news)
