"""Playing the use of some accounts again from an instant on: taken back from the buckets, and rated in order of time.

Nothing is written here. Whoever posts holds the accounts' locks since `replay`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tandem.bss.charging import store
from tandem.bss.charging.commands.state import Books, Situation, open_books
from tandem.bss.charging.commands.tariffs import TariffBook, Version, Versions, book_of
from tandem.bss.charging.rules.core import layout
from tandem.bss.charging.rules.core.book import pack_digits
from tandem.bss.charging.rules.core.compiling import compile_tariffs
from tandem.bss.charging.rules.core.days import instant_of
from tandem.bss.charging.rules.core.layout import Rated, SessionRow, Slices, SourceRow, UseRow, Uses
from tandem.bss.charging.rules.core.rows import table_of
from tandem.bss.charging.rules.core.running import rate
from tandem.bss.charging.rules.reading import record_of
from tandem.bss.charging.rules.replay.buckets import Settled, reopened, settled
from tandem.bss.charging.rules.replay.comparing import by_last_part, differing
from tandem.bss.charging.rules.replay.standing import (
    Moves,
    Numbers,
    Standing,
    coded,
    packed_numbers,
    standing_of,
    without_uses,
)
from tandem.bss.charging.store import rerating
from tandem.bss.party import public as party
from tandem.bss.party.terms import BillingTerms
from tandem.bss.subscriptions import public as subscriptions
from tandem.bss.subscriptions.terms import Subscription
from tandem.kernel.store import Uow

_UNTOLD = -2
_SOURCES_EACH = 4
_MEASURED = {"voice": "seconds", "data": "octets", "message": "count"}


@dataclass(frozen=True)
class Replay:
    """Uses as they are charged and as they would be. Shape: arrays by use of `standing`.

    `differs`: it comes out otherwise. `unknown`: moves of what stands in buckets that no tariff of now has.
    """

    standing: Standing
    books: Books
    uses: Uses
    rated: Rated
    buckets: Settled
    unknown: Moves
    differs: NDArray[np.bool_]

    @property
    def accounts(self) -> Numbers:
        """The account of each use, by its place in the books."""
        found: Numbers = self.books.subjects.rows["account"][self.uses.rows["subject"]].astype(np.int64)
        return found

    @property
    def before(self) -> Numbers:
        """What each use is charged. Units: micros."""
        return np.add.reduceat(self.standing.numbers["amount"], self.standing.first[:-1])

    @property
    def after(self) -> Numbers:
        """What it would be charged. Units: micros."""
        return self._summed("amount")

    @property
    def invoiced(self) -> Numbers:
        """By how much the invoice would move. Units: micros."""
        return self._summed("invoiced") - np.add.reduceat(self.standing.numbers["invoiced"], self.standing.first[:-1])

    def _summed(self, name: str) -> Numbers:
        found = np.zeros(self.standing.uses, np.int64)
        np.add.at(found, self.rated.parts["use"], self.rated.parts[name])
        return found


@dataclass(frozen=True)
class Cast:
    """Uses that can be rated, with their products, and what is taken back of the same accounts, which may be more.

    Shape: `subject` by use, a place in `situations`; accounts of uses are places in `account_ids`.
    """

    account_ids: Sequence[str]
    taken_back: Standing
    standing: Standing
    situations: list[Situation]
    subject: Numbers
    versions: Versions


def replay(uow: Uow, standing: Standing, cast: Cast, *, is_read_only: bool) -> Replay:
    """Take the uses back and rate them again. Locks: their accounts, unless it is only to be read."""
    since = instant_of(int(standing.numbers["started"].min()))
    books = open_books(uow, cast.situations, cast.versions, since=since, is_read_only=is_read_only)
    return rated_again(uow, books, cast)


def rated_again(uow: Uow, books: Books, cast: Cast) -> Replay:
    """The uses on opened books, taken back and rated again."""
    standing = cast.standing
    moves, owners = _taken_back(books, cast)
    opened = reopened(books.buckets, books.subjects, moves, owners)
    uses = _uses(uow, cast, books)
    slices = _slices(standing, uses)
    rated = by_last_part(rate(books.compiled, books.calendar, books.subjects, uses, opened.buckets, slices))
    books.buckets = opened.buckets
    buckets = settled(opened, opened.buckets)
    known = {term_id: place for place, term_id in enumerate(books.compiled.term_ids)} | {"": layout.NONE}
    terms = coded(standing.texts["term_id"], lambda term_id: known.get(term_id, _UNTOLD))
    differs = differing(standing, rated, opened.buckets, terms)
    return Replay(standing, books, uses, rated, buckets, moves.of(opened.unknown), differs)


def _taken_back(books: Books, cast: Cast) -> tuple[Moves, Numbers]:
    """What is taken back on the accounts of the books, with the account of each move."""
    places = {account_id: place for place, account_id in enumerate(books.account_ids)}
    place_of = np.array([places.get(account_id, layout.NONE) for account_id in cast.account_ids])
    moves = cast.taken_back.moves
    owners = place_of[cast.taken_back.numbers["account"][moves.row]]
    return moves.of(owners != layout.NONE), owners[owners != layout.NONE]


# -- what is played ---------------------------------------------------------------------------------------------------


def read_standing(uow: Uow, account_ids: Sequence[str], since_us: Numbers) -> Standing:
    """The charges of usage records of accounts, each from its own instant on."""
    return standing_of(rerating.charges_since(uow, account_ids, since_us))


def cast_uses(
    uow: Uow, account_ids: Sequence[str], standing: Standing, taken_back: Standing | None = None
) -> Cast | None:
    """Products, accounts and tariffs of uses, by what is believed now; a use without one of these is left as it is.

    Taken back are the same uses, unless more are told.
    """
    import pyarrow.compute as pc

    encoded = pc.dictionary_encode(standing.texts_of_uses("product_id"))
    product_ids = encoded.dictionary.to_pylist()
    of_product = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    pairs = standing.of_uses("account") * max(len(product_ids), 1) + of_product
    distinct, place = np.unique(pairs, return_inverse=True)
    products = subscriptions.subscriptions_by_id(uow, product_ids=product_ids)
    accounts = party.billing_terms_by_id(uow, billing_account_ids=sorted(set(account_ids)))
    found = [
        _situation(
            products.get(product_ids[pair % len(product_ids)]), accounts.get(account_ids[pair // len(product_ids)])
        )
        for pair in distinct.tolist()
    ]
    book = book_of(uow)
    left = _unpriced(uow, book, standing, found, place)
    kept = without_uses(standing, left)
    if not kept.uses:
        return None
    numbers = np.cumsum([one is not None for one in found]) - 1
    situations = [one for one in found if one is not None]
    return Cast(account_ids, taken_back or kept, kept, situations, numbers[place[~left]], book.compiled())


def _situation(product: Subscription | None, account: Any) -> Situation | None:
    if product is None or not isinstance(account, BillingTerms):
        return None
    return Situation(product, account)


def _unpriced(
    uow: Uow, book: TariffBook, standing: Standing, found: Sequence[Situation | None], place: Numbers
) -> NDArray[np.bool_]:
    """The uses that no tariff prices now. Learns the tariffs of the others."""
    offerings = np.array([one.product.offering_id if one else "" for one in found])
    currencies = np.array([one.account.currency if one else "" for one in found])
    left = np.array([one is None for one in found])[place]
    started = standing.of_uses("started")
    for offering_id in np.unique(offerings[place[~left]]).tolist():
        rows = np.flatnonzero((offerings[place] == offering_id) & ~left)
        for chosen, version in book.pieces(uow, offering_id, started[rows]):
            is_version = isinstance(version, Version)
            currency = version.tariff.currency if isinstance(version, Version) else None
            left[rows[chosen]] = (currencies[place[rows[chosen]]] != currency) if is_version else True
    return left


def under_draft(cast: Cast, draft: Version) -> Cast:
    """The same with one offering priced by a draft at all times."""
    others = [one for one in cast.versions.of if one.tariff.id != draft.tariff.id]
    versions = (*others, draft)
    compiled = compile_tariffs([one.compilable for one in versions])
    return replace(cast, versions=Versions(compiled, versions))


def _uses(uow: Uow, cast: Cast, books: Books) -> Uses:
    standing, compiled = cast.standing, books.compiled
    rows = table_of(UseRow, standing.uses)
    rows["start_us"] = standing.of_uses("started")
    for name in ("seconds", "octets", "count", "value", "rating_group"):
        rows[name] = standing.of_uses(name)
    rows["destination"] = packed_numbers(standing.texts_of_uses("destination"))
    rows["network"] = coded(standing.texts_of_uses("network"), pack_digits)
    rows["service"] = coded(standing.texts_of_uses("service"), compiled.service_index)
    rows["subject"] = cast.subject
    tariffs = np.array([compiled.tariff_index(one.product.offering_id) for one in cast.situations])
    rows["tariff"] = tariffs[cast.subject]
    _correct_documented(uow, standing, rows)
    return Uses(rows)


def _slices(standing: Standing, uses: Uses) -> Slices | None:
    """Partial records, and what a session on line used between two instants, are slices as they were when charged."""
    import pyarrow.compute as pc

    records, counts = standing.records_of_uses()
    encoded = pc.dictionary_encode(standing.texts_of_uses("session"))
    is_partial = encoded.is_valid().to_numpy(zero_copy_only=False)
    is_online = (counts[records] > 1) & ~is_partial
    told = is_partial | is_online
    if not told.any():
        return None
    rows = uses.rows
    sessions = np.where(is_partial, pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False), -2 - records)
    units = np.add.reduceat(standing.numbers["quantity"], standing.first[:-1])
    for name in _MEASURED.values():
        rows[name][is_online] = np.where(rows[name] == layout.NONE, layout.NONE, units)[is_online]
    stacked = np.stack([sessions, rows["subject"], rows["service"], rows["rating_group"]], axis=1)[told]
    distinct, groups = np.unique(stacked, axis=0, return_inverse=True)
    rows["session"][told] = groups.reshape(-1)
    return Slices(table_of(SessionRow, len(distinct)), table_of(SourceRow, _SOURCES_EACH * len(distinct)))


def _correct_documented(uow: Uow, standing: Standing, rows: Any) -> None:
    """Records that have a document are rated by it: it may have been corrected."""
    places = np.flatnonzero(standing.of_uses("documented"))
    if not len(places):
        return
    ids = standing.texts_of_uses("usage_id").take(places).to_pylist()
    docs = {one.id: one.doc for one in store.USAGE.where(uow, "id = any(%s)", (ids,))}
    for place, usage_id in zip(places.tolist(), ids, strict=True):
        if usage_id in docs:
            record = record_of(docs[usage_id])
            row = rows[place]
            row[_MEASURED[record.usage_type]] = record.quantity
            row["destination"], row["network"] = pack_digits(record.destination), pack_digits(record.network)
            row["rating_group"] = layout.NONE if record.rating_group is None else record.rating_group
            row["value"] = layout.NONE if record.value_micros is None else record.value_micros
