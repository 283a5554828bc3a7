"""A request and an answer as values, between the HTTP edge and the operations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tandem.kernel import json
from tandem.kernel.access.policy import Caller
from tandem.kernel.tmf.errors import Header

JSON = (b"content-type", b"application/json;charset=utf-8")


@dataclass(slots=True)
class Call:
    """One request. `headers` are lower-case; `base_url` is how the client sees us, without a trailing slash."""

    method: str
    path: str
    query: bytes
    headers: Mapping[bytes, bytes]
    body: bytes
    caller: Caller
    base_url: str
    hosts: frozenset[str]
    cause: str

    def header(self, name: bytes) -> str | None:
        """The header's text, or `None`."""
        value = self.headers.get(name)
        return value.decode("latin-1") if value is not None else None


@dataclass(slots=True)
class Answer:
    """What goes back."""

    status: int
    body: bytes = b""
    headers: list[Header] = field(default_factory=list)


def answer(status: int, value: Any, *headers: Header) -> Answer:
    """An answer with a JSON body."""
    return Answer(status, json.dumps(value), [JSON, *headers])
