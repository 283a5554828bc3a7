"""Paying a bill by card, and the receipt, which follows by itself while the card's bank is asked."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from tandem.bss.billing import public as billing
from tandem.bss.billing.terms import BillView
from tandem.bss.receivables import public as receivables
from tandem.bss.receivables.terms import PaymentUnknown, PaymentView
from tandem.channels.kit.forms import Filled, Form, MoneyField, TextField
from tandem.channels.kit.i18n import _
from tandem.channels.kit.parts import Chip, Chips
from tandem.channels.kit.visit import Visit
from tandem.channels.selfcare import mine
from tandem.kernel.errors import Refused
from tandem.kernel.money import Money

PAYMENTS: Final = Chips(
    {
        "pendingAuthorization": Chip(_("Asking your bank"), "info", "clock"),
        "done": Chip(_("Paid"), "good", "check"),
        "denied": Chip(_("Declined"), "bad", "alert"),
        "failed": Chip(_("Not taken"), "bad", "alert"),
    }
)
CARD: Final = TextField(
    "card_token",
    _("Card token"),
    longest=80,
    hint=_("Your card's number never comes to us, only a token for it. Test cards: tok_visa and tok_mastercard."),
    path="cardToken",
)


def _form(bill: BillView) -> tuple[Form, MoneyField]:
    """The form. Its limit is the whole bill: what is left of it is the command's to judge, which knows a form that
    was sent before, and answers it with the payment that it made.
    """
    amount = MoneyField(
        "amount",
        _("Amount"),
        currency=bill.remaining.currency,
        at_least=Money.of("0.01", bill.remaining.currency),
        at_most=bill.gross,
        path="totalAmount",
    )
    return Form(amount, CARD), amount


def show_form(visit: Visit) -> Response:
    """GET /my/bills/{bill_id}/pay."""
    bill = mine.my_bill(visit)
    if not bill.is_payable:
        return visit.see(f"/my/bills/{bill.bill_id}", _("This bill is paid."), tone="info")
    return _page(visit, bill, _form(bill)[0].blank(amount=bill.remaining))


def _page(visit: Visit, bill: BillView, form: Filled, status: int = 200) -> Response:
    return visit.page("selfcare/pay.html", status=status, bill=bill, form=form)


def pay(visit: Visit) -> Response:
    """POST /my/bills/{bill_id}/pay: once for a drawn form, however often it is sent."""
    bill = mine.my_bill(visit)
    form, amount = _form(bill)
    filled = form.read(visit)
    if filled.wrong:
        return _page(visit, bill, filled, status=422)
    try:
        payment = receivables.pay_bill(
            visit.uow,
            bill_id=bill.bill_id,
            amount=filled[amount],
            card_token=filled[CARD],
            key=visit.idempotency_key,
        )
    except Refused as refusal:
        return _page(visit, bill, filled.refused(refusal), status=422)
    return visit.see(f"/my/payments/{payment.payment_id}?bill={bill.bill_id}")


def show_payment(visit: Visit) -> Response:
    """GET /my/payments/{payment_id}: how it goes, then the receipt."""
    payment = _my_payment(visit)
    bills = [(billing.get_bill(visit.uow, bill_id=bill_id), amount) for bill_id, amount in payment.allocated]
    wanted = visit.asked("bill")
    return visit.page(
        "selfcare/payment.html",
        payment=payment,
        bills=bills,
        states=PAYMENTS,
        wanted=wanted,
        topped_up=visit.asked("top_up") == "1",
    )


def _my_payment(visit: Visit) -> PaymentView:
    payment = receivables.get_payment(visit.uow, payment_id=visit.named("payment_id"))
    if payment.customer_id != mine.customer_of(visit):
        raise PaymentUnknown("You have no such payment.", payment=visit.named("payment_id"))
    return payment
