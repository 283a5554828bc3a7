"""A batch cut into parts that know nothing of one another, so that a cluster engine can rate them side by side.

The cut is by account: its products share its pools, money and limits. Subjects and accounts are numbered anew in each
part; what a part came to is put back in its place by `Part.uses` and `Part.subjects`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tandem.bss.charging.rules.core.book import buckets_of
from tandem.bss.charging.rules.core.law import Compiled
from tandem.bss.charging.rules.core.layout import NONE, Buckets, Calendar, Rated, Subjects, Uses
from tandem.bss.charging.rules.core.running import rate


@dataclass(slots=True)
class Part:
    """One part of a batch. Shape: `use_rows` and `subject_rows` are the places in the whole."""

    subjects: Subjects
    uses: Uses
    buckets: Buckets
    use_rows: NDArray[np.int64]
    subject_rows: NDArray[np.int64]

    def rate(self, compiled: Compiled, calendar: Calendar) -> Rated:
        """What each use of the part costs; moves the part's buckets."""
        return rate(compiled, calendar, self.subjects, self.uses, self.buckets)


def parts_of(subjects: Subjects, uses: Uses, buckets: Buckets, *, count: int) -> Iterator[Part]:
    """The parts of a batch, by account. Shape: whole uses in their order, without sessions between slices."""
    part_of_account = np.arange(subjects.accounts) % count
    part_of_subject = part_of_account[subjects.rows["account"]]
    for number in range(count):
        yield _part(subjects, uses, buckets, (part_of_account == number, part_of_subject == number))


def _part(subjects: Subjects, uses: Uses, buckets: Buckets, mine: tuple[NDArray[np.bool_], NDArray[np.bool_]]) -> Part:
    accounts, of_subject = mine
    account_numbers, subject_numbers = _numbers(accounts), _numbers(of_subject)
    subject_rows, use_rows = np.flatnonzero(of_subject), np.flatnonzero(of_subject[uses.rows["subject"]])
    chosen_subjects, chosen_uses = subjects.rows[subject_rows], uses.rows[use_rows]
    chosen_subjects["account"] = account_numbers[chosen_subjects["account"]]
    chosen_uses["subject"] = subject_numbers[chosen_uses["subject"]]
    filled = buckets.filled
    owned = np.where(filled["subject"] != NONE, of_subject[filled["subject"]], accounts[filled["account"]])
    chosen = filled[owned.astype(bool)]
    for name, numbers in (("subject", subject_numbers), ("account", account_numbers)):
        chosen[name] = np.where(chosen[name] == NONE, NONE, numbers[chosen[name]])
    made = buckets_of(
        chosen, subjects=len(subject_rows), accounts=int(accounts.sum()), room=len(buckets.rows) - buckets.count + 64
    )
    return Part(Subjects(chosen_subjects, int(accounts.sum())), Uses(chosen_uses), made, use_rows, subject_rows)


def _numbers(mine: NDArray[np.bool_]) -> NDArray[np.int32]:
    """The number within the part of each that is in it."""
    return np.cumsum(mine, dtype=np.int32) - 1
