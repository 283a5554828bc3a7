"""What Corrib's mobile plans cost, VAT included. What a plan does not price (other countries) it does not carry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from tandem.bss.catalog.seed.documents import allowance, costs, monthly, per, price, usage
from tandem.bss.catalog.seed.tables import ANYWHERE, CALLED_AND_SERVED, DOMESTIC, GERMANY, NATIONAL, QUOTA, quota
from tandem.kernel.json import Doc

MAX_100: Final = "offer-max-100"
FLEX_20: Final = "offer-flex-20"
CONTROL_25: Final = "offer-control-25"
FAMILY_300: Final = "offer-family-300"
PREPAID: Final = "offer-prepaid"
UNLIMITED_EU: Final = "offer-unlimited-eu"

TOP_UP_PAGE: Final = "https://topup.corrib.example/"
_MEGABYTE: Final = "1000000/1000000"
_KILOBYTE: Final = "1000/1000"
_AT_HOME: Final[dict[str, Any]] = {"in": list(DOMESTIC)}
_ABROAD: Final[dict[str, Any]] = {"in": ["world"]}


@dataclass(frozen=True)
class Plan:
    """An offering with its own prices, the shared ones that it names, and its own words of the tariff."""

    offering_id: str
    name: str
    description: str
    own: tuple[Doc, ...]
    shared: tuple[str, ...]
    words: dict[str, Any] = field(default_factory=dict)
    include: tuple[str, ...] = (*CALLED_AND_SERVED, QUOTA)


def shared_prices() -> Iterator[Doc]:
    """Prices that several plans have."""
    by_minute: dict[str, Any] = {"service": "voice", "increments": "60/60", **_AT_HOME}
    yield usage("price-voice-national", "National calls", "0.15", "minute", to=[NATIONAL], **by_minute)
    yield usage("price-voice-germany", "Calls to Germany", "0.25", "minute", to=[GERMANY], **by_minute)
    yield usage("price-data", "Data past the allowance", "5.00", "GB", **_data(_MEGABYTE), **_AT_HOME)
    yield usage(
        "price-message-national", "National messages", "0.10", "message", service="message", to=[NATIONAL], **_AT_HOME
    )
    yield usage("price-data-2", "Data past the allowance", "2.00", "GB", **_data(_MEGABYTE), **_AT_HOME)
    yield from _roaming()


def _roaming() -> Iterator[Doc]:
    """Outside the EEA, VAT included: 5.00 a MB, 1.00 a minute and 0.30 a message without it."""
    abroad: dict[str, Any] = {"to": [ANYWHERE], **_ABROAD}
    yield usage("price-roaming-data", "Data outside the EEA", "6.15", "MB", **_data(_KILOBYTE), **_ABROAD)
    yield usage(
        "price-roaming-voice", "Calls outside the EEA", "1.23", "minute", service="voice", increments="30/1", **abroad
    )
    yield usage("price-roaming-message", "Messages outside the EEA", "0.369", "message", service="message", **abroad)
    # Regulation (EU) 2022/612, article 14: 50.00 without VAT each month, told at 80 %, stopped until the customer asks
    stopped = {"thresholds": [80, 100], "whenReached": "stop", "consent": True}
    yield price(
        "limit",
        "limit-roaming-data",
        "Data roaming limit",
        costs("61.50"),
        rating={"service": "data", "in": ["eea", "world"], **stopped},
    )


_CALLS: Final = ("price-voice-national", "price-voice-germany")
_ROAMING: Final = ("price-roaming-data", "price-roaming-voice", "price-roaming-message", "limit-roaming-data")
_COMMON: Final = (*_CALLS, "price-message-national", *_ROAMING)


def plans() -> Iterator[Plan]:
    """The plans that are for sale."""
    yield _classic(MAX_100, "Max 100", "30.00", 100, 1000)
    yield _classic(FLEX_20, "Flex 20", "20.00", 20, 200)
    yield _control_25()
    yield _family_300()
    yield _prepaid()
    yield _unlimited_eu()


def _classic(offering_id: str, name: str, amount: str, gigabytes: int, minutes: int) -> Plan:
    slug = _slug(offering_id)
    calls: dict[str, Any] = {"service": "voice", "to": [NATIONAL], "increments": "60/60", **_AT_HOME}
    own = (
        monthly(f"price-{slug}-monthly", f"{name}, monthly charge", amount),
        _data_allowance(offering_id, gigabytes),
        allowance(f"price-{slug}-national", f"{minutes} national minutes", per(minutes, "minute"), **calls),
    )
    told = f"{gigabytes} GB of data and {minutes:,} national minutes a month."
    return Plan(offering_id, name, told, own, ("price-data", *_COMMON))


def _control_25() -> Plan:
    """Hybrid: the month is on the invoice, what goes past it is paid from money that was paid in."""
    own = (
        monthly("price-control-25-monthly", "Control 25, monthly charge", "25.00"),
        _data_allowance(CONTROL_25, 25),
    )
    told = "25 GB of data a month on the invoice; everything else from the money that you paid in, 2.00 a GB."
    payment = {"order": ["money"], "whenSpent": {"action": "redirect", "redirectTo": TOP_UP_PAGE}}
    return Plan(CONTROL_25, "Control 25", told, own, ("price-data-2", *_COMMON), {"payment": payment})


def _family_300() -> Plan:
    own = (
        monthly("price-family-300-monthly", "Family 300, monthly charge for a line", "20.00"),
        _data_allowance(FAMILY_300, 300, shared=True, thresholds=[50, 80, 100]),
    )
    told = "300 GB of data a month that up to four lines of one account share. The price is for a line."
    shared = ("price-data-2", *_COMMON)
    return Plan(FAMILY_300, "Family 300", told, own, shared, {"quota": quota(data="1 GB")}, CALLED_AND_SERVED)


def _prepaid() -> Plan:
    """Money first and only; by day, evening and holiday. On a holiday no weekday holds: it is off-peak."""
    calls: dict[str, Any] = {"service": "voice", "to": [NATIONAL], "increments": "60/1", **_AT_HOME}
    own = (
        usage("price-prepaid-voice-peak", "National calls by day", "0.20", "minute", during=["peak"], **calls),
        usage("price-prepaid-voice", "National calls in the evening and on days off", "0.10", "minute", **calls),
        usage("price-prepaid-data", "Data", "0.02", "MB", **_data(_MEGABYTE), **_AT_HOME),
    )
    words = {
        "dayParts": [{"name": "peak", "days": ["mon", "tue", "wed", "thu", "fri"], "from": "08:00", "to": "20:00"}],
        "holidayCountry": "IE",
        "payment": {"order": ["money"], "whenSpent": {"action": "redirect", "redirectTo": TOP_UP_PAGE}},
    }
    told = "No monthly charge: calls, messages and data from the money that you paid in."
    shared = ("price-voice-germany", "price-message-national", *_ROAMING)
    return Plan(PREPAID, "Prepaid", told, own, shared, words)


def _unlimited_eu() -> Plan:
    """30.00 is 24.39 without VAT; past the fair use it costs the wholesale cap of 2026, 1.10 a GB without VAT."""
    fair_use = {"rule": "eu-roaming", "monthly": "24.39"}
    own = (
        monthly("price-unlimited-eu-monthly", "Unlimited EU, monthly charge", "30.00"),
        allowance("price-unlimited-eu-data", "Data at home", {}, service="data", unlimited=True, **{"in": ["home"]}),
        allowance(
            "price-unlimited-eu-roaming",
            "Data in the EEA",
            {},
            service="data",
            fairUse=fair_use,
            thresholds=[80, 100],
            **{"in": ["eea"]},
        ),
        usage("price-unlimited-eu-surcharge", "Data past fair use", "1.353", "GB", **_data("1/1"), **{"in": ["eea"]}),
    )
    told = "Data without limit at home, and within fair use in the EEA."
    return Plan(UNLIMITED_EU, "Unlimited EU", told, own, _COMMON)


def _data_allowance(offering_id: str, gigabytes: int, **more: Any) -> Doc:
    price_id, name = f"price-{_slug(offering_id)}-data", f"{gigabytes} GB of data"
    return allowance(price_id, name, per(gigabytes, "GB"), **_data("1/1"), **_AT_HOME, **more)


def _data(increments: str) -> dict[str, Any]:
    return {"service": "data", "increments": increments}


def _slug(offering_id: str) -> str:
    return offering_id.removeprefix("offer-")
