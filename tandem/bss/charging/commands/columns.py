"""Charging records that come in volume, as columns: arrays in, narrow rows out, no object for a record that is rated.

The same as `taking` and `charging` do for documents, on the same books and the same core; a record is known again
whichever way it came. What cannot be charged waits, and gets a document when somebody works on it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tandem.bss.charging import store
from tandem.bss.charging.commands.parts import Parts, hold_back, keep_waiting, parts_among
from tandem.bss.charging.commands.state import Books, Charged, Situation, keep_books, open_books
from tandem.bss.charging.commands.subscribers import Owners, Refused, subscribers_of
from tandem.bss.charging.commands.tariffs import TariffBook, Version, book_of
from tandem.bss.charging.rules import known, matching
from tandem.bss.charging.rules.core import layout
from tandem.bss.charging.rules.core.book import pack_digits
from tandem.bss.charging.rules.core.days import instant_of
from tandem.bss.charging.rules.core.layout import Rated, UseRow, Uses
from tandem.bss.charging.rules.core.rows import table_of
from tandem.bss.charging.rules.core.running import rate
from tandem.bss.charging.rules.files.columns import NOT_TOLD, Digits, UsageColumns
from tandem.bss.charging.rules.usage_ids import usage_ids
from tandem.bss.charging.rules.volume import columns_of_rows
from tandem.bss.charging.store import Column, Nullable, files
from tandem.bss.charging.terms import USAGE, ColumnsReport, RejectedLine, Suspension
from tandem.bss.subscriptions import public as subscriptions
from tandem.kernel.ids import stamp
from tandem.kernel.store import Uow

_NOBODY: Final = -1
Places = NDArray[np.int64]


@dataclass
class _Batch:
    """Records on their way. Shape: arrays by record.

    `product` is a place in `owners.of`, -1 without one or where it is excluded; `refused` says by record why it waits.
    """

    columns: UsageColumns
    source: str
    usage_ids: Any
    owners: Owners
    product: Places
    excluded: NDArray[np.bool_]
    parts: Parts
    refused: dict[int, Suspension] = field(default_factory=dict)
    version: dict[int, Version] = field(default_factory=dict)
    became_rated: int = 0

    def ready(self) -> Places:
        """The records that can be rated."""
        is_ready = self.product != _NOBODY
        is_ready[list(self.refused)] = False
        return np.flatnonzero(is_ready)

    def refuse(self, rows: Places, why: Suspension) -> None:
        """These records wait."""
        self.refused.update(dict.fromkeys(rows.tolist(), why))


def charge_columns(uow: Uow, columns: UsageColumns, *, source: str) -> ColumnsReport:
    """Take records in and charge those that are new, in order of time.

    Idempotent: by the identity of each record. Locks: the accounts in order of their ids, then the records' keys in
    theirs. Raises: Unavailable when another batch keeps them too long; nothing is kept then.
    """
    if columns.rows == 0:
        return ColumnsReport(0, 0, 0, 0, {}, (), 0, {})
    batch = _matched(uow, columns, source, usage_ids(*stamp(), columns.rows))
    book = book_of(uow)
    _price(uow, batch, book)
    ready = batch.ready()
    books, subjects = _open(uow, batch, book, ready)
    before = store.claim_records(uow, _claims(batch), has_document=False)
    is_new = np.ones(columns.rows, bool)
    is_new[[one.n for one in before]] = False
    wanted = is_new[ready] & ~_held_back(uow, batch, ready, is_new)
    rated = None if books is None else _rate(uow, batch, books, (ready[wanted], subjects[wanted]))
    _release_whole(uow, batch)
    report = _report(batch, is_new, before, rated)
    facts = {"lines": report.records, "accepted": int(is_new.sum()), "duplicates": report.duplicates}
    uow.audit("charging.usage.load", USAGE, source, facts={**facts, "rejected": len(report.differing)})
    return report


# -- whose ------------------------------------------------------------------------------------------------------------


def _matched(uow: Uow, columns: UsageColumns, source: str, ids: Any) -> _Batch:
    served = pc.dictionary_encode(_whole(columns.served.text))
    owners = subscribers_of(uow).owners(uow, served.dictionary.to_pylist())
    number = served.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    excluded = pc.is_valid(_whole(columns.excluded)).to_numpy(zero_copy_only=False)
    product = np.where(excluded, _NOBODY, _owner_of(owners, number, columns.started_us))
    batch = _Batch(columns, source, ids, owners, product, excluded, parts_among(columns, ids, ~excluded))
    for row in np.flatnonzero((product == _NOBODY) & ~excluded).tolist():
        batch.refused[row] = matching.nobody(str(columns.served.text[row]), instant_of(int(columns.started_us[row])))
    _refuse_products(uow, batch)
    return batch


def lanes_of(uow: Uow, columns: UsageColumns, lanes: int) -> Places:
    """By which of several transactions each record is charged: all records of an account by the same one."""
    served = pc.dictionary_encode(_whole(columns.served.text))
    keys = subscribers_of(uow).account_keys(uow, served.dictionary.to_pylist())
    found: Places = keys[served.indices.to_numpy(zero_copy_only=False)] % lanes
    return found


def _owner_of(owners: Owners, number: Places, started_us: Places) -> Places:
    """The product that had each record's number when its use began: of a number's periods the last that had begun."""
    first = np.searchsorted(owners.number, number, side="left")
    last = np.searchsorted(owners.number, number, side="right")
    if not len(owners.number):
        return np.full(len(number), _NOBODY)
    at = np.minimum(first, len(owners.number) - 1)
    for _ in range(int((last - first).max(initial=0)) - 1):
        later = np.minimum(at + 1, len(owners.number) - 1)
        at = np.where((at + 1 < last) & (owners.start_us[later] <= started_us), later, at)
    holds = (first < last) & (owners.start_us[at] <= started_us) & (started_us < owners.end_us[at])
    return np.where(holds, owners.product[at], _NOBODY)


def _refuse_products(uow: Uow, batch: _Batch) -> None:
    """Records of products that cannot be charged, or were suspended when the use began."""
    for place, one in enumerate(batch.owners.of):
        if isinstance(one, Refused):
            batch.refuse(np.flatnonzero(batch.product == place), one.why)
        elif one.product.status == matching.SUSPENDED:
            _refuse_suspended(uow, batch, place, one.product.product_id)


def _refuse_suspended(uow: Uow, batch: _Batch, place: int, product_id: str) -> None:
    """Records of a product that is suspended now, of uses that began when it was."""
    for row in np.flatnonzero(batch.product == place).tolist():
        moment = instant_of(int(batch.columns.started_us[row]))
        then = subscriptions.status_at(uow, product_id=product_id, moment=moment)
        if then in (matching.SUSPENDED, None):
            batch.refused[row] = matching.suspended_then(product_id, moment)


# -- at what price ----------------------------------------------------------------------------------------------------


def _price(uow: Uow, batch: _Batch, book: TariffBook) -> None:
    """Learn the tariffs; records of plans that have none, or one in another currency than the account's, wait."""
    situations = [one if isinstance(one, Situation) else None for one in batch.owners.of]
    offerings = [one.product.offering_id if one else "" for one in situations]
    currencies = [one.account.currency if one else "" for one in situations]
    named, places = np.unique(np.array(offerings, dtype=object).astype(str), return_inverse=True)
    ready = batch.ready()
    of_ready = places[batch.product[ready]]
    for place, offering_id in enumerate(named.tolist()):
        rows = ready[of_ready == place]
        if not len(rows):
            continue
        for chosen, version in book.pieces(uow, offering_id, batch.columns.started_us[rows]):
            _check(batch, rows[chosen], version, np.array(currencies))


