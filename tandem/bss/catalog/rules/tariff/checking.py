"""What speaks against a tariff before it is approved: everything that the rating core could not price, by its place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

import holidays

from tandem.bss.catalog.rules.tariff import checking_prices
from tandem.bss.catalog.rules.tariff.quantities import (
    BY_NAME,
    SIZES,
    Measure,
    measure_named,
    named_quantities,
    quantity_of,
)
from tandem.bss.catalog.terms import Finding
from tandem.bss.catalog.terms.tariff import Allowance, Limit, Price, Quantity, Tariff, TimePeriod
from tandem.kernel.errors import Invalid
from tandem.kernel.period import instant

MOST_SERVICES: Final = 62
CAPS_FROM: Final = ("EUR", date(2022, 7, 1))
"""Standard: Regulation (EU) 2022/612, article 11: wholesale caps for data, in euro, from 1 July 2022."""


def check_tariff(tariff: Tariff) -> tuple[Finding, ...]:
    """Everything that speaks against a tariff; empty when it can be priced. `path` is the place in it.

    Codes: tariff.unknown_name, .doubled, .measure, .unit, .quantity, .shape, .steps, .period, .day_part, .negative,
    .payment, .ambiguous, .holiday, .allowance, .limit, .rounding, .too_fine.
    """
    findings = [finding for check in _CHECKS for finding in check(tariff)]
    if not findings:  # what is equal can be asked of names that are known
        findings += checking_prices.ambiguous(tariff)
    return tuple(sorted(findings, key=lambda finding: (finding.path, finding.code)))


# -- names ------------------------------------------------------------------------------------------------------------


def _names(tariff: Tariff) -> Iterator[Finding]:
    parts = {part.name for part in tariff.day_parts}
    networks = {checking_prices.HOME, *tariff.networks}
    for place, term in _terms(tariff):
        yield from _unknown(term.to, tariff.destinations, f"{place}.to", "destination")
        yield from _unknown(term.within, networks, f"{place}.in", "network")
        if isinstance(term, Price | Allowance):
            yield from _unknown(term.during, parts, f"{place}.during", "day part")
    services = {term.service for _, term in _terms(tariff) if isinstance(term, Price | Allowance)}
    for index, limit in enumerate(tariff.limits):
        if limit.service is not None:
            yield from _unknown((limit.service,), services, f"limits[{index}].service", "service")
    for index, quota in enumerate(tariff.quota):
        yield from _unknown((quota.service,), services, f"quota[{index}].service", "service")
    if len(services) > MOST_SERVICES:
        yield Finding("tariff.limit", f"more than {MOST_SERVICES} services", "prices")


def _terms(tariff: Tariff) -> Iterator[tuple[str, Price | Allowance | Limit]]:
    yield from ((f"prices[{index}]", price) for index, price in enumerate(tariff.prices))
    yield from ((f"allowances[{index}]", allowance) for index, allowance in enumerate(tariff.allowances))
    yield from ((f"limits[{index}]", limit) for index, limit in enumerate(tariff.limits))


def _unknown(names: Iterable[str], known: Iterable[str], path: str, what: str) -> Iterator[Finding]:
    known = set(known)
    for name in names:
        if name not in known:
            yield Finding("tariff.unknown_name", f"there is no {what} {name}", path)


def _doubled(tariff: Tariff) -> Iterator[Finding]:
    lists: tuple[tuple[str, Sequence[str]], ...] = (
        ("prices", [price.id for price in tariff.prices]),
        ("allowances", [allowance.id for allowance in tariff.allowances]),
        ("limits", [limit.id for limit in tariff.limits]),
        ("dayParts", [part.name for part in tariff.day_parts]),
    )
    for name, ids in lists:
        for one, times in Counter(ids).items():
            if times > 1:
                yield Finding("tariff.doubled", f"{one} stands there {times} times", name)


# -- measures and quantities ------------------------------------------------------------------------------------------


def _measures(tariff: Tariff) -> Iterator[Finding]:
    first: dict[str, str] = {}
    for service, quantity, place in named_quantities(tariff):
        try:
            measure = measure_named(quantity)
            said = first.setdefault(service, measure) if measure else first.get(service, BY_NAME.get(service, "count"))
            quantity_of(quantity, measure=_measure(said))
        except Invalid as fault:
            yield Finding(fault.error_code, f"{service}: {fault.reason}", place)


def _measure(said: str) -> Measure:
    return next(measure for measure, _ in SIZES.values() if measure == said)


# -- day parts and holidays -------------------------------------------------------------------------------------------


def _day_parts(tariff: Tariff) -> Iterator[Finding]:
    for index, part in enumerate(tariff.day_parts):
        if part.start == part.end or part.start == "24:00":
            yield Finding("tariff.day_part", f"{part.name} holds no time of day", f"dayParts[{index}]")


def _holidays(tariff: Tariff) -> Iterator[Finding]:
    for index, day in enumerate(tariff.holidays):
        try:
            date.fromisoformat(day)
        except ValueError:
            yield Finding("tariff.holiday", f"there is no day {day}", f"holidays[{index}]")
    if tariff.holiday_country is not None:
        country, _, part = tariff.holiday_country.partition("-")
        try:
            holidays.country_holidays(country, subdiv=part or None)
        except NotImplementedError:
            told = f"the holidays of {tariff.holiday_country} are not known"
            yield Finding("tariff.holiday", told, "holidayCountry")


# -- periods ----------------------------------------------------------------------------------------------------------


def _periods(tariff: Tariff) -> Iterator[Finding]:
    yield from _period(tariff.valid_for, "validFor")
    if tariff.approved_at is not None:
        yield from _instants((tariff.approved_at,), "approvedAt")
    for place, term in _terms(tariff):
        if isinstance(term, Price | Allowance):
            yield from _period(term.valid_for, f"{place}.validFor")


def _period(period: TimePeriod | None, path: str) -> Iterator[Finding]:
    if period is not None:
        yield from _instants((period.start_date_time, period.end_date_time), path)


def _instants(told: tuple[str | None, ...], path: str) -> Iterator[Finding]:
    try:
        ordered = [instant(text) for text in told if text is not None]
    except Invalid as fault:
        yield Finding("tariff.period", fault.reason, path)
        return
    if len(ordered) == 2 and ordered[0] >= ordered[1]:
        yield Finding("tariff.period", "it ends before it begins", path)


# -- allowances, limits, payment --------------------------------------------------------------------------------------


def _allowances(tariff: Tariff) -> Iterator[Finding]:
    for index, allowance in enumerate(tariff.allowances):
        for code, reason, place in (*_amount(tariff, allowance), *_validity(allowance), *_sharing(allowance)):
            yield Finding(f"tariff.{code}", reason, f"allowances[{index}].{place}")


def _amount(tariff: Tariff, allowance: Allowance) -> Iterator[tuple[str, str, str]]:
    told = (allowance.amount is not None) + allowance.unlimited + (allowance.fair_use is not None)
    if told != 1:
        yield "allowance", "it has exactly one of amount, unlimited, fairUse", "amount"
    if allowance.fair_use is not None:
        if tariff.currency != CAPS_FROM[0]:
            yield "allowance", f"the caps of {allowance.fair_use.rule} are in {CAPS_FROM[0]}", "fairUse"
        if Decimal(allowance.fair_use.monthly) < 0:
            yield "negative", "a price is not below zero", "fairUse.monthly"
    if allowance.roll_over is not None and allowance.amount is None:
        yield "allowance", "only an amount rolls over", "rollOver"


def _validity(allowance: Allowance) -> Iterator[tuple[str, str, str]]:
    validity = allowance.validity
    if validity.kind != "cycle" and allowance.roll_over is not None:
        yield "allowance", "only what is granted each cycle rolls over", "rollOver"
    if validity.kind != "cycle" and allowance.first_period == "prorated":
        yield "allowance", "only what is granted each cycle is prorated", "firstPeriod"
    if (validity.kind in ("firstUse", "rolling")) != (validity.length is not None):
        yield "allowance", "firstUse and rolling have a length, and only they", "validity.length"
    if validity.kind != "fixed" and (validity.start is not None or validity.end is not None):
        yield "allowance", "only fixed has a start and an end", "validity"
    for finding in _instants((validity.start, validity.end), "validity"):
        yield "period", finding.reason, finding.path
    if validity.length is not None:
        yield from _time(validity.length, "validity.length")


def _time(length: Quantity, place: str) -> Iterator[tuple[str, str, str]]:
    try:
        if not 0 < quantity_of(length, measure="second") < 10**10:
            yield "quantity", f"{length} is no length of time", place
    except Invalid as fault:
        yield fault.error_code.removeprefix("tariff."), fault.reason, place


def _sharing(allowance: Allowance) -> Iterator[tuple[str, str, str]]:
    if allowance.member_limit is not None and not allowance.shared:
        yield "allowance", "only what is shared has members", "memberLimit"


def _limits(tariff: Tariff) -> Iterator[Finding]:
    for index, limit in enumerate(tariff.limits):
        path = f"limits[{index}]"
        if limit.counts == "units" and limit.service is None:
            yield Finding("tariff.limit", "units are those of a service", f"{path}.service")
        if limit.counts == "units" and limit.amount is not None:
            yield Finding("tariff.limit", "a limit of units has no amount", f"{path}.amount")
        if limit.counts == "amount" and limit.units is not None:
            yield Finding("tariff.limit", "a limit of amounts has no units", f"{path}.units")
        if limit.amount is None and limit.units is None and (limit.thresholds or limit.when_reached == "stop"):
            yield Finding("tariff.limit", "what only counts has no thresholds and stops nothing", path)
        if limit.amount is not None and Decimal(limit.amount) < 0:
            yield Finding("tariff.negative", "a limit is not below zero", f"{path}.amount")


def _payment(tariff: Tariff) -> Iterator[Finding]:
    order, credit = tariff.payment.order, tariff.payment.credit_limit
    if len(set(order)) != len(order) or not order:
        yield Finding("tariff.payment", "each way of paying stands there once, and at least one", "payment.order")
    if credit is not None and ("invoice" not in order or Decimal(credit) < 0):
        yield Finding("tariff.payment", "a credit limit is that of the invoice, not below zero", "payment.creditLimit")
    for place in checking_prices.falling(tariff):
        if order != ("invoice",) or credit is not None:
            yield Finding("tariff.payment", "a sum that can fall is paid by invoice alone, without credit limit", place)


def _quota(tariff: Tariff) -> Iterator[Finding]:
    for index, quota in enumerate(tariff.quota):
        for name, length in (("validity", quota.validity), ("holding", quota.holding)):
            for code, reason, _ in () if length is None else _time(length, name):
                yield Finding(f"tariff.{code}", reason, f"quota[{index}].{name}")


_CHECKS: Final[tuple[Callable[[Tariff], Iterator[Finding]], ...]] = (
    _names,
    _doubled,
    _measures,
    _day_parts,
    _holidays,
    _periods,
    _allowances,
    _limits,
    _payment,
    _quota,
    checking_prices.prices,
)
