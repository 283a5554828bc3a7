"""Policy functions watch what a subscriber spends: subscribe, modify, unsubscribe, over real HTTP/2."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tandem.bss.charging.terms.spending import (
    CounterStatus,
    CountersUnknown,
    NoCounters,
    PendingStatus,
    SpendingChange,
    SpendingStatus,
    SpendingWatch,
    SubscriberUnknown,
    WatchUnknown,
)
from tandem.kernel.errors import Refused, Unavailable
from tests.bss.charging.nchf.messages import COMMON, SPENDING, Doc, Script, checked, doc_of, served, story
from tests.support.http2 import Answer

BASE = "/nchf-spendinglimitcontrol/v1/subscriptions"
NIGHT = datetime(2026, 11, 24, 22, tzinfo=UTC)


class Counters:
    """A store of one subscription, or the fault that it is given."""

    def __init__(self, fault: Exception | None = None) -> None:
        self.calls: list[Any] = []
        self._fault = fault

    def _told(self, call: Any) -> SpendingStatus:
        self.calls.append(call)
        if self._fault is not None:
            raise self._fault
        counters = (
            CounterStatus(counter="data", status="throttled", pending=(PendingStatus(status="ok", active_at=NIGHT),)),
            CounterStatus(counter="roaming", status="ok"),
        )
        return SpendingStatus(subscription="watch-1", counters=counters, expires_at=NIGHT)

    def subscribe(self, watch: SpendingWatch) -> SpendingStatus:
        return self._told(watch)

    def modify(self, subscription: str, change: SpendingChange) -> SpendingStatus:
        return self._told((subscription, change))

    def unsubscribe(self, subscription: str) -> None:
        self._told(subscription)

    def statuses(self, subscription: str) -> SpendingStatus:
        return self._told(subscription)


def context(**more: Any) -> Doc:
    doc = {
        "supi": "imsi-262011234567890",
        "policyCounterIds": ["data", "roaming"],
        "notifUri": "http://pcf.example/npcf-notify",
        "notifId": "pcf-7",
        "expiry": "2026-11-25T10:00:00Z",
        "supportedFeatures": "1",
        **more,
    }
    return checked(SPENDING, "SpendingLimitContext", {key: value for key, value in doc.items() if value is not None})


STATUS = {
    "supi": "imsi-262011234567890",
    "notifId": "pcf-7",
    "statusInfos": {
        "data": {
            "policyCounterId": "data",
            "currentStatus": "throttled",
            "penPolCounterStatuses": [{"policyCounterStatus": "ok", "activationTime": "2026-11-24T22:00:00Z"}],
        },
        "roaming": {"policyCounterId": "roaming", "currentStatus": "ok"},
    },
    "expiry": "2026-11-24T22:00:00Z",
    "supportedFeatures": "0",
}


def asked(counters: Counters, method: str, path: str, doc: Doc | None = None) -> Answer:
    async def told() -> Answer:
        async with served(Script(), spending=counters) as client:
            return await client.request(method, path, b"" if doc is None else json.dumps(doc).encode())

    return story(told)


def test_a_subscription_is_answered_with_the_status_of_its_counters() -> None:
    counters = Counters()
    answer = asked(counters, "POST", BASE, context())
    assert answer.status == 201
    assert answer.headers["location"].endswith(f"{BASE}/watch-1")
    assert checked(SPENDING, "SpendingLimitStatus", doc_of(answer)) == STATUS
    assert counters.calls == [
        SpendingWatch(
            subscriber="262011234567890",
            subscriber_kind="imsi",
            notify_at="http://pcf.example/npcf-notify",
            counters=("data", "roaming"),
            notify_id="pcf-7",
            expires_at=datetime(2026, 11, 25, 10, tzinfo=UTC),
        )
    ]


def test_no_counters_means_all_and_a_number_will_do() -> None:
    counters = Counters()
    asked(counters, "POST", BASE, context(supi=None, gpsi="msisdn-491701234567", policyCounterIds=None))
    (watch,) = counters.calls
    assert (watch.subscriber_kind, watch.subscriber, watch.counters) == ("msisdn", "491701234567", ())


def test_a_subscription_is_changed() -> None:
    counters = Counters()
    answer = asked(counters, "PUT", f"{BASE}/watch-1", context(notifUri=None, notifId=None, expiry=None))
    assert answer.status == 200
    checked(SPENDING, "SpendingLimitStatus", doc_of(answer))
    assert counters.calls == [("watch-1", SpendingChange(counters=("data", "roaming")))]


def test_a_subscription_ends() -> None:
    counters = Counters()
    answer = asked(counters, "DELETE", f"{BASE}/watch-1")
    assert (answer.status, answer.body, counters.calls) == (204, b"", ["watch-1"])


@pytest.mark.parametrize(
    ("fault", "status", "cause", "params"),
    [
        (SubscriberUnknown("nobody"), 400, "USER_UNKNOWN", []),
        (NoCounters("none"), 400, "NO_AVAILABLE_POLICY_COUNTERS", []),
        (CountersUnknown("which?", counters=["a", "b"]), 400, "UNKNOWN_POLICY_COUNTERS", ["a", "b"]),
        (WatchUnknown("gone"), 404, "SUBSCRIPTION_NOT_FOUND", []),
        (Refused("no"), 403, "MODIFICATION_NOT_ALLOWED", []),
        (Unavailable("no database"), 500, "SYSTEM_FAILURE", []),
    ],
)
def test_a_refusal_has_a_status_and_a_cause(fault: Exception, status: int, cause: str, params: list[str]) -> None:
    answer = asked(Counters(fault), "POST", BASE, context())
    doc = checked(COMMON, "ProblemDetails", doc_of(answer))
    found = [each["param"] for each in doc.get("invalidParams", [])]
    assert (answer.status, doc["cause"], found) == (status, cause, params)


@pytest.mark.parametrize(
    ("method", "path", "doc", "status", "cause"),
    [
        ("POST", BASE, context(supi=None), 400, "MANDATORY_IE_MISSING"),
        ("POST", BASE, context(notifUri=None), 400, "MANDATORY_IE_MISSING"),
        ("POST", BASE, {**context(), "policyCounterIds": []}, 400, "OPTIONAL_IE_INCORRECT"),
        ("GET", BASE, None, 405, "UNSPECIFIED_MSG_FAILURE"),
        ("POST", f"{BASE}/watch-1", context(), 405, "UNSPECIFIED_MSG_FAILURE"),
        ("DELETE", f"{BASE}/watch-1/more", None, 404, "RESOURCE_URI_STRUCTURE_NOT_FOUND"),
        ("DELETE", f"{BASE}/", None, 404, "RESOURCE_URI_STRUCTURE_NOT_FOUND"),
    ],
)
def test_bad_input_asks_nothing(method: str, path: str, doc: Doc | None, status: int, cause: str) -> None:
    counters = Counters()
    answer = asked(counters, method, path, doc)
    assert (answer.status, doc_of(answer)["cause"], counters.calls) == (status, cause, [])
