"""Bills and lines as documents of the standard, written and read. Standard: TMF678 v5.

Two attributes are ours (TMF630 lets an entity be extended): a bill's `timeZone`, the calendar that its days are of,
and a line's `relatedParty`, the customer whose it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from tandem.bss.billing import lifecycle
from tandem.bss.billing.rules.drawing_up import DrawnBill, DrawnLine
from tandem.bss.billing.terms import AppliedPayment, BillLine, BillView
from tandem.bss.party.terms import BillingTerms
from tandem.kernel.json import Doc, at
from tandem.kernel.money import Money, total
from tandem.kernel.period import Instant, Period, instant, local_date, local_midnight, text_of

ON_CYCLE: Final = "onCycle"
OFF_CYCLE: Final = "offCycle"


@dataclass(frozen=True, slots=True)
class BillHead:
    """What a bill says besides its lines and its number. `cycle_id` is `None` for a bill on demand."""

    bill_id: str
    account: BillingTerms
    bill_date: date
    issued_at: Instant
    next_bill_date: date
    cycle_id: str | None

    @property
    def due_on(self) -> date:
        """The last day to pay."""
        return self.bill_date + timedelta(days=self.account.payment_due_days)

    @property
    def due_at(self) -> Instant:
        """The beginning of the last day to pay."""
        return local_midnight(self.due_on, self.account.zone_name)


def bill_doc(head: BillHead, drawn: DrawnBill, number: str) -> Doc:
    """A new bill's document."""
    zone = head.account.zone_name
    cycle = {"billCycle": _ref("BillCycle", head.cycle_id)} if head.cycle_id else {}
    return {
        "@type": "CustomerBill",
        "id": head.bill_id,
        "billNo": number,
        "state": lifecycle.NEW,
        "category": "normal",
        "runType": ON_CYCLE if head.cycle_id else OFF_CYCLE,
        **cycle,
        "billDate": text_of(local_midnight(head.bill_date, zone)),
        "billingPeriod": drawn.frame.period.to_doc(),
        "nextBillDate": text_of(local_midnight(head.next_bill_date, zone)),
        "paymentDueDate": text_of(head.due_at),
        "lastUpdate": text_of(head.issued_at),
        "timeZone": zone,
        "billingAccount": _ref("BillingAccount", head.account.billing_account_id, head.account.name),
        "relatedParty": [customer_ref(head.account)],
        "amountDue": drawn.gross.to_doc(),
        "remainingAmount": drawn.gross.to_doc(),
        "taxExcludedAmount": drawn.net.to_doc(),
        "taxIncludedAmount": drawn.gross.to_doc(),
        "taxItem": list(_tax_items(drawn)),
        "appliedPayment": [],
    }


def line_doc(head: BillHead, line: DrawnLine, *, rate_id: str, place: int) -> Doc:
    """A line's document; `place` counts the bill's lines from 1."""
    amounts = line.amounts
    return {
        "@type": "AppliedCustomerBillingRate",
        "id": rate_id,
        "name": line.name,
        "description": line.description,
        "date": text_of(head.issued_at),
        "isBilled": True,
        "appliedBillingRateType": line.kind,
        "bill": _ref("CustomerBill", head.bill_id),
        "billingAccount": _ref("BillingAccount", head.account.billing_account_id, head.account.name),
        "product": _ref("Product", line.product_id),
        "relatedParty": [customer_ref(head.account)],
        "periodCoverage": line.covers.to_doc(),
        "appliedTax": [
            {
                "@type": "AppliedBillingTaxRate",
                "taxCategory": line.tax_category,
                "taxRate": percent(line.tax_rate_bp),
                "taxAmount": amounts.vat.to_doc(),
            }
        ],
        "taxExcludedAmount": amounts.net.to_doc(),
        "taxIncludedAmount": amounts.gross.to_doc(),
        "characteristic": [_fact(name, value) for name, value in {"line": str(place), **line.facts}.items()],
    }


def cycle_doc(cycle_id: str, *, bill_date: date, zone_name: str, period_name: str) -> Doc:
    """One turn of a billing cycle: the bills of one bill date in one zone."""
    begins = text_of(local_midnight(bill_date, zone_name))
    return {
        "@type": "BillCycle",
        "id": cycle_id,
        "name": f"Bills of {bill_date.isoformat()}",
        "description": f"Bill months that end on {bill_date.isoformat()} in {zone_name}",
        "billingPeriod": period_name,
        "billingDate": begins,
        "chargeDate": begins,
    }


def percent(rate_bp: int) -> Decimal:
    """A tax rate as the standard writes it: 23 for 2300 hundredths of a percent."""
    return (Decimal(rate_bp) / 100).normalize()


def _tax_items(drawn: DrawnBill) -> Iterable[Doc]:
    rates = sorted({(line.tax_category, line.tax_rate_bp) for line in drawn.lines})
    for category, rate in rates:
        taxes = [line.amounts.vat for line in drawn.lines if (line.tax_category, line.tax_rate_bp) == (category, rate)]
        yield {
            "@type": "TaxItem",
            "taxCategory": category,
            "taxRate": percent(rate),
            "taxAmount": total(taxes, drawn.frame.currency).to_doc(),
        }


