"""Messages as octets: worked ones, broken ones, and any."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tandem.bss.charging.rules.diameter import dictionary as d
from tandem.bss.charging.rules.diameter.codec import (
    AvpFault,
    Header,
    HeaderFault,
    group_avp,
    instant_of,
    ntp_of,
    number_avp,
    octets_avp,
    read_avps,
    read_echo,
    read_header,
    text_avp,
    time_avp,
    write_message,
)

# A watchdog request assembled by hand: version 1, 20 + 20 + 20 + 12 = 72 octets, R, command 280, application 0.
WATCHDOG = bytes.fromhex(
    "01000048 80000118 00000000 0000000a 0000000b"
    "00000108 40000011 7067772e 61626364 65000000"  # Origin-Host, M, 8 + 9 octets: pgw.abcde
    "00000128 40000011 6578616d 706c652e 61000000"  # Origin-Realm, M, 8 + 9: example.a
    "00000116 4000000c 00000007"  # Origin-State-Id, M, 12: 7
)


def test_a_worked_message_is_read_and_written_to_the_octet() -> None:
    header = read_header(WATCHDOG, 1000)
    assert header == Header(72, 0x80, 280, 0, 10, 11)
    told = read_avps(WATCHDOG)
    assert told.values == {d.ORIGIN_HOST: ["pgw.abcde"], d.ORIGIN_REALM: ["example.a"], d.ORIGIN_STATE_ID: [7]}
    written = write_message(
        header,
        text_avp(d.ORIGIN_HOST, "pgw.abcde"),
        text_avp(d.ORIGIN_REALM, "example.a"),
        number_avp(d.ORIGIN_STATE_ID, 7),
    )
    assert written == WATCHDOG


def test_an_avp_of_a_vendor_has_its_number_and_its_flag() -> None:
    # 3GPP (10415 = 0x28AF) 869 = 0x365, V and M, 16 octets.
    assert number_avp(d.VOLUME_QUOTA_THRESHOLD, 1_000_000).hex() == "00000365c0000010000028af000f4240"


def test_a_group_in_a_group_keeps_its_order() -> None:
    unit = group_avp(d.CC_MONEY, group_avp(d.UNIT_VALUE, number_avp(d.VALUE_DIGITS, -5), number_avp(d.EXPONENT, -2)))
    # CC-Money 413, 8 + 36; Unit-Value 445, 8 + 16 + 12; Value-Digits 447 of 64 bits; Exponent 429 of 32 bits.
    assert unit.hex() == "0000019d4000002c000001bd40000024000001bf40000010fffffffffffffffb000001ad4000000cfffffffe"
    money = read_avps(bytes(20) + unit).group(d.CC_MONEY)
    assert money is not None
    value = money.group(d.UNIT_VALUE)
    assert value is not None and (value.number(d.VALUE_DIGITS), value.number(d.EXPONENT)) == (-5, -2)


@pytest.mark.parametrize(
    ("at", "seconds"),
    [
        (datetime(2026, 11, 24, 10, 0, tzinfo=UTC), 1_795_514_400 + 2_208_988_800),
        (datetime(2036, 2, 7, 6, 28, 15, tzinfo=UTC), 0xFFFFFFFF),
        (datetime(2036, 2, 7, 6, 28, 16, tzinfo=UTC), 0),
        (datetime(2040, 1, 1, tzinfo=UTC), 2_208_988_800 + 2_208_988_800 - 4_294_967_296),
    ],
)
def test_time_goes_on_after_the_counter_wraps_in_2036(at: datetime, seconds: int) -> None:
    assert ntp_of(at) == seconds
    assert instant_of(seconds) == at
    assert time_avp(d.EVENT_TIMESTAMP, at) == bytes.fromhex("000000374000000c") + seconds.to_bytes(4)


@pytest.mark.parametrize(
    ("avp", "result", "failed"),
    [
        # Unknown (code 9999), mandatory: told as it came.
        ("0000270f 4000000c 00000001", 5001, "0000270f4000000c00000001"),
        # CC-Request-Type 9 is none.
        ("000001a0 4000000c 00000009", 5004, "000001a04000000c00000009"),
        # An unsigned number of three octets: told with as many zeros as it should have.
        ("000001a0 4000000b 00000100", 5014, "000001a04000000c00000000"),
        # Text that is not UTF-8.
        ("00000107 40000009 ff000000", 5004, "0000010740000009ff"),
        # Longer than the message.
        ("000001a0 40000010 00000001", 5014, "000001a040000008"),
        # Shorter than its own header.
        ("000001a0 40000007 00000001", 5014, "000001a040000008"),
        # In a group: Multiple-Services-Credit-Control with a Rating-Group of two octets.
        ("000001c8 40000014 000001b0 4000000a 00010000", 5014, "000001c840000014000001b04000000c00000000"),
    ],
)
def test_what_is_wrong_is_told_with_the_avp_at_fault(avp: str, result: int, failed: str) -> None:
    with pytest.raises(AvpFault) as caught:
        read_avps(bytes(20) + bytes.fromhex(avp))
    assert (caught.value.result, caught.value.failed.hex()) == (result, failed)


def test_what_is_unknown_and_optional_is_passed_over() -> None:
    told = read_avps(bytes(20) + bytes.fromhex("0000270f 0000000c 00000001") + number_avp(d.RATING_GROUP, 5))
    assert told.values == {d.RATING_GROUP: [5]}


def test_service_information_may_say_what_a_later_release_knows() -> None:
    # PS-Information with AVP 3GPP 4999, V and M.
    unknown = bytes.fromhex("00001387 c0000010 000028af 00000001")
    information = group_avp(
        d.SERVICE_INFORMATION, group_avp(d.PS_INFORMATION, unknown, octets_avp(d.TGPP_RAT_TYPE, b"6"))
    )
    packet = read_avps(bytes(20) + information).groups(d.SERVICE_INFORMATION)[0].group(d.PS_INFORMATION)
    assert packet is not None and packet.values == {d.TGPP_RAT_TYPE: [b"6"]}
    with pytest.raises(AvpFault, match="not known"):
        read_avps(bytes(20) + group_avp(d.MULTIPLE_SERVICES_CREDIT_CONTROL, unknown))


def test_groups_within_groups_without_end_are_refused() -> None:
    avp = b""
    for _ in range(2_000):
        avp = group_avp(d.SERVICE_INFORMATION, avp)
    with pytest.raises(AvpFault) as caught:
        read_avps(bytes(20) + avp)
    assert caught.value.result == 5004


@pytest.mark.parametrize(
    ("head", "result"),
    [
        ("02000048 80000118 00000000 0000000a 0000000b", 5011),
        ("01000010 80000118 00000000 0000000a 0000000b", 5015),
        ("01000049 80000118 00000000 0000000a 0000000b", 5015),
        ("01ffffff 80000118 00000000 0000000a 0000000b", 5015),
    ],
)
def test_a_header_that_breaks_the_stream_is_refused(head: str, result: int) -> None:
    with pytest.raises(HeaderFault) as caught:
        read_header(bytes.fromhex(head), 1 << 20)
    assert caught.value.result == result


_OCTETS = st.binary(max_size=40)
_AVPS = st.one_of(
    st.integers(0, 2**32 - 1).map(lambda n: (d.RATING_GROUP, n, number_avp(d.RATING_GROUP, n))),
    st.integers(0, 2**64 - 1).map(lambda n: (d.CC_TOTAL_OCTETS, n, number_avp(d.CC_TOTAL_OCTETS, n))),
    st.integers(-(2**63), 2**63 - 1).map(lambda n: (d.VALUE_DIGITS, n, number_avp(d.VALUE_DIGITS, n))),
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20).map(
        lambda t: (d.SESSION_ID, t, text_avp(d.SESSION_ID, t))
    ),
    _OCTETS.map(lambda o: (d.CLASS, o, octets_avp(d.CLASS, o))),
    _OCTETS.map(lambda o: (d.TGPP_USER_LOCATION_INFO, o, octets_avp(d.TGPP_USER_LOCATION_INFO, o))),
    st.datetimes(datetime(1968, 1, 21), datetime(2104, 1, 1))
    .map(lambda at: at.replace(microsecond=0, tzinfo=UTC))
    .map(lambda at: (d.EVENT_TIMESTAMP, at, time_avp(d.EVENT_TIMESTAMP, at))),
)


@given(st.lists(_AVPS, max_size=12))
def test_what_is_written_is_read_again(avps: list[tuple[int, object, bytes]]) -> None:
    message = write_message(Header(0, 0x80, 272, 4, 1, 2), group_avp(d.SERVICE_INFORMATION, *(a for _, _, a in avps)))
    assert read_header(message, 1 << 20).length == len(message)
    expected: dict[int, list[object]] = {}
    for key, value, _ in avps:
        expected.setdefault(key, []).append(value)
    assert read_avps(message).groups(d.SERVICE_INFORMATION)[0].values == expected


@given(st.binary(max_size=300))
def test_any_octets_are_read_or_refused(octets: bytes) -> None:
    message = bytes(20) + octets
    read_echo(message)
    try:
        told = read_avps(message)
    except AvpFault as fault:
        assert fault.result in (5001, 5004, 5014)
        assert len(fault.failed) >= 8
    else:
        assert told.values or not octets or len(octets) >= 8


@given(st.data())
def test_a_message_with_octets_changed_is_read_or_refused(data: st.DataObject) -> None:
    body = bytearray(group_avp(d.MULTIPLE_SERVICES_CREDIT_CONTROL, number_avp(d.RATING_GROUP, 1)) * 2)
    for _ in range(data.draw(st.integers(1, 4))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    try:
        read_avps(bytes(20) + bytes(body[: data.draw(st.integers(0, len(body)))]))
    except AvpFault as fault:
        assert fault.result in (5001, 5004, 5014)
