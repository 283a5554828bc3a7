"""A form says how a sender's fields become ours: times, zones, units, numbers, words, and what is left out."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import msgspec
import pytest

from tandem.bss.charging.rules.files import form as forms
from tandem.bss.charging.rules.files.form import Exclusion, Field, Fields, FileForm, FixedColumn, Number, Time
from tandem.bss.charging.terms import UsageInvalid
from tests.bss.charging.files.reading import picked, read
from tests.support.shared import ROOT

BASE = {"served": Field(source=("a",)), "service": Field(source=("s",)), "started_at": Field(source=("t",))}


def delimited(fields: dict[str, Field], **changed: Any) -> FileForm:
    return FileForm(name="t", kind="delimited", fields=Fields(**{**BASE, **fields}), **changed)


def micros(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp()) * 1_000_000


@pytest.mark.parametrize(
    ("written", "time", "utc"),
    [
        ("20261022100000", Time(pattern="%Y%m%d%H%M%S"), "2026-10-22T10:00:00Z"),
        ("20261022100000", Time(pattern="%Y%m%d%H%M%S", zone="Europe/Dublin"), "2026-10-22T09:00:00Z"),
        ("20261122100000", Time(pattern="%Y%m%d%H%M%S", zone="Europe/Dublin"), "2026-11-22T10:00:00Z"),
        ("20261025013000", Time(pattern="%Y%m%d%H%M%S", zone="Europe/Dublin"), "2026-10-25T00:30:00Z"),
        ("22.10.26 10:00:00", Time(pattern="%d.%m.%y %H:%M:%S"), "2026-10-22T10:00:00Z"),
        ("20261022100000+0230", Time(pattern="%Y%m%d%H%M%S%z"), "2026-10-22T07:30:00Z"),
        ("1792663200", Time(pattern="epoch"), "2026-10-22T10:00:00Z"),
        ("1792663200000", Time(pattern="epochMillis"), "2026-10-22T10:00:00Z"),
    ],
)
def test_a_time_is_read_as_its_form_says(written: str, time: Time, utc: str) -> None:
    octets = f"a,s,t,n\n1,data,{written},1\n".encode()
    fields = {"started_at": Field(source=("t",), time=time), "octets": Field(source=("n",))}
    rows, refused = read(octets, delimited(fields))
    assert ([row["started_us"] for row in rows], refused) == ([micros(utc)], [])


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("20260329013000", "there was no such local time in Europe/Dublin"),
        ("20261322100000", "a time is written %Y%m%d%H%M%S"),
        ("2026102210000", "a time is written %Y%m%d%H%M%S"),
        ("19991231235959", "a use began in this century or the next"),
    ],
)
def test_a_time_that_is_none_is_told(written: str, reason: str) -> None:
    time = Time(pattern="%Y%m%d%H%M%S", zone="Europe/Dublin")
    fields = {"started_at": Field(source=("t",), time=time), "octets": Field(source=("n",))}
    rows, refused = read(f"a,s,t,n\n1,data,{written},1\n".encode(), delimited(fields))
    assert rows == []
    assert [(one.line, one.field, one.reason) for one in refused] == [(2, "t", reason)]


IRISH = Number(trunk="0", country="353", national=True)


@pytest.mark.parametrize(
    ("written", "number", "digits"),
    [
        ("0871234567", IRISH, "353871234567"),
        ("871234567", IRISH, "353871234567"),
        ("+353871234567", IRISH, "353871234567"),
        ("00353871234567", IRISH, "353871234567"),
        ("0871234567", Number(), "0871234567"),
        ("0871234567", Number(trunk="0", country="353"), "353871234567"),
        ("871234567", Number(trunk="0", country="353"), "871234567"),
        ("011353871234567", Number(cut="011", trunk="1", country="1"), "353871234567"),
    ],
)
def test_a_number_becomes_international_as_its_form_says(written: str, number: Number, digits: str) -> None:
    fields = {"served": Field(source=("a",), number=number), "octets": Field(source=("n",))}
    rows, _ = read(f"a,s,t,n\n{written},data,2026-10-22T10:00:00Z,1\n".encode(), delimited(fields))
    assert [row["served"] for row in rows] == [digits]


def test_units_are_scaled_up_and_parts_are_summed() -> None:
    fields = {
        "octets": Field(source=("up", "down"), sum=True, factor=1024),
        "duration_s": Field(source=("ds",), divisor=10),
        "value": Field(source=("v",)),
        "currency": Field(constant="EUR"),
    }
    lines = ("1,2,601,0.000001", ",3,,12.5", "9999999999999,1,,", "1,1,,x")
    octets = "\n".join(["a,s,t,up,down,ds,v", *(f"1,data,2026-10-22T10:00:00Z,{line}" for line in lines)]).encode()
    rows, refused = read(octets, delimited(fields))
    assert picked(rows, "octets", "duration_s", "value", "currency") == [
        (3072, 61, 1, "EUR"),
        (3072, -1, 12_500_000, "EUR"),
    ]
    assert [(one.line, one.field) for one in refused] == [(4, "up"), (5, "v")]


def test_words_are_translated_and_unknown_ones_refused() -> None:
    service = Field(source=("s",), values={"T": "voice", "P": "data", "S": "message"})
    fields = {
        "service": service,
        "duration_s": Field(source=("n",)),
        "octets": Field(source=("n",)),
        "is_last": Field(source=("end",), values={"F": "true"}, others="false"),
    }
    octets = b"a,s,t,n,end\n1,T,2026-10-22T10:00:00Z,5,F\n1,S,2026-10-22T10:00:00Z,,P\n1,X,2026-10-22T10:00:00Z,5,\n"
    rows, refused = read(octets, delimited(fields))
    assert picked(rows, "service", "count", "is_last") == [("voice", -1, True), ("message", 1, False)]
    assert [(one.line, one.field, one.reason) for one in refused] == [
        (4, "s", "a usage type is one of voice, data, message")
    ]


def test_a_rule_leaves_records_out_by_name() -> None:
    rules = (
        Exclusion(rule="nothing-used", field="n", at_most=0),
        Exclusion(rule="test-numbers", field="a", is_in=("1", "2")),
    )
    octets = b"a,s,t,n\n" + b"".join(
        f"{who},data,2026-10-22T10:00:00Z,{used}\n".encode() for who, used in ((1, 0), (1, 5), (3, 5), (3, 0))
    )
    rows, _ = read(octets, delimited({"octets": Field(source=("n",))}, exclude=rules))
    assert [row["excluded"] for row in rows] == ["nothing-used", "test-numbers", None, "nothing-used"]


def test_a_session_and_its_parts_are_told() -> None:
    fields = {"octets": Field(source=("n",)), "session": Field(source=("c",)), "partial_seq": Field(source=("p",))}
    rows, _ = read(b"a,s,t,n,c,p\n1,data,2026-10-22T10:00:00Z,5,c-9,3\n", delimited(fields))
    assert picked(rows, "session", "partial_seq", "is_last", "details") == [("c-9", 3, True, None)]


def test_a_line_of_fixed_width_is_cut_where_the_layout_says() -> None:
    places = (("a", 1, 12), ("t", 13, 14), ("n", 27, 6))
    layout = tuple(FixedColumn(name=name, start=start, length=length) for name, start, length in places)
    fields = {
        **BASE,
        "service": Field(constant="voice"),
        "started_at": Field(source=("t",), time=Time(pattern="%Y%m%d%H%M%S")),
        "duration_s": Field(source=("n",)),
    }
    fixed = FileForm(name="f", kind="fixed", layout=layout, fields=Fields(**fields))
    lines = ("35320911000120261022100000000060 rest", "353209110002202610221000", "")
    octets = "\r\n".join([*lines, "35320911000320261022100000     7"]).encode()
    rows, refused = read(octets, fixed)
    assert picked(rows, "served", "duration_s", "line") == [("353209110001", 60, 1), ("353209110003", 7, 4)]
    assert [(one.line, one.offset, one.reason) for one in refused] == [
        (2, 39, "a line has 32 octets, none of them NUL; 24 are there")
    ]


JSON_FORM = FileForm(
    name="j",
    kind="json",
    fields=Fields(
        served=Field(source=("subscriber.msisdn",)),
        service=Field(source=("kind",)),
        started_at=Field(source=("at",)),
        octets=Field(source=("usage.octets",)),
        record_id=Field(source=("id",)),
    ),
    details=("apn",),
)


def item(place: int, **changed: Any) -> dict[str, Any]:
    told = {"id": place, "kind": "data", "subscriber": {"msisdn": "353209110001"}, "at": "2026-10-22T10:00:00Z"}
    return {**told, "usage": {"octets": 100 + place}, "apn": 'inter{n]"et\\', **changed}


def test_json_lines_are_read_each_by_itself() -> None:
    lines = [msgspec.json.encode(item(1)), b"", b'{"id": 2,', b"[3]", b"\xff", msgspec.json.encode(item(4, at="now"))]
    rows, refused = read(b"\n".join([*lines, msgspec.json.encode(item(5))]), JSON_FORM)
    assert picked(rows, "record_id", "octets", "line", "details") == [
        ("1", 101, 1, '{"apn":"inter{n]\\"et\\\\"}'),
        ("5", 105, 7, '{"apn":"inter{n]\\"et\\\\"}'),
    ]
    assert [(one.line, one.field) for one in refused] == [(3, ""), (4, ""), (5, ""), (6, "at")]


@pytest.mark.parametrize("block", [16, 100, 1 << 20])
@pytest.mark.parametrize("member", ["", "records"])
def test_an_array_of_json_is_streamed(block: int, member: str) -> None:
    array = b"[ " + b" ,\n ".join([msgspec.json.encode(item(1)), b"{1}", b"7", msgspec.json.encode(item(2))]) + b" ]"
    octets = b'{"from": "x", "records" : ' + array + b', "n": 2}' if member else array
    rows, refused = read(octets, msgspec.structs.replace(JSON_FORM, records=member), block=block)
    assert picked(rows, "record_id", "line") == [("1", 1), ("2", 4)]
    assert [one.line for one in refused] == [2, 3]
    assert octets[rows[1]["offset"] :].startswith(b'{"id":2')


def test_an_array_that_ends_in_the_middle_is_told_and_what_is_whole_is_read() -> None:
    array = b"[" + msgspec.json.encode(item(1)) + b"," + msgspec.json.encode(item(2))[:-3]
    rows, refused = read(array, JSON_FORM)
    assert [row["record_id"] for row in rows] == ["1"]
    assert [(one.line, one.offset, one.reason) for one in refused] == [
        (2, len(msgspec.json.encode(item(1))) + 2, "the file ends in the middle of the array")
    ]


XML_FORM = FileForm(
    name="x",
    kind="xml",
    records="cdr",
    fields=Fields(
        served=Field(source=("who.msisdn",)),
        service=Field(source=("@kind",)),
        started_at=Field(source=("at",)),
        octets=Field(source=("octets",)),
    ),
)
XML = """<?xml version="1.0"?>
<x:file xmlns:x="urn:x"><head>h</head>
  <x:cdr kind="data"><who><msisdn> 353209110001 </msisdn></who><at>2026-10-22T10:00:00Z</at><octets>5</octets>
    <apn>a&amp;b</apn></x:cdr>
  <x:cdr kind="data"><who/><at>2026-10-22T10:00:00Z</at><octets>6</octets></x:cdr>
