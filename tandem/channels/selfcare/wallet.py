"""The wallet: what was paid in and is left, everything the account holds, topping up by card and by voucher."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from starlette.responses import Response

from tandem.bss.charging import public as charging
from tandem.bss.charging.terms.balances import BalanceView
from tandem.bss.party.terms import BillingTerms
from tandem.bss.receivables import public as receivables
from tandem.channels.kit import formats
from tandem.channels.kit.forms import Filled, Form, MoneyField, TextField
from tandem.channels.kit.i18n import Text, _
from tandem.channels.kit.parts import Usage
from tandem.channels.kit.visit import Visit
from tandem.channels.selfcare import mine
from tandem.channels.selfcare.paying import CARD
from tandem.kernel.errors import Forbidden, Refused
from tandem.kernel.money import Money
from tandem.kernel.period import Instant

_SCOPE: Final = "selfcare.voucher"
_LAST_YEAR: Final = 9000
VOUCHER: Final = TextField(
    "code", _("Code of the voucher"), longest=40, hint=_("The sixteen digits; blanks do no harm."), path="voucher"
)
BY_VOUCHER: Final = Form(VOUCHER)


@dataclass(frozen=True, slots=True)
class Wallet:
    """An account's money that was paid in, its part that ends, and what it holds beside the plans' allowances."""

    left: Money
    ending: tuple[tuple[Money, Instant], ...]
    bars: tuple[Usage, ...]


def wallet_of(visit: Visit) -> Wallet | None:
    """Her wallet; none where she has no account."""
    account = mine.my_account(visit)
    if account is None:
        return None
    views = charging.balances_of_account(visit.uow, billing_account_id=account.billing_account_id)
    money = [view for view in views if view.currency == account.currency and view.left is not None]
    return Wallet(
        left=Money(sum(view.left or 0 for view in money), account.currency),
        ending=tuple(_ending(money, account)),
        bars=tuple(_bar(view) for view in views if not view.currency and (view.is_shared or view.kind != "allowance")),
    )


def _ending(money: list[BalanceView], account: BillingTerms) -> Iterator[tuple[Money, Instant]]:
    for view in money:
        if view.left and view.ends_at is not None and view.ends_at.year < _LAST_YEAR:
            yield Money(view.left, account.currency), view.ends_at


def _bar(view: BalanceView) -> Usage:
    """What is used of something that is not one plan's own allowance, with its end."""
    used = formats.amount_of_use(view.used, view.measure) if view.used else formats.number(0)
    if view.granted is None or view.left is None:
        return Usage(view.name, 0, 1, used, _("no limit"))
    left = formats.amount_of_use(view.left, view.measure) if view.left else formats.number(0)
    granted = formats.amount_of_use(view.granted, view.measure)
    return Usage(view.name, view.used, view.granted, used, granted, ending(left, view.ends_at))


def ending(left: str, ends_at: Instant | None) -> Text:
    """What is left, and until when."""
    if ends_at is None or ends_at.year >= _LAST_YEAR:
        return _("%(left)s left", left=left)
    return _("%(left)s left until %(end)s", left=left, end=formats.instant_text(ends_at))


# -- by card ----------------------------------------------------------------------------------------------------------


def _account(visit: Visit) -> BillingTerms:
    account = mine.my_account(visit)
    if account is None:
        raise Forbidden("You have no billing account yet.", code="selfcare.no_account", next_action="choose a plan")
    return account


def _card_form(account: BillingTerms) -> tuple[Form, MoneyField]:
    amount = MoneyField(
        "amount",
        _("Amount"),
        currency=account.currency,
        at_least=Money.of(5, account.currency),
        at_most=Money.of(500, account.currency),
        path="totalAmount.value",
    )
    return Form(amount, CARD), amount


def show_top_up(visit: Visit) -> Response:
    """GET /my/top-up."""
    account = _account(visit)
    return _page(visit, _card_form(account)[0].blank(amount=Money.of(20, account.currency)), BY_VOUCHER.blank())


def _page(visit: Visit, card: Filled, voucher: Filled, status: int = 200) -> Response:
    return visit.page("selfcare/top_up.html", status=status, card=card, voucher=voucher, wallet=wallet_of(visit))


def top_up(visit: Visit) -> Response:
    """POST /my/top-up: once for a drawn form, however often it is sent."""
    account = _account(visit)
    form, amount = _card_form(account)
    filled = form.read(visit)
    if filled.wrong:
        return _page(visit, filled, BY_VOUCHER.blank(), status=422)
    try:
        payment = receivables.top_up(
            visit.uow,
            billing_account_id=account.billing_account_id,
            amount=filled[amount],
            card_token=filled[CARD],
            key=visit.idempotency_key,
        )
    except Refused as refusal:
        return _page(visit, filled.refused(refusal), BY_VOUCHER.blank(), status=422)
    return visit.see(f"/my/payments/{payment.payment_id}?top_up=1")


# -- by voucher -------------------------------------------------------------------------------------------------------


def redeem(visit: Visit) -> Response:
    """POST /my/voucher: once for a drawn form, however often it is sent."""
    account = _account(visit)
    filled = BY_VOUCHER.read(visit)
    card = _card_form(account)[0].blank(amount=Money.of(20, account.currency))
    if filled.wrong:
        return _page(visit, card, filled, status=422)
    told = {"account": account.billing_account_id}
    earlier = visit.uow.answered_before(_SCOPE, visit.idempotency_key, told)
    if earlier is None:
        try:
            _bucket, worth = charging.redeem_voucher(
                visit.uow, billing_account_id=account.billing_account_id, code=filled[VOUCHER]
            )
        except Refused as refusal:
            return _page(visit, card, filled.refused(refusal), status=422)
        earlier = {"micros": worth.micros, "currency": worth.currency}
        visit.uow.keep_answer(_SCOPE, visit.idempotency_key, earlier)
    worth = Money(int(earlier["micros"]), str(earlier["currency"]))
    return visit.see("/my/usage", _("%(amount)s are in your wallet.", amount=formats.money_text(worth)))
