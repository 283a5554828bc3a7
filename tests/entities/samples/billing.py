"""Samples of TMF678, versions 4 and 5. Bills, their lines and cycles are drawn up, not created by clients."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from typing import Any

from tandem.bss.billing import store
from tandem.bss.billing.rules import documents
from tandem.bss.billing.rules.documents import BillHead
from tandem.bss.billing.rules.drawing_up import BillFrame, DrawnBill, DrawnLine
from tandem.bss.billing.rules.tax import taxed
from tandem.bss.party.terms import BillingTerms
from tandem.kernel.ids import new_id
from tandem.kernel.money import Money
from tandem.kernel.period import LocalDays, local_midnight
from tandem.kernel.store import Stored, Uow
from tests.entities.sample import Doc, Made, Sample, ref
from tests.support.tmf_client import TmfClient

ZONE = "Europe/Dublin"
_NUMBER = itertools.count(1)


def billing_needs(client: TmfClient) -> Made:
    """A customer with a billing account."""
    person = ref(client, "/tmf-api/partyManagement/v5/individual", {"givenName": "Orla", "familyName": "Reyes"})
    customer = ref(client, "/tmf-api/customer/v5/customer", {"name": "Orla Reyes", "engagedParty": person})
    owner = {"role": "customer", "partyOrPartyRole": {**customer, "@type": "PartyRoleRef"}}
    account = {"name": "Orla Reyes", "relatedParty": [owner]}
    return {
        "customer": customer,
        "account": ref(client, "/tmf-api/accountManagement/v5/billingAccount", account),
    }


def _drawn() -> DrawnBill:
    days = LocalDays(date(2026, 11, 1), date(2026, 12, 1), ZONE)
    frame = BillFrame(1, ZONE, "EUR", days.period.start, days.period, days.end, days.first)
    line = DrawnLine(
        kind="recurringCharge",
        name="Max 100, monthly charge",
        description="1–30 November 2026",
        product_id="product-1",
        price_id="price-1",
        covers=days.period,
        amounts=taxed(Money.of("30.00", "EUR"), 2300, included=True),
        tax_category="VAT",
        tax_rate_bp=2300,
        facts={"priceId": "price-1", "days": "30"},
        days=days,
    )
    return DrawnBill(frame, (line,))


def _kept(uow: Uow) -> tuple[Stored, Stored]:
    """A bill and its line, another bill date each time."""
    number = next(_NUMBER)
    bill_date = date(2026, 11, 1) + timedelta(days=number)
    account = BillingTerms("account-1", "customer-1", "Orla Reyes", "Active", 1, ZONE, "EUR", 14)
    head = BillHead(new_id(), account, bill_date, uow.now, date(2026, 12, 1), "cycle-1")
    drawn = _drawn()
    doc = documents.with_document(documents.bill_doc(head, drawn, f"S-{number}"), octets=1000, sha256="0" * 64)
    payment = {"@type": "PaymentRef", "@referredType": "Payment", "id": "payment-1", "name": "Card"}
    paid = {"appliedAmount": Money.of("1.50", "EUR").to_doc(), "payment": payment}
    bill = store.BILLS.add(uow, {**doc, "appliedPayment": [paid]})
    line = store.RATES.add(uow, documents.line_doc(head, drawn.lines[0], rate_id=new_id(), place=1))
    return bill, line


def _uow(client: TmfClient) -> Any:
    return client.engine.operations.database.uow(tenant=client.caller.tenant, actor="tester", cause="test")


def a_bill(client: TmfClient) -> str:
    with _uow(client) as uow:
        return _kept(uow)[0].id


def a_line(client: TmfClient) -> str:
    with _uow(client) as uow:
        return _kept(uow)[1].id


def a_cycle(client: TmfClient) -> str:
    bill_date = date(2026, 11, 1) + timedelta(days=next(_NUMBER))
    doc = documents.cycle_doc(
        f"{bill_date}-cycle", bill_date=bill_date, zone_name=ZONE, period_name="1–31 October 2026"
    )
    doc["validFor"] = {"startDateTime": doc["billingDate"]}
    doc["paymentDueDate"] = local_midnight(bill_date + timedelta(days=14), ZONE).isoformat()
    with _uow(client) as uow:
        return store.BILL_CYCLES.add(uow, doc).id


def on_demand(made: Made) -> Doc:
    return {"billingAccount": made["account"]}


def _full(made: Made) -> Doc:
    return {**on_demand(made), "name": f"Before she moves {made['n']}", "description": "All until today"}


def on_demand_v4(made: Made) -> Doc:
    return {**_full(made), "relatedParty": {**made["customer"], "role": "customer"}}


def on_demand_v5(made: Made) -> Doc:
    party = {**made["customer"], "@type": "PartyRoleRef"}
    return {
        **_full(made),
        "relatedParty": {"@type": "RelatedPartyRefOrPartyRoleRef", "role": "customer", "partyOrPartyRole": party},
    }


HOLD: Doc = {"state": "onHold"}
SAMPLES = {
    ("TMF678", "v4", "customerBill"): Sample(stored=a_bill, patch=HOLD),
    ("TMF678", "v5", "customerBill"): Sample(stored=a_bill, patch=HOLD),
    ("TMF678", "v4", "appliedCustomerBillingRate"): Sample(stored=a_line),
    ("TMF678", "v5", "appliedCustomerBillingRate"): Sample(stored=a_line),
    ("TMF678", "v5", "billCycle"): Sample(stored=a_cycle),
    ("TMF678", "v4", "customerBillOnDemand"): Sample(on_demand, on_demand_v4, needs=billing_needs),
    ("TMF678", "v5", "customerBillOnDemand"): Sample(on_demand, on_demand_v5, needs=billing_needs),
}
