"""The printed bill: one A4 page (more where there are many lines), the same octets for the same bill.

Set by typst with the fonts that it carries, so that it looks alike everywhere and needs nothing from the machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import typst

from tandem.bss.billing.rules.wording import day_in_words, span_in_words
from tandem.bss.billing.terms import BillLine, BillUnsound, BillView
from tandem.kernel import json
from tandem.kernel.json import Doc
from tandem.kernel.money import Money, total
from tandem.kernel.period import local_date

_TEMPLATE: Final = Path(__file__).with_name("bill.typ").read_bytes()
_SYMBOLS: Final = {"EUR": "€", "GBP": "£", "USD": "$"}
_HEADINGS: Final = {
    "oneTimeCharge": "Charged once",
    "recurringCharge": "Monthly charges",
    "usageCharge": "What you used",
}


@dataclass(frozen=True, slots=True)
class Letterhead:
    """From whom and to whom."""

    operator: str
    customer: str
    address: tuple[str, ...]


def render(bill: BillView, letterhead: Letterhead) -> bytes:
    """The bill as PDF. Raises: BillUnsound when it cannot be set."""
    try:
        pdf = typst.compile(
            _TEMPLATE,
            format="pdf",
            ignore_system_fonts=True,
            sys_inputs={"bill": json.dumps(printed(bill, letterhead)).decode()},
            timestamp=int(bill.period.end.timestamp()),
        )
    except typst.TypstError as fault:
        raise BillUnsound(f"bill {bill.number} cannot be set: {fault.message}") from fault
    if not isinstance(pdf, bytes):
        raise BillUnsound(f"bill {bill.number} was set to nothing")
    return pdf


def printed(bill: BillView, letterhead: Letterhead) -> Doc:
    """Every text of the page; the template only places them."""
    return {
        "operator": letterhead.operator,
        "customer": letterhead.customer,
        "address": list(letterhead.address),
        "number": bill.number,
        "account": bill.billing_account_id,
        "date": day_in_words(bill.bill_date),
        "period": _period(bill),
        "due": day_in_words(bill.due_on),
        "currency": bill.gross.currency,
        "groups": [_group(bill, kind) for kind in _HEADINGS if any(line.kind == kind for line in bill.lines)],
        "net": plain(bill.net),
        "vat": plain(bill.vat),
        "gross": plain(bill.gross),
        "due_amount": with_symbol(bill.gross),
        "taxes": _taxes(bill),
    }


def _period(bill: BillView) -> str:
    first = local_date(bill.period.start, bill.zone_name)
    end = local_date(bill.period.end, bill.zone_name)
    last = date.fromordinal(end.toordinal() - 1)
    return span_in_words(first, max(first, last))


def _group(bill: BillView, kind: str) -> dict[str, Any]:
    lines = [_line(line) for line in bill.lines if line.kind == kind]
    return {"heading": _HEADINGS[kind], "lines": lines}


def _line(line: BillLine) -> dict[str, str]:
    return {
        "name": line.name,
        "description": line.description,
        "net": plain(line.net),
        "vat": plain(line.vat),
        "gross": plain(line.gross),
    }


def _taxes(bill: BillView) -> list[dict[str, str]]:
    currency = bill.gross.currency
    found = []
    for category, rate_bp in sorted({(line.tax_category, line.tax_rate_bp) for line in bill.lines}):
        lines = [line for line in bill.lines if (line.tax_category, line.tax_rate_bp) == (category, rate_bp)]
        found.append(
            {
                "name": f"{category} {(Decimal(rate_bp) / 100).normalize():f} %",
                "net": plain(total([line.net for line in lines], currency)),
                "vat": plain(total([line.vat for line in lines], currency)),
            }
        )
    return found


def plain(amount: Money) -> str:
    """`1,051.35`: two decimals, without the currency."""
    return f"{amount.amount:,.2f}"


def with_symbol(amount: Money) -> str:
    """`€51.35`, or `CHF 51.35` where we know no symbol."""
    return f"{_SYMBOLS.get(amount.currency, amount.currency + chr(160))}{plain(amount)}"
