"""A08: sixteen sessions on one family's pool, Nchf and Diameter mixed, from seeds: messages twice, out of order, lost
and late, and charging killed at any statement. Whatever happens, what was used is charged once, and to the unit.

Fifty families live side by side in one database; a kill meets all of them. Each has a pool of 20 GB, and 5.00 for
2.5 GB more.
"""

from __future__ import annotations

import os
from itertools import count
from random import Random
from typing import Any

import pytest

from tandem.bss.charging.commands.online.charging import charge_online
from tandem.bss.charging.commands.online.closing import close_stale_sessions
from tandem.bss.charging.terms.online import SessionAnswer, SessionRequest
from tandem.kernel.store import Database, Uow
from tests.bss.charging.online.crowd import Crowd
from tests.bss.charging.online.family import (
    PER_MB,
    POOL,
    WALLET,
    open_families,
    require_held_is_reserved,
    standing_of,
)
from tests.bss.charging.online.network import MB, Network

FAMILIES = 50
WORLDS = int(os.environ.get("TANDEM_INTERLEAVINGS", "1000")) // FAMILIES
STATEMENTS = 30
"""A batch has about so many: over the worlds charging dies before each of them, and after the last."""

pytestmark = pytest.mark.slow


class Killed(BaseException):
    """Charging dies here."""


class Dying:
    """A connection that dies before its n-th statement; what was done of the transaction is undone by its death."""

    def __init__(self, connection: Any, left: list[int]) -> None:
        self._connection = connection
        self._left = left

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._connection, name)
        if name == "cursor":
            return lambda *args, **told: Dying(found(*args, **told), self._left)
        if name in ("execute", "executemany", "copy", "pipeline"):
            self._left[0] -= 1
            if self._left[0] < 0:
                raise Killed
        return found

    def __enter__(self) -> Any:
        return Dying(self._connection.__enter__(), self._left)

    def __exit__(self, *fault: Any) -> Any:
        return self._connection.__exit__(*fault)


def charged_until(network: Network, requests: list[SessionRequest], statements: int) -> list[SessionAnswer] | None:
    """The answers of a batch; none when charging died, before one of its statements or before it could answer."""
    left = [statements]

    def act(uow: Uow) -> list[SessionAnswer]:
        uow.connection = Dying(uow.connection, left)  # type: ignore[assignment]
        return charge_online(uow, requests)

    try:
        answers: list[SessionAnswer] = network.do(act)
    except Killed:
        return None
    return answers if left[0] > 0 else None


@pytest.mark.parametrize("world", range(WORLDS))
def test_what_was_used_is_charged_once_whatever_happens(database: Database, fresh_tenant: str, world: int) -> None:
    network = Network(database, fresh_tenant)
    crowds = [Crowd(account, Random(f"{world}/{account}")) for account in open_families(network, FAMILIES)]
    deaths = play(network, crowds, world)
    assert deaths > 0
    assert sum(crowd.repeated for crowd in crowds) > FAMILIES
    end(network)
    past_the_pool = unpaid = 0
    for crowd in crowds:
        standing = network.do(lambda uow, crowd=crowd: standing_of(uow, crowd.account))
        used = sum(crowd.arrived.values())
        past = max(0, used - POOL) // MB * PER_MB
        past_the_pool += past > 0
        unpaid += standing.unpaid
        assert (standing.octets, standing.pool_used, standing.pool_held) == (used, min(used, POOL), 0)
        assert (standing.amount, standing.wallet_used, standing.wallet_held, standing.unpaid) == (
            *(past, min(past, WALLET), 0, max(0, past - WALLET)),
        )
    assert 0 < past_the_pool < FAMILIES
    assert unpaid == 0


def play(network: Network, crowds: list[Crowd], world: int) -> int:
    """All sessions to their ends; answers how often charging died. A message that got no answer is sent again."""
    again: list[tuple[Crowd, SessionRequest]] = []
    random = Random(world)
    deaths = 0
    for step in count():
        sent = again + [(crowd, message) for crowd in crowds for message in crowd.messages(network.now)]
        if not sent and all(crowd.is_quiet for crowd in crowds):
            return deaths
        random.shuffle(sent)
        before = (world * 5 + step * 7) % STATEMENTS if step % 2 == 0 else 10_000
        answers = charged_until(network, [message for _, message in sent], before)
        if answers is None:
            deaths, again = deaths + 1, sent
        else:
            again = []
            for (crowd, message), answer in zip(sent, answers, strict=True):
                crowd.hear(message, answer)
        network.do(require_held_is_reserved)
        network.later(seconds=20)
    raise AssertionError("not reached")


def end(network: Network) -> None:
    """Sessions whose release was lost fall silent, and are closed."""
    network.later(days=2)
    while network.do(lambda uow: close_stale_sessions(uow, uow.now)):
        pass
    network.do(require_held_is_reserved)
