"""Real RADIUS programs: radclient as a NAS, and a FreeRADIUS between a NAS and us that hands on what it is told.

Debian: freeradius-utils, freeradius.
"""

from __future__ import annotations

import asyncio
import shutil
import socket
from pathlib import Path

import pytest

from tests.bss.charging.radius.test_packets import SECRET
from tests.bss.charging.radius.test_server import ScriptedDoor, listening
from tests.support.loops import finish

LIBRARIES = Path("/usr/lib/freeradius")
DICTIONARY = Path("/usr/share/freeradius/dictionary")

pytestmark = pytest.mark.skipif(
    shutil.which("radclient") is None, reason="needs radclient: apt-get install freeradius-utils"
)

REPORTS = (
    "Acct-Status-Type = Accounting-On, NAS-Identifier = bng1",
    "Acct-Status-Type = Start, Acct-Session-Id = a17, User-Name = line17@isp.ex, NAS-Identifier = bng1, "
    "Framed-IP-Address = 100.64.0.9",
    "Acct-Status-Type = Interim-Update, Acct-Session-Id = a17, User-Name = line17@isp.ex, NAS-Identifier = bng1, "
    "Acct-Session-Time = 60, Acct-Input-Octets = 7, Acct-Input-Gigawords = 1, Acct-Output-Octets = 9",
    "Acct-Status-Type = Stop, Acct-Session-Id = a17, User-Name = line17@isp.ex, NAS-Identifier = bng1, "
    "Acct-Session-Time = 90, Acct-Input-Octets = 8, Acct-Input-Gigawords = 1, Acct-Output-Octets = 10, "
    "Acct-Terminate-Cause = User-Request",
)


async def report(port: int, attributes: str, kind: str = "acct") -> str:
    """Send one report by radclient; what it says of the answer."""
    process = await asyncio.create_subprocess_exec(
        *("radclient", "-x", "-r", "2", "-t", "3", f"127.0.0.1:{port}", kind, SECRET.decode()),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate(attributes.encode())
    return said.decode()


def _check(door: ScriptedDoor, client: str) -> None:
    assert [nas for nas, _ in door.closed] == [f"{client}/bng1"]
    assert [request.operation for request in door.asked] == ["create", "update", "release"]
    assert {request.session for request in door.asked} == {f"{client}/bng1;a17"}
    units = door.asked[2].parts[0].used[0].units
    assert (units.time_s, units.uplink_octets, units.downlink_octets) == (90, (1 << 32) + 8, 10)
    assert door.asked[2].facts["termination_cause"] == "user_request"


def test_radclient_reports_a_session() -> None:
    async def story() -> None:
        door = ScriptedDoor()
        async with listening(door) as (server, _):
            for attributes in REPORTS:
                assert "Received Accounting-Response" in await report(server.port, attributes)
        _check(door, "north")

    finish(story())


def test_radclient_sees_that_the_server_is_there() -> None:
    async def story() -> None:
        async with listening(ScriptedDoor()) as (server, _):
            said = await report(server.port, "Message-Authenticator = 0x00", "status")
            assert "Received Accounting-Response" in said

    finish(story())


CONFIGURATION = """
prefix = /usr
libdir = {libraries}
logdir = {folder}
run_dir = {folder}
pidfile = {folder}/radiusd.pid
security {{
 allow_core_dumps = no
}}
client nas {{ ipaddr = 127.0.0.1
 secret = {secret} }}
home_server tandem {{ type = acct
 ipaddr = 127.0.0.1
 port = {ours}
 secret = {secret}
 status_check = status-server }}
home_server_pool charging {{ home_server = tandem }}
realm charging {{ acct_pool = charging }}
modules {{
 always ok {{
  rcode = ok
 }}
}}
server default {{
 listen {{ type = acct
  ipaddr = 127.0.0.1
  port = {port} }}
 preacct {{
  update control {{
   &Proxy-To-Realm := "charging"
  }}
 }}
 accounting {{
  ok
 }}
}}
"""


@pytest.mark.skipif(shutil.which("freeradius") is None, reason="needs FreeRADIUS: apt-get install freeradius")
def test_a_freeradius_on_the_way_hands_on_a_session(tmp_path: Path) -> None:
    async def story() -> None:
        door = ScriptedDoor()
        async with listening(door) as (server, _):
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
                probe.bind(("127.0.0.1", 0))
                port = probe.getsockname()[1]
            (tmp_path / "radiusd.conf").write_text(
                CONFIGURATION.format(
                    libraries=LIBRARIES, folder=tmp_path, secret=SECRET.decode(), ours=server.port, port=port
                )
            )
            process = await asyncio.create_subprocess_exec(
                *("freeradius", "-X", "-d", str(tmp_path), "-D", str(DICTIONARY.parent)),
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
            )
            try:
                await _is_ready(process)
                for attributes in REPORTS:
                    assert "Received Accounting-Response" in await report(port, attributes)
            finally:
                process.kill()
                await process.communicate()
        _check(door, "north")

    finish(story())


async def _is_ready(process: asyncio.subprocess.Process) -> None:
    assert process.stdout is not None
    said = ""
    async with asyncio.timeout(20):
        while "Ready to process requests" not in said:
            line = await process.stdout.readline()
            assert line, f"FreeRADIUS ended: {said[-2000:]}"
            said += line.decode(errors="replace")
