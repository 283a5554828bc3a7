"""How an account is billed, read from its document and the cycle that it names.

Standard: TMF666. A bill month begins `billingDateShift` days after the first of the month, so the bill day is that
shift plus one. Currency and zone are no attributes of the standard: an account may say `currency` and `timeZone` as
extensions (TMF630 lets an entity be extended); else its credit limit tells the currency, else the operator's home does.
"""

from __future__ import annotations

from typing import Any, Final

from tandem.bss.party.terms import BillingTerms, BillingTermsInvalid
from tandem.kernel.errors import Invalid
from tandem.kernel.json import Doc, at
from tandem.kernel.period import zone

HOME_CURRENCY: Final = "EUR"
HOME_ZONE: Final = "Europe/Dublin"
PAYMENT_DUE_DAYS: Final = 14
_LATEST_BILL_DAY: Final = 31
_CUSTOMER_ROLES: Final = ("customer", "owner", "payer", "account owner")


def owner_of(account: Doc) -> str | None:
    """The customer who owns an account: the party named in such a role, else the first that is named at all."""
    related = [party for party in account.get("relatedParty") or () if at(party, "partyOrPartyRole.id")]
    ranked = sorted(related, key=_rank)
    return str(ranked[0]["partyOrPartyRole"]["id"]) if ranked else None


def _rank(party: Doc) -> int:
    role = str(party.get("role") or "").lower()
    return _CUSTOMER_ROLES.index(role) if role in _CUSTOMER_ROLES else len(_CUSTOMER_ROLES)


def billing_terms(account: Doc, cycle: Doc | None) -> BillingTerms:
    """The terms of an account; `cycle` is the billing cycle specification that it refers to.

    Raises: BillingTermsInvalid.
    """
    spec = cycle or at(account, "billStructure.cycleSpecification") or {}
    return BillingTerms(
        billing_account_id=str(account["id"]),
        customer_id=owner_of(account) or "",
        name=str(account.get("name") or ""),
        state=str(account.get("state") or "Active"),
        bill_day=_bill_day(spec),
        zone_name=_zone(account),
        currency=_currency(account),
        payment_due_days=_whole(spec.get("paymentDueDateOffset"), PAYMENT_DUE_DAYS, "paymentDueDateOffset"),
    )


def _bill_day(spec: Doc) -> int:
    day = 1 + _whole(spec.get("billingDateShift"), 0, "billingDateShift")
    if not 1 <= day <= _LATEST_BILL_DAY:
        raise BillingTermsInvalid(
            f"a bill month begins on a day of the month, not on day {day}",
            path="billStructure.cycleSpecification.billingDateShift",
        )
    return day


def _whole(value: Any, default: int, attribute: str) -> int:
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise BillingTermsInvalid(
            f"{attribute} is a number of days", path=f"billStructure.cycleSpecification.{attribute}"
        )
    return value


def _zone(account: Doc) -> str:
    name = str(account.get("timeZone") or HOME_ZONE)
    try:
        zone(name)
    except Invalid as fault:
        raise BillingTermsInvalid(fault.reason, path="timeZone") from fault
    return name


def _currency(account: Doc) -> str:
    code = account.get("currency") or at(account, "creditLimit.unit") or HOME_CURRENCY
    if not (isinstance(code, str) and len(code) == 3 and code.isascii() and code.isupper()):
        raise BillingTermsInvalid("a currency is three capital letters (ISO 4217)", path="currency", got=str(code))
    return code