def _check(batch: _Batch, rows: Places, version: Version | Suspension, currencies: NDArray[Any]) -> None:
    if isinstance(version, Suspension):
        batch.refuse(rows, version)
        return
    for row in rows[currencies[batch.product[rows]] != version.tariff.currency].tolist():
        one = batch.owners.of[batch.product[row]]
        assert isinstance(one, Situation), "a product that is refused has no price"
        objection = matching.currency_objection(version.tariff.currency, version.cited_as, one.account)
        assert objection is not None, "the currencies differ"
        batch.refused[row] = objection
    batch.version.update(dict.fromkeys(np.unique(batch.product[rows]).tolist(), version))


# -- the books --------------------------------------------------------------------------------------------------------


def _open(uow: Uow, batch: _Batch, book: TariffBook, ready: Places) -> tuple[Books | None, Places]:
    """The books of everybody who is charged, and the core's subject of each record that can be rated."""
    if not len(ready):
        return None, ready
    products, subjects = np.unique(batch.product[ready], return_inverse=True)
    situations = [one for place in products.tolist() if isinstance(one := batch.owners.of[place], Situation)]
    since = instant_of(int(batch.columns.started_us[ready].min()))
    return open_books(uow, situations, book.compiled(), since=since), subjects


def _claims(batch: _Batch) -> dict[str, Column]:
    """The rows by which records are known, as if all that can be rated will be."""
    columns, count = batch.columns, batch.columns.rows
    contents = known.contents_of(columns)
    identities = known.identities_of(columns, contents)
    told = {"duration_s": columns.duration_s, "octets": columns.octets, "units": columns.count}
    told |= {"value_micros": columns.value}
    status = np.where(batch.excluded, store.EXCLUDED, store.RATED)
    status[list(batch.refused)] = store.SUSPENDED
    reasons: list[str | None] = _whole(columns.excluded).cast(pa.string()).to_pylist()
    codes: list[str | None] = [None] * count
    for row, why in batch.refused.items():
        codes[row], reasons[row] = why.code, why.reason
    return {
        "n": Column("i4", np.arange(count)),
        "usage_id": Column("text", batch.usage_ids),
        "served": Column("text", columns.served.text),
        "identity": Column("bytes", identities),
        "content": Column("bytes", [c if c is not i else None for c, i in zip(contents, identities, strict=True)]),
        "service": Column("text", columns.service.cast(pa.string())),
        "started_at": Column("us", columns.started_us),
        **{name: Column("i8", Nullable(values, values == NOT_TOLD)) for name, values in told.items()},
        "rating_group": Column("i4", Nullable(columns.rating_group, columns.rating_group == NOT_TOLD)),
        "destination": Column("text", columns.destination.text),
        "network": Column("text", columns.network),
        "record_id": Column("text", columns.record_id),
        "details": Column("jsonb", _details(columns)),
        "source": Column("text", pa.repeat(batch.source, count)),
        "line": Column("i8", columns.line),
        "status": Column("i2", status),
        "code": Column("text", codes),
        "reason": Column("text", reasons),
        **_owned(batch),
    }


