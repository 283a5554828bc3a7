"""Filters and sorting as SQL over an entity table.

A promoted column answers where it holds the whole attribute; equality on anything else is containment (by the table's
`jsonb_path_ops` index, see `store`); the other operators walk the document. Values travel as parameters, never in the
text, and so do attribute names.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from tandem.kernel import json
from tandem.kernel.errors import Invalid
from tandem.kernel.store import EntityTable
from tandem.kernel.tmf.query import Operator, SortKey, Term
from tandem.kernel.tmf.shape import Attribute, Kind, Shape
from tandem.kernel.tmf.store import CONTAINING

Translate = Callable[[str, str], tuple[str, str]]
"""From a path and a value as this version writes them to the stored path and value."""

_SQL_SIGN: dict[Operator, str] = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
_COLUMN_KINDS: dict[str, tuple[Kind, ...]] = {
    "text": ("text",),
    "timestamptz": ("instant",),
    "date": ("date",),
    "integer": ("integer",),
    "bigint": ("integer",),
    "numeric": ("number", "integer"),
    "boolean": ("boolean",),
}
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(slots=True)
class Condition:
    """A piece of SQL with its parameters, both in order. `slow` marks what needs a time limit (patterns)."""

    sql: str = "true"
    params: list[Any] = field(default_factory=list)
    slow: bool = False


class Conditions:
    """Filters and sort keys of one exposure, turned into SQL."""

    def __init__(self, shape: Shape, table: EntityTable, translate: Translate) -> None:
        self._shape = shape
        self._table = table.table if table.shown == table.table else None
        self._translate = translate
        self._columns = {
            column.path: (column.name, column.sql_type) for column in table.columns if isinstance(column.path, str)
        }

    def where(self, filters: tuple[tuple[Term, ...], ...]) -> Condition:
        """The conjunction of alternatives. Raises: Invalid, naming the parameter."""
        found = Condition()
        parts = []
        for alternatives in filters:
            compiled = [self._term(term, found) for term in alternatives]
            parts.append(compiled[0] if len(compiled) == 1 else "(" + " or ".join(compiled) + ")")
        if parts:
            found.sql = " and ".join(parts)
        return found

    def order_by(self, keys: tuple[SortKey, ...]) -> Condition:
        """The order, with the id behind it so that pages never overlap. Raises: Invalid."""
        found = Condition(sql="")
        for key in keys:
            expression = self._sortable(key, found)
            found.sql += expression + (" desc, " if key.descending else ", ")
        found.sql += "id"
        return found

    def _term(self, term: Term, found: Condition) -> str:
        pairs = [self._translate(term.path, value) for value in term.values]
        attribute = self._attribute(pairs[0][0], term)
        values = [_typed(attribute, value, term) for _, value in pairs]
        column = self._column_of(attribute)
        if attribute.path == ("href",):
            column, values = "id", [str(value).rstrip("/").rpartition("/")[2] for value in values]
        if term.operator == "regex":
            return self._matching(attribute, column, term, found)
        if term.operator in ("eq", "ne"):
            same = _one_of(column, values, found) if column else _containing(attribute, values, found, self._table)
            return same if term.operator == "eq" else f"({same}) is not true"
        return _compared(attribute, column, term, values, found)

    def _attribute(self, path: str, term: Term) -> Attribute:
        attribute = self._shape.attribute(path)
        if attribute is not None:
            return attribute
        head, _, last = path.rpartition(".")
        if head and (leaf := self._shape.attribute(head)) is not None and leaf.kind != "object":
            raise Invalid(
                f"'{last}' is neither an operator nor an attribute of {head}",
                code="query.unknown_operator",
                path=term.said,
            )
        raise Invalid(
            f"there is no attribute '{term.path}' to filter by", code="query.unknown_attribute", path=term.said
        )

    def _column_of(self, attribute: Attribute) -> str | None:
        if attribute.path == ("id",):
            return "id"
        name, sql_type = self._columns.get(".".join(attribute.path), ("", ""))
        fits = attribute.kind in _COLUMN_KINDS.get(sql_type, ()) and not attribute.in_list
        return name if fits else None

    def _matching(self, attribute: Attribute, column: str | None, term: Term, found: Condition) -> str:
        if attribute.kind not in ("text", "any"):
            raise Invalid(f"regex is for texts; {term.path} is none", code="query.bad_operator", path=term.said)
        found.slow = True
        if column:
            found.params.append(list(term.values))
            return f"{column} ~ any(%s)"
        found.params += [_json_path(attribute), list(term.values)]
        return "exists (select from jsonb_path_query(doc, %s::jsonpath) as v(x) where x #>> '{}' ~ any(%s))"

    def _sortable(self, key: SortKey, found: Condition) -> str:
        path, _ = self._translate(key.path, "")
        attribute = self._shape.attribute(path)
        if attribute is None or attribute.kind == "object":
            raise Invalid(f"there is no value '{key.path}' to sort by", code="query.unknown_attribute", path="sort")
        column = self._column_of(attribute)
        if column:
            return column
        found.params.append(_json_path(attribute))
        value = "jsonb_path_query_first(doc, %s::jsonpath)"
        if attribute.kind in ("number", "integer", "boolean", "any"):
            return value
        if attribute.kind == "instant":
            return f"({value} #>> '{{}}')::timestamptz"
        return f"({value} #>> '{{}}') collate \"C\""


def _one_of(column: str, values: list[Any], found: Condition) -> str:
    found.params.append(values[0] if len(values) == 1 else values)
    return f"{column} = %s" if len(values) == 1 else f"{column} = any(%s)"


def _containing(attribute: Attribute, values: list[Any], found: Condition, table: str | None) -> str:
    if attribute.kind == "instant":
        return _walked(attribute, "(x #>> '{}')::timestamptz = any(%s)", values, found)
    if attribute.kind == "any" and len(attribute.path) > 1:
        return _walked(attribute, "x = any(%s::jsonb[])", [_text(value) for value in _readings(values)], found)
    wanted = _readings(values) if attribute.kind == "any" else values
    nested = [_text(_nested(attribute, value)) for value in wanted]
    if table is None:  # what is shown by a view has no index of its documents
        found.slow = True
        found.params.append(nested)
        return "doc @> any(%s::jsonb[])"
    found.params += [table, nested]
    return f"id = any(array(select {CONTAINING}(%s::regclass, %s::jsonb[])))"


def _compared(attribute: Attribute, column: str | None, term: Term, values: list[Any], found: Condition) -> str:
    sign = _SQL_SIGN[term.operator]
    if attribute.kind == "boolean":
        raise Invalid(f"{term.path} is true or false, not more or less", code="query.bad_operator", path=term.said)
    if column:
        found.params.append(values)
        return f"{column} {sign} any(%s)"
    if attribute.kind == "instant":
        return _walked(attribute, f"(x #>> '{{}}')::timestamptz {sign} any(%s)", values, found)
    if attribute.kind in ("number", "integer"):
        return _walked(attribute, f"jsonb_typeof(x) = 'number' and x::numeric {sign} any(%s)", values, found)
    if attribute.kind == "any":
        wanted = [_text(value) for value in _readings(values)]
        same_type = "exists (select from unnest(%s::jsonb[]) as w(y) where jsonb_typeof(x) = jsonb_typeof(y) and "
        return _walked(attribute, f"{same_type} x {sign} y)", wanted, found)
    return _walked(attribute, f"(x #>> '{{}}') collate \"C\" {sign} any(%s)", [str(value) for value in values], found)


def _walked(attribute: Attribute, test: str, values: list[Any], found: Condition) -> str:
    found.params += [_json_path(attribute), values]
    return f"exists (select from jsonb_path_query(doc, %s::jsonpath) as v(x) where {test})"


def _json_path(attribute: Attribute) -> str:
    """The SQL/JSON path of an attribute; lax mode enters arrays by itself, the last one must be entered by `[*]`."""
    names = ".".join(_text(name) for name in attribute.path)
    return f"lax $.{names}[*]"


def _nested(attribute: Attribute, value: Any) -> Any:
    """The smallest document that has the value at the attribute's path."""
    for name, is_list in zip(reversed(attribute.path), reversed(attribute.lists), strict=True):
        value = {name: [value] if is_list else value}
    return value


