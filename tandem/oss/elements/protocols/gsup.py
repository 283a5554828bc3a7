"""GSUP: how Osmocom's switches and gateways ask the home register about subscribers, in the place of MAP.

Standard: OsmoHLR user manual, chapter "Generic Subscriber Update Protocol"; the procedures are those of 3GPP TS 29.002.
Shape: message type (1 octet), then information elements: tag, length, value. Causes are those of 3GPP TS 24.008,
10.5.5.14.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from typing import Final, NamedTuple

import msgspec

from tandem.oss.elements.protocols.bcd import decode_digits, encode_digits
from tandem.oss.elements.protocols.errors import Garbled


class Kind(enum.IntEnum):
    """Message types: a request ends in the bits 00, its error in 01, its result in 10."""

    UPDATE_LOCATION_REQUEST = 0x04
    UPDATE_LOCATION_ERROR = 0x05
    UPDATE_LOCATION_RESULT = 0x06
    SEND_AUTH_INFO_REQUEST = 0x08
    SEND_AUTH_INFO_ERROR = 0x09
    SEND_AUTH_INFO_RESULT = 0x0A
    PURGE_MS_REQUEST = 0x0C
    PURGE_MS_ERROR = 0x0D
    PURGE_MS_RESULT = 0x0E
    INSERT_DATA_REQUEST = 0x10
    INSERT_DATA_ERROR = 0x11
    INSERT_DATA_RESULT = 0x12
    LOCATION_CANCEL_REQUEST = 0x1C
    LOCATION_CANCEL_ERROR = 0x1D
    LOCATION_CANCEL_RESULT = 0x1E

    @property
    def is_request(self) -> bool:
        """Whether an answer is due."""
        return self & 0b11 == 0b00

    @property
    def error(self) -> Kind:
        """The error that answers this request."""
        return Kind((self & ~0b11) | 0b01)

    @property
    def result(self) -> Kind:
        """The result that answers this request."""
        return Kind((self & ~0b11) | 0b10)


class Domain(enum.IntEnum):
    """Which core network asks: for data (PS) or for calls (CS)."""

    PS = 1
    CS = 2


CAUSES: Final = {
    0x02: "IMSI unknown in the home register",
    0x03: "illegal phone",
    0x07: "data service not allowed",
    0x08: "neither data nor calls allowed",
    0x0B: "network not allowed",
    0x0D: "roaming not allowed in this area",
    0x11: "network failure",
    0x14: "authentication code wrong",
    0x15: "synchronisation failure",
    0x60: "mandatory information wrong",
    0x62: "message not expected now",
    0x6F: "protocol error",
}

_IMSI, _CAUSE, _AUTH_TUPLE = 0x01, 0x02, 0x03
_PDP_INFO, _CANCEL_TYPE, _FREEZE_PTMSI, _MSISDN = 0x05, 0x06, 0x07, 0x08
_PDP_CONTEXT_ID, _APN = 0x10, 0x12
_CN_DOMAIN = 0x28
_VECTOR_TAGS: Final = {
    "rand": 0x20,
    "sres": 0x21,
    "kc": 0x22,
    "ik": 0x23,
    "ck": 0x24,
    "autn": 0x25,
    "res": 0x27,
}
_VECTOR_NAMES: Final = {tag: name for name, tag in _VECTOR_TAGS.items()}


class AuthVector(NamedTuple):
    """One challenge with the answers that a genuine SIM gives. The last four are there for 3G only."""

    rand: bytes
    sres: bytes = b""
    kc: bytes = b""
    ik: bytes = b""
    ck: bytes = b""
    autn: bytes = b""
    res: bytes = b""

    @property
    def generations(self) -> tuple[str, ...]:
        """Which radio networks it serves: 2G, 3G."""
        return tuple(name for name, part in (("2G", self.sres), ("3G", self.autn)) if part)


class GsupMessage(msgspec.Struct, frozen=True, kw_only=True):
    """One message. `msisdn` is empty where the register says there is none; `access_points` are (context, name)."""

    kind: Kind
    imsi: str
    domain: Domain | None = None
    cause: int | None = None
    vectors: tuple[AuthVector, ...] = ()
    msisdn: str | None = None
    access_points: tuple[tuple[int, str], ...] = ()
    cancel_type: int | None = None
    freeze_ptmsi: bool = False

    @property
    def cause_name(self) -> str | None:
        """The cause in words."""
        return None if self.cause is None else CAUSES.get(self.cause, f"cause {self.cause}")


def encode(message: GsupMessage) -> bytes:
    """The message's octets, elements in the order in which osmo-hlr writes them."""
    parts = [(_IMSI, encode_digits(message.imsi))]
    if message.msisdn is not None:
        number = encode_digits(message.msisdn)
        parts.append((_MSISDN, bytes([len(number)]) + number))
    if message.cause is not None:
        parts.append((_CAUSE, bytes([message.cause])))
    if message.cancel_type is not None:
        parts.append((_CANCEL_TYPE, bytes([message.cancel_type])))
    parts += [(_PDP_INFO, _encode_access_point(*point)) for point in message.access_points]
    if message.freeze_ptmsi:
        parts.append((_FREEZE_PTMSI, b""))
    parts += [(_AUTH_TUPLE, _encode_vector(vector)) for vector in message.vectors]
    if message.domain is not None:
        parts.append((_CN_DOMAIN, bytes([message.domain])))
    return bytes([message.kind]) + _tlv(parts)


