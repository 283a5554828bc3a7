"""RADIUS packets: worked ones, forged ones, and any octets."""

from __future__ import annotations

import hashlib
import hmac

from hypothesis import given
from hypothesis import strategies as st

from tandem.bss.charging.rules.radius import packets as p

SECRET = b"s3cret"
# An interim report assembled by hand; its authenticator is the MD5 of the packet with sixteen zeros, then the secret.
INTERIM = bytes.fromhex(
    "04 07 005d 6be8cef25dbf073278a09cf4bc65b03a"
    "28 06 00000003"  # Acct-Status-Type Interim-Update
    "2c 0a 3030303030413137"  # Acct-Session-Id "00000A17"
    "01 0f 6c696e653137406973702e6578"  # User-Name "line17@isp.ex"
    "20 06 626e6731"  # NAS-Identifier "bng1"
    "2e 06 00000e10"  # Acct-Session-Time 3600
    "2a 06 00100000"  # Acct-Input-Octets 1,048,576
    "2b 06 00200000"  # Acct-Output-Octets 2,097,152
    "34 06 00000001"  # Acct-Input-Gigawords 1
    "35 06 00000000"  # Acct-Output-Gigawords 0
    "37 06 6b056002"  # Event-Timestamp 1,795,514,370: 2026-11-24T09:59:30Z
)
RESPONSE = bytes.fromhex("05 07 0014 adb2b0635843c75e5be35a41a1771904")


def _interim() -> p.Packet:
    packet = p.read_packet(INTERIM)
    assert packet is not None
    return packet


def test_a_worked_report_is_read_and_answered_to_the_octet() -> None:
    packet = _interim()
    assert (packet.code, packet.identifier) == (4, 7)
    assert packet.attributes[p.USER_NAME] == [b"line17@isp.ex"]
    assert p.is_genuine(packet, SECRET)
    assert p.write_response(packet, SECRET) == RESPONSE
    assert p.write_request(4, 7, [INTERIM[20:]], SECRET) == INTERIM


def test_who_does_not_know_the_secret_is_not_believed() -> None:
    assert not p.is_genuine(_interim(), b"other")
    forged = bytearray(INTERIM)
    forged[-1] ^= 1
    packet = p.read_packet(bytes(forged))
    assert packet is not None and not p.is_genuine(packet, SECRET)


def test_what_stands_behind_a_packet_is_padding() -> None:
    packet = p.read_packet(INTERIM + b"padding")
    assert packet is not None and packet.octets == INTERIM and p.is_genuine(packet, SECRET)


def test_proxies_get_their_states_back_in_order() -> None:
    states = p.attribute(p.PROXY_STATE, b"first"), p.attribute(p.PROXY_STATE, b"second")
    packet = p.read_packet(p.write_request(4, 9, [INTERIM[20:], *states], SECRET))
    assert packet is not None
    answer = p.write_response(packet, SECRET)
    assert answer[20:] == bytes.fromhex("2107") + b"first" + bytes.fromhex("2108") + b"second"
    proof = hashlib.md5(answer[:4] + packet.authenticator + answer[20:] + SECRET).digest()
    assert answer[4:20] == proof


def test_a_server_is_asked_for_its_status_only_with_a_proof() -> None:
    def status(proof: bytes) -> p.Packet:
        octets = bytes((12, 3)) + (38).to_bytes(2) + bytes(range(16)) + bytes((80, 18)) + proof
        packet = p.read_packet(octets)
        assert packet is not None
        return packet

    proof = hmac.new(SECRET, status(bytes(16)).octets, hashlib.md5).digest()
    assert p.is_genuine(status(proof), SECRET)
    assert not p.is_genuine(status(bytes(16)), SECRET)
    bare = p.read_packet(bytes((12, 3)) + (20).to_bytes(2) + bytes(16))
    assert bare is not None and not p.is_genuine(bare, SECRET)


@given(st.binary(max_size=120))
def test_any_octets_are_a_packet_or_none(octets: bytes) -> None:
    packet = p.read_packet(octets)
    if packet is not None:
        assert not p.is_genuine(packet, SECRET)
        assert sum(len(v) + 2 for values in packet.attributes.values() for v in values) == len(packet.octets) - 20


@given(st.lists(st.tuples(st.integers(1, 255).filter(lambda kind: kind != 80), st.binary(max_size=253)), max_size=12))
def test_what_is_written_is_read_again_and_believed(attributes: list[tuple[int, bytes]]) -> None:
    packet = p.read_packet(p.write_request(4, 1, (p.attribute(*each) for each in attributes), SECRET))
    assert packet is not None and p.is_genuine(packet, SECRET)
    expected: dict[int, list[bytes]] = {}
    for kind, value in attributes:
        expected.setdefault(kind, []).append(value)
    assert packet.attributes == expected
