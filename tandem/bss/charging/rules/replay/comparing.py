"""Which uses come out otherwise when they are rated again: by their parts and what these moved, to the unit."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tandem.bss.charging.rules.core.layout import Buckets, Rated
from tandem.bss.charging.rules.replay.standing import KEPT_MOVES, Moves, Numbers, Standing

_SAME: Final = {
    "quantity": "raw",
    "charged": "counted",
    "amount": "amount",
    "waived": "waived",
    "invoiced": "invoiced",
    "unpaid": "unpaid",
    "source": "source",
}
"""Columns of a charge and of a part that say the same."""


def differing(standing: Standing, rated: Rated, buckets: Buckets, terms: Numbers) -> NDArray[np.bool_]:
    """By use, whether it comes out otherwise. Shape: `terms`, the core's term of each charge, -2 for none of its.

    Where a bucket stood before a move is not compared: that follows from the uses before.
    """
    counts = np.bincount(rated.parts["use"], minlength=standing.uses)
    old = np.diff(standing.first)
    differs: NDArray[np.bool_] = counts != old
    differs |= rated.outcomes != 0
    rows = np.flatnonzero(~np.repeat(differs, old))
    use = standing.use_of[rows]
    first_new = np.cumsum(counts) - counts
    parts = first_new[use] + rows - standing.first[use]
    unlike = rated.parts["term"][parts] != terms[rows]
    for charge, part in _SAME.items():
        unlike |= standing.numbers[charge][rows] != rated.parts[part][parts]
    differs[use[unlike]] = True
    new = moved_by(rated, buckets)
    differs[_unlike_moves(standing, new, (rows, parts), len(rated.parts))] = True
    return differs


def by_last_part(rated: Rated) -> Rated:
    """Limits are counted behind the parts of a piece: they stand by the last one, as they are kept."""
    moves = rated.moves.copy()
    last = np.searchsorted(rated.parts["use"], moves["use"], side="right") - 1
    moves["part"] = np.minimum(moves["part"], last)
    return replace(rated, moves=moves)


def moved_by(rated: Rated, buckets: Buckets) -> Moves:
    """What parts moved, as moves of charges. Shape: `n` is -1 of a bucket that has no number yet."""
    rows = rated.moves[(rated.moves["part"] >= 0) & np.isin(rated.moves["what"], KEPT_MOVES)]
    rows = rows[np.argsort(rows["part"], kind="stable")]
    numbers = buckets.filled["key"][rows["bucket"]]
    columns = (rows["part"], numbers, rows["what"], rows["taken"], rows["before"])
    return Moves(*(column.astype(np.int64) for column in columns))


def _unlike_moves(standing: Standing, new: Moves, pairs: tuple[Numbers, Numbers], parts: int) -> Numbers:
    """The uses of charges that did not move what their parts move."""
    rows, of_rows = pairs
    old = standing.moves.of(np.isin(standing.moves.what, KEPT_MOVES))
    old_counts = np.bincount(old.row, minlength=len(standing.use_of))
    new_counts = np.bincount(new.row, minlength=parts)
    unlike = old_counts[rows] != new_counts[of_rows]
    found = [rows[unlike]]
    alike, of_alike = rows[~unlike], of_rows[~unlike]
    sizes = old_counts[alike]
    within = np.arange(int(sizes.sum())) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    a = np.repeat((np.cumsum(old_counts) - old_counts)[alike], sizes) + within
    b = np.repeat((np.cumsum(new_counts) - new_counts)[of_alike], sizes) + within
    wrong = (old.n[a] != new.n[b]) | (old.what[a] != new.what[b]) | (old.taken[a] != new.taken[b])
    found.append(np.repeat(alike, sizes)[wrong])
    uses: Numbers = standing.use_of[np.concatenate(found)]
    return uses
