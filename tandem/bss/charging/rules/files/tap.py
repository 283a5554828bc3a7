"""TAP files in: what a visited network charges for our subscribers, checked as the standard demands before it is used.

Standard: GSMA TD.57, TAP 3.12. A fatal fault rejects the file; a severe one its record. All application tags are unique
within the standard, so a total is the sum of a tag wherever it stands.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import msgspec
import numpy as np

from tandem.bss.charging.rules.files import ber
from tandem.bss.charging.rules.files.ber import APPLICATION, Element, Kind, Table, table_of
from tandem.bss.charging.rules.files.binary import columns_of
from tandem.bss.charging.rules.files.columns import I64, NOT_TOLD, FileFacts
from tandem.bss.charging.rules.files.compiled import Kernel
from tandem.bss.charging.rules.files.excluding import as_text
from tandem.bss.charging.rules.files.raw import RawColumn, Whole

Array = Any
LONGEST: Final = 1 << 30
"""Octets of a TAP file that we take: its totals stand at its end, so it is checked as a whole."""
_OFFSET: Final = re.compile(r"[+-]([01][0-9]|2[0-3])[0-5][0-9]")
_TADIG: Final = re.compile(r"[A-Z0-9]{5}")
_CURRENCY: Final = re.compile(r"[A-Z]{3}")
_LOCAL: Final = re.compile(r"20[0-9]{2}(0[1-9]|1[0-2])[0-9]{8}")
_RELEASES: Final = (10, 11, 12)


def value(tag: int, name: str, kind: Kind) -> Element:
    """A value with an application tag."""
    return Element(APPLICATION + tag, name, kind)


def holder(tag: int, *parts: Element, is_row: bool = False, is_record: bool = False) -> Element:
    """An element that holds others."""
    return Element(APPLICATION + tag, "", None, parts, is_record, is_row)


_SUBSCRIBER: Final = holder(427, holder(199, value(129, "imsi", "bcd"), value(152, "msisdn", "bcd")))
_START: Final = holder(44, value(16, "local", "text"), value(232, "offset_code", "whole"))
_SERVICE_START: Final = holder(447, value(16, "local", "text"), value(232, "offset_code", "whole"))
_PLACE: Final = holder(
    138,
    holder(156, value(45, "call_reference", "hex"), value(59, "cell", "whole")),
    holder(113, value(195, "serving", "text")),
)
_TELE: Final = holder(38, holder(39, holder(36, holder(426, value(218, "tele_service", "text")))))
_CHARGED: Final = holder(436, value(129, "imsi", "bcd"), value(152, "msisdn", "bcd"))
_OTHER_PARTY: Final = holder(443, value(444, "called", "bcd"))


def _call(tag: int, basic: int, *other: Element) -> Element:
    duration = value(223, "duration", "whole")
    cause = value(58, "cause", "whole")
    return holder(tag, holder(basic, _SUBSCRIBER, _START, duration, cause, *other), _PLACE, _TELE, is_record=True)


_EVENTS: Final = (
    _call(
        9, 147, holder(89, value(407, "called", "bcd"), value(279, "dialled", "text"), value(419, "dialled", "text"))
    ),
    _call(10, 153, holder(41, value(405, "calling", "bcd"))),
    holder(
        14,
        holder(
            114,
            holder(115, _SUBSCRIBER),
            holder(116, value(261, "apn", "text")),
            _START,
            value(223, "duration", "whole"),
            value(166, "partial", "text"),
            value(72, "charging_id", "whole"),
        ),
        holder(117, holder(118, value(59, "cell", "whole")), holder(113, value(195, "serving", "text"))),
        holder(121, value(250, "incoming", "whole"), value(251, "outgoing", "whole")),
        is_record=True,
    ),
    holder(433, _CHARGED, _SERVICE_START, _OTHER_PARTY, value(435, "event_reference", "text"), is_record=True),
    holder(
        434,
        _CHARGED,
        _SERVICE_START,
        _OTHER_PARTY,
        value(223, "duration", "whole"),
        value(440, "session_service", "whole"),
        value(435, "event_reference", "text"),
        is_record=True,
    ),
    *(holder(tag, value(435, "event_reference", "text"), is_record=True) for tag in (11, 12, 17, 297)),
)


def _charges(tag: int) -> Element:
    """The charges of an event, wherever in it they stand; a message's stands in the event itself."""
    detail = holder(63, value(71, "type", "text"), value(62, "charge", "whole"), is_row=True)
    information = holder(69, value(105, "rate_code", "whole"), holder(64, detail))
    lists = holder(70, information)
    session = holder(448, holder(449, value(105, "rate_code", "whole"), holder(64, detail)))
    own = value(62, "event_charge", "whole")
    used = holder(38, holder(39, lists))
    return holder(tag, used, holder(121, lists), session, own, value(105, "event_rate_code", "whole"), information,
                  holder(285, holder(352, lists)), holder(206, information), holder(382, lists),
                  is_record=True)  # fmt: skip


