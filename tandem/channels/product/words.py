"""The catalogue's and the rating core's words as a product manager reads them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tandem.channels.kit import formats
from tandem.channels.kit.i18n import Text, _
from tandem.channels.kit.parts import Chip, Chips
from tandem.kernel.money import MICROS, Money

STATES: Final = Chips(
    {
        "In Study": Chip(_("In study"), "neutral", "dot"),
        "In Design": Chip(_("In design"), "info", "edit"),
        "In Test": Chip(_("In test"), "info", "gauge"),
        "Active": Chip(_("Ready to launch"), "warning", "clock"),
        "Launched": Chip(_("On sale"), "good", "check"),
        "Retired": Chip(_("No longer sold"), "muted", "close"),
        "Obsolete": Chip(_("Obsolete"), "muted", "close"),
        "Rejected": Chip(_("Rejected"), "bad", "close"),
    }
)
OUTCOMES: Final = Chips(
    {
        "rated": Chip(_("Priced"), "good", "check"),
        "no_price": Chip(_("No price"), "bad", "tag"),
        "no_quantity": Chip(_("No quantity"), "warning", "alert"),
        "no_tariff": Chip(_("No tariff then"), "bad", "alert"),
        "no_value": Chip(_("No value"), "warning", "alert"),
        "too_large": Chip(_("Too large"), "warning", "alert"),
    }
)
SOURCES: Final = Chips(
    {
        "allowance": Chip(_("Allowance"), "good", "box"),
        "bought": Chip(_("Bought units"), "good", "plus"),
        "price": Chip(_("Price"), "neutral", "tag"),
    }
)
KINDS: Final[Mapping[str, Text]] = {
    "allowance": _("Allowance"),
    "carried": _("Carried over"),
    "units": _("Bought units"),
    "money": _("Paid-in money"),
    "counter": _("Counter"),
    "cap": _("Cap"),
    "limit": _("Limit"),
    "invoice": _("Invoice"),
    "member": _("Member's share"),
}
CHANGES: Final[Mapping[str, Text]] = {
    "used": _("used"),
    "moved": _("moved"),
    "reserved": _("reserved"),
    "told": _("told"),
}
PATH: Final[Mapping[str, Text]] = {
    "source": _("Paid by"),
    "priority": _("In order"),
    "tariff": _("Tariff"),
    "tariffVersion": _("Tariff's version"),
    "approvedAt": _("Approved"),
    "term": _("Term"),
    "termVersion": _("Term's version"),
    "increments": _("Increments"),
    "incrementsCounted": _("Increments counted"),
    "continues": _("Goes on from before"),
    "destination": _("Destination"),
    "prefix": _("Beginning of the number"),
    "network": _("Network"),
    "networkCode": _("Network's code"),
    "ratingGroup": _("Rating group"),
    "dayPart": _("Part of the day"),
    "rounding": _("Rounding"),
    "steps": _("Steps"),
    "freeUnits": _("Free units"),
    "connectFee": _("Connection fee"),
}


def euros(micros: int, currency: str) -> str:
    """An amount as text, with as many decimals as it has."""
    return formats.money_text(Money(micros, currency))


def signed(micros: int, currency: str) -> str:
    """A change as text: more has a plus."""
    return ("+" if micros > 0 else "") + euros(micros, currency)


def whole(micros: int) -> float:
    """An amount as the height of a bar: for drawing only."""
    return micros / MICROS
