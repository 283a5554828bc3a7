"""What use costs in a network, in the few words that a traveller is told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TypeVar

from tandem.bss.catalog.terms.tariff import Allowance, Price, Tariff
from tandem.bss.charging.terms.online import PriceAbroad

_Term = TypeVar("_Term", Price, Allowance)


def prices_abroad(tariff: Tariff, network: str) -> list[PriceAbroad]:
    """For each service: included, or its price where the tariff has one for this network; the dearest destination's.

    Of several prices those of the longest matching network code count; rating groups and times of day are left out.
    """
    found = []
    for service in dict.fromkeys(one.service for one in (*tariff.prices, *tariff.allowances)):
        told = _told(tariff, service, network)
        if told is not None:
            found.append(told)
    return found


def _told(tariff: Tariff, service: str, network: str) -> PriceAbroad | None:
    prices = list(_fitting(tariff, tariff.prices, service, network))
    included = max((length for length, _ in _fitting(tariff, tariff.allowances, service, network)), default=-1)
    best = max((length for length, _ in prices), default=-1)
    if included >= max(best, 0):
        return PriceAbroad(service=service, currency=tariff.currency)
    plain = [one for length, one in prices if length == best and one.amount is not None]
    if not plain:
        return None
    dearest = max(plain, key=lambda one: Decimal(one.amount or 0))
    return PriceAbroad(service=service, currency=tariff.currency, amount=dearest.amount, per=str(dearest.per or 1))


def _fitting(tariff: Tariff, terms: Sequence[_Term], service: str, network: str) -> Iterator[tuple[int, _Term]]:
    for one in terms:
        if one.service != service or one.rating_groups or one.during:
            continue
        if not one.within:
            yield 0, one
            continue
        codes = [code for name in one.within for code in tariff.networks.get(name, ()) if network.startswith(code)]
        if codes:
            yield max(map(len, codes)), one
