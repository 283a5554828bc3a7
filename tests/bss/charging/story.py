"""The story's customer, for tests that charge: seeded catalogue and parties, one active *Max 100* with a number."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from tandem.bss.catalog import seed as catalog_seed
from tandem.bss.charging.commands import record_usage
from tandem.bss.party import seed as party_seed
from tandem.bss.subscriptions import public as subscriptions
from tandem.bss.subscriptions.terms import NewProduct, Realization
from tandem.kernel.json import Doc
from tandem.kernel.period import Instant, Period, instant, local_midnight
from tandem.kernel.store import Database, Stored, Uow

NUMBER = "353209110001"
GALWAY = "35391555010"
BERLIN = "493012345678"
ACTIVE_FROM = instant("2026-10-12T09:00:00Z")
ACCOUNT = party_seed.billing_account_id("1001")
CUSTOMER = party_seed.customer_id("1001")
OCTOBER = Period(instant("2026-09-30T23:00:00Z"), instant("2026-11-01T00:00:00Z"))


def open_shop(uow: Uow) -> None:
    """What the operator sells, and to whom."""
    party_seed.seed(uow)
    catalog_seed.seed(uow)


def subscribe(
    uow: Uow, number: str = NUMBER, *, offering_id: str = catalog_seed.MAX_100, start: Instant = ACTIVE_FROM
) -> str:
    """A product of the story's customer that has a number from an instant on."""
    new = NewProduct(
        name="Max 100",
        customer_id=CUSTOMER,
        billing_account_id=ACCOUNT,
        offering_id=offering_id,
        order_id="order-1",
        order_item_id="1",
        characteristics={"msisdn": number},
    )
    product = subscriptions.create_pending_product(uow, new=new)
    subscriptions.activate_product(uow, product_id=product.id, moment=start, given=Realization())
    return product.id


def keep_story(database: Database, tenant: str) -> str:
    """The story's customer, committed."""
    with database.uow(tenant=tenant, actor="tester", cause="test") as uow:
        open_shop(uow)
        return subscribe(uow)


def usage(kind: str, told: Mapping[str, Any], *, at: str = "2026-10-20T10:00:00Z", **more: Any) -> Doc:
    """A usage document as a client sends it; the served number is the story's unless it is told."""
    characteristics = {"servedNumber": NUMBER, **told}
    return {
        "@type": "Usage",
        "usageType": kind,
        "usageDate": at,
        "usageCharacteristic": [{"name": name, "value": value} for name, value in characteristics.items()],
        **more,
    }


def call(to: str, seconds: int, *, at: str = "2026-10-20T10:00:00Z", **told: Any) -> Doc:
    """A call."""
    return usage("voice", {"destinationNumber": to, "duration": seconds, **told}, at=at)


def data(octets: int, *, at: str = "2026-10-20T10:00:00Z", **told: Any) -> Doc:
    """A data session."""
    return usage("data", {"octets": octets, **told}, at=at)


def charged(uow: Uow, doc: Doc) -> Stored:
    """The usage record as it is kept."""
    return record_usage(uow, doc)


def month(first: str, end: str) -> Period:
    """A bill month in Dublin, from two local dates."""
    return Period(
        local_midnight(date.fromisoformat(first), "Europe/Dublin"),
        local_midnight(date.fromisoformat(end), "Europe/Dublin"),
    )
