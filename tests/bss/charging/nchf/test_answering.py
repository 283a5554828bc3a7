"""What the online door answers, as a 5G core is told; every message holds against the published schema."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, get_args

import msgspec
import pytest

from tandem.bss.charging.rules.nchf import answering
from tandem.bss.charging.rules.nchf.messages import ChargingDataRequest
from tandem.bss.charging.terms.online import PartAnswer, Result, SessionAnswer, SessionNotice, Units
from tests.bss.charging.nchf.messages import AT, CHARGING, COMMON, OFFLINE, Doc, checked, request


def answer(*parts: PartAnswer, result: Result = "success", reason: str = "") -> SessionAnswer:
    return SessionAnswer(session="s", sequence=7, result=result, at=AT, parts=parts, reason=reason)


def message(**asked: Any) -> ChargingDataRequest:
    return msgspec.json.decode(msgspec.json.encode(request(**asked)), type=ChargingDataRequest)


def told(*parts: PartAnswer, **asked: Any) -> Doc:
    decoded = message(invocationSequenceNumber=7, **asked)
    doc = msgspec.json.decode(msgspec.json.encode(answering.response(decoded, answer(*parts))))
    return checked(CHARGING, "ChargingDataResponse", doc)


def test_what_gets_nothing_arms_no_triggers() -> None:
    assert informed(PartAnswer(rating_group=10, result="credit_limit", validity_s=5)) == {
        "ratingGroup": 10,
        "resultCode": "QUOTA_LIMIT_REACHED",
        "validityTime": 5,
    }


def informed(part: PartAnswer) -> Doc:
    (information,) = told(part)["multipleUnitInformation"]
    found: Doc = information
    return found


def test_an_answer_says_when_and_to_what() -> None:
    assert told() == {
        "invocationTimeStamp": "2026-11-24T10:00:00Z",
        "invocationSequenceNumber": 7,
        "sessionFailover": "FAILOVER_SUPPORTED",
    }


def test_features_are_negotiated_when_they_are_asked_for() -> None:
    assert told(supportedFeatures="3")["supportedFeatures"] == "0"


def test_a_one_time_event_has_no_session_to_fail_over() -> None:
    assert "sessionFailover" not in told(oneTimeEvent=True)


def test_a_grant_of_volume_with_its_times() -> None:
    part = PartAnswer(
        rating_group=10,
        granted=Units(total_octets=100, uplink_octets=0, downlink_octets=60),
        threshold=20,
        validity_s=3600,
        holding_s=600,
        switch_at=datetime(2026, 11, 24, 18, tzinfo=UTC),
    )
    assert informed(part) == {
        "ratingGroup": 10,
        "resultCode": "SUCCESS",
        "grantedUnit": {
            "tariffTimeChange": "2026-11-24T18:00:00Z",
            "totalVolume": 100,
            "uplinkVolume": 0,
            "downlinkVolume": 60,
        },
        "triggers": [
            {"triggerType": "QUOTA_EXHAUSTED", "triggerCategory": "IMMEDIATE_REPORT"},
            {"triggerType": "QUOTA_THRESHOLD", "triggerCategory": "IMMEDIATE_REPORT"},
            {"triggerType": "VALIDITY_TIME", "triggerCategory": "IMMEDIATE_REPORT"},
            {"triggerType": "QHT", "triggerCategory": "IMMEDIATE_REPORT"},
            {
                "triggerType": "TARIFF_TIME_CHANGE",
                "triggerCategory": "DEFERRED_REPORT",
                "tariffTimeChange": "2026-11-24T18:00:00Z",
            },
            {"triggerType": "PLMN_CHANGE", "triggerCategory": "IMMEDIATE_REPORT"},
        ],
        "validityTime": 3600,
        "quotaHoldingTime": 600,
        "volumeQuotaThreshold": 20,
    }


@pytest.mark.parametrize(
    ("granted", "unit", "threshold"),
    [
        (Units(time_s=60), {"time": 60}, {"timeQuotaThreshold": 5}),
        (Units(specific=3), {"serviceSpecificUnits": 3}, {"unitQuotaThreshold": 5}),
        (Units(downlink_octets=9), {"downlinkVolume": 9}, {"volumeQuotaThreshold": 5}),
    ],
)
def test_a_threshold_is_in_the_measure_of_the_grant(granted: Units, unit: Doc, threshold: Doc) -> None:
    information = informed(PartAnswer(rating_group=10, granted=granted, threshold=5))
    assert [each["triggerType"] for each in information.pop("triggers")] == [
        "QUOTA_EXHAUSTED",
        "QUOTA_THRESHOLD",
        "PLMN_CHANGE",
    ]
    assert information == {"ratingGroup": 10, "resultCode": "SUCCESS", "grantedUnit": unit, **threshold}


@pytest.mark.parametrize(
    ("part", "indication"),
    [
        (PartAnswer(rating_group=1, final="terminate"), {"finalUnitAction": "TERMINATE"}),
        (
            PartAnswer(rating_group=1, final="redirect", redirect_to="https://top-up.example/"),
            {
                "finalUnitAction": "REDIRECT",
                "redirectServer": {"redirectAddressType": "URL", "redirectServerAddress": "https://top-up.example/"},
            },
        ),
        (
            PartAnswer(rating_group=1, final="redirect", redirect_to="192.0.2.1"),
            {
                "finalUnitAction": "REDIRECT",
                "redirectServer": {"redirectAddressType": "IPV4", "redirectServerAddress": "192.0.2.1"},
            },
        ),
        (
            PartAnswer(rating_group=1, final="redirect", redirect_to="2001:db8::1"),
            {
                "finalUnitAction": "REDIRECT",
                "redirectServer": {"redirectAddressType": "IPV6", "redirectServerAddress": "2001:db8::1"},
            },
        ),
        (
            PartAnswer(rating_group=1, final="redirect", redirect_to="sip:sales@operator.example"),
            {
                "finalUnitAction": "REDIRECT",
                "redirectServer": {
                    "redirectAddressType": "URI",
                    "redirectServerAddress": "sip:sales@operator.example",
                },
            },
        ),
        (
            PartAnswer(
                rating_group=1, final="restrict", restrict_to=("permit out ip from 192.0.2.0/24 to any", "shop")
            ),
            {
                "finalUnitAction": "RESTRICT_ACCESS",
                "restrictionFilterRuleList": ["permit out ip from 192.0.2.0/24 to any"],
                "filterIdList": ["shop"],
            },
        ),
    ],
)
def test_what_happens_when_the_last_units_are_used(part: PartAnswer, indication: Doc) -> None:
    assert informed(part)["finalUnitIndication"] == indication


RESULT_CODES = {
    "success": "SUCCESS",
    "not_allowed": "END_USER_SERVICE_DENIED",
    "credit_limit": "QUOTA_LIMIT_REACHED",
    "not_applicable": "QUOTA_MANAGEMENT_NOT_APPLICABLE",
    "rating_failed": "RATING_FAILED",
    "invalid": "RATING_FAILED",
    "unknown_session": "END_USER_SERVICE_REJECTED",
    "unknown_subscriber": "END_USER_SERVICE_REJECTED",
}


def test_each_rating_group_has_its_result() -> None:
    parts = [PartAnswer(rating_group=place, result=result) for place, result in enumerate(get_args(Result))]
    codes = [each["resultCode"] for each in told(*parts)["multipleUnitInformation"]]
    assert codes == [RESULT_CODES[result] for result in get_args(Result)]


def test_user_planes_share_a_grant_to_the_last_octet() -> None:
    planes = ["11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"]
    usage = [{"ratingGroup": 10, "uPFID": plane, "requestedUnit": {}} for plane in planes]
    shares = told(PartAnswer(rating_group=10, granted=Units(total_octets=101)), multipleUnitUsage=usage)
    assert [(each["uPFID"], each["grantedUnit"]) for each in shares["multipleUnitInformation"]] == [
        (planes[0], {"totalVolume": 51}),
        (planes[1], {"totalVolume": 50}),
    ]


def test_a_function_that_only_reports_is_told_of_no_quota() -> None:
    doc = msgspec.to_builtins(answering.offline_response(message(), answer(PartAnswer(rating_group=1))))
    assert "multipleUnitInformation" not in checked(OFFLINE, "ChargingDataResponse", doc)


@pytest.mark.parametrize(
    ("result", "status", "cause"),
    [
        ("unknown_session", 404, "RESOURCE_CONTEXT_NOT_FOUND"),
        ("unknown_subscriber", 404, "USER_UNKNOWN"),
        ("not_allowed", 403, "END_USER_REQUEST_DENIED"),
        ("credit_limit", 403, "QUOTA_LIMIT_REACHED"),
        ("not_applicable", 403, "CHARGING_NOT_APPLICABLE"),
        ("rating_failed", 400, "CHARGING_FAILED"),
        ("invalid", 400, "CHARGING_FAILED"),
    ],
)
def test_a_refusal_of_the_whole_has_a_status_and_a_cause(result: Result, status: int, cause: str) -> None:
    problem = answering.refusal(answer(result=result, reason="why"))
    assert problem is not None
    assert (problem.details.status, problem.details.cause, problem.details.detail) == (status, cause, "why")
    checked(COMMON, "ProblemDetails", msgspec.to_builtins(problem.details))


def test_a_success_is_no_refusal() -> None:
    assert answering.refusal(answer()) is None


@pytest.mark.parametrize(
    ("kind", "groups", "doc"),
    [
        ("abort", (1, 2), {"notificationType": "ABORT_CHARGING"}),
        ("reauthorise", (), {"notificationType": "REAUTHORIZATION"}),
        (
            "reauthorise",
            (0, 20),
            {
                "notificationType": "REAUTHORIZATION",
                "reauthorizationDetails": [{"ratingGroup": 0}, {"ratingGroup": 20}],
            },
        ),
    ],
)
def test_a_notice_names_its_rating_groups(kind: Any, groups: tuple[int, ...], doc: Doc) -> None:
    notice = SessionNotice(protocol="nchf", session="s", notify_at="http://smf", kind=kind, rating_groups=groups)
    found = msgspec.json.decode(msgspec.json.encode(answering.notification(notice)))
    assert checked(CHARGING, "ChargingNotifyRequest", found) == doc
