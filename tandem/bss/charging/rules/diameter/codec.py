"""Diameter messages as bytes: the header, AVPs and groups of them, read strictly and written in order.

What is wrong with a message is told by an `AvpFault` or a `HeaderFault` that carries the result code to answer with and
the AVP at fault, never by any other error, whatever the bytes are. Standard: RFC 6733 clauses 3, 4 and 7.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from struct import Struct
from typing import Any, Final, NamedTuple

from tandem.bss.charging.rules.diameter.dictionary import (
    CC_REQUEST_NUMBER,
    CC_REQUEST_TYPE,
    CC_SUB_SESSION_ID,
    FAILED_AVP,
    KINDS,
    PROXY_INFO,
    ROUTE_RECORD,
    SESSION_ID,
    Kind,
    name_of,
)
from tandem.kernel.period import Instant

HEADER_LENGTH: Final = 20
REQUEST: Final = 0x80
PROXIABLE: Final = 0x40
ERROR: Final = 0x20
RETRANSMITTED: Final = 0x10
VENDOR_FLAG: Final = 0x80
MUST_FLAG: Final = 0x40

INVALID_HDR_BITS: Final = 3008
AVP_UNSUPPORTED: Final = 5001
INVALID_AVP_VALUE: Final = 5004
MISSING_AVP: Final = 5005
UNSUPPORTED_VERSION: Final = 5011
INVALID_AVP_LENGTH: Final = 5014
INVALID_MESSAGE_LENGTH: Final = 5015

_DEPTH: Final = 12
"""Groups within groups that we follow: the deepest of TS 32.299 has six."""

_HEADER = Struct(">5I")
_AVP = Struct(">II")
_VENDOR = Struct(">I")
_U32 = Struct(">I")
_U64 = Struct(">Q")
_I32 = Struct(">i")
_I64 = Struct(">q")
_PAD: Final = (b"", b"\0\0\0", b"\0\0", b"\0")

_NTP_EPOCH: Final = datetime(1900, 1, 1, tzinfo=UTC)
_NTP_ERA: Final = 1 << 32


class Header(NamedTuple):
    """The first twenty octets of a message."""

    length: int
    flags: int
    command: int
    application: int
    hop_by_hop: int
    end_to_end: int

    @property
    def is_request(self) -> bool:
        """Whether it asks; else it answers."""
        return bool(self.flags & REQUEST)


class HeaderFault(Exception):
    """The stream can no longer be trusted: after the answer the connection ends."""

    def __init__(self, result: int) -> None:
        super().__init__(f"Diameter header at fault: {result}")
        self.result = result


class AvpFault(Exception):
    """An AVP is wrong, unknown or missing. `failed` is the AVP that the answer tells of, in its groups."""

    def __init__(self, result: int, failed: bytes, reason: str) -> None:
        super().__init__(reason)
        self.result = result
        self.failed = failed
        self.reason = reason


class Group:
    """The AVPs of a message or a group by their keys, decoded, in the order they came."""

    __slots__ = ("values",)

    def __init__(self, values: dict[int, list[Any]]) -> None:
        self.values = values

    def __contains__(self, key: int) -> bool:
        return key in self.values

    def number(self, key: int) -> int | None:
        """The first value of a numeric AVP."""
        found = self.values.get(key)
        return found[0] if found else None

    def numbers(self, key: int) -> list[int]:
        """All values of a numeric AVP."""
        return self.values.get(key, [])

    def text(self, key: int) -> str | None:
        """The first value of a text AVP."""
        found = self.values.get(key)
        return found[0] if found else None

    def texts(self, key: int) -> list[str]:
        """All values of a text AVP."""
        return self.values.get(key, [])

    def octets(self, key: int) -> bytes | None:
        """The first value of an AVP of octets."""
        found = self.values.get(key)
        return found[0] if found else None

    def instant(self, key: int) -> Instant | None:
        """The first value of an AVP of time."""
        found = self.values.get(key)
        return found[0] if found else None

    def group(self, key: int) -> Group | None:
        """The first of a group."""
        found = self.values.get(key)
        return found[0] if found else None

    def groups(self, key: int) -> list[Group]:
        """All groups of a key."""
        return self.values.get(key, [])


def read_header(octets: bytes | bytearray | memoryview, most: int) -> Header:
    """The header of what begins here. Raises: HeaderFault when it is none, or the message is longer than `most`."""
    first, second, application, hop_by_hop, end_to_end = _HEADER.unpack_from(octets)
    length = first & 0xFFFFFF
    if first >> 24 != 1:
        raise HeaderFault(UNSUPPORTED_VERSION)
    if length < HEADER_LENGTH or length % 4 or length > most:
        raise HeaderFault(INVALID_MESSAGE_LENGTH)
    return Header(length, second >> 24, second & 0xFFFFFF, application, hop_by_hop, end_to_end)


def read_avps(message: bytes) -> Group:
    """Everything that a whole message says. Raises: AvpFault."""
    return _read(message, HEADER_LENGTH, len(message), 0, False)


def _read(octets: bytes, start: int, end: int, depth: int, is_open: bool) -> Group:
    """Read AVPs one after the other; `is_open` is whether what is unknown may be passed over."""
    values: dict[int, list[Any]] = {}
    unpack, kinds, readers = _AVP.unpack_from, KINDS, _READERS
    while start < end:
        if end - start < 8:
            raise AvpFault(INVALID_AVP_LENGTH, _zeroed(octets[start:end]), "an AVP ends within its header")
        code, word = unpack(octets, start)
        length, flags = word & 0xFFFFFF, word >> 24
        body = 8
        if flags & VENDOR_FLAG:
            body = 12
        if length < body or start + length > end:
            raise AvpFault(INVALID_AVP_LENGTH, _zeroed(octets[start : start + body]), f"AVP {code}: length {length}")
        key = code
        if body == 12:
            key |= _VENDOR.unpack_from(octets, start + 8)[0] << 32
        kind = kinds.get(key)
        stop = start + length
        if kind is None:
            if flags & MUST_FLAG and not is_open:
                raise AvpFault(AVP_UNSUPPORTED, octets[start:stop], f"AVP {name_of(key)} is not known here")
        elif kind.form == "group":
            group = _read_group(octets, (start, start + body, stop), depth + 1, kind.is_open)
            values.setdefault(key, []).append(group)
        else:
            value = readers[kind.form](octets, start + body, stop)
            if value is None or (kind.values is not None and value not in kind.values):
                raise _wrong(kind, octets[start:stop], value)
            if key in values:
                values[key].append(value)
            else:
                values[key] = [value]
        start = stop + (-length & 3)
    return Group(values)


def _read_group(octets: bytes, place: tuple[int, int, int], depth: int, is_open: bool) -> Group:
    start, body, stop = place
    if depth > _DEPTH:
        raise AvpFault(INVALID_AVP_VALUE, _zeroed(octets[start:body]), "groups within groups without end")
    try:
        return _read(octets, body, stop, depth, is_open)
    except AvpFault as fault:
        raise AvpFault(fault.result, _wrap(octets[start:body], fault.failed), fault.reason) from fault


def _wrap(header: bytes, inner: bytes) -> bytes:
    """A group that holds only the AVP at fault. Standard: RFC 6733 clause 7.5."""
    padded = inner + _PAD[len(inner) & 3]
    code, word = _AVP.unpack_from(header)
    return _AVP.pack(code, word & 0xFF000000 | len(header) + len(padded)) + header[8:] + padded


def _zeroed(header: bytes) -> bytes:
    """An AVP's header as far as it came, with the length that it has then, as a Failed-AVP can hold it."""
    whole = header + bytes(8 - len(header)) if len(header) < 8 else header
    code, word = _AVP.unpack_from(whole)
    flags = word >> 24 if len(whole) >= 12 else word >> 24 & ~VENDOR_FLAG
    return _AVP.pack(code, flags << 24 | len(whole)) + whole[8:]


