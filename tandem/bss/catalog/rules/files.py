"""Catalogue content as JSON lines, and the `data:` addresses in which it travels. Standard: RFC 2397.

Why: an address of another host would make the server fetch from, or write to, where a client points it. The file
stands in the job instead, and is read from there by any client without a second door.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import unquote_to_bytes

from tandem.bss.catalog.terms import ImportRefused, RemoteFileRefused
from tandem.kernel.errors import Invalid
from tandem.kernel.json import Doc, dumps, loads

MEDIA: Final = "application/x-ndjson"
_BASE64: Final = ";base64"
_OURS: Final = frozenset({"href", "lastUpdate"})


def is_inline(url: str) -> bool:
    """Whether an address carries its own content."""
    return url.startswith("data:") and "," in url


def require_inline(url: str) -> None:
    """Raises: RemoteFileRefused for an address of another host, or of none."""
    if not is_inline(url):
        raise RemoteFileRefused(
            "files are not fetched from or sent to other hosts",
            path="url",
            next_action=f"give the file itself as an address of the form data:{MEDIA};base64,…",
        )


def content_of(url: str) -> bytes:
    """What a `data:` address carries. Raises: RemoteFileRefused, ImportRefused when it is not what it says."""
    require_inline(url)
    head, _, body = url.removeprefix("data:").partition(",")
    if not head.endswith(_BASE64):
        return unquote_to_bytes(body)
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error as fault:
        raise ImportRefused(f"the address does not carry base64: {fault}", path="url") from fault


def address_of(content: bytes) -> str:
    """The `data:` address that carries a file of JSON lines."""
    return f"data:{MEDIA}{_BASE64},{base64.b64encode(content).decode('ascii')}"


def lines_of(docs: Iterable[Doc]) -> bytes:
    """Entries as JSON lines, without what only this installation says of them."""
    kept = ({name: value for name, value in doc.items() if name not in _OURS} for doc in docs)
    return b"".join(dumps(doc) + b"\n" for doc in kept)


def entries_of(content: bytes) -> Iterator[tuple[int, Doc]]:
    """Each entry with its line number; empty lines are skipped. Raises: ImportRefused, which names the line."""
    for number, line in enumerate(content.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            entry = loads(line)
        except Invalid as fault:
            raise ImportRefused(f"line {number}: {fault.reason}", path="url", line=number) from fault
        if not isinstance(entry, dict):
            raise ImportRefused(f"line {number}: an entry is an object", path="url", line=number)
        yield number, entry
