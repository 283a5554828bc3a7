"""The books of some accounts: opened (locked and loaded into the core's arrays), rated on, and kept.

Whoever charges does these three in one transaction: documents, files, corrections and the network alike.

    books = open_books(uow, situations, versions, since=first_start)
    rated = rate(books.compiled, books.calendar, books.subjects, uses, books.buckets, slices)
    keep_books(uow, books, rated, Charged(...))
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tandem.bss.charging import store
from tandem.bss.charging.commands.tariffs import TermFacts, Versions, keep_new_tariffs
from tandem.bss.charging.rules import texts
from tandem.bss.charging.rules.buckets import bucket_id
from tandem.bss.charging.rules.core import layout
from tandem.bss.charging.rules.core.book import buckets_of
from tandem.bss.charging.rules.core.days import calendar_of, instant_of, us_of
from tandem.bss.charging.rules.core.law import Compiled
from tandem.bss.charging.rules.core.layout import BucketRow, Buckets, Calendar, Rated, SubjectRow, Subjects, Uses
from tandem.bss.charging.rules.core.rows import Table, table_of
from tandem.bss.charging.rules.termed import AccountCalendar
from tandem.bss.charging.store import Column, Locked, Wanted
from tandem.bss.charging.terms import ThresholdCrossed
from tandem.bss.party.terms import BillingTerms
from tandem.bss.subscriptions.terms import Subscription
from tandem.kernel.period import Instant
from tandem.kernel.store import Uow

_LOOKED_BACK: Final = timedelta(days=62)
"""What ended longer before the first use can neither pay for it nor be carried over into what pays."""


@dataclass(frozen=True, slots=True)
class Situation:
    """A product that uses, with the account that is charged for it."""

    product: Subscription
    account: BillingTerms

    @property
    def calendar(self) -> AccountCalendar:
        """The account's local days and cycles."""
        return AccountCalendar(self.account.zone_name, self.account.bill_day)


@dataclass(slots=True)
class Books:
    """Locked accounts, and everything that is counted for some of their products, as the core takes it.

    Shape: `situations` by the core's subjects, `account_ids` by its accounts, in order. `buckets.rows["key"]` is the
    bucket's number within its account, -1 for one that is not kept yet.
    """

    situations: Sequence[Situation]
    account_ids: list[str]
    locked: Locked
    versions: Versions
    calendar: Calendar
    subjects: Subjects
    buckets: Buckets

    @property
    def compiled(self) -> Compiled:
        """The tariffs as the core takes them."""
        return self.versions.compiled

    def account_of(self, bucket: int) -> int:
        """The account's place of a bucket."""
        row = self.buckets.rows[bucket]
        return int(row["account"] if row["subject"] < 0 else self.subjects.rows["account"][row["subject"]])


class Charged(NamedTuple):
    """What rated uses are kept by. Shape: columns by use.

    `usage_ids` and `destinations` are texts (lists or pyarrow arrays); `places` is the place of the first charge of a
    use among those of its usage record: 0 but for a session's later slices.
    """

    uses: Uses
    usage_ids: texts.Texts
    destinations: texts.Texts
    places: NDArray[np.int64]

    @property
    def subjects(self) -> NDArray[np.int32]:
        """The products' places."""
        found: NDArray[np.int32] = self.uses.rows["subject"]
        return found

    @property
    def started_us(self) -> NDArray[np.int64]:
        """When each use began."""
        found: NDArray[np.int64] = self.uses.rows["start_us"]
        return found


# -- open -------------------------------------------------------------------------------------------------------------


