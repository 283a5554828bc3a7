"""The buckets of accounts that are rated again: given back, cleared of what is empty, and matched with what stood."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tandem.bss.charging.rules.core import layout
from tandem.bss.charging.rules.core.book import buckets_of
from tandem.bss.charging.rules.core.layout import Buckets, Subjects
from tandem.bss.charging.rules.core.rows import Table
from tandem.bss.charging.rules.replay.standing import KEPT_MOVES, Moves

Numbers = NDArray[np.int64]
_NUMBER_BITS: Final = 32
_BOUGHT: Final = (layout.GRANTED, layout.MONEY)
"""Kinds that somebody gave: they stay when nothing is taken from them."""
_SAME: Final = ("term", "kind", "start_us", "end_us")
"""By which an instance is the same as another of its owner."""


@dataclass
class Reopened:
    """Buckets as if some charges had never been.

    Shape: `stood` every loaded row as it stood; `buckets` those that the core goes on with; `cleared` the places in
    `stood` of those that had nothing left taken from them and are granted anew; `unknown` which moves are of no row.
    """

    stood: Table
    buckets: Buckets
    cleared: Numbers
    unknown: NDArray[np.bool_]


def reopened(buckets: Buckets, subjects: Subjects, moves: Moves, accounts: Numbers) -> Reopened:
    """Take moves back. Shape: `accounts` by move."""
    stood = buckets.filled.copy()
    rows = stood.copy()
    rows["is_new"] = rows["is_changed"] = 0
    places = _places(_codes(accounts_of(rows, subjects), rows["key"]), _codes(accounts, moves.n))
    known = places >= 0
    for what, name in zip(KEPT_MOVES, ("used", "moved"), strict=True):
        chosen = known & (moves.what == what)
        np.subtract.at(rows[name], places[chosen], moves.taken[chosen])
    is_cleared = np.zeros(len(rows), bool)
    is_cleared[places[known]] = True
    is_cleared |= _carried_back(rows, stood)
    is_cleared &= _is_empty(rows) & ~np.isin(rows["kind"], _BOUGHT)
    opened = buckets_of(rows[~is_cleared], subjects=len(subjects.rows), accounts=subjects.accounts, room=len(rows) + 64)
    return Reopened(stood, opened, np.flatnonzero(is_cleared), ~known)


def _is_empty(rows: Table) -> NDArray[np.bool_]:
    untaken = (rows["used"] == 0) & (rows["moved"] == 0) & (rows["reserved"] == 0)
    found: NDArray[np.bool_] = untaken & (rows["consent"] == 0)
    return found


def _carried_back(rows: Table, stood: Table) -> NDArray[np.bool_]:
    """What was carried over goes with the use that carried it; where something else was taken from it meanwhile, it
    stays, and so does what it was carried from.
    """
    given = np.flatnonzero(rows["moved"] != stood["moved"])
    carried = np.flatnonzero(rows["kind"] == layout.CARRIED)
    found = np.zeros(len(rows), bool)
    if not len(given) or not len(carried):
        return found
    ends = np.stack([_owners(rows[given]), rows["term"][given], rows["end_us"][given]], axis=1)
    starts = np.stack([_owners(rows[carried]), rows["term"][carried], rows["start_us"][carried]], axis=1)
    _, codes = np.unique(np.concatenate([ends, starts]), axis=0, return_inverse=True)
    codes = codes.reshape(-1)
    of_ends, of_starts = codes[: len(given)], codes[len(given) :]
    is_used = rows["used"][carried] != 0
    stays = np.isin(of_ends, of_starts[is_used])
    rows["moved"][given[stays]] = stood["moved"][given[stays]]
    found[carried[np.isin(of_starts, of_ends)]] = True
    return found


def accounts_of(rows: Table, subjects: Subjects) -> Numbers:
    """The account of each bucket, by its place."""
    of_subject = subjects.rows["account"][np.maximum(rows["subject"], 0)]
    return np.where(rows["subject"] < 0, rows["account"], of_subject).astype(np.int64)


def _codes(accounts: Numbers, numbers: Numbers) -> Numbers:
    return (accounts.astype(np.int64) << _NUMBER_BITS) | numbers


def _places(known: Numbers, asked: Numbers) -> Numbers:
    """Where what is asked stands among what is known, -1 where it does not."""
    if not len(known):
        return np.full(len(asked), layout.NONE)
    order = np.argsort(known, kind="stable")
    at = np.minimum(np.searchsorted(known[order], asked), len(known) - 1)
    found: Numbers = np.where(known[order][at] == asked, order[at], layout.NONE)
    return found


@dataclass(frozen=True)
class Settled:
    """How buckets stand after rating again. Shape: `rows` of what stood and stands otherwise, by key and account;
    `withdrawn` of these, whether nobody was granted it again; `told` by bucket of the core, what was told before.
    """

    rows: Table
    withdrawn: NDArray[np.bool_]
    told: NDArray[np.int16]


def settled(opened: Reopened, buckets: Buckets) -> Settled:
    """Give instances that were granted anew the numbers that they had, and find what stands otherwise than it stood."""
    rows = buckets.filled
    told = np.zeros(len(rows), np.int16)
    is_new = np.flatnonzero(rows["is_new"] != 0)
    cleared = opened.stood[opened.cleared]
    places = _places(_instances(cleared, rows, first=True), _instances(cleared, rows, first=False)[is_new])
    again, origin = is_new[places >= 0], places[places >= 0]
    rows["key"][again] = cleared["key"][origin]
    rows["is_new"][again] = 0
    told[again] = cleared["told"][origin]
    rows["told"][again] = np.maximum(rows["told"][again], told[again])
    gone = np.ones(len(cleared), bool)
    gone[origin] = False
    kept = np.concatenate([_changed(opened, rows), cleared[gone]])
    withdrawn = np.zeros(len(kept), bool)
    withdrawn[len(kept) - int(gone.sum()) :] = True
    for name in ("used", "moved"):
        kept[name][withdrawn] = 0
    rows["is_changed"] = 0
    return Settled(kept, withdrawn, told)


def _instances(cleared: Table, rows: Table, *, first: bool) -> Numbers:
    """A number for each instance, the same for the same one, over both tables; of one of them."""
    columns = [np.concatenate([cleared[name], rows[name]]).astype(np.int64) for name in _SAME]
    stacked = np.stack([np.concatenate([_owners(cleared), _owners(rows)]), *columns], axis=1)
    if not len(stacked):
        return np.zeros(0, np.int64)
    _, codes = np.unique(stacked, axis=0, return_inverse=True)
    codes = codes.reshape(-1).astype(np.int64)
    return codes[: len(cleared)] if first else codes[len(cleared) :]


def _changed(opened: Reopened, rows: Table) -> Table:
    """Rows that have a number and stand otherwise than they stood."""
    numbered = rows[(rows["key"] >= 0) & (rows["is_new"] == 0)]
    stood = opened.stood
    places = _places(_owned(stood), _owned(numbered))
    differs = np.zeros(len(numbered), bool)
    for name in ("used", "moved", "granted", "told"):
        differs |= numbered[name] != stood[name][places]
    found: Table = numbered[differs]
    return found


def _owned(rows: Table) -> Numbers:
    found: Numbers = (_owners(rows) << _NUMBER_BITS) | rows["key"]
    return found


def _owners(rows: Table) -> Numbers:
    """A number for each product, and a negative one for each account."""
    return np.where(rows["subject"] < 0, -1 - rows["account"].astype(np.int64), rows["subject"].astype(np.int64))
