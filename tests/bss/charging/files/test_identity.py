"""The same record is the same by whatever form it came; another one is another."""

from __future__ import annotations

import msgspec
import pyarrow as pa
import pytest

from tandem.bss.charging.rules.files.form import Field, Fields, FileForm
from tandem.bss.charging.rules.files.identity import contents_of, keys_of
from tests.bss.charging.files.reading import opened

HEADER = "record_id,usage_type,served_number,destination,started_at,quantity"
FIELDS = Fields(
    served=Field(source=("who",)),
    service=Field(source=("kind",)),
    started_at=Field(source=("at",)),
    quantity=Field(source=("n",)),
    destination=Field(source=("to",)),
)
JSON_FORM = FileForm(name="j", kind="json", fields=FIELDS)


def keys(octets: bytes, form: FileForm | None = None) -> list[str]:
    found: list[str] = []
    for batch in opened(octets, form):
        found += keys_of(batch.columns, contents_of(batch.columns)).to_pylist()
    return found


def test_a_record_without_an_id_is_known_by_what_it_says_in_any_form() -> None:
    csv = f"{HEADER},cell,apn\n,voice,+353 209110001,0049301,2026-10-22T11:00:00+01:00,60,7,x\n".encode()
    told = {"kind": "voice", "who": "353209110001", "to": "49301", "at": "2026-10-22T10:00:00Z", "n": 60}
    json = msgspec.json.encode({**told, "cell": 7, "apn": "x"})
    (first,), (second,) = keys(csv), keys(json, JSON_FORM)
    assert first == second
    assert first.startswith("content:")
    assert len(first) == len("content:") + 32


@pytest.mark.parametrize(
    "other",
    [
        "voice,353209110001,49301,2026-10-22T10:00:00Z,61",
        "voice,353209110001,49301,2026-10-22T10:00:01Z,60",
        "voice,353209110001,493011,2026-10-22T10:00:00Z,60",
        "voice,353209110002,49301,2026-10-22T10:00:00Z,60",
        "message,353209110001,49301,2026-10-22T10:00:00Z,60",
        "data,353209110001,49301,2026-10-22T10:00:00Z,60",
    ],
)
def test_whatever_differs_makes_another_record(other: str) -> None:
    one, two, again = keys(
        f"{HEADER}\n,voice,353209110001,49301,2026-10-22T10:00:00Z,60\n,{other}\n,{other}\n".encode()
    )
    assert one != two
    assert two == again


def test_the_senders_id_counts_where_there_is_one() -> None:
    line = "voice,353209110001,49301,2026-10-22T10:00:00Z,60"
    assert keys(f"{HEADER}\na,{line}\na,{line}1\n".encode()) == ["id:a", "id:a"]


def test_many_records_have_as_many_identities_and_the_loops_agree() -> None:
    lines = [
        f",voice,{353209110000 + place % 100},49301,2026-10-22T10:00:00Z,{place // 100}" for place in range(20_000)
    ]
    many = keys("\n".join([HEADER, *lines]).encode())
    assert len(set(many)) == 20_000
    few = keys("\n".join([HEADER, *lines[:5]]).encode())
    assert many[:5] == few


def test_identities_do_not_depend_on_how_a_file_is_cut() -> None:
    octets = "\n".join([HEADER, *(f",voice,1,49{place},2026-10-22T10:00:00Z,1" for place in range(50))]).encode()
    whole = keys(octets)
    cut: list[str] = []
    for batch in opened(octets, block=64):
        cut += pa.array(keys_of(batch.columns, contents_of(batch.columns))).to_pylist()
    assert cut == whole
