"""The remote side of the seam in its parts: what is told of what was read, proofs of deliveries, and errors."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tandem.app.adapters import documents, store
from tandem.app.adapters.connection import REST_S, OtherHalf, OtherHalfSilent
from tandem.app.adapters.following import Follower
from tandem.app.adapters.listening import OLDEST_S, SUBSCRIPTIONS, DeliveryNotProved, Listeners
from tandem.kernel import json
from tandem.kernel.access.sealed import SealingKeys, use_sealing_keys
from tandem.kernel.errors import Conflict, Invalid, NotFound, Refused
from tandem.kernel.json import Doc
from tandem.kernel.period import instant
from tandem.kernel.steps import list_steps
from tandem.kernel.store import Database
from tandem.kernel.tmf.notifications import SIGNATURE, TIMESTAMP, signed_headers
from tandem.seam.terms import ServiceImpacted, ServiceImpactEnded

SECRET = "between-the-halves"
STATE_CHANGE = next(one for one in SUBSCRIPTIONS if one.event_type == "ServiceOrderStateChangeEvent")
MESSAGE = {"code": "elements.silent", "reason": "it is silent", "message": "wait"}


def order(state: str, *milestones: str, **more: Any) -> Doc:
    passed = [{"name": name, "milestoneDate": f"2026-10-12T10:00:0{n}Z"} for n, name in enumerate(milestones)]
    item = {"id": "1/0", "state": state, "service": {"id": "s1"}, "x-facts": {"msisdn": "353890000001"}}
    return {"id": "so1", "externalId": "po1", "state": state, "milestone": passed, "serviceOrderItem": [item], **more}


def news(now: Doc, before: Doc | None = None, **how: bool) -> list[tuple[str, str | None, str | None]]:
    told = documents.standing_of(before) if before else None
    return [
        (event.state, event.milestone, event.problem.code if event.problem else None)
        for event in documents.order_news(now, told, **how)
    ]


def test_the_remote_side_knows_no_room() -> None:
    here = Path(documents.__file__).parent
    lines = [line for path in here.glob("*.py") for line in path.read_text().splitlines()]
    known = {line.split()[1] for line in lines if line.startswith(("from tandem", "import tandem"))}
    assert {
        name for name in known if not name.startswith(("tandem.kernel", "tandem.seam", "tandem.app.adapters"))
    } == set()
    assert "tandem.seam.terms" in known


# -- what is told of a service order ----------------------------------------------------------------------------------


def test_each_milestone_is_told_once_and_then_how_the_order_stands() -> None:
    begun, done = order("inProgress", "reserved"), order("completed", "reserved", "configured")
    assert news(begun) == [("inProgress", "reserved", None), ("inProgress", None, None)]
    assert news(done, begun) == [("inProgress", "configured", None), ("completed", "completed", None)]


def test_what_was_told_already_is_not_told_again_unless_the_other_half_was_silent() -> None:
    begun = order("inProgress", "reserved")
    assert news(begun, begun) == []
    assert news(begun, begun, was_silent=True) == [("inProgress", None, None)]


def test_an_order_under_way_with_a_message_waits_and_one_that_is_held_does_not() -> None:
    begun = order("inProgress")
    assert news(order("inProgress", errorMessage=[MESSAGE]), begun) == [("inProgress", "waiting", "elements.silent")]
    assert news(order("held", errorMessage=[MESSAGE]), begun) == [("held", None, "elements.silent")]


def test_facts_come_from_our_own_word_or_else_from_the_services_characteristics() -> None:
    foreign = order("completed")
    foreign["serviceOrderItem"][0].pop("x-facts")
    foreign["serviceOrderItem"][0]["service"]["serviceCharacteristic"] = [
        {"name": "msisdn", "value": "353890000002"},
        {"name": "colour", "value": "red"},
    ]
    facts = [documents.standing_of(doc).items[0].facts for doc in (order("completed"), foreign)]
    assert facts == [{"msisdn": "353890000001"}, {"msisdn": "353890000002"}]


# -- what is told of an alarm -----------------------------------------------------------------------------------------


def alarm(*services: str, severity: str = "critical", state: str = "raised") -> Doc:
    return {
        "id": 7,
        "state": state,
        "perceivedSeverity": severity,
        "alarmRaisedTime": "2026-10-12T10:00:00Z",
        "specificProblem": "hlr-1 does not answer",
        "affectedService": [{"id": service} for service in services],
    }


def felt(now: Doc | None, before: Doc | None = None) -> list[tuple[type, tuple[str, ...]]]:
    told = documents.impact_of(before) if before else None
    at = instant("2026-10-12T10:05:00Z")
    return [(type(event), event.service_ids) for event in documents.impact_news(documents.impact_of(now), told, at)]


def test_services_join_an_impact_and_leave_it() -> None:
    assert felt(alarm("a", "b")) == [(ServiceImpacted, ("a", "b"))]
    assert felt(alarm("b", "c"), alarm("a", "b")) == [(ServiceImpactEnded, ("a",)), (ServiceImpacted, ("c",))]
    assert felt(alarm("a"), alarm("a")) == []


def test_an_impact_that_becomes_less_bad_is_told_to_all_who_feel_it() -> None:
    assert felt(alarm("a", "b", severity="major"), alarm("a", "b")) == [(ServiceImpacted, ("a", "b"))]


@pytest.mark.parametrize("now", [None, alarm("a", state="cleared"), alarm("a", severity="minor"), alarm()])
def test_an_alarm_that_is_gone_cleared_mild_or_alone_ends_the_impact(now: Doc | None) -> None:
    assert felt(now, alarm("a")) == [(ServiceImpactEnded, ("a",))]
    assert felt(now) == []


def test_an_impact_on_many_services_is_told_in_portions() -> None:
    services = [f"s{number:04}" for number in range(1_001)]
    assert [len(named) for _, named in felt(alarm(*services))] == [500, 500, 1]


# -- deliveries -------------------------------------------------------------------------------------------------------


@pytest.fixture
def listeners(database: Database, fresh_tenant: str) -> Listeners:
    use_sealing_keys(SealingKeys("test", {"test": b"k" * 32}))
    with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        store.keep_hub(uow, STATE_CHANGE.event_type, "hub-1", "http://bss.test/listener", SECRET)
    return Listeners(database, fresh_tenant)


def notification(event_id: str = "41") -> bytes:
    return json.dumps({"eventId": event_id, "event": {"serviceOrder": {"id": "so1"}}})


def looks(listeners: Listeners) -> int:
    with listeners.database.uow(tenant=listeners.tenant, actor="tester", cause="test") as uow:
        return len(list_steps(uow, kind=STATE_CHANGE.step))


def test_a_delivery_that_comes_twice_asks_for_one_look(listeners: Listeners) -> None:
    body = notification()
    for _ in range(2):
        listeners.take(STATE_CHANGE, body, signed_headers(body, SECRET.encode()))
    assert looks(listeners) == 1
    later = notification("42")
    listeners.take(STATE_CHANGE, later, signed_headers(later, SECRET.encode()))
    assert looks(listeners) == 2


def test_a_delivery_that_the_subscription_did_not_sign_is_refused(listeners: Listeners) -> None:
    body = notification()
    with pytest.raises(DeliveryNotProved):
        listeners.take(STATE_CHANGE, body, signed_headers(body, b"another secret"))
    with pytest.raises(DeliveryNotProved):
        listeners.take(STATE_CHANGE, notification("43"), signed_headers(body, SECRET.encode()))
    with pytest.raises(DeliveryNotProved):
        listeners.take(STATE_CHANGE, body, {})
    assert looks(listeners) == 0


def test_a_recorded_delivery_is_refused(listeners: Listeners) -> None:
    body = notification()
    long_ago = str(int(time.time()) - OLDEST_S - 5)
    digest = hmac.new(SECRET.encode(), long_ago.encode() + b"." + body, hashlib.sha256).hexdigest()
    with pytest.raises(DeliveryNotProved, match="seconds"):
        listeners.take(STATE_CHANGE, body, {TIMESTAMP: long_ago, SIGNATURE: f"sha256={digest}"})
    assert looks(listeners) == 0


def test_a_delivery_without_what_it_is_about_is_refused(listeners: Listeners) -> None:
    body = json.dumps({"eventId": "44", "event": {}})
    with pytest.raises(Invalid) as refused:
        listeners.take(STATE_CHANGE, body, signed_headers(body, SECRET.encode()))
    assert (refused.value.error_code, refused.value.path) == ("seam.notification_incomplete", "event.serviceOrder.id")


# -- answers ----------------------------------------------------------------------------------------------------------


def half_that_answers(status: int, body: Doc | bytes = b"") -> OtherHalf:
    content = body if isinstance(body, bytes) else json.dumps(body)
    return OtherHalf(
        "http://oss.test", "a-token", transport=httpx.MockTransport(lambda _: httpx.Response(status, content=content))
    )


@pytest.fixture
def silent_half() -> Iterator[OtherHalf]:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("connection refused", request=request)

    yield OtherHalf("http://oss.test", "a-token", transport=httpx.MockTransport(refuse))


@pytest.mark.parametrize("status", [401, 403, 408, 429, 500, 502, 503, 302])
def test_what_may_be_otherwise_later_is_a_silence(status: int) -> None:
    with pytest.raises(OtherHalfSilent):
        half_that_answers(status, b"<html>").get("/x", "1")


@pytest.mark.parametrize(("status", "kind"), [(400, Invalid), (404, NotFound), (409, Conflict), (422, Refused)])
def test_a_refusal_keeps_the_other_halfs_code_reason_and_path(status: int, kind: type[Refused]) -> None:
    told = {
        "code": "provisioning.nothing_to_do",
        "reason": "nothing to do",
        "path": "serviceOrderItem",
        "message": "ask",
    }
    with pytest.raises(kind) as refused:
        half_that_answers(status, told).post("/x", {})
    fault = refused.value
    assert (fault.error_code, fault.reason, fault.path, fault.next_action) == tuple(told.values())


def test_no_answer_and_an_answer_that_is_no_json_are_silences(silent_half: OtherHalf) -> None:
    with pytest.raises(OtherHalfSilent):
        silent_half.get("/x", "1")
    with pytest.raises(OtherHalfSilent):
        half_that_answers(200, b"<html>").get("/x", "1")


def test_after_a_silence_nobody_calls_for_a_while_then_one_tries() -> None:
    now, calls, alive = [100.0], [0], [False]

    def answer(request: httpx.Request) -> httpx.Response:
        calls[0] += 1
        if not alive[0]:
            raise httpx.ReadTimeout("timed out", request=request)
        return httpx.Response(200, content=b"{}")

    half = OtherHalf("http://oss.test", "a-token", transport=httpx.MockTransport(answer), clock=lambda: now[0])
    for _ in range(3):
        with pytest.raises(OtherHalfSilent, match="timed out"):
            half.get("/x", "1")
    assert calls[0] == 1
    now[0] += REST_S
    with pytest.raises(OtherHalfSilent):
        half.get("/x", "1")
    assert calls[0] == 2
    now[0] += REST_S
    alive[0] = True
    assert [half.get("/x", "1"), half.get("/x", "1")] == [{}, {}]
    assert calls[0] == 4


def test_an_order_that_the_other_half_lost_is_told_as_held_and_can_be_asked_for_anew(
    database: Database, fresh_tenant: str
) -> None:
    with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        store.follow_order(uow, "po1", "so1")
        Follower(half_that_answers(404)).look_at_order(uow, "so1")
    with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        assert store.find_order(uow, "po1") is None
        told = uow.all("select doc from kernel_outbox where tenant = %s", (fresh_tenant,))
    assert [(row["doc"]["state"], row["doc"]["problem"]["code"]) for row in told] == [
        ("held", "provisioning.order_not_found")
    ]
