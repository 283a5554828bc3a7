"""Balances of an account: what it holds as bars, put right with a reason, and what was done to it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from starlette.responses import Response

from tandem.bss.charging import public as charging
from tandem.bss.charging.terms.balances import BalanceView, BucketUnknown
from tandem.bss.party import public as party
from tandem.bss.party.terms import CustomerFound, SearchTooShort
from tandem.bss.subscriptions import public as subscriptions
from tandem.channels.finance import words
from tandem.channels.finance.fields import AmountField
from tandem.channels.finance.record import BALANCES, RATED
from tandem.channels.finance.rights import may_act
from tandem.channels.kit import formats
from tandem.channels.kit.forms import ChoiceField, Filled, Form, TextField
from tandem.channels.kit.i18n import Text, _
from tandem.channels.kit.lists import Column, ListPage, Query, Rows, Search
from tandem.channels.kit.parts import Action, Entry, Fact, Link, Usage
from tandem.channels.kit.visit import Crumb, Visit
from tandem.kernel.access.users import display_names
from tandem.kernel.audit.trail import Deed, deeds_of
from tandem.kernel.errors import Refused
from tandem.kernel.money import MICROS, Money

_MOST: Final = 200
_SIZES: Final = {
    "money": {"": MICROS},
    "second": {"minute": 60, "second": 1},
    "octet": {"gigabyte": 10**9, "megabyte": 10**6, "kilobyte": 10**3},
    "count": {"piece": 1},
}
"""In what a balance is put right, and how much each is of what it counts."""
_UNIT_WORDS: Final[dict[str, Text]] = {
    "minute": _("minutes"),
    "second": _("seconds"),
    "gigabyte": _("gigabytes"),
    "megabyte": _("megabytes"),
    "kilobyte": _("kilobytes"),
    "piece": _("pieces"),
}
_DEEDS: Final[dict[str, Callable[[str], Text]]] = {
    "charging.balance.top_up": lambda amount: _("Topped up by %(amount)s", amount=amount),
    "charging.balance.adjust": lambda amount: _("Adjusted by %(amount)s", amount=amount),
    "charging.balance.transfer": lambda amount: _("%(amount)s given away", amount=amount),
    "charging.balance.cancel": lambda amount: _("A top-up of %(amount)s was taken back", amount=amount),
}
_BY: Final[dict[str, Text]] = {"payment": _("by card"), "voucher": _("by voucher"), "given": _("given")}


@dataclass(frozen=True, slots=True)
class AccountRow:
    """A billing account that was found, with its owner."""

    id: str
    customer: CustomerFound
    money: Money | None
    allowances: int


@dataclass(frozen=True, slots=True)
class Card:
    """A balance as it is drawn."""

    view: BalanceView
    kind: Text
    bar: Usage
    ends: Text
    held: str
    whose: Text
    adjust: Action | None


def rows(visit: Visit, query: Query) -> Rows:
    """The accounts of the customers that a text leads to."""
    text = query.one("q")
    if text is None:
        return Rows((), 0)
    ids = subscriptions.customer_ids_by_number(visit.uow, text=text, limit=_MOST)
    found = party.customers_by_id(visit.uow, customer_ids=ids)
    with contextlib.suppress(SearchTooShort):
        found += [one for one in party.find_customers(visit.uow, text=text, limit=_MOST) if one.customer_id not in ids]
    accounts = [(account, customer) for customer in found for account in customer.billing_account_ids]
    shown = accounts[query.offset : query.offset + query.limit]
    return Rows([_row(visit, account, customer) for account, customer in shown], len(accounts))


def _row(visit: Visit, account_id: str, customer: CustomerFound) -> AccountRow:
    views = charging.balances_of_account(visit.uow, billing_account_id=account_id)
    left = [Money(view.left, view.currency) for view in views if view.currency and view.left is not None]
    whole = sum(left[1:], left[0]) if left else None
    return AccountRow(account_id, customer, whole, sum(1 for view in views if not view.currency))


def balances_page() -> ListPage:
    """The search for an account."""
    return ListPage(
        path=BALANCES,
        title=_("Balances"),
        columns=(
            Column("id", _("Billing account"), link=BALANCES + "/{id}"),
            Column("customer.name", _("Customer")),
            Column("customer.phone", _("Phone"), formats.phone, narrow=False),
            Column("money", _("Money left"), formats.money, align="end"),
            Column("allowances", _("Allowances"), formats.number, align="end"),
        ),
        filters=(Search(label=_("Number, name, e-mail, customer or billing account")),),
        rows=rows,
        empty=_("Search for a number, a name or a billing account."),
    )


# -- one account ------------------------------------------------------------------------------------------------------


def show(visit: Visit) -> Response:
    """GET /desk/finance/balances/{account_id}."""
    account = party.billing_terms_of(visit.uow, billing_account_id=visit.named("account_id"))
    every = charging.balances_of_account(visit.uow, billing_account_id=account.billing_account_id, ended=True)
    current = charging.balances_of_account(visit.uow, billing_account_id=account.billing_account_id)
    numbers = _numbers(visit, current)
    return visit.page(
        "finance/balances.html",
        account=account,
        crumbs=[Crumb(_("Balances"), BALANCES)],
        actions=[Action(_("Rated events"), f"{RATED}?q={account.billing_account_id}", "get", "search")],
        facts=[
            Fact(_("Customer"), Link(account.name, f"/desk/agent/customers/{account.customer_id}")),
            Fact(_("Currency"), account.currency),
            Fact(_("Bill day"), formats.number(account.bill_day)),
        ],
        money=[_card(visit, view, numbers) for view in current if view.currency],
        units=[_card(visit, view, numbers) for view in current if not view.currency],
        timeline=_history(visit, every),
    )


def _numbers(visit: Visit, views: Sequence[BalanceView]) -> dict[str, str]:
    """The number of each product that holds something of its own."""
    ids = sorted({view.product_id for view in views if view.product_id})
    found = subscriptions.subscriptions_by_id(visit.uow, product_ids=ids)
    return {product_id: formats.phone(one.msisdn) for product_id, one in found.items()}


def _card(visit: Visit, view: BalanceView, numbers: Mapping[str, str]) -> Card:
    adjust, here = None, f"{BALANCES}/{view.billing_account_id}"
    if may_act(visit) and view.granted is not None:
        adjust = Action(_("Adjust"), f"{here}/adjust?bucket={view.bucket_id}", "get", "edit")
    return Card(
        view=view,
        kind=words.BALANCE_KINDS[view.kind],
        bar=words.bar_of(view),
        ends=words.validity(view),
        held=words.amount_of(view, view.reserved) if view.reserved else formats.NOTHING,
        whose=_whose(view, numbers),
        adjust=adjust,
    )


def _whose(view: BalanceView, numbers: Mapping[str, str]) -> Text:
    if view.product_id:
        return numbers.get(view.product_id, view.product_id)
    return _("shared by all products") if view.is_shared else _("the account")


def _history(visit: Visit, views: Sequence[BalanceView]) -> list[Entry]:
    by_id = {view.bucket_id: view for view in views}
    deeds = deeds_of(visit.uow, "Bucket", list(by_id))
    names = display_names(visit.uow, sorted({deed.actor for deed in deeds}))
    return [_entry(deed, by_id[deed.entity_id], names.get(deed.actor, deed.actor)) for deed in deeds]


def _entry(deed: Deed, view: BalanceView, who: str) -> Entry:
    amount = int(deed.facts.get("amount") or 0)
    word = _DEEDS.get(deed.verb)
    title = word(words.amount_of(view, amount)) if word else deed.verb
    why = str(deed.facts.get("reason") or "")
    by = _BY.get(str(deed.facts.get("by") or ""))
    less = amount < 0
    return Entry(
        deed.at, title, who, why or by or "", tone="warning" if less else "good", icon="down" if less else "up"
    )


# -- putting right ----------------------------------------------------------------------------------------------------

WAY: Final = ChoiceField(
    "way", _("What to do"), options=(("more", _("Give more")), ("less", _("Take away"))), as_radio=True
)
REASON: Final = TextField(
    "reason", _("Reason"), longest=500, rows=3, hint=_("It is kept in the history, with your name."), path="reason"
)
AMOUNT: Final = AmountField("amount", _("Amount"), path="amount")


def _form(view: BalanceView) -> tuple[Form, ChoiceField | None]:
    sizes = _SIZES["money" if view.currency else view.measure]
    if len(sizes) == 1:
        return Form(WAY, AMOUNT, REASON), None
    unit = ChoiceField("unit", _("In"), options=tuple((name, _UNIT_WORDS[name]) for name in sizes))
    return Form(WAY, AMOUNT, unit, REASON), unit


def _bucket(visit: Visit) -> BalanceView:
    asked = visit.asked("bucket")
    views = charging.balances_of_account(visit.uow, billing_account_id=visit.named("account_id"))
    found = next((view for view in views if view.bucket_id == asked), None)
    if found is None:
        raise BucketUnknown(f"there is no bucket {asked} now", bucket=asked)
    return found


def show_adjustment(visit: Visit) -> Response:
    """GET …/adjust?bucket=…"""
    view = _bucket(visit)
    form, unit = _form(view)
    known = {"way": "more"} | ({} if unit is None else {"unit": unit.options[0][0]})
    return _adjustment_page(visit, view, form.blank(**known))


def _adjustment_page(visit: Visit, view: BalanceView, form: Filled, status: int = 200) -> Response:
    here = f"{BALANCES}/{view.billing_account_id}"
    return visit.page(
        "finance/adjust.html",
        status=status,
        form=form,
        view=view,
        bar=words.bar_of(view),
        path=f"{here}/adjust?bucket={view.bucket_id}",
        here=here,
        crumbs=[Crumb(_("Balances"), BALANCES), Crumb(view.billing_account_id, here)],
    )


def adjust(visit: Visit) -> Response:
    """POST …/adjust: once for a drawn form."""
    view = _bucket(visit)
    form, unit = _form(view)
    filled = form.read(visit)
    if filled.wrong:
        return _adjustment_page(visit, view, filled, status=422)
    sizes = _SIZES["money" if view.currency else view.measure]
    size = next(iter(sizes.values())) if unit is None else sizes[filled[unit]]
    amount = int((filled[AMOUNT] * Decimal(size)).to_integral_value()) * (1 if filled[WAY] == "more" else -1)
    try:
        charging.adjust(
            visit.uow, bucket_id=view.bucket_id, amount=amount, reason=filled[REASON], key=visit.idempotency_key
        )
    except Refused as refusal:
        return _adjustment_page(visit, view, filled.refused(refusal), status=422)
    return visit.see(f"{BALANCES}/{view.billing_account_id}", _("The balance is put right."))
