"""Python values to arrays and back, for the sandbox, tests and small batches."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tandem.bss.charging.rules.core.layout import GRANTED, MONEY, NONE, BucketRow, Buckets, HeadRow
from tandem.bss.charging.rules.core.rows import Table, dtype_of, joined, table_of

MOST_DIGITS: Final = 15


def pack_digits(text: str) -> int:
    """Digits as a whole number that keeps leading zeros: four bits each (digit + 1) from the left; at most 15 of them.

    What follows the first character that is no digit is left out. No digits are 0.
    """
    packed = 0
    for place in range(MOST_DIGITS):
        digit = ord(text[place]) - 48 if place < len(text) and text[place] in "0123456789" else NONE
        if digit == NONE:
            break
        packed |= (digit + 1) << (56 - 4 * place)
    return packed


def unpack_digits(packed: int) -> str:
    """The digits of a packed number."""
    nibbles = [(packed >> shift) & 15 for shift in range(56, -1, -4)]
    return "".join(str(nibble - 1) for nibble in nibbles if nibble)


def pack_column(texts: Iterable[str]) -> NDArray[np.int64]:
    """Many numbers at once. Shape: one a text; as `pack_digits` for ASCII text."""
    fixed = np.array([text.encode()[:MOST_DIGITS] for text in texts], dtype=f"S{MOST_DIGITS}")
    digits = fixed.view(np.uint8).reshape(-1, MOST_DIGITS).astype(np.int64) - 48
    is_digit = np.logical_and.accumulate((digits >= 0) & (digits <= 9), axis=1)
    shifts = 56 - 4 * np.arange(MOST_DIGITS, dtype=np.int64)
    packed: NDArray[np.int64] = np.where(is_digit, (digits + 1) << shifts, 0).sum(axis=1)
    return packed


def buckets_of(rows: Table | Sequence[BucketRow], *, subjects: int, accounts: int, room: int = 64) -> Buckets:
    """Buckets in their chains, with room for what the core adds. Shape: `rows` of BucketRow, by row or as a table.

    A bucket of a subject stands in the chain of that subject, one without in that of its account.
    """
    filled = rows if isinstance(rows, np.ndarray) else joined(BucketRow, list(rows))
    table = np.empty(len(filled) + room, dtype_of(BucketRow))
    table[: len(filled)] = filled
    made = Buckets(table, len(filled), table_of(HeadRow, subjects), table_of(HeadRow, accounts))
    _chain(made)
    return made


def _chain(buckets: Buckets) -> None:
    """Link each owner's rows, the last of them first."""
    rows = buckets.filled
    of_account = rows["subject"] == NONE
    for heads, chosen, owner in (
        (buckets.of_subject, ~of_account, "subject"),
        (buckets.of_account, of_account, "account"),
    ):
        for name, kinds in (("granted", (GRANTED,)), ("money", (MONEY,)), ("own", None)):
            kind = rows["kind"]
            wanted = np.isin(kind, kinds) if kinds is not None else ~np.isin(kind, (GRANTED, MONEY))
            _link(rows, heads, np.flatnonzero(chosen & wanted), (owner, name))


def _link(rows: Table, heads: Table, indexes: NDArray[np.int64], names: tuple[str, str]) -> None:
    owner, head = names
    order = indexes[np.argsort(rows[owner][indexes], kind="stable")]
    owners = rows[owner][order]
    same = np.empty(len(order), bool)
    same[:1] = False
    same[1:] = owners[1:] == owners[:-1]
    rows["next"][order] = np.where(same, np.roll(order, 1), NONE)
    heads[head][owners] = order


def columns_of(table: Table) -> list[dict[str, Any]]:
    """The rows of a table by name, as plain values."""
    names = table.dtype.names or ()
    return [dict(zip(names, row, strict=True)) for row in table.tolist()]
