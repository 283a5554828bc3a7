"""Accounting requests as charging requests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tandem.bss.charging.rules.radius import packets as p
from tandem.bss.charging.rules.radius.reports import NasReset, Source, Unfit, read_report
from tandem.bss.charging.terms.online import Part, SessionRequest, Units, Used
from tests.bss.charging.radius.test_packets import INTERIM

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
SOURCE = Source(client="north", address="192.0.2.7")


def _packet(**told: bytes | int | None) -> p.Packet:
    """A start, or with what is told in place of it."""
    values: dict[str, bytes | int | None] = {
        "ACCT_STATUS_TYPE": 1,
        "ACCT_SESSION_ID": b"a17",
        "USER_NAME": b"line17@isp.ex",
        "NAS_IDENTIFIER": b"bng1",
    }
    values.update(told)
    attributes = [
        p.attribute(getattr(p, name), value.to_bytes(4) if isinstance(value, int) else value)
        for name, value in values.items()
        if value is not None
    ]
    packet = p.read_packet(p.write_request(4, 1, attributes, b"s"))
    assert packet is not None
    return packet


def _read(source: Source = SOURCE, /, **told: bytes | int | None) -> SessionRequest:
    report = read_report(_packet(**told), source=source, now=NOW)
    assert isinstance(report, SessionRequest)
    return report


def test_a_worked_interim_is_understood() -> None:
    packet = p.read_packet(INTERIM)
    assert packet is not None
    report = read_report(packet, source=SOURCE, now=NOW)
    at = datetime(2026, 11, 24, 9, 59, 30, tzinfo=UTC)
    assert isinstance(report, SessionRequest)
    assert report == SessionRequest(
        protocol="radius",
        operation="update",
        session="north/bng1;00000A17",
        sequence=report.sequence,
        subscriber="line17@isp.ex",
        subscriber_kind="nai",
        at=at,
        service="data",
        parts=(
            Part(
                rating_group=0,
                used=(
                    Used(
                        units=Units(time_s=3600, uplink_octets=(1 << 32) + 1_048_576, downlink_octets=2_097_152),
                        started_at=at - timedelta(hours=1),
                        ended_at=at,
                        triggers=("PERIODIC",),
                    ),
                ),
            ),
        ),
        notify_at="192.0.2.7",
        priority=1,
        facts={
            "cumulative": "1",
            "gigawords": "1",
            "nas": "north/bng1",
            "user_name": "line17@isp.ex",
            "acct_session": "00000A17",
        },
    )


def test_a_session_begins_goes_on_and_ends() -> None:
    reports = [
        _read(),
        _read(ACCT_STATUS_TYPE=3, ACCT_SESSION_TIME=60),
        _read(ACCT_STATUS_TYPE=2, ACCT_SESSION_TIME=60, ACCT_TERMINATE_CAUSE=1),
    ]
    assert [report.operation for report in reports] == ["create", "update", "release"]
    assert [report.session for report in reports] == ["north/bng1;a17"] * 3
    assert [len(report.parts[0].used) for report in reports] == [0, 1, 1]
    assert reports[2].parts[0].used[0].triggers == ("FINAL",)
    assert reports[2].facts["termination_cause"] == "user_request"


def test_messages_are_numbered_in_the_order_of_the_session_and_known_again() -> None:
    start = _read()
    first = _read(ACCT_STATUS_TYPE=3, ACCT_SESSION_TIME=60, ACCT_INPUT_OCTETS=1)
    other = _read(ACCT_STATUS_TYPE=3, ACCT_SESSION_TIME=60, ACCT_INPUT_OCTETS=2)
    later = _read(ACCT_STATUS_TYPE=3, ACCT_SESSION_TIME=61, ACCT_INPUT_OCTETS=2)
    stop = _read(ACCT_STATUS_TYPE=2, ACCT_SESSION_TIME=61, ACCT_INPUT_OCTETS=2)
    assert start.sequence < min(first.sequence, other.sequence)
    assert first.sequence != other.sequence
    assert max(first.sequence, other.sequence) < later.sequence < stop.sequence < 2**53
    again = _read(
        ACCT_STATUS_TYPE=3, ACCT_SESSION_TIME=60, ACCT_INPUT_OCTETS=1, ACCT_DELAY_TIME=5, PROXY_STATE=b"other"
    )
    assert again.sequence == first.sequence
    longest = _read(ACCT_STATUS_TYPE=2, ACCT_SESSION_TIME=2**32 - 1)
    assert longest.sequence < 2**53


@pytest.mark.parametrize(
    ("told", "at"),
    [
        ({}, NOW),
        ({"ACCT_DELAY_TIME": 90}, NOW - timedelta(seconds=90)),
        ({"EVENT_TIMESTAMP": 1_795_514_370, "ACCT_DELAY_TIME": 90}, NOW - timedelta(seconds=30)),
        # A clock that began in 1970, and one that is a year ahead.
        ({"EVENT_TIMESTAMP": 300, "ACCT_DELAY_TIME": 10}, NOW - timedelta(seconds=10)),
        ({"EVENT_TIMESTAMP": 1_795_514_370 + 366 * 86_400}, NOW),
    ],
)
def test_when_it_happened_is_what_the_nas_says_if_it_can_be(told: dict[str, int], at: datetime) -> None:
    assert _read(**told).at == at


@pytest.mark.parametrize(
    ("told", "nas"),
    [
        ({"NAS_IP_ADDRESS": bytes((10, 0, 0, 1))}, "north/bng1"),
        ({"NAS_IDENTIFIER": None, "NAS_IP_ADDRESS": bytes((10, 0, 0, 1))}, "north/10.0.0.1"),
        ({"NAS_IDENTIFIER": None, "NAS_IPV6_ADDRESS": bytes(15) + b"\1"}, "north/::1"),
        ({"NAS_IDENTIFIER": None}, "north/192.0.2.7"),
    ],
)
def test_a_session_is_of_its_nas(told: dict[str, bytes | None], nas: str) -> None:
    assert _read(**told).session == f"{nas};a17"
    reset = read_report(_packet(ACCT_STATUS_TYPE=7, **told), source=SOURCE, now=NOW)
    assert reset == NasReset(nas, NOW)


@pytest.mark.parametrize(
    ("source", "told", "kind", "subscriber"),
    [
        (SOURCE, {"CALLING_STATION_ID": b"0/1/17"}, "nai", "line17@isp.ex"),
        (SOURCE, {"CALLING_STATION_ID": b"0/1/17", "USER_NAME": None}, "line", "0/1/17"),
        (
            Source(client="n", address="a", subscriber="calling_station"),
            {"CALLING_STATION_ID": b"0/1/17"},
            "line",
            "0/1/17",
        ),
        (Source(client="n", address="a", subscriber="calling_station"), {}, "nai", "line17@isp.ex"),
    ],
)
def test_the_subscriber_is_a_name_or_a_line(
    source: Source, told: dict[str, bytes | None], kind: str, subscriber: str
) -> None:
    report = _read(source, **told)
    assert (report.subscriber_kind, report.subscriber) == (kind, subscriber)


def test_addresses_and_classes_are_facts() -> None:
    facts = _read(
        FRAMED_IP_ADDRESS=bytes((100, 64, 0, 9)),
        CLASS=b"gold",
        FRAMED_IPV6_PREFIX=bytes.fromhex("0040 20010db8 00010002"),
        DELEGATED_IPV6_PREFIX=bytes.fromhex("0038 20010db8 000103"),
        ACCT_MULTI_SESSION_ID=b"m1",
    ).facts
    assert facts["address"] == "100.64.0.9"
    assert facts["class"] == b"gold".hex()
    assert facts["prefix"] == "2001:db8:1:2::/64"
    assert facts["delegated_prefix"] == "2001:db8:1:300::/56"
    assert facts["multi_session"] == "m1"
    assert "gigawords" not in facts


@pytest.mark.parametrize(
    ("told", "answered"),
    [({"ACCT_STATUS_TYPE": None}, False), ({"ACCT_SESSION_ID": None}, False), ({"ACCT_STATUS_TYPE": 9}, True)],
)
def test_what_is_no_use_is_not_charged(told: dict[str, int | None], answered: bool) -> None:
    report = read_report(_packet(**told), source=SOURCE, now=NOW)
    assert isinstance(report, Unfit) and report.is_answered is answered


@given(st.lists(st.tuples(st.integers(1, 130), st.binary(max_size=20)), max_size=8), st.integers(1, 9))
def test_any_attributes_are_a_report_or_none(attributes: list[tuple[int, bytes]], status: int) -> None:
    told = [(p.ACCT_STATUS_TYPE, status.to_bytes(4)), (p.ACCT_SESSION_ID, b"a"), *attributes]
    packet = p.read_packet(p.write_request(4, 1, (p.attribute(*each) for each in told), b"s"))
    assert packet is not None
    report = read_report(packet, source=SOURCE, now=NOW)
    assert isinstance(report, SessionRequest) == (status in (1, 2, 3))
    if isinstance(report, SessionRequest):
        assert 0 <= report.sequence < 2**53
