"""A product's document, written and read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

from tandem.bss.catalog.terms import PlanTerms
from tandem.bss.subscriptions import lifecycle
from tandem.bss.subscriptions.terms import IdentifierPeriod, NewProduct, Realization, Subscription
from tandem.kernel.json import Doc, at
from tandem.kernel.money import Money
from tandem.kernel.period import Instant, instant, text_of
from tandem.kernel.tmf.types import characteristic_type

CUSTOMER = "customer"
MSISDN = "msisdn"
IDENTIFYING: Final = {"imsi": "imsi", "nai": "nai", "lineId": "line"}
"""Characteristics that name a subscriber besides the number, with the kind of name that networks tell."""
HOME_CODE = "353"


def pending_product(new: NewProduct, terms: PlanTerms, moment: Instant) -> Doc:
    """The document of a product that is ordered and not delivered."""
    return {
        **({"id": new.product_id} if new.product_id else {}),
        "@type": "Product",
        "name": new.name,
        "status": lifecycle.PENDING_ACTIVE,
        "isBundle": False,
        "isCustomerVisible": True,
        "orderDate": text_of(moment),
        "billingAccount": _ref("BillingAccount", new.billing_account_id),
        "productOffering": {
            **_ref("ProductOffering", terms.offering_id),
            "name": terms.offering_name,
            "version": terms.offering_version,
        },
        "relatedParty": [
            {
                "@type": "RelatedPartyOrPartyRole",
                "role": CUSTOMER,
                "partyOrPartyRole": {**_ref("Customer", new.customer_id), "@type": "PartyRoleRef"},
            }
        ],
        "productOrderItem": [
            {
                "@type": "RelatedOrderItem",
                "orderId": new.order_id,
                "orderItemId": new.order_item_id,
                "orderItemAction": "add",
                "role": "orderedBy",
            }
        ],
        "productCharacteristic": [_characteristic(name, value) for name, value in new.characteristics.items()],
        "productPrice": list(_prices(terms)),
    }


def _prices(terms: PlanTerms) -> Iterable[Doc]:
    """What the plan charges by the month, as the customer was told it."""
    side = "taxIncludedAmount" if terms.tax_included else "dutyFreeAmount"
    for term in terms.recurring:
        yield {
            "@type": "ProductPrice",
            "name": term.name,
            "priceType": "recurring",
            "recurringChargePeriod": "month" if term.months == 1 else f"{term.months} months",
            "price": {
                "@type": "Price",
                "taxRate": Decimal(terms.tax_rate_bp) / 100,
                side: Money(term.amount_micros, terms.currency).to_doc(),
            },
            "productOfferingPrice": _ref("ProductOfferingPrice", term.source.price_id),
        }


def realized(doc: Doc, given: Realization) -> Doc:
    """The product with what the network gave it; what it had already stays."""
    return {
        **doc,
        "realizingService": _with_refs(doc.get("realizingService"), "Service", given.service_ids),
        "realizingResource": _with_refs(doc.get("realizingResource"), "Resource", given.resource_ids),
        "productCharacteristic": with_characteristics(doc, given.characteristics),
    }


def with_characteristics(doc: Doc, told: Mapping[str, Any]) -> list[Doc]:
    """The characteristics of a product with these values put in or added."""
    present = [one for one in doc.get("productCharacteristic") or () if one.get("name") not in told]
    return [*present, *(_characteristic(name, value) for name, value in told.items())]


def _with_refs(present: list[Doc] | None, kind: str, ids: Iterable[str]) -> list[Doc]:
    known = list(present or ())
    have = {ref.get("id") for ref in known}
    return [*known, *(_ref(kind, one) for one in dict.fromkeys(ids) if one not in have)]


def _ref(kind: str, entity_id: str) -> Doc:
    return {"@type": f"{kind}Ref", "@referredType": kind, "id": entity_id}


def _characteristic(name: str, value: Any) -> Doc:
    return {"@type": characteristic_type(value), "name": name, "value": value}


# -- read -------------------------------------------------------------------------------------------------------------


def customer_of(doc: Doc) -> str | None:
    """The customer who has the product: the party in that role, else the first that is named."""
    related = [party for party in doc.get("relatedParty") or () if at(party, "partyOrPartyRole.id")]
    ranked = sorted(related, key=lambda party: str(party.get("role") or "").lower() != CUSTOMER)
    return str(ranked[0]["partyOrPartyRole"]["id"]) if ranked else None


def characteristic(doc: Doc, name: str) -> Any:
    """The value of a product's characteristic, or none."""
    found = (one.get("value") for one in doc.get("productCharacteristic") or () if one.get("name") == name)
    return next(found, None)


