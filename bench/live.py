"""Live pages: a change is committed → outbox → relay → NOTIFY → hub → five hundred open streams, over real sockets.

Server, relay and all readers share one process here, so the figure is a careful one.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import threading
import time
from collections.abc import Iterable
from pathlib import Path

from bench._place import fresh_database
from bench.row import Row
from tandem.app.policy import POLICY
from tandem.kernel.access.signing import SigningKeys
from tandem.kernel.access.tokens import Tokens, issue_token, own_issuer
from tandem.kernel.events import EntityChanged
from tandem.kernel.steps import Registry, Worker
from tandem.kernel.store import Database
from tandem.kernel.web.application import WebParts, web_application
from tandem.kernel.web.logs import configure_logs
from tests.kernel.web.serving import served
from tests.kernel.web.streaming import Listener

TENANT = "bench"
STREAMS = 500


def rows(quick: bool) -> Iterable[Row]:
    """The p95 over all streams, and the processor's time for each message."""
    configure_logs(level="WARNING")
    with tempfile.TemporaryDirectory(prefix="tandem-bench-") as folder, fresh_database() as database:
        keys = Path(folder) / "signing.json"
        tokens = Tokens([own_issuer(keys)], roles=POLICY.roles)
        parts = WebParts(database=database, policy=POLICY, tokens=tokens, owners_of=lambda *_: {}, threads=8)
        token = issue_token(SigningKeys.from_file(keys), role="noc", tenant=TENANT, subject="bench", ttl_s=600)
        worker = Worker(database, Registry(), threads=1)
        worker.start()
        try:
            with served(web_application(parts)) as address:
                waits, busy = asyncio.run(_story(address, token, database, 10 if quick else 50))
        finally:
            worker.stop()
    yield Row(
        work=f"status change → {STREAMS} open pages, p95",
        figure=statistics.quantiles(waits, n=20)[-1],
        unit="s",
        at_most=1.0,
        aim=0.25,
    )
    yield Row(
        work="processor time for one message to one page, both ends",
        figure=busy * 1_000_000,
        unit="µs",
        at_most=500,
        aim=100,
    )


async def _story(address: str, token: str, database: Database, changes: int) -> tuple[list[float], float]:
    headers = {"authorization": f"Bearer {token}"}
    streams = [await Listener.opened(address, "Alarm", headers) for _ in range(STREAMS)]
    waits: list[float] = []
    started = time.process_time()
    for number in range(1, changes + 1):
        threading.Thread(target=_change, args=(database, number)).start()
        told_at = time.perf_counter()
        await asyncio.gather(*(stream.until(number) for stream in streams))
        waits += [stream.arrived[-1] - told_at for stream in streams]
    busy = (time.process_time() - started) / (changes * STREAMS)
    for stream in streams:
        await stream.close()
    return waits, busy


def _change(database: Database, number: int) -> None:
    with database.uow(tenant=TENANT, actor="bench", cause="bench") as uow:
        uow.emit(EntityChanged(type="Alarm", id=str(number), version=number, change="stateChange"))
