"""RADIUS packets as octets, with the proofs that both sides know the secret.

Standards: RFC 2866 clause 3, RFC 2869 clause 5.14, RFC 5176 clause 2.3, RFC 5997 clause 3.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from ipaddress import ip_address
from typing import Final, NamedTuple

ACCOUNTING_REQUEST: Final = 4
ACCOUNTING_RESPONSE: Final = 5
STATUS_SERVER: Final = 12
DISCONNECT_REQUEST: Final = 40
DISCONNECT_ACK: Final = 41
DISCONNECT_NAK: Final = 42

USER_NAME: Final = 1
NAS_IP_ADDRESS: Final = 4
NAS_PORT: Final = 5
FRAMED_IP_ADDRESS: Final = 8
CLASS: Final = 25
CALLED_STATION_ID: Final = 30
CALLING_STATION_ID: Final = 31
NAS_IDENTIFIER: Final = 32
PROXY_STATE: Final = 33
ACCT_STATUS_TYPE: Final = 40
ACCT_DELAY_TIME: Final = 41
ACCT_INPUT_OCTETS: Final = 42
ACCT_OUTPUT_OCTETS: Final = 43
ACCT_SESSION_ID: Final = 44
ACCT_SESSION_TIME: Final = 46
ACCT_TERMINATE_CAUSE: Final = 49
ACCT_MULTI_SESSION_ID: Final = 50
ACCT_INPUT_GIGAWORDS: Final = 52
ACCT_OUTPUT_GIGAWORDS: Final = 53
EVENT_TIMESTAMP: Final = 55
MESSAGE_AUTHENTICATOR: Final = 80
NAS_PORT_ID: Final = 87
NAS_IPV6_ADDRESS: Final = 95
FRAMED_IPV6_PREFIX: Final = 97
ERROR_CAUSE: Final = 101
DELEGATED_IPV6_PREFIX: Final = 123

_HEADER_LENGTH: Final = 20
_NO_AUTHENTICATOR: Final = bytes(16)
MOST_OCTETS: Final = 4096

Attributes = dict[int, list[bytes]]


class Packet(NamedTuple):
    """One packet. `octets` are all of it, without what a datagram may have behind it."""

    code: int
    identifier: int
    authenticator: bytes
    attributes: Attributes
    octets: bytes


def read_packet(datagram: bytes) -> Packet | None:
    """A packet; `None` when it is none, which is passed over in silence. Standard: RFC 2866 clause 3."""
    if len(datagram) < _HEADER_LENGTH:
        return None
    length = int.from_bytes(datagram[2:4])
    if not _HEADER_LENGTH <= length <= min(len(datagram), MOST_OCTETS):
        return None
    octets = datagram[:length]
    attributes: Attributes = {}
    start = _HEADER_LENGTH
    while start < length:
        size = octets[start + 1] if start + 2 <= length else 0
        if size < 2 or start + size > length:
            return None
        attributes.setdefault(octets[start], []).append(octets[start + 2 : start + size])
        start += size
    return Packet(octets[0], octets[1], octets[4:20], attributes, octets)


def is_genuine(packet: Packet, secret: bytes) -> bool:
    """Whether who sent a request knows the secret.

    Accounting and disconnecting prove it by their authenticator, Status-Server by its attribute alone; where the
    attribute is there it must be right in any case.
    """
    if packet.code != STATUS_SERVER:
        expected = _proof(packet.octets, _NO_AUTHENTICATOR, secret)
        if not hmac.compare_digest(packet.authenticator, expected):
            return False
    elif MESSAGE_AUTHENTICATOR not in packet.attributes:
        return False
    return _is_attribute_right(packet, secret)


def _is_attribute_right(packet: Packet, secret: bytes) -> bool:
    given = packet.attributes.get(MESSAGE_AUTHENTICATOR)
    if given is None:
        return True
    authenticator = packet.authenticator if packet.code == STATUS_SERVER else _NO_AUTHENTICATOR
    blank = packet.octets[:4] + authenticator + _without_proof(packet.octets[_HEADER_LENGTH:])
    return hmac.compare_digest(given[0], hmac.new(secret, blank, hashlib.md5).digest())


def _without_proof(attributes: bytes) -> bytes:
    """Attributes with zeros where the Message-Authenticator stands."""
    start, blank = 0, bytearray(attributes)
    while start < len(attributes):
        size = attributes[start + 1]
        if attributes[start] == MESSAGE_AUTHENTICATOR:
            blank[start + 2 : start + size] = bytes(size - 2)
        start += size
    return bytes(blank)


def is_answer_to(packet: Packet, request: bytes, secret: bytes) -> bool:
    """Whether a response is the one to our request, from somebody who knows the secret."""
    return packet.identifier == request[1] and hmac.compare_digest(
        packet.authenticator, _proof(packet.octets, request[4:20], secret)
    )


def _proof(octets: bytes, authenticator: bytes, secret: bytes) -> bytes:
    return hashlib.md5(octets[:4] + authenticator + octets[_HEADER_LENGTH:] + secret).digest()


def attribute(kind: int, value: bytes) -> bytes:
    """One attribute."""
    return bytes((kind, len(value) + 2)) + value


def nas_attribute(nas: str) -> bytes:
    """A NAS by its address where it is one, else by its name."""
    try:
        address = ip_address(nas)
    except ValueError:
        return attribute(NAS_IDENTIFIER, nas.encode())
    return attribute(NAS_IP_ADDRESS if address.version == 4 else NAS_IPV6_ADDRESS, address.packed)


def write_response(request: Packet, secret: bytes) -> bytes:
    """Accounting-Response: taken, and durable. It has nothing but what proxies want back."""
    states = request.attributes.get(PROXY_STATE, [])
    return _sealed(
        ACCOUNTING_RESPONSE,
        request.identifier,
        (attribute(PROXY_STATE, state) for state in states),
        authenticator=request.authenticator,
        secret=secret,
    )


def write_request(code: int, identifier: int, attributes: Iterable[bytes], secret: bytes) -> bytes:
    """A request whose authenticator is the proof: accounting or disconnecting."""
    return _sealed(code, identifier, attributes, authenticator=_NO_AUTHENTICATOR, secret=secret)


def _sealed(code: int, identifier: int, attributes: Iterable[bytes], *, authenticator: bytes, secret: bytes) -> bytes:
    body = b"".join(attributes)
    head = bytes((code, identifier)) + (_HEADER_LENGTH + len(body)).to_bytes(2)
    return head + _proof(head + authenticator + body, authenticator, secret) + body
