"""Subscribers, top-ups and uses at random, around the instants and quantities at which something changes."""

from __future__ import annotations

import random
from dataclasses import dataclass

from tandem.bss.catalog.terms.tariff import Tariff
from tests.bss.charging.reference.calendar import SECOND, instant_us, local_day
from tests.bss.charging.reference.random_tariffs import CALLED_FROM, SERVICES, SIZES
from tests.bss.charging.reference.state import Bucket, account, product
from tests.bss.charging.reference.words import NEVER, Measure, Subscriber, Use, increments_of, measures_of, units_of

ZONES = (
    "Europe/Dublin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Africa/Cairo",
    "America/Santiago",
    "America/Havana",
)
FROM, UNTIL = instant_us("2026-08-20T00:00:00Z"), instant_us("2027-01-20T00:00:00Z")
CLOCK_CHANGES = tuple(
    instant_us(text)
    for text in (
        "2026-10-25T01:00:00Z",  # Dublin, back at 02:00
        "2026-11-01T06:00:00Z",  # New York, back at 02:00
        "2026-10-03T15:30:00Z",  # Lord Howe, half an hour ahead at 02:00
        "2026-10-29T21:00:00Z",  # Cairo, back at midnight
        "2026-09-06T04:00:00Z",  # Santiago, ahead at midnight
        "2026-11-01T05:00:00Z",  # Havana, back at 01:00
    )
)
DAY = 86_400 * SECOND


@dataclass(frozen=True, slots=True)
class Case:
    """Versions of tariffs, who has them, what they were given, and what they used, in the order in which it came."""

    tariffs: tuple[Tariff, ...]
    subscribers: tuple[Subscriber, ...]
    granted: tuple[Bucket, ...]
    uses: tuple[Use, ...]


