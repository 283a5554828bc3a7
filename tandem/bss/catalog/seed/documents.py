"""How the catalogue's documents of the demonstration operator are written."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from tandem.kernel.json import Doc
from tandem.kernel.tmf.types import CharacteristicValueSpecification

VERSION: Final = "2026.10"
IN_FORCE: Final = {"validFor": {"startDateTime": "2026-01-01T00:00:00Z"}, "version": VERSION}
VAT: Final = [{"@type": "TaxItem", "taxCategory": "VAT", "taxRate": 23}]
BY_MONTH: Final = {"recurringChargePeriodType": "month", "recurringChargePeriodLength": 1}


def entry(kind: str, entry_id: str, name: str, **more: Any) -> Doc:
    """A launched entry of the catalogue."""
    return {"@type": kind, "id": entry_id, "name": name, "lifecycleStatus": "Launched", **IN_FORCE, **more}


def ref(entry_id: str, kind: str, name: str | None = None) -> Doc:
    """A reference to an entry."""
    doc: Doc = {"@type": f"{kind}Ref", "@referredType": kind, "id": entry_id}
    return doc if name is None else {**doc, "name": name}


def price(kind: str, price_id: str, name: str, parts: Doc, **told: Any) -> Doc:
    """A price with characteristics; an amount includes VAT."""
    if "price" in parts:
        told = {**told, "taxIncluded": True}
    uses = [characteristic(key, value) for key, value in told.items()]
    return entry(
        "ProductOfferingPrice", price_id, name, priceType=kind, isBundle=False, prodSpecCharValueUse=uses, **parts
    )


def usage(price_id: str, name: str, amount: str, unit: str, **rating: Any) -> Doc:
    """A price for each of a unit of use."""
    return price("usage", price_id, name, {**costs(amount), **per(1, unit)}, rating=rating)


def monthly(price_id: str, name: str, amount: str) -> Doc:
    """A monthly charge, in advance."""
    return price("recurring", price_id, name, {**BY_MONTH, **costs(amount)}, chargeTiming="inAdvance")


def allowance(price_id: str, name: str, measure: Doc, **rating: Any) -> Doc:
    """What is included each month."""
    return price("allowance", price_id, name, {**BY_MONTH, **measure}, rating=rating)


def table(table_id: str, name: str, **words: Any) -> Doc:
    """Words of the tariff vocabulary that many offerings include."""
    return price("tariffTable", table_id, name, {}, tariff=words)


def costs(amount: str) -> Doc:
    """An amount with its tax."""
    return {"price": {"unit": "EUR", "value": Decimal(amount)}, "tax": VAT}


def per(amount: int, units: str) -> Doc:
    """So much use."""
    return {"unitOfMeasure": {"amount": amount, "units": units}}


def characteristic(name: str, value: Any) -> Doc:
    """A value that a price or an offering gives to a characteristic."""
    kind = {bool: "boolean", dict: "object"}.get(type(value), "string")
    return {
        "@type": "ProductSpecificationCharacteristicValueUse",
        "name": name,
        "valueType": kind,
        "productSpecCharacteristicValue": [
            {"@type": CharacteristicValueSpecification.type_for({"value": value}), "valueType": kind, "value": value}
        ],
    }


def configurable(name: str) -> Doc:
    """A characteristic that a customer's product has."""
    return {
        "@type": "CharacteristicSpecification",
        "name": name,
        "valueType": "string",
        "configurable": True,
        "minCardinality": 0,
        "maxCardinality": 1,
    }
