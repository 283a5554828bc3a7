"""Nchf over real HTTP/2, in clear text and over TLS."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tandem.bss.charging.terms.online import Overloaded, SessionAnswer, SessionRequest, Unanswered
from tandem.bss.charging.wire.nchf import Listening, serve_nchf
from tandem.kernel.store.embedded.ports import free_port
from tests.bss.charging.nchf.messages import (
    AT,
    BASE,
    CHARGING,
    COMMON,
    OFFLINE,
    Doc,
    Script,
    armed,
    checked,
    doc_of,
    post,
    request,
    served,
    sms,
    story,
)
from tests.support.http2 import Answer, Http2Client


def problem(answer: Answer) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    doc = checked(COMMON, "ProblemDetails", doc_of(answer))
    assert doc["status"] == answer.status
    return answer.status, doc["cause"]


def test_a_session_begins_goes_on_and_ends() -> None:
    script = Script()

    async def told() -> None:
        async with served(script) as client:
            created = await post(client, BASE, request())
            assert created.status == 201
            assert created.headers["content-type"] == "application/json"
            checked(CHARGING, "ChargingDataResponse", doc_of(created))
            root, _, session = created.headers["location"].rpartition("/")
            assert root.endswith(BASE) and root.startswith("http://127.0.0.1:")
            updated = await post(client, f"{BASE}/{session}/update", request(invocationSequenceNumber=1))
            assert updated.status == 200
            assert doc_of(updated) == {
                "invocationTimeStamp": "2026-11-24T10:00:00Z",
                "invocationSequenceNumber": 1,
                "sessionFailover": "FAILOVER_SUPPORTED",
                "multipleUnitInformation": [
                    {
                        "ratingGroup": 10,
                        "resultCode": "SUCCESS",
                        "grantedUnit": {"totalVolume": 100_000_000},
                        "triggers": armed("QUOTA_EXHAUSTED", "VALIDITY_TIME", "PLMN_CHANGE"),
                        "validityTime": 3600,
                    }
                ],
            }
            released = await post(client, f"{BASE}/{session}/release", request(invocationSequenceNumber=2))
            assert (released.status, released.body) == (204, b"")
            assert [(each.operation, each.session, each.sequence) for each in script.asked] == [
                ("create", session, 0),
                ("update", session, 1),
                ("release", session, 2),
            ]

    story(told)


def test_a_create_that_is_sent_again_has_the_same_resource_and_the_same_answer() -> None:
    async def told() -> None:
        async with served(Script()) as client:
            first = await post(client, BASE, request())
            again = await post(client, BASE, request(retransmissionIndicator=True))
            assert first.headers["location"] == again.headers["location"]
            assert first.body == again.body

    story(told)


def test_a_one_time_event_is_asked_as_an_event() -> None:
    script = Script()

    async def told() -> None:
        async with served(script) as client:
            doc = request(
                oneTimeEvent=True,
                oneTimeEventType="IEC",
                pDUSessionChargingInformation=None,
                sMSChargingInformation=sms(),
                multipleUnitUsage=[{"ratingGroup": 1, "requestedUnit": {"serviceSpecificUnits": 1}}],
            )
            answer = await post(client, BASE, doc)
            assert answer.status == 201
            assert [(each.operation, each.action, each.service) for each in script.asked] == [("event", "debit", "sms")]

    story(told)


def test_a_function_that_only_reports_has_its_own_resource() -> None:
    base = "/nchf-offlineonlycharging/v1/offlinechargingdata"
    script = Script()
    doc = checked(
        OFFLINE,
        "ChargingDataRequest",
        {
            key: value
            for key, value in request().items()
            if key not in ("notifyUri", "multipleUnitUsage", "pDUSessionChargingInformation")
        }
        | {
            "multipleUnitUsage": [
                {"ratingGroup": 1, "usedUnitContainer": [{"localSequenceNumber": 1, "totalVolume": 10}]}
            ],
            "pDUSessionChargingInformation": {
                "chargingId": 7,
                "pduSessionInformation": {"pduSessionID": 5, "dnnId": "internet"},
            },
        },
    )

    async def told() -> None:
        async with served(script) as client:
            created = await post(client, base, doc)
            assert created.status == 201
            checked(OFFLINE, "ChargingDataResponse", doc_of(created))
            session = created.headers["location"].rpartition("/")[2]
            assert created.headers["location"].endswith(f"{base}/{session}")
            assert (await post(client, f"{base}/{session}/update", doc)).status == 200
            assert (await post(client, f"{base}/{session}/release", doc)).status == 204

    story(told)


@pytest.mark.parametrize(
    ("method", "path", "status", "cause"),
    [
        ("GET", BASE, 405, "UNSPECIFIED_MSG_FAILURE"),
        ("POST", f"{BASE}/", 404, "RESOURCE_URI_STRUCTURE_NOT_FOUND"),
        ("POST", f"{BASE}/x", 404, "RESOURCE_URI_STRUCTURE_NOT_FOUND"),
        ("POST", f"{BASE}/x/renew", 404, "RESOURCE_URI_STRUCTURE_NOT_FOUND"),
        ("POST", f"{BASE}x/y/update", 404, "RESOURCE_URI_STRUCTURE_NOT_FOUND"),
        ("POST", "/nchf-convergedcharging/v3/other", 404, "RESOURCE_URI_STRUCTURE_NOT_FOUND"),
        ("POST", "/nchf-spendinglimitcontrol/v1/subscriptions", 404, "RESOURCE_URI_STRUCTURE_NOT_FOUND"),
        ("POST", "/nchf-convergedcharging/v2/chargingdata", 400, "INVALID_API"),
        ("GET", "/", 400, "INVALID_API"),
    ],
)
def test_what_is_not_there_is_told_apart(method: str, path: str, status: int, cause: str) -> None:
    script = Script()

    async def told() -> Answer:
        async with served(script) as client:
            return await client.request(method, path, b"" if method == "GET" else b"{}")

    answer = story(told)
    assert problem(answer) == (status, cause)
    assert answer.headers.get("allow") == ("POST" if status == 405 else None)
    assert script.asked == []


def test_bad_input_asks_nothing() -> None:
    script = Script()

    async def told() -> None:
        async with served(script) as client:
            assert problem(await client.post(BASE, b"{")) == (400, "INVALID_MSG_FORMAT")
            missing = await client.post(BASE, b'{"nfConsumerIdentification": {"nodeFunctionality": "SMF"}}')
            assert problem(missing) == (400, "MANDATORY_IE_MISSING")
            assert doc_of(missing)["invalidParams"][0]["param"] == "/invocationTimeStamp"
            xml = await client.post(BASE, b"<x/>", {"content-type": "application/xml"})
            assert problem(xml) == (415, "UNSPECIFIED_MSG_FAILURE")
            assert problem(await client.post(BASE, b" " * 1_000_001)) == (413, "UNSPECIFIED_MSG_FAILURE")

    story(told)
    assert script.asked == []


def refusing(fault: Exception) -> Callable[[SessionRequest], SessionAnswer]:
    def answer(asked: SessionRequest) -> SessionAnswer:
        raise fault

    return answer


@pytest.mark.parametrize(
    ("priority", "status", "cause"),
    [
        (None, 503, "NF_CONGESTION"),
        ("24", 503, "NF_CONGESTION"),
        ("3", 503, "NF_CONGESTION"),
        ("25", 429, "NF_CONGESTION_RISK"),
        ("31", 429, "NF_CONGESTION_RISK"),
        ("often", 503, "NF_CONGESTION"),
    ],
)
def test_overload_is_told_with_when_to_come_again(priority: str | None, status: int, cause: str) -> None:
    async def told() -> Answer:
        async with served(Script(refusing(Overloaded("too much", retry_after_s=2)))) as client:
            headers = {} if priority is None else {"3gpp-sbi-message-priority": priority}
            return await post(client, BASE, request(), **headers)

    answer = story(told)
    assert problem(answer) == (status, cause)
    assert answer.headers["retry-after"] == "2"


def test_the_priority_of_a_message_reaches_the_door() -> None:
    script = Script()

    async def told() -> None:
        async with served(script) as client:
            await post(client, BASE, request(), **{"3gpp-sbi-message-priority": "4"})
            await post(client, BASE, request())

    story(told)
    assert [each.priority for each in script.asked] == [20, 0]


def test_a_door_that_does_not_answer_is_our_failure() -> None:
    async def told() -> Answer:
        async with served(Script(refusing(Unanswered("no answer")))) as client:
            return await post(client, BASE, request())

    assert problem(story(told)) == (500, "SYSTEM_FAILURE")


def test_a_refusal_of_the_door_is_told() -> None:
    def refused(asked: SessionRequest) -> SessionAnswer:
        return SessionAnswer(session=asked.session, sequence=asked.sequence, result="credit_limit", at=AT)

    async def told() -> Answer:
        async with served(Script(refused)) as client:
            return await post(client, BASE, request())

    answer = story(told)
    assert problem(answer) == (403, "QUOTA_LIMIT_REACHED")
    assert "location" not in answer.headers


def test_the_root_that_clients_know_is_in_the_location() -> None:
    async def told() -> Answer:
        async with served(Script(), api_root="https://chf.operator.example") as client:
            return await post(client, BASE, request())

    assert story(told).headers["location"].startswith(f"https://chf.operator.example{BASE}/")


def test_many_streams_are_answered_each_with_its_own() -> None:
    async def told() -> None:
        async with served(Script()) as client:
            docs = [request(invocationSequenceNumber=number) for number in range(300)]
            answers = await asyncio.gather(*(post(client, f"{BASE}/s/update", doc) for doc in docs))
            assert [doc_of(answer)["invocationSequenceNumber"] for answer in answers] == list(range(300))

    story(told)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("tls")
    certificate, key = folder / "chf.pem", folder / "chf.key"
    made = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
    subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run([*made, *subject, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    return certificate, key


def test_the_same_over_tls(certificate: tuple[Path, Path]) -> None:
    async def told() -> Answer:
        async with served(Script(), certificate=certificate[0], key=certificate[1]) as client:
            return await post(client, BASE, request())

    answer = story(told)
    assert answer.status == 201
    assert answer.headers["location"].startswith("https://127.0.0.1:")


def test_with_a_client_authority_nobody_enters_without_a_certificate(certificate: tuple[Path, Path]) -> None:
    async def told() -> None:
        made = {"certificate": certificate[0], "key": certificate[1], "client_ca": certificate[0]}
        async with served(Script(), **made) as client:
            with pytest.raises(ConnectionError):
                await post(client, BASE, request())

    story(told)


def test_a_place_that_is_taken_is_told() -> None:
    async def told() -> None:
        blocker = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", free_port())
        port = blocker.sockets[0].getsockname()[1]
        with pytest.raises(OSError, match=f"127.0.0.1:{port}: Address already in use"):
            async with serve_nchf(Script(), listening=Listening(host="127.0.0.1", port=port)):
                raise AssertionError("it should not listen")
        blocker.close()

    story(told)


def test_two_processes_may_share_a_port() -> None:
    """Both listen; what one of them is stopped with, the other goes on to answer."""

    async def told() -> None:
        listening = Listening(host="127.0.0.1", port=free_port())
        first, second = Script(), Script()
        async with serve_nchf(first, listening=listening):
            async with serve_nchf(second, listening=listening):
                await each_asks(listening)
            await each_asks(listening)
        assert len(first.asked) + len(second.asked) == 20

    async def each_asks(listening: Listening) -> None:
        for _ in range(10):
            async with Http2Client.to(listening.host, listening.port) as client:
                answer: Doc = doc_of(await post(client, BASE, request()))
                assert answer["invocationSequenceNumber"] == 0

    story(told)


def test_another_client_of_http_2_is_understood() -> None:
    async def told() -> httpx.Response:
        listening = Listening(host="127.0.0.1", port=free_port())
        async with serve_nchf(Script(), listening=listening), httpx.AsyncClient(http1=False, http2=True) as client:
            return await client.post(f"http://127.0.0.1:{listening.port}{BASE}", json=request())

    answer = story(told)
    assert (answer.http_version, answer.status_code) == ("HTTP/2", 201)
    assert answer.json()["invocationSequenceNumber"] == 0


class Held:
    """Answers when it is let."""

    def __init__(self) -> None:
        self.is_asked = asyncio.Event()
        self.is_let = asyncio.Event()

    async def ask(self, asked: SessionRequest) -> SessionAnswer:
        self.is_asked.set()
        await self.is_let.wait()
        return SessionAnswer(session=asked.session, sequence=asked.sequence, result="success", at=AT)


def test_a_stop_answers_what_was_asked_and_takes_nothing_more() -> None:
    async def told() -> None:
        held = Held()
        listening = Listening(host="127.0.0.1", port=free_port())
        async with contextlib.AsyncExitStack() as open_until_the_end:
            async with serve_nchf(held, listening=listening):
                client = await open_until_the_end.enter_async_context(Http2Client.to(listening.host, listening.port))
                asked = asyncio.create_task(post(client, BASE, request()))
                await held.is_asked.wait()
                asyncio.get_running_loop().call_later(1 / 10, held.is_let.set)
            assert (await asked).status == 201
            with pytest.raises(ConnectionError):
                await post(client, BASE, request())
        with pytest.raises(OSError):
            async with Http2Client.to(listening.host, listening.port):
                raise AssertionError("it should not listen")

    story(told)


def test_a_fault_of_ours_is_a_server_error_and_the_server_goes_on() -> None:
    script = Script(refusing(ZeroDivisionError()))

    async def told() -> None:
        async with served(script) as client:
            assert [(await post(client, BASE, request())).status for _ in range(2)] == [500, 500]

    story(told)