def random_case(chance: random.Random, versions: tuple[Tariff, ...], *, accounts: int, uses: int) -> Case:
    """Accounts of one to four products with one tariff, and so many uses of each product."""
    subscribers = tuple(one for n in range(accounts) for one in _members(chance, versions[0].id, n))
    granted = tuple(one for who in subscribers for one in _granted(chance, who))
    used = [use for who in subscribers for use in random_uses(chance, versions, who, uses)]
    used.sort(key=lambda use: use.start)
    if chance.random() < 0.3:  # some come late
        for _ in range(len(used) // 10):
            used.append(used.pop(chance.randrange(len(used))))
    return Case(versions, subscribers, granted, tuple(used))


def _members(chance: random.Random, tariff: str, n: int) -> list[Subscriber]:
    zone, cycle_day = chance.choice(ZONES), chance.choice((1, 1, 15, 28, 29, 30, 31, chance.randint(1, 31)))
    name = f"{tariff}-A{n}"
    members = range(chance.choice((1, 1, 1, 2, 4)))
    return [Subscriber(f"{name}.{k}", name, tariff, zone, cycle_day, _beginning(chance)) for k in members]


def _beginning(chance: random.Random) -> int:
    """When a product began: long before its uses, in between, or nobody knows."""
    dice = chance.random()
    if dice < 0.1:
        return -NEVER
    return FROM - chance.randint(0, 200) * DAY if dice < 0.5 else chance.randrange(FROM, UNTIL)


def _granted(chance: random.Random, who: Subscriber) -> list[Bucket]:
    """Money and top-ups, for some."""
    found = []
    for n in range(chance.choice((0, 0, 1, 2, 3))):
        kind = chance.choice(("money", "money", "units"))
        measure: Measure = chance.choice(("second", "octet", "count"))
        owner = product(who.id) if chance.random() < 0.7 else account(who.account)
        start = chance.choice((-NEVER, chance.randrange(FROM, UNTIL)))
        end = NEVER if chance.random() < 0.5 else chance.randrange(max(start, FROM) + 1, UNTIL + DAY)
        most = 20_000_000 if kind == "money" else SIZES[measure][1] * 4
        bucket = Bucket(owner, f"{who.id}.b{n}", kind, start, end, chance.randint(0, most), chance.choice((1, 5, 100)))
        if kind == "units":
            bucket.measure = measure
            named = [name for name, its in SERVICES.items() if its == measure]
            bucket.services = frozenset(chance.sample(named, 1)) if chance.random() < 0.4 else frozenset()
        found.append(bucket)
    return found


@dataclass(slots=True)
class Around:
    """What is interesting about a tariff: instants in a zone, called numbers, quantities by measure."""

    instants: list[int]
    numbers: list[str]
    quantities: dict[str, list[int]]
    services: list[str]


def random_uses(chance: random.Random, versions: tuple[Tariff, ...], who: Subscriber, many: int) -> list[Use]:
    """Uses of one product in order of time: half of them near an edge, some in short succession."""
    around = _around(chance, versions, who)
    starts = sorted(_start(chance, around) for _ in range(many))
    return [_use(chance, around, f"{who.id}/{n}", who.id, start) for n, start in enumerate(starts)]


def _start(chance: random.Random, around: Around) -> int:
    dice = chance.random()
    if dice < 0.4:
        return chance.randrange(FROM, UNTIL)
    near = around.instants[int(chance.random() * len(around.instants))]
    if dice < 0.5:
        return near + chance.choice((0, -1, 1, -SECOND, SECOND))
    return near - int(chance.random() * (300 if dice < 0.8 else 9_000)) * SECOND - int(chance.random() * 3) * 500_000


def _use(chance: random.Random, around: Around, name: str, who: str, start: int) -> Use:
    service = around.services[int(chance.random() * len(around.services))]
    measure = SERVICES[service]
    if chance.random() < 0.4:
        quantity = max(0, chance.choice(around.quantities[measure]) + int(chance.random() * 3) - 1)
    else:
        least = 0.6 if measure == "second" else 0.0
        longer = 10 if chance.random() < 0.1 else 10_000 if measure == "octet" and chance.random() < 0.02 else 1
        quantity = int(SIZES[measure][1] ** chance.uniform(least, 1) * longer)
    use = Use(name, who, service, start, quantity)
    if service in ("voice", "sms", "fixed"):
        use.destination = chance.choice(around.numbers)
    if service == "data" and chance.random() < 0.7:
        use.rating_group = chance.choice((10, 20, 30, 40))
    if service == "content":
        use.value = int(chance.random() * 1_000) * 10_000
    if chance.random() < 0.4:
        use.network = chance.choice(CALLED_FROM)
    return use


def _around(chance: random.Random, versions: tuple[Tariff, ...], who: Subscriber) -> Around:
    days = [local_day(chance.randrange(FROM, UNTIL), who.zone) for _ in range(12)]
    cycles = [day for day in days if day.first.day == who.cycle_day]
    instants = [day.start for day in (*days, *cycles)] + list(CLOCK_CHANGES) + [who.active_from]
    instants += [local_day(instant_us(f"{text}T12:00:00Z"), who.zone).start for text in versions[0].holidays]
    for text in sorted({clock for part in versions[0].day_parts for clock in (part.start, part.end)}):
        hours, minutes = text.split(":")
        instants += [day.start + (int(hours) * 60 + int(minutes)) * 60 * SECOND for day in days]
    for one in versions[0].allowances:
        instants += [instant_us(text) for text in (one.validity.start, one.validity.end) if text is not None]
    instants = [min(max(one, FROM), UNTIL) for one in instants]
    prefixes = [one for row in versions[0].destinations.values() for one in row]
    digits = random.Random(versions[0].id)  # the same numbers for everybody who has the tariff
    numbers = [(one + str(digits.randint(0, 99_999)))[:15] for one in (*prefixes, "99", "353", "49")]
    named = {one.service for one in (*versions[0].prices,)} | {one.service for one in versions[0].allowances}
    return Around(instants, numbers, _quantities(versions[0]), sorted(named))


def _quantities(tariff: Tariff) -> dict[str, list[int]]:
    """Quantities at which something changes, by measure."""
    found: dict[str, list[int]] = {"second": [0, 1, 60], "octet": [0, 1, 1_000_000], "count": [0, 1, 2]}
    measures = measures_of(tariff)
    for price in tariff.prices:
        row = found[measures.get(price.service, SERVICES[price.service])]
        first, following = increments_of(price.increments)
        row += [first, first + following * 3, following]
        row += [units_of(step.up_to) for step in (price.tiers.steps if price.tiers else ()) if step.up_to is not None]
        row += [units_of(price.package.size)] if price.package else []
        row += [units_of(price.free_units.amount)] if price.free_units else []
        row += [units_of(price.first_interval.length)] if price.first_interval else []
    for allowance in tariff.allowances:
        row = found[measures.get(allowance.service, SERVICES[allowance.service])]
        row += [units_of(allowance.amount)] if allowance.amount is not None else []
    return found