</x:file>"""


@pytest.mark.parametrize("block", [1, 50, 1 << 20])
def test_xml_is_streamed_by_its_record_element(block: int) -> None:
    rows, refused = read(XML.encode(), XML_FORM, block=block)
    assert picked(rows, "served", "octets", "line", "details") == [("353209110001", 5, 3, '{"apn":"a&b"}')]
    assert XML.encode()[rows[0]["offset"] :].startswith(b"<x:cdr")
    assert [(one.line, one.field, one.reason) for one in refused] == [(5, "who.msisdn", "there is no who.msisdn")]


def test_xml_that_breaks_off_is_told_by_line_and_what_is_whole_is_read() -> None:
    rows, refused = read(XML.encode()[: XML.index("<octets>6")], XML_FORM)
    assert len(rows) == 1
    assert [(one.line, one.reason) for one in refused] == [(5, "not well-formed: no element found")]


def test_entities_cannot_be_declared() -> None:
    bomb = '<!DOCTYPE f [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    with pytest.raises(UsageInvalid) as refused:
        read(XML.replace("<x:file", bomb + "<x:file", 1).encode(), XML_FORM)
    assert "entities" in refused.value.reason


def test_a_form_is_a_document_and_what_it_does_not_know_is_refused() -> None:
    document = msgspec.json.encode(XML_FORM)
    assert forms.form_of(document) == XML_FORM
    in_header = document[:-1] + b',"sequence":{"place":"header"}}'
    for wrong in (
        in_header,
        document.replace(b'"records":"cdr",', b""),
        document.replace(b'"xml"', b'"html"'),
        b"{",
        b'{"a":1}',
    ):
        with pytest.raises(UsageInvalid):
            forms.form_of(wrong)


def test_the_published_schema_is_that_of_the_types_and_the_described_form_is_one() -> None:
    how = ROOT / "docs" / "how"
    assert (how / "mediation.schema.json").read_bytes() == forms.schema() + b"\n"
    (described,) = re.findall(r"```json\n(.*?)```", (how / "mediation.md").read_text(), re.DOTALL)
    header = b"call_ref;a_number;type;start;tenths;kb_up;kb_down;b_number;dialled\n"
    octets = header + b"1;0871234567;T;20261022100000;601;;;;0049301\n"
    rows, refused = read(octets, forms.form_of(described.encode()), name="msc7_0017.csv")
    assert refused == []
    assert picked(rows, "served", "duration_s", "destination", "excluded") == [("353871234567", 61, "49301", None)]
