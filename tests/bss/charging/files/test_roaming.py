"""TAP and NRTRDE: what we write passes our own checks and the oracle's; what is wrong with a file rejects it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import asn1tools
import msgspec
import pytest

from tandem.bss.charging.rules.files.tap_writing import TapAbout, VisitorUse, write_tap
from tandem.bss.charging.terms import UsageInvalid
from tests.bss.charging.files.reading import opened, picked, read

HERE = timezone(timedelta(hours=1))
AT = datetime(2026, 10, 20, 11, 0, tzinfo=HERE)
US = 1_792_490_400_000_000
ABOUT = TapAbout("IRLTD", "DEUD1", 17, AT, AT + timedelta(hours=2), "msc1", "EUR", "XDR", 1_250_000)
WHO = ("262011234567890", "491711234567")
USES = (
    VisitorUse("call", "mo", *WHO, AT, 1_500_000, duration_s=61, other="4930123456", tax_micros=345_000),
    VisitorUse("call", "mt", *WHO, AT.astimezone(UTC), 0, duration_s=30, other="353871234567"),
    VisitorUse("message", "mo", *WHO, AT, 80_000, other="35387765"),
    VisitorUse("data", "mo", *WHO, AT, 2_000_001, 600, 5_000_000_000, 7, apn="internet", charging_id=99),
)


@pytest.fixture(scope="module")
def oracle() -> Any:
    return asn1tools.compile_files([str(Path(__file__).with_name("tap.asn"))], "ber")


def test_what_we_write_for_visitors_is_read_back() -> None:
    file = opened(write_tap(USES, ABOUT))
    (batch,) = list(file)
    rows, refused = read(write_tap(USES, ABOUT))
    assert (refused, batch.refused) == ([], ())
    names = ("served", "service", "started_us", "duration_s", "octets", "count", "destination", "network", "value")
    assert picked(rows, *names) == [
        (WHO[1], "voice", US, 61, -1, -1, "4930123456", "IRLTD", 1_500_000),
        (WHO[1], "voice", US, 30, -1, -1, "", "IRLTD", 0),
        (WHO[1], "message", US, 0, -1, 1, "35387765", "IRLTD", 80_000),
        (WHO[1], "data", US, 600, 5_000_000_007, -1, "", "IRLTD", 2_000_001),
    ]
    assert {row["currency"] for row in rows} == {"XDR"}
    assert [row["session"] for row in rows] == [None, None, None, "99@IRLTD"]
    assert msgspec.json.decode(rows[1]["details"])["calling"] == "353871234567"
    assert (file.facts.sender, file.facts.recipient, file.facts.sequence) == ("IRLTD", "DEUD1", 17)
    assert {name: file.facts.told[name] for name in ("count", "total_charge", "total_tax", "total_discount")} == {
        "count": "4",
        "total_charge": "3580001",
        "total_tax": "345000",
        "total_discount": "0",
    }


def test_the_oracle_reads_what_we_write(oracle: Any) -> None:
    kind, told = oracle.decode("Interchange", write_tap(USES, ABOUT))
    assert kind == "batch"
    assert told["control"]["sequence"] == b"00017"
    assert told["accounting"]["rates"] == [{"code": 0, "places": 6, "rate": 1_250_000}]
    assert told["network"]["offsets"] == [{"code": 0, "offset": b"+0100"}, {"code": 1, "offset": b"+0000"}]
    assert [kind for kind, _ in told["events"]] == ["moc", "mtc", "moc", "gprs"]
    _, call = told["events"][0]
    imsi, msisdn = bytes.fromhex("262011234567890f"), bytes.fromhex("491711234567")
    assert call["basic"]["subscriber"] == ("sim", {"imsi": imsi, "msisdn": msisdn})
    assert call["used"][0]["charges"][0]["details"] == [{"type": b"00", "charge": 1_500_000}]
    assert (told["audit"]["charge"], told["audit"]["tax"], told["audit"]["count"]) == (3_580_001, 345_000, 4)
    kind, nothing = oracle.decode("Interchange", write_tap([], ABOUT))
    assert (kind, nothing["recipient"]) == ("notification", b"DEUD1")


def test_a_notification_is_a_file_without_uses() -> None:
    file = opened(write_tap([], ABOUT))
    assert list(file) == []
    assert (file.facts.form, file.facts.sequence) == ("tap3", 17)


Change = Callable[[dict[str, Any]], Any]
FATAL: list[tuple[Change, str]] = [
    (lambda batch: batch.pop("audit"), "auditControlInfo"),
    (lambda batch: batch["audit"].update(charge=1), "total_charge"),
    (lambda batch: batch["audit"].update(tax=1), "total_tax"),
    (lambda batch: batch["audit"].update(discount=1), "total_discount"),
    (lambda batch: batch["audit"].update(count=5), "count"),
    (lambda batch: batch["audit"].pop("count"), "count"),
    (lambda batch: batch["control"].pop("sender"), "sender"),
    (lambda batch: batch["control"].update(recipient=b"deud1"), "recipient"),
    (lambda batch: batch["control"].update(sequence=b"17"), "fileSequenceNumber"),
    (lambda batch: batch["control"].update(sequence=b"00000"), "fileSequenceNumber"),
    (lambda batch: batch["control"].update(specification=4), "specificationVersionNumber"),
    (lambda batch: batch["control"].pop("available"), "availableTimeStamp"),
    (lambda batch: batch["control"]["cutOff"].update(offset=b"+2500"), "cut_offTimeStamp"),
    (lambda batch: batch["accounting"].pop("local"), "localCurrency"),
    (lambda batch: batch["accounting"].pop("places"), "tapDecimalPlaces"),
    (lambda batch: batch["accounting"].update(places=7), "tapDecimalPlaces"),
    (lambda batch: batch["accounting"].pop("rates"), "currencyConversionInfo"),
    (lambda batch: batch["accounting"]["rates"].append(batch["accounting"]["rates"][0]), "currencyConversionInfo"),
    (lambda batch: batch.pop("network"), "utcTimeOffsetInfo"),
    (lambda batch: batch["network"]["offsets"].append({"code": 0, "offset": b"+0200"}), "utcTimeOffsetInfo"),
    (lambda batch: batch["network"]["offsets"].append({"code": 9}), "utcTimeOffsetInfo"),
]


@pytest.mark.parametrize(("change", "item"), FATAL)
def test_a_fatal_fault_rejects_the_file_and_is_told(oracle: Any, change: Change, item: str) -> None:
    _, batch = oracle.decode("Interchange", write_tap(USES, ABOUT))
    change(batch)
    with pytest.raises(UsageInvalid) as rejected:
        read(bytes(oracle.encode("Interchange", ("batch", batch))))
    assert rejected.value.path == item
    report = msgspec.json.decode(rejected.value.facts["report"])
    assert report["isRejected"] is True
    assert item in [fault["item"] for fault in report["faults"]]


def test_a_file_that_ends_in_the_middle_is_rejected_wherever_it_does() -> None:
    octets = write_tap(USES, ABOUT)
    for cut in range(12, len(octets), 7):
        with pytest.raises(UsageInvalid):
            read(octets[:cut])


def test_an_event_with_a_code_that_stands_in_no_table_is_refused_alone(oracle: Any) -> None:
    _, batch = oracle.decode("Interchange", write_tap(USES, ABOUT))
    batch["events"][0][1]["basic"]["start"]["code"] = 7
    batch["events"][2][1]["used"][0]["charges"][0]["rate"] = 8
    rows, refused = read(bytes(oracle.encode("Interchange", ("batch", batch))))
    assert [row["line"] for row in rows] == [2, 4]
    assert [(one.line, one.field) for one in refused] == [(1, "utcTimeOffsetCode"), (3, "exchangeRateCode")]


def test_a_messaging_event_and_one_that_we_do_not_charge(oracle: Any) -> None:
    _, batch = oracle.decode("Interchange", write_tap(USES[:1], ABOUT))
    start = {"local": b"20261020110000", "code": 0}
    message = {"service": 1, "charged": {"imsi": b"\x26\x20\x1f"}, "reference": b"m-1", "start": start, "charge": 40}
    batch["events"] += [
        ("message", {**message, "other": {"number": b"\x49\x30\x1f"}}),
        ("ssEvent", {"reference": b"s"}),
    ]
    batch["audit"].update(charge=1_500_040, count=3)
    rows, refused = read(bytes(oracle.encode("Interchange", ("batch", batch))))
    assert picked(rows[1:], "served", "service", "value", "destination") == [("26201", "message", 40, "49301")]
    assert [(one.line, one.field) for one in refused] == [(3, "utcTimeOffsetCode")]


def indefinite(octets: bytes) -> bytes:
    """The same file with indefinite lengths wherever an element holds others."""
    out = b""
    at = 0
    while at < len(octets):
        begin = at
        at += 1
        if octets[begin] & 31 == 31:
            while octets[at] & 128:
                at += 1
            at += 1
        tag = octets[begin:at]
        size = octets[at]
        at += 1
        if size > 128:
            size, at = int.from_bytes(octets[at : at + size - 128]), at + size - 128
        content = octets[at : at + size]
        at += size
        holds = octets[begin] & 32
        out += tag + b"\x80" + indefinite(content) + b"\0\0" if holds else octets[begin:at]
    return out


def test_indefinite_lengths_say_the_same() -> None:
    octets = write_tap(USES, ABOUT)
    rows, _ = read(octets)
    others, refused = read(indefinite(octets))
    assert len(indefinite(octets)) > len(octets)
    names = [name for name in rows[0] if name != "offset"]
    assert (picked(others, *names), refused) == (picked(rows, *names), [])


def test_what_no_file_can_say_is_refused() -> None:
    wrong: list[dict[str, Any]] = [{"sender": "irl"}, {"sequence": 100_000}, {"rate_micros": None}]
    for changed in wrong:
        with pytest.raises(UsageInvalid):
            write_tap(USES, replace(ABOUT, **changed))
    with pytest.raises(UsageInvalid):
        write_tap([replace(USES[0], charge_micros=-1)], ABOUT)


def nrtrde(count: int = 3) -> dict[str, Any]:
    times = {"local": b"20261020110000", "offset": b"+0100", "imsi": b"\x27\x20\x11\x23\x45\x67\x89\x0f"}
    return {
        "specification": 2,
        "release": 1,
        "sender": b"DEUD1",
        "recipient": b"IRLTD",
        "sequence": b"0000042",
        "available": b"20261020120000",
        "offset": b"+0100",
        "events": [
            ("moc", {**times, "duration": 61, "service": ("tele", b"11"), "dialled": b"+4930123456"}),
            ("mtc", {**times, "duration": 0, "service": ("tele", b"21"), "calling": b"4930999"}),
            ("gprs", {**times, "duration": 600, "apn": b"internet", "incoming": 1000, "outgoing": 24}),
        ],
        "count": count,
    }


def test_near_real_time_events_are_read(oracle: Any) -> None:
    octets = bytes(oracle.encode("Nrtrde", nrtrde()))
    file = opened(octets)
    list(file)
    rows, refused = read(octets)
    assert (file.facts.form, file.facts.sequence, file.facts.sender) == ("nrtrde", 42, "DEUD1")
    names = ("served", "service", "started_us", "duration_s", "octets", "count", "destination", "network")
    assert picked(rows, *names) == [
        ("272011234567890", "voice", US, 61, -1, -1, "4930123456", "DEUD1"),
        ("272011234567890", "message", US, 0, -1, 1, "", "DEUD1"),
        ("272011234567890", "data", US, 600, 1024, -1, "", "DEUD1"),
    ]
    assert refused == []


def test_a_count_that_differs_is_told_and_the_events_are_read(oracle: Any) -> None:
    rows, refused = read(bytes(oracle.encode("Nrtrde", nrtrde(count=4))))
    assert len(rows) == 3
    assert [(one.field, one.reason) for one in refused] == [
        ("callEventsCount", "the file says that it has 4 events, and has 3")
    ]


def test_what_is_whole_of_a_cut_file_is_read_and_the_cut_is_told(oracle: Any) -> None:
    octets = bytes(oracle.encode("Nrtrde", nrtrde()))
    file = opened(octets[: octets.index(b"internet")])
    rows = [row for batch in file for row in batch.columns.line.tolist()]
    assert rows == [1, 2]
    assert file.facts.truncated_at is not None
    assert file.facts.sequence == 42
