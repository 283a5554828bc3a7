"""The demonstration operator's customers. Corrib Communications and everybody in it are invented: the numbers are from
Ireland's range for fiction (020 91x xxxx) and the mail domain cannot exist (RFC 2606).
"""

from __future__ import annotations

from typing import Final

from tandem.bss.party import commands, store
from tandem.bss.party.rules import registration as documents
from tandem.bss.party.terms import Registration
from tandem.kernel.json import Doc
from tandem.kernel.store import EntityTable, Uow

MONTHLY: Final = "cycle-monthly-1"
PDF: Final = "bill-format-pdf"
MAIL: Final = "bill-media-mail"
OPERATOR: Final = "org-corrib"
ZONE: Final = "Europe/Dublin"
CURRENCY: Final = "EUR"

PEOPLE: Final = {
    "1001": ("Niamh", "Fennelly", "0001", "4 Weir Lane", "Galway", "H91 A0A0"),
    "1002": ("Seán", "Mac Giolla", "0002", "17 Canal Row", "Galway", "H91 B0B0"),
    "1003": ("Ioana", "Marcu", "0003", "2 Quay Court", "Limerick", "V94 C0C0"),
    "1004": ("Diarmuid", "Ó Ceallaigh", "0004", "31 Hill Road", "Westport", "F28 D0D0"),
}
"""Customer number → given and family name, last digits of the phone, address."""


def customer_id(number: str) -> str:
    """The customer of a number."""
    return f"cust-{number}"


def billing_account_id(number: str) -> str:
    """The billing account of the customer of a number."""
    return f"acct-{number}"


def seed(uow: Uow) -> None:
    """Register who is not registered yet. Idempotent: by id."""
    for table, doc in _forms():
        if not table.exists(uow, doc["id"]):
            table.add(uow, doc)
    for number in PEOPLE:
        if not store.CUSTOMERS.exists(uow, customer_id(number)):
            _register(uow, number)


def _forms() -> tuple[tuple[EntityTable, Doc], ...]:
    cycle = {
        "@type": "BillingCycleSpecification",
        "id": MONTHLY,
        "name": "Monthly, from the 1st",
        "billingPeriod": "month",
        "frequency": "monthly",
        "billingDateShift": 0,
        "paymentDueDateOffset": 14,
    }
    operator = {
        "@type": "Organization",
        "id": OPERATOR,
        "name": "Corrib Communications",
        "tradingName": "Corrib",
        "isLegalEntity": True,
        "organizationType": "operator",
        "status": "validated",
    }
    return (
        (store.ORGANIZATIONS, operator),
        (store.BILLING_CYCLES, cycle),
        (store.BILL_FORMATS, {"@type": "BillFormat", "id": PDF, "name": "PDF"}),
        (store.BILL_MEDIA, {"@type": "BillPresentationMedia", "id": MAIL, "name": "E-mail"}),
    )


def _register(uow: Uow, number: str) -> None:
    person = documents.individual_of(_registration(number))
    individual, customer, account = f"ind-{number}", customer_id(number), billing_account_id(number)
    role = documents.related("customer", customer, person["name"])
    commands.create_individual(uow, {**person, "id": individual, "status": "validated", "relatedParty": [role]})
    names_account = {"@type": "AccountRef", "@referredType": "BillingAccount", "id": account, "name": person["name"]}
    commands.create_customer(
        uow, {**documents.customer_of(individual, person["name"]), "id": customer, "account": [names_account]}
    )
    commands.create_billing_account(
        uow,
        {
            **documents.account_of(customer, person["name"]),
            "id": account,
            "currency": CURRENCY,
            "timeZone": ZONE,
            "billStructure": _structure(),
        },
    )


def _registration(number: str) -> Registration:
    given, family, phone, street, city, post_code = PEOPLE[number]
    return Registration(
        given_name=given,
        family_name=family,
        email=f"customer{number}@corrib.example",
        phone=f"+35320910{phone}",
        street=street,
        city=city,
        post_code=post_code,
        country="Ireland",
        language="en",
    )


def _structure() -> Doc:
    def ref(kind: str, entity_id: str, name: str) -> Doc:
        return {"@type": f"{kind}Ref", "@referredType": kind, "id": entity_id, "name": name}

    return {
        "@type": "BillStructure",
        "cycleSpecification": ref("BillingCycleSpecification", MONTHLY, "Monthly, from the 1st"),
        "format": ref("BillFormat", PDF, "PDF"),
        "presentationMedia": [ref("BillPresentationMedia", MAIL, "E-mail")],
    }
