"""A tariff as text: read strictly, faults by line and place, and packed into an address."""

from __future__ import annotations

import pytest

from tandem.channels.product import drafts

TEXT = """{
  "id": "t",
  "currency": "EUR",
  "destinations": {"National": ["353"]},
  "prices": [
    {"id": "p", "service": "voice",
     "to": ["National"],
     "amount": "0.20", "per": "1 minute"},
    {
      "id": "q", "service": "data",
      "amount": "5.00",
      "per": "1 GB"
    }
  ]
}"""


def test_what_is_written_is_read_again() -> None:
    tariff, faults = drafts.read(TEXT)
    assert tariff is not None and faults == ()
    assert drafts.read(drafts.written(tariff)) == (tariff, ())


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("", 1),
        ("currency", 3),
        ("prices", 5),
        ("prices[0].to", 7),
        ("prices[0].to[0]", 7),
        ("prices[1]", 9),
        ("prices[1].per", 12),
        ("prices[1].caps[3]", 9),
        ("prices[7].amount", 5),
        ("destinations.Nowhere", 4),
    ],
)
def test_a_place_is_found_or_the_last_thing_on_the_way_to_it(path: str, line: int) -> None:
    assert drafts.line_of(TEXT, path) == line


@pytest.mark.parametrize(
    ("right", "wrong", "line", "path"),
    [
        ('"5.00"', "5.00", 11, "prices[1].amount"),
        ('"1 GB"', '"1 GB", "perhaps": 1', 9, "prices[1]"),
        ('"data"', '"data", "to": ["Mars"]', 10, "prices[1].to"),
        ('"currency": "EUR",', '"currency": "EUR" "x"', 3, ""),
    ],
)
def test_what_is_wrong_is_told_by_line_and_place(right: str, wrong: str, line: int, path: str) -> None:
    tariff, faults = drafts.read(TEXT.replace(right, wrong))
    assert tariff is None
    assert (faults[0].line, faults[0].path) == (line, path)
    assert faults[0].reason


def test_a_draft_travels_in_an_address() -> None:
    word = drafts.packed(TEXT)
    assert word is not None and word.replace("-", "").replace("_", "").isalnum()
    assert drafts.unpacked(word) == TEXT


@pytest.mark.parametrize("word", ["", "x", "not-a-draft", "eJw"])
def test_a_word_that_holds_no_draft_is_none(word: str) -> None:
    assert drafts.unpacked(word) is None


def test_what_is_too_long_for_an_address_is_not_packed() -> None:
    assert drafts.packed("".join(chr(33 + (n * n * 7919) % 8000) for n in range(9000))) is None


def test_a_word_that_would_grow_without_end_is_none() -> None:
    word = drafts.packed("1" * (drafts.LONGEST + 1))
    assert word is not None and drafts.unpacked(word) is None


def test_what_is_too_long_is_told_and_not_cut() -> None:
    tariff, (fault,) = drafts.read(TEXT + " " * drafts.LONGEST)
    assert tariff is None
    assert f"at most {drafts.LONGEST}" in fault.reason


def test_long_lists_stand_in_rows() -> None:
    prefixes = ", ".join(f'"{number}"' for number in range(100, 140))
    tariff, _faults = drafts.read(TEXT.replace('"353"', prefixes))
    assert tariff is not None
    text = drafts.written(tariff)
    assert '["National"]' in text
    assert [line.count(",") for line in text.split("\n") if '"100"' in line or '"132"' in line] == [16, 7]
    assert drafts.read(text) == (tariff, ())
