"""What is for sale, side by side, and the order of one plan; a second click makes no second order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from starlette.responses import Response

from tandem.bss.billing import public as billing
from tandem.bss.catalog import public as catalog
from tandem.bss.catalog.terms import AllowanceTerm, OfferingView, UsageTerm
from tandem.bss.ordering import public as ordering
from tandem.bss.ordering.terms import NewOrder
from tandem.channels.kit import formats
from tandem.channels.kit.forms import CheckField, ChoiceField, Filled, Form
from tandem.channels.kit.i18n import Text, _
from tandem.channels.kit.visit import Visit
from tandem.channels.selfcare import mine
from tandem.kernel.errors import Refused
from tandem.kernel.money import Money
from tandem.kernel.period import local_date
from tandem.oss.inventory import public as inventory
from tandem.oss.service_catalog.terms import NUMBER_POOL

ANY: Final = "any"
_NUMBERS: Final = 6
_UNITS: Final = {"second": 60, "octet": 10**9, "message": 1}
"""What a price is told for: a minute, a gigabyte, a message."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A plan with its price, what it holds, and what is to pay when."""

    view: OfferingView
    monthly: Money
    today: Money
    next_bill: Money | None
    next_bill_on: date | None

    @property
    def offering_id(self) -> str:
        """The offering's id."""
        return self.view.offering_id


def show_offers(visit: Visit) -> Response:
    """GET /my/offers."""
    offers = sorted(
        (_offer(visit, view) for view in catalog.list_sellable(visit.uow, moment=visit.uow.now)),
        key=lambda offer: (offer.monthly.micros, offer.view.name),
        reverse=True,
    )
    held = {product.offering_id for product in mine.my_products(visit)}
    return visit.page("selfcare/offers.html", offers=offers, held=held, compared=_compared(offers), told=told)


def _offer(visit: Visit, view: OfferingView) -> Offer:
    account = mine.my_account(visit)
    currency = view.terms.currency
    first = None
    if account is not None:
        first = billing.first_bill(
            plan=view.terms, account=account, starts_on=local_date(visit.uow.now, account.zone_name)
        )
    return Offer(
        view=view,
        monthly=Money(view.monthly_micros, currency),
        today=Money.zero(currency),
        next_bill=first.amount if first else None,
        next_bill_on=first.bill_on if first else None,
    )


def told(term: AllowanceTerm | UsageTerm, currency: str) -> Text:
    """What an allowance grants, or what use costs, in a few words."""
    if isinstance(term, AllowanceTerm):
        return _("no limit") if term.amount is None else formats.amount_of_use(term.amount, term.unit)
    price = Money(term.amount_micros, currency).scaled(_UNITS[term.unit], term.per_units, digits=4)
    return _per(term.unit, formats.money_text(price))


def _per(unit: str, price: str) -> Text:
    if unit == "second":
        return _("%(price)s a minute", price=price)
    return _("%(price)s a GB", price=price) if unit == "octet" else _("%(price)s each", price=price)


def _compared(offers: Sequence[Offer]) -> list[tuple[Text, list[Text]]]:
    """What use includes and costs: a row for each kind of use, a cell for each offer."""
    rows: dict[tuple[str, str, str], dict[str, tuple[str, Text]]] = {}
    for offer in offers:
        terms: tuple[AllowanceTerm | UsageTerm, ...] = (*offer.view.terms.allowances, *offer.view.terms.usage)
        for term in terms:
            kind = "included" if isinstance(term, AllowanceTerm) else "priced"
            cells = rows.setdefault((kind, term.usage_type, term.zone), {})
            cells[offer.offering_id] = (term.name, told(term, offer.view.terms.currency))
    return [
        (_row_name(key, cells), [cells.get(offer.offering_id, ("", formats.NOTHING))[1] for offer in offers])
        for key, cells in rows.items()
    ]


def _row_name(key: tuple[str, str, str], cells: dict[str, tuple[str, Text]]) -> Text:
    kind, usage_type, zone = key
    if kind == "priced":
        return next(iter(cells.values()))[0]
    named = {"data": _("Data included"), "voice": _("Minutes included"), "message": _("Messages included")}[usage_type]
    return _("%(what)s, %(zone)s", what=named, zone=zone) if zone else named


# -- ordering ---------------------------------------------------------------------------------------------------------


def _form(numbers: Sequence[str]) -> Form:
    options: list[tuple[str, Text]] = [(ANY, _("Any free number"))]
    options += [(number, formats.phone(number)) for number in numbers]
    return Form(
        ChoiceField(
            "msisdn",
            _("Your number"),
            options=options,
            as_radio=True,
            path="productOrderItem[0].product.productCharacteristic",
        ),
        CheckField("agreed", _("I have read the price and the terms, and I agree to them.")),
    )


def show_order_form(visit: Visit) -> Response:
    """GET /my/offers/{offering_id}: the check before the order."""
    return _order_page(visit, _form(_numbers(visit)).blank(msisdn=ANY))


def _order_page(visit: Visit, form: Filled, status: int = 200) -> Response:
    offering_id = visit.named("offering_id")
    catalog.get_sellable_offering(visit.uow, offering_id=offering_id, moment=visit.uow.now)
    view = catalog.get_offering_view(visit.uow, offering_id=offering_id, moment=visit.uow.now)
    return visit.page(
        "selfcare/order.html",
        status=status,
        offer=_offer(visit, view),
        form=form,
        digits=_digits(visit),
        told=told,
        account=mine.my_account(visit),
    )


def _numbers(visit: Visit, chosen: str = "") -> list[str]:
    """Free numbers to choose from, with the one that was chosen, whether it is still free or not."""
    free = inventory.list_free_numbers(visit.uow, pool=NUMBER_POOL, containing=_digits(visit), limit=_NUMBERS)
    return [*free, chosen] if chosen not in ("", ANY, *free) and chosen.isdigit() else free


def _digits(visit: Visit) -> str:
    asked = visit.asked("digits")
    return asked if asked.isdigit() and asked.isascii() and len(asked) <= 12 else ""


def place(visit: Visit) -> Response:
    """POST /my/offers/{offering_id}."""
    filled = _form(_numbers(visit, visit.sent("msisdn"))).read(visit)
    if filled.wrong:
        return _order_page(visit, filled, status=422)
    chosen = filled.typed["msisdn"]
    new = NewOrder(
        customer_id=mine.customer_of(visit),
        offering_id=visit.named("offering_id"),
        wished={} if chosen == ANY else {"msisdn": chosen},
    )
    try:
        order = ordering.order_offering(visit.uow, new=new, key=visit.idempotency_key)
    except Refused as refusal:
        return _order_page(visit, filled.refused(refusal), status=422)
    return visit.see(f"/my/orders/{order.id}", _("Thank you, we have your order."))
