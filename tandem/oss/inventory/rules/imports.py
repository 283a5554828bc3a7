"""Reading what pools are filled from: ranges of numbers, and a card maker's list of SIMs."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from tandem.oss.inventory.rules.identities import read_iccid, read_imsi, read_key, read_msisdn
from tandem.oss.inventory.terms import IdentityInvalid, RangeInvalid, RejectedLine

LONGEST_RANGE: Final = 100_000
SIM_COLUMNS: Final = ("iccid", "imsi", "ki", "opc")


class SimLine(msgspec.Struct, frozen=True, kw_only=True):
    """One card of a card maker's list. Not shown: its keys."""

    line: int
    iccid: str
    imsi: str
    ki: str
    opc: str
    acc: str | None = None

    def __repr__(self) -> str:
        return f"SimLine(line={self.line}, iccid={self.iccid})"


def numbers_between(first: str, last: str) -> list[str]:
    """Every number from first to last, both included.

    Raises: IdentityInvalid, RangeInvalid (of different length, reversed, or longer than LONGEST_RANGE).
    """
    begin, end = read_msisdn(first), read_msisdn(last)
    if len(begin) != len(end):
        raise RangeInvalid(f"{begin} and {end} have different lengths", path="last")
    count = int(end) - int(begin) + 1
    if count < 1:
        raise RangeInvalid(f"{end} comes before {begin}", path="last")
    if count > LONGEST_RANGE:
        raise RangeInvalid(f"a range holds at most {LONGEST_RANGE} numbers, this one {count}", path="last", count=count)
    return [str(number) for number in range(int(begin), int(end) + 1)]


def read_numbers(lines: Iterable[str]) -> tuple[list[tuple[int, str]], list[RejectedLine]]:
    """The numbers of a list with their lines: each line holds one number, or the first and last of a range."""
    taken: list[tuple[int, str]] = []
    rejected: list[RejectedLine] = []
    for number, row in _rows(lines):
        try:
            taken.extend((number, msisdn) for msisdn in numbers_between(row[0], row[1] if len(row) > 1 else row[0]))
        except (IdentityInvalid, RangeInvalid) as fault:
            rejected.append(RejectedLine(line=number, reason=fault.reason))
    return _unrepeated(taken, rejected)


def read_sims(lines: Iterable[str]) -> tuple[list[SimLine], list[RejectedLine]]:
    """The cards of a list `iccid,imsi,ki,opc[,acc]`, with or without a heading; each card and subscriber once."""
    taken: list[SimLine] = []
    rejected: list[RejectedLine] = []
    seen: dict[str, int] = {}
    for number, row in _rows(lines):
        try:
            card = _card(number, row)
        except IdentityInvalid as fault:
            rejected.append(RejectedLine(line=number, reason=fault.reason))
            continue
        earlier = seen.get(card.iccid) or seen.get(card.imsi)
        if earlier:
            rejected.append(RejectedLine(line=number, reason=f"its ICCID or IMSI stands on line {earlier} already"))
            continue
        seen |= {card.iccid: number, card.imsi: number}
        taken.append(card)
    return taken, rejected


def _card(number: int, row: list[str]) -> SimLine:
    if not len(SIM_COLUMNS) <= len(row) <= len(SIM_COLUMNS) + 1:
        raise IdentityInvalid(f"{len(row)} columns where {','.join(SIM_COLUMNS)}[,acc] are asked for")
    return SimLine(
        line=number,
        iccid=read_iccid(row[0]),
        imsi=read_imsi(row[1]),
        ki=read_key(row[2], "ki"),
        opc=read_key(row[3], "opc"),
        acc=row[4].strip() or None if len(row) > len(SIM_COLUMNS) else None,
    )


def _rows(lines: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
    """Rows with their line numbers from 1, without blank lines, comments and a heading."""
    for number, row in enumerate(csv.reader(lines), 1):
        is_heading = number == 1 and row and not any(char.isdigit() for char in row[0])
        if any(cell.strip() for cell in row) and not row[0].lstrip().startswith("#") and not is_heading:
            yield number, row


def _unrepeated(
    taken: list[tuple[int, str]], rejected: list[RejectedLine]
) -> tuple[list[tuple[int, str]], list[RejectedLine]]:
    first: dict[str, int] = {}
    repeated: dict[int, tuple[str, int]] = {}
    for line, msisdn in taken:
        earlier = first.setdefault(msisdn, line)
        if earlier != line:
            repeated.setdefault(line, (msisdn, earlier))
    again = [
        RejectedLine(line=line, reason=f"{msisdn} stands on line {earlier} already")
        for line, (msisdn, earlier) in repeated.items()
    ]
    kept = [(line, msisdn) for msisdn, line in first.items() if line not in repeated]
    return kept, sorted([*rejected, *again], key=lambda one: one.line)