def _readings(values: list[Any]) -> list[Any]:
    """A free-form value may be a text or what it looks like: `5` is "5" and 5."""
    readings = list(values)
    for value in values:
        try:
            readings.append(json.loads(value))
        except Invalid:
            continue
    return readings


def _text(value: Any) -> str:
    return json.dumps(value).decode()


def _typed(attribute: Attribute, text: str, term: Term) -> Any:
    if term.operator == "regex":
        return text
    if attribute.words is not None and text not in attribute.words:
        known = ", ".join(sorted(attribute.words))
        raise Invalid(f"{term.path} is never '{text}'; it is one of: {known}", code="query.bad_value", path=term.said)
    try:
        return _READ.get(attribute.kind, str)(text)
    except (ValueError, InvalidOperation) as fault:
        raise Invalid(
            f"'{text}' is not what {term.path} holds ({attribute.kind})", code="query.bad_value", path=term.said
        ) from fault


def read_instant(text: str) -> datetime:
    """An RFC 3339 instant, or a day (its first moment in UTC); a `+` that arrived as a blank is understood.

    Raises: ValueError.
    """
    if _DAY.fullmatch(text):
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    at = datetime.fromisoformat(re.sub(r" (\d\d:?\d\d)$", r"+\1", text))
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


def _read_bool(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError(text)
    return text == "true"


def _read_number(text: str) -> Decimal:
    number = Decimal(text)
    if not number.is_finite():
        raise ValueError(text)
    return number


_READ: dict[Kind, Callable[[str], Any]] = {
    "instant": read_instant,
    "date": date.fromisoformat,
    "boolean": _read_bool,
    "number": _read_number,
    "integer": _read_number,
}
