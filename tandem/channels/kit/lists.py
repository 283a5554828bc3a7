"""A list page as a declaration: columns, filters, bulk actions, exports, live topics. The rows come from a room's door.

CUSTOMERS = ListPage(
    path="/desk/customers", title=_("Customers"), topics=("Customer",), sort="name",
    columns=(Column("name", _("Name"), link="/desk/customers/{id}", sort=True), Column("state", _("State"), STATES)),
    filters=(Search(), Choice("state", _("State"), STATES.options())),
    rows=lambda visit, query: as_rows(party.list_customers(visit.uow, ...)),
)
desk.add(CUSTOMERS)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final, Literal
from urllib.parse import quote

from tandem.channels.kit.i18n import Text, _
from tandem.channels.kit.parts import Action, Show
from tandem.channels.kit.visit import ANYBODY, Crumb, Visit
from tandem.kernel.errors import Refused
from tandem.kernel.store import Uow

PAGE_SIZES: Final = (25, 50, 100, 200)
Options = Sequence[tuple[str, Text]]


def as_it_is(value: Any) -> object:
    """Shows a value as text; nothing as a dash."""
    return "–" if value is None or value == "" else value


@dataclass(frozen=True, slots=True)
class Column:
    """A column. `name` is the attribute, key or dotted path that holds the value; `value` computes it instead.

    `link` is an address with places for the row's values (`/desk/orders/{id}`). `sort=True` sorts by the name, a text
    by that. `narrow=False` leaves the column out on a phone, `chosen=False` until somebody chooses it.
    """

    name: str
    label: Text
    show: Show = as_it_is
    value: Callable[[Any], Any] | None = None
    link: str | Callable[[Any], str] | None = None
    sort: bool | str = False
    align: Literal["start", "end"] = "start"
    narrow: bool = True
    chosen: bool = True
    export: Show | None = None

    def of(self, row: Any) -> Any:
        """The row's value in this column."""
        return read(row, self.name) if self.value is None else self.value(row)

    def href(self, row: Any) -> str | None:
        """Where the cell leads."""
        if self.link is None:
            return None
        return self.link(row) if callable(self.link) else filled(self.link, row)

    @property
    def sort_key(self) -> str | None:
        """The word for this column in `?sort=`."""
        return (self.name if self.sort is True else self.sort) or None


def read(row: Any, path: str) -> Any:
    """A value of a row by attribute, key or dotted path; None where the path ends early."""
    for step in path.split("."):
        row = row.get(step) if isinstance(row, Mapping) else getattr(row, step, None)
        if row is None:
            return None
    return row


def filled(template: str, row: Any) -> str:
    """An address with the row's values in its places."""
    for place in [piece.partition("}")[0] for piece in template.split("{")[1:]]:
        template = template.replace("{" + place + "}", quote(str(read(row, place)), safe=""))
    return template


@dataclass(frozen=True, slots=True)
class Search:
    """Free text. A list has at most one, and `/` puts the cursor there when the page has no global search."""

    name: str = "q"
    label: Text = field(default_factory=lambda: _("Search"))
    kind: Literal["search"] = "search"


@dataclass(frozen=True, slots=True)
class Choice:
    """One or several of a few values; several mean "any of these". An `open` one takes values besides its options,
    such as error codes that have no words yet.
    """

    name: str
    label: Text
    options: Options
    many: bool = True
    open: bool = False
    kind: Literal["choice"] = "choice"


@dataclass(frozen=True, slots=True)
class DayRange:
    """From a day to a day, both included; either may be left out. In the URL: `<name>_from` and `<name>_to`."""

    name: str
    label: Text
    kind: Literal["days"] = "days"


@dataclass(frozen=True, slots=True)
class Toggle:
    """On or off, such as "hide acknowledged"."""

    name: str
    label: Text
    kind: Literal["toggle"] = "toggle"


Filter = Search | Choice | DayRange | Toggle


@dataclass(frozen=True, slots=True)
class Query:
    """What a list is asked for, as its URL says it. Everything in it was checked against the declaration."""

    values: Mapping[str, tuple[str, ...]]
    sort: str
    descending: bool
    page: int
    size: int
    columns: tuple[str, ...]

    def all(self, name: str) -> tuple[str, ...]:
        """The chosen values of a filter."""
        return self.values.get(name, ())

    def one(self, name: str) -> str | None:
        """The value of a filter that has one."""
        return next(iter(self.all(name)), None)

    def on(self, name: str) -> bool:
        """Whether a toggle is on."""
        return self.one(name) == "1"

    def day(self, name: str) -> date | None:
        """A day: `query.day("due_from")`."""
        found = self.one(name)
        return None if found is None else date.fromisoformat(found)

    @property
    def offset(self) -> int:
        """How many rows stand before this page."""
        return (self.page - 1) * self.size

    @property
    def limit(self) -> int:
        """How many rows a page has."""
        return self.size


