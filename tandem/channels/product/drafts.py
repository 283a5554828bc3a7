"""A tariff as text that somebody edits: read strictly, and what is wrong told by its line and its place."""

from __future__ import annotations

import base64
import binascii
import json
import re
import zlib
from dataclasses import dataclass
from typing import Final

import msgspec

from tandem.bss.catalog import public as catalog
from tandem.bss.catalog.terms.tariff import Tariff

LONGEST: Final = 400_000
LONGEST_IN_A_LINK: Final = 5_000
_MOST_FAULTS: Final = 20
_PLACE: Final = re.compile(r"(?P<reason>.*?)(?: - at `\$?\.?(?P<path>.*)`)?", re.DOTALL)
_BYTE: Final = re.compile(r"\(byte (\d+)\)")
_STEP: Final = re.compile(r"\[(\d+)\]|([^.\[\]]+)")
_LIST: Final = re.compile(r'\[(\n\s+)((?:"[^"\\\n]*"|\d+)(?:,\1(?:"[^"\\\n]*"|\d+))*)\n\s*\]')
_IN_A_ROW: Final = 16
_BLANK: Final = re.compile(r"[\s,:]*")
_DECODER: Final = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a draft. `line` counts from 1; `path` is empty where the text is no JSON."""

    line: int
    path: str
    reason: str


def written(tariff: Tariff) -> str:
    """A tariff as text to edit; lists of plain words and numbers stand in rows, since tables of prefixes are long."""
    return _LIST.sub(_in_rows, msgspec.json.format(msgspec.json.encode(tariff), indent=2).decode())


def _in_rows(found: re.Match[str]) -> str:
    items = found[2].split(f",{found[1]}")
    rows = (", ".join(items[first : first + _IN_A_ROW]) for first in range(0, len(items), _IN_A_ROW))
    return f"[{f',{found[1]}'.join(rows)}]"


def read(text: str) -> tuple[Tariff | None, tuple[Fault, ...]]:
    """The tariff that a text is, or everything that speaks against it."""
    if len(text) > LONGEST:
        return None, (Fault(1, "", f"it has {len(text)} characters, and at most {LONGEST} are read"),)
    data = text.encode()
    try:
        tariff = msgspec.json.decode(data, type=Tariff)
    except (msgspec.MsgspecError, UnicodeDecodeError) as fault:
        return None, (_misread(text, data, str(fault)),)
    found = catalog.check_tariff(tariff)[:_MOST_FAULTS]
    if found:
        return None, tuple(Fault(line_of(text, one.path), one.path, one.reason) for one in found)
    return tariff, ()


def _misread(text: str, data: bytes, told: str) -> Fault:
    parts = _PLACE.fullmatch(told)
    path, reason = (parts["path"] or "", parts["reason"]) if parts else ("", told)
    at = _BYTE.search(reason)
    line = data[: int(at[1])].count(b"\n") + 1 if at else line_of(text, path)
    return Fault(line, path, reason)


def line_of(text: str, path: str) -> int:
    """The line where a place such as `prices[2].to` begins, or where the last thing on the way to it does."""
    position = _after_blank(text, 0)
    for index, name in _STEP.findall(path):
        found = _entered(text, position, int(index) if index else name)
        if found is None:
            break
        position = found
    return text.count("\n", 0, position) + 1


def _entered(text: str, position: int, step: int | str) -> int | None:
    """Where a member of the object, or an item of the list, that begins at a position begins itself."""
    opened = text[position : position + 1]
    if opened != ("[" if isinstance(step, int) else "{"):
        return None
    position, count = _after_blank(text, position + 1), 0
    while text[position : position + 1] not in ("]", "}", ""):
        name: int | str = count
        if opened == "{":
            name, position = _DECODER.raw_decode(text, position)
            position = _after_blank(text, position)
        if name == step:
            return position
        _, position = _DECODER.raw_decode(text, position)
        position, count = _after_blank(text, position), count + 1
    return None


def _after_blank(text: str, position: int) -> int:
    blank = _BLANK.match(text, position)
    return position if blank is None else blank.end()


# -- in an address ----------------------------------------------------------------------------------------------------


def packed(text: str) -> str | None:
    """A draft as a word of an address; none when it is too long for one."""
    word = base64.urlsafe_b64encode(zlib.compress(text.encode(), 9)).decode().rstrip("=")
    return word if len(word) <= LONGEST_IN_A_LINK else None


def unpacked(word: str) -> str | None:
    """The draft that such a word holds; none when it holds none."""
    try:
        data = base64.urlsafe_b64decode(word + "=" * (-len(word) % 4))
        opened = zlib.decompressobj()
        found = opened.decompress(data, LONGEST).decode()
    except (binascii.Error, zlib.error, UnicodeDecodeError, ValueError):
        return None
    return found if opened.eof else None
