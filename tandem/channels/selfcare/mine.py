"""What belongs to whoever came: every page of this desk asks here first, so that nobody sees another's."""

from __future__ import annotations

from tandem.bss.billing import public as billing
from tandem.bss.billing.terms import BillUnknown, BillView
from tandem.bss.ordering import public as ordering
from tandem.bss.ordering.terms import OrderView
from tandem.bss.party import public as party
from tandem.bss.party.terms import BillingTerms
from tandem.bss.subscriptions import public as subscriptions
from tandem.bss.subscriptions.terms import ProductUnknown, Subscription
from tandem.channels.kit.visit import Visit
from tandem.kernel.errors import Forbidden, NotFound

HELD = frozenset({"active", "suspended", "pendingTerminate"})
SHOWN_BILLS = frozenset({"sent", "partiallyPaid", "settled"})


def customer_of(visit: Visit) -> str:
    """The customer that this login is for. Raises: Forbidden when it is for none."""
    if not visit.caller.party_id:
        raise Forbidden("This login belongs to no customer.", code="selfcare.no_customer", next_action="call us")
    return visit.caller.party_id


def my_account(visit: Visit) -> BillingTerms | None:
    """How she is billed; the first account where she has several, none where she has none."""
    owned = party.billing_accounts_of(visit.uow, customer_id=customer_of(visit))
    return party.billing_terms_of(visit.uow, billing_account_id=owned[0].id) if owned else None


def my_order(visit: Visit) -> OrderView:
    """The order of the address. Raises: NotFound, for another's too."""
    order = ordering.get_order(visit.uow, order_id=visit.named("order_id"))
    if order.customer_id != customer_of(visit):
        raise NotFound("You have no such order.", code="selfcare.no_such_order", path=visit.path)
    return order


def my_products(visit: Visit) -> list[Subscription]:
    """What she has, the newest first: neither what is only ordered nor what is over."""
    found = subscriptions.products_of_customer(visit.uow, customer_id=customer_of(visit))
    return [product for product in found if product.status in HELD]


def my_product(visit: Visit, product_id: str) -> Subscription:
    """One of her products. Raises: ProductUnknown, for another's too."""
    product = subscriptions.get_subscription(visit.uow, product_id=product_id)
    if product.customer_id != customer_of(visit):
        raise ProductUnknown("You have no such product.", product=product_id)
    return product


def my_bills(visit: Visit) -> list[BillView]:
    """Her bills that were sent, the newest first, without their lines."""
    found = billing.bills_of_customer(visit.uow, customer_id=customer_of(visit))
    return [bill for bill in found if bill.state in SHOWN_BILLS]


def my_bill(visit: Visit) -> BillView:
    """The bill of the address, with its lines. Raises: BillUnknown, for another's and for one not sent yet."""
    bill = billing.get_bill(visit.uow, bill_id=visit.named("bill_id"))
    if bill.customer_id != customer_of(visit) or bill.state not in SHOWN_BILLS:
        raise BillUnknown("You have no such bill.", bill=visit.named("bill_id"))
    return bill
