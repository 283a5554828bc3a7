"""MILENAGE and the vectors made of it, against the published test sets."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from tandem.oss.elements.simulated.authentication import next_sqn, vectors_for, xor_gsm
from tandem.oss.elements.simulated.milenage import Milenage, derive_opc
from tandem.oss.elements.simulated.subscribers import Row


class Published(NamedTuple):
    """One test set of 3GPP TS 35.208, 4.3 to 4.8; GSM values of clause 5 where we have them."""

    k: str
    rand: str
    sqn: str
    amf: str
    op: str
    opc: str
    f1: str
    f1_star: str
    f2: str
    f3: str
    f4: str
    f5: str
    f5_star: str


SETS = [
    Published(
        k="465b5ce8b199b49faa5f0a2ee238a6bc",
        rand="23553cbe9637a89d218ae64dae47bf35",
        sqn="ff9bb4d0b607",
        amf="b9b9",
        op="cdc202d5123e20f62b6d676ac72cb318",
        opc="cd63cb71954a9f4e48a5994e37a02baf",
        f1="4a9ffac354dfafb3",
        f1_star="01cfaf9ec4e871e9",
        f2="a54211d5e3ba50bf",
        f3="b40ba9a3c58b2a05bbf0d987b21bf8cb",
        f4="f769bcd751044604127672711c6d3441",
        f5="aa689c648370",
        f5_star="451e8beca43b",
    ),
    Published(
        k="fec86ba6eb707ed08905757b1bb44b8f",
        rand="9f7c8d021accf4db213ccff0c7f71a6a",
        sqn="9d0277595ffc",
        amf="725c",
        op="dbc59adcb6f9a0ef735477b7fadf8374",
        opc="1006020f0a478bf6b699f15c062e42b3",
        f1="9cabc3e99baf7281",
        f1_star="95814ba2b3044324",
        f2="8011c48c0c214ed2",
        f3="5dbdbb2954e8f3cde665b046179a5098",
        f4="59a92d3b476a0443487055cf88b2307b",
        f5="33484dc2136b",
        f5_star="deacdd848cc6",
    ),
    Published(
        k="9e5944aea94b81165c82fbf9f32db751",
        rand="ce83dbc54ac0274a157c17f80d017bd6",
        sqn="0b604a81eca8",
        amf="9e09",
        op="223014c5806694c007ca1eeef57f004f",
        opc="a64a507ae1a2a98bb88eb4210135dc87",
        f1="74a58220cba84c49",
        f1_star="ac2cc74a96871837",
        f2="f365cd683cd92e96",
        f3="e203edb3971574f5a94b0d61b816345d",
        f4="0c4524adeac041c4dd830d20854fc46b",
        f5="f0b9c08ad02e",
        f5_star="6085a86c6f63",
    ),
]


def octets(digits: str) -> bytes:
    return bytes.fromhex(digits)


@pytest.mark.parametrize("published", SETS, ids=["set-1", "set-3", "set-4"])
def test_milenage_gives_the_published_values(published: Published) -> None:
    k, rand, sqn, amf = (octets(part) for part in (published.k, published.rand, published.sqn, published.amf))
    assert derive_opc(k, octets(published.op)) == octets(published.opc)
    milenage = Milenage(k, octets(published.opc))
    mac_a, mac_s = milenage.f1(rand, sqn, amf)
    answers = milenage.f2345(rand)
    assert (mac_a.hex(), mac_s.hex()) == (published.f1, published.f1_star)
    assert [part.hex() for part in answers] == [published.f2, published.f3, published.f4, published.f5]
    assert milenage.f5_star(rand).hex() == published.f5_star
    masked = bytes(one ^ other for one, other in zip(sqn, octets(published.f5), strict=True)).hex()
    assert milenage.autn(rand, sqn, amf).hex() == masked + published.amf + published.f1


def test_the_gsm_answers_of_the_first_set_are_the_published_ones() -> None:
    milenage = Milenage(octets(SETS[0].k), octets(SETS[0].opc))
    assert [part.hex() for part in milenage.gsm(octets(SETS[0].rand))] == ["46f8416a", "eae4be823af9a08b"]


@pytest.mark.parametrize(
    ("sqn", "ind_bits", "slot", "following"),
    [(0, 5, 1, 33), (33, 5, 1, 65), (65, 5, 2, 98), (98, 5, 1, 129), (0, 5, 33, 33), (7, 0, 3, 8), (0, 7, 2, 130)],
)
def test_a_sequence_number_goes_up_and_names_its_slot(sqn: int, ind_bits: int, slot: int, following: int) -> None:
    assert next_sqn(sqn, ind_bits, slot) == following


def test_the_test_algorithm_gives_what_osmo_hlr_gave() -> None:
    """Seen from osmo-hlr 1.5.0: key 465b…, challenge key XOR 342d…"""
    ki, mixed = octets(SETS[0].k), octets("342d4c078c89f69d8b23d8e872e37c02")
    rand = bytes(one ^ other for one, other in zip(ki, mixed, strict=True))
    assert [part.hex() for part in xor_gsm(ki, rand)] == ["41641e70", "9a7b1194e01520b1"]


def test_vectors_are_five_fresh_ones_with_rising_numbers() -> None:
    row = Row(id=1, imsi="001010000000001", aud3g_algo="MILENAGE", aud3g_k=SETS[0].k, aud3g_opc=SETS[0].opc)
    vectors, sqn = vectors_for(row, slot=2)
    assert (len(vectors), sqn) == (5, 5 * 32 + 2)
    assert len({vector.rand for vector in vectors}) == 5
    assert {vector.generations for vector in vectors} == {("2G", "3G")}


def test_a_sim_that_has_only_comp128_gets_no_vectors() -> None:
    row = Row(id=1, imsi="001010000000001", aud2g_algo="COMP128v1", aud2g_ki=SETS[0].k)
    assert vectors_for(row, slot=1) == ([], 0)
