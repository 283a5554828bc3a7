"""What the other half says of faults, and products that come into use while one lasts."""

from __future__ import annotations

from tandem.bss.crm.commands import notices
from tandem.bss.subscriptions.terms import ProductActivated
from tandem.kernel.steps import on
from tandem.kernel.store import Uow
from tandem.seam.terms import ServiceImpacted, ServiceImpactEnded


def tell_late(uow: Uow, event: ProductActivated) -> None:
    """A customer got a product."""
    notices.tell_late(uow, event.product_id)


REACTIONS = (
    on(ServiceImpacted, "crm.tell_impact", notices.tell_impact),
    on(ServiceImpactEnded, "crm.tell_all_clear", notices.tell_all_clear),
    on(ProductActivated, "crm.tell_late", tell_late),
)
