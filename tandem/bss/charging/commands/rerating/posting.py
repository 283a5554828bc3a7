"""Posting what a replay came to: reversals, charges anew, buckets and records, for the uses that come out otherwise."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tandem.bss.charging import store
from tandem.bss.charging.commands.charging import Rated as RatedRecord
from tandem.bss.charging.commands.charging import events_of, settled
from tandem.bss.charging.commands.rerating.replaying import Replay
from tandem.bss.charging.commands.state import Charged, keep_books
from tandem.bss.charging.rules import documents, matching, tagging, texts
from tandem.bss.charging.rules.core import layout
from tandem.bss.charging.rules.core.layout import Rated
from tandem.bss.charging.rules.reading import record_of
from tandem.bss.charging.rules.replay.buckets import accounts_of
from tandem.bss.charging.rules.replay.standing import KEPT_MOVES, Moves, Numbers, whole
from tandem.bss.charging.store import Column, rerating
from tandem.bss.charging.terms import Suspension
from tandem.kernel.store import Uow

_RERATED: Final = store.RERATED


def post(uow: Uow, played: Replay, chosen: NDArray[np.bool_]) -> None:
    """Post the uses that come out otherwise, of chosen accounts. Shape: `chosen` by the books' accounts.

    The accounts are locked since the replay. Buckets of an account are settled whole, so it is all of an account's uses
    or none.
    """
    wanted = played.differs & chosen[played.accounts]
    if not wanted.any():
        return
    _settle_buckets(uow, played, chosen)
    places = _reverse(uow, played, wanted)
    _charge(uow, played, (wanted, chosen), places)
    _settle_records(uow, played, wanted)
    _settle_documents(uow, played, wanted)


# -- taken back -------------------------------------------------------------------------------------------------------


def _reverse(uow: Uow, played: Replay, wanted: NDArray[np.bool_]) -> Numbers:
    """Take the charges of these uses back; answers the place of the next charge of each use."""
    standing = played.standing
    uses = np.flatnonzero(wanted)
    next_places = np.zeros(standing.uses, np.int64)
    next_places[uses] = _first_places(played, uses)
    rows = np.flatnonzero(wanted[standing.use_of])
    use = standing.use_of[rows]
    own = next_places[use] + rows - standing.first[use]
    ids = texts.taken(whole(standing.texts["id"]), rows)
    by = texts.joined("-", [texts.taken(whole(standing.texts["usage_id"]), rows), own])
    accounts = texts.taken(played.books.account_ids, played.accounts[use])
    columns = {
        "account": Column("text", accounts),
        "id": Column("text", ids),
        "by": Column("text", by),
        "moves": Column("text", _inverse_moves(standing.moves, rows)),
    }
    rerating.add_reversals(uow, columns)
    store.mark_reversed(uow, {name: columns[name] for name in ("account", "id", "by")})
    next_places[uses] += np.diff(standing.first)[uses]
    return next_places


def _first_places(played: Replay, uses: Numbers) -> Numbers:
    """The place of the first row that each use gets in its record: slices of one record follow each other."""
    standing = played.standing
    found = standing.of_uses("next_place")[uses]
    sizes = np.diff(standing.first)[uses]
    sizes = sizes + np.bincount(played.rated.parts["use"], minlength=standing.uses)[uses]
    records = standing.records_of_uses()[0][uses]
    order = np.argsort(records, kind="stable")
    before = np.cumsum(sizes[order]) - sizes[order]
    starts = np.flatnonzero(np.append(True, records[order][1:] != records[order][:-1]))
    lengths = np.diff(np.append(starts, len(order)))
    found[order] += before - np.repeat(before[starts], lengths)
    return found


def _inverse_moves(moves: Moves, rows: Numbers) -> Any:
    """What takes the moves of some charges back, as their reversals keep it."""
    place = np.full(int(max(moves.row.max(initial=0), rows.max(initial=0))) + 1, layout.NONE)
    place[rows] = np.arange(len(rows))
    mine = moves.of((place[moves.row] >= 0) & np.isin(moves.what, KEPT_MOVES))
    told = texts.joined(":", [mine.n, mine.what, -mine.taken, mine.before + mine.taken])
    return texts.grouped(told, place[mine.row], len(rows), ";")


# -- charged anew -----------------------------------------------------------------------------------------------------


def _charge(uow: Uow, played: Replay, chosen: tuple[NDArray[np.bool_], NDArray[np.bool_]], places: Numbers) -> None:
    wanted, of_accounts = chosen
    standing, books = played.standing, played.books
    usage_ids = standing.texts_of_uses("usage_id")
    destinations = standing.texts_of_uses("destination")
    rows = books.buckets.filled
    rows["is_new"][~of_accounts[accounts_of(rows, books.subjects)]] = 0
    if standing.uses <= texts.FEW:
        usage_ids, destinations = usage_ids.to_pylist(), destinations.to_pylist()
    keep_books(uow, books, _only(played, wanted), Charged(played.uses, usage_ids, destinations, places))


def _only(played: Replay, wanted: NDArray[np.bool_]) -> Rated:
    """What rating came to for some uses; thresholds that were told stay told."""
    rated = played.rated
    kept = wanted[rated.parts["use"]]
    place = np.append(np.where(kept, np.cumsum(kept) - 1, layout.NONE), layout.NONE).astype(np.int32)
    moves = rated.moves[place[rated.moves["part"]] >= 0].copy()
    moves["part"] = place[moves["part"]]
    new_told = rated.tells["percent"] > played.buckets.told[rated.tells["bucket"]]
    return replace(
        rated, parts=rated.parts[kept], moves=moves, tells=rated.tells[new_told & wanted[rated.tells["use"]]]
    )


def _settle_buckets(uow: Uow, played: Replay, chosen: NDArray[np.bool_]) -> None:
    """How the buckets of chosen accounts stand now, and what is given back to those that no tariff of now has."""
    accounts = accounts_of(played.buckets.rows, played.books.subjects)
    mine = chosen[accounts]
    rows = played.buckets.rows[mine]
    if len(rows):
        columns = {name: Column("i8", rows[name]) for name in ("granted", "used", "moved")}
        rerating.settle_buckets(
            uow,
            {
                "account": Column("text", texts.taken(played.books.account_ids, accounts[mine])),
                "n": Column("i4", rows["key"]),
                **columns,
                "told": Column("i2", rows["told"]),
                "withdrawn": Column("i2", played.buckets.withdrawn[mine].astype(np.int16)),
            },
        )
    _give_back_unknown(uow, played, chosen)


def _give_back_unknown(uow: Uow, played: Replay, chosen: NDArray[np.bool_]) -> None:
    moves = played.unknown
    owners = played.accounts[played.standing.use_of[moves.row]]
    keys = np.stack([owners, moves.n], axis=1)
    mine = chosen[owners] if len(owners) else np.zeros(0, bool)
    if not mine.any():
        return
    distinct, place = np.unique(keys[mine], axis=0, return_inverse=True)
    sums = {name: np.zeros(len(distinct), np.int64) for name in ("used", "moved")}
    for what, name in zip(KEPT_MOVES, sums, strict=True):
        np.subtract.at(sums[name], place.reshape(-1), np.where(moves.what[mine] == what, moves.taken[mine], 0))
    rerating.change_buckets(
        uow,
        {
            "account": Column("text", texts.taken(played.books.account_ids, distinct[:, 0])),
            "n": Column("i4", distinct[:, 1]),
            **{name: Column("i8", values) for name, values in sums.items()},
        },
    )


# -- records ----------------------------------------------------------------------------------------------------------


def _settle_records(uow: Uow, played: Replay, wanted: NDArray[np.bool_]) -> None:
    """Records were rated again, or wait because nothing prices them any more."""
    records, counts = played.standing.records_of_uses()
    _, firsts = np.unique(records[wanted], return_index=True)
    uses = np.flatnonzero(wanted)[firsts]
    # A slice that nothing prices any more is given back; the rest of its session stays charged.
    is_rated = (played.rated.outcomes[uses] == layout.RATED) | (counts[records[uses]] > 1)
    whys = [None if rated else _why(played, use) for use, rated in zip(uses.tolist(), is_rated.tolist(), strict=True)]
    nothing: list[None] = [None] * len(uses)
    store.settle_records(
        uow,
        {
            "usage_id": Column("text", texts.taken(played.standing.texts_of_uses("usage_id"), uses)),
            "status": Column("i2", np.where(is_rated, _RERATED, store.SUSPENDED)),
            "code": Column("text", [None if why is None else why.code for why in whys]),
            "reason": Column("text", [None if why is None else why.reason for why in whys]),
            **{name: Column("text", nothing) for name in ("product_id", "billing_account_id", "customer_id")},
        },
    )


def _why(played: Replay, use: int) -> Suspension:
    outcome = int(played.rated.outcomes[use])
    if outcome != layout.NO_PRICE:
        return matching.coded_refusal(outcome)
    standing = played.standing
    return matching.no_price(
        _cited_as(played, use),
        str(standing.texts_of_uses("service")[use]),
        str(standing.texts_of_uses("destination")[use]),
    )


def _cited_as(played: Replay, use: int) -> str:
    rows = played.uses.rows[use : use + 1]
    version = int(played.books.versions.priced(rows["tariff"], rows["start_us"])[0])
    return played.books.versions.of[version].cited_as


def _settle_documents(uow: Uow, played: Replay, wanted: NDArray[np.bool_]) -> None:
    """The documents of those records that have one."""
    uses = np.flatnonzero(wanted & (played.standing.of_uses("documented") != 0))
    if not len(uses):
        return
    ids = played.standing.texts_of_uses("usage_id").take(uses).to_pylist()
    made = events_of(uow, ids)
    for use, usage_id in zip(uses.tolist(), ids, strict=True):
        stored = store.USAGE.get_for_update(uow, usage_id)
        recycled = documents.as_reversed(stored.doc)
        outcome = _outcome(played, use, made[usage_id], stored.doc)
        store.USAGE.save(uow, usage_id, settled(uow, usage_id, recycled, outcome))


def _outcome(played: Replay, use: int, events: list[Any], doc: Any) -> RatedRecord | Suspension:
    if played.rated.outcomes[use] != layout.RATED:
        return _why(played, use)
    rows = played.uses.rows[use : use + 1]
    version = played.books.versions.of[int(played.books.versions.priced(rows["tariff"], rows["start_us"])[0])]
    product = played.books.situations[int(rows["subject"][0])].product
    record = record_of(doc)
    tags = tuple(tagging.rating_tag(one, record, version.tariff) for one in events)
    return RatedRecord(product, tuple(events), tags, version.tariff.currency)