def open_books(
    uow: Uow, situations: Sequence[Situation], versions: Versions, *, since: Instant, is_read_only: bool = False
) -> Books:
    """Lock the accounts of these products and load what is counted for them; books that are read only are not kept.

    Shape: each product once on an account; `since`, the start of the first use. Locks: the accounts, in order of their
    ids, until the end of the transaction; none for reading.
    """
    account_ids = sorted({one.account.billing_account_id for one in situations})
    places = {account_id: place for place, account_id in enumerate(account_ids)}
    locked = _unlocked(len(account_ids)) if is_read_only else store.lock_accounts(uow, account_ids)
    zones = sorted({one.account.zone_name for one in situations})
    subjects = _subjects(situations, places, {name: place for place, name in enumerate(zones)})
    wanted = Wanted(
        account_ids,
        [one.product.product_id for one in situations],
        subjects["account"].astype("i8"),
        list(versions.compiled.term_ids),
        since - _LOOKED_BACK,
    )
    buckets = _loaded(uow, wanted, versions.compiled)
    return Books(
        situations,
        account_ids,
        locked,
        versions,
        calendar_of(zones),
        Subjects(subjects, len(account_ids)),
        buckets,
    )


def _unlocked(accounts: int) -> Locked:
    return Locked(np.zeros(accounts, "i8"), np.full(accounts, layout.FOREVER))


def _subjects(situations: Sequence[Situation], accounts: dict[str, int], zones: dict[str, int]) -> Table:
    rows = table_of(SubjectRow, len(situations))
    rows["account"] = [accounts[one.account.billing_account_id] for one in situations]
    rows["zone"] = [zones[one.account.zone_name] for one in situations]
    rows["cycle_day"] = [one.account.bill_day for one in situations]
    begun = [one.product.active_from for one in situations]
    rows["active_from_us"] = [layout.EVER if moment is None else us_of(moment) for moment in begun]
    return rows


def _loaded(uow: Uow, wanted: Wanted, compiled: Compiled) -> Buckets:
    kept = store.load_buckets(uow, wanted)
    count = len(kept)
    rows = table_of(BucketRow, count)
    for name, column in _FROM_STORE.items():
        rows[name] = kept[column]
    rows["account"] = np.where(kept["subject"] < 0, kept["account"], layout.NONE)
    restricted = np.flatnonzero(kept["restricted"])
    if len(restricted):
        keys = [(wanted.account_ids[kept["account"][at]], int(kept["n"][at])) for at in restricted]
        services = store.services_of(uow, keys)
        rows["services"][restricted] = [_mask(services[key], compiled) for key in keys]
    return buckets_of(rows, subjects=len(wanted.product_ids), accounts=len(wanted.account_ids), room=count + 64)


_FROM_STORE: Final = {
    **{"start_us": "start", "end_us": "ends", "order": "n", "key": "n"},
    **{name: name for name in ("granted", "used", "moved", "reserved", "subject", "term", "priority", "told")},
    **{name: name for name in ("kind", "measure", "consent")},
}


def _mask(services: Sequence[str], compiled: Compiled) -> int:
    known = {name: place for place, name in enumerate(compiled.service_names)}
    return sum(1 << known[name] for name in services if name in known)


# -- keep -------------------------------------------------------------------------------------------------------------


def keep_books(uow: Uow, books: Books, rated: Rated, charged: Charged) -> None:
    """Write what rating changed: buckets, charges, and the thresholds that were crossed, each told once.

    The accounts are locked since `open_books`.
    """
    before = books.locked.buckets.copy()
    _number_new(books)
    _keep_buckets(uow, books)
    _keep_events(uow, books, rated, charged)
    _keep_accounts(uow, books, rated, charged, before)
    for tell in rated.tells:
        _tell(uow, books, tell)


def _accounts_of_buckets(books: Books) -> NDArray[np.int64]:
    filled = books.buckets.filled
    subjects = books.subjects.rows["account"]
    return np.where(filled["subject"] < 0, filled["account"], subjects[np.maximum(filled["subject"], 0)]).astype("i8")


def _number_new(books: Books) -> None:
    """Give buckets that are new the next numbers of their accounts, in the order in which they were granted."""
    filled = books.buckets.filled
    new = np.flatnonzero((filled["is_new"] != 0) & (filled["key"] < 0))
    accounts = _accounts_of_buckets(books)[new]
    order = np.argsort(accounts, kind="stable")
    ordered = accounts[order]
    firsts = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]])) if len(ordered) else ordered
    sizes = np.diff(np.append(firsts, len(ordered)))
    within = np.arange(len(ordered)) - np.repeat(firsts, sizes)
    filled["key"][new[order]] = books.locked.buckets[ordered] + 1 + within
    books.locked.buckets[ordered[firsts]] += sizes


