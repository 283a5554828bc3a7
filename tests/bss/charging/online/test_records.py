"""Charging data records: filled, closed at a limit or at the end."""

from __future__ import annotations

from tandem.bss.charging.rules.online import records
from tandem.bss.charging.rules.online.state import Container, RecordState, SessionState
from tandem.bss.charging.terms.online import SessionPolicy

NOON_US = 1_793_534_400_000_000  # 2026-11-01T12:00:00Z
SECOND_US = 1_000_000


def test_a_record_says_what_was_used_by_rating_group() -> None:
    state = session()
    for group, octets, second in ((20, 7, 1), (10, 500, 2), (10, 300, 3)):
        records.note(state.record, container(group, octets, second))
    closed = records.close("s-1", state, at_us=NOON_US + 90 * SECOND_US, cause=records.NORMAL_RELEASE)
    assert closed.doc == {
        "recordType": 200,
        "recordingNetworkFunctionID": "tandem",
        "subscriberIdentifier": {"subscriptionIDType": "END_USER_E164", "subscriptionIDData": "353209110001"},
        "chargingSessionIdentifier": "s-1",
        "listOfMultipleUnitUsage": [
            {"ratingGroup": 10, "usedUnitContainers": [used(500, 2), used(300, 3)]},
            {"ratingGroup": 20, "usedUnitContainers": [used(7, 1)]},
        ],
        "recordOpeningTime": "2026-11-01T12:00:00Z",
        "duration": 90,
        "localRecordSequenceNumber": 1,
        "causeForRecClosing": 0,
        "serviceType": "data",
        "productId": "p-1",
        "servingNetwork": "22801",
        "information": {"ratType": "NR"},
    }


def test_a_partial_record_is_numbered_and_the_next_one_begins_where_it_ends() -> None:
    state = session()
    records.note(state.record, container(10, 500, 1))
    first = records.close("s-1", state, at_us=NOON_US + 60 * SECOND_US, cause=records.VOLUME_LIMIT)
    assert (first.number, first.doc["recordSequenceNumber"], first.cause) == (1, 1, 16)
    assert (state.record.number, state.record.opened_us, state.record.containers) == (2, NOON_US + 60 * SECOND_US, [])
    last = records.close("s-1", state, at_us=NOON_US + 70 * SECOND_US, cause=records.NORMAL_RELEASE)
    assert (last.number, last.doc["recordSequenceNumber"], last.doc["duration"]) == (2, 2, 10)


def test_each_limit_closes_a_record_and_silence_does_not() -> None:
    limits = SessionPolicy(record_octets=1_000, record_s=60, record_containers=3)
    record = RecordState(opened_us=NOON_US)
    assert records.cause_to_close(record, NOON_US + 3_600 * SECOND_US, limits) is None
    records.note(record, container(10, 999, 1))
    assert records.cause_to_close(record, NOON_US + 59 * SECOND_US, limits) is None
    assert records.cause_to_close(record, NOON_US + 60 * SECOND_US, limits) == records.TIME_LIMIT
    records.note(record, container(10, 1, 1))
    assert records.cause_to_close(record, NOON_US, limits) == records.VOLUME_LIMIT
    many = RecordState(opened_us=NOON_US, containers=[container(10, 1, 1)] * 3)
    assert records.cause_to_close(many, NOON_US, limits) == records.MAX_CHANGES


def session() -> SessionState:
    return SessionState(
        protocol="nchf",
        service="data",
        subscriber="353209110001",
        subscriber_kind="msisdn",
        product_id="p-1",
        opened_us=NOON_US,
        network="22801",
        record=RecordState(opened_us=NOON_US),
        facts={"ratType": "NR"},
    )


def container(group: int, octets: int, second: int) -> Container:
    return Container(group, None, None, octets, None, None, None, NOON_US + second * SECOND_US, 0, second, ("FINAL",))


def used(octets: int, second: int) -> dict[str, object]:
    return {
        "dataTotalVolume": octets,
        "localSequenceNumber": second,
        "timeOfFirstUsage": f"2026-11-01T12:00:0{second}Z",
        "triggers": ["FINAL"],
    }
