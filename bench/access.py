"""Access: decisions and tokens on the hot path, the audit chain behind it."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from bench._place import fresh_database
from bench.row import Row
from tandem.app.policy import POLICY
from tandem.kernel.access.policy import Caller
from tandem.kernel.access.signing import SigningKeys
from tandem.kernel.access.tokens import Tokens, issue_token, own_issuer
from tandem.kernel.audit import chain
from tandem.kernel.store import Database

TENANT = "bench"


def rows(quick: bool) -> Iterable[Row]:
    """Decisions, tokens, then the chain."""
    caller = Caller(TENANT, "user:1", frozenset({"agent"}))
    decisions = _rate(lambda: POLICY.scope(caller, "ProductOrder", "get"), 200_000)
    yield Row(
        work="policy decision",
        figure=decisions,
        unit="/s",
        at_least=200_000,
        aim=1_000_000,
        compared_with="casbin 1,540/s, Cedar 3,150/s",
    )
    yield from _tokens()
    with fresh_database() as database:
        yield from _chain(database, 5_000 if quick else 50_000)


def _tokens() -> Iterable[Row]:
    with tempfile.TemporaryDirectory(prefix="tandem-bench-") as folder:
        file = Path(folder) / "signing.json"
        keys = SigningKeys.from_file(file)
        tokens = Tokens([own_issuer(file)], roles=POLICY.roles)
        fresh = iter([issue_token(keys, role="agent", tenant=TENANT, subject=str(n), ttl_s=600) for n in range(6_000)])
        first = _rate(lambda: tokens.caller(next(fresh)), 1_000)
        known = issue_token(keys, role="agent", tenant=TENANT, subject="known", ttl_s=600)
        again = _rate(lambda: tokens.caller(known), 50_000)
    yield Row(work="bearer token, seen first", figure=first, unit="/s", at_least=2_000, compared_with="RS256 9,700/s")
    yield Row(work="bearer token, remembered", figure=again, unit="/s", at_least=5_000, aim=500_000)


def _chain(database: Database, count: int) -> Iterable[Row]:
    with database.uow(tenant=TENANT, actor="bench", cause="bench") as uow:
        for number in range(count):
            uow.audit("thing.do", "Thing", str(number), facts={"number": number})
    started = time.perf_counter()
    sealed = chain.seal_all(database, [TENANT])
    took = time.perf_counter() - started
    assert sealed == count
    yield Row(work="audit rows sealed", figure=count / took, unit="/s", at_least=2_000, aim=10_000)
    started = time.perf_counter()
    with database.uow(tenant=TENANT, actor="bench", cause="bench") as uow:
        assert chain.verify(uow).links == count
    took = time.perf_counter() - started
    yield Row(work="audit rows verified", figure=count / took, unit="/s", at_least=5_000, aim=20_000)


def _rate(act: Callable[[], object], count: int) -> float:
    """The median rate of five rounds."""
    rates = []
    for _ in range(5):
        started = time.perf_counter()
        for _ in range(count):
            act()
        rates.append(count / (time.perf_counter() - started))
    return statistics.median(rates)
