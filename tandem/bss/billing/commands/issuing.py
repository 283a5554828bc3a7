"""Drawing up a bill: everything of it, its number and its booking, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from tandem.bss.billing import lifecycle, store
from tandem.bss.billing.rules import bookkeeping, documents
from tandem.bss.billing.rules.documents import BillHead
from tandem.bss.billing.rules.drawing_up import (
    BilledProduct,
    BillFrame,
    DrawnBill,
    DrawnLine,
    draw_up,
    months_to_price,
    priced_at,
)
from tandem.bss.billing.terms import BillIssued, NothingToBill
from tandem.bss.catalog import public as catalog
from tandem.bss.charging import public as charging
from tandem.bss.charging.terms import AccountCharges
from tandem.bss.ledger import public as ledger
from tandem.bss.party import public as party
from tandem.bss.party.terms import BillingTerms
from tandem.bss.subscriptions import public as subscriptions
from tandem.bss.subscriptions.terms import Subscription
from tandem.kernel.ids import new_id
from tandem.kernel.json import Doc
from tandem.kernel.money import Money
from tandem.kernel.period import (
    LocalDays,
    Period,
    bill_month,
    local_date,
    local_midnight,
    next_bill_date,
    text_of,
)
from tandem.kernel.store import Stored, Uow

PRINT: Final = "billing.make_document"
RECOGNIZE: Final = "billing.recognize_revenue"
_LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)


def cycle_id_of(account: BillingTerms, bill_date: date) -> str:
    """The turn of the billing cycle that a bill belongs to: one for each bill date and zone."""
    return f"{bill_date.isoformat()}-{account.zone_name.replace('/', '-')}"


def issue_monthly_bill(uow: Uow, *, billing_account_id: str, bill_date: date) -> Stored | None:
    """Draw up the bill of the bill month that ended on a date; none where there is nothing to bill.

    Idempotent: by account and bill date. Locks: the account's billing.
    """
    account = party.billing_terms_of(uow, billing_account_id=billing_account_id)
    store.lock_account(uow, billing_account_id)
    begins = local_midnight(bill_date, account.zone_name)
    present = store.bill_on_cycle(uow, billing_account_id, text_of(begins))
    if present is not None:
        return present
    until = next_bill_date(bill_date, account.bill_day)
    frame = BillFrame(
        bill_day=account.bill_day,
        zone_name=account.zone_name,
        currency=account.currency,
        cutoff=begins,
        period=bill_month(bill_date - timedelta(days=1), account.bill_day, account.zone_name).period,
        advance_until=until,
        arrears_until=bill_date,
    )
    cycle = _Turn(bill_date, until, cycle_id_of(account, bill_date))
    return _issue(uow, account, frame, cycle)


def issue_bill_now(uow: Uow, *, billing_account_id: str) -> Stored:
    """Draw up a bill of what is unbilled now, up to the end of the bill month at hand. Raises: NothingToBill."""
    account = party.billing_terms_of(uow, billing_account_id=billing_account_id)
    store.lock_account(uow, billing_account_id)
    today = local_date(uow.now, account.zone_name)
    month = bill_month(today, account.bill_day, account.zone_name)
    frame = BillFrame(
        bill_day=account.bill_day,
        zone_name=account.zone_name,
        currency=account.currency,
        cutoff=uow.now,
        period=month.period,
        advance_until=month.end,
        arrears_until=month.first,
    )
    bill = _issue(uow, account, frame, _Turn(today, month.end, None))
    if bill is None:
        raise NothingToBill(f"billing account {billing_account_id} has nothing that is not on a bill already")
    return bill


def create_on_demand(uow: Uow, doc: Doc) -> Stored:
    """Answer a request for a bill: done with the bill, or rejected with the reason."""
    account = party.billing_terms_of(uow, billing_account_id=doc["billingAccount"]["id"])
    try:
        bill = issue_bill_now(uow, billing_account_id=account.billing_account_id)
    except NothingToBill as refused:
        outcome: Doc = {"state": lifecycle.ON_DEMAND_REJECTED, "description": doc.get("description", refused.reason)}
    else:
        ref = {"@type": "CustomerBillRef", "@referredType": "CustomerBill", "id": bill.id}
        outcome = {"state": lifecycle.ON_DEMAND_DONE, "customerBill": ref}
    named = doc.get("relatedParty") or documents.customer_ref(account)
    return store.ON_DEMAND.add(uow, {**doc, **outcome, "relatedParty": named, "lastUpdate": text_of(uow.now)})


# -- one bill ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Turn:
    """When a bill is of, when the next one comes, and of which turn of the cycle it is (none: on demand)."""

    bill_date: date
    next_bill_date: date
    cycle_id: str | None


def _issue(uow: Uow, account: BillingTerms, frame: BillFrame, turn: _Turn) -> Stored | None:
    use = charging.charges_of_account(
        uow, billing_account_id=account.billing_account_id, period=Period(_LONG_AGO, frame.cutoff)
    )
    drawn = draw_up(frame, _products(uow, account, frame), use.by_term, _numbers(uow, use))
    if not drawn.lines:
        return None
    head = BillHead(
        bill_id=new_id(),
        account=account,
        bill_date=turn.bill_date,
        issued_at=uow.now,
        next_bill_date=turn.next_bill_date,
        cycle_id=turn.cycle_id,
    )
    for place, line in enumerate(drawn.lines, 1):
        _keep_line(uow, head, line, place)
    _book(uow, head, drawn)
    # Last: whoever has the next number holds up every other bill of the tenant until the end of the transaction.
    bill = store.BILLS.add(uow, documents.bill_doc(head, drawn, f"B-{store.next_number(uow):08}"))
    uow.enqueue(PRINT, {"bill": bill.id}, key=bill.id)
    uow.emit(BillIssued(**news_of(bill), due_at=head.due_at))
    return bill


def _numbers(uow: Uow, use: AccountCharges) -> dict[str, str]:
    """The numbers of the earlier bills that use corrects."""
    ids = sorted({charges.corrects for charges in use.by_term if charges.corrects})
    return {bill_id: str(store.BILLS.get(uow, bill_id).doc["billNo"]) for bill_id in ids}


def _products(uow: Uow, account: BillingTerms, frame: BillFrame) -> list[BilledProduct]:
    held = subscriptions.active_products_of_account(
        uow, billing_account_id=account.billing_account_id, period=Period(_LONG_AGO, frame.cutoff)
    )
    charged = store.charged_so_far(uow, account.billing_account_id, account.zone_name)
    once = store.charged_once(uow, account.billing_account_id)
    products = []
    for one in held:
        if one.active_from is not None:
            so_far = BilledProduct(
                product_id=one.product_id,
                active_from=one.active_from,
                active_to=one.active_to,
                plans={},
                billed_to=charged.get(one.product_id, {}),
                billed_once=once.get(one.product_id, frozenset()),
            )
            products.append(_with_plans(uow, frame, one, so_far))
    return products


def _with_plans(uow: Uow, frame: BillFrame, held: Subscription, product: BilledProduct) -> BilledProduct:
    plans = {
        month.first: catalog.get_plan_terms(
            uow, offering_id=held.offering_id, moment=priced_at(month, product.active_from)
        )
        for month in months_to_price(frame, product)
    }
    return BilledProduct(
        product.product_id,
        product.active_from,
        product.active_to,
        plans,
        product.billed_to,
        product.billed_once,
    )


def _keep_line(uow: Uow, head: BillHead, line: DrawnLine, place: int) -> None:
    rate_id = new_id()
    account_id = head.account.billing_account_id
    store.RATES.add(uow, documents.line_doc(head, line, rate_id=rate_id, place=place))
    if line.rated_event_ids:
        store.keep_causes(uow, account_id, rate_id, line.rated_event_ids)
        charging.mark_billed(
            uow, billing_account_id=account_id, rated_event_ids=line.rated_event_ids, bill_id=head.bill_id
        )
    deferred = bookkeeping.deferred_of(line, head.bill_date)
    if deferred and line.days is not None:
        _recognize_later(uow, account_id, rate_id, deferred, line.days)


def _recognize_later(uow: Uow, account_id: str, rate_id: str, deferred: Money, days: LocalDays) -> None:
    payload = {
        "account": account_id,
        "rate": rate_id,
        "micros": deferred.micros,
        "currency": deferred.currency,
    }
    uow.enqueue(RECOGNIZE, payload, key=rate_id, due_at=days.period.end)


def _book(uow: Uow, head: BillHead, drawn: DrawnBill) -> None:
    booking = bookkeeping.Booking(head.account.billing_account_id, head.bill_id, uow.now)
    entry = bookkeeping.issue_entry(booking, drawn, head.bill_date)
    if entry is not None:
        ledger.post(uow, entry=entry)


def recognize_revenue(uow: Uow, payload: Doc) -> None:
    """Book deferred revenue of a line as earned: its days are over. Idempotent: by the line."""
    amount = Money(int(payload["micros"]), payload["currency"])
    booking = bookkeeping.Booking(payload["account"], payload["rate"], uow.now)
    entry = bookkeeping.recognition_entry(booking, amount)
    if entry is not None:
        ledger.post(uow, entry=entry)


def news_of(bill: Stored) -> dict[str, Any]:
    """What all news of a bill says."""
    view = documents.view_of(bill.id, bill.doc, bill.version)
    return {
        "bill_id": bill.id,
        "number": view.number,
        "billing_account_id": view.billing_account_id,
        "customer_id": view.customer_id,
        "amount_micros": view.gross.micros,
        "currency": view.gross.currency,
    }