@dataclass(frozen=True, slots=True)
class Rows:
    """A page of rows, and how many match in all."""

    items: Sequence[Any]
    total: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a bulk action did: how many, and for which keys the rules said no, with their reason."""

    done: int
    refused: Sequence[tuple[str, Text]] = ()


def for_each(visit: Visit, keys: Sequence[str], act: Callable[[Uow, str], object]) -> Outcome:
    """Does something for each key, each in a unit of work of its own: a key that is refused leaves nothing behind and
    does not stop the others.
    """
    refused: list[tuple[str, Text]] = []
    for key in keys:
        try:
            with visit.renderer.unit_of_work(visit) as apart:
                act(apart.uow, key)
        except Refused as refusal:
            refused.append((key, refusal.reason))
    return Outcome(len(keys) - len(refused), tuple(refused))


@dataclass(frozen=True, slots=True)
class BulkAction:
    """Something done to the picked rows. With `reason` people are asked why first, with `danger` whether at all."""

    name: str
    label: Text
    run: Callable[[Visit, Sequence[str], str], Outcome]
    icon: str | None = None
    reason: bool = False
    danger: bool = False
    roles: frozenset[str] = ANYBODY

    @property
    def asks(self) -> bool:
        """Whether a page stands between the button and the deed."""
        return self.reason or self.danger


@dataclass(frozen=True, slots=True)
class RowAction:
    """A button at the end of each row. `path` has places for the row's values; `shown` leaves it out of some rows."""

    label: Text
    path: str
    icon: str
    method: Literal["get", "post"] = "get"
    shown: Callable[[Any], bool] = lambda row: True


@dataclass(frozen=True, slots=True)
class View:
    """Filters, sort and columns under a name, one click away: `View(_("Overdue"), "state=held&sort=due_at")`."""

    label: Text
    query: str


@dataclass(frozen=True, kw_only=True)
class ListPage:
    """The declaration. `rows` gets the query; `topics` are the entity types whose changes refresh the page; `besides`
    gives what a template of its own (`template`) needs above or below the list.
    """

    path: str
    title: Text
    columns: Sequence[Column]
    rows: Callable[[Visit, Query], Rows]
    filters: Sequence[Filter] = ()
    bulk: Sequence[BulkAction] = ()
    row_actions: Sequence[RowAction] = ()
    views: Sequence[View] = ()
    topics: Sequence[str] = ()
    actions: Callable[[Visit], Sequence[Action]] = lambda visit: ()
    crumbs: Sequence[Crumb] = ()
    key: str = "id"
    sort: str = ""
    size: int = 50
    empty: Text = field(default_factory=lambda: _("Nothing here yet."))
    row_tone: Callable[[Any], str | None] = lambda row: None
    export_limit: int = 100_000
    roles: frozenset[str] = ANYBODY
    template: str = "kit/list.html"
    besides: Callable[[Visit, Query], Mapping[str, object]] = lambda visit, query: {}

    def query(self, asked: Mapping[str, Sequence[str]]) -> Query:
        """The URL's query, with whatever the declaration does not know left out."""
        by = _first(asked, "sort")
        if by.lstrip("-") not in {column.sort_key for column in self.columns if column.sort_key}:
            by = self.sort
        return Query(
            values={name: chosen for name, chosen in self.filter_values(asked) if chosen},
            sort=by.lstrip("-"),
            descending=by.startswith("-"),
            page=max(1, _whole(_first(asked, "page"), 1)),
            size=_size(_whole(_first(asked, "size"), self.size), self.size),
            columns=self._columns(tuple(asked.get("cols", ()))),
        )

    def filter_values(self, asked: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Each filter's name in the URL, with those of the asked values that it knows."""
        for known in self.filters:
            if isinstance(known, Choice):
                sound = {value for value, _label in known.options}
                yield known.name, tuple(value for value in asked.get(known.name, ()) if known.open or value in sound)
            elif isinstance(known, DayRange):
                for name in (f"{known.name}_from", f"{known.name}_to"):
                    yield name, _days(_first(asked, name))
            elif isinstance(known, Toggle):
                yield known.name, ("1",) if _first(asked, known.name) == "1" else ()
            else:
                text = _first(asked, known.name).strip()
                yield known.name, (text,) if text else ()

    def _columns(self, wanted: tuple[str, ...]) -> tuple[str, ...]:
        chosen = tuple(column.name for column in self.columns if column.name in wanted)
        return chosen or tuple(column.name for column in self.columns if column.chosen)

    def shown_columns(self, query: Query) -> list[Column]:
        """The columns that the query chose, in the declaration's order."""
        return [column for column in self.columns if column.name in query.columns]

    def bulk_for(self, visit: Visit) -> list[BulkAction]:
        """The bulk actions that whoever came may do."""
        return [action for action in self.bulk if not action.roles or action.roles & visit.caller.roles]


def _first(asked: Mapping[str, Sequence[str]], name: str) -> str:
    return next(iter(asked.get(name, ())), "")


def _whole(text: str, otherwise: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else otherwise


def _size(wanted: int, otherwise: int) -> int:
    return wanted if wanted in PAGE_SIZES else otherwise


def _days(text: str) -> tuple[str, ...]:
    try:
        return (date.fromisoformat(text).isoformat(),)
    except ValueError:
        return ()


def every_row(rows: Callable[[Query], Rows], query: Query, limit: int) -> Iterable[Any]:
    """All matching rows up to a limit, fetched a thousand at a time."""
    seen = 0
    page = 1
    while seen < limit:
        found = rows(replace(query, page=page, size=1_000))
        yield from found.items[: limit - seen]
        seen += len(found.items)
        page += 1
        if seen >= found.total or not found.items:
            return
