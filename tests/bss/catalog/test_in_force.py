"""Which writing of a document is in force, line by line of the rule."""

from __future__ import annotations

import pytest

from tandem.bss.catalog.rules.in_force import Writing, in_force_at, stood_at, windows
from tandem.kernel.json import Doc
from tandem.kernel.period import Instant, instant


def day(text: str) -> Instant:
    return instant(f"2026-{text}T00:00:00Z")


def written(on: str, *, version: str = "1", start: str | None = None, end: str | None = None) -> tuple[str, Doc]:
    bounds = {"startDateTime": start, "endDateTime": end}
    period = {name: f"2026-{one}T00:00:00Z" for name, one in bounds.items() if one}
    return on, {"version": version, "validFor": period}


def history(*writings: tuple[str, Doc]) -> list[Writing]:
    return [Writing(doc, number, day(on)) for number, (on, doc) in enumerate(writings, 1)]


def numbers(of: list[Writing], *days: str, believed: str | None = None, ends: bool = True) -> list[int | None]:
    """The number of the writing in force on each day."""
    found = windows(of, ends=ends, believed_at=day(believed) if believed else None)
    chosen = (in_force_at(found, day(one)) for one in days)
    return [one.number if one else None for one in chosen]


def test_without_a_start_a_document_is_in_force_from_when_it_was_written() -> None:
    assert numbers(history(written("03-01")), "02-28", "03-01", "12-31") == [None, 1, 1]


def test_the_first_writing_is_in_force_from_its_start_also_when_that_lies_before() -> None:
    assert numbers(history(written("03-01", start="01-01")), "01-01", "03-01") == [1, 1]
    assert numbers(history(written("03-01", start="04-01")), "03-31", "04-01") == [None, 1]


def test_an_amendment_counts_from_when_it_was_written() -> None:
    of = history(written("03-01", start="01-01"), written("05-01", start="01-01"))
    assert numbers(of, "02-01", "04-30", "05-01") == [1, 1, 2]


@pytest.mark.parametrize(("version", "start"), [("2", "01-01"), ("1", "02-01"), ("2", "02-01")])
def test_a_new_version_or_a_new_start_is_in_force_from_its_start(version: str, start: str) -> None:
    of = history(written("03-01", start="01-01"), written("05-01", version=version, start=start))
    assert numbers(of, "02-01", "04-30", "05-01") == [2, 2, 2]
    assert numbers(of, "02-01", "04-30", "05-01", believed="04-30") == [1, 1, 1]


def test_a_new_version_without_a_start_counts_from_when_it_was_written() -> None:
    of = history(written("03-01", start="01-01"), written("05-01", version="2"))
    assert numbers(of, "04-30", "05-01") == [1, 2]


def test_what_begins_later_leaves_what_is_in_force_until_then() -> None:
    of = history(written("03-01"), written("04-01", start="06-01"), written("05-01", start="06-01"))
    assert numbers(of, "03-31", "05-31", "06-01") == [1, 1, 3]


def test_the_end_of_a_price_is_an_end_and_nothing_older_comes_back() -> None:
    corrected = written("05-01", version="2", start="02-01")
    ended = written("06-01", version="2", start="02-01", end="07-01")
    of = history(written("01-01", start="01-01"), corrected, ended)
    assert numbers(of, "01-15", "02-01", "06-30", "07-01") == [1, 2, 3, None]


def test_an_end_in_the_past_ends_from_when_it_was_written() -> None:
    of = history(written("01-01", start="01-01"), written("06-01", start="01-01", end="05-01"))
    assert numbers(of, "05-15", "06-01") == [1, None]


def test_a_version_with_an_end_covers_its_time_and_what_was_before_goes_on() -> None:
    summer = written("03-01", version="summer", start="06-01", end="08-01")
    amended = written("04-01", version="summer", start="06-01", end="08-15")
    of = history(written("01-01", start="01-01"), summer, amended)
    assert numbers(of, "05-31", "06-01", "08-14", "08-15") == [1, 3, 3, 1]
    assert numbers(of, "08-10", believed="03-15") == [1]


def test_of_two_corrections_the_one_that_was_written_last_counts() -> None:
    first = written("05-01", version="2", start="02-01")
    second = written("06-01", version="3", start="03-01")
    of = history(written("01-01", start="01-01"), first, second)
    assert numbers(of, "01-15", "02-15", "03-01", "05-15") == [1, 2, 3, 3]
    assert numbers(of, "03-01", "05-15", believed="05-31") == [2, 2]


def test_a_removed_document_is_in_force_until_it_was_removed() -> None:
    removed = Writing({"version": "1"}, 2, day("06-01"), removed=True)
    assert numbers([*history(written("01-01")), removed], "05-31", "06-01") == [1, None]


def test_an_offering_does_not_end_with_its_sale() -> None:
    of = history(written("01-01", start="01-01", end="02-01"))
    assert numbers(of, "03-01") == [None]
    assert numbers(of, "03-01", ends=False) == [1]


def test_what_stood_at_a_moment_knows_no_later_writing_and_the_first_one_before_all() -> None:
    of = history(written("03-01", start="01-01"), written("05-01", version="2", start="02-01"))
    stood = [stood_at(of, day(one)) for one in ("01-15", "03-15", "05-15")]
    assert [one.number if one else None for one in stood] == [1, 1, 2]
    assert stood_at(history(written("03-01")), day("02-01")) is None
