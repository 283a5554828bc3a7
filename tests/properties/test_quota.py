"""Whatever comes on line in whatever order: granted - returned = used, and no balance below its floor."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

import msgspec
import pytest

from tandem.bss.catalog.terms.tariff import Tariff
from tandem.bss.charging.rules.core import mode
from tests.bss.charging.reference.calendar import SECOND, instant_us
from tests.bss.charging.reference.events import Play
from tests.bss.charging.reference.on_core import OnCore
from tests.bss.charging.reference.online import Done, OnLine
from tests.bss.charging.reference.random_tariffs import random_tariff
from tests.bss.charging.reference.random_uses import Case, random_case
from tests.bss.charging.reference.rater import Granted, Rated
from tests.bss.charging.reference.words import Subscriber, Use

SEEDS = range(60)
STEPS = 120


def case_of(seed: int) -> Case:
    """Uses and top-ups by a tariff that is always in force. Where a sum can fall, there is no most to be granted."""
    for n in range(100):
        versions = random_tariff(seed, f"q{seed}-{n}")
        falls = any(price.tiers and price.tiers.kind == "volume" for one in versions for price in one.prices)
        if versions[0].valid_for is None and not falls:
            return random_case(random.Random(seed), versions, accounts=2, uses=30)
    raise AssertionError("no tariff of a hundred is of use here")


@dataclass
class Chaos:
    """Steps at random on sessions that go on at once."""

    line: OnLine
    uses: list[Use]
    chance: random.Random
    open: list[Use] = field(default_factory=list)
    reserved: dict[str, Done] = field(default_factory=dict)
    charged: list[Done] = field(default_factory=list)
    now: dict[str, int] = field(default_factory=dict)

    def step(self) -> None:
        """Something happens."""
        names = ["ask", "ask", "report", "report", "expire", "whole", "whole", "reverse", "top up", "begin", "release"]
        step = self.chance.choice(names)
        if step in ("ask", "report", "expire", "release") and self.open:
            self._of_session(step, self.chance.choice(self.open))
        elif step in ("whole", "begin") and self.uses:
            use = self.uses.pop(0)
            if step == "begin":
                self.open.append(use)
            else:
                self.charged.append(self.line.use(use))
        elif step == "reverse" and self.charged:
            self.line.reverse(self.charged.pop(self.chance.randrange(len(self.charged))))
        elif step == "top up" and self.line.later:
            term = self.chance.choice(sorted(self.line.later))
            self.line.later -= {term}
            self.line.top_up(next(one for one in self.line.play.granted if one.term == term))

    def _of_session(self, step: str, use: Use) -> None:
        at = self.now.get(use.id, use.start)
        if use.id in self.reserved:
            self.line.end(held := self.reserved.pop(use.id))
            granted = held.by_reference
            assert isinstance(granted, Granted)
            most = granted.units + (granted.units // 10 + 1 if self.chance.random() < 0.2 else 0)
            if step in ("report", "release"):
                self._report(use, self.chance.randint(0, most), at)
        elif step == "report":
            self._report(use, self.chance.randint(0, use.quantity // 4 + 1), at)
        if step == "ask":
            self.reserved[use.id] = self.line.ask(use, self.chance.randint(0, use.quantity + 1), at)
        elif step == "release":
            self.open.remove(use)

    def _report(self, use: Use, units: int, at: int) -> None:
        self.line.report(use, units, at)
        self.now[use.id] = at + self.chance.randint(0, 3_000) * SECOND


@pytest.fixture
def kernel(request: pytest.FixtureRequest) -> Iterator[None]:
    """The core interpreted, or as machine code."""
    mode.use_compiled(request.param)
    yield
    mode.use_compiled(None)


@pytest.mark.usefixtures("kernel")
@pytest.mark.parametrize(
    ("kernel", "seed"), [(False, seed) for seed in SEEDS] + [(True, seed) for seed in SEEDS[:10]], indirect=["kernel"]
)
def test_any_interleaving_is_what_the_reference_says_and_conserves_every_unit(seed: int) -> None:
    case, chance = case_of(seed), random.Random(seed)
    play = Play(case.tariffs, case.subscribers, case.granted, ())
    later = frozenset(one.term for one in case.granted if chance.random() < 0.5)
    sessions = {use.id: n for n, use in enumerate(case.uses)}
    chaos = Chaos(OnLine(play, sessions, later), list(case.uses), chance)
    for number in range(STEPS):
        chaos.step()
        if number % 20 == 0:
            chaos.line.check()
    for done in chaos.reserved.values():
        chaos.line.end(done)
    chaos.line.check()


# -- a family's pool (scenario A08) -----------------------------------------------------------------------------------

GB = 10**9
POOL, BEFORE = 300 * GB, 262 * GB
CREDIT = 12_500_000
START = instant_us("2026-10-05T10:00:00Z")
FAMILY = {
    "id": "family",
    "currency": "EUR",
    "prices": [{"id": "over", "service": "data", "amount": "2.00", "per": "1 GB"}],
    "allowances": [{"id": "pool", "service": "data", "amount": "300 GB", "shared": True}],
    "payment": {"order": ["invoice"], "creditLimit": "12.50"},
}
LINES = tuple(Subscriber(f"line-{n}", "family", "family", "Europe/Dublin", 1, START) for n in range(4))


@dataclass
class Message:
    """A report and an ask of a session; `number` makes it known again."""

    session: int
    number: int
    used: int
    is_last: bool


@dataclass
class Door:
    """The smallest thing that a charging system does with messages: each once, late ones charged but given nothing.

    `within` is what was used of what was reserved for it.
    """

    line: OnLine
    answers: dict[tuple[int, int], int] = field(default_factory=dict)
    reserved: dict[int, Done] = field(default_factory=dict)
    latest: dict[int, int] = field(default_factory=dict)
    reports: list[tuple[int, int]] = field(default_factory=list)
    granted: int = 0
    returned: int = 0
    within: int = 0
    charged: int = 0

    def take(self, message: Message) -> int:
        """The units that a message is granted."""
        key = (message.session, message.number)
        if key not in self.answers:
            self.answers[key] = self._first(message)
        return self.answers[key]

    def _first(self, message: Message) -> int:
        use = session_of(message.session)
        is_late = message.number < self.latest.get(message.session, -1)
        if not is_late:
            self.latest[message.session] = message.number
            self.expire(message.session, message.used)
        rated = self.line.report(use, message.used, START).by_reference
        assert isinstance(rated, Rated) and not rated.reason
        self.charged += sum(part.amount for part in rated.parts)
        self.reports.append((message.session, message.used))
        if is_late or message.is_last:
            return 0
        return self._grant(message.session, use)

    def _grant(self, session: int, use: Use) -> int:
        self.reserved[session] = done = self.line.ask(use, GB, START)
        assert isinstance(done.by_reference, Granted)
        self.granted += done.by_reference.units
        return done.by_reference.units

    def expire(self, session: int, used: int = 0) -> None:
        """End what a session holds: what it did not use of it goes back."""
        done = self.reserved.pop(session, None)
        if done is not None:
            assert isinstance(done.by_reference, Granted)
            self.line.end(done)
            self.within += min(used, done.by_reference.units)
            self.returned += done.by_reference.units - min(used, done.by_reference.units)


def session_of(number: int) -> Use:
    """One of sixteen, four of each line."""
    return Use(f"session-{number}", f"line-{number % 4}", "data", START, GB)


def messages(chance: random.Random) -> list[Message]:
    """Sixteen sessions at once; of their messages some come twice, some after their followers, some never."""
    queues = [[Message(s, n, 0, n == 5) for n in range(6)] for s in range(16)]
    sent: list[Message] = []
    while any(queues):
        queue = chance.choice([one for one in queues if one])
        message = queue.pop(0)
        if chance.random() < 0.05 and not message.is_last:
            continue  # lost: what it would have told is told by nobody
        sent.append(message)
        if chance.random() < 0.1:
            sent.append(message)
    for _ in range(10):
        place = chance.randrange(len(sent) - 1)
        sent.insert(min(len(sent), place + chance.randint(1, 20)), sent.pop(place))
    return sent


def sequential(reports: list[tuple[int, int]]) -> tuple[int, int]:
    """By plain sums: what the pool gave in all, and cents for what went over it, each session rounded by itself."""
    left, over = POOL - BEFORE, dict.fromkeys(range(16), 0)
    for session, used in reports:
        given = min(left, used)
        left -= given
        over[session] += used - given
    return POOL - left, sum((octets * 200 * 2 + GB) // (2 * GB) for octets in over.values())


@pytest.mark.parametrize("seed", range(100))
def test_a_shared_pool_gives_out_what_it_has_and_no_octet_more(seed: int) -> None:
    chance = random.Random(seed)
    tariff = msgspec.convert(FAMILY, Tariff)
    door = Door(OnLine(Play((tariff,), LINES, (), ()), {session_of(n).id: n for n in range(16)}))
    door.line.use(Use("before", "line-0", "data", START, BEFORE))
    answered: dict[int, int] = {}
    for message in messages(chance):
        message.used = message.used or chance.randint(0, answered.get(message.session, 0))
        answered[message.session] = door.take(message)
        assert door.take(message) == answered[message.session]
        if chance.random() < 0.03:
            door.expire(chance.randrange(16))
    for session in range(16):
        door.expire(session)
    door.line.check()
    pool, cents = sequential(door.reports)
    assert door.granted - door.returned == door.within
    assert stands(door.line.core, "allowance") == pool <= POOL
    assert door.charged == cents * 10_000
    assert stands(door.line.core, "invoice") == min(door.charged, CREDIT)


def stands(core: OnCore, kind: str) -> int:
    """What was taken of the core's buckets of a kind."""
    return sum(state[1] if kind == "allowance" else state[0] for row, state in core.book().items() if row[0] == kind)
