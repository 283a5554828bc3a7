"""Missing files are found by their numbers, and long uses are put together from their parts."""

from __future__ import annotations

import msgspec
import pytest

from tandem.bss.charging.rules.files.form import Sequence
from tandem.bss.charging.rules.files.forms import USAGE_CSV
from tandem.bss.charging.rules.files.partials import Partial, correlate
from tandem.bss.charging.rules.files.sequences import Gaps, gaps_of, sequence_in_name
from tandem.bss.charging.terms import UsageInvalid


@pytest.mark.parametrize(
    ("seen", "modulo", "missing", "twice", "last"),
    [
        ([], None, (), (), None),
        ([5], None, (), (), 5),
        ([1, 2, 3], None, (), (), 3),
        ([1, 2, 5, 9], None, ((3, 4), (6, 8)), (), 9),
        ([1, 5, 3, 2, 4], None, (), (), 5),
        ([1, 2, 2, 4], None, ((3, 3),), (2,), 4),
        ([99_998, 99_999, 1, 2], 100_000, (), (), 2),
        ([99_998, 99_999, 0, 1], 100_000, (), (), 1),
        ([99_997, 99_999, 3], 100_000, ((99_998, 99_998), (0, 2)), (), 3),
        ([254, 255, 0, 253, 2], 256, ((1, 1),), (), 2),
    ],
)
def test_gaps_among_the_numbers_of_a_sender(
    seen: list[int],
    modulo: int | None,
    missing: tuple[tuple[int, int], ...],
    twice: tuple[int, ...],
    last: int | None,
) -> None:
    assert gaps_of("net", seen, modulo=modulo) == Gaps("net", missing, twice, last)


def test_a_number_in_a_files_name() -> None:
    form = msgspec.structs.replace(USAGE_CSV, sequence=Sequence(pattern=r"net-(?P<number>\d+)\.csv"))
    assert sequence_in_name(form, "net-00017.csv.gz") == 17
    assert sequence_in_name(form, "other.csv") is None
    assert sequence_in_name(USAGE_CSV, "net-00017.csv") is None
    wrong = msgspec.structs.replace(USAGE_CSV, sequence=Sequence(pattern=r"net-(\d+)"))
    with pytest.raises(UsageInvalid):
        sequence_in_name(wrong, "net-1")


def part(session: str, number: int, key: str = "", *, is_last: bool = False) -> Partial:
    return Partial(session, number, is_last, key or f"{session}/{number}")


def test_a_session_is_whole_when_its_last_part_and_all_before_it_are_there() -> None:
    found = correlate(
        [part("a", 2), part("a", 3, is_last=True), part("b", 1), part("a", 1), part("c", 2, is_last=True)]
    )
    assert found.whole == {"a": ("a/1", "a/2", "a/3")}
    assert found.waiting == {"b": ("b/1",), "c": ("c/2",)}
    assert found.missing == {"b": (), "c": (1,)}
    assert found.twice == ()


def test_parts_of_several_rating_groups_have_one_number_and_the_same_row_counts_once() -> None:
    parts = [part("a", 1, "x", is_last=True), part("a", 1, "y", is_last=True), part("a", 1, "x", is_last=True)]
    found = correlate(parts)
    assert found.whole == {"a": ("x", "y")}
    assert found.twice == ("x",)


def test_a_session_may_begin_with_another_number() -> None:
    assert correlate([part("a", 0, is_last=True)], first=0).whole == {"a": ("a/0",)}
    assert correlate([part("a", 1, is_last=True)], first=0).missing == {"a": (0,)}