def _details(columns: UsageColumns) -> Any:
    """What is kept beside the columns of a record: its details, and of which session it tells a part."""
    details = _whole(columns.details)
    sessions = _whole(columns.session)
    if sessions.null_count == len(sessions):
        return details
    found = details.to_pylist()
    for row in np.flatnonzero(pc.is_valid(sessions).to_numpy(zero_copy_only=False)).tolist():
        found[row] = known.details_with_session(columns, row)
    return pa.array(found, pa.string())


def _owned(batch: _Batch) -> dict[str, Column]:
    return {name: Column("text", values) for name, values in _owners(batch).items()}


def _owners(batch: _Batch) -> dict[str, Any]:
    """Whose each record is. Shape: pyarrow arrays by record, null where it is nobody's."""
    products = [one.product for one in batch.owners.of]
    places = pa.array(batch.product, mask=batch.product == _NOBODY)
    ids = {
        "product_id": [one.product_id for one in products],
        "billing_account_id": [one.billing_account_id for one in products],
        "customer_id": [one.customer_id for one in products],
    }
    return {name: pa.array(values, pa.string()).take(places) for name, values in ids.items()}


# -- rating -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Ended:
    """How the new records that could be rated ended. Shape: `rows` and `outcomes` alike."""

    rows: Places
    outcomes: NDArray[np.int8]
    events: int
    micros: dict[str, int]


