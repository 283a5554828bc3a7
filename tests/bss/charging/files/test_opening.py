"""Files that nobody described are known by how they begin; packed ones are unpacked, within bounds."""

from __future__ import annotations

import gzip
import io

import pyarrow as pa
import pytest

from tandem.bss.charging.rules.files.cdrs import write_cdrs, write_cdrs_text
from tandem.bss.charging.rules.files.form import Field, Fields, FileForm
from tandem.bss.charging.rules.files.forms import USAGE_CSV
from tandem.bss.charging.rules.files.guessing import guess
from tandem.bss.charging.rules.files.tap_writing import write_tap
from tandem.bss.charging.rules.files.unpacking import unpacked
from tandem.bss.charging.terms import UsageInvalid
from tests.bss.charging.files.reading import opened, read
from tests.bss.charging.files.test_binary import ABOUT as CDR_ABOUT
from tests.bss.charging.files.test_binary import RECORDS
from tests.bss.charging.files.test_roaming import ABOUT, USES

CSV = (
    "record_id,usage_type,served_number,destination,started_at,quantity\n"
    + "".join(f"{place},voice,353209110001,4930,2026-10-22T10:00:00Z,60\n" for place in range(5_000))
).encode()
FIELDS = Fields(served=Field(source=("a",)), service=Field(source=("b",)), started_at=Field(source=("c",)))


def named(name: str, kind: str, **changed: object) -> FileForm:
    return FileForm(name=name, kind=kind, fields=FIELDS, **changed)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("octets", "form"),
    [
        (CSV, "usage-csv"),
        (b"\xef\xbb\xbf" + CSV, "usage-csv"),
        (write_cdrs(RECORDS, CDR_ABOUT), "ts32298"),
        (write_cdrs_text(RECORDS), "chf-csv"),
        (write_tap(USES, ABOUT), "tap3"),
        (write_tap([], ABOUT), "tap3"),
        (b'{"a": 1}\n', "mine-json"),
        (b"<x><cdr/></x>", "mine-xml"),
        (b"a;b;c\n1;2;3\n", "mine-csv"),
    ],
)
def test_a_form_is_known_by_the_first_octets(octets: bytes, form: str) -> None:
    known = [
        named("mine-json", "json"),
        named("mine-xml", "xml", records="cdr"),
        named("mine-csv", "delimited", delimiter=";"),
    ]
    assert guess(octets[:4096], "x", known).name == form


@pytest.mark.parametrize("octets", [b"", b"\x7fELF\x02\x01", b"a,b\n", b"%PDF-1.7", b"\0" * 100])
def test_what_is_not_sure_is_refused_with_what_was_found(octets: bytes) -> None:
    with pytest.raises(UsageInvalid):
        guess(octets, "x")


def test_two_forms_that_fit_are_both_named() -> None:
    with pytest.raises(UsageInvalid) as refused:
        guess(b"[{}]", "x", [named("one", "json"), named("two", "json")])
    assert "one, two" in refused.value.reason


def packed_by_zstd(octets: bytes) -> bytes:
    sink = pa.BufferOutputStream()
    stream = pa.CompressedOutputStream(sink, "zstd")
    stream.write(octets)
    stream.close()
    return bytes(sink.getvalue())


@pytest.mark.parametrize("pack", [gzip.compress, packed_by_zstd])
def test_a_packed_file_is_read_as_the_one_it_was(pack: object) -> None:
    packed = pack(CSV)  # type: ignore[operator]
    assert len(packed) < len(CSV) // 10
    assert read(packed) == read(CSV)


def test_several_members_of_gzip_are_one_file() -> None:
    assert read(gzip.compress(CSV[:1000]) + gzip.compress(CSV[1000:])) == read(CSV)


def test_a_packed_file_that_ends_in_the_middle_is_told_after_what_is_whole() -> None:
    packed = gzip.compress(CSV)
    file = opened(packed[: len(packed) // 2], USAGE_CSV, block=1 << 12)
    rows = 0
    with pytest.raises(UsageInvalid) as refused:
        for batch in file:
            rows += batch.columns.rows
    assert 0 < rows < 5_000
    assert refused.value.reason == "the packed file ends in the middle"


def test_a_damaged_packed_file_is_told() -> None:
    packed = bytearray(gzip.compress(CSV))
    packed[len(packed) // 2 : len(packed) // 2 + 8] = bytes(8)
    with pytest.raises(UsageInvalid) as refused:
        read(bytes(packed), USAGE_CSV)
    assert refused.value.reason.startswith("the packed file is damaged")


@pytest.mark.parametrize("pack", [gzip.compress, packed_by_zstd])
def test_a_bomb_does_not_go_off(pack: object) -> None:
    bomb = pack(b"0" * (64 << 20))  # type: ignore[operator]
    stream = unpacked(io.BytesIO(bomb))
    with pytest.raises(UsageInvalid) as refused:
        while stream.read(1 << 20):
            pass
    assert "longer than a usage file can be" in refused.value.reason
    bounded = unpacked(io.BytesIO(gzip.compress(CSV)), most=10_000)
    with pytest.raises(UsageInvalid):
        while bounded.read(1 << 12):
            pass
