"""List pages: the address says everything, and only what the declaration knows is believed."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import UTC, date, datetime
from typing import Any

import pytest

from tandem.channels.kit import exports, formats
from tandem.channels.kit.list_view import ListView
from tandem.channels.kit.lists import (
    Choice,
    Column,
    DayRange,
    ListPage,
    Query,
    Rows,
    Search,
    Toggle,
    View,
    every_row,
    filled,
    read,
)
from tandem.kernel.money import Money

PAGE = ListPage(
    path="/desk/things",
    title="Things",
    columns=(
        Column("number", "Number", sort=True, link="/desk/things/{id}"),
        Column("owner.name", "Owner", sort="owner"),
        Column("secret", "Secret", chosen=False),
    ),
    filters=(
        Search(),
        Choice("state", "State", (("held", "Held"), ("done", "Done"))),
        DayRange("due", "Due"),
        Toggle("open", "Open"),
    ),
    views=(View("Held", "state=held&sort=-number"),),
    rows=lambda visit, query: Rows((), 0),
    sort="number",
)


def view(query: Query, total: int = 0, items: list[Any] | None = None) -> ListView:
    visit: Any = None
    return ListView(PAGE, visit, query, Rows(items or [], total))


def test_a_query_keeps_what_the_declaration_knows_and_drops_the_rest() -> None:
    query = PAGE.query(
        {
            "state": ["held", "stolen"],
            "q": ["  Byrne "],
            "due_from": ["2026-10-12"],
            "due_to": ["yesterday"],
            "open": ["1"],
            "sort": ["-owner"],
            "page": ["3"],
            "size": ["25"],
            "cols": ["secret", "number", "passwords"],
            "evil": ["1"],
        }
    )
    assert query == Query(
        values={"q": ("Byrne",), "state": ("held",), "due_from": ("2026-10-12",), "open": ("1",)},
        sort="owner",
        descending=True,
        page=3,
        size=25,
        columns=("number", "secret"),
    )
    assert (query.day("due_from"), query.day("due_to"), query.on("open")) == (date(2026, 10, 12), None, True)
    assert (query.offset, query.limit) == (50, 25)


@pytest.mark.parametrize(
    "asked", [{"sort": ["secret"]}, {"sort": ["; drop"]}, {"page": ["-1"]}, {"size": ["9999999999"]}]
)
def test_a_query_that_is_none_is_the_plain_one(asked: dict[str, list[str]]) -> None:
    assert PAGE.query(asked) == PAGE.query({})


def test_an_address_holds_what_differs_from_the_plain_list() -> None:
    query = PAGE.query({"state": ["held"], "sort": ["-number"], "page": ["2"], "size": ["100"]})
    assert view(query).here == "/desk/things?state=held&sort=-number&size=100&page=2"
    assert view(PAGE.query({})).here == "/desk/things"


def test_a_header_sorts_and_then_turns_round() -> None:
    number, owner, *_others = view(PAGE.query({})).headers()
    assert (number.order, number.href) == ("ascending", "/desk/things?sort=-number")
    assert (owner.order, owner.href) == (None, "/desk/things?sort=owner")


def test_a_chip_leads_to_the_list_without_its_filter() -> None:
    chips = view(PAGE.query({"state": ["held", "done"], "q": ["x"]})).chips()
    assert [(str(chip.value), chip.href) for chip in chips] == [
        ("x", "/desk/things?state=held&state=done"),
        ("Held", "/desk/things?q=x&state=done"),
        ("Done", "/desk/things?q=x&state=held"),
    ]


def test_the_view_that_is_looked_at_is_marked() -> None:
    assert [tab.current for tab in view(PAGE.query({})).tabs()] == [True, False]
    assert [tab.current for tab in view(PAGE.query({"state": ["held"], "sort": ["-number"]})).tabs()] == [False, True]


@pytest.mark.parametrize(
    ("page", "numbers"), [(1, [1, 2, None, 9]), (5, [1, None, 4, 5, 6, None, 9]), (9, [1, None, 8, 9])]
)
def test_the_pages_near_this_one_can_be_turned_to(page: int, numbers: list[int | None]) -> None:
    shown = view(PAGE.query({"page": [str(page)]}), total=450)
    assert [number for number, _href in shown.pages()] == numbers


def test_a_value_is_read_by_attribute_key_or_dotted_path() -> None:
    row = {"id": "a/1", "owner": {"name": "Ann"}, "none": None}
    assert read(row, "owner.name") == "Ann"
    assert read(row, "none.deeper") is None
    assert filled("/x/{id}?by={owner.name}", row) == "/x/a%2F1?by=Ann"


def test_every_matching_row_is_exported_up_to_the_limit() -> None:
    asked: list[tuple[int, int]] = []

    def rows(query: Query) -> Rows:
        asked.append((query.offset, query.limit))
        return Rows(list(range(query.offset, min(query.offset + query.limit, 2_500))), 2_500)

    assert list(every_row(rows, PAGE.query({}), 100_000)) == list(range(2_500))
    assert asked == [(0, 1_000), (1_000, 1_000), (2_000, 1_000)]
    assert len(list(every_row(rows, PAGE.query({}), 1_200))) == 1_200


COLUMNS = (
    Column("name", "Name"),
    Column("price", "Price", formats.money),
    Column("at", "At", formats.instant),
    Column("count", "Count"),
)
ROWS = [
    {"name": '=HYPERLINK("x")', "price": None, "at": datetime(2026, 10, 12, 13, 0, tzinfo=UTC), "count": -3},
    {"name": 'Ann "A", Byrne', "price": Money.of("19.35", "EUR"), "at": None, "count": 2},
]


def test_a_csv_has_exact_values_and_no_formulas() -> None:
    target = io.BytesIO()
    exports.write_csv(target, COLUMNS, ROWS)
    text = target.getvalue().decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text))) == [
        ["Name", "Price", "Price (currency)", "At", "Count"],
        ['\'=HYPERLINK("x")', "", "", "2026-10-12T13:00:00Z", "-3"],
        ['Ann "A", Byrne', "19.35", "EUR", "", "2"],
    ]


def test_a_workbook_has_numbers_as_numbers_and_text_as_text() -> None:
    target = io.BytesIO()
    exports.write_xlsx(target, COLUMNS, ROWS)
    with zipfile.ZipFile(target) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert '<c r="B3"><v>19.35</v></c>' in sheet
    assert "<f>" not in sheet
    assert "HYPERLINK" in sheet
