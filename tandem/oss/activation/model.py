"""The monitor of an activation: what was asked, and what came of it. Standard: TMF640 v4 and TMF702 v4, Monitor."""

from __future__ import annotations

from typing import Literal

from tandem.kernel.tmf.types import Entity, Extensible


class HeaderItem(Extensible, kw_only=True):
    name: str
    value: str


class Request(Extensible):
    """What was asked. Shape: `body` is the JSON text."""

    method: str | None = None
    to: str | None = None
    body: str | None = None
    header: list[HeaderItem] | None = None


class Response(Extensible):
    """What came of it. Shape: `status_code` as HTTP would have it, `body` is JSON text."""

    status_code: str | None = None
    body: str | None = None
    header: list[HeaderItem] | None = None


class Monitor(Entity):
    source_href: str | None = None
    state: Literal["InProgress", "Completed", "Failed"] | None = None
    request: Request | None = None
    response: Response | None = None
