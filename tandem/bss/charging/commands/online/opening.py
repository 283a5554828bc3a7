"""What a batch stands on: who is charged, their books locked and open, what was answered before, the sessions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from tandem.bss.charging.commands.online import counting
from tandem.bss.charging.commands.online.counting import Names, Table
from tandem.bss.charging.commands.online.playing import Desk
from tandem.bss.charging.commands.online.policies import Policies
from tandem.bss.charging.commands.online.serving import served
from tandem.bss.charging.commands.online.turns import Payer, micros_since
from tandem.bss.charging.commands.state import Books, Situation, open_books
from tandem.bss.charging.commands.tariffs import TariffBook, Version, Versions, book_of
from tandem.bss.charging.rules.online import answers
from tandem.bss.charging.rules.online import state as states
from tandem.bss.charging.rules.online.state import Held, SessionState
from tandem.bss.charging.store import sessions
from tandem.bss.charging.store.sessions import SessionKey
from tandem.bss.charging.terms import Suspension
from tandem.bss.charging.terms.online import SessionAnswer, SessionRequest
from tandem.kernel.period import Instant
from tandem.kernel.store import Uow

Asked = Sequence[tuple[int, SessionRequest]]
"""Messages with their places in the batch."""


@dataclass(slots=True)
class Opened:
    """A batch that can be played. Shape: `payers` by place in the batch, `known` by message."""

    books: Books
    desk: Desk
    payers: dict[int, Payer]
    known: dict[tuple[SessionKey, int], bytes] = field(default_factory=dict)
    states: dict[SessionKey, SessionState] = field(default_factory=dict)
    touched: set[SessionKey] = field(default_factory=set)


def open_batch(uow: Uow, asked: Asked, refused: dict[int, SessionAnswer]) -> Opened | None:
    """Lock and read what these messages need; nothing when nobody is known. Who cannot be charged is `refused`."""
    situations = served(uow, asked)
    book, priced = _priced(uow, asked, situations)
    for place, request in asked:
        if place not in situations:
            refused[place] = answers.refused(request, "unknown_subscriber", "nobody is charged here", now=uow.now)
        elif place not in priced:
            refused[place] = answers.refused(request, "rating_failed", "its plan has no tariff", now=uow.now)
    if not priced:
        return None
    mine = [(place, request) for place, request in asked if place in priced]
    return _opened(uow, mine, {place: situations[place] for place in priced}, (book.compiled(), priced))


def _priced(uow: Uow, asked: Asked, situations: Mapping[int, Situation]) -> tuple[TariffBook, dict[int, Version]]:
    """The tariff of each message that has one; those of all that was used are learned too."""
    book = book_of(uow)
    offerings = {place: one.product.offering_id for place, one in situations.items()}
    book.learn(
        uow, {(offerings[place], at) for place, request in asked if place in offerings for at in _instants(request)}
    )
    versions = {place: book.version_of(offerings[place], request.at) for place, request in asked if place in offerings}
    return book, {place: one for place, one in versions.items() if not isinstance(one, Suspension)}


def _instants(request: SessionRequest) -> set[Instant]:
    return {request.at, *(used.started_at for part in request.parts for used in part.used)}


def _opened(
    uow: Uow, asked: Asked, situations: Mapping[int, Situation], tariffs: tuple[Versions, Mapping[int, Version]]
) -> Opened:
    versions, priced = tariffs
    known = _known_of(versions)
    distinct = {one.product.product_id: one for one in situations.values()}
    since = min(at for _, request in asked for at in _instants(request))
    books = open_books(uow, list(distinct.values()), versions, since=since)
    table = Table(books.compiled, books.calendar, books.subjects, books.buckets, known.names)
    subjects = {product_id: place for place, product_id in enumerate(distinct)}
    payers = {}
    for place, request in asked:
        one, tariff = situations[place], priced[place].tariff
        key = SessionKey(one.account.billing_account_id, request.session)
        subject = subjects[one.product.product_id]
        payers[place] = Payer(key, one, subject, known.names.tariffs[tariff.id], tariff)
    opened = Opened(books, Desk(table, known.policies, uow.now, micros_since(uow.now)), payers)
    _read_sessions(uow, opened, asked)
    return opened


class _Known(NamedTuple):
    versions: Versions
    names: Names
    policies: Policies


_latest: list[_Known] = []
"""Of the tariffs that were compiled last, what is looked up by name. Shape: one, or none yet."""


def _known_of(versions: Versions) -> _Known:
    if _latest and _latest[0].versions is versions:
        return _latest[0]
    compiled = versions.compiled
    services, terms, tariffs = (
        {name: place for place, name in enumerate(told)}
        for told in (compiled.service_names, compiled.term_ids, compiled.tariff_ids)
    )
    known = _Known(versions, Names(services, terms, tariffs), Policies())
    _latest[:] = [known]
    return known


# -- sessions ---------------------------------------------------------------------------------------------------------


def _read_sessions(uow: Uow, opened: Opened, asked: Asked) -> None:
    """What was answered before, and the sessions as they stand; reservations whose time is over end here."""
    keys = [opened.payers[place].key for place, _ in asked]
    messages = [(key, request.sequence) for key, (_, request) in zip(keys, asked, strict=True)]
    opened.known = sessions.answers_before(uow, messages)
    kept = sessions.sessions_of(uow, keys, expired_by=uow.now)
    opened.states = {key: states.unpacked(state) for key, state in kept.items()}
    rows = _rows_by_number(opened.books)
    for key, state in opened.states.items():
        _point_to_rows(state, rows.get(key.account, {}))
        over = [one for one in state.groups if one.held and one.held_until_us <= opened.desk.now_us]
        if over:
            counting.give_back(opened.books.buckets, over)
            opened.touched.add(key)


def _rows_by_number(books: Books) -> dict[str, dict[int, int]]:
    """The rows of buckets by account and number."""
    found: dict[str, dict[int, int]] = {account_id: {} for account_id in books.account_ids}
    for row, (account, number) in enumerate(zip(accounts_of(books), books.buckets.filled["key"].tolist(), strict=True)):
        found[books.account_ids[account]][number] = row
    return found


def accounts_of(books: Books) -> list[int]:
    """The account's place of each bucket."""
    filled = books.buckets.filled
    owners = books.subjects.rows["account"][np.maximum(filled["subject"], 0)]
    accounts: list[int] = np.where(filled["subject"] < 0, filled["account"], owners).tolist()
    return accounts


def _point_to_rows(state: SessionState, rows: Mapping[int, int]) -> None:
    """What is held, by the buckets' rows; below zero where one is not at hand: another product's of the account."""
    for group in state.groups:
        if group.held:
            group.held = [Held(rows.get(held.bucket, -1 - held.bucket), held.amount) for held in group.held]
