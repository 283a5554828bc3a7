"""Vouchers: every series with how many are used, and new ones, whose codes are told once, as a file."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Final

from starlette.responses import Response

from tandem.bss.charging import public as charging
from tandem.bss.charging.terms.balances import VoucherSeries
from tandem.channels.finance.fields import AmountField
from tandem.channels.kit import formats
from tandem.channels.kit.forms import DayField, Filled, Form, TextField, WholeField
from tandem.channels.kit.i18n import _, speaking
from tandem.channels.kit.lists import Column, ListPage, Query, Rows
from tandem.channels.kit.parts import Action, Usage
from tandem.channels.kit.visit import Crumb, Visit
from tandem.kernel.errors import Conflict, Refused
from tandem.kernel.money import Money

PATH: Final = "/desk/finance/vouchers"
_MOST: Final = 100_000

SERIES: Final = TextField("series", _("Name of the series"), longest=60)
AMOUNT: Final = AmountField("amount", _("Worth of each"), path="amount")
CURRENCY: Final = TextField("currency", _("Currency"), longest=3, hint=_("Three letters, such as EUR."))
COUNT: Final = WholeField("count", _("How many"), at_least=1, at_most=_MOST)
LAST_DAY: Final = DayField("last_day", _("Last day on which they can be used"))
NEW_SERIES: Final = Form(SERIES, AMOUNT, CURRENCY, COUNT, LAST_DAY)


class CodesTold(Conflict):
    """The vouchers of this form were made, and their codes told."""

    code = "finance.codes_told"


def rows(visit: Visit, query: Query) -> Rows:
    """Every series."""
    every = charging.voucher_series(visit.uow)
    return Rows(every[query.offset : query.offset + query.limit], len(every))


def _bar(one: VoucherSeries) -> Usage:
    used, made = formats.number(one.used), formats.number(one.made)
    return Usage(_("Used vouchers of %(series)s", series=one.series), one.used, one.made, used, made, "", 2)


def vouchers_page() -> ListPage:
    """The list."""
    return ListPage(
        path=PATH,
        title=_("Vouchers"),
        topics=("Bucket",),
        key="series",
        columns=(
            Column("series", _("Series")),
            Column("made", _("Made"), formats.number, align="end"),
            Column("used", _("Used"), formats.number, align="end"),
            Column("share", _("Share used"), lambda bar: bar, value=_bar, export=lambda bar: f"{bar.share:.4f}"),
            Column("out", _("Still out"), formats.money, align="end"),
            Column("made_at", _("Made on"), formats.brief),
            Column("ends_at", _("Can be used until"), formats.brief),
        ),
        rows=rows,
        actions=lambda visit: (Action(_("Make a series"), f"{PATH}/new", "get", "plus", primary=True),),
        empty=_("No vouchers were made yet."),
    )


def show_form(visit: Visit) -> Response:
    """GET /desk/finance/vouchers/new."""
    known = charging.voucher_series(visit.uow)
    return _page(visit, NEW_SERIES.blank(currency=known[-1].out.currency if known else None))


def _page(visit: Visit, form: Filled, status: int = 200) -> Response:
    return visit.page("finance/voucher.html", status=status, form=form, path=PATH, crumbs=[Crumb(_("Vouchers"), PATH)])


def make(visit: Visit) -> Response:
    """POST /desk/finance/vouchers/new: the codes as a file, once for a drawn form."""
    filled = NEW_SERIES.read(visit)
    if filled.wrong:
        return _page(visit, filled, status=422)
    if visit.uow.answered_before("finance.vouchers", visit.idempotency_key, filled.typed) is not None:
        raise CodesTold(
            "these vouchers were made, and their codes were told once", next_action="look for the file, or make others"
        )
    try:
        codes = _made(visit, filled)
    except Refused as refusal:
        return _page(visit, filled.refused(refusal), status=422)
    visit.uow.keep_answer("finance.vouchers", visit.idempotency_key, {"count": len(codes)})
    return _file(filled, codes)


def _made(visit: Visit, filled: Filled) -> list[str]:
    ends_at = datetime.combine(filled[LAST_DAY] + timedelta(days=1), time(), speaking().zone)
    amount = Money.of(filled[AMOUNT], filled[CURRENCY].upper())
    return charging.make_vouchers(visit.uow, series=filled[SERIES], amount=amount, count=filled[COUNT], ends_at=ends_at)


def _file(filled: Filled, codes: list[str]) -> Response:
    worth, currency, day = _plain(filled[AMOUNT]), filled[CURRENCY].upper(), filled[LAST_DAY].isoformat()
    lines = ["code,worth,currency,last_day", *(f"{code},{worth},{currency},{day}" for code in codes)]
    name = "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in filled[SERIES])
    headers = {"Content-Disposition": f'attachment; filename="vouchers-{name}.csv"', "Cache-Control": "no-store"}
    return Response("\r\n".join(lines) + "\r\n", media_type="text/csv; charset=utf-8", headers=headers)


def _plain(amount: Decimal) -> str:
    return format(amount.normalize(), "f")
