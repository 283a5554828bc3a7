"""Credit control requests as charging requests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tandem.bss.charging.rules.diameter import dictionary as d
from tandem.bss.charging.rules.diameter.base import Place, re_auth_request
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
from tests.bss.charging.diameter.scripted import CLIENT, NOW, ccr, service, subscription

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


def test_the_subscriber_may_be_named_in_the_newer_form() -> None:
    extension = group_avp(
        d.SUBSCRIPTION_ID_EXTENSION,
        text_avp(d.SUBSCRIPTION_ID_IMSI, "262011700000001"),
        text_avp(d.SUBSCRIPTION_ID_E164, "491700000001"),
    )
    asked = read(ccr(1, 0, extension, without=(d.SUBSCRIPTION_ID,)))
    assert (asked.subscriber_kind, asked.subscriber) == ("msisdn", "491700000001")
    assert asked.facts["imsi"] == "262011700000001"


def test_a_sub_session_is_a_session_by_itself() -> None:
    whole, first, second = (
        read(ccr(1, 0, *avps)).session
        for avps in ((), (number_avp(d.CC_SUB_SESSION_ID, 1),), (number_avp(d.CC_SUB_SESSION_ID, 2),))
    )
    assert len({whole, first, second}) == 3
    request = re_auth_request(first, place=Place.of("gw.a"), identity=CLIENT, rating_group=None)
    told = read_avps(request)
    assert (told.text(d.SESSION_ID), told.number(d.CC_SUB_SESSION_ID)) == (whole, 1)
    assert d.CC_SUB_SESSION_ID not in read_avps(
        re_auth_request(whole, place=Place.of("gw.a"), identity=CLIENT, rating_group=None)
    )


# As Kamailio 5.6's ims_charging sent it for a call to +33123: its application as 3GPP's only, a record type of
# accounting, its own host twice, a context with a release and a network before it.
KAMAILIO = bytes.fromhex(
    """010003c8c00001100000000438739cc97ef5fbea000001074000002a73637363662e766973697465642e6578616d706c653b3138
    33323238323039353b310000000001084000001d73637363662e766973697465642e6578616d706c650000000000012840000017
    766973697465642e6578616d706c6500000001084000001d73637363662e766973697465642e6578616d706c6500000000000128
    40000017766973697465642e6578616d706c650000000125400000186f63732e686f6d652e6578616d706c650000011b40000014
    686f6d652e6578616d706c65000001e04000000c00000002000001e54000000c0000000000000001400000297369703a2b343931
    37303030303030303140766973697465642e6578616d706c65000000000001cd400000236578742e30312e3030312e382e333232
    363040336770702e6f72670000000369c0000190000028af000001bb40000040000001c24000000c00000002000001bc40000029
    7369703a2b34393137303030303030303140766973697465642e6578616d706c650000000000036cc0000144000028af00000337
    c0000030000028af00000338c0000012000028af494e56495445000000000378c0000010000028afffffffff0000033dc0000010
    000028af000000000000035ec0000010000028af000000000000033ec000000e000028af633100000000033fc000002d000028af
    7369703a2b34393137303030303030303140766973697465642e6578616d706c6500000000000340c0000020000028af7369703a
    2b3333313233403132372e302e302e3100000353c000002c000028af00000355c000000f000028af6f75740000000354c000000e
    000028af696e0000000004ef8000003d000028af334750502d452d555452414e2d4644443b20757472616e2d63656c6c2d69642d
    336770703d32363230313132333435363700000000000341c000001c000028af0000034280000010000028afeeafe67000000104
    400000200000010a4000000c000028af000001024000000c00000004000001a04000000c000000010000019f4000000c00000000
    000000370000000ceeafe670000001ca40000030000001cb4000000c00000001000001cc4000001930302d30302d30302d30302d
    30302d3030000000000001bb40000040000001c24000000c00000002000001bc400000297369703a2b3439313730303030303030
    3140766973697465642e6578616d706c65000000000001c74000000c00000001000001c840000034000001b540000014000001a4
    4000000c0000001e000001b74000000c000003e8000001b04000000c00000064"""
)


def test_what_a_call_server_sent_is_understood() -> None:
    asked = read(KAMAILIO)
    assert (asked.operation, asked.sequence, asked.service) == ("create", 0, "voice")
    assert (asked.subscriber_kind, asked.subscriber, asked.destination) == ("msisdn", "491700000001", "33123")
    assert asked.parts == (Part(rating_group=100, service_id=1000, wanted=Units(time_s=30)),)
    assert asked.facts["equipment"] == "00-00-00-00-00-00"


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


@given(
    st.sampled_from([UPDATE, KAMAILIO]), st.lists(st.tuples(st.integers(20, 10_000), st.integers(0, 255)), max_size=6)
)
def test_a_request_with_octets_changed_is_understood_or_refused(message: bytes, changes: list[tuple[int, int]]) -> None:
    broken = bytearray(message)
    for place, octet in changes:
        broken[20 + place % (len(broken) - 20)] = octet
    try:
        asked = read(bytes(broken))
    except AvpFault as fault:
        assert fault.result in (5001, 5004, 5005, 5014, 5030)
    else:
        assert asked.operation in ("create", "update", "release", "event")
