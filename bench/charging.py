"""Charging: rating in memory, on line over Nchf and Gy, durable; from a file into the database; and rated again.

An Erlang charging system rated 3,300-4,600 operations/s in memory on this class of machine, CGRateS states 5,000-13,000
requests/s a machine, Oracle's published figure comes to 550/s a core. The load comes from the same two cores.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import os
import resource
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import Final

from bench._cdrs import Workload
from bench._operator import TENANT, operator
from bench._sessions import Answered, Core, Gateway, load
from bench._subscribers import subscribe
from bench.row import Row
from tandem.app.operating import free_port
from tandem.bss.charging.rules.core import mode
from tandem.bss.charging.rules.core.running import rate
from tandem.kernel.store import Database
from tests.support.http2 import Http2Client

OTHERS: Final = "3,300-4,600/s in memory (Erlang OCS), 5,000-13,000/s (CGRateS, stated)"


def rows(*, quick: bool) -> Iterator[Row]:
    """Every figure; a quick run has smaller ones of the same kinds."""
    yield from in_memory(count=300_000 if quick else 5_000_000, runs=1 if quick else 5)
    yield from on_line(subscribers=500 if quick else 10_000, messages=2_000 if quick else 30_000)


# -- in memory --------------------------------------------------------------------------------------------------------


def in_memory(*, count: int, runs: int) -> Iterator[Row]:
    """A batch of mixed usage through the compiled core: 5,000 prefixes, 100,000 subscribers, allowances."""
    mode.use_compiled()
    work = Workload(count=count, subscribers=100_000)
    rate(work.compiled, work.calendar, work.subjects, work.uses, work.buckets())
    seconds = []
    for _ in range(runs):
        buckets = work.buckets()
        gc.collect()
        started = time.perf_counter()
        rate(work.compiled, work.calendar, work.subjects, work.uses, buckets)
        seconds.append(time.perf_counter() - started)
    per_s = count / statistics.median(seconds)
    what = f"rate {count:,} mixed records in memory, one core"
    yield Row(work=what, figure=per_s, unit="/s", at_least=1_000_000, aim=5_000_000, compared_with="1.47 M/s (STACK)")
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    yield Row(work=f"{what}: memory", figure=peak_mb, unit="MB", at_most=2_000, compared_with="1,070 MB (STACK)")


# -- on line ----------------------------------------------------------------------------------------------------------


def on_line(*, subscribers: int, messages: int) -> Iterator[Row]:
    """Sessions of many subscribers over HTTP/2 and over Diameter, every answer durable before it is given."""
    nchf, gy = free_port(), free_port()
    with charging_form(nchf, gy), operator(["api", "charging"]) as running:
        urls = running.installation.urls
        with Database(urls.app, max_size=1) as database:
            subscribe(database, urls.owner, subscribers, tenant=TENANT)
        yield from asyncio.run(_nchf(nchf, subscribers, messages))
        yield from asyncio.run(_gy(gy, subscribers, messages))


@contextlib.contextmanager
def charging_form(nchf: int, gy: int) -> Iterator[None]:
    """What the charging process is told while an operator is started: two ports, one peer."""
    peers = [{"host": "pgw.visited.example"}]
    diameter = {"host": "ocs.home.example", "realm": "home.example", "port": gy, "peers": peers}
    with tempfile.NamedTemporaryFile("w", suffix=".json") as form:
        json.dump({"nchf": [{"port": nchf}], "diameter": [diameter]}, form)
        form.flush()
        os.environ["TANDEM_CHARGING"] = form.name
        try:
            yield
        finally:
            del os.environ["TANDEM_CHARGING"]


async def _nchf(port: int, subscribers: int, messages: int) -> list[Row]:
    await _listening(port)
    async with Http2Client.to("127.0.0.1", port) as client:
        core = Core(client)
        await load(core.create, sessions=subscribers, in_flight=64, count=subscribers)
        few, many = await _at(core.update, subscribers, messages)
    return [
        *_rows("Nchf update over HTTP/2, durable", few, 64, least=3_000, aim=8_000, p99_ms=30),
        *_rows("Nchf update over HTTP/2, durable", many, 512, least=5_000, aim=15_000, p99_ms=None),
    ]


async def _gy(port: int, subscribers: int, messages: int) -> list[Row]:
    await _listening(port)
    gateway = await Gateway.to("127.0.0.1", port)
    await load(gateway.create, sessions=subscribers, in_flight=64, count=subscribers)
    few, _ = await _at(gateway.update, subscribers, messages)
    await gateway.close()
    return _rows("Gy CCR-U over TCP, durable", few, 64, least=3_000, aim=8_000, p99_ms=30)


async def _at(ask: Callable[[int], Awaitable[bool]], subscribers: int, messages: int) -> tuple[Answered, Answered]:
    """The load with 64 and with 512 in flight, after one that warms up."""
    await load(ask, sessions=subscribers, in_flight=64, count=messages // 10)
    few = await load(ask, sessions=subscribers, in_flight=64, count=messages)
    return few, await load(ask, sessions=subscribers, in_flight=512, count=messages)


def _rows(what: str, found: Answered, in_flight: int, *, least: float, aim: float, p99_ms: float | None) -> list[Row]:
    if found.refused:
        raise RuntimeError(f"{what}: {found.refused} of {len(found.latencies)} were not granted")
    told = f"{what}, {in_flight} in flight"
    made = [Row(work=told, figure=found.rate, unit="/s", at_least=least, aim=aim, compared_with=OTHERS)]
    if p99_ms is not None:
        p99 = found.percentile(0.99) * 1000
        made.append(Row(work=f"{told}: p99", figure=p99, unit="ms", at_most=p99_ms, aim=p99_ms / 2))
    return made


async def _listening(port: int) -> None:
    """Wait until somebody listens."""
    async with asyncio.timeout(120):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.1)
            else:
                writer.close()
                return
