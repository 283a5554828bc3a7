"""Tables of charging on line: sessions packed in one column, the answers that were given, notices, closed records.

All lead their keys with the account, whose row is locked before any of them is read: what stands here changes only
under that lock. Instants are business time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final, NamedTuple

import psycopg
from psycopg.rows import tuple_row
from psycopg.types.json import Jsonb

from tandem.bss.charging.terms.online import SessionNotice, WaitingNotice
from tandem.kernel.access.personal import PersonalData
from tandem.kernel.json import Doc
from tandem.kernel.period import Instant
from tandem.kernel.store import Uow, plain_table
from tandem.kernel.store.uow import translated

SESSION: Final = plain_table(
    "charging_session",
    """
    tenant text not null,
    billing_account_id text collate "C" not null,
    session text collate "C" not null,
    product_id text collate "C" not null,
    protocol text not null,
    opened_at timestamptz not null,
    held_until timestamptz,
    is_spent boolean not null,
    stale_at timestamptz,
    state bytea not null,
    primary key (tenant, billing_account_id, session)
    """,
    also=(
        "create index charging_session_stale on charging_session (tenant, stale_at) where stale_at is not null",
        "create index charging_session_server on charging_session (tenant, protocol) where stale_at is not null",
        "alter table charging_session set (fillfactor = 60)",
        "alter table charging_session alter column state set storage main",
    ),
)
"""A session that goes on or has ended. `stale_at`, in steps so that a report seldom moves it, is none when it has
ended; `held_until` is when its first reservation ends by itself."""

ANSWER: Final = plain_table(
    "charging_answer",
    """
    tenant text not null,
    billing_account_id text collate "C" not null,
    session text collate "C" not null,
    sequence bigint not null,
    answered_at timestamptz not null,
    answer bytea not null,
    primary key (tenant, billing_account_id, session, sequence)
    """,
    also=("create index charging_answer_age on charging_answer using brin (answered_at)",),
)
"""What a message was answered: one that comes again gets these bytes."""

NOTICE: Final = plain_table(
    "charging_notice",
    """
    tenant text not null,
    billing_account_id text collate "C" not null,
    id text collate "C" not null,
    protocol text not null,
    session text not null,
    notify_at text not null,
    kind text not null check (kind in ('reauthorise', 'abort')),
    rating_groups bigint[] not null,
    subscriber text not null,
    made_at timestamptz not null,
    not_before timestamptz not null default '-infinity',
    attempts integer not null default 0,
    settled text check (settled in ('delivered', 'given_up')),
    primary key (tenant, billing_account_id, id)
    """,
    also=("create index charging_notice_waiting on charging_notice (tenant, not_before) where settled is null",),
)
"""What the network is to be told unasked. `not_before` is real time: a network that does not answer is asked later."""

RECORD: Final = plain_table(
    "charging_cdr",
    """
    tenant text not null,
    billing_account_id text collate "C" not null,
    session text collate "C" not null,
    number integer not null,
    opened_at timestamptz not null,
    closed_at timestamptz not null,
    cause integer not null,
    doc jsonb not null,
    file text,
    primary key (tenant, billing_account_id, session, number)
    """,
    also=("create index charging_cdr_waiting on charging_cdr (tenant, closed_at) where file is null",),
)
"""Closed charging data records; `file` is the one that it was written to."""

WHEREABOUTS: Final = plain_table(
    "charging_whereabouts",
    """
    tenant text not null,
    billing_account_id text collate "C" not null,
    product_id text collate "C" not null,
    country text not null,
    since timestamptz not null,
    primary key (tenant, billing_account_id, product_id)
    """,
)
"""The country in which a product was used last, by its mobile country code; empty at home."""

PERSONAL_DATA: Final = (
    PersonalData(table="charging_session", path="state", kind="contact", subject="product_id"),
    PersonalData(table="charging_cdr", path="doc", kind="contact", subject="billing_account_id"),
    PersonalData(table="charging_notice", path="subscriber", kind="contact", subject="billing_account_id"),
    PersonalData(table="charging_whereabouts", path="country", kind="contact", subject="product_id"),
)


class SessionKey(NamedTuple):
    """Which session, on which account."""

    account: str
    session: str


class SessionRow(NamedTuple):
    """A session as its row is written."""

    key: SessionKey
    product_id: str
    protocol: str
    opened_at: Instant
    held_until: Instant | None
    is_spent: bool
    stale_at: Instant | None
    state: bytes


class AnswerRow(NamedTuple):
    """An answer as its row is written."""

    key: SessionKey
    sequence: int
    answer: bytes


class RecordRow(NamedTuple):
    """A closed record as its row is written."""

    key: SessionKey
    number: int
    opened_at: Instant
    closed_at: Instant
    cause: int
    doc: Doc


# -- sessions and answers: once for a batch ---------------------------------------------------------------------------

_ANSWERS: Final = (
    "select billing_account_id, session, sequence, answer "
    "from unnest(%b::text[], %b::text[], %b::bigint[]) as k (a, s, n) "
    "join charging_answer on tenant = %s and billing_account_id = a and session = s and sequence = n"
)
_SESSIONS: Final = (
    "select billing_account_id, session, state from unnest(%b::text[], %b::text[]) as k (a, s) "
    "join charging_session on tenant = %s and billing_account_id = a and session = s "
    "union "
    "select billing_account_id, session, state from unnest(%b::text[]) as k (a) "
    "join charging_session on tenant = %s and billing_account_id = a and held_until <= %s"
)
_PUT_SESSIONS: Final = (
    "insert into charging_session (tenant, billing_account_id, session, product_id, protocol, opened_at, held_until, "
    "is_spent, stale_at, state) select %s, t.* from unnest(%b::text[], %b::text[], %b::text[], %b::text[], "
    "%b::timestamptz[], %b::timestamptz[], %b::boolean[], %b::timestamptz[], %b::bytea[]) as t "
    "on conflict (tenant, billing_account_id, session) do update set product_id = excluded.product_id, "
    "held_until = excluded.held_until, is_spent = excluded.is_spent, stale_at = excluded.stale_at, "
    "state = excluded.state"
)
_ADD_ANSWERS: Final = (
    "insert into charging_answer (tenant, answered_at, billing_account_id, session, sequence, answer) "
    "select %s, %s, t.* from unnest(%b::text[], %b::text[], %b::bigint[], %b::bytea[]) as t"
)


def answers_before(uow: Uow, messages: Sequence[tuple[SessionKey, int]]) -> dict[tuple[SessionKey, int], bytes]:
    """What those of these messages that came before were answered."""
    accounts = [key.account for key, _ in messages]
    sessions = [key.session for key, _ in messages]
    rows = _tuples(uow, _ANSWERS, (accounts, sessions, [number for _, number in messages], uow.tenant))
    return {(SessionKey(account, session), number): answer for account, session, number, answer in rows}


def sessions_of(uow: Uow, keys: Sequence[SessionKey], *, expired_by: Instant) -> dict[SessionKey, bytes]:
    """These sessions that are known, and any others of the same accounts whose reservations ended by themselves."""
    accounts = [key.account for key in keys]
    sessions = [key.session for key in keys]
    params = (accounts, sessions, uow.tenant, sorted(set(accounts)), uow.tenant, expired_by)
    return {SessionKey(account, session): state for account, session, state in _tuples(uow, _SESSIONS, params)}


def put_sessions(uow: Uow, rows: Sequence[SessionRow]) -> None:
    """Keep sessions as they stand now; their accounts are locked."""
    if not rows:
        return
    keys, *columns = (list(column) for column in zip(*rows, strict=True))
    accounts, sessions = (list(part) for part in zip(*keys, strict=True))
    _run(uow, _PUT_SESSIONS, (uow.tenant, accounts, sessions, *columns))


def add_answers(uow: Uow, rows: Sequence[AnswerRow]) -> None:
    """Keep answers; each message is answered once."""
    if not rows:
        return
    accounts = [row.key.account for row in rows]
    sessions = [row.key.session for row in rows]
    sequences, answers = [row.sequence for row in rows], [row.answer for row in rows]
    _run(uow, _ADD_ANSWERS, (uow.tenant, uow.now, accounts, sessions, sequences, answers))


def sessions_of_accounts(uow: Uow, accounts: Sequence[str], *, only_spent: bool) -> dict[SessionKey, bytes]:
    """The sessions of accounts that go on; with `only_spent` those that wait for money, units or consent."""
    rows = _tuples(
        uow,
        "select billing_account_id, session, state from unnest(%b::text[]) as k (a) "
        "join charging_session on tenant = %s and billing_account_id = a "
        "where stale_at is not null and (is_spent or not %s)",
        (list(accounts), uow.tenant, only_spent),
    )
    return {SessionKey(account, session): state for account, session, state in rows}


def stale_sessions(uow: Uow, *, by: Instant, limit: int) -> list[SessionKey]:
    """Sessions of which nothing was heard for too long, in the order in which accounts are locked."""
    rows = _tuples(
        uow,
        "select billing_account_id, session from charging_session where tenant = %s and stale_at <= %s "
        "order by stale_at limit %s",
        (uow.tenant, by, limit),
    )
    return sorted(SessionKey(account, session) for account, session in rows)


def open_sessions(uow: Uow, keys: Sequence[SessionKey], *, stale_by: Instant | None) -> dict[SessionKey, bytes]:
    """Those of some sessions that go on; with `stale_by` those that are still stale then. Their accounts are locked."""
    rows = _tuples(
        uow,
        "select billing_account_id, session, state from unnest(%b::text[], %b::text[]) as k (a, s) "
        "join charging_session on tenant = %s and billing_account_id = a and session = s "
        "and stale_at <= coalesce(%s, 'infinity'::timestamptz)",
        ([key.account for key in keys], [key.session for key in keys], uow.tenant, stale_by),
    )
    return {SessionKey(account, session): state for account, session, state in rows}


def sessions_named(uow: Uow, protocol: str, beginning: str) -> list[SessionKey]:
    """The sessions of a protocol that go on and whose names begin so, in the order in which accounts are locked."""
    rows = _tuples(
        uow,
        "select billing_account_id, session from charging_session where tenant = %s and protocol = %s "
        "and stale_at is not null and starts_with(session, %s) order by billing_account_id, session",
        (uow.tenant, protocol, beginning),
    )
    return [SessionKey(account, session) for account, session in rows]


def forget_before(uow: Uow, at: Instant) -> int:
    """Drop answers, and sessions that have ended, of before an instant; answers how many rows."""
    answers = uow.execute("delete from charging_answer where tenant = %s and answered_at < %s", (uow.tenant, at))
    ended = uow.execute(
        "delete from charging_session where tenant = %s and stale_at is null and opened_at < %s", (uow.tenant, at)
    )
    return answers.rowcount + ended.rowcount


# -- notices ----------------------------------------------------------------------------------------------------------


def add_notices(uow: Uow, notices: Sequence[tuple[str, str, SessionNotice]]) -> None:
    """Keep notices to be delivered. Shape: (account, id, notice)."""
    uow.many(
        "insert into charging_notice (tenant, billing_account_id, id, protocol, session, notify_at, kind, "
        "rating_groups, subscriber, made_at) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        [
            (uow.tenant, account, one, notice.protocol, notice.session, notice.notify_at, notice.kind)
            + (list(notice.rating_groups), notice.subscriber, uow.now)
            for account, one, notice in notices
        ],
    )


def sessions_with_notice(uow: Uow, keys: Sequence[SessionKey], kind: str) -> set[SessionKey]:
    """Those of some sessions that have a notice of a kind waiting."""
    rows = _tuples(
        uow,
        "select distinct billing_account_id, n.session from unnest(%b::text[], %b::text[]) as k (a, s) "
        "join charging_notice n on tenant = %s and billing_account_id = a and n.session = s "
        "where settled is null and kind = %s",
        ([key.account for key in keys], [key.session for key in keys], uow.tenant, kind),
    )
    return {SessionKey(account, session) for account, session in rows}


def take_notices(uow: Uow, *, at: Instant, limit: int) -> list[WaitingNotice]:
    """Notices whose turn it is, kept from other processes until the transaction ends. Units: `at` is real time."""
    rows = uow.all(
        "select billing_account_id, id, attempts, protocol, session, notify_at, kind, rating_groups, subscriber "
        "from charging_notice where tenant = %s and settled is null and not_before <= %s "
        "order by not_before, id limit %s for update skip locked",
        (uow.tenant, at, limit),
    )
    return [_waiting(row) for row in rows]


def _waiting(row: dict[str, Any]) -> WaitingNotice:
    notice = SessionNotice(
        protocol=row["protocol"],
        session=row["session"],
        notify_at=row["notify_at"],
        kind=row["kind"],
        rating_groups=tuple(row["rating_groups"]),
        subscriber=row["subscriber"],
    )
    return WaitingNotice(row["billing_account_id"], row["id"], row["attempts"], notice)


def settle_notice(uow: Uow, waiting: WaitingNotice, how: str) -> None:
    """A notice was delivered, or is given up."""
    uow.execute(
        "update charging_notice set settled = %s, attempts = attempts + 1 "
        "where tenant = %s and billing_account_id = %s and id = %s",
        (how, uow.tenant, waiting.account, waiting.id),
    )


def put_off_notice(uow: Uow, waiting: WaitingNotice, until: Instant) -> None:
    """A notice could not be delivered now. Units: real time."""
    uow.execute(
        "update charging_notice set not_before = %s, attempts = attempts + 1 "
        "where tenant = %s and billing_account_id = %s and id = %s",
        (until, uow.tenant, waiting.account, waiting.id),
    )


# -- records and whereabouts ------------------------------------------------------------------------------------------


def add_records(uow: Uow, rows: Sequence[RecordRow]) -> None:
    """Keep closed records."""
    uow.many(
        "insert into charging_cdr (tenant, billing_account_id, session, number, opened_at, closed_at, cause, doc) "
        "values (%s, %s, %s, %s, %s, %s, %s, %s)",
        [(uow.tenant, *row.key, row.number, row.opened_at, row.closed_at, row.cause, Jsonb(row.doc)) for row in rows],
    )


def unwritten_records(uow: Uow, limit: int) -> list[tuple[SessionKey, int, Doc]]:
    """Closed records that stand in no file yet, the oldest first. Locks: the rows, so that each is written once."""
    rows = uow.all(
        "select billing_account_id, session, number, doc from charging_cdr where tenant = %s and file is null "
        "order by closed_at, billing_account_id, session, number limit %s for update skip locked",
        (uow.tenant, limit),
    )
    return [(SessionKey(row["billing_account_id"], row["session"]), row["number"], row["doc"]) for row in rows]


def mark_written(uow: Uow, records: Sequence[tuple[SessionKey, int]], file: str) -> None:
    """Note the file that records stand in."""
    accounts = [key.account for key, _ in records]
    sessions = [key.session for key, _ in records]
    uow.execute(
        "update charging_cdr set file = %s from unnest(%s::text[], %s::text[], %s::integer[]) as k (a, s, n) "
        "where tenant = %s and billing_account_id = a and session = s and number = n",
        (file, accounts, sessions, [number for _, number in records], uow.tenant),
    )


def records_of(uow: Uow, key: SessionKey) -> list[Doc]:
    """The closed records of a session, in order."""
    rows = uow.all(
        "select doc from charging_cdr where tenant = %s and billing_account_id = %s and session = %s order by number",
        (uow.tenant, *key),
    )
    return [row["doc"] for row in rows]


def consent_to(uow: Uow, account: str, number: int) -> None:
    """Let a limit stop no more; its account is locked."""
    uow.execute(
        "update charging_bucket set consent = true where tenant = %s and billing_account_id = %s and n = %s",
        (uow.tenant, account, number),
    )


def countries_of(uow: Uow, products: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Where these products were used last, by product. Shape: (account, product)."""
    rows = _tuples(
        uow,
        "select product_id, country from unnest(%b::text[], %b::text[]) as k (a, p) "
        "join charging_whereabouts on tenant = %s and billing_account_id = a and product_id = p",
        ([account for account, _ in products], [product for _, product in products], uow.tenant),
    )
    return dict(rows)


