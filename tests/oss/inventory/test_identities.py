"""Numbers, cards and keys by their standards' forms."""

from __future__ import annotations

import pytest

from tandem.oss.inventory.rules.identities import luhn_digit, read_iccid, read_imsi, read_key, read_msisdn
from tandem.oss.inventory.rules.imports import LONGEST_RANGE, numbers_between, read_numbers, read_sims
from tandem.oss.inventory.terms import IdentityInvalid, RangeInvalid
from tests.oss.inventory.stock import KI, OPC, card, iccid


@pytest.mark.parametrize("text", ["353890000001", "+353 89 000 0001", " +353-89-(000).0001 "])
def test_a_number_is_read_in_every_writing(text: str) -> None:
    assert read_msisdn(text) == "353890000001"


@pytest.mark.parametrize("text", ["", "0890000001", "12345", "1234567890123456", "+353x", "353890000001\n0"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(IdentityInvalid):
        read_msisdn(text)


def test_the_check_digit_of_a_card_is_verified() -> None:
    # ITU-T E.118 cards end in a Luhn digit; 7992739871 with 3 is the textbook example.
    assert luhn_digit("7992739871") == "3"
    good = "893539900000000001" + luhn_digit("893539900000000001")
    assert read_iccid(good) == good
    bad = good[:-1] + str((int(good[-1]) + 1) % 10)
    with pytest.raises(IdentityInvalid):
        read_iccid(bad)
    assert read_iccid("89353990000000000012") == "89353990000000000012"


@pytest.mark.parametrize("text", ["", "8935399", "7935399000000000010", "89353990000000000A1"])
def test_what_is_no_card_is_refused(text: str) -> None:
    with pytest.raises(IdentityInvalid):
        read_iccid(text)


def test_a_refused_key_is_not_repeated() -> None:
    assert read_key(" 00112233445566778899aabbccddeeff ", "ki") == KI
    with pytest.raises(IdentityInvalid) as refusal:
        read_key("0011", "ki")
    assert "0011" not in str(refusal.value)


def test_an_imsi_has_14_or_15_digits() -> None:
    assert read_imsi("001010000000001") == "001010000000001"
    for text in ("0010100000000", "0010100000000011", "00101000000000x"):
        with pytest.raises(IdentityInvalid):
            read_imsi(text)


def test_a_range_holds_both_ends() -> None:
    assert numbers_between("353890000008", "353890000011") == [
        "353890000008",
        "353890000009",
        "353890000010",
        "353890000011",
    ]


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("353890000002", "353890000001"),
        ("99999999", "100000000"),
        ("353890000000", str(353890000000 + LONGEST_RANGE)),
    ],
)
def test_what_is_no_range_is_refused(first: str, last: str) -> None:
    with pytest.raises(RangeInvalid):
        numbers_between(first, last)


def test_lines_of_numbers_skip_headings_blanks_and_comments() -> None:
    taken, rejected = read_numbers(["first,last", "", "# ours", "353890000001,353890000002", "353890000009"])
    assert taken == [(4, "353890000001"), (4, "353890000002"), (5, "353890000009")]
    assert rejected == []


def test_a_card_line_never_shows_its_keys() -> None:
    taken, rejected = read_sims([card(1)])
    assert (taken[0].ki, taken[0].opc, rejected) == (KI, OPC, [])
    assert KI not in repr(taken) and OPC not in repr(taken)
    assert taken[0].iccid == iccid(1)
