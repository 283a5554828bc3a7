"""The demonstration operator's catalogue: Corrib Communications sells two mobile plans.

Prices include 23 % VAT. What a plan does not price (other countries) it does not carry.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from tandem.bss.catalog import commands, store
from tandem.kernel.json import Doc
from tandem.kernel.store import EntityTable, Uow
from tandem.kernel.tmf.types import CharacteristicValueSpecification

MAX_100: Final = "offer-max-100"
FLEX_20: Final = "offer-flex-20"
MOBILE_PLAN: Final = "prod-spec-mobile-plan"
MOBILE_CATEGORY: Final = "prod-cat-mobile"
CATALOG: Final = "prod-catalog-corrib"
MOBILE_SUBSCRIPTION: Final = "svc-spec-mobile-subscription"
"""The service specification of the other half; its seed has the same id."""

VERSION: Final = "2026.10"
IN_FORCE: Final = {"validFor": {"startDateTime": "2026-01-01T00:00:00Z"}, "version": VERSION}
VAT: Final = [{"@type": "TaxItem", "taxCategory": "VAT", "taxRate": 23}]
NATIONAL: Final = ("National", "353")
GERMANY: Final = ("Germany", "49")
"""Zone and the beginning of its numbers."""
_MEGABYTE: Final = "1000000/1000000"


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
    yield store.CATEGORIES, _entry("Category", MOBILE_CATEGORY, "Mobile", isRoot=True)
    yield (
        store.CATALOGS,
        _entry(
            "ProductCatalog", CATALOG, "Corrib Communications", category=[_ref(MOBILE_CATEGORY, "Category", "Mobile")]
        ),
    )
    yield store.SPECIFICATIONS, _mobile_plan()
    for price in (*_usage_prices(), *_plan_prices("max-100", "Max 100", "30.00", 100, 1000)):
        yield store.PRICES, price
    for price in _plan_prices("flex-20", "Flex 20", "20.00", 20, 200):
        yield store.PRICES, price
    yield store.OFFERINGS, _offering(MAX_100, "Max 100", "100 GB of data and 1,000 national minutes a month.")
    yield store.OFFERINGS, _offering(FLEX_20, "Flex 20", "20 GB of data and 200 national minutes a month.")


def _mobile_plan() -> Doc:
    return _entry(
        "ProductSpecification",
        MOBILE_PLAN,
        "Mobile plan",
        lifecycleStatus="Active",
        brand="Corrib Communications",
        isBundle=False,
        productSpecCharacteristic=[_configurable("msisdn"), _configurable("iccid")],
        serviceSpecification=[_ref(MOBILE_SUBSCRIPTION, "ServiceSpecification", "MobileSubscription")],
    )


def _offering(offering_id: str, name: str, description: str) -> Doc:
    slug = offering_id.removeprefix("offer-")
    own = [f"price-{slug}-{part}" for part in ("monthly", "data", "national")]
    common = [price["id"] for price in _usage_prices()]
    return _entry(
        "ProductOffering",
        offering_id,
        name,
        description=description,
        isBundle=False,
        isSellable=True,
        category=[_ref(MOBILE_CATEGORY, "Category", "Mobile")],
        productSpecification=_ref(MOBILE_PLAN, "ProductSpecification", "Mobile plan"),
        productOfferingPrice=[_ref(price_id, "ProductOfferingPrice", None) for price_id in (*own, *common)],
    )


# -- prices -----------------------------------------------------------------------------------------------------------


def _plan_prices(slug: str, name: str, monthly: str, gigabytes: int, minutes: int) -> tuple[Doc, ...]:
    by_month = {"recurringChargePeriodType": "month", "recurringChargePeriodLength": 1}
    charge = {**by_month, **_costs(monthly)}
    data, national = {**by_month, **_per(gigabytes, "GB")}, {**by_month, **_per(minutes, "minute")}
    return (
        _price("recurring", f"price-{slug}-monthly", f"{name}, monthly charge", charge, chargeTiming="inAdvance"),
        _price("allowance", f"price-{slug}-data", f"{gigabytes} GB of data", data, usageType="data", increments="1/1"),
        _price("allowance", f"price-{slug}-national", f"{minutes} national minutes", national, **_calls(*NATIONAL)),
    )


def _usage_prices() -> tuple[Doc, ...]:
    def usage(name: str, called: str, amount: str, unit: str, **told: Any) -> Doc:
        return _price("usage", f"price-{name}", called, {**_costs(amount), **_per(1, unit)}, **told)

    zone, prefix = NATIONAL
    national_message = {"usageType": "message", "zone": zone, "prefix": prefix, "increments": "1/1"}
    return (
        usage("voice-national", "National calls", "0.15", "minute", **_calls(*NATIONAL)),
        usage("voice-germany", "Calls to Germany", "0.25", "minute", **_calls(*GERMANY)),
        usage("data", "Data past the allowance", "5.00", "GB", usageType="data", increments=_MEGABYTE),
        usage("message-national", "National messages", "0.10", "message", **national_message),
    )


def _calls(zone: str, prefix: str) -> dict[str, str]:
    return {"usageType": "voice", "zone": zone, "prefix": prefix, "increments": "60/60"}


def _costs(amount: str) -> Doc:
    return {"price": {"unit": "EUR", "value": Decimal(amount)}, "tax": VAT}


def _per(amount: int, units: str) -> Doc:
    return {"unitOfMeasure": {"amount": amount, "units": units}}


def _price(kind: str, price_id: str, name: str, parts: Doc, **told: Any) -> Doc:
    if "price" in parts:
        told = {**told, "taxIncluded": True}
    uses = [_told(key, value) for key, value in told.items()]
    return _entry(
        "ProductOfferingPrice", price_id, name, priceType=kind, isBundle=False, prodSpecCharValueUse=uses, **parts
    )


# -- the small parts --------------------------------------------------------------------------------------------------


def _entry(kind: str, entry_id: str, name: str, **more: Any) -> Doc:
    return {"@type": kind, "id": entry_id, "name": name, "lifecycleStatus": "Launched", **IN_FORCE, **more}


def _ref(entry_id: str, kind: str, name: str | None) -> Doc:
    ref: Doc = {"@type": f"{kind}Ref", "@referredType": kind, "id": entry_id}
    return ref if name is None else {**ref, "name": name}


def _told(name: str, value: Any) -> Doc:
    kind = "boolean" if isinstance(value, bool) else "string"
    return {
        "@type": "ProductSpecificationCharacteristicValueUse",
        "name": name,
        "valueType": kind,
        "productSpecCharacteristicValue": [
            {"@type": CharacteristicValueSpecification.type_for({"value": value}), "valueType": kind, "value": value}
        ],
    }


def _configurable(name: str) -> Doc:
    return {
        "@type": "CharacteristicSpecification",
        "name": name,
        "valueType": "string",
        "configurable": True,
        "minCardinality": 0,
        "maxCardinality": 1,
    }