def put_countries(uow: Uow, countries: Sequence[tuple[str, str, str]]) -> None:
    """Where products are used now. Shape: (account, product, country)."""
    uow.many(
        "insert into charging_whereabouts (tenant, billing_account_id, product_id, country, since) "
        "values (%s, %s, %s, %s, %s) on conflict (tenant, billing_account_id, product_id) "
        "do update set country = excluded.country, since = excluded.since",
        [(uow.tenant, *one, uow.now) for one in countries],
    )


@contextmanager
def writing(uow: Uow) -> Iterator[None]:
    """Send the statements of the block one behind the other, and wait for the database once; reads wait by themselves.

    Raises: as `Uow.execute`, at the end of the block.
    """
    try:
        with uow.connection.pipeline():
            yield
    except psycopg.Error as fault:
        raise translated(fault) from fault


def _tuples(uow: Uow, sql: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Rows without names, and octets as they are: half the work of a batch was in naming columns."""
    try:
        with uow.connection.cursor(row_factory=tuple_row, binary=True) as cursor:
            return cursor.execute(sql, params).fetchall()
    except psycopg.Error as fault:
        raise translated(fault) from fault


def _run(uow: Uow, sql: str, params: Sequence[Any]) -> None:
    try:
        with uow.connection.cursor(row_factory=tuple_row, binary=True) as cursor:
            cursor.execute(sql, params)
    except psycopg.Error as fault:
        raise translated(fault) from fault
