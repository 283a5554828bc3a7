"""Reading and writing the files of import and export jobs.

A file is a JSON array or one JSON document a line, carried in the job's own `url` (`data:`, RFC 2397): the catalogue
opens no connection.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import parse_qsl, unquote_to_bytes

from tandem.kernel import json
from tandem.kernel.errors import Invalid
from tandem.kernel.json import Doc
from tandem.oss.service_catalog.terms import TransferRefused

MEDIA: Final = "application/x-ndjson"


def read_inline(url: str) -> bytes:
    """The content of a `data:` address. Raises: TransferRefused for any other address or broken content."""
    head, comma, body = url.partition(",")
    if not head.lower().startswith("data:") or not comma:
        raise TransferRefused("the file is to be carried in the address itself (data:...,...)", path="url")
    if not head.lower().endswith(";base64"):
        return unquote_to_bytes(body)
    try:
        return base64.b64decode(unquote_to_bytes(body), validate=True)
    except binascii.Error as fault:
        raise TransferRefused(f"the content is not base64: {fault}", path="url") from fault


def write_inline(docs: Iterable[Doc]) -> str:
    """One document a line, as a `data:` address."""
    content = b"\n".join(json.dumps(doc) for doc in docs)
    return f"data:{MEDIA};base64,{base64.b64encode(content).decode()}"


def documents_in(content: bytes) -> list[tuple[int, Doc | str]]:
    """Every entry with its number from 1: a document, or the reason why there is none."""
    if content.lstrip()[:1] == b"[":
        items: list[Any] = json.loads(content)
        return [(number, _document(item)) for number, item in enumerate(items, 1)]
    lines = content.decode(errors="replace").splitlines()
    return [(number, _parsed(line)) for number, line in enumerate(lines, 1) if line.strip()]


def _parsed(line: str) -> Doc | str:
    try:
        return _document(json.loads(line))
    except Invalid as fault:
        return fault.reason


def _document(item: Any) -> Doc | str:
    if not isinstance(item, dict):
        return "not a JSON object"
    return item if item.get("name") else "a specification needs its name"


def wanted(doc: Doc, query: str | None) -> bool:
    """Whether an entry meets an export job's query: `attribute=value` joined by `&`."""
    return all(str(json.at(doc, name)) == value for name, value in parse_qsl(query or "", keep_blank_values=True))
