"""The charging process as an operator runs it: it serves, is killed amid sessions, is started again, and stops."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from tandem.bss.catalog import seed as catalog_seed
from tandem.kernel.json import Doc
from tandem.kernel.period import text_of
from tandem.kernel.store import Database
from tandem.kernel.store.embedded.holder import wait_until
from tandem.kernel.store.embedded.ports import free_port
from tests.bss.charging.nchf.messages import BASE, doc_of, post, request
from tests.bss.charging.online.network import DATA, MB, NUMBER, Network
from tests.support.http2 import Http2Client
from tests.support.loops import finish
from tests.support.shared import ROOT

pytestmark = pytest.mark.slow
LIMIT_S = 60.0
KILLS = int(os.environ.get("TANDEM_CHARGING_KILLS", "5"))


class Process:
    """One `tandem serve --role charging` on the tests' database."""

    def __init__(self, url: str, tenant: str, data: Path) -> None:
        self._environment = {**os.environ, "TANDEM_APP_URL": url, "TANDEM_TENANT": tenant, "TANDEM_DATA": str(data)}
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def nchf(self) -> int:
        return self.port + 2

    def start(self) -> None:
        command = [sys.executable, "-m", "tandem.app", "serve", "--role", "charging", "--port", str(self.port)]
        self._process = subprocess.Popen(command, cwd=ROOT, env=self._environment)
        assert wait_until(self.is_well, limit_s=LIMIT_S)

    def is_well(self) -> bool:
        with suppress(httpx.HTTPError):
            return self.get("/health").status_code == 200
        return False

    def get(self, path: str) -> httpx.Response:
        return httpx.get(f"http://127.0.0.1:{self.port + 3}{path}", trust_env=False)

    def end(self, how: signal.Signals) -> int:
        """Send it a signal; its exit code."""
        assert self._process is not None
        self._process.send_signal(how)
        return self._process.wait(LIMIT_S)


@pytest.fixture
def network(database: Database, fresh_tenant: str) -> Network:
    made = Network(database, fresh_tenant)
    made.open_shop()
    made.now = database.clock()
    return made


@pytest.fixture
def process(database_urls: tuple[str, str], fresh_tenant: str, tmp_path: Path) -> Iterator[Process]:
    made = Process(database_urls[1], fresh_tenant, tmp_path)
    made.start()
    yield made
    with suppress(ProcessLookupError):
        made.end(signal.SIGKILL)


def message(network: Network, sequence: int, octets: int | None) -> Doc:
    at = text_of(network.now)
    usage: Doc = {"ratingGroup": DATA, "requestedUnit": {}}
    if octets is not None:
        usage["usedUnitContainer"] = [{"localSequenceNumber": sequence, "totalVolume": octets, "triggerTimestamp": at}]
    return request(
        subscriberIdentifier=f"msisdn-{NUMBER}",
        invocationSequenceNumber=sequence,
        invocationTimeStamp=at,
        multipleUnitUsage=[usage],
    )


async def told(port: int, path: str, body: Doc) -> Doc | None:
    """The answer; none when the process died on the way."""
    with suppress(OSError, asyncio.TimeoutError):
        async with Http2Client.to("127.0.0.1", port) as client:
            answer = await asyncio.wait_for(post(client, path, body), LIMIT_S)
            assert answer.status in (200, 201), answer.body
            return {"location": answer.headers.get("location", ""), "body": doc_of(answer)}
    return None


def test_it_is_killed_between_any_two_messages_and_nothing_is_lost_or_charged_twice(
    network: Network, process: Process
) -> None:
    product = network.subscribe(offering=catalog_seed.MAX_100)
    created = finish(told(process.nchf, BASE, message(network, 0, None)))
    assert created is not None
    place = f"{BASE}/{created['location'].rpartition('/')[2]}/update"

    async def report_and_kill(sequence: int) -> Doc | None:
        asking = asyncio.create_task(told(process.nchf, place, message(network, sequence, sequence * MB)))
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(asyncio.shield(asking), 0.003 * sequence)
        await asyncio.to_thread(process.end, signal.SIGKILL)
        return await asking

    for sequence in range(1, KILLS + 1):
        first = finish(report_and_kill(sequence))
        process.start()
        again = finish(told(process.nchf, place, message(network, sequence, sequence * MB)))
        assert again is not None
        assert first is None or first["body"] == again["body"]
    quantities = [quantity for _, quantity, _, _ in network.charged(product)]
    assert sorted(quantities) == [sequence * MB for sequence in range(1, KILLS + 1)]
    bucket = network.buckets()["100 GB of data"]
    assert (bucket["used"], bucket["reserved"]) == (sum(quantities), 100 * MB)


def test_it_tells_its_figures_and_stops_when_it_is_asked(network: Network, process: Process, tmp_path: Path) -> None:
    network.subscribe(offering=catalog_seed.MAX_100)
    created = finish(told(process.nchf, BASE, message(network, 0, None)))
    assert created is not None
    figures = process.get("/metrics").text
    assert 'tandem_charging_messages_total{operation="create",protocol="nchf",result="success"} 1.0' in figures
    assert "tandem_charging_batch_size_count 1.0" in figures
    assert process.get("/elsewhere").status_code == 404
    assert process.end(signal.SIGTERM) == 0
