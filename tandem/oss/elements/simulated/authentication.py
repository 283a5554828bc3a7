"""Authentication vectors of the simulated register.

It computes MILENAGE and the test algorithm XOR. COMP128 was never published by its owners and is not computed: a SIM
that has nothing else gets no vectors here, where the real register gives them.
"""

from __future__ import annotations

import os
from typing import Final

from tandem.oss.elements.protocols.gsup import AuthVector
from tandem.oss.elements.simulated.milenage import Milenage
from tandem.oss.elements.simulated.subscribers import Row

VECTORS: Final = 5
_AMF: Final = b"\0\0"


def vectors_for(row: Row, slot: int) -> tuple[list[AuthVector], int]:
    """Five vectors and the sequence number that the last one used; none where there is no key that we can use."""
    sqn, vectors = row.aud3g_sqn, []
    for _ in range(VECTORS):
        rand = os.urandom(16)
        vector = AuthVector(rand)
        if row.aud3g_algo:
            sqn = next_sqn(sqn, row.aud3g_ind_bitlen, slot)
            vector = _umts(_milenage(row), rand, sqn)
        if row.aud2g_algo == "XOR":
            sres, kc = xor_gsm(bytes.fromhex(row.aud2g_ki), rand)
            vector = vector._replace(sres=sres, kc=kc)
        if vector.generations:
            vectors.append(vector)
    return vectors, sqn


def next_sqn(sqn: int, ind_bits: int, slot: int) -> int:
    """The next number of the slot's own sequence. Standard: 3GPP TS 33.102, C.1.1.1."""
    step = 1 << ind_bits
    following = (sqn + step) // step * step
    return following + slot % step


def xor_gsm(ki: bytes, rand: bytes) -> tuple[bytes, bytes]:
    """SRES and Kc of the test algorithm. Standard: 3GPP TS 34.108, 8.1.2, folded by TS 33.102, 6.8.1.2."""
    mixed = bytes(one ^ other for one, other in zip(ki, rand, strict=True))
    keys = mixed[1:] + mixed[:1] + mixed[2:] + mixed[:2]
    kc = bytes(keys[at] ^ keys[at + 8] ^ keys[at + 16] ^ keys[at + 24] for at in range(8))
    return bytes(mixed[at] ^ mixed[at + 4] ^ mixed[at + 8] ^ mixed[at + 12] for at in range(4)), kc


def _milenage(row: Row) -> Milenage:
    k = bytes.fromhex(row.aud3g_k)
    if row.aud3g_op:
        return Milenage.from_op(k, bytes.fromhex(row.aud3g_op))
    return Milenage(k, bytes.fromhex(row.aud3g_opc))


def _umts(milenage: Milenage, rand: bytes, sqn: int) -> AuthVector:
    answers = milenage.f2345(rand)
    sres, kc = milenage.gsm(rand)
    autn = milenage.autn(rand, sqn.to_bytes(6, "big"), _AMF)
    return AuthVector(rand, sres=sres, kc=kc, ik=answers.ik, ck=answers.ck, autn=autn, res=answers.res)
