"""Another implementation as a gateway: python-diameter connects, charges a session, and is told to ask again."""

from __future__ import annotations

import asyncio
import queue
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from diameter.message import constants as c
from diameter.message.avp import Avp
from diameter.message.commands.credit_control import CreditControlRequest
from diameter.message.commands.re_auth import ReAuthAnswer
from diameter.node import Node
from diameter.node.application import SimpleThreadingApplication

from tandem.bss.charging.terms.online import SessionNotice, Units
from tests.bss.charging.diameter.scripted import CLIENT, SETTINGS, ScriptedAsker, listening
from tests.support.loops import finish

SESSION = "pgw.visited.example;11;22"


@contextmanager
def gateway(port: int, told: queue.Queue[Any]) -> Iterator[SimpleThreadingApplication]:
    """A node of the library that answers re-authorisations with success."""

    def hear(application: SimpleThreadingApplication, message: Any) -> Any:
        told.put(message)
        answer: ReAuthAnswer = application.generate_answer(message)
        answer.session_id = message.session_id
        answer.result_code = c.E_RESULT_CODE_DIAMETER_SUCCESS
        return answer

    node = Node(CLIENT.host, CLIENT.realm, ip_addresses=["127.0.0.1"], vendor_ids=[c.VENDOR_TGPP])
    peer = node.add_peer(f"aaa://{SETTINGS.host}:{port};transport=tcp", SETTINGS.realm, ["127.0.0.1"], True)
    application = SimpleThreadingApplication(
        c.APP_DIAMETER_CREDIT_CONTROL_APPLICATION, is_auth_application=True, request_handler=hear
    )
    node.add_application(application, [peer], [SETTINGS.realm, CLIENT.realm])
    node.wakeup_interval = 1
    node.start()
    try:
        application.wait_for_ready(20)
        yield application
    finally:
        node.stop(wait_timeout=5, force=True)


def request(kind: int, number: int, used: int | None = None) -> CreditControlRequest:
    """A CCR as the library builds it."""
    ccr = CreditControlRequest()
    ccr.session_id, ccr.origin_host, ccr.origin_realm = SESSION, CLIENT.host.encode(), CLIENT.realm.encode()
    ccr.destination_realm = SETTINGS.realm.encode()
    ccr.auth_application_id = c.APP_DIAMETER_CREDIT_CONTROL_APPLICATION
    ccr.service_context_id = "32251@3gpp.org"
    ccr.cc_request_type, ccr.cc_request_number = kind, number
    ccr.event_timestamp = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    ccr.add_subscription_id(subscription_id_type=0, subscription_id_data="491700000001")
    parts: list[Avp] = [Avp.new(c.AVP_RATING_GROUP, value=10)]
    if kind != c.E_CC_REQUEST_TYPE_TERMINATION_REQUEST:
        parts.append(Avp.new(c.AVP_REQUESTED_SERVICE_UNIT, value=[]))
    if used is not None:
        parts.append(Avp.new(c.AVP_USED_SERVICE_UNIT, value=[Avp.new(c.AVP_CC_TOTAL_OCTETS, value=used)]))
    ccr.append_avp(Avp.new(c.AVP_MULTIPLE_SERVICES_CREDIT_CONTROL, value=parts))
    return ccr


def test_a_session_of_another_implementation_is_charged_and_asked_again() -> None:
    told: queue.Queue[Any] = queue.Queue()

    def charge(port: int, tell: Any) -> list[tuple[int, int, int | None]]:
        answers = []
        with gateway(port, told) as application:
            for number, (kind, used) in enumerate(((1, None), (2, 9_000_000), (3, 1_000_000))):
                answer = application.send_request(request(kind, number, used), timeout=10)
                (part,) = answer.multiple_services_credit_control
                granted = part.granted_service_unit
                answers.append((answer.result_code, part.result_code, granted.cc_total_octets if granted else None))
            tell()
        return answers

    async def story() -> None:
        asker = ScriptedAsker()
        async with listening(asker) as server:
            loop = asyncio.get_running_loop()

            def tell() -> None:
                notice = SessionNotice(
                    protocol="gy", session=SESSION, notify_at=asker.asked[0].notify_at or "", kind="reauthorise"
                )
                assert asyncio.run_coroutine_threadsafe(server.notify(notice), loop).result(10) is True

            answers = await asyncio.to_thread(charge, server.port, tell)
        assert answers == [(2001, 2001, 10_000_000), (2001, 2001, 10_000_000), (2001, 2001, None)]
        assert [(asked.operation, asked.sequence) for asked in asker.asked] == [
            ("create", 0),
            ("update", 1),
            ("release", 2),
        ]
        assert asker.asked[1].parts[0].used[0].units == Units(total_octets=9_000_000)
        assert asker.asked[0].at == datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
        assert told.get_nowait().session_id == SESSION

    finish(story())