def customer_ref(account: BillingTerms) -> Doc:
    """The account's customer as a related party."""
    return {
        "@type": "RelatedPartyRefOrPartyRoleRef",
        "role": "customer",
        "partyOrPartyRole": {
            "@type": "PartyRoleRef",
            "@referredType": "Customer",
            "id": account.customer_id,
            "name": account.name,
        },
    }


def _ref(kind: str, entity_id: str, name: str | None = None) -> Doc:
    ref: Doc = {"@type": f"{kind}Ref", "@referredType": kind, "id": entity_id}
    return ref if name is None else {**ref, "name": name}


def _fact(name: str, value: str) -> Doc:
    return {"@type": "StringCharacteristic", "name": name, "valueType": "string", "value": value}


# -- what happens to a bill -------------------------------------------------------------------------------------------


def with_document(bill: Doc, *, octets: int, sha256: str) -> Doc:
    """The bill with its printed form attached; the form itself is served at its `url`."""
    attachment = {
        "@type": "Attachment",
        "id": sha256,
        "name": f"{bill['billNo']}.pdf",
        "description": "The printed bill",
        "attachmentType": "bill",
        "mimeType": "application/pdf",
        "url": f"/documents/bills/{bill['id']}.pdf",
        "size": {"amount": octets, "units": "octets"},
    }
    return {**bill, "billDocument": [attachment]}


def with_payment(bill: Doc, payment_id: str, amount: Money) -> Doc:
    """The bill with a payment applied, and the state that follows from what remains."""
    remaining = Money.from_doc(bill["remainingAmount"]) - amount
    applied = {"appliedAmount": amount.to_doc(), "payment": _ref("Payment", payment_id)}
    return {
        **bill,
        "appliedPayment": [*bill.get("appliedPayment", ()), applied],
        "remainingAmount": remaining.to_doc(),
        "state": lifecycle.PARTIALLY_PAID if remaining else lifecycle.SETTLED,
    }


def in_state(bill: Doc, state: str) -> Doc:
    """The bill in another state. Raises: IllegalTransition."""
    lifecycle.CUSTOMER_BILL.require(bill["state"], state)
    return {**bill, "state": state}


# -- read -------------------------------------------------------------------------------------------------------------


def customer_of(doc: Doc) -> str | None:
    """The customer whose bill or line it is."""
    found = at(doc, "relatedParty.partyOrPartyRole.id")
    return None if found is None else str(found)


def fact(line: Doc, name: str) -> str | None:
    """One of a line's recorded reasons."""
    return facts_of(line).get(name)


def facts_of(line: Doc) -> Mapping[str, str]:
    """A line's recorded reasons by name."""
    return {str(one.get("name")): str(one.get("value")) for one in line.get("characteristic") or ()}


def line_of(doc: Doc) -> BillLine:
    """A line as a person sees it."""
    tax: Doc = next(iter(doc.get("appliedTax") or ()), {})
    net, gross = Money.from_doc(doc["taxExcludedAmount"]), Money.from_doc(doc["taxIncludedAmount"])
    return BillLine(
        rate_id=doc["id"],
        kind=doc["appliedBillingRateType"],
        name=doc.get("name", ""),
        description=doc.get("description", ""),
        product_id=str(at(doc, "product.id", "")),
        covers=_period(doc["periodCoverage"]),
        net=net,
        vat=gross - net,
        gross=gross,
        tax_category=tax.get("taxCategory", ""),
        tax_rate_bp=int(Decimal(tax.get("taxRate", 0)) * 100),
        facts=facts_of(doc),
    )


def view_of(bill_id: str, doc: Doc, version: int, lines: Iterable[Doc] = ()) -> BillView:
    """A bill as a person sees it."""
    zone = doc["timeZone"]
    net, gross = Money.from_doc(doc["taxExcludedAmount"]), Money.from_doc(doc["taxIncludedAmount"])
    return BillView(
        bill_id=bill_id,
        number=doc["billNo"],
        state=doc["state"],
        customer_id=customer_of(doc) or "",
        billing_account_id=str(at(doc, "billingAccount.id", "")),
        name=str(at(doc, "billingAccount.name", "")),
        bill_date=local_date(instant(doc["billDate"]), zone),
        due_on=local_date(instant(doc["paymentDueDate"]), zone),
        period=_period(doc["billingPeriod"]),
        zone_name=zone,
        net=net,
        vat=gross - net,
        gross=gross,
        remaining=Money.from_doc(doc["remainingAmount"]),
        has_document=bool(doc.get("billDocument")),
        payments=tuple(_applied(one) for one in doc.get("appliedPayment") or ()),
        lines=tuple(line_of(line) for line in lines),
        version=version,
    )


def _applied(doc: Doc) -> AppliedPayment:
    return AppliedPayment(str(at(doc, "payment.id", "")), Money.from_doc(doc["appliedAmount"]))


def _period(doc: Mapping[str, Any]) -> Period:
    return Period(instant(doc["startDateTime"]), instant(doc["endDateTime"]))
