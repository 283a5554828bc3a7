"""A real call server, Kamailio with ims_charging, charges calls by us: granted to the end, or refused.

Debian: kamailio and kamailio-ims-modules.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest

from tandem.bss.charging.terms.online import PartAnswer, SessionAnswer, SessionRequest, Units
from tandem.bss.charging.wire.diameter import DiameterServer, Peer
from tests.bss.charging.diameter.call import Phone
from tests.bss.charging.diameter.scripted import SETTINGS, ScriptedAsker, listening
from tests.bss.charging.diameter.test_freediameter import free_port
from tests.support.loops import finish

MODULES = next((found.parent for found in Path("/usr/lib").glob("**/kamailio/modules/ims_charging.so")), None)
HOST = "scscf.visited.example"

pytestmark = pytest.mark.skipif(
    shutil.which("kamailio") is None or MODULES is None,
    reason="needs Kamailio with IMS: apt-get install kamailio kamailio-ims-modules",
)

PEERS = """<?xml version="1.0" encoding="UTF-8"?>
<DiameterPeer FQDN="{host}" Realm="visited.example" Vendor_Id="10415" Product_Name="CDiameterPeer"
 AcceptUnknownPeers="1" DropUnknownOnDisconnect="1" Tc="30" Workers="2" QueueLength="32" TransactionTimeout="5"
 SessionsHashSize="128" DefaultAuthSessionTimeout="3600" MaxAuthSessionTimeout="3600">
  <Acceptor port="{port}" bind="127.0.0.1"/>
  <Auth id="4" vendor="10415"/>
  <DefaultRoute FQDN="{ocs}" metric="10"/>
</DiameterPeer>
"""
CONFIGURATION = """#!KAMAILIO
debug=2
log_stderror=yes
children=2
auto_aliases=no
disable_tcp=yes
listen=udp:127.0.0.1:{sip}
mpath="{modules}/"
loadmodule "tm.so"
loadmodule "sl.so"
loadmodule "rr.so"
loadmodule "pv.so"
loadmodule "siputils.so"
loadmodule "textops.so"
loadmodule "cdp.so"
loadmodule "cdp_avp.so"
loadmodule "ims_dialog.so"
loadmodule "ims_charging.so"
modparam("cdp", "config_file", "{peers}")
modparam("ims_dialog", "dlg_flag", 2)
modparam("ims_charging", "origin_host", "{host}")
modparam("ims_charging", "origin_realm", "visited.example")
modparam("ims_charging", "destination_host", "{ocs}")
modparam("ims_charging", "destination_realm", "home.example")
modparam("ims_charging", "timer_buffer", 1)
request_route {{
  if (has_totag()) {{
    if (loose_route() || is_method("ACK|BYE")) {{ t_relay(); }}
    exit;
  }}
  if (!is_method("INVITE")) {{ sl_send_reply("405", "Method Not Allowed"); exit; }}
  record_route();
  setflag(2);
  t_newtran();
  if (!Ro_CCR("CHARGED", "orig", "30", "in", "out")) {{ t_reply("402", "Payment Required"); }}
}}
route[CHARGED] {{
  if ($avp(cca_return_code) != 1) {{ t_reply("402", "Payment Required"); exit; }}
  t_relay();
}}
"""


class Network(NamedTuple):
    """A call server that is charged by us, and two phones."""

    server: DiameterServer
    sip: int
    caller: Phone
    called: Phone


@asynccontextmanager
async def network(folder: Path, asker: ScriptedAsker) -> AsyncIterator[Network]:
    """The call server is called by us: it looks for its own peers in the domain name system.

    It has many processes, and some of its releases wait a minute for each other at the end: they go at once.
    """
    sip, diameter = free_port(), free_port()
    peers, configuration = folder / "peers.xml", folder / "kamailio.cfg"
    peers.write_text(PEERS.format(host=HOST, ocs=SETTINGS.host, port=diameter))
    configuration.write_text(CONFIGURATION.format(host=HOST, ocs=SETTINGS.host, sip=sip, modules=MODULES, peers=peers))
    settings = replace(SETTINGS, peers=(Peer(host=HOST, dial=("127.0.0.1", diameter)),), reconnect_s=0.2, answer_s=5)
    log = (folder / "kamailio.log").open("wb")
    process = await asyncio.create_subprocess_exec(
        "kamailio",
        "-f",
        str(configuration),
        "-DD",
        "-E",
        "-Y",
        str(folder),
        stdout=log,
        stderr=log,
        start_new_session=True,
    )
    caller, called = await Phone.plug_in(), await Phone.plug_in()
    async with listening(asker, settings) as server:
        try:
            async with asyncio.timeout(20):
                await server.connected(HOST)
            yield Network(server, sip, caller, called)
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
            caller.hang_up()
            called.hang_up()
            log.close()


def _seconds(granted: int) -> Callable[[SessionRequest], SessionAnswer]:
    def answer(request: SessionRequest) -> SessionAnswer:
        parts = tuple(
            PartAnswer(
                rating_group=part.rating_group,
                service_id=part.service_id,
                granted=None if part.wanted is None else Units(time_s=granted),
                validity_s=granted,
            )
            for part in request.parts
        )
        return SessionAnswer(
            session=request.session, sequence=request.sequence, result="success", at=request.at, parts=parts
        )

    return answer


def _refuse(request: SessionRequest) -> SessionAnswer:
    return SessionAnswer(session=request.session, sequence=request.sequence, result="credit_limit", at=request.at)


def test_a_call_is_charged_from_its_beginning_to_its_end(tmp_path: Path) -> None:
    async def story() -> None:
        asker = ScriptedAsker(_seconds(3))
        async with network(tmp_path, asker) as net:
            net.caller.call("+33123", at=net.called.port, by=net.sip)
            answer = await net.caller.hears("SIP/2.0 200")
            net.caller.say("ACK", answer, at=net.called.port, by=net.sip)
            await asker.has_heard(2)
            net.caller.say("BYE", answer, at=net.called.port, by=net.sip)
            await net.caller.hears("SIP/2.0 200")
            await asker.has_heard(3)
        first, *between, last = asker.asked
        assert (first.operation, first.subscriber, first.destination) == ("create", "491700000001", "33123")
        assert (first.service, first.parts[0].rating_group, first.parts[0].wanted) == ("voice", 100, Units(time_s=30))
        assert {asked.operation for asked in between} == {"update"}
        assert all(asked.parts[0].used[0].units.time_s in (2, 3) for asked in between)
        assert (last.operation, last.parts[0].wanted) == ("release", None)
        assert [asked.sequence for asked in asker.asked] == list(range(len(asker.asked)))

    finish(story())


def test_a_call_that_nobody_pays_for_is_not_put_through(tmp_path: Path) -> None:
    async def story() -> None:
        asker = ScriptedAsker(_refuse)
        async with network(tmp_path, asker) as net:
            net.caller.call("+33123", at=net.called.port, by=net.sip)
            await net.caller.hears("SIP/2.0 402")
            assert net.called.heard.empty()

    finish(story())