def _keep_buckets(uow: Uow, books: Books) -> None:
    filled = books.buckets.filled
    new = np.flatnonzero(filled["is_new"])
    changed = np.flatnonzero((filled["is_changed"] != 0) & (filled["is_new"] == 0))
    accounts = _accounts_of_buckets(books)
    if len(new):
        store.add_buckets(uow, _new_columns(books, new, accounts), uow.cause)
    if len(changed):
        columns = {name: Column("i8", filled[name][changed]) for name in ("used", "moved", "reserved")}
        store.put_buckets(
            uow,
            {
                "account": Column("text", texts.taken(books.account_ids, accounts[changed])),
                "n": Column("i4", filled["key"][changed]),
                "told": Column("i2", filled["told"][changed]),
                **columns,
            },
        )


def _new_columns(books: Books, new: NDArray[Any], accounts: NDArray[np.int64]) -> dict[str, Column]:
    rows = books.buckets.filled[new]
    named = books.versions.terms
    terms = np.where(rows["term"] < 0, len(named) - 1, rows["term"])
    products = [one.product.product_id for one in books.situations]
    subjects = np.where(rows["subject"] < 0, rows["account"] + len(products), rows["subject"])
    return {
        "account": Column("text", texts.taken(books.account_ids, accounts[new])),
        "n": Column("i4", rows["key"]),
        "subject_id": Column("text", texts.taken([*products, *books.account_ids], subjects)),
        "kind": Column("i2", rows["kind"]),
        "term_id": Column("text", texts.taken([one.term_id for one in named], terms)),
        "start_at": Column("us", rows["start_us"]),
        "end_at": Column("us", rows["end_us"]),
        "measure": Column("i2", rows["measure"]),
        "currency": Column("text", texts.taken([one.currency for one in named], _money_terms(rows, terms, named))),
        **{name: Column("i8", rows[name]) for name in ("granted", "used", "moved", "reserved")},
        "priority": Column("i4", rows["priority"]),
        "told": Column("i2", rows["told"]),
        "once": Column("i2", np.array([one.is_once for one in named], "i2")[terms]),
        "name": Column("text", texts.taken([one.name for one in named], terms)),
        "price_version": Column("text", texts.taken([one.version for one in named], terms)),
        "price_entity_version": Column("i4", np.array([one.write for one in named], "i4")[terms]),
    }


def _money_terms(rows: Table, terms: NDArray[Any], named: Sequence[TermFacts]) -> NDArray[Any]:
    """The terms of the rows that count money, -1 for the others."""
    amounts = np.array([one.is_amount for one in named])[terms]
    money = (rows["kind"] == layout.CAP) | (rows["kind"] == layout.CREDIT) | ((rows["kind"] == layout.LIMIT) & amounts)
    return np.where(money, terms, layout.NONE)


# -- charges ----------------------------------------------------------------------------------------------------------


def _keep_events(uow: Uow, books: Books, rated: Rated, charged: Charged) -> None:
    parts = rated.parts
    if not len(parts):
        return
    uses = parts["use"]
    subjects = charged.subjects[uses]
    accounts = books.subjects.rows["account"][subjects]
    columns = {
        "billing_account_id": Column("text", texts.taken(books.account_ids, accounts)),
        "started_at": Column("us", charged.started_us[uses]),
        "id": Column("text", texts.joined("-", [texts.taken(charged.usage_ids, uses), _places(uses, charged)])),
        "product_id": Column("text", texts.taken([one.product.product_id for one in books.situations], subjects)),
        "service": Column("text", texts.taken(list(books.compiled.service_names), charged.uses.rows["service"][uses])),
        "destination": Column("text", texts.taken(charged.destinations, uses)),
        "quantity": Column("i8", parts["raw"]),
        "charged_units": Column("i8", parts["counted"]),
        "amount_micros": Column("i8", parts["amount"]),
        **{f"{name}_micros": Column("i8", parts[name]) for name in ("waived", "invoiced", "unpaid")},
        "source": Column("i2", parts["source"]),
        "term_id": Column("text", texts.taken([*books.compiled.term_ids, ""], _known(parts["term"], books))),
        "tariff_key": Column("bytes", _tariff_keys(uow, books, charged, uses)),
        "moves": Column("text", _moves(books, rated)),
    }
    store.add_events(uow, columns)


