"""From drawn up to sent: the check, the printed bill, and a person's hold on it."""

from __future__ import annotations

from tandem.bss.billing import lifecycle, store
from tandem.bss.billing.commands.issuing import PRINT, news_of
from tandem.bss.billing.rules import bookkeeping, documents, rendering
from tandem.bss.billing.rules.rendering import Letterhead
from tandem.bss.billing.terms import BillSent, BillSettled, BillView, DocumentNotReady, StateFollowsPayments
from tandem.bss.ledger import public as ledger
from tandem.bss.party import public as party
from tandem.bss.party.terms import CustomerUnknown
from tandem.kernel.errors import TandemError
from tandem.kernel.json import Doc
from tandem.kernel.money import Money
from tandem.kernel.period import text_of
from tandem.kernel.store import Stored, Uow


def make_document(uow: Uow, payload: Doc) -> None:
    """Check a new bill, print it and send it; one on hold is printed and stays. Idempotent: by the bill's state.

    Raises: BillUnsound.
    """
    bill = store.BILLS.get_for_update(uow, payload["bill"])
    if not bill.doc.get("billDocument"):
        bill = _printed(uow, bill)
    if bill.doc["state"] == lifecycle.NEW:
        bill = save(uow, bill, documents.in_state(bill.doc, lifecycle.VALIDATED))
    if bill.doc["state"] == lifecycle.VALIDATED:
        _send(uow, bill)


def hold_unsound(uow: Uow, payload: Doc, error: TandemError) -> None:
    """Put a bill that could not be checked or printed on hold, for a person."""
    bill = store.BILLS.get_for_update(uow, payload["bill"])
    if lifecycle.CUSTOMER_BILL.allows(bill.doc["state"], lifecycle.ON_HOLD):
        save(uow, bill, documents.in_state(bill.doc, lifecycle.ON_HOLD), why=error.reason)


def patch_bill(uow: Uow, stored: Stored, doc: Doc) -> Stored:
    """A person's change of a bill's state: on hold, validated again, sent.

    Raises: StateFollowsPayments, IllegalTransition, DocumentNotReady.
    """
    state = doc.get("state")
    if state == stored.doc["state"]:
        return save(uow, stored, doc)
    if state in lifecycle.BY_PAYMENT:
        raise StateFollowsPayments(
            f"a bill becomes {state} by what is paid", path="state", next_action="record the payment"
        )
    lifecycle.CUSTOMER_BILL.check(stored.doc, doc, attribute="state")
    if state == lifecycle.SENT:
        if not stored.doc.get("billDocument"):
            raise DocumentNotReady("the bill is not printed yet", path="state", next_action="wait a moment")
        return _send(uow, stored)
    if state == lifecycle.VALIDATED:
        bookkeeping.require_sound(_view(uow, stored), ledger.entries_of_cause(uow, cause_id=stored.id))
        uow.enqueue(PRINT, {"bill": stored.id})
    return save(uow, stored, doc)


def save(uow: Uow, bill: Stored, doc: Doc, *, why: str | None = None) -> Stored:
    """Keep a bill's new content with the time of the change."""
    changed = {**doc, "lastUpdate": text_of(uow.now)}
    return store.BILLS.save(uow, bill.id, changed, expected_version=bill.version, why=why)


def settle(uow: Uow, bill: Stored) -> None:
    """Tell that nothing is left to pay."""
    uow.emit(BillSettled(**news_of(bill)))


def _printed(uow: Uow, bill: Stored) -> Stored:
    view = _view(uow, bill)
    bookkeeping.require_sound(view, ledger.entries_of_cause(uow, cause_id=bill.id))
    document = store.keep_document(uow, bill.id, rendering.render(view, _letterhead(uow, view)))
    doc = documents.with_document(bill.doc, octets=len(document.content), sha256=document.sha256)
    return save(uow, bill, doc)


def _view(uow: Uow, bill: Stored) -> BillView:
    return documents.view_of(bill.id, bill.doc, bill.version, [line.doc for line in store.lines_of(uow, bill.id)])


def _letterhead(uow: Uow, bill: BillView) -> Letterhead:
    operator = party.operator_name(uow) or uow.tenant
    try:
        contact = party.contact_of(uow, customer_id=bill.customer_id)
    except CustomerUnknown:
        return Letterhead(operator, bill.name, ())
    return Letterhead(operator, contact.name or bill.name, contact.address)


def _send(uow: Uow, bill: Stored) -> Stored:
    sent = save(uow, bill, documents.in_state(bill.doc, lifecycle.SENT))
    uow.emit(BillSent(**news_of(sent)))
    if Money.from_doc(sent.doc["remainingAmount"]):
        return sent
    settled = save(uow, sent, documents.in_state(sent.doc, lifecycle.SETTLED), why="there is nothing to pay")
    settle(uow, settled)
    return settled