def decode(octets: bytes) -> GsupMessage:
    """The message of these octets; elements that we do not know are passed over. Raises: Garbled."""
    if not octets:
        raise Garbled("an empty GSUP message")
    try:
        return _read(Kind(octets[0]), _untlv(octets[1:]))
    except ValueError as fault:
        raise Garbled("a GSUP type or value that we do not know", octets=octets[:8].hex()) from fault


def _read(kind: Kind, elements: list[tuple[int, bytes]]) -> GsupMessage:
    single = dict(elements)
    if _IMSI not in single:
        raise Garbled("a GSUP message without IMSI")
    number = single.get(_MSISDN)
    domain = _octet(single.get(_CN_DOMAIN))
    return GsupMessage(
        kind=kind,
        imsi=decode_digits(single[_IMSI]),
        domain=None if domain is None else Domain(domain),
        cause=_octet(single.get(_CAUSE)),
        vectors=tuple(_read_vector(value) for tag, value in elements if tag == _AUTH_TUPLE),
        msisdn=None if number is None else decode_digits(number[1:]),
        access_points=tuple(_read_access_point(value) for tag, value in elements if tag == _PDP_INFO),
        cancel_type=_octet(single.get(_CANCEL_TYPE)),
        freeze_ptmsi=_FREEZE_PTMSI in single,
    )


def _octet(value: bytes | None) -> int | None:
    if value is None:
        return None
    if len(value) != 1:
        raise Garbled("an element of one octet has another length", octets=len(value))
    return value[0]


def _tlv(parts: Iterable[tuple[int, bytes]]) -> bytes:
    return b"".join(bytes([tag, len(value)]) + value for tag, value in parts)


def _untlv(octets: bytes) -> list[tuple[int, bytes]]:
    elements, offset = [], 0
    while offset < len(octets):
        if offset + 2 > len(octets):
            raise Garbled("an element without a length")
        tag, length = octets[offset], octets[offset + 1]
        value = octets[offset + 2 : offset + 2 + length]
        if len(value) != length:
            raise Garbled("an element is cut short", tag=tag)
        elements.append((tag, value))
        offset += 2 + length
    return elements


def _encode_vector(vector: AuthVector) -> bytes:
    return _tlv((tag, getattr(vector, name)) for name, tag in _VECTOR_TAGS.items() if getattr(vector, name))


def _read_vector(octets: bytes) -> AuthVector:
    parts = {_VECTOR_NAMES[tag]: value for tag, value in _untlv(octets) if tag in _VECTOR_NAMES}
    if "rand" not in parts:
        raise Garbled("an authentication vector without a challenge")
    return AuthVector(**parts)


def _encode_access_point(context: int, name: str) -> bytes:
    labels = b"".join(bytes([len(label)]) + label.encode("ascii") for label in name.split("."))
    return _tlv([(_PDP_CONTEXT_ID, bytes([context])), (_APN, labels)])


def _read_access_point(octets: bytes) -> tuple[int, str]:
    parts = dict(_untlv(octets))
    labels, rest = [], parts.get(_APN, b"")
    while rest:
        length = rest[0]
        labels.append(rest[1 : 1 + length].decode("ascii", "replace"))
        rest = rest[1 + length :]
    return _octet(parts.get(_PDP_CONTEXT_ID)) or 0, ".".join(labels)