def _wrong(kind: Kind, avp: bytes, value: Any) -> AvpFault:
    if value is None and kind.form in _LENGTHS:
        header = avp[:12] if avp[4] & VENDOR_FLAG else avp[:8]
        return AvpFault(INVALID_AVP_LENGTH, _wrap(header, bytes(_LENGTHS[kind.form])), f"{kind.name}: wrong length")
    return AvpFault(INVALID_AVP_VALUE, avp, f"{kind.name}: no such value")


_LENGTHS: Final = {"unsigned32": 4, "unsigned64": 8, "integer32": 4, "integer64": 8, "time": 4}


def _read_octets(octets: bytes, start: int, stop: int) -> bytes:
    return octets[start:stop]


def _read_text(octets: bytes, start: int, stop: int) -> str | None:
    try:
        text = octets[start:stop].decode()
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


def _number_reader(packing: Struct) -> Callable[[bytes, int, int], int | None]:
    size, unpack = packing.size, packing.unpack_from

    def read(octets: bytes, start: int, stop: int) -> int | None:
        return unpack(octets, start)[0] if stop - start == size else None

    return read


def _read_time(octets: bytes, start: int, stop: int) -> Instant | None:
    return instant_of(_U32.unpack_from(octets, start)[0]) if stop - start == 4 else None


_READERS: Final[dict[str, Callable[[bytes, int, int], Any]]] = {
    "octets": _read_octets,
    "text": _read_text,
    "unsigned32": _number_reader(_U32),
    "unsigned64": _number_reader(_U64),
    "integer32": _number_reader(_I32),
    "integer64": _number_reader(_I64),
    "time": _read_time,
}


