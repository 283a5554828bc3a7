"""Records of 3GPP: what we write is read back and the oracle agrees; what others encode is read as they mean it."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import asn1tools
import msgspec
import pytest

from tandem.bss.charging.rules.files import ber_writing as ber
from tandem.bss.charging.rules.files import ts32298
from tandem.bss.charging.rules.files.cdrs import TEXT_FORM, ClosedRecord, ClosedUse, encode, write_cdrs, write_cdrs_text
from tandem.bss.charging.rules.files.identity import contents_of, keys_of
from tandem.bss.charging.rules.files.ts32297 import Written, file_of
from tests.bss.charging.files.reading import opened, picked, read

AT = datetime(2026, 10, 20, 10, 0, tzinfo=UTC)
US = 1_792_490_400_000_000
LATER = US + 70_000_000
ABOUT = Written(AT, AT + timedelta(minutes=5), 17, b"\x0a\0\0\x01")
DATA = ClosedRecord(
    session="sess-1",
    subscriber="353209110001",
    subscriber_kind="msisdn",
    opened_at=AT,
    duration_s=100,
    sequence=1,
    cause=16,
    service="data",
    local_sequence=7,
    function="chf1",
    uses=(
        ClosedUse(10, 1, 60, 1000, 2000, first_at=AT, last_at=AT + timedelta(seconds=60), triggers=(401,)),
        ClosedUse(20, 2, total_octets=5_000_000_000, service_id=3, first_at=AT + timedelta(seconds=70)),
    ),
    dnn="internet",
    rat_type=51,
    network="27201",
)
CALL = ClosedRecord(
    "sess-2", "353209110001", "msisdn", AT, 65, 2, 0, "voice", 8, "chf1", (ClosedUse(30, 1, 65),), destination="4930123"
)
MESSAGE = ClosedRecord(
    "sess-3", "272011234567890", "imsi", AT, 0, 1, 0, "message", 9, "chf1", (ClosedUse(40, 1, specific=2),),
    destination="35391555010",
)  # fmt: skip
RECORDS = [DATA, CALL, MESSAGE]


@pytest.fixture(scope="module")
def oracle() -> Any:
    return asn1tools.compile_files([str(Path(__file__).with_name("charging.asn"))], "ber")


def stamp(second: int) -> bytes:
    return ber.stamp(AT + timedelta(seconds=second))


def test_the_oracle_reads_what_we_write(oracle: Any) -> None:
    kind, told = oracle.decode("Record", encode(DATA))
    assert kind == "chf"
    assert told == {
        "recordType": 200,
        "recordingNetworkFunctionID": "chf1",
        "subscriberIdentifier": {"kind": "e164", "data": "353209110001"},
        "nFunctionConsumerInformation": {"networkFunctionality": 1},
        "listOfMultipleUnitUsage": [
            {
                "ratingGroup": 10,
                "containers": [
                    {
                        "time": 60,
                        "triggers": [("smf", 401)],
                        "triggerTimeStamp": stamp(60),
                        "dataVolumeUplink": 1000,
                        "dataVolumeDownlink": 2000,
                        "localSequenceNumber": 1,
                        "pduContainer": {"timeOfFirstUsage": stamp(0), "timeOfLastUsage": stamp(60)},
                    }
                ],
            },
            {
                "ratingGroup": 20,
                "containers": [
                    {
                        "serviceIdentifier": 3,
                        "dataTotalVolume": 5_000_000_000,
                        "localSequenceNumber": 2,
                        "pduContainer": {"timeOfFirstUsage": stamp(70)},
                    }
                ],
            },
        ],
        "recordOpeningTime": stamp(0),
        "duration": 100,
        "recordSequenceNumber": 1,
        "causeForRecClosing": 16,
        "localRecordSequenceNumber": 7,
        "pDUSession": {
            "chargingID": 0,
            "pDUSessionId": 0,
            "rATType": 51,
            "dnn": "internet",
            "servingCNPLMN": b"\x72\xf2\x10",
        },
        "chargingSessionIdentifier": b"sess-1",
    }  # fmt: skip
    _, call = oracle.decode("Record", encode(CALL))
    assert call["iMS"] == {"calledPartyAddress": ("tel", "tel:+4930123")}


EXPECTED = [
    ("sess-1:1:10:0", "353209110001", "data", US, 60, 3000, -1, "", "27201", 10, "sess-1", 1, False),
    ("sess-1:1:20:1", "353209110001", "data", LATER, 100, 5_000_000_000, -1, "", "27201", 20, "sess-1", 1, False),
    ("sess-2:2:30:0", "353209110001", "voice", US, 65, -1, -1, "4930123", "", 30, "sess-2", 2, True),
    ("sess-3:1:40:0", "272011234567890", "message", US, 0, -1, 2, "35391555010", "", 40, "sess-3", 1, True),
]  # fmt: skip
NAMES = (
    "record_id", "served", "service", "started_us", "duration_s", "octets", "count", "destination", "network",
    "rating_group", "session", "partial_seq", "is_last",
)  # fmt: skip


def test_what_we_write_is_read_back_from_both_forms_with_the_same_identities() -> None:
    binary, text = write_cdrs(RECORDS, ABOUT), write_cdrs_text(RECORDS)
    for octets in (binary, text):
        rows, refused = read(octets)
        assert (picked(rows, *NAMES), refused) == (EXPECTED, [])
    (of_binary,), (of_text,) = list(opened(binary)), list(opened(text, TEXT_FORM))
    same = [contents_of(one.columns) for one in (of_binary, of_text)]
    assert same[0].tolist() == same[1].tolist()
    assert of_binary.columns.details.to_pylist() == of_text.columns.details.to_pylist()
    assert keys_of(of_binary.columns, same[0]).to_pylist()[0] == "id:sess-1:1:10:0"


def test_the_header_is_what_the_standard_says() -> None:
    octets = write_cdrs(RECORDS, ABOUT)
    assert int.from_bytes(octets[:4]) == len(octets)
    header = int.from_bytes(octets[4:8])
    assert octets[8:10] == bytes([7 << 5 | 5] * 2)
    assert int.from_bytes(octets[10:14]) == 10 << 28 | 20 << 23 | 10 << 18 | 0 << 12 | 1 << 11
    assert (int.from_bytes(octets[18:22]), int.from_bytes(octets[22:26])) == (3, 17)
    assert octets[header : header + 5] == len(encode(DATA)).to_bytes(2) + bytes([7 << 5 | 5, 1 << 5 | 20, 7])
    west = Written(AT.astimezone(timezone(-timedelta(hours=3, minutes=30))), AT, 1, bytes(16))
    assert int.from_bytes(write_cdrs([], west)[10:14]) & 0xFFF == 3 << 6 | 30
    file = opened(octets)
    list(file)
    assert (file.facts.sequence, file.facts.sender, file.facts.records) == (17, "10.0.0.1", 4)
    assert file.facts.told["records"] == "3"
    assert file.facts.told["opened"] == "10-20 10:00+00:00"


def tbcd(digits: str) -> bytes:
    return ber.tbcd(digits)


def gateway(**changed: Any) -> dict[str, Any]:
    told = {
        "recordType": 79,
        "servedIMSI": tbcd("272011234567890"),
        "address": ("v4", b"\x0a\0\0\x02"),
        "chargingID": 77,
        "accessPointNameNI": "internet",
        "recordOpeningTime": stamp(0),
        "duration": 3600,
        "causeForRecClosing": 17,
        "recordSequenceNumber": 4,
        "servedMSISDN": b"\x91" + tbcd("353209110001"),
        "servingNodePLMN": b"\x72\xf2\x10",
        "rATType": 6,
        "userLocation": bytes(200),
    }
    return {**told, **changed}


def test_a_gateways_record_is_a_use_for_each_of_its_containers(oracle: Any) -> None:
    services = [
        {"ratingGroup": 1, "timeOfFirstUsage": stamp(5), "timeUsage": 10, "up": 200, "down": 100},
        {"ratingGroup": 2, "timeOfFirstUsage": stamp(6), "up": 1 << 40},
    ]
    traffic = [{"up": 7, "down": 8, "condition": "recordClosure", "changeTime": stamp(9)}]
    records = [
        oracle.encode("Record", ("pgw", gateway(listOfServiceData=services))),
        oracle.encode("Record", ("sgw", gateway(recordType=78, listOfTrafficVolumes=traffic, causeForRecClosing=0))),
        oracle.encode("Record", ("pgw", gateway(listOfTrafficVolumes=traffic))),
        oracle.encode("Record", ("pgw", gateway(listOfTrafficVolumes=traffic, listOfServiceData=services[1:]))),
    ]
    rows, refused = read(file_of(records, ABOUT))
    assert refused == []
    assert picked(
        rows, "served", "rating_group", "started_us", "duration_s", "octets", "network", "is_last", "line"
    ) == [
        ("353209110001", 1, US + 5_000_000, 10, 300, "27201", False, 1),
        ("353209110001", 2, US + 6_000_000, 3600, 1 << 40, "27201", False, 1),
        ("353209110001", -1, US, 3600, 15, "27201", True, 2),
        ("353209110001", -1, US, 3600, 15, "27201", False, 3),
        ("353209110001", 2, US + 6_000_000, 3600, 1 << 40, "27201", False, 4),
    ]
    assert {row["session"] for row in rows} == {"77@80040a000002"}
    assert {row["partial_seq"] for row in rows} == {4}


def test_calls_and_messages_of_an_msc(oracle: Any) -> None:
    number = b"\x91" + tbcd("353209110001")
    call = {
        "recordType": 0,
        "servedIMSI": tbcd("272011234567890"),
        "servedMSISDN": number,
        "calledNumber": b"\x81" + tbcd("0049301234567"),
        "answerTime": stamp(1),
        "callDuration": 61,
        "callReference": b"\x01\x02",
    }
    message = {
        "recordType": 6,
        "servedIMSI": tbcd("272011234567890"),
        "originationTime": stamp(2),
        "destinationNumber": b"\x91" + tbcd("35391555010"),
    }
    first = oracle.encode("Record", ("moCall", call))
    octets = first + b"\0\0" + oracle.encode("Record", ("moMessage", message))
    rows, refused = read(octets, msgspec.structs.replace(ts32298.FORM, framing="bare"))
    assert refused == []
    assert picked(rows, "served", "service", "destination", "started_us", "duration_s", "count", "offset") == [
        ("353209110001", "voice", "49301234567", US + 1_000_000, 61, -1, 0),
        ("272011234567890", "message", "35391555010", US + 2_000_000, -1, 1, len(first) + 2),
    ]


@pytest.mark.parametrize("block", [1, 60, 1 << 20])
def test_a_bad_record_is_told_by_its_place_and_the_next_is_read(block: int) -> None:
    first, second = encode(DATA), encode(CALL)
    octets = file_of([first, b"\xbf\x81\x48\x05\x80\x7f", b"\x30\x03\x02\x01\x05", second[:-4], second], ABOUT)
    rows, refused = read(octets, block=block)
    assert [row["record_id"] for row in rows] == ["sess-1:1:10:0", "sess-1:1:20:1", "sess-2:2:30:0"]
    assert rows[-1]["line"] == 5
    assert [(one.line, one.reason) for one in refused] == [
        (2, "it ends in the middle"),
        (3, "it is of a kind that the form does not know"),
        (4, "it ends in the middle"),
    ]
    assert octets[refused[1].offset :].startswith(b"\x30\x03")


def test_every_cut_of_a_file_is_told_and_what_is_whole_is_read() -> None:
    octets = write_cdrs(RECORDS, ABOUT)
    starts = [54]
    for record in RECORDS:
        starts.append(starts[-1] + 5 + len(encode(record)))
    for cut in range(54, len(octets)):
        file = opened(octets[:cut])
        rows = [row for batch in file for row in batch.columns.line.tolist()]
        whole = sum(start <= cut for start in starts[1:])
        assert len(set(rows)) == whole
        assert file.facts.truncated_at == (None if cut in starts else starts[whole])


def test_a_number_of_ours_that_is_none_refuses_its_record() -> None:
    negative = encode(CALL).replace(ber.whole(1, 65), b"\x81\x01\xff")
    assert negative != encode(CALL)
    _, refused = read(file_of([negative], ABOUT))
    assert [(one.line, one.field, one.reason) for one in refused] == [(1, "time", "it is no whole number from 0 on")]


def test_records_in_another_encoding_are_refused_from_there_on() -> None:
    octets = bytearray(write_cdrs(RECORDS, ABOUT))
    second = 54 + 5 + len(encode(DATA))
    octets[second + 3] = 3 << 5 | 20
    rows, refused = read(bytes(octets))
    assert len(rows) == 2
    assert [(one.line, one.offset) for one in refused] == [(2, second)]


def test_nothing_that_is_made_up_breaks_the_reader() -> None:
    chance = random.Random(7)
    octets = write_cdrs(RECORDS * 3, ABOUT)
    for _ in range(300):
        broken = bytearray(octets)
        for _ in range(chance.randint(1, 4)):
            broken[chance.randrange(54, len(broken))] = chance.randrange(256)
        rows, refused = read(bytes(broken), ts32298.FORM)
        assert len(rows) + len(refused) >= 1


def test_the_loops_say_the_same_compiled_and_not() -> None:
    octets, many = write_cdrs(RECORDS, ABOUT), write_cdrs(RECORDS * 200, ABOUT)
    few, _ = read(octets)
    rows, _ = read(many)
    names = [name for name in few[0] if name not in ("line", "offset")]
    assert picked(rows[-4:], *names) == picked(few, *names)
