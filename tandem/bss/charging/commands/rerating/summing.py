"""What a replay comes to by account: figures, and a digest of every charge that is taken back or made anew."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tandem.bss.charging.commands.rerating.replaying import Replay
from tandem.bss.charging.rules import texts
from tandem.bss.charging.rules.core import layout
from tandem.bss.charging.rules.replay.buckets import accounts_of
from tandem.bss.charging.rules.replay.comparing import moved_by
from tandem.bss.charging.rules.replay.standing import Numbers, whole

_COMPARED = ("raw", "counted", "amount", "waived", "invoiced", "unpaid", "source")


@dataclass(frozen=True)
class Summed:
    """Figures by account of the books. Units: micros. `digests` are empty where nothing changes."""

    account_ids: list[str]
    uses: Numbers
    changed: Numbers
    refused: Numbers
    before: Numbers
    after: Numbers
    invoiced: Numbers
    buckets: Numbers
    digests: list[bytes]
    customer_ids: list[str | None]
    currencies: list[str]


def summed(played: Replay) -> Summed:
    """A replay by account."""
    count = len(played.books.account_ids)
    accounts, differs = played.accounts, played.differs
    people = {one.account.billing_account_id: one for one in played.books.situations}
    return Summed(
        played.books.account_ids,
        np.bincount(accounts, minlength=count),
        np.bincount(accounts[differs], minlength=count),
        np.bincount(accounts[played.rated.outcomes != layout.RATED], minlength=count),
        _sums(accounts, played.before, count),
        _sums(accounts, played.after, count),
        _sums(accounts, played.invoiced, count),
        _moved_buckets(played, count),
        _digests(played, count),
        [people[one].product.customer_id or people[one].account.customer_id for one in played.books.account_ids],
        [people[one].account.currency for one in played.books.account_ids],
    )


def _sums(accounts: Numbers, values: Numbers, count: int) -> Numbers:
    found = np.zeros(count, np.int64)
    np.add.at(found, accounts, values)
    return found


def _moved_buckets(played: Replay, count: int) -> Numbers:
    """How many buckets stand otherwise afterwards, new ones among them."""
    rows, subjects = played.books.buckets.filled, played.books.subjects
    stand = accounts_of(played.buckets.rows, subjects)
    new = accounts_of(rows[rows["is_new"] != 0], subjects)
    return np.bincount(np.concatenate([stand, new]), minlength=count)


def _digests(played: Replay, count: int) -> list[bytes]:
    """Half a SHA-256 of what is taken back and made anew, by account."""
    of_charges = _told_charges(played)
    of_parts = _told_parts(played)
    columns = []
    for told, accounts in (of_charges, of_parts):
        order = np.argsort(accounts, kind="stable")
        columns.append(_grouped(texts.taken(told, order), accounts[order], count))
    return [
        b"" if old is None and new is None else hashlib.sha256(f"{old}\n\n{new}".encode()).digest()[:16]
        for old, new in zip(*columns, strict=True)
    ]


def _grouped(told: Any, accounts: Numbers, count: int) -> list[str | None]:
    found = texts.grouped(told, accounts, count, "\n")
    listed: list[str | None] = found if isinstance(found, list) else found.to_pylist()
    return listed


def _told_charges(played: Replay) -> tuple[Any, Numbers]:
    standing = played.standing
    rows = np.flatnonzero(played.differs[standing.use_of])
    ids = texts.taken(whole(standing.texts["id"]), rows)
    return texts.joined("|", [ids, standing.numbers["amount"][rows]]), played.accounts[standing.use_of[rows]]


def _told_parts(played: Replay) -> tuple[Any, Numbers]:
    rated, books = played.rated, played.books
    rows = np.flatnonzero(played.differs[rated.parts["use"]])
    parts = rated.parts[rows]
    ids = texts.taken(played.standing.texts_of_uses("usage_id"), parts["use"])
    terms = np.where(parts["term"] < 0, len(books.compiled.term_ids), parts["term"])
    named = texts.taken([*books.compiled.term_ids, ""], terms)
    columns = [ids, *(parts[name].astype(np.int64) for name in _COMPARED), named, _told_moves(played, rows)]
    return texts.joined("|", columns), played.accounts[parts["use"]]


def _told_moves(played: Replay, rows: Numbers) -> Any:
    moves = moved_by(played.rated, played.books.buckets)
    place = np.full(len(played.rated.parts), layout.NONE)
    place[rows] = np.arange(len(rows))
    mine = moves.of(place[moves.row] >= 0)
    told = texts.joined(":", [mine.n, mine.what, mine.taken])
    grouped = texts.grouped(told, place[mine.row], len(rows), ";")
    if isinstance(grouped, list):
        return [one or "" for one in grouped]
    return _filled(grouped)


def _filled(grouped: Any) -> Any:
    import pyarrow.compute as pc

    return pc.fill_null(grouped, "")


def chosen_by(summed_: Summed, shown: dict[str, bytes]) -> NDArray[np.bool_]:
    """The accounts whose change is the one that was shown."""
    pairs = zip(summed_.account_ids, summed_.digests, strict=True)
    return np.array([bool(digest) and shown.get(account_id) == digest for account_id, digest in pairs])