def msisdn_of(doc: Doc) -> str | None:
    """The product's number in international digits."""
    value = characteristic(doc, MSISDN)
    return None if value is None else digits(str(value)) or None


def identifiers_of(doc: Doc) -> frozenset[str]:
    """Every name by which networks know the product: its number, and its IMSI, NAI and line where it has them."""
    told = {kind: characteristic(doc, name) for name, kind in {MSISDN: MSISDN, **IDENTIFYING}.items()}
    named = (identifier(kind, str(value)) for kind, value in told.items() if value is not None)
    return frozenset(name for name in named if name)


def identifier(kind: str, value: str) -> str:
    """What a subscriber is known by: a number as its digits, any other name with its kind before it; empty for none.

    Standard: a realm is the same in small and capital letters (RFC 7542, clause 2.4), what stands before it is not.
    """
    if kind == MSISDN:
        return digits(value)
    name = digits(value) if kind == "imsi" else value.strip()
    user, at_sign, realm = name.rpartition("@")
    if kind == "nai" and at_sign:
        name = f"{user}@{realm.lower()}"
    return f"{kind}:{name}" if name else ""


def digits(number: str) -> str:
    """A number without plus, blanks and dashes."""
    return re.sub(r"\D", "", number)


def number_beginning(text: str) -> str | None:
    """The international digits that a number begins with, as people type it: +353 20 91, 0035320, 020 91, 35320.

    None when it is no number. A national 0 is read as dialled in the operator's home.
    """
    if not re.fullmatch(r"\+?[\d\s()./-]{3,}", text.strip()):
        return None
    typed = digits(text)
    if typed.startswith("00"):
        return typed.removeprefix("00") or None
    return HOME_CODE + typed.removeprefix("0") if typed.startswith("0") else typed or None


def services_of(doc: Doc) -> list[str]:
    """The services that make the product work."""
    return [str(ref["id"]) for ref in doc.get("realizingService") or () if ref.get("id")]


def subscription(product_id: str, doc: Doc, entity_version: int) -> Subscription:
    """The product as other rooms read it."""
    return Subscription(
        product_id=product_id,
        name=str(doc.get("name") or at(doc, "productOffering.name", "")),
        status=str(doc.get("status") or ""),
        customer_id=customer_of(doc) or "",
        billing_account_id=str(at(doc, "billingAccount.id", "")),
        offering_id=str(at(doc, "productOffering.id", "")),
        order_id=at(doc, "productOrderItem.orderId"),
        msisdn=msisdn_of(doc),
        active_from=_instant(doc, "startDate"),
        active_to=_instant(doc, "terminationDate"),
        entity_version=entity_version,
        identifiers=identifiers_of(doc),
    )


def _instant(doc: Doc, attribute: str) -> Instant | None:
    value = doc.get(attribute)
    return None if value is None else instant(value, path=attribute)


def in_force(periods: Iterable[IdentifierPeriod], moment: Instant) -> IdentifierPeriod | None:
    """The period of a number that covers an instant; there is at most one."""
    covering = (one for one in periods if one.start <= moment and (one.end is None or moment < one.end))
    return next(covering, None)
