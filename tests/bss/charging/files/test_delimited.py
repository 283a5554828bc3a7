"""Delimited files: every line as before, by its own fate, however the file is cut into blocks."""

from __future__ import annotations

import random
from typing import Any

import pytest

from tandem.bss.charging.rules.files.form import Field, Fields, FileForm
from tandem.bss.charging.rules.files.forms import USAGE_CSV
from tandem.bss.charging.rules.usage_file import ReadLine, read_lines
from tandem.bss.charging.terms import UsageInvalid
from tests.bss.charging.files.reading import picked, read
from tests.bss.charging.test_taking import BAD_LINES, HEADER

GOOD = "voice,353209110001,493012345678,2026-10-22T10:00:00Z,60"
ODD_LINES = [
    f"a,{GOOD}",
    "b, voice ,+353 (20) 911-0001,00 49 30 12345678,2026-10-22T12:00:00.250000+02:00, 60 ",
    'c,"voice","353209110001","493012345678","2026-10-22T10:00:00Z","60"',
    '"with ""quotes""",voice,353209110001,49,2026-10-22T10:00:00Z,1',
    'q"uote,voice,353209110001,49,2026-10-22T10:00:00Z,1',
    '"x"y,voice,353209110001,49,2026-10-22T10:00:00Z,1',
    "d,data,353209110001,,2026-10-22t10:00:00z,1",
    "e,data,353209110001,,2026-10-22 10:00:00+01:00,000000000000000000012",
    "é,data,353209110001,,2026-02-29T10:00:00Z,1",
    "ß,data,353209110001,,2024-02-29T10:00:00Z,1",
    "f,data,353209110001,,2026-10-22T10:00:60Z,1",
    "g,voice,\t353 209\t110001,49,2026-10-22T10:00:00Z,1000000000000001",
    "h,voice,12345678901234567890,123456789012345678901,2026-10-22T10:00:00Z,1",
    "i,message,12345678901234567890,1,1999-12-31T23:59:59Z,1",
    "   ",
    ",,,,,",
    "\r",
    "j\rk,data,353209110001,,2026-10-22T10:00:00Z,1",
]


def as_before(octets: bytes) -> list[tuple[Any, ...]]:
    """What the reader of single lines makes of a file: the independent one that this must agree with."""
    found: list[tuple[Any, ...]] = []
    for one in read_lines(octets.splitlines(keepends=True) if b"\r" not in octets else octets.split(b"\n")):
        if isinstance(one, ReadLine):
            record = one.record
            at = round(record.started_at.timestamp() * 1_000_000)
            found.append(
                (one.line, record.record_id, record.usage_type, record.served, record.destination, at, record.quantity)
            )
        else:
            # a column is called by its own name, not by the characteristic of TMF635 that it stands for
            found.append((one.line, one.field, one.reason.replace("destinationNumber", "destination")))
    return sorted(found)


def as_now(octets: bytes, block: int) -> list[tuple[Any, ...]]:
    rows, refused = read(octets, USAGE_CSV, block=block)
    good = [
        (
            row["line"],
            row["record_id"],
            row["service"],
            row["served"],
            row["destination"],
            row["started_us"],
            max(row["duration_s"], row["octets"], row["count"]),
        )
        for row in rows
    ]
    return sorted([*good, *((one.line, one.field, one.reason) for one in refused)])


@pytest.mark.parametrize("block", [64, 1_000, 1 << 22])
def test_each_line_is_read_or_refused_as_by_the_reader_of_single_lines(block: int) -> None:
    lines = [HEADER, *ODD_LINES, *(line for line, _ in BAD_LINES), f"last,{GOOD}"]
    octets = "\n".join(lines).encode() + b"\nx,voice,353209110001,\xff,2026-10-22T10:00:00Z,1\n"
    assert as_now(octets, block) == as_before(octets)


def test_a_million_lines_and_one_bad_one_among_them() -> None:
    lines = [HEADER, *(f"g-{place},{GOOD}" for place in range(200_000))]
    lines[150_000] = lines[150_000].replace(",60", ",sixty")
    octets = "\n".join(lines).encode()
    rows, refused = read(octets, USAGE_CSV, block=1 << 20)
    assert len(rows) == 199_999
    (bad,) = refused
    assert (bad.line, bad.field) == (150_001, "quantity")
    assert octets[bad.offset :].startswith(lines[150_000].encode())
    assert octets[rows[-1]["offset"] :] == lines[-1].encode()


