"""Amounts of balances between the standard's quantities and whole numbers, and what may be done to a bucket."""

from __future__ import annotations

from decimal import Decimal
from typing import Final, Literal, NamedTuple

from tandem.bss.catalog.public import quantity_of
from tandem.bss.charging.terms.balances import BalanceActionInvalid
from tandem.kernel.errors import Invalid
from tandem.kernel.json import Doc
from tandem.kernel.money import Money

Measure = Literal["second", "octet", "count"]
MONETARY: Final = "monetary"
MEASURES: Final[dict[str, Measure]] = {"voice": "second", "data": "octet", "sms": "count", "other": "count"}
"""TMF654's kinds of usage, and what each is measured in."""

KINDS: Final = {"second": "voice", "octet": "data", "count": "other"}
_WALLET: Final = "wallet-"


class Measured(NamedTuple):
    """An amount in whole numbers. Units: micros of `currency`, or units of `measure`; one of the two is told."""

    amount: int
    measure: str | None
    currency: str | None

    @property
    def money(self) -> Money | None:
        """The same as money, where it is some."""
        return None if self.currency is None else Money(self.amount, self.currency)


def wallet_of(owner_id: str) -> str:
    """The id of the money bucket that every account (and product) has from the beginning."""
    return f"{_WALLET}{owner_id}"


def owner_of_wallet(bucket_id: str) -> str | None:
    """Whose wallet an id means, if it means one."""
    return bucket_id.removeprefix(_WALLET) if bucket_id.startswith(_WALLET) else None


def measured(quantity: Doc | None, usage_type: str, *, path: str = "amount") -> Measured:
    """A quantity of the standard in whole numbers. Raises: BalanceActionInvalid, with the path."""
    amount, units = (quantity or {}).get("amount"), (quantity or {}).get("units")
    if isinstance(amount, bool) or not isinstance(amount, int | Decimal) or not units:
        raise BalanceActionInvalid("an amount is a number with its units", path=path, got=str(quantity))
    if usage_type == MONETARY:
        return Measured(_micros(Decimal(amount), str(units), path), None, str(units))
    measure = MEASURES[usage_type]
    return Measured(_whole(Decimal(amount), str(units), measure, path), measure, None)


def _micros(amount: Decimal, currency: str, path: str) -> int:
    try:
        return Money.of(amount, currency).micros
    except Invalid as fault:
        raise BalanceActionInvalid(fault.reason, path=path) from fault


def _whole(amount: Decimal, units: str, measure: Measure, path: str) -> int:
    try:
        whole = quantity_of(f"{abs(amount):f} {units}", measure=measure)
    except Invalid as fault:
        raise BalanceActionInvalid(fault.reason, path=path, got=f"{amount} {units}") from fault
    return whole if amount >= 0 else -whole


def positive(told: Measured, *, path: str = "amount") -> Measured:
    """The amount, if it is more than nothing. Raises: BalanceActionInvalid."""
    if told.amount <= 0:
        raise BalanceActionInvalid("an amount is more than nothing", path=path)
    return told


def quantity_doc(told: Measured) -> Doc:
    """A whole number as the standard tells it: money in its currency, everything else in the smallest unit."""
    if told.currency is not None:
        return {"amount": Money(told.amount, told.currency).amount, "units": told.currency}
    return {"amount": told.amount, "units": told.measure if told.measure != "count" else "unit"}
