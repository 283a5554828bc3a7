"""The demonstration operator's catalogue: Corrib Communications sells mobile plans, on invoice, prepaid and hybrid."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tandem.bss.catalog import commands, store
from tandem.bss.catalog.seed.documents import characteristic, configurable, entry, ref
from tandem.bss.catalog.seed.plans import (
    CONTROL_25,
    FAMILY_300,
    FLEX_20,
    MAX_100,
    PREPAID,
    UNLIMITED_EU,
    Plan,
    plans,
    shared_prices,
)
from tandem.bss.catalog.seed.tables import tables
from tandem.kernel.json import Doc
from tandem.kernel.store import EntityTable, Uow

__all__ = ["CONTROL_25", "FAMILY_300", "FLEX_20", "MAX_100", "PREPAID", "UNLIMITED_EU", "seed"]

MOBILE_PLAN: Final = "prod-spec-mobile-plan"
MOBILE_CATEGORY: Final = "prod-cat-mobile"
CATALOG: Final = "prod-catalog-corrib"
MOBILE_SUBSCRIPTION: Final = "svc-spec-mobile-subscription"
"""The service specification of the other half; its seed has the same id."""


def seed(uow: Uow) -> None:
    """Put on sale what is not there yet. Idempotent: by id."""
    for table, doc in _entries():
        if table.exists(uow, doc["id"]):
            continue
        if table is store.OFFERINGS:
            commands.create_offering(uow, doc)
        else:
            commands.add_entry(table, uow, doc)


def _entries() -> Iterator[tuple[EntityTable, Doc]]:
    category = ref(MOBILE_CATEGORY, "Category", "Mobile")
    yield store.CATEGORIES, entry("Category", MOBILE_CATEGORY, "Mobile", isRoot=True)
    yield store.CATALOGS, entry("ProductCatalog", CATALOG, "Corrib Communications", category=[category])
    yield store.SPECIFICATIONS, _mobile_plan()
    for doc in (*tables(), *shared_prices()):
        yield store.PRICES, doc
    for plan in plans():
        for price in plan.own:
            yield store.PRICES, price
        yield store.OFFERINGS, _offering(plan)


def _mobile_plan() -> Doc:
    return entry(
        "ProductSpecification",
        MOBILE_PLAN,
        "Mobile plan",
        lifecycleStatus="Active",
        brand="Corrib Communications",
        isBundle=False,
        productSpecCharacteristic=[configurable("msisdn"), configurable("iccid")],
        serviceSpecification=[ref(MOBILE_SUBSCRIPTION, "ServiceSpecification", "MobileSubscription")],
    )


def _offering(plan: Plan) -> Doc:
    price_ids = (*(price["id"] for price in plan.own), *plan.shared)
    return entry(
        "ProductOffering",
        plan.offering_id,
        plan.name,
        description=plan.description,
        isBundle=False,
        isSellable=True,
        category=[ref(MOBILE_CATEGORY, "Category", "Mobile")],
        productSpecification=ref(MOBILE_PLAN, "ProductSpecification", "Mobile plan"),
        productOfferingPrice=[ref(price_id, "ProductOfferingPrice") for price_id in price_ids],
        prodSpecCharValueUse=[characteristic("tariff", {"include": list(plan.include), **plan.words})],
    )
