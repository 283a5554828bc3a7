"""The story's customer at the end of October 2026, for tests that bill."""

from __future__ import annotations

from datetime import date
from typing import Final

from tandem.app.wiring import registry_of
from tandem.bss.billing.commands import issuing, sending
from tandem.bss.billing.queries import bills
from tandem.bss.billing.terms import BillView
from tandem.kernel.period import Instant, instant
from tandem.kernel.steps import Worker
from tandem.kernel.store import Database, Uow
from tests.bss.charging import story

BILL_DATE: Final = date(2026, 11, 1)
NOVEMBER_1ST: Final = instant("2026-11-01T00:00:00Z")
DECEMBER_1ST: Final = instant("2026-12-01T00:00:00Z")
ACCOUNT: Final = story.ACCOUNT

Figures = tuple[str, str, str, str]


def used(uow: Uow) -> None:
    """Her use in October: 12.5 GB, a national call of 3:10, a call to Germany of 7:20."""
    for record in (
        story.data(12_500_000_000),
        story.call(story.GALWAY, 190, at="2026-10-21T10:00:00Z"),
        story.call(story.BERLIN, 440, at="2026-10-22T10:00:00Z"),
    ):
        story.charged(uow, record)


def october(uow: Uow) -> str:
    """The seeded operator, her *Max 100* from the 12th, and her use. Returns the product's id."""
    story.open_shop(uow)
    product_id = story.subscribe(uow)
    used(uow)
    return product_id


def keep_october(database: Database, tenant: str) -> str:
    """The same, committed."""
    with database.uow(tenant=tenant, actor="tester", cause="test") as uow:
        return october(uow)


def billed(uow: Uow, bill_date: date = BILL_DATE) -> BillView:
    """The bill of a date, sent."""
    bill = issuing.issue_monthly_bill(uow, billing_account_id=ACCOUNT, bill_date=bill_date)
    assert bill is not None
    sending.make_document(uow, {"bill": bill.id})
    return bills.get_bill(uow, bill_id=bill.id)


def lines(bill: BillView) -> list[Figures]:
    """Name, net, VAT and gross of each line."""
    return [
        (line.name, f"{line.net.amount:.2f}", f"{line.vat.amount:.2f}", f"{line.gross.amount:.2f}")
        for line in bill.lines
    ]


def totals(bill: BillView) -> tuple[str, str, str]:
    """Net, VAT and gross of a bill."""
    return f"{bill.net.amount:.2f}", f"{bill.vat.amount:.2f}", f"{bill.gross.amount:.2f}"


def worker(database: Database) -> Worker:
    """A worker of everything; `drain` does what is due."""
    return Worker(database, registry_of("both"))


def at(uow: Uow, moment: Instant) -> Uow:
    """The unit of work as if it had begun at another instant."""
    uow.now = moment
    return uow
