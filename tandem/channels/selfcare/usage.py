"""What was used: a bar for each allowance, and every single use with what it cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from starlette.responses import Response

from tandem.bss.charging import public as charging
from tandem.bss.charging.terms import RatedEvent
from tandem.channels.kit import formats
from tandem.channels.kit.i18n import Text, _
from tandem.channels.kit.parts import Tab
from tandem.channels.kit.visit import Visit
from tandem.channels.selfcare import mine, words
from tandem.channels.selfcare.home import plan_card
from tandem.channels.selfcare.wallet import wallet_of

_PAGE: Final = 25


@dataclass(frozen=True, slots=True)
class UseRow:
    """One charge as a customer reads it."""

    event: RatedEvent

    @property
    def what(self) -> Text:
        """The kind of use, and with whom."""
        kind = words.USES[self.event.usage_type]
        if not self.event.destination:
            return kind
        return _("%(kind)s to %(number)s", kind=kind, number=formats.phone(self.event.destination))

    @property
    def amount(self) -> str:
        """How much was used."""
        return formats.amount_of_use(self.event.quantity, self.event.unit)

    @property
    def cost(self) -> object:
        """What it cost, or that the plan holds it."""
        return _("included") if self.event.is_within_allowance else formats.money(self.event.amount)


def show(visit: Visit) -> Response:
    """GET /my/usage: of the product asked for, else of the first."""
    products = mine.my_products(visit)
    asked = visit.asked("product")
    if not products:
        return visit.page("selfcare/usage.html", product=None, wallet=wallet_of(visit))
    chosen = next((one for one in products if one.product_id == asked), products[0])
    page = max(1, int(visit.asked("page"))) if visit.asked("page").isdecimal() and len(visit.asked("page")) < 6 else 1
    found = charging.rated_events_of_product(
        visit.uow, product_id=chosen.product_id, limit=_PAGE, offset=(page - 1) * _PAGE
    )
    here = f"/my/usage?product={chosen.product_id}"
    return visit.page(
        "selfcare/usage.html",
        product=chosen,
        wallet=wallet_of(visit),
        card=plan_card(visit, chosen),
        tabs=[Tab(formats.phone(one.msisdn), f"/my/usage?product={one.product_id}", one is chosen) for one in products],
        rows=[UseRow(event) for event in found.events],
        total=found.total,
        earlier=f"{here}&page={page + 1}" if page * _PAGE < found.total else None,
        later=f"{here}&page={page - 1}" if page > 1 else None,
    )
