"""A real relay, freeDiameter, between a gateway and us: it says who it is, watches, routes both ways and says goodbye.

Debian: freediameter and freediameter-extensions.
"""

from __future__ import annotations

import asyncio
import shutil
import signal
import socket
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tandem.bss.charging.rules.diameter import base
from tandem.bss.charging.rules.diameter import dictionary as d
from tandem.bss.charging.rules.diameter.codec import number_avp, text_avp
from tandem.bss.charging.terms.online import SessionNotice
from tandem.bss.charging.wire.diameter import DiameterServer, Peer
from tests.bss.charging.diameter.scripted import CLIENT, SETTINGS, RawClient, ScriptedAsker, ccr, listening, service
from tests.support.loops import finish

EXTENSIONS = Path("/usr/lib/freeDiameter")
RELAY = "dra.visited.example"

pytestmark = pytest.mark.skipif(
    shutil.which("freeDiameterd") is None
    or not (EXTENSIONS / "acl_wl.fdx").exists()
    or shutil.which("openssl") is None,
    reason="needs freeDiameter: apt-get install freediameter freediameter-extensions openssl",
)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def configure(folder: Path, port: int, ours: int) -> Path:
    """A relay that takes gateways of its realm and calls us. It wants a certificate even where it uses none."""
    certificate, key = folder / "cert.pem", folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={RELAY}"]
        + ["-keyout", str(key), "-out", str(certificate)],
        check=True,
        capture_output=True,
    )
    (folder / "acl.conf").write_text("ALLOW_IPSEC *.visited.example\n")
    extensions = "".join(
        f'LoadExtension = "{EXTENSIONS}/{name}.fdx";\n'
        for name in ("dict_nasreq", "dict_dcca", "dict_dcca_3gpp", "dbg_msg_dumps")
    )
    text = f"""Identity = "{RELAY}";
Realm = "visited.example";
No_SCTP; No_IPv6;
Port = {port}; SecPort = 0;
ListenOn = "127.0.0.1";
TLS_Cred = "{certificate}", "{key}";
TLS_CA = "{certificate}";
TcTimer = 6; TwTimer = 6;
{extensions}LoadExtension = "{EXTENSIONS}/acl_wl.fdx" : "{folder / "acl.conf"}";
ConnectPeer = "{SETTINGS.host}" {{ ConnectTo = "127.0.0.1"; No_TLS; Port = {ours}; }};
"""
    configuration = folder / "freeDiameter.conf"
    configuration.write_text(text)
    return configuration


class Relay:
    """A freeDiameter that runs, and what it says."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.said = ""

    async def says(self, *words: str) -> None:
        """Wait until it has said all of these."""
        assert self.process.stdout is not None
        async with asyncio.timeout(20):
            while not all(word in self.said for word in words):
                line = await self.process.stdout.readline()
                assert line, f"freeDiameter ended: {self.said[-3000:]}"
                self.said += line.decode(errors="replace")

    async def goes(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        assert self.process.stdout is not None
        async with asyncio.timeout(20):
            self.said += (await self.process.stdout.read()).decode(errors="replace")
            await self.process.wait()


@asynccontextmanager
async def relaying(configuration: Path) -> AsyncIterator[Relay]:
    process = await asyncio.create_subprocess_exec(
        "freeDiameterd",
        "-c",
        str(configuration),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        yield Relay(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def test_a_relay_brings_a_session_and_takes_notices_back(tmp_path: Path) -> None:
    async def story() -> None:
        asker = ScriptedAsker()
        settings = replace(SETTINGS, peers=(Peer(host=RELAY),), watchdog_s=1, answer_s=5)
        async with listening(asker, settings) as server:
            port = free_port()
            async with relaying(configure(tmp_path, port, server.port)) as relay:
                await relay.says("STATE_OPEN", "Device-Watchdog-Answer")
                client = await RawClient.connect(port)
                assert (await client.introduce()).number(d.RESULT_CODE) == base.SUCCESS
                for number, kind in enumerate((1, 2, 3)):
                    _, told = await client.ask(ccr(kind, number, service(10, asks=kind != 3), hop_by_hop=number))
                    assert told.number(d.RESULT_CODE) == base.SUCCESS
                    assert told.text(d.SESSION_ID) == "pgw.visited.example;1;1"
                assert asker.asked[0].notify_at == f"{CLIENT.host};{CLIENT.realm};{RELAY}"
                await _is_told_to_ask_again(client, server, asker.asked[0].notify_at or "")
                client.close()
                await relay.goes()
                assert "Disconnect-Peer-Answer" in relay.said

    finish(story())


async def _is_told_to_ask_again(client: RawClient, server: DiameterServer, place: str) -> None:
    notice = SessionNotice(protocol="gy", session="s;1", notify_at=place, kind="reauthorise")
    telling = asyncio.create_task(server.notify(notice))
    header, told = await client.receive()
    while header.command == base.DEVICE_WATCHDOG:
        await client.send(base.answer_to(header, number_avp(d.RESULT_CODE, 2001), CLIENT.avps))
        header, told = await client.receive()
    assert (header.command, told.text(d.SESSION_ID)) == (base.RE_AUTH, "s;1")
    assert told.texts(d.ROUTE_RECORD) == [SETTINGS.host]
    answer = (text_avp(d.SESSION_ID, "s;1"), number_avp(d.RESULT_CODE, 2001), CLIENT.avps)
    await client.send(base.answer_to(header, *answer))
    assert await telling is True
