"""A list page as it is drawn: headers that sort, chips that take a filter away, pages, views, cells; and its routes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from starlette.responses import Response

from tandem.channels.kit import exports
from tandem.channels.kit.i18n import Message, Text, _, ngettext
from tandem.channels.kit.lists import (
    PAGE_SIZES,
    BulkAction,
    Choice,
    Column,
    DayRange,
    Filter,
    ListPage,
    Outcome,
    Query,
    RowAction,
    Rows,
    Toggle,
    filled,
    read,
)
from tandem.channels.kit.parts import Action, Tab
from tandem.channels.kit.visit import PageRoute, Visit

_MOST_PICKED = 1_000


@dataclass(frozen=True, slots=True)
class Header:
    """A column's head: `order` is what aria-sort says, `href` sorts the other way."""

    column: Column
    href: str | None
    order: str | None


@dataclass(frozen=True, slots=True)
class FilterChip:
    """A filter that is on, and the address without it."""

    label: Text
    value: Text
    href: str

    @property
    def raw(self) -> bool:
        """Whether the value is data, and not words of ours."""
        return isinstance(self.value, str)


@dataclass(frozen=True, slots=True)
class RowView:
    """A row as it is drawn."""

    key: str
    cells: Sequence[tuple[Column, object, str | None]]
    actions: Sequence[tuple[RowAction, str]]
    tone: str | None

    @property
    def name(self) -> Text:
        """What the row is called where it is spoken of: the value that leads to it, else the first that is text."""
        cells = sorted(self.cells, key=lambda cell: cell[2] is None)
        return next((value for _column, value, _href in cells if isinstance(value, str | Message)), self.key)

    @property
    def href(self) -> str | None:
        """Where Enter leads: the first cell that leads anywhere."""
        return next((href for _column, _value, href in self.cells if href), None)


