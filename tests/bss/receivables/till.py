"""A bill to pay and a provider to pay with, for tests of receivables."""

from __future__ import annotations

from typing import Any

from tandem.bss.billing.terms import BillView
from tandem.bss.receivables.terms import PaymentView
from tandem.kernel.json import Doc
from tandem.kernel.money import Money
from tandem.kernel.store import Database, Uow
from tests.bss.billing import november


def euro(amount: str) -> Money:
    """So many EUR."""
    return Money.of(amount, "EUR")


def keep_bill(database: Database, tenant: str) -> BillView:
    """The story's bill of 51.35, sent and committed."""
    with database.uow(tenant=tenant, actor="tester", cause="test") as uow:
        november.october(november.at(uow, november.NOVEMBER_1ST))
        return november.billed(uow)


def payment(account: str, amount: str, **more: Any) -> Doc:
    """A payment as a client tells it."""
    return {
        "@type": "Payment",
        "account": {"id": account, "@referredType": "BillingAccount"},
        "paymentMethod": {"@type": "BankTransfer", "name": "Bank"},
        "totalAmount": {"unit": "EUR", "value": euro(amount).amount},
        **more,
    }


def news(uow: Uow) -> list[str]:
    """The names of what the rooms of money have told in this tenant, in order."""
    uow.flush()
    rows = uow.all(
        "select name from kernel_outbox where tenant = %s and (name like 'receivables.%%' or name like 'billing.%%') "
        "order by seq",
        (uow.tenant,),
    )
    return [row["name"] for row in rows]


def shown(view: PaymentView) -> tuple[str, str, str | None]:
    """Status, amount and reason of a payment."""
    return view.status, str(view.amount), view.reason