def test_any_cut_into_blocks_gives_the_same() -> None:
    chance = random.Random(20)
    lines = [HEADER + ",cell"] + [
        chance.choice([f"i{place},{GOOD},c\u00e9{place}", f'"a,{place}",{GOOD},""', "x,y", ""]) for place in range(200)
    ]
    octets = ("\ufeff" + "\r\n".join(lines)).encode()
    whole = read(octets, USAGE_CSV)
    for block in (1, 7, 33, 200, 4096):
        assert read(octets, USAGE_CSV, block=block) == whole


def test_further_columns_are_details_in_the_order_of_their_names() -> None:
    octets = f'{HEADER},zone,Cell\nx,{GOOD},"a ""b"" \\",272-01\ny,{GOOD},,\n'.encode()
    rows, refused = read(octets, USAGE_CSV)
    assert [row["details"] for row in rows] == ['{"cell":"272-01","zone":"a \\"b\\" \\\\"}', None]
    assert refused == []


def test_a_line_that_never_ends_is_told_and_the_next_one_is_read() -> None:
    octets = f"{HEADER}\n".encode() + b"x" * 3_000_000 + f"\nlast,{GOOD}\n".encode()
    rows, refused = read(octets, USAGE_CSV, block=1 << 16)
    assert picked(rows, "record_id", "line") == [("last", 3)]
    assert octets[rows[0]["offset"] :].startswith(b"last")
    assert [(one.line, one.reason) for one in refused] == [(2, "a line has at most 10000 octets")]


def test_the_optional_columns_are_read_as_by_the_reader_of_single_lines() -> None:
    extra = ("27201,7,0.25", ",,", "27201,,x", "1,,", ",-1,", ",9,0.0000001", "272011,0,1000000")
    octets = "\n".join([f"{HEADER},network,rating_group,value", *(f"x,{GOOD},{one}" for one in extra)]).encode()
    rows, refused = read(octets, USAGE_CSV)
    now = [(row["line"], row["network"], row["rating_group"], row["value"]) for row in rows]
    before, rejected = [], []
    for one in read_lines(octets.splitlines(keepends=True)):
        if isinstance(one, ReadLine):
            record = one.record
            group = -1 if record.rating_group is None else record.rating_group
            value = -1 if record.value_micros is None else record.value_micros
            before.append((one.line, record.network, group, value))
        else:
            rejected.append((one.line, one.field))
    assert now == before
    assert [(one.line, one.field) for one in refused] == rejected


def form(**changed: Any) -> FileForm:
    fields = {
        "served": Field(source=("a",)),
        "service": Field(constant="voice"),
        "started_at": Field(source=("t",)),
        "duration_s": Field(source=("d",)),
    }
    return FileForm(name="t", kind="delimited", **{"fields": Fields(**fields), "delimiter": ";", **changed})


def test_a_last_line_without_an_end_may_be_half_of_one() -> None:
    octets = b"a;t;d\n1;2026-10-22T10:00:00Z;60\n2;2026-10-22T10:00:00Z;6"
    assert len(read(octets, form())[0]) == 2
    rows, refused = read(octets, form(whole_lines=True))
    assert len(rows) == 1
    assert refused[0][:3] == (3, 32, "")
    assert "no end" in refused[0].reason


def test_lines_before_and_after_say_nothing_of_use() -> None:
    octets = b"file 7\n1;2026-10-22T10:00:00Z;60\n2;2026-10-22T10:00:00Z;6\ntotal;2\n"
    plain = form(skip_first=1, skip_last=1, header=False, columns=("a", "t", "d"))
    for block in (1, 20, 1 << 20):
        rows, refused = read(octets, plain, block=block)
        assert (picked(rows, "served", "duration_s", "line"), refused) == ([("1", 60, 2), ("2", 6, 3)], [])


def test_another_encoding_is_read_and_what_is_none_of_it_is_told() -> None:
    octets = "a;t;d;näme\n1;2026-10-22T10:00:00Z;60;Zoë €\n".encode("cp1252")
    latin = octets + b"2;2026-10-22T10:00:00Z;60;\x81\n"
    rows, refused = read(latin, form(encoding="cp1252"))
    assert [row["details"] for row in rows] == ['{"näme":"Zoë €"}']
    assert [(one.line, one.reason) for one in refused] == [(3, "octet 27 of the line is not cp1252")]
    with pytest.raises(UsageInvalid) as fault:
        read(octets, form())
    assert fault.value.path == "line 1"
