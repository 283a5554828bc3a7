"""Charging answers as credit control answers."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from tandem.bss.charging.rules.diameter import dictionary as d
from tandem.bss.charging.rules.diameter.answers import Policy, result_code, write_answer
from tandem.bss.charging.rules.diameter.codec import Group, group_avp, number_avp, read_avps
from tandem.bss.charging.rules.diameter.requests import Reading, is_flat, read_request
from tandem.bss.charging.terms.online import PartAnswer, Result, SessionAnswer, SessionRequest, Units
from tests.bss.charging.diameter.scripted import NOW, ccr, service


def _asked(message: bytes) -> tuple[Group, SessionRequest]:
    request = read_avps(message)
    return request, read_request(request, reading=Reading(), peer="p", now=NOW)


def _write(message: bytes, answer: SessionAnswer, policy: Policy | None = None) -> Group:
    request, asked = _asked(message)
    avps = write_answer(request, asked=asked, answer=answer, policy=policy or Policy())
    return read_avps(bytes(20) + b"".join(avps))


def _answer(*parts: PartAnswer, result: Result = "success") -> SessionAnswer:
    return SessionAnswer(session="s", sequence=0, result=result, at=NOW, parts=parts)


def test_a_grant_is_written_to_the_octet() -> None:
    part = PartAnswer(
        rating_group=10,
        granted=Units(total_octets=10_000_000),
        threshold=1_000_000,
        validity_s=3600,
        holding_s=300,
        switch_at=datetime(2026, 11, 24, 23, 0, tzinfo=UTC),
    )
    request, asked = _asked(ccr(2, 1, service(10)))
    avps = write_answer(request, asked=asked, answer=_answer(part), policy=Policy(triggers=()))
    assert b"".join(avps).hex(" ", 4) == bytes.fromhex(
        "000001a2 4000000c 00000001"  # CC-Session-Failover FAILOVER_SUPPORTED
        "000001c8 40000070"  # Multiple-Services-Credit-Control, 8 + 36 + 12 + 12 + 12 + 16 + 16
        "000001af 40000024"  # Granted-Service-Unit, 8 + 12 + 16
        "000001c3 4000000c eeb09570"  # Tariff-Time-Change 2026-11-24T23:00Z: Unix 1,795,561,200 + 2,208,988,800
        "000001a5 40000010 00000000 00989680"  # CC-Total-Octets 10,000,000
        "000001b0 4000000c 0000000a"  # Rating-Group 10
        "000001c0 4000000c 00000e10"  # Validity-Time 3600
        "0000010c 4000000c 000007d1"  # Result-Code 2001
        "00000365 c0000010 000028af 000f4240"  # Volume-Quota-Threshold 1,000,000
        "00000367 c0000010 000028af 0000012c"  # Quota-Holding-Time 300
        "000001ab 4000000c 00000000"  # Credit-Control-Failure-Handling TERMINATE
    ).hex(" ", 4)


_THRESHOLDS = (d.TIME_QUOTA_THRESHOLD, d.VOLUME_QUOTA_THRESHOLD, d.UNIT_QUOTA_THRESHOLD)


@pytest.mark.parametrize(
    ("granted", "key"),
    [
        (Units(time_s=60), d.TIME_QUOTA_THRESHOLD),
        (Units(total_octets=60), d.VOLUME_QUOTA_THRESHOLD),
        (Units(uplink_octets=60), d.VOLUME_QUOTA_THRESHOLD),
        (Units(specific=60), d.UNIT_QUOTA_THRESHOLD),
    ],
)
def test_the_threshold_is_in_the_measure_of_the_grant(granted: Units, key: int) -> None:
    told = _write(ccr(1, 0, service(1)), _answer(PartAnswer(rating_group=1, granted=granted, threshold=6)))
    (part,) = told.groups(d.MULTIPLE_SERVICES_CREDIT_CONTROL)
    told_in = [each for each in part.values if each in _THRESHOLDS]
    assert (told_in, part.number(key)) == ([key], 6)


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        (PartAnswer(rating_group=1, final="terminate"), {d.FINAL_UNIT_ACTION: [0]}),
        (
            PartAnswer(rating_group=1, final="restrict", restrict_to=("permit out ip from 10.0.0.1 to any", "topup")),
            {
                d.FINAL_UNIT_ACTION: [2],
                d.RESTRICTION_FILTER_RULE: ["permit out ip from 10.0.0.1 to any"],
                d.FILTER_ID: ["topup"],
            },
        ),
    ],
)
def test_the_last_grant_says_what_comes_after_it(part: PartAnswer, expected: dict[int, list[object]]) -> None:
    told = _write(ccr(1, 0, service(1)), _answer(part))
    final = told.groups(d.MULTIPLE_SERVICES_CREDIT_CONTROL)[0].group(d.FINAL_UNIT_INDICATION)
    assert final is not None and final.values == expected


@pytest.mark.parametrize(
    ("address", "kind"),
    [("10.0.0.1", 0), ("2001:db8::1", 1), ("https://top.up/now", 2), ("sip:topup@home.example", 3)],
)
def test_a_redirect_names_its_server(address: str, kind: int) -> None:
    told = _write(ccr(1, 0, service(1)), _answer(PartAnswer(rating_group=1, final="redirect", redirect_to=address)))
    final = told.groups(d.MULTIPLE_SERVICES_CREDIT_CONTROL)[0].group(d.FINAL_UNIT_INDICATION)
    assert final is not None and final.number(d.FINAL_UNIT_ACTION) == 1
    server = final.group(d.REDIRECT_SERVER)
    assert server is not None
    assert server.values == {d.REDIRECT_ADDRESS_TYPE: [kind], d.REDIRECT_SERVER_ADDRESS: [address]}


def test_one_service_refused_leaves_the_others() -> None:
    parts = (
        PartAnswer(rating_group=1, granted=Units(total_octets=5)),
        PartAnswer(rating_group=2, result="credit_limit"),
        PartAnswer(rating_group=3, result="rating_failed"),
    )
    told = _write(ccr(1, 0, service(1), service(2), service(3)), _answer(*parts))
    services = told.groups(d.MULTIPLE_SERVICES_CREDIT_CONTROL)
    assert [(each.number(d.RATING_GROUP), each.number(d.RESULT_CODE)) for each in services] == [
        (1, 2001),
        (2, 4012),
        (3, 5031),
    ]
    assert [d.GRANTED_SERVICE_UNIT in each for each in services] == [True, False, False]


@pytest.mark.parametrize(
    ("kind", "result", "code"),
    [
        (1, "success", 2001),
        (1, "unknown_session", 5002),
        (1, "unknown_subscriber", 5030),
        (1, "not_allowed", 4010),
        (2, "not_allowed", 5003),
        (1, "credit_limit", 4012),
        (1, "not_applicable", 4011),
        (1, "rating_failed", 5031),
        (1, "invalid", 5012),
    ],
)
def test_every_result_has_its_code(kind: int, result: Result, code: int) -> None:
    _, asked = _asked(ccr(kind, 1, service(1)))
    assert result_code(_answer(result=result), asked=asked, flat=False) == code


def test_a_client_of_one_service_is_told_beside_its_services() -> None:
    message = ccr(1, 0, number_avp(d.SERVICE_IDENTIFIER, 5))
    part = PartAnswer(rating_group=0, service_id=5, granted=Units(time_s=60), validity_s=30, final="terminate")
    told = _write(message, _answer(part))
    granted, final = told.group(d.GRANTED_SERVICE_UNIT), told.group(d.FINAL_UNIT_INDICATION)
    assert granted is not None and granted.values == {d.CC_TIME: [60]}
    assert final is not None and final.number(d.FINAL_UNIT_ACTION) == 0
    assert told.number(d.VALIDITY_TIME) == 30
    assert d.MULTIPLE_SERVICES_CREDIT_CONTROL not in told
    request, asked = _asked(message)
    refused = _answer(PartAnswer(rating_group=0, service_id=5, result="credit_limit"))
    assert result_code(refused, asked=asked, flat=is_flat(request)) == 4012


def test_a_service_without_a_rating_group_is_answered_without_one() -> None:
    message = ccr(1, 0, group_avp(d.MULTIPLE_SERVICES_CREDIT_CONTROL, number_avp(d.SERVICE_IDENTIFIER, 5)), service(0))
    told = _write(message, _answer(PartAnswer(rating_group=0, service_id=5), PartAnswer(rating_group=0)))
    first, second = told.groups(d.MULTIPLE_SERVICES_CREDIT_CONTROL)
    assert (first.number(d.SERVICE_IDENTIFIER), first.number(d.RATING_GROUP)) == (5, None)
    assert (second.number(d.SERVICE_IDENTIFIER), second.number(d.RATING_GROUP)) == (None, 0)


@pytest.mark.parametrize(
    ("result", "part", "said"),
    [("success", "success", 0), ("credit_limit", "success", 1), ("success", "credit_limit", 1)],
)
def test_a_balance_is_enough_or_not(result: Result, part: Result, said: int) -> None:
    message = ccr(4, 0, number_avp(d.REQUESTED_ACTION, 2), service(1))
    answer = _answer(PartAnswer(rating_group=1, result=part), result=result)
    assert _write(message, answer).number(d.CHECK_BALANCE_RESULT) == said
    assert result_code(answer, asked=_asked(message)[1], flat=False) == 2001


@pytest.mark.parametrize(
    ("micros", "digits", "exponent"), [(150_000, 15, -2), (2_000_000, 2, 0), (1, 1, -6), (0, 0, 0)]
)
def test_a_price_is_told_exactly(micros: int, digits: int, exponent: int) -> None:
    answer = msgspec.structs.replace(_answer(), cost_micros=micros, currency="EUR")
    cost = _write(ccr(4, 0, number_avp(d.REQUESTED_ACTION, 3), service(1)), answer).group(d.COST_INFORMATION)
    assert cost is not None and cost.number(d.CURRENCY_CODE) == 978
    value = cost.group(d.UNIT_VALUE)
    assert value is not None and value.values == {d.VALUE_DIGITS: [digits], d.EXPONENT: [exponent]}


def test_the_policy_is_told_with_every_answer() -> None:
    policy = Policy(failure_handling="retry_and_terminate", session_failover=False)
    told = _write(ccr(1, 0, service(1)), _answer(PartAnswer(rating_group=1, granted=Units(time_s=1))), policy)
    assert (told.number(d.CC_SESSION_FAILOVER), told.number(d.CREDIT_CONTROL_FAILURE_HANDLING)) == (0, 2)


@pytest.mark.parametrize(
    ("granted", "policy", "triggers"),
    [
        (Units(total_octets=1), Policy(), [30, 31]),
        (Units(downlink_octets=1), Policy(triggers=(1, 4)), [1, 4]),
        (Units(time_s=1), Policy(), None),
        (None, Policy(), None),
    ],
)
def test_what_ends_a_grant_of_octets_is_told(granted: Units | None, policy: Policy, triggers: list[int] | None) -> None:
    told = _write(ccr(1, 0, service(1)), _answer(PartAnswer(rating_group=1, granted=granted)), policy)
    trigger = told.groups(d.MULTIPLE_SERVICES_CREDIT_CONTROL)[0].group(d.TRIGGER)
    assert (trigger.numbers(d.TRIGGER_TYPE) if trigger else None) == triggers
