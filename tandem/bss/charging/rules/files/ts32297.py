"""Files of charging data records as 3GPP nodes write them: a header, and before each record a header of its own.

Standard: 3GPP TS 32.297, release 17, clause 6.1.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from tandem.bss.charging.rules.files.ber import AT, FAULTS, TRUNCATED
from tandem.bss.charging.rules.files.columns import FileFacts
from tandem.bss.charging.rules.files.compiled import Kernel
from tandem.bss.charging.terms import UsageInvalid
from tandem.kernel.period import Instant

Array = Any
SHORTEST: Final = 52
"""Octets of a file header without a filter or an extension."""
LONGEST: Final = 131_124
_FIXED: Final = struct.Struct(">II BB II II B 20s B H")
_EXTENDED: Final = 7
"""A release identifier that says: the release stands in an octet of its own, counted from release 10."""
NOT_BER: Final = -5
REASONS: Final = {0: "normal", 1: "size", 2: "time", 3: "count", 4: "manual", 5: "version", 128: "undefined",
                  129: "error", 130: "space", 131: "integrity"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FileHeader:
    """What a node says of a file. `opened` and `appended` are month, day, hour, minute and offset: no year is told.

    `file_length` 0xffffffff: longer than can be told. `address` is the node's, as IPv6.
    """

    file_length: int
    header_length: int
    release: tuple[int, int]
    opened: int
    appended: int
    records: int
    sequence: int
    reason: int
    address: bytes
    lost: int
    routeing_filter: bytes = b""
    extension: bytes = b""


def header_of(octets: bytes) -> FileHeader:
    """A file header. Raises: UsageInvalid, for what is none."""
    if len(octets) < SHORTEST - 2:
        raise UsageInvalid(f"a file header has at least {SHORTEST - 2} octets", path="octet 0", found=len(octets))
    told = _FIXED.unpack_from(octets)
    length, header_length, high, _, opened, appended, records, sequence, reason, address, lost, filter_length = told
    if not SHORTEST - 2 <= header_length <= LONGEST or header_length > len(octets):
        raise UsageInvalid(f"a file header of {header_length} octets", path="octet 4")
    at = _FIXED.size
    routeing = octets[at : at + filter_length]
    at += filter_length
    extension = b""
    if at + 2 <= header_length:
        size = int.from_bytes(octets[at : at + 2])
        extension = octets[at + 2 : at + 2 + size]
        at += 2 + size
    if at > header_length:
        raise UsageInvalid("a file header is shorter than what it holds", path="octet 4")
    release = (high >> 5, high & 31)
    if release[0] == _EXTENDED and at < header_length:
        release = (10 + octets[at], release[1])
    return FileHeader(
        length, header_length, release, opened, appended, records, sequence, reason, address, lost, routeing, extension
    )


def is_header(octets: bytes) -> bool:
    """Whether a file begins with a header that agrees with itself."""
    try:
        header = header_of(octets)
    except UsageInvalid:
        return False
    return header.file_length >= header.header_length and _is_time(header.opened) and header.reason in REASONS


def _is_time(packed: int) -> bool:
    return 1 <= packed >> 28 <= 12 and 1 <= packed >> 23 & 31 <= 31 and packed >> 18 & 31 < 24


def fill_facts(facts: FileFacts, header: FileHeader) -> None:
    """What the header says, into the facts of the file."""
    facts.sequence = header.sequence
    facts.sender = _address(header.address)
    lost = header.lost & 127
    facts.told |= {
        "records": str(header.records),
        "closed": REASONS.get(header.reason, str(header.reason)),
        "lost": "0" if not header.lost else f"{lost}" if header.lost & 128 else f"at least {lost}",
        "opened": _time_text(header.opened),
        "appended": _time_text(header.appended),
        "fileLength": str(header.file_length),
    }


def _address(octets: bytes) -> str:
    """IPv4 addresses stand in the last four octets of the twenty."""
    if not any(octets[:4]) or octets[:4] == b"\xff\xff\xff\xff":
        if octets[4:14] in (b"\0" * 10, b"\xff" * 10):
            return ".".join(map(str, octets[16:]))
    return ":".join(octets[at : at + 2].hex() for at in range(4, 20, 2))


def _time_text(packed: int) -> str:
    sign = "+" if packed >> 11 & 1 else "-"
    month, day, hour, minute = packed >> 28, packed >> 23 & 31, packed >> 18 & 31, packed >> 12 & 63
    return f"{month:02}-{day:02} {hour:02}:{minute:02}{sign}{packed >> 6 & 31:02}:{packed & 63:02}"


def packed_time(at: Instant) -> int:
    """Month, day, hour, minute and the offset from UTC, as the header has them."""
    offset = at.utcoffset() or timedelta()
    ahead = offset >= timedelta()
    hours, minutes = divmod(abs(offset) // timedelta(minutes=1), 60)
    clock = at.month << 28 | at.day << 23 | at.hour << 18 | at.minute << 12
    return clock | int(ahead) << 11 | hours << 6 | minutes


# -- the headers of records -------------------------------------------------------------------------------------------


def _framed(octets: Any, memory: Array, frames: Array) -> int:
    """Records with their headers: two octets of length, release and version, format and TS number, release again.

    Shape: frames (frames, 2): begin and end of the BER. Returns how many there are; the memory says where the next
    header begins, and as its faults why there are no more: 0, or what is wrong.
    """
    count, at = 0, 0
    memory[FAULTS] = 0
    while count < len(frames) and at < len(octets):
        memory[AT] = at
        if at + 4 > len(octets):
            memory[FAULTS] = TRUNCATED
            return count
        length = (octets[at] & 255) * 256 + (octets[at + 1] & 255)
        begin = at + (5 if (octets[at + 2] & 255) >> 5 == 7 else 4)
        if (octets[at + 3] & 255) >> 5 != 1:
            memory[FAULTS] = NOT_BER
            return count
        if begin + length > len(octets):
            memory[FAULTS] = TRUNCATED
            return count
        frames[count, 0] = begin
        frames[count, 1] = begin + length
        count += 1
        at = begin + length
    memory[AT] = at
    return count


framed = Kernel(_framed)


@dataclass(frozen=True, slots=True)
class Written:
    """What a file that we write says of itself. `address`: the node's, four octets or sixteen."""

    opened: Instant
    closed: Instant
    sequence: int
    address: bytes
    reason: int = 0
    release: int = 17
    version: int = 5
    ts_number: int = 20


def file_of(records: list[bytes], about: Written) -> bytes:
    """A file with these records in BER. Raises: UsageInvalid for a record of more than 65,535 octets."""
    release = bytes([_EXTENDED << 5 | about.version])
    bodies = []
    for place, octets in enumerate(records):
        if len(octets) > 0xFFFF:
            raise UsageInvalid("a record has at most 65,535 octets", path=f"record {place + 1}", found=len(octets))
        kind = bytes([1 << 5 | about.ts_number, about.release - 10])
        bodies.append(len(octets).to_bytes(2) + release + kind + octets)
    header_length = _FIXED.size + 2 + 2
    total = header_length + sum(map(len, bodies))
    address = (b"\xff" * 4 + about.address) if len(about.address) == 16 else b"\0" * 16 + about.address
    header = _FIXED.pack(
        min(total, 0xFFFFFFFF),
        header_length,
        release[0],
        release[0],
        packed_time(about.opened),
        packed_time(about.closed),
        len(records),
        about.sequence,
        about.reason,
        address,
        0,
        0,
    )
    ends = b"\0\0" + bytes([about.release - 10] * 2)
    return header + ends + b"".join(bodies)
