"""A state table says yes and no by its rows, and is checked when it is built."""

from __future__ import annotations

import pytest

from tandem.kernel.errors import Broken
from tandem.kernel.state import IllegalTransition, StateTable, StateUnknown

DOOR = StateTable("Door", initial=("shut",), edges={"shut": ("open", "gone"), "open": ("shut",)}, final=("gone",))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, {"state": "shut"}),
        (None, {}),
        ({"state": "shut"}, {"state": "shut"}),
        ({"state": "shut"}, {"state": "open"}),
        ({}, {"state": "open"}),
    ],
)
def test_a_document_may_begin_stay_and_move_along_an_edge(before: dict[str, str] | None, after: dict[str, str]) -> None:
    DOOR.check(before, after, attribute="state")


def test_a_new_document_does_not_begin_in_the_middle() -> None:
    with pytest.raises(IllegalTransition) as refused:
        DOOR.check(None, {"state": "open"}, attribute="state")
    assert refused.value.path == "state"
    assert refused.value.facts["allowed"] == ["shut"]


def test_a_document_does_not_skip_an_edge() -> None:
    with pytest.raises(IllegalTransition):
        DOOR.check({"state": "gone"}, {"state": "shut"}, attribute="state")


def test_a_state_that_the_table_does_not_know_is_named() -> None:
    with pytest.raises(StateUnknown) as refused:
        DOOR.check({"state": "shut"}, {"state": "ajar"}, attribute="state")
    assert refused.value.facts["requested"] == "ajar"


def test_a_table_with_an_edge_to_nowhere_is_not_built() -> None:
    with pytest.raises(Broken, match="unknown target: ajar"):
        StateTable("Door", initial=("shut",), edges={"shut": ("ajar",)}, final=())
