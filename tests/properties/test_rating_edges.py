"""At the edge of 63 bits: what fits is exact to the micro, what does not is refused and moves nothing."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from tandem.bss.catalog.rules.tariff.checking import check_tariff
from tandem.bss.catalog.terms.tariff import Tariff
from tandem.kernel.errors import Invalid
from tests.bss.charging.reference.events import Event, Outcome, Play, by_reference
from tests.bss.charging.reference.on_core import OnCore
from tests.bss.charging.reference.words import Subscriber, Use

TARIFFS = 400
START = 1_790_000_000_000_000
LEAST_REFUSED = 2**59
"""Nothing below is refused: sums with a fee, a counter and what was there before stay below 2^62."""

Doc = dict[str, Any]


def amount(chance: random.Random) -> str:
    """Up to a hundred thousand million, with six decimals."""
    return format(Decimal(chance.randint(0, 10 ** chance.randint(0, 17))).scaleb(-6), "f")


def units(chance: random.Random, bits: int = 61) -> int:
    """As many small as large ones."""
    return int(2 ** chance.uniform(0, bits))


def price(chance: random.Random) -> Doc:
    """One price for data whose figures can be as large as the words allow."""
    kind = chance.choice(("amount", "increment", "firstInterval", "freeUnits", "package", "graduated"))
    rounding: Doc = {"mode": chance.choice(("halfUp", "halfEven", "up", "down")), "digits": chance.randint(0, 6)}
    doc: Doc = {"id": "p", "service": "data", "rounding": rounding}
    if chance.random() < 0.3:
        doc["increments"] = f"{units(chance, 49)}/{units(chance, 49)}"
    if kind == "package":
        return doc | {"package": {"size": units(chance), "amount": amount(chance)}}
    scope = chance.choice(("use", "cycle"))
    if kind == "graduated":
        bounds = sorted({units(chance), units(chance)})
        steps = [{"upTo": bound, "amount": amount(chance), "per": units(chance, 18)} for bound in bounds]
        return doc | {"tiers": {"kind": kind, "scope": scope, "steps": steps}}
    doc |= {"amount": amount(chance), "per": units(chance, 50)}
    if kind == "increment":
        rounding["place"] = kind
    elif kind == "firstInterval":
        doc[kind] = {"length": units(chance), "amount": amount(chance)}
    elif kind == "freeUnits":
        doc[kind] = {"amount": units(chance), "scope": scope}
    return doc


def plays(seed: int) -> list[Play]:
    """Tariffs of one price, each with three uses; without those whose steps are too fine for 62 bits."""
    chance = random.Random(seed)
    person = Subscriber("s", "a", "t", "UTC", 1, 0)
    found = []
    for _ in range(TARIFFS):
        tariff = msgspec.convert({"id": "t", "currency": "EUR", "prices": [price(chance)]}, Tariff)
        uses = [Use(str(n), "s", "data", START + n, units(chance)) for n in range(3)]
        if not check_tariff(tariff):
            found.append(Play((tariff,), (person,), (), tuple(Event(use, use.quantity, use.start) for use in uses)))
    return found


def largest(outcome: Outcome) -> int:
    """The largest figure of what a use came to."""
    return max((abs(figure) for row in outcome.sums.values() for figure in row), default=0)


@pytest.mark.parametrize("compiled", [False, True], ids=["interpreted", "compiled"])
def test_what_fits_is_exact_and_what_does_not_is_refused(compiled: bool) -> None:
    exact = refused = too_fine = 0
    for play in plays(7):
        try:
            core = OnCore(play)
        except Invalid:
            too_fine += 1
            continue
        for one, other in zip(by_reference(play)[0], core.rate(compiled=compiled), strict=True):
            if other.reason == "too_large":
                assert largest(one) >= LEAST_REFUSED and not other.sums
                refused += 1
                break  # the reference goes on from what was charged
            assert one == other
            exact += 1
    assert exact > TARIFFS and refused > 50 and too_fine < TARIFFS // 10
