"""Credit control requests as charging requests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tandem.bss.charging.rules.diameter import dictionary as d
from tandem.bss.charging.rules.diameter.base import Place
from tandem.bss.charging.rules.diameter.codec import (
    AvpFault,
    group_avp,
    number_avp,
    octets_avp,
    read_avps,
    read_header,
    text_avp,
)
from tandem.bss.charging.rules.diameter.codec import time_avp as time_
from tandem.bss.charging.rules.diameter.requests import Reading, read_request
from tandem.bss.charging.terms.online import Part, SessionRequest, Units, Used
from tests.bss.charging.diameter.scripted import NOW, ccr, service, subscription

AT = datetime(2026, 11, 24, 9, 59, 30, tzinfo=UTC)
READING = Reading(home=frozenset({"26201"}))


def read(message: bytes, *, is_retransmission: bool = False) -> SessionRequest:
    return read_request(
        read_avps(message), reading=READING, peer="dra.visited.example", now=NOW, is_retransmission=is_retransmission
    )


# A CCR-Update assembled by hand from RFC 8506 and TS 32.299: 25 MB of 3 up and 22 down were used in rating group 10
# because the quota was exhausted, and more is wanted.
UPDATE = bytes.fromhex(
    "0100016c c0000110 00000004 000000aa 000000bb"
    "00000107 40000011 6777 3b31 3b322e 3335 000000"  # Session-Id "gw;1;2.35"
    "00000108 4000000c 67772e61"  # Origin-Host "gw.a"
    "00000128 40000009 61000000"  # Origin-Realm "a"
    "0000011b 40000009 62000000"  # Destination-Realm "b"
    "00000102 4000000c 00000004"  # Auth-Application-Id 4
    "000001cd 40000016 33323235 31403367 70702e6f 72670000"  # Service-Context-Id "32251@3gpp.org"
    "000001a0 4000000c 00000002"  # CC-Request-Type UPDATE_REQUEST
    "0000019f 4000000c 00000003"  # CC-Request-Number 3
    "00000037 4000000c eeafde82"  # Event-Timestamp 2026-11-24T09:59:30Z, Unix 1,795,514,370 + 2,208,988,800
    "000001bb 40000028 000001c2 4000000c 00000000"  # Subscription-Id, END_USER_E164,
    "000001bc 40000014 34393137 30303030 30303031"  # "491700000001"
    "000001c8 40000064"  # Multiple-Services-Credit-Control, 100 octets
    "000001b5 40000008"  # Requested-Service-Unit, empty
    "000001be 40000038"  # Used-Service-Unit, 56 octets
    "000001a5 40000010 00000000 017d7840"  # CC-Total-Octets 25,000,000
    "0000019c 40000010 00000000 002dc6c0"  # CC-Input-Octets 3,000,000
    "0000019e 40000010 00000000 014fb180"  # CC-Output-Octets 22,000,000
    "000001b0 4000000c 0000000a"  # Rating-Group 10
    "00000368 c0000010 000028af 00000003"  # Reporting-Reason QUOTA_EXHAUSTED
    "00000369 c000004c 000028af"  # Service-Information, 76 octets
    "0000036a c0000040 000028af"  # PS-Information, 64 octets
    "0000001e 40000010 696e7465 726e6574"  # Called-Station-Id "internet"
    "00000012 c0000011 000028af 32303830 31000000"  # 3GPP-SGSN-MCC-MNC "20801"
    "00000015 c000000d 000028af 06000000"  # 3GPP-RAT-Type 6
)


def test_a_worked_update_is_understood() -> None:
    assert read_header(UPDATE, 1 << 20).length == len(UPDATE)
    assert read(UPDATE) == SessionRequest(
        protocol="gy",
        operation="update",
        session="gw;1;2.35",
        sequence=3,
        subscriber="491700000001",
        subscriber_kind="msisdn",
        at=AT,
        service="data",
        network="20801",
        parts=(
            Part(
                rating_group=10,
                used=(
                    Used(
                        units=Units(total_octets=25_000_000, uplink_octets=3_000_000, downlink_octets=22_000_000),
                        started_at=AT,
                        ended_at=AT,
                        triggers=("QUOTA_EXHAUSTED",),
                    ),
                ),
                wanted=Units(),
            ),
        ),
        notify_at="gw.a;a;dra.visited.example",
        priority=1,
        facts={
            "msisdn": "491700000001",
            "service_context": "32251@3gpp.org",
            "apn": "internet",
            "serving_network": "20801",
            "rat": "6",
        },
    )


def test_several_services_are_asked_at_once_and_each_says_what_it_wants() -> None:
    wants = group_avp(d.REQUESTED_SERVICE_UNIT, number_avp(d.CC_TIME, 60), number_avp(d.CC_SERVICE_SPECIFIC_UNITS, 2))
    asked = read(
        ccr(
            1, 0, service(1), service(2, wants, number_avp(d.SERVICE_IDENTIFIER, 7), asks=False), service(3, asks=False)
        )
    )
    assert asked.operation == "create"
    assert [(part.rating_group, part.service_id, part.wanted) for part in asked.parts] == [
        (1, None, Units()),
        (2, 7, Units(time_s=60, specific=2)),
        (3, None, None),
    ]


def test_use_before_and_after_a_tariff_change_is_told_apart() -> None:
    def used(seconds: int, usage: int) -> bytes:
        change = number_avp(d.TARIFF_CHANGE_USAGE, usage)
        return group_avp(d.USED_SERVICE_UNIT, number_avp(d.CC_TIME, seconds), change)

    (part,) = read(ccr(2, 4, time_(d.EVENT_TIMESTAMP, AT), service(1, used(20, 0), used(10, 1)))).parts
    assert [(use.units.time_s, use.after_switch, use.started_at) for use in part.used] == [
        (20, False, AT - timedelta(seconds=20)),
        (10, True, AT - timedelta(seconds=10)),
    ]


def test_a_client_of_one_service_asks_beside_its_services() -> None:
    used = group_avp(d.USED_SERVICE_UNIT, number_avp(d.CC_TIME, 30))
    (first,) = read(ccr(1, 0, number_avp(d.SERVICE_IDENTIFIER, 5))).parts
    assert first == Part(rating_group=0, service_id=5, wanted=Units())
    (last,) = read(ccr(3, 1, used)).parts
    assert (last.wanted, last.used[0].units) == (None, Units(time_s=30))


def test_a_client_of_many_services_may_open_a_session_without_any() -> None:
    assert read(ccr(1, 0, number_avp(d.MULTIPLE_SERVICES_INDICATOR, 1))).parts == ()


@pytest.mark.parametrize(
    ("subscriptions", "kind", "subscriber"),
    [
        ([(1, "262011700000001"), (0, "+49 170 0000001")], "msisdn", "491700000001"),
        ([(1, "262011700000001")], "imsi", "262011700000001"),
        ([(2, "sip:+491700000001@ims.home.example;user=phone")], "msisdn", "491700000001"),
        ([(2, "tel:+49-170-0000001")], "msisdn", "491700000001"),
        ([(2, "sip:anna@ims.home.example")], "nai", "anna@ims.home.example"),
        ([(3, "line17@isp.example")], "nai", "line17@isp.example"),
    ],
)
def test_the_subscriber_is_a_number_before_it_is_a_name(
    subscriptions: list[tuple[int, str]], kind: str, subscriber: str
) -> None:
    told = [subscription(*each) for each in subscriptions]
    asked = read(ccr(1, 0, *told, without=(d.SUBSCRIPTION_ID,)))
    assert (asked.subscriber_kind, asked.subscriber) == (kind, subscriber)


def test_a_request_that_names_nobody_is_of_an_unknown_user() -> None:
    with pytest.raises(AvpFault) as caught:
        read(ccr(1, 0, without=(d.SUBSCRIPTION_ID,)))
    assert caught.value.result == 5030
    named = read(ccr(1, 0, text_avp(d.USER_NAME, "line17@isp.example"), without=(d.SUBSCRIPTION_ID,)))
    assert (named.subscriber_kind, named.subscriber) == ("nai", "line17@isp.example")


@pytest.mark.parametrize(
    "key",
    [d.SESSION_ID, d.ORIGIN_HOST, d.ORIGIN_REALM, d.SERVICE_CONTEXT_ID, d.CC_REQUEST_TYPE, d.CC_REQUEST_NUMBER],
)
def test_what_must_be_there_is_missed_by_its_name(key: int) -> None:
    with pytest.raises(AvpFault) as caught:
        read(ccr(1, 0, without=(key,)))
    assert caught.value.result == 5005
    assert int.from_bytes(caught.value.failed[:4]) == key


@pytest.mark.parametrize(("action", "word"), [(0, "debit"), (1, "refund"), (2, "check"), (3, "enquire")])
def test_an_event_says_what_is_to_be_done(action: int, word: str) -> None:
    asked = read(ccr(4, 0, number_avp(d.REQUESTED_ACTION, action), service(1)))
    assert (asked.operation, asked.action) == ("event", word)


def test_an_event_without_an_action_is_missed() -> None:
    with pytest.raises(AvpFault, match="Requested-Action is missing"):
        read(ccr(4, 0, service(1)))


def _money(digits: int, exponent: int, currency: int) -> bytes:
    value = group_avp(d.UNIT_VALUE, number_avp(d.VALUE_DIGITS, digits), number_avp(d.EXPONENT, exponent))
    return group_avp(d.CC_MONEY, value, number_avp(d.CURRENCY_CODE, currency))


def test_bought_content_has_its_price() -> None:
    wants = group_avp(d.REQUESTED_SERVICE_UNIT, _money(299, -2, 978))
    asked = read(ccr(4, 0, number_avp(d.REQUESTED_ACTION, 0), wants))
    assert (asked.value, asked.currency) == ("2.99", "EUR")


@pytest.mark.parametrize(("exponent", "currency"), [(-2, 999), (40, 978)])
def test_a_price_that_is_none_is_refused(exponent: int, currency: int) -> None:
    wants = group_avp(d.REQUESTED_SERVICE_UNIT, _money(299, exponent, currency))
    with pytest.raises(AvpFault) as caught:
        read(ccr(4, 0, number_avp(d.REQUESTED_ACTION, 0), wants))
    assert caught.value.result == 5004


def _ims(*avps: bytes) -> bytes:
    return group_avp(d.SERVICE_INFORMATION, group_avp(d.IMS_INFORMATION, *avps))


def test_a_call_goes_to_the_called_number_in_the_visited_network() -> None:
    called = text_avp(d.CALLED_PARTY_ADDRESS, "tel:+33-1-23")
    visited = text_avp(d.IMS_VISITED_NETWORK_IDENTIFIER, "ims.mnc001.mcc208.3gppnetwork.org")
    asked = read(ccr(1, 0, service(1), _ims(called, visited, number_avp(d.ROLE_OF_NODE, 0)), context="32260@3gpp.org"))
    assert (asked.service, asked.destination, asked.network) == ("voice", "33123", "208001")
    assert asked.facts["role"] == "originating"


def test_who_is_called_calls_nobody() -> None:
    called = text_avp(d.CALLED_PARTY_ADDRESS, "sip:+491700000001@home.example")
    asked = read(ccr(1, 0, service(1), _ims(called, number_avp(d.ROLE_OF_NODE, 1)), context="32260@3gpp.org"))
    assert (asked.destination, asked.facts["role"], asked.facts["called"]) == (
        "",
        "terminating",
        "sip:+491700000001@home.example",
    )


def test_a_message_goes_to_its_first_recipient() -> None:
    recipient = group_avp(d.RECIPIENT_INFO, group_avp(d.RECIPIENT_ADDRESS, text_avp(d.ADDRESS_DATA, "0043660123")))
    information = group_avp(d.SERVICE_INFORMATION, group_avp(d.SMS_INFORMATION, recipient))
    event = ccr(4, 0, number_avp(d.REQUESTED_ACTION, 0), service(1), information, context="32274@3gpp.org")
    assert (read(event).service, read(event).destination) == ("sms", "43660123")


def test_the_home_network_is_no_network() -> None:
    packet = group_avp(d.PS_INFORMATION, text_avp(d.TGPP_SGSN_MCC_MNC, "26201"))
    asked = read(ccr(1, 0, service(1), group_avp(d.SERVICE_INFORMATION, packet)))
    assert (asked.network, asked.facts["serving_network"]) == ("", "26201")


def test_the_facts_name_address_and_equipment() -> None:
    packet = group_avp(d.PS_INFORMATION, octets_avp(d.PDP_ADDRESS, bytes.fromhex("00010a000001")))
    equipment = group_avp(
        d.USER_EQUIPMENT_INFO,
        number_avp(d.USER_EQUIPMENT_INFO_TYPE, 0),
        octets_avp(d.USER_EQUIPMENT_INFO_VALUE, b"3534900698733190"),
    )
    facts = read(ccr(1, 0, service(1), equipment, group_avp(d.SERVICE_INFORMATION, packet))).facts
    assert (facts["address"], facts["equipment"]) == ("10.0.0.1", "3534900698733190")


def test_reasons_have_the_words_of_the_other_wire() -> None:
    rat = group_avp(d.TRIGGER, number_avp(d.TRIGGER_TYPE, 4), number_avp(d.TRIGGER_TYPE, 61))
    used = group_avp(d.USED_SERVICE_UNIT, number_avp(d.CC_TIME, 1), number_avp(d.REPORTING_REASON, 2))
    (part,) = read(ccr(2, 1, service(1, used, rat, number_avp(d.REPORTING_REASON, 6)))).parts
    assert part.used[0].triggers == ("FINAL", "RATING_CONDITION_CHANGE", "RAT_CHANGE", "TRIGGER_61")


def test_a_retransmission_says_so() -> None:
    assert read(ccr(1, 0, service(1)), is_retransmission=True).is_retransmission


def test_where_notices_go_is_read_again() -> None:
    place = Place(host="gw.a", realm="a", peer="dra.b")
    assert Place.of(str(place)) == place
    assert Place.of("gw.a") == Place(host="gw.a", realm="a", peer="gw.a")
