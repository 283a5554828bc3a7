"""Prices as tests write them."""

from __future__ import annotations

from typing import Any

from tandem.bss.catalog.rules.plan import Versioned
from tandem.kernel.json import Doc

VAT = [{"taxCategory": "VAT", "taxRate": 23}]


def told(**values: Any) -> list[Doc]:
    """Characteristics of a price; a list gives several values of one."""
    return [
        {
            "name": name,
            "productSpecCharacteristicValue": [
                {"value": one} for one in (value if isinstance(value, list) else [value])
            ],
        }
        for name, value in values.items()
    ]


def price(price_id: str, kind: str, amount: Any = None, *, more: Doc | None = None, **values: Any) -> Versioned:
    """One price; an amount brings its tax with it."""
    doc: Doc = {"id": price_id, "name": price_id, "version": "1", "priceType": kind, **(more or {})}
    if amount is not None:
        doc |= {"price": {"unit": "EUR", "value": amount}, "tax": VAT}
        values = {"taxIncluded": True, **values}
    return Versioned({**doc, "prodSpecCharValueUse": told(**values)}, 1)


def monthly(amount: Any = 30, price_id: str = "monthly", **more: Any) -> Versioned:
    """A monthly charge."""
    return price(price_id, "recurring", amount, more={"recurringChargePeriodType": "month", **more})


def per(price_id: str, kind: str, measure: tuple[Any, str], amount: Any = None, **values: Any) -> Versioned:
    """A price or an allowance of an amount of units."""
    return price(price_id, kind, amount, more={"unitOfMeasure": {"amount": measure[0], "units": measure[1]}}, **values)
