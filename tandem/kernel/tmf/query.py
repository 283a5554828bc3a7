"""The query part of a TMF630 request, parsed into values: fields, filters, sorting, page.

Standard: TMF630 REST API Design Guidelines, part 1 (attribute selection, filtering with operators, pagination) and
part 4 (sorting). Nothing here knows SQL or a model.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal
from urllib.parse import unquote_plus

from tandem.kernel.errors import Invalid
from tandem.kernel.json import Doc

Operator = Literal["eq", "ne", "gt", "gte", "lt", "lte", "regex"]

DEFAULT_LIMIT = 50
MOST_LIMIT = 1000
MOST_OFFSET = 10_000_000
MOST_TERMS = 50
ALWAYS = ("id", "href", "@type", "@baseType", "@schemaLocation")
RESERVED = frozenset({"fields", "offset", "limit", "sort"})

_OPERATORS: dict[str, Operator] = {
    "eq": "eq", "ne": "ne", "gt": "gt", "gte": "gte", "lt": "lt", "lte": "lte", "regex": "regex",
}  # fmt: skip
_SIGNS: dict[str, Operator] = {
    "=": "eq", "==": "eq", "=eq=": "eq", "!=": "ne", "=ne=": "ne", ">": "gt", "=gt=": "gt", ">=": "gte", "=gte=": "gte",
    "<": "lt", "=lt=": "lt", "<=": "lte", "=lte=": "lte", "*=": "regex", "=regex=": "regex",
}  # fmt: skip
_TERM = re.compile(r"(@?\w[\w.@-]*)\s*(=(?:eq|ne|gte?|lte?|regex)=|==|!=|>=|<=|\*=|=|>|<)(.*)", re.DOTALL)
_SPLIT_TERMS = re.compile(r"(?<!\\);")
_SPLIT_VALUES = re.compile(r"(?<!\\),")


@dataclass(frozen=True, slots=True)
class Term:
    """One comparison; several values are alternatives. `said` is how the client wrote it, for errors."""

    path: str
    operator: Operator
    values: tuple[str, ...]
    said: str


@dataclass(frozen=True, slots=True)
class SortKey:
    path: str
    descending: bool


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query. Shape: `filters` is a conjunction of alternatives."""

    fields: Selection | None = None
    filters: tuple[tuple[Term, ...], ...] = ()
    sort: tuple[SortKey, ...] = ()
    offset: int = 0
    limit: int = DEFAULT_LIMIT
    others: str = ""
    """Everything but offset and limit, as it was written: what the links to other pages repeat."""


class Selection(dict[str, Any]):
    """The attributes to show, as a tree: name → inner selection, or `None` for the whole value."""

    def apply(self, doc: Doc) -> Doc:
        """The document with only what was asked for, and what is always shown."""
        shown: Doc = {name: doc[name] for name in ALWAYS if name in doc}
        for name, inner in self.items():
            if name in doc:
                shown[name] = doc[name] if inner is None else _pick(doc[name], inner)
        return shown


def _pick(value: Any, inner: Selection) -> Any:
    if isinstance(value, list):
        return [_pick(item, inner) for item in value]
    return inner.apply(value) if isinstance(value, dict) else value


def parse(raw: bytes | str) -> Query:
    """Parses a raw query string.

    Raises: Invalid, with the parameter as its path.
    """
    text = raw.decode("latin-1") if isinstance(raw, bytes) else raw
    return _parsed(text) if text else _EMPTY


@lru_cache(maxsize=2048)
def _parsed(text: str) -> Query:
    pieces = [piece for piece in text.split("&") if piece]
    reserved: dict[str, str] = {}
    filters: list[tuple[Term, ...]] = []
    for piece in pieces:
        name, _, value = piece.partition("=")
        if unquote_plus(name) in RESERVED:
            reserved[unquote_plus(name)] = unquote_plus(value)
        else:
            filters.append(_alternatives(unquote_plus(piece)))
    if sum(len(alternatives) for alternatives in filters) > MOST_TERMS:
        raise Invalid(f"a query has at most {MOST_TERMS} conditions", code="query.too_long", path="query")
    return Query(
        fields=parse_fields(reserved["fields"]) if "fields" in reserved else None,
        filters=tuple(filters),
        sort=parse_sort(reserved.get("sort", "")),
        offset=_whole_number("offset", reserved.get("offset", "0"), MOST_OFFSET),
        limit=min(_whole_number("limit", reserved.get("limit", str(DEFAULT_LIMIT)), None), MOST_LIMIT),
        others="&".join(piece for piece in pieces if piece.partition("=")[0] not in ("offset", "limit")),
    )


def parse_filter(text: str) -> tuple[tuple[Term, ...], ...]:
    """A filter that stands alone, as a hub's `query` has it: `eventType=A&event.productOrder.state=held`.

    Raises: Invalid.
    """
    pieces = [unquote_plus(piece) for piece in text.removeprefix("?").split("&") if piece]
    return tuple(_alternatives(piece) for piece in pieces)


def _alternatives(text: str) -> tuple[Term, ...]:
    terms: list[Term] = []
    for piece in _SPLIT_TERMS.split(text):
        match = _TERM.fullmatch(piece.strip())
        if match:
            terms.append(_term(*match.groups()))
        elif terms and piece.strip():
            last = terms[-1]
            terms[-1] = Term(last.path, last.operator, (*last.values, *_values(piece.strip())), last.said)
        elif piece.strip() or not terms:
            raise Invalid(f"'{piece}' is not a filter: attribute, operator, value", code="query.bad_filter", path=piece)
    return tuple(terms)


def _term(path: str, sign: str, text: str) -> Term:
    said, operator = path, _SIGNS[sign]
    head, dot, last = path.rpartition(".")
    if sign == "=" and dot and last in _OPERATORS:
        path, operator = head, _OPERATORS[last]
    if "\0" in text:
        raise Invalid("a text has no NUL in it", code="query.bad_value", path=said)
    values = (text,) if operator == "regex" else _values(text)
    return Term(path.strip("."), operator, values, said)


def _values(text: str) -> tuple[str, ...]:
    """Alternatives by comma; `\\,` and `\\;` are a comma and a semicolon of the value itself."""
    return tuple(part.replace("\\,", ",").replace("\\;", ";").strip() for part in _SPLIT_VALUES.split(text))


@lru_cache(maxsize=1024)
def parse_fields(text: str) -> Selection:
    """`a,b.c` → what to show; `none` shows only what every entity always shows."""
    selection = Selection()
    for path in (part.strip() for part in text.split(",")):
        if path and path != "none":
            _select(selection, path.split("."))
    return selection


def _select(selection: Selection, segments: list[str]) -> None:
    name, rest = segments[0], segments[1:]
    if not rest:
        selection[name] = None
    elif selection.get(name, ...) is not None:
        _select(selection.setdefault(name, Selection()), rest)


def parse_sort(text: str) -> tuple[SortKey, ...]:
    """`-a,b` → a descending, then b ascending. Standard: TMF630 part 4."""
    keys = []
    for part in (part.strip() for part in text.split(",")):
        name = part.lstrip("+-").strip()
        if name:
            keys.append(SortKey(name, part.startswith("-")))
    return tuple(keys)


def _whole_number(name: str, text: str, most: int | None) -> int:
    if not text.isascii() or not text.isdigit():
        raise Invalid(f"{name} must be a whole number from 0, not '{text}'", code=f"query.bad_{name}", path=name)
    number = int(text[:20])
    if most is not None and number > most:
        raise Invalid(f"{name} must be at most {most}", code=f"query.bad_{name}", path=name)
    return number


_EMPTY = Query()
