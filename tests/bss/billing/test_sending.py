"""A bill never skips validation, says on paper what the API says, and is held and released by a person."""

from __future__ import annotations

import io

import pypdf
import pytest

from tandem.bss.billing import public as billing
from tandem.bss.billing import store
from tandem.bss.billing.commands import issuing, sending
from tandem.bss.billing.rules import versions
from tandem.bss.billing.terms import DocumentNotReady, NothingToBill, StateFollowsPayments
from tandem.kernel.errors import Broken
from tandem.kernel.json import Doc
from tandem.kernel.period import instant
from tandem.kernel.state import IllegalTransition
from tandem.kernel.store import Stored, Uow
from tests.bss.billing import november
from tests.bss.charging import story

FREE_CALL = story.call(story.GALWAY, 60, at="2026-11-10T10:00:00Z")


@pytest.fixture
def bill(uow: Uow) -> Stored:
    """The story's bill, new."""
    november.october(november.at(uow, november.NOVEMBER_1ST))
    made = issuing.issue_monthly_bill(uow, billing_account_id=november.ACCOUNT, bill_date=november.BILL_DATE)
    assert made is not None
    return made


def now(uow: Uow, bill: Stored) -> Stored:
    return store.BILLS.get(uow, bill.id)


def states(uow: Uow, bill: Stored) -> list[str]:
    """Every state that the bill had, in order."""
    found = [change.after["state"] for change in store.BILLS.history(uow, bill.id)]
    return [state for place, state in enumerate(found) if place == 0 or found[place - 1] != state]


def patched(uow: Uow, bill: Stored, state: str) -> Stored:
    stored = now(uow, bill)
    return sending.patch_bill(uow, stored, {**stored.doc, "state": state})


def page(pdf: bytes) -> str:
    """The text of the printed bill, with single blanks."""
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    assert len(reader.pages) == 1
    return " ".join(reader.pages[0].extract_text().split())


def test_a_bill_never_skips_validation(uow: Uow, bill: Stored) -> None:
    sending.make_document(uow, {"bill": bill.id})
    assert states(uow, bill) == ["new", "validated", "sent"]
    sending.make_document(uow, {"bill": bill.id})
    assert states(uow, bill) == ["new", "validated", "sent"]


def test_the_paper_says_what_the_api_says(uow: Uow, bill: Stored) -> None:
    sending.make_document(uow, {"bill": bill.id})
    doc = now(uow, bill).doc
    text = page(billing.bill_pdf(uow, bill.id))
    for name in ("taxExcludedAmount", "taxIncludedAmount"):
        assert f"{doc[name]['value']:.2f}" in text
    assert "Total in EUR 41.75 9.60 51.35" in text
    assert f"{doc['taxItem'][0]['taxAmount']['value']:.2f}" == "9.60" and "VAT 23 % 41.75 9.60" in text
    for line in billing.get_bill(uow, bill_id=bill.id).lines:
        assert f"{line.name} {line.description}" in text
        assert f"{line.net.amount:.2f} {line.vat.amount:.2f} {line.gross.amount:.2f}" in text
    assert doc["billNo"] in text and "€51.35" in text and "15 November 2026" in text
    assert "Corrib Communications" in text and "Niamh Fennelly" in text and "4 Weir Lane" in text


def test_the_same_bill_is_printed_to_the_same_octets(uow: Uow, bill: Stored) -> None:
    sending.make_document(uow, {"bill": bill.id})
    first = billing.bill_pdf(uow, bill.id)
    document = now(uow, bill).doc["billDocument"][0]
    assert document["size"]["amount"] == len(first)
    store.BILLS.save(uow, bill.id, {**now(uow, bill).doc, "billDocument": []})
    sending.make_document(uow, {"bill": bill.id})
    assert billing.bill_pdf(uow, bill.id) == first
    assert now(uow, bill).doc["billDocument"][0]["id"] == document["id"]


def test_a_document_that_is_not_made_yet_is_said_so(uow: Uow, bill: Stored) -> None:
    with pytest.raises(DocumentNotReady):
        billing.bill_pdf(uow, bill.id)


def test_a_bill_on_hold_is_printed_and_waits_for_a_person(uow: Uow, bill: Stored) -> None:
    patched(uow, bill, "onHold")
    sending.make_document(uow, {"bill": bill.id})
    assert now(uow, bill).doc["state"] == "onHold" and billing.bill_pdf(uow, bill.id)
    patched(uow, bill, "validated")
    sending.make_document(uow, {"bill": bill.id})
    assert states(uow, bill) == ["new", "onHold", "validated", "sent"]


@pytest.mark.parametrize("state", ["settled", "partiallyPaid"])
def test_nobody_sets_what_follows_from_payments(uow: Uow, bill: Stored, state: str) -> None:
    with pytest.raises(StateFollowsPayments):
        patched(uow, bill, state)
    assert now(uow, bill).doc["state"] == "new"


def test_a_new_bill_cannot_be_sent_by_hand(uow: Uow, bill: Stored) -> None:
    with pytest.raises(IllegalTransition):
        patched(uow, bill, "sent")


def test_a_bill_that_does_not_add_up_is_held_and_never_sent(uow: Uow, bill: Stored) -> None:
    line = store.lines_of(uow, bill.id)[1]
    store.RATES.save(uow, line.id, {**line.doc, "taxIncludedAmount": {"unit": "EUR", "value": 31}})
    with pytest.raises(Broken) as broken:
        sending.make_document(uow, {"bill": bill.id})
    assert broken.value.facts["gross"] == "52.35 EUR instead of 51.35 EUR"
    sending.hold_unsound(uow, {"bill": bill.id}, broken.value)
    assert states(uow, bill) == ["new", "onHold"]


def test_a_bill_of_nothing_is_settled_when_it_is_sent(uow: Uow) -> None:
    november.october(november.at(uow, november.NOVEMBER_1ST))
    november.billed(uow)
    story.charged(november.at(uow, instant("2026-11-20T10:00:00Z")), FREE_CALL)
    bill = issuing.issue_bill_now(uow, billing_account_id=november.ACCOUNT)
    sending.make_document(uow, {"bill": bill.id})
    assert november.totals(billing.get_bill(uow, bill_id=bill.id)) == ("0.00", "0.00", "0.00")
    assert states(uow, bill) == ["new", "validated", "sent", "settled"]
    with pytest.raises(NothingToBill):
        issuing.issue_bill_now(uow, billing_account_id=november.ACCOUNT)


def without_types(value: object) -> object:
    """A document without `@type`, which version 4 leaves out of parties and the engine fills in again."""
    if isinstance(value, dict):
        return {name: without_types(inner) for name, inner in value.items() if name != "@type"}
    return [without_types(inner) for inner in value] if isinstance(value, list) else value


def test_version_4_and_back_loses_nothing(uow: Uow, bill: Stored) -> None:
    line: Doc = store.lines_of(uow, bill.id)[0].doc
    assert versions.RATE_TO_V4(line)["type"] == "recurringCharge"
    assert versions.BILL_TO_V4(bill.doc)["relatedParty"][0]["id"] == "cust-1001"
    assert without_types(versions.RATE_FROM_V4(versions.RATE_TO_V4(line))) == without_types(line)
    assert without_types(versions.BILL_FROM_V4(versions.BILL_TO_V4(bill.doc))) == without_types(bill.doc)