def instant_of(seconds: int) -> Instant:
    """An instant from NTP seconds; small values are of the era that begins in 2036. Standard: RFC 6733 clause 4.3.1."""
    era = 0 if seconds & 0x80000000 else _NTP_ERA
    return _NTP_EPOCH + timedelta(seconds=seconds + era)


def ntp_of(at: Instant) -> int:
    """The NTP seconds of an instant, without their era."""
    return int((at - _NTP_EPOCH) // timedelta(seconds=1)) % _NTP_ERA


_REQUEST_TYPES: Final = tuple(_U32.pack(kind) for kind in sorted(KINDS[CC_REQUEST_TYPE].values or ()))


_REPEATED: Final = {CC_REQUEST_TYPE: 12, CC_REQUEST_NUMBER: 12, CC_SUB_SESSION_ID: 16}


class Echo(NamedTuple):
    """What an answer repeats of its request as whole AVPs, read even where the rest of it is wrong.

    `session_id`; the request's type, `number` and sub-session; what agents on the way want back, in their order
    (`proxies`).
    """

    session_id: bytes
    number: bytes
    proxies: bytes


def read_echo(message: bytes) -> Echo:
    """What to repeat; empty where it is not told."""
    session, number, proxies = b"", b"", b""
    for code, avp in _raw_avps(message):
        if code == SESSION_ID:
            session = session or avp
        elif len(avp) == _REPEATED.get(code) and (code != CC_REQUEST_TYPE or avp[8:] in _REQUEST_TYPES):
            number += avp
        elif code in (PROXY_INFO, ROUTE_RECORD):
            proxies += avp
    return Echo(session, number, proxies)


def _raw_avps(message: bytes) -> Iterator[tuple[int, bytes]]:
    """Top-level AVPs without a vendor, padded, up to the first that is broken."""
    start, end = HEADER_LENGTH, len(message)
    while end - start >= 8:
        code, word = _AVP.unpack_from(message, start)
        length = word & 0xFFFFFF
        stop = start + length + (-length & 3)
        if length < 8 or stop > end:
            return
        if not word >> 24 & VENDOR_FLAG:
            yield code, message[start:stop]
        start = stop


def write_message(header: Header, *avps: bytes) -> bytes:
    """A whole message; the header's length is worked out."""
    body = b"".join(avps)
    first = 1 << 24 | len(body) + HEADER_LENGTH
    second = header.flags << 24 | header.command
    return _HEADER.pack(first, second, header.application, header.hop_by_hop, header.end_to_end) + body


def _avp_header(key: int) -> tuple[int, int, bytes]:
    """Code, flags in their place, and the vendor's octets."""
    kind, vendor = KINDS[key], key >> 32
    flags = (MUST_FLAG if kind.must else 0) | (VENDOR_FLAG if vendor else 0)
    return key & 0xFFFFFFFF, flags << 24, _VENDOR.pack(vendor) if vendor else b""


_HEADERS: Final = {key: _avp_header(key) for key in KINDS}


def octets_avp(key: int, value: bytes) -> bytes:
    """An AVP of octets, padded."""
    code, flags, vendor = _HEADERS[key]
    length = 8 + len(vendor) + len(value)
    return _AVP.pack(code, flags | length) + vendor + value + _PAD[length & 3]


def text_avp(key: int, value: str) -> bytes:
    """An AVP of text, of a name or of an address."""
    return octets_avp(key, value.encode())


def number_avp(key: int, value: int) -> bytes:
    """An AVP of a number, in the form that it has. Raises: struct.error when the number does not fit in it."""
    return octets_avp(key, _WRITERS[KINDS[key].form](value))


_WRITERS: Final[dict[str, Callable[[int], bytes]]] = {
    "unsigned32": _U32.pack,
    "unsigned64": _U64.pack,
    "integer32": _I32.pack,
    "integer64": _I64.pack,
}


def time_avp(key: int, at: Instant) -> bytes:
    """An AVP of an instant, to the second."""
    return octets_avp(key, _U32.pack(ntp_of(at)))


def group_avp(key: int, *members: bytes) -> bytes:
    """An AVP that holds AVPs."""
    return octets_avp(key, b"".join(members))


def failed_avp(failed: bytes) -> bytes:
    """Failed-AVP with the one AVP at fault."""
    return octets_avp(FAILED_AVP, failed + _PAD[len(failed) & 3])


def missing(key: int) -> AvpFault:
    """What is told when an AVP is not there: one of its kind with the least value. Standard: RFC 6733 clause 7.1.5."""
    kind = KINDS[key]
    return AvpFault(MISSING_AVP, octets_avp(key, bytes(_LENGTHS.get(kind.form, 0))), f"{kind.name} is missing")
