"""Charging's states in the words of finance: why records wait, what was used, how balances and files stand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from typing import Final

from tandem.bss.charging.terms.balances import BalanceView
from tandem.channels.kit import formats
from tandem.channels.kit.i18n import Text, _
from tandem.channels.kit.parts import Chip, Chips, Usage
from tandem.kernel.money import Money
from tandem.kernel.period import Instant

CAUSES: Final = Chips(
    {
        "unknown_number": Chip(_("Nobody's number"), "bad", "phone"),
        "no_price": Chip(_("No price"), "bad", "tag"),
        "no_billing_account": Chip(_("No billing account"), "bad", "bill"),
        "product_suspended": Chip(_("Product is paused"), "warning", "pause"),
        "customer_differs": Chip(_("Another customer"), "warning", "people"),
        "account_terms_invalid": Chip(_("Account cannot be read"), "bad", "alert"),
        "plan_terms_invalid": Chip(_("Plan cannot be read"), "bad", "alert"),
        "no_quantity": Chip(_("No quantity"), "warning", "alert"),
        "no_value": Chip(_("No value"), "warning", "alert"),
        "waiting_for_parts": Chip(_("Waits for its parts"), "info", "clock"),
        "too_large": Chip(_("Too large"), "warning", "alert"),
    }
)
NEXT_STEPS: Final[Mapping[str, Text]] = {
    "unknown_number": _("Correct the number, or give it to a product, then release."),
    "no_price": _("Put a price for this use into the plan, then release; or correct the number that was called."),
    "no_billing_account": _("Give the product a billing account, then release."),
    "product_suspended": _("Nothing may be charged while the product is paused. Resume it, then release."),
    "customer_differs": _("The sender names another customer than the one whose number it is. Correct one of the two."),
    "account_terms_invalid": _("Put the billing account right, then release."),
    "plan_terms_invalid": _("Put the plan right in the catalogue, then release."),
    "no_quantity": _("Correct the quantity, or put the record aside."),
    "no_value": _(
        "The price is a share of a value that the record does not tell. Put the record aside, or load it anew."
    ),
    "waiting_for_parts": _("A record in parts: it goes on by itself when all have come. Or release it."),
    "too_large": _("The charge would be larger than any that can be. Correct the quantity."),
}
RECORD_STATES: Final = Chips(
    {
        "suspended": Chip(_("Waits"), "warning", "pause"),
        "rated": Chip(_("Rated"), "good", "check"),
        "billed": Chip(_("On a bill"), "good", "bill"),
        "rerated": Chip(_("Rated again"), "info", "retry"),
        "excluded": Chip(_("Put aside"), "muted", "close"),
    }
)
USES: Final = Chips(
    {
        "voice": Chip(_("Call"), "neutral", "phone"),
        "data": Chip(_("Data"), "neutral", "network"),
        "message": Chip(_("Message"), "neutral", "bell"),
    }
)
BALANCE_KINDS: Final[Mapping[str, Text]] = {
    "allowance": _("Allowance"),
    "carried": _("Carried over"),
    "units": _("Units paid in"),
    "money": _("Money"),
}
PAID_BY: Final = Chips(
    {
        "allowance": Chip(_("Allowance"), "good", "check"),
        "money": Chip(_("Paid-in money"), "info", "pay"),
        "invoice": Chip(_("Invoice"), "neutral", "bill"),
        "unpaid": Chip(_("Nobody"), "bad", "alert"),
        "nothing": Chip(_("Free"), "muted", "dot"),
    }
)
FORMS: Final[tuple[tuple[str, Text], ...]] = (
    ("usage-csv", _("Our own CSV")),
    ("chf-csv", _("CSV of a charging gateway")),
    ("ts32298", _("Charging data records (TS 32.298)")),
    ("tap3", _("Roaming records (TAP 3)")),
    ("nrtrde", _("Near real time roaming records (NRTRDE)")),
)
"""The forms of files that are built in, by the names that charging knows them by."""
UNIT_OF: Final[Mapping[str, str]] = {"voice": "second", "data": "octet", "message": "message"}


def use_word(usage_type: str) -> Text:
    """What kind of use it is; a kind that has no word is shown as it is called."""
    return USES(usage_type).word


def quantity(usage_type: str, value: int) -> str:
    """How much was used."""
    return formats.amount_of_use(value, UNIT_OF.get(usage_type, "count"))


def amount_of(view: BalanceView, value: int | None) -> str:
    """A balance's amount: money, or units of what it holds."""
    if value is None:
        return formats.NOTHING
    if view.currency:
        return formats.money_text(Money(value, view.currency))
    return formats.amount_of_use(value, view.measure) if value else formats.number(0)


def bar_of(view: BalanceView) -> Usage:
    """A balance as a bar: what is gone, what sessions hold, what is left."""
    used, held = amount_of(view, view.used), amount_of(view, view.reserved)
    if view.granted is None or view.left is None:
        return Usage(view.name, 0, 1, used, _("no limit"))
    left = amount_of(view, view.left)
    note = _("%(left)s left, %(held)s held by sessions", left=left, held=held) if view.reserved else None
    return Usage(
        view.name,
        view.used + view.reserved,
        view.granted,
        used,
        amount_of(view, view.granted),
        note or _("%(left)s left", left=left),
    )


def validity(view: BalanceView) -> Text:
    """Until when a balance holds."""
    if view.ends_at is None or view.ends_at.year > _LAST_YEAR:
        return _("no end")
    return formats.instant_text(view.ends_at)


def typed_instant(value: Instant) -> str:
    """An instant as it stands in a form: RFC 3339 in UTC."""
    return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


_LAST_YEAR: Final = 9000