EVENTS: Final = table_of((holder(1, holder(3, *_EVENTS)),))
CHARGES: Final = table_of((holder(1, holder(3, *(_charges(event.tag - APPLICATION) for event in _EVENTS))),))
_CONTROL: Final = (
    value(196, "sender", "text"),
    value(182, "recipient", "text"),
    value(109, "sequence", "text"),
    holder(227, value(16, "cut_off", "text"), value(231, "cut_off_offset", "text")),
    holder(107, value(16, "available", "text"), value(231, "available_offset", "text")),
    value(201, "specification", "whole"),
    value(189, "release", "whole"),
    value(110, "file_type", "text"),
)
HEADER: Final = table_of(
    (
        holder(
            1,
            holder(4, *_CONTROL),
            holder(5, value(135, "local_currency", "text"), value(210, "tap_currency", "text"),
                   value(244, "decimal_places", "whole")),
            Element(APPLICATION + 15, "audit", "there", (
                value(415, "total_charge", "whole"), value(226, "total_tax", "whole"),
                value(225, "total_discount", "whole"), value(43, "count", "whole"),
            )),
            is_record=True,
        ),
        holder(2, *_CONTROL, is_record=True),
    )
)  # fmt: skip
RATES: Final = table_of(
    (
        holder(
            1,
            holder(5, holder(80, holder(106, value(105, "code", "whole"), value(159, "places", "whole"),
                                        value(104, "rate", "whole"), is_row=True))),
            is_record=True,
        ),
    )
)  # fmt: skip
OFFSETS: Final = table_of(
    (
        holder(
            1,
            holder(6, holder(234, holder(233, value(232, "code", "whole"), value(231, "offset", "text"), is_row=True))),
            is_record=True,
        ),
    )
)


# -- what is wrong with a file ----------------------------------------------------------------------------------------


class TapFault(msgspec.Struct, frozen=True, rename="camel"):
    """Something that is wrong: with the file (fatal), or with one of its events (severe)."""

    severity: Literal["fatal", "severe"]
    item: str
    reason: str
    record: int = 0
    offset: int = 0


def refusal_report(facts: FileFacts, faults: Sequence[TapFault]) -> bytes:
    """What we tell a sender of a file that we reject, or of events that we do: JSON."""
    told = {
        "sender": facts.sender,
        "recipient": facts.recipient,
        "fileSequenceNumber": facts.sequence,
        "isRejected": any(fault.severity == "fatal" for fault in faults),
        "faults": list(faults),
    }
    return msgspec.json.format(msgspec.json.encode(told), indent=2)


@dataclass(slots=True)
class TapFile:
    """A file that was looked through. `totals`: charges, taxes and discounts in the file's decimal places."""

    octets: bytes
    columns: dict[str, RawColumn]
    offsets: dict[int, str]
    rates: dict[int, tuple[int, int]]
    faults: list[TapFault] = field(default_factory=list)

    def fatal(self, item: str, reason: str) -> None:
        """The file is rejected."""
        self.faults.append(TapFault("fatal", item, reason))

    def text(self, name: str) -> str:
        """A text of the header; empty where there is none."""
        return (as_text(self.columns[name]).at(0) or b"").decode()

    def whole(self, name: str) -> int:
        """A number of the header; -1 where there is none."""
        column = self.columns[name]
        return int(column.values[0]) if isinstance(column, Whole) else NOT_TOLD


def _sum_tag(octets: Any, tag: int, memory: Array) -> int:
    """The sum of a tag's whole numbers, wherever they stand; -1 for a file that is not BER to its end."""
    total, at = 0, 0
    while at < len(octets):
        if octets[at] == 0 and at + 1 < len(octets) and octets[at + 1] == 0:
            at += 2
            continue
        status = ber.read_head(octets, at, len(octets), memory)
        at = memory[ber.CONTENT]
        if status < 0 or at + memory[ber.LENGTH] > len(octets):
            return -1
        if memory[ber.HOLDS] == 0:
            number = 0
            for place in range(at, at + memory[ber.LENGTH]):
                number = number * 256 + (octets[place] & 255)
            total += number if memory[ber.KEY] == tag else 0
            at += memory[ber.LENGTH]
    return total


sum_tag = Kernel(_sum_tag)


def total_of(octets: bytes, tag: int) -> int:
    """The sum of an application tag over the file."""
    return int(sum_tag(octets, APPLICATION + tag, np.zeros(ber.CURRENT, np.int64)))


def walked(octets: bytes, table: Table) -> tuple[dict[str, RawColumn], I64, int, int]:
    """The rows of a file by a table: columns, rows as of a walk, and what fault stopped it where (0: none)."""
    frames = np.array([[0, len(octets)]], np.int64)
    memory, faults = ber.memory_for(table), np.zeros((1, 3), np.int64)
    room = 1024
    while True:
        rows = ber.rows_for(table, room)
        done = ber.walk(octets, frames, table.steps, memory, rows, faults)
        if done == 1:
            break
        room *= 8
    rows = rows[: int(memory[ber.ROWS])]
    fault, where = (int(faults[0, 2]), int(faults[0, 1])) if memory[ber.FAULTS] else (0, 0)
    return columns_of(octets, table, rows), rows, fault, where