def _rate(uow: Uow, batch: _Batch, books: Books, new: tuple[Places, Places]) -> _Ended:
    """Rate records in order of time (of equals in order of the file), and keep the charges."""
    rows, subjects = new
    order = np.argsort(batch.columns.started_us[rows], kind="stable")
    rows, subjects = rows[order], subjects[order]
    uses = _uses(batch, books, rows, subjects)
    uses.rows["session"], slices = batch.parts.slices_of(batch.columns, rows)
    rated = rate(books.compiled, books.calendar, books.subjects, uses, books.buckets, slices)
    taken = pa.array(rows)
    charged = Charged(
        uses, batch.usage_ids.take(taken), batch.columns.destination.text.take(taken), np.zeros(len(rows), np.int64)
    )
    keep_books(uow, books, rated, charged)
    _settle(uow, batch, (rows, rated.outcomes))
    return _Ended(rows, rated.outcomes, len(rated.parts), _sums(books, uses, rated))


def _uses(batch: _Batch, books: Books, rows: Places, subjects: Places) -> Uses:
    columns, compiled = batch.columns, books.compiled
    table = table_of(UseRow, len(rows))
    tariffs = {tariff_id: place for place, tariff_id in enumerate(compiled.tariff_ids)}
    of_subject = np.array([tariffs[one.product.offering_id] for one in books.situations])
    table["start_us"] = columns.started_us[rows]
    table["seconds"], table["octets"] = columns.duration_s[rows], columns.octets[rows]
    table["count"], table["value"] = columns.count[rows], columns.value[rows]
    table["rating_group"] = columns.rating_group[rows]
    table["destination"] = pack_numbers(columns.destination)[rows]
    table["network"] = _coded(columns.network, pack_digits)[rows]
    table["service"] = _coded(columns.service.cast(pa.string()), compiled.service_index)[rows]
    table["subject"], table["tariff"] = subjects, of_subject[subjects]
    return Uses(table)


def _coded(texts: Any, code: Any) -> Places:
    """A number for each text. Shape: few texts, many rows."""
    encoded = pc.dictionary_encode(_whole(texts))
    codes: Places = np.array([code(text) for text in encoded.dictionary.to_pylist()] or [0])
    found: Places = codes[encoded.indices.to_numpy(zero_copy_only=False)]
    return found


def pack_numbers(digits: Digits) -> Places:
    """Numbers as the core packs digits: the first 15, four bits each from the left."""
    length = np.minimum(digits.length, 18).astype(np.int64)
    packed = np.zeros(len(length), np.int64)
    for place in range(15):
        there = np.flatnonzero(length > place)
        digit = digits.value[there] // 10 ** (length[there] - 1 - place) % 10
        packed[there] |= (digit + 1) << (56 - 4 * place)
    return packed


def _settle(uow: Uow, batch: _Batch, ended: tuple[Places, NDArray[np.int8]]) -> None:
    """Records that the core did not rate wait."""
    rows, outcomes = ended
    unrated = np.flatnonzero(outcomes != layout.RATED)
    if not len(unrated):
        return
    whys = [_why(batch, int(rows[at]), int(outcomes[at])) for at in unrated.tolist()]
    batch.refused.update(zip(rows[unrated].tolist(), whys, strict=True))
    _keep_waiting(uow, batch, rows[unrated])


def _keep_waiting(uow: Uow, batch: _Batch, rows: Places) -> None:
    """Records that were made known as rated wait instead."""
    whys = [batch.refused[row] for row in rows.tolist()]
    nothing = pa.nulls(len(whys), pa.string())
    store.settle_records(
        uow,
        {
            "usage_id": Column("text", batch.usage_ids.take(pa.array(rows)).to_pylist()),
            "status": Column("i2", np.full(len(whys), store.SUSPENDED)),
            "code": Column("text", [why.code for why in whys]),
            "reason": Column("text", [why.reason for why in whys]),
            **{name: Column("text", nothing) for name in ("product_id", "billing_account_id", "customer_id")},
        },
    )


# -- parts of long uses, and what is released in volume ---------------------------------------------------------------


