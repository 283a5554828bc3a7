"""MILENAGE: what a 3G SIM and its home compute from a shared key and a challenge.

Standard: 3GPP TS 35.206, 4.1 (f1 to f5*), with the constants of 4.1; GSM answers by TS 33.102, 6.8.1.2 (c2, c3).
Units: all values are octets: 16 for keys, challenge and OPc, 6 for SQN and AK, 2 for AMF, 8 for MAC and RES.
"""

from __future__ import annotations

from typing import NamedTuple

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

_BLOCK = 16
# (rotation in octets, last octet of the added constant) of OUT1 to OUT5, which give f1/f1*, f2/f5, f3, f4, f5*.
_OUT1, _OUT2, _OUT3, _OUT4, _OUT5 = (8, 0), (0, 1), (4, 2), (8, 4), (12, 8)


class Answers(NamedTuple):
    """What a SIM gives to a challenge: f2 to f5."""

    res: bytes
    ck: bytes
    ik: bytes
    ak: bytes


class Milenage:
    """The functions under one key."""

    def __init__(self, k: bytes, opc: bytes) -> None:
        # The algorithm is defined on single blocks of the cipher, and for one block that is what ECB means.
        self._cipher = Cipher(algorithms.AES(k), modes.ECB())
        self._opc = opc

    @classmethod
    def from_op(cls, k: bytes, op: bytes) -> Milenage:
        """Under the operator's own variant. Standard: TS 35.206, 4.1 (OPc)."""
        return cls(k, derive_opc(k, op))

    def f1(self, rand: bytes, sqn: bytes, amf: bytes) -> tuple[bytes, bytes]:
        """The network's authentication code and the one for resynchronisation (MAC-A, MAC-S)."""
        repeated = (sqn + amf) * 2
        rotated = _rotate(_xor(repeated, self._opc), _OUT1[0])
        out = _xor(self._encrypt(_xor(self._challenge(rand), rotated)), self._opc)
        return out[:8], out[8:]

    def f2345(self, rand: bytes) -> Answers:
        """The SIM's answer, the keys for encryption and integrity, and the mask of the sequence number."""
        out2 = self._out(rand, _OUT2)
        return Answers(res=out2[8:], ck=self._out(rand, _OUT3), ik=self._out(rand, _OUT4), ak=out2[:6])

    def f5_star(self, rand: bytes) -> bytes:
        """The mask of the sequence number for resynchronisation."""
        return self._out(rand, _OUT5)[:6]

    def autn(self, rand: bytes, sqn: bytes, amf: bytes) -> bytes:
        """The token by which the SIM knows its home: masked SQN, AMF, MAC-A. Standard: TS 33.102, 6.3.2."""
        return _xor(sqn, self.f2345(rand).ak) + amf + self.f1(rand, sqn, amf)[0]

    def gsm(self, rand: bytes) -> tuple[bytes, bytes]:
        """SRES and Kc for a GSM network."""
        answers = self.f2345(rand)
        keys = answers.ck + answers.ik
        kc = bytes(keys[at] ^ keys[at + 8] ^ keys[at + 16] ^ keys[at + 24] for at in range(8))
        return _xor(answers.res[:4], answers.res[4:]), kc

    def _challenge(self, rand: bytes) -> bytes:
        return self._encrypt(_xor(rand, self._opc))

    def _out(self, rand: bytes, constants: tuple[int, int]) -> bytes:
        rotation, constant = constants
        rotated = bytearray(_rotate(_xor(self._challenge(rand), self._opc), rotation))
        rotated[-1] ^= constant
        return _xor(self._encrypt(bytes(rotated)), self._opc)

    def _encrypt(self, block: bytes) -> bytes:
        encryptor = self._cipher.encryptor()
        return encryptor.update(block) + encryptor.finalize()


def derive_opc(k: bytes, op: bytes) -> bytes:
    """The SIM's own variant OPc, out of the operator's OP."""
    encryptor = Cipher(algorithms.AES(k), modes.ECB()).encryptor()
    return _xor(encryptor.update(op) + encryptor.finalize(), op)


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(one ^ other for one, other in zip(left, right, strict=True))


def _rotate(block: bytes, octets: int) -> bytes:
    """To the left."""
    return block[octets:] + block[:octets]
