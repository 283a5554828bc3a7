"""JSON as we keep it: exact decimals, instants as RFC 3339, and paths into documents."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import msgspec

from tandem.kernel.errors import Invalid

Doc = dict[str, Any]

_decoder = msgspec.json.Decoder(float_hook=Decimal)
_encoder = msgspec.json.Encoder(decimal_format="number")
_canonical = msgspec.json.Encoder(decimal_format="number", order="deterministic")
_SEGMENT = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


def loads(text: bytes | str) -> Any:
    """The value of a JSON text; numbers with a point or exponent become `Decimal`.

    Raises: Invalid, with the place of the fault as the parser tells it.
    """
    try:
        return _decoder.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError) as fault:
        raise Invalid(f"not valid JSON: {fault}", code="json.malformed") from fault


def dumps(value: Any) -> bytes:
    """JSON text; `Decimal` as a number, structs by their wire names."""
    return _encoder.encode(value)


def canonical(value: Any) -> bytes:
    """JSON text with sorted keys: equal values give equal bytes."""
    return _canonical.encode(value)


def values_at(doc: Any, path: str) -> Iterator[Any]:
    """Every value at a dotted path; an array is entered at all its items unless an index is given."""
    yield from _walk(doc, [(name, index) for name, index in _SEGMENT.findall(path)], 0)


def _walk(value: Any, segments: list[tuple[str, str]], depth: int) -> Iterator[Any]:
    if depth == len(segments):
        yield value
        return
    name, index = segments[depth]
    if isinstance(value, list):
        if index:
            if int(index) < len(value):
                yield from _walk(value[int(index)], segments, depth + 1)
        else:
            for item in value:
                yield from _walk(item, segments, depth)
    elif name and isinstance(value, dict) and name in value:
        yield from _walk(value[name], segments, depth + 1)


def at(doc: Any, path: str, default: Any = None) -> Any:
    """The first value at a dotted path, or `default`."""
    return next(values_at(doc, path), default)


def merge_patch(target: Any, patch: Any) -> Any:
    """The result of a merge patch; neither argument is changed. Standard: RFC 7386, 2."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merge_patch(result.get(name), value)
    return result


def changes(before: Any, after: Any, path: str = "") -> list[tuple[str, Any, Any]]:
    """The leaves that differ, as (path, before, after); an absent value is `None`."""
    if before == after:
        return []
    if isinstance(before, dict) and isinstance(after, dict):
        found: list[tuple[str, Any, Any]] = []
        for name in sorted({*before, *after}):
            inner = f"{path}.{name}" if path else name
            found.extend(changes(before.get(name), after.get(name), inner))
        return found
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        return [
            change
            for index, (old, new) in enumerate(zip(before, after, strict=True))
            for change in changes(old, new, f"{path}[{index}]")
        ]
    return [(path, before, after)]