@dataclass(frozen=True)
class ListView:
    """One visit's view of a list page."""

    page: ListPage
    visit: Visit
    query: Query
    rows: Rows

    @property
    def sizes(self) -> tuple[int, ...]:
        """The page sizes one can choose."""
        return PAGE_SIZES

    def href(self, **changes: object) -> str:
        """This list's address with some of its query changed; None takes a name out, a tuple puts it several times."""
        pairs = self._pairs(changes)
        return self.page.path + (f"?{urlencode(pairs)}" if pairs else "")

    def kept(self, leave_out: Sequence[str]) -> list[tuple[str, object]]:
        """What a form of this list carries along hidden: the query without the names that it asks for itself."""
        return self._pairs(dict.fromkeys(leave_out))

    def _pairs(self, changes: Mapping[str, object]) -> list[tuple[str, object]]:
        plain = self.page.query({})
        asked: dict[str, Any] = {name: list(values) for name, values in self.query.values.items()}
        asked["sort"] = [("-" if self.query.descending else "") + self.query.sort] if self.query.sort else []
        asked["cols"] = list(self.query.columns) if self.query.columns != plain.columns else []
        asked["size"] = [self.query.size] if self.query.size != plain.size else []
        for name, value in changes.items():
            asked[name] = [] if value is None else list(value) if isinstance(value, tuple) else [value]
        if asked["sort"] == [self.page.sort]:
            asked["sort"] = []
        return [(name, value) for name, values in asked.items() for value in values]

    @property
    def filter_names(self) -> tuple[str, ...]:
        """The names in the URL that belong to filters."""
        return tuple(name for name, _chosen in self.page.filter_values({}))

    @property
    def menu_filters(self) -> list[Filter]:
        """The filters that stand in the menu: all but the search."""
        return [known for known in self.page.filters if known.kind != "search"]

    @property
    def bare_href(self) -> str:
        """This list without filters."""
        return self.href(**dict.fromkeys(self.filter_names))

    @property
    def here(self) -> str:
        """The address of exactly this view."""
        return self.href(page=self.query.page if self.query.page > 1 else None)

    def headers(self) -> list[Header]:
        """The heads of the shown columns."""
        return [self._header(column) for column in self.page.shown_columns(self.query)]

    def _header(self, column: Column) -> Header:
        key = column.sort_key
        if key is None:
            return Header(column, None, None)
        sorted_by = self.query.sort == key
        order = ("descending" if self.query.descending else "ascending") if sorted_by else None
        return Header(column, self.href(sort=f"-{key}" if order == "ascending" else key), order)

    def drawn(self) -> list[RowView]:
        """The rows of this page."""
        columns = self.page.shown_columns(self.query)
        return [
            RowView(
                key=str(read(row, self.page.key)),
                cells=[(column, column.show(column.of(row)), column.href(row)) for column in columns],
                actions=[(action, filled(action.path, row)) for action in self.page.row_actions if action.shown(row)],
                tone=self.page.row_tone(row),
            )
            for row in self.rows.items
        ]

    def chips(self) -> list[FilterChip]:
        """The filters that are on."""
        return [chip for known in self.page.filters for chip in self._chips(known)]

    def _chips(self, known: Filter) -> Iterator[FilterChip]:
        if isinstance(known, DayRange):
            for name, label in ((f"{known.name}_from", _("from")), (f"{known.name}_to", _("to"))):
                day = self.query.day(name)
                if day is not None:
                    yield FilterChip(
                        _("%(filter)s %(from_or_to)s", filter=known.label, from_or_to=label),
                        day.isoformat(),
                        self.href(**{name: None}),
                    )
            return
        chosen = self.query.all(known.name)
        words = dict(known.options) if isinstance(known, Choice) else {}
        for value in chosen:
            rest = tuple(other for other in chosen if other != value) or None
            shown = _("yes") if isinstance(known, Toggle) else words.get(value, value)
            yield FilterChip(known.label, shown, self.href(**{known.name: rest}))

    @property
    def filtered(self) -> bool:
        """Whether any filter is on."""
        return any(self.query.values.values())

    def tabs(self) -> list[Tab]:
        """The declared views, each one click away; the first is everything."""
        if not self.page.views:
            return []
        shown = sorted(parse_qsl(self.href().partition("?")[2]))
        views = [Tab(_("All"), self.page.path, not shown)]
        for view in self.page.views:
            views.append(Tab(view.label, f"{self.page.path}?{view.query}", shown == sorted(parse_qsl(view.query))))
        return views

    @property
    def last_page(self) -> int:
        """The number of the last page."""
        return max(1, -(-self.rows.total // self.query.size))

    def pages(self) -> list[tuple[int | None, str]]:
        """The numbers to turn to: the first, the last, those near this one; None where some are left out."""
        near = range(self.query.page - 1, self.query.page + 2)
        wanted = [page for page in range(1, self.last_page + 1) if page in (1, self.last_page) or page in near]
        turned: list[tuple[int | None, str]] = []
        for before, page in zip([0, *wanted], wanted, strict=False):
            if page - before > 1:
                turned.append((None, ""))
            turned.append((page, self.href(page=page if page > 1 else None)))
        return turned

    @property
    def span(self) -> tuple[int, int]:
        """The numbers of the first and the last row that are shown."""
        first = self.query.offset + 1 if self.rows.items else 0
        return first, self.query.offset + len(self.rows.items)

    def bulk(self) -> list[BulkAction]:
        """The bulk actions for whoever came."""
        return self.page.bulk_for(self.visit)

    def actions(self) -> Sequence[Action]:
        """The page's own buttons."""
        return self.page.actions(self.visit)


class ListRoutes:
    """A list page's addresses: GET shows it, GET `?export=csv|xlsx` downloads it, POST does a bulk action."""

    def __init__(self, page: ListPage) -> None:
        self._page = page

    def routes(self) -> Iterator[PageRoute]:
        """The addresses."""
        yield PageRoute(self._page.path, self._show, ("GET",), self._page.roles)
        if self._page.bulk:
            yield PageRoute(self._page.path, self._act, ("POST",), self._page.roles)

    def _query(self, visit: Visit) -> Query:
        asked: dict[str, list[str]] = {}
        for name, value in visit.request.query_params.multi_items():
            asked.setdefault(name, []).append(value)
        return self._page.query(asked)

    def _show(self, visit: Visit) -> Response:
        query = self._query(visit)
        kind = visit.asked("export")
        if kind in exports.KINDS:
            return exports.download(self._page, visit, query, kind)
        view = ListView(self._page, visit, query, self._page.rows(visit, query))
        return visit.page(self._page.template, list=view, besides=self._page.besides(visit, query))

    def _act(self, visit: Visit) -> Response:
        view = ListView(self._page, visit, self._query(visit), Rows((), 0))
        action = next((known for known in view.bulk() if known.name == visit.sent("action")), None)
        picked = visit.sent_all("pick")[:_MOST_PICKED]
        if action is None or not picked:
            return visit.see(view.here, _("Pick at least one row first."), tone="warning")
        reason = visit.sent("reason").strip()
        if action.asks and (visit.sent("confirmed") != "1" or (action.reason and not reason)):
            tried = visit.sent("confirmed") == "1"
            return visit.page("kit/bulk_confirm.html", list=view, action=action, picked=picked, missing=tried)
        outcome = action.run(visit, picked, reason)
        return visit.see(view.here, _told(action, outcome), tone="warning" if outcome.refused else "good")


def _told(action: BulkAction, outcome: Outcome) -> Text:
    done = ngettext(
        "%(action)s: %(num)s row done.", "%(action)s: %(num)s rows done.", outcome.done, action=action.label
    )
    if not outcome.refused:
        return done
    reasons = "; ".join(f"{key}: {reason}" for key, reason in outcome.refused[:3])
    refused = ngettext(
        "%(num)s refused: %(reasons)s", "%(num)s refused: %(reasons)s", len(outcome.refused), reasons=reasons
    )
    return f"{done} {refused}"
