"""Filters over a document in memory: what a hub asked for, against the notification at hand.

The same terms as in a list's query, read as a list reads them: several values are alternatives, arrays are entered.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import regex

from tandem.kernel import json
from tandem.kernel.errors import Invalid
from tandem.kernel.json import Doc
from tandem.kernel.tmf.condition import read_instant
from tandem.kernel.tmf.query import Term

PATTERN_TIME_LIMIT_S = 0.25

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}


def matches(filters: tuple[tuple[Term, ...], ...], doc: Doc) -> bool:
    """Whether the document meets every condition."""
    return all(any(_meets(term, doc) for term in alternatives) for alternatives in filters)


def require_readable(filters: tuple[tuple[Term, ...], ...]) -> None:
    """Refuses patterns that cannot be compiled. Raises: Invalid."""
    for term in (term for alternatives in filters for term in alternatives if term.operator == "regex"):
        try:
            regex.compile(term.values[0])
        except regex.error as fault:
            raise Invalid(f"the pattern cannot be read: {fault}", code="query.bad_pattern", path="query") from fault


def _meets(term: Term, doc: Doc) -> bool:
    found = [
        leaf for value in json.values_at(doc, term.path) for leaf in (value if isinstance(value, list) else [value])
    ]
    if term.operator == "ne":
        return not any(_compared("eq", value, text) for value in found for text in term.values)
    if term.operator == "regex":
        return any(_searched(value, term.values[0]) for value in found)
    return any(_compared(term.operator, value, text) for value in found for text in term.values)


def _compared(name: str, value: Any, text: str) -> bool:
    try:
        return _COMPARE[name](*_alike(value, text))
    except (ValueError, InvalidOperation, TypeError):
        return False


def _alike(value: Any, text: str) -> tuple[Any, Any]:
    """Value and text as one type that can be compared."""
    if isinstance(value, bool):
        return str(value).lower(), text
    if isinstance(value, int | Decimal):
        return Decimal(value), Decimal(text)
    if isinstance(value, str) and (at := _instant(value)) is not None:
        return at, read_instant(text)
    return value, text


def _instant(text: str) -> datetime | None:
    if len(text) < 20 or text[4:5] != "-":
        return None
    try:
        return read_instant(text)
    except ValueError:
        return None


def _searched(value: Any, pattern: str) -> bool:
    try:
        return isinstance(value, str) and bool(regex.search(pattern, value, timeout=PATTERN_TIME_LIMIT_S))
    except (TimeoutError, regex.error):
        return False
