"""Osmocom CTRL: variables of a program that are read and set as lines of text.

Standard: OsmoHLR user manual, chapter "Osmocom Control Interface".
Shape: `GET id variable`, `SET id variable value`, answered by `GET_REPLY`, `SET_REPLY` or `ERROR id reason`, and
`TRAP 0 variable value` unasked. A value may span lines and contain blanks. `ERROR err reason` answers what had no id.
"""

from __future__ import annotations

import re
from typing import Final

import msgspec

from tandem.oss.elements.protocols.errors import Garbled
from tandem.oss.elements.terms import MASK

GET: Final = "GET"
SET: Final = "SET"
GET_REPLY: Final = "GET_REPLY"
SET_REPLY: Final = "SET_REPLY"
TRAP: Final = "TRAP"
ERROR: Final = "ERROR"

NO_ID: Final = "err"
_WITH_VALUE: Final = frozenset((SET, GET_REPLY, SET_REPLY, TRAP))
_VARIABLE: Final = re.compile(r"[A-Za-z0-9_.-]+")
_ID: Final = re.compile(r"[0-9]{1,10}")
_KEY_DIGITS: Final = re.compile(r"\b[0-9a-fA-F]{32}\b")


class CtrlMessage(msgspec.Struct, frozen=True):
    """One message. `variable` is empty in an error, whose reason is the value; a GET has no value."""

    verb: str
    id: str
    variable: str = ""
    value: str = ""

    def redacted(self) -> str:
        """The message as it may be kept and shown: whatever looks like a key is masked."""
        return redact(" ".join(part for part in (self.verb, self.variable, self.value) if part))

    def __repr__(self) -> str:
        return f"CtrlMessage({self.id}: {self.redacted()})"


def redact(text: str) -> str:
    """The text with each run of 32 hexadecimal digits masked: a key is never anything else in CTRL."""
    return _KEY_DIGITS.sub(MASK, text)


def encode(message: CtrlMessage) -> bytes:
    """The message's octets. Raises: Garbled for what the other side would read as another message."""
    if message.verb == ERROR:
        return f"{ERROR} {message.id} {message.value}".encode()
    if not _VARIABLE.fullmatch(message.variable) or not _ID.fullmatch(message.id):
        raise Garbled("a CTRL variable is letters, digits, dots and dashes", variable=message.variable)
    line = f"{message.verb} {message.id} {message.variable}"
    if message.verb in _WITH_VALUE:
        if message.verb == SET and (not message.value or "\n" in message.value):
            raise Garbled("a CTRL value to set is one line and not empty", variable=message.variable)
        line += f" {message.value}"
    return line.encode()


def decode(octets: bytes) -> CtrlMessage:
    """The message of these octets. Raises: Garbled."""
    try:
        text = octets.decode()
    except UnicodeDecodeError as fault:
        raise Garbled("a CTRL message is text") from fault
    verb, _, rest = text.partition(" ")
    id, _, rest = rest.partition(" ")
    if verb == ERROR and (id == NO_ID or _ID.fullmatch(id)):
        return CtrlMessage(ERROR, id, "", rest)
    variable, _, value = rest.partition(" ")
    if verb not in _WITH_VALUE | {GET} or not _ID.fullmatch(id) or not _VARIABLE.fullmatch(variable):
        raise Garbled("not a CTRL message", text=redact(text[:120]))
    return CtrlMessage(verb, id, variable, value)


def parse_table(value: str) -> dict[str, str]:
    """A reply that lists names and values, one pair a line, a tabulator between them. Raises: Garbled."""
    pairs = {}
    for line in value.split("\n"):
        if not line:
            continue
        name, tabulator, cell = line.partition("\t")
        if not tabulator:
            raise Garbled("a line of the reply has no tabulator", line=redact(line))
        pairs[name] = cell
    return pairs


def format_table(pairs: dict[str, str]) -> str:
    """The reply that `parse_table` reads: each line begins with the line break, as osmo-hlr writes it."""
    return "".join(f"\n{name}\t{cell}" for name, cell in pairs.items())