def _held_back(uow: Uow, batch: _Batch, ready: Places, is_new: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which of the records that can be rated wait for others of their session. Shape: by `ready`."""
    hold_back(batch.parts, is_new)
    held = np.array([row for row in batch.parts.waiting if row not in batch.refused], np.int64)
    if len(held):
        batch.refused.update({row: batch.parts.waiting[row] for row in held.tolist()})
        _keep_waiting(uow, batch, held)
    return np.isin(ready, held)


def _release_whole(uow: Uow, batch: _Batch) -> None:
    """Rate the sessions that these records have made whole, those of earlier files too."""
    whole = keep_waiting(uow, batch.parts)
    if not whole:
        return
    rows = {str(batch.usage_ids[row]): row for row in batch.parts.waiting}
    for usage_id in recharge(uow, whole, what="whole").rated:
        batch.refused.pop(rows.get(usage_id, _NOBODY), None)
        batch.became_rated += usage_id in rows


class Released(NamedTuple):
    """What became of records that had waited, by usage id."""

    rated: list[str]
    suspended: list[str]


def recharge(uow: Uow, ids: Sequence[str], *, what: str) -> Released:
    """Rate records again that wait and have no document; the others are left alone.

    Idempotent: what waits no more is left alone. Locks: the records in order of their keys, then the accounts.
    """
    waiting = files.lock_waiting(uow, ids)
    if not waiting:
        return Released([], [])
    files.note_history(uow, [row["usage_id"] for row in waiting], what)
    columns = columns_of_rows(waiting)
    batch = _matched(uow, columns, "", pa.array([row["usage_id"] for row in waiting], pa.string()))
    book = book_of(uow)
    _price(uow, batch, book)
    ready = batch.ready()
    books, subjects = _open(uow, batch, book, ready)
    if books is not None:
        _rate(uow, batch, books, (ready, subjects))
    refused = np.array(sorted(batch.refused), np.int64)
    if len(refused):
        _keep_waiting(uow, batch, refused)
    rated = np.setdiff1d(np.arange(columns.rows), refused)
    _settle_rated(uow, batch, rated)
    names = batch.usage_ids
    return Released(names.take(pa.array(rated)).to_pylist(), names.take(pa.array(refused)).to_pylist())


def _settle_rated(uow: Uow, batch: _Batch, rows: Places) -> None:
    if not len(rows):
        return
    nothing = pa.nulls(len(rows), pa.string())
    store.settle_records(
        uow,
        {
            "usage_id": Column("text", batch.usage_ids.take(pa.array(rows)).to_pylist()),
            "status": Column("i2", np.full(len(rows), store.RATED)),
            "code": Column("text", nothing),
            "reason": Column("text", nothing),
            **{name: Column("text", values.take(pa.array(rows))) for name, values in _owners(batch).items()},
        },
    )


def _why(batch: _Batch, row: int, outcome: int) -> Suspension:
    if outcome != layout.NO_PRICE:
        return matching.coded_refusal(outcome)
    cited_as = batch.version[int(batch.product[row])].cited_as
    columns = batch.columns
    return matching.no_price(cited_as, str(columns.service[row]), str(columns.destination.text[row]))


def _sums(books: Books, uses: Uses, rated: Rated) -> dict[str, int]:
    """What was charged in all, by currency."""
    tariffs = uses.rows["tariff"][rated.parts["use"]]
    currencies = {books.compiled.tariff_index(one.tariff.id): one.tariff.currency for one in books.versions.of}
    found: Counter[str] = Counter()
    for tariff in np.unique(tariffs).tolist():
        found[currencies[tariff]] += int(rated.parts["amount"][tariffs == tariff].sum())
    return dict(found)


# -- told -------------------------------------------------------------------------------------------------------------


def _report(
    batch: _Batch, is_new: NDArray[np.bool_], before: Sequence[store.Known], ended: _Ended | None
) -> ColumnsReport:
    differing = tuple(
        RejectedLine(
            int(batch.columns.line[one.n]),
            "record_id",
            f"its record id is that of usage {one.usage_id}, which says something else",
        )
        for one in before
        if not one.is_same
    )
    waiting = Counter(why.code for row, why in batch.refused.items() if is_new[row])
    rated = batch.became_rated + (0 if ended is None else int((ended.outcomes == layout.RATED).sum()))
    return ColumnsReport(
        records=batch.columns.rows,
        rated=rated,
        excluded=int((batch.excluded & is_new).sum()),
        duplicates=len(before) - len(differing),
        suspensions=dict(sorted(waiting.items())),
        differing=differing,
        events=0 if ended is None else ended.events,
        micros={} if ended is None else ended.micros,
    )


def _whole(array: Any) -> Any:
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
