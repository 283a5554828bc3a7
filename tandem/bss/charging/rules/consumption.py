"""Consumption as documents, and what a question names. Standard: TMF677 v5, QueryUsageConsumption and its report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, Final, NamedTuple

from tandem.bss.charging.rules.balances import MONETARY
from tandem.bss.charging.rules.moves import ALWAYS
from tandem.bss.charging.terms.consumption import PoolConsumption, ProductConsumption, ServiceConsumption
from tandem.kernel.json import Doc, at
from tandem.kernel.money import MICROS
from tandem.kernel.period import FOREVER, Period, text_of

CUSTOMER: Final = "customer"
_UNITS: Final = {"second": "second", "octet": "octet", "message": "unit"}


class Asked(NamedTuple):
    """Whose consumption is asked for; all that is named must fit."""

    product_ids: tuple[str, ...]
    account_ids: tuple[str, ...]
    numbers: tuple[str, ...]
    customer_id: str | None


def asked(doc: Doc, criteria: Doc) -> Asked:
    """What a question names, in itself or in its criteria."""
    both = (doc, criteria) if criteria is not doc else (doc,)
    resources = [one for each in both for one in each.get("logicalResource") or ()]
    return Asked(
        _ids(both, "product"),
        _ids(both, "partyAccount"),
        tuple(str(one.get("value") or one.get("id")) for one in resources),
        next((found for found in map(customer_of, both) if found), None),
    )


def _ids(docs: Iterable[Doc], name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(ref["id"]) for doc in docs for ref in doc.get(name) or () if ref.get("id")))


def customer_of(doc: Doc) -> str | None:
    """The customer whose consumption it is."""
    parties = [one for one in doc.get("relatedParty") or () if one.get("role") == CUSTOMER]
    return next((str(found) for one in parties if (found := at(one, "partyOrPartyRole.id"))), None)


def with_customer(doc: Doc, customer_id: str) -> Doc:
    """The document that says whose it is."""
    if customer_of(doc):
        return doc
    who = {"@type": "PartyRoleRef", "@referredType": "Customer", "id": customer_id}
    party = {"@type": "RelatedPartyRefOrPartyRoleRef", "role": CUSTOMER, "partyOrPartyRole": who}
    return {**doc, "relatedParty": [*(doc.get("relatedParty") or ()), party]}


def report(products: Sequence[ProductConsumption]) -> Doc:
    """What some products of one customer used, each bucket once."""
    pools = {pool.bucket_id or (one.product_id, pool.name): (one, pool) for one in products for pool in one.pools}
    numbers = [one.msisdn for one in products if one.msisdn]
    return {
        "@type": "UsageConsumptionReport",
        "name": ", ".join(dict.fromkeys(one.name for one in products)),
        "validPeriod": _period(
            Period(min(one.period.start for one in products), max(one.period.end for one in products))
        ),
        "bucket": [_bucket(one, pool) for one, pool in pools.values()],
        "product": [_product(one) for one in products],
        "partyAccount": [_account(found) for found in dict.fromkeys(one.billing_account_id for one in products)],
        "logicalResource": [
            {"@type": "LogicalResourceRef", "@referredType": "LogicalResource", "id": number, "value": number}
            for number in numbers
        ],
    }


def _bucket(product: ProductConsumption, pool: PoolConsumption) -> Doc:
    told: dict[str, Any] = {"id": pool.bucket_id} if pool.bucket_id else {}
    if pool.left is None:
        told["remainingValueName"] = "without limit"
    else:
        told["remainingValue"] = _amount(pool, pool.left)
    if not pool.is_shared:
        told["product"] = [_product_ref(product)]
    return {
        "@type": "Bucket",
        **told,
        "name": pool.name,
        "usageType": MONETARY if pool.currency else pool.usage_type,
        "isShared": pool.is_shared,
        "partyAccount": _account(product.billing_account_id),
        "reservedValue": _amount(pool, pool.reserved),
        "bucketCounter": [
            _counter("used", "global", _amount(pool, pool.used), pool.period),
            *(
                [_counter("granted", "global", _amount(pool, pool.granted), pool.period)]
                if pool.granted is not None
                else ()
            ),
        ],
        "status": "active",
        "validFor": _period(pool.period),
    }


def _product(product: ProductConsumption) -> Doc:
    """A product with what it took of what it shares, and what each service was used and charged."""
    taken = [
        _counter("used", "individual", _amount(pool, pool.own_used), pool.period, pool.name)
        for pool in product.pools
        if pool.own_used is not None
    ]
    services = [counter for one in product.services for counter in _of_service(one, product.period)]
    total = sum(one.charged.micros for one in product.services)
    charged = _counter("charged", "individual", _money(total, product.currency), product.period, "all")
    return {**_product_ref(product), "consumptionSummary": [charged, *services, *taken]}


def _of_service(one: ServiceConsumption, period: Period) -> tuple[Doc, Doc]:
    used = {"amount": one.units, "units": _UNITS[one.unit]}
    return (
        _counter("used", "individual", used, period, one.service),
        _counter("charged", "individual", _money(one.charged.micros, one.charged.currency), period, one.service),
    )


def _counter(kind: str, level: str, value: Doc, period: Period, name: str = "") -> Doc:
    named = {"valueName": name} if name else {}
    told = {"counterType": kind, "level": level, "value": value, "consumptionPeriod": _period(period), **named}
    return {"@type": "ConsumptionSummary", **told}


def _amount(pool: PoolConsumption, amount: int) -> Doc:
    return _money(amount, pool.currency) if pool.currency else {"amount": amount, "units": _UNITS[pool.unit]}


def _money(micros: int, currency: str) -> Doc:
    return {"amount": Decimal(micros) / MICROS, "units": currency}


def _period(period: Period) -> Doc:
    starts = {"startDateTime": text_of(period.start)} if period.start > ALWAYS else {}
    return {**starts, **({"endDateTime": text_of(period.end)} if period.end < FOREVER else {})}


def _product_ref(product: ProductConsumption) -> Doc:
    kind = {"@type": "UsageConsumptionProductRef", "@referredType": "Product"}
    return {**kind, "id": product.product_id, "name": product.name}


def _account(billing_account_id: str) -> Doc:
    return {"@type": "PartyAccountRef", "@referredType": "BillingAccount", "id": billing_account_id}