def _known(terms: NDArray[Any], books: Books) -> NDArray[Any]:
    return np.where(terms < 0, len(books.compiled.term_ids), terms)


def _places(uses: NDArray[Any], charged: Charged) -> NDArray[np.int64]:
    """The place of each part among the charges of its usage record. Shape: `uses` ascending."""
    firsts = np.searchsorted(uses, uses, side="left")
    found: NDArray[np.int64] = np.arange(len(uses)) - firsts + charged.places[uses]
    return found


def _tariff_keys(uow: Uow, books: Books, charged: Charged, uses: NDArray[Any]) -> Any:
    """By what each part was rated, kept if it is not yet."""
    named = list(dict.fromkeys(one.calendar for one in books.situations))
    of_subject = np.array([named.index(one.calendar) for one in books.situations])
    versions = books.versions.priced(charged.uses.rows["tariff"], charged.started_us)
    pairs = (versions * len(named) + of_subject[charged.subjects])[uses]
    distinct, places = np.unique(pairs, return_inverse=True)
    found = [books.versions.of[pair // len(named)].termed(named[pair % len(named)]) for pair in distinct.tolist()]
    keep_new_tariffs(uow, dict(found))
    return texts.taken_bytes([key for key, _ in found], places)


def _moves(books: Books, rated: Rated) -> texts.Texts:
    """What each part moved, as text. Limits are counted behind the parts of a piece: they stand by the last one."""
    moves = rated.moves[(rated.moves["part"] >= 0) & (rated.moves["what"] != layout.RESERVED)]
    moves["part"] = np.minimum(moves["part"], np.searchsorted(rated.parts["use"], moves["use"], side="right") - 1)
    moves = moves[np.argsort(moves["part"], kind="stable")]
    numbers = books.buckets.filled["key"][moves["bucket"]]
    told = texts.joined(":", [numbers, moves["what"], moves["taken"], moves["before"]])
    return texts.grouped(told, moves["part"], len(rated.parts), ";")


def _keep_accounts(uow: Uow, books: Books, rated: Rated, charged: Charged, before: NDArray[np.int64]) -> None:
    """The numbers of buckets, and since when there is something to bill; most accounts stay as they are."""
    opened = books.locked.open_from_us.copy()
    uses = rated.parts["use"]
    np.minimum.at(opened, books.subjects.rows["account"][charged.subjects[uses]], charged.started_us[uses])
    changed = np.flatnonzero((opened != books.locked.open_from_us) | (before != books.locked.buckets))
    books.locked.open_from_us[:] = opened
    if len(changed):
        columns = {
            "id": Column("text", texts.taken(books.account_ids, changed)),
            "buckets": Column("i4", books.locked.buckets[changed]),
            "open_from": Column("us", opened[changed]),
        }
        store.note_accounts(uow, columns)


def _tell(uow: Uow, books: Books, tell: Any) -> None:
    bucket = int(tell["bucket"])
    row = books.buckets.rows[bucket]
    named = books.versions.terms[int(row["term"])]
    subject = int(row["subject"])
    uow.emit(
        ThresholdCrossed(
            billing_account_id=books.account_ids[books.account_of(bucket)],
            product_id=books.situations[subject].product.product_id if subject >= 0 else None,
            bucket=bucket_id(books.account_ids[books.account_of(bucket)], int(row["key"])),
            term_id=named.term_id,
            name=named.name,
            percent=int(tell["percent"]),
            granted=int(row["granted"]),
            used=int(row["used"]),
            at=instant_of(int(tell["at_us"])),
        )
    )
