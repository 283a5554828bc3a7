"""Bills in plain words: the list with its picture, one bill with the reasons of each line, its PDF."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.responses import Response

from tandem.bss.billing import public as billing
from tandem.bss.billing.terms import BillView, LineUnknown
from tandem.channels.kit import formats
from tandem.channels.kit.charts import Chart, Series
from tandem.channels.kit.i18n import Text, _
from tandem.channels.kit.visit import Visit
from tandem.channels.kit.why import cause_of
from tandem.channels.selfcare import mine, words
from tandem.channels.selfcare.home import due_now
from tandem.kernel.money import Money

_CHARTED = 12


def show_bills(visit: Visit) -> Response:
    """GET /my/bills."""
    found = mine.my_bills(visit)
    return visit.page(
        "selfcare/bills.html",
        bills=found,
        due=due_now(visit, found, mine.my_account(visit)),
        chart=_chart(found[:_CHARTED][::-1]),
        words=words,
    )


def _chart(bills: Sequence[BillView]) -> Chart | None:
    if len(bills) < 2:
        return None
    currency = bills[0].gross.currency
    return Chart(
        title=_("Your bills"),
        labels=[formats.day_text(bill.bill_date) for bill in bills],
        series=(Series(_("Total"), [float(bill.gross.amount) for bill in bills]),),
        show=lambda value: formats.money_text(Money.of(f"{value:.2f}", currency)),
    )


def show_bill(visit: Visit) -> Response:
    """GET /my/bills/{bill_id}."""
    bill = mine.my_bill(visit)
    return visit.page(
        "selfcare/bill.html",
        bill=bill,
        compared=_compared(bill, mine.my_bills(visit)),
        words=words,
    )


def _compared(bill: BillView, bills: Sequence[BillView]) -> Text | None:
    """How it differs from the bill before it."""
    earlier = [one for one in bills if one.bill_date < bill.bill_date and one.gross.currency == bill.gross.currency]
    if not earlier:
        return None
    difference = bill.gross - max(earlier, key=lambda one: one.bill_date).gross
    if not difference:
        return _("The same as the bill before.")
    if difference.micros > 0:
        return _("%(amount)s more than the bill before.", amount=formats.money_text(difference))
    return _("%(amount)s less than the bill before.", amount=formats.money_text(-difference))


def show_why(visit: Visit) -> Response:
    """GET /my/bills/{bill_id}/why/{rate_id}: why a line is what it is."""
    bill = mine.my_bill(visit)
    line = next((line for line in bill.lines if line.rate_id == visit.named("rate_id")), None)
    if line is None:
        raise LineUnknown("Your bill has no such line.", bill=bill.bill_id)
    cause = cause_of(billing.why_line(visit.uow, line.rate_id))
    return visit.page("selfcare/why.html", bill=bill, line=line, cause=cause)


def pdf(visit: Visit) -> Response:
    """GET /my/bills/{bill_id}/pdf."""
    bill = mine.my_bill(visit)
    body = billing.bill_pdf(visit.uow, bill.bill_id)
    name = f"{bill.number}.pdf"
    return Response(body, media_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'})
