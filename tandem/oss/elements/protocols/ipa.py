"""IPA framing, as Osmocom's programs use it over TCP: length, stream, payload; and the few messages of its own.

Standard: OsmoHLR user manual, chapter "IPA Multiplex" (no standard body's document exists).
Shape: length (2 octets, big endian, of the payload), stream (1 octet), payload. Stream 0xee carries an extension octet
first: 0x00 CTRL, 0x05 GSUP. Stream 0xfe is the link's own: ping, identity.
"""

from __future__ import annotations

import struct
from typing import Final, NamedTuple

from tandem.oss.elements.protocols.errors import Garbled

HEADER_OCTETS: Final = 3
LONGEST_PAYLOAD: Final = 0xFFFF

LINK: Final = 0xFE
EXTENDED: Final = 0xEE
CTRL: Final = 0x00
GSUP: Final = 0x05

PING: Final = 0x00
PONG: Final = 0x01
IDENTITY_REQUEST: Final = 0x04
IDENTITY_RESPONSE: Final = 0x05
IDENTITY_ACK: Final = 0x06

_HEADER = struct.Struct(">HB")
_TAGGED = struct.Struct(">HB")
_SERIAL_NUMBER, _UNIT_NAME, _UNIT_ID = 0x00, 0x01, 0x08
# What osmo-hlr asks of a peer, octet by octet: unit id, MAC, two locations, type, version, unit name, serial number.
_IDENTITY_QUESTION = bytes.fromhex("0401080107010201030104010501010100")


class Frame(NamedTuple):
    """One frame: its stream and its payload."""

    stream: int
    payload: bytes

    def extended(self, extension: int) -> bytes | None:
        """The message within, if the frame carries that extension; else None."""
        if self.stream == EXTENDED and self.payload[:1] == bytes([extension]):
            return self.payload[1:]
        return None


def encode_frame(frame: Frame) -> bytes:
    """The frame's octets. Raises: Garbled where the payload is too long for the length field."""
    if len(frame.payload) > LONGEST_PAYLOAD:
        raise Garbled("the payload is too long for one frame", octets=len(frame.payload))
    return _HEADER.pack(len(frame.payload), frame.stream) + frame.payload


def extended_frame(extension: int, message: bytes) -> Frame:
    """A frame that carries a message of an extension."""
    return Frame(EXTENDED, bytes([extension]) + message)


def payload_octets(header: bytes) -> int:
    """How many octets follow a frame's header."""
    length: int = _HEADER.unpack(header)[0]
    return length


class Deframer:
    """Gathers octets as they come and gives frames when they are whole."""

    def __init__(self) -> None:
        self._gathered = bytearray()

    def feed(self, octets: bytes) -> list[Frame]:
        """The frames that these octets completed, in order."""
        self._gathered += octets
        frames = []
        while len(self._gathered) >= HEADER_OCTETS:
            length, stream = _HEADER.unpack_from(self._gathered)
            end = HEADER_OCTETS + length
            if len(self._gathered) < end:
                break
            frames.append(Frame(stream, bytes(self._gathered[HEADER_OCTETS:end])))
            del self._gathered[:end]
        return frames

    @property
    def is_between_frames(self) -> bool:
        """Whether nothing of an unfinished frame is held."""
        return not self._gathered


def identity_request() -> Frame:
    """The question with which a server greets a peer."""
    return Frame(LINK, _IDENTITY_QUESTION)


def identity_response(name: str) -> Frame:
    """Who we are. A register keeps peers apart by this name: two links with one name get each other's answers."""
    octets = name.encode("ascii")
    items = ((_UNIT_ID, b"0/0/0"), (_UNIT_NAME, octets), (_SERIAL_NUMBER, octets))
    body = b"".join(_TAGGED.pack(len(value) + 2, tag) + value + b"\0" for tag, value in items)
    return Frame(LINK, bytes([IDENTITY_RESPONSE]) + body)


def read_identity(payload: bytes) -> str:
    """The peer's name out of its identity response. Raises: Garbled."""
    offset = 1
    while offset + _TAGGED.size <= len(payload):
        length, tag = _TAGGED.unpack_from(payload, offset)
        value = payload[offset + _TAGGED.size : offset + 2 + length]
        if length < 1 or len(value) != length - 1:
            break
        if tag == _SERIAL_NUMBER:
            return value.rstrip(b"\0").decode("ascii", "replace")
        offset += 2 + length
    raise Garbled("the peer does not say who it is")
