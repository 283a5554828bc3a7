"""Usage files: where each stands, the records of them that are none, and parts of long uses that wait for others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from tandem.bss.charging.store.usage import RECORD
from tandem.bss.charging.terms.files import FileCounts, FileFault, UsageFile
from tandem.kernel.access.personal import PersonalData
from tandem.kernel.period import Instant
from tandem.kernel.store import Uow, plain_table
from tandem.kernel.store.bulk import Column, rows_of

FAULTS_KEPT: Final = 1_000
"""Of a file. All of them stand in the report that lies beside it."""

FILE: Final = plain_table(
    "charging_file",
    """
    tenant text not null,
    id text collate "C" not null,
    source text collate "C" not null,
    name text not null,
    sha256 bytea not null,
    size bigint not null,
    form text collate "C" not null,
    place text not null,
    state text not null check (state in ('received', 'running', 'done', 'stopped', 'refused')),
    position bigint not null default 0,
    ahead bigint not null default 0,
    octets bigint not null default 0,
    rated bigint not null default 0,
    suspended bigint not null default 0,
    excluded bigint not null default 0,
    duplicates bigint not null default 0,
    rejected bigint not null default 0,
    sequence bigint,
    modulo bigint,
    reason text not null default '',
    by_whom text not null,
    received_at timestamptz not null,
    started_at timestamptz,
    ended_at timestamptz,
    primary key (tenant, id)
    """,
    also=(
        "create index charging_file_content on charging_file (tenant, sha256)",
        "create index charging_file_received on charging_file (tenant, received_at)",
        "create index charging_file_number on charging_file (tenant, source, received_at) where sequence is not null",
    ),
)
"""Every file that was ever begun. `position`: so many of its records are through; `ahead`: so many of the following
batch are too. `octets`: how far it was read, as it lies. Why: a file that is taken up again goes on where it was.
"""

FAULT: Final = plain_table(
    "charging_file_fault",
    """
    tenant text not null,
    file_id text collate "C" not null,
    line bigint not null,
    field text not null,
    reason text not null,
    primary key (tenant, file_id, line, field)
    """,
)

PART: Final = plain_table(
    "charging_part",
    """
    tenant text not null,
    served text collate "C" not null,
    session text collate "C" not null,
    number bigint not null,
    usage_id text collate "C" not null,
    is_last boolean not null,
    primary key (tenant, served, session, number, usage_id)
    """,
)
"""Partial records that wait for others of their session."""

REWORK: Final = plain_table(
    "charging_rework",
    """
    tenant text not null,
    id text collate "C" not null,
    verb text not null check (verb in ('release', 'exclude')),
    code text collate "C",
    source text collate "C",
    served text collate "C",
    corrections jsonb not null,
    because text not null,
    state text not null check (state in ('running', 'done', 'stopped')),
    total bigint not null,
    done bigint not null default 0,
    rated bigint not null default 0,
    suspended bigint not null default 0,
    excluded bigint not null default 0,
    until timestamptz not null,
    after_at timestamptz not null default '-infinity',
    after_id text collate "C" not null default '',
    by_whom text not null,
    started_at timestamptz not null,
    ended_at timestamptz,
    primary key (tenant, id)
    """,
    also=("create index charging_rework_started on charging_rework (tenant, started_at)",),
)
"""Work on many records that wait, a batch a step; `after_at` and `after_id`: the last one that was looked at."""

HISTORY: Final = plain_table(
    "charging_record_history",
    """
    tenant text not null,
    usage_id text collate "C" not null,
    n bigint generated always as identity,
    at timestamptz not null,
    what text collate "C" not null check (what in ('released', 'excluded', 'whole')),
    code text collate "C",
    reason text,
    by_whom text not null,
    cause text not null,
    primary key (tenant, usage_id, n)
    """,
    append_only=True,
)
"""What was done to records that have no document, and why they had waited; the others have the kernel's history."""


PERSONAL_DATA: Final = (PersonalData(table="charging_part", path="served", kind="contact", subject="served"),)


# -- files ------------------------------------------------------------------------------------------------------------


class Begun(NamedTuple):
    """A file that is to be rated now: what of it is through already."""

    id: str
    position: int
    ahead: int


_SHOWN: Final = (
    "id, source, name, encode(sha256, 'hex') as sha256, size, form, place, state, octets, rated, suspended, excluded, "
    "duplicates, rejected, sequence, reason, by_whom, received_at, started_at, ended_at"
)
_COUNTS: Final = ("rated", "suspended", "excluded", "duplicates", "rejected")


def add_file(uow: Uow, file_id: str, told: Mapping[str, Any]) -> None:
    """A file that is received. Shape: the table's columns by name."""
    names = ", ".join(told)
    marks = ", ".join(["%s"] * len(told))
    uow.execute(
        f"insert into charging_file (tenant, id, state, by_whom, received_at, {names}) "
        f"values (%s, %s, 'received', %s, %s, {marks})",
        (uow.tenant, file_id, uow.actor, uow.now, *told.values()),
    )


def unfinished_file(uow: Uow, told: Mapping[str, Any]) -> str | None:
    """The file of this content, source and form that was begun and not ended, the last one of several.

    One that waits or is running counts where it lies at the same place: whoever ran it is dead, we have its lock.
    """
    row = uow.one(
        "select id from charging_file where tenant = %s and sha256 = %s and source = %s and form in (%s, '') "
        "and (state = 'stopped' or (state in ('received', 'running') and place = %s)) "
        "order by received_at desc limit 1",
        (uow.tenant, told["sha256"], told["source"], told["form"], told["place"]),
    )
    return None if row is None else str(row["id"])


def run_file(uow: Uow, file_id: str, told: Mapping[str, Any]) -> Begun | None:
    """A file is running now, by this name at this place; none where it ended or was stopped for good."""
    row = uow.one(
        "update charging_file set state = 'running', reason = '', name = %s, place = %s, form = %s, sequence = %s, "
        "modulo = %s, started_at = coalesce(started_at, %s), ended_at = null "
        "where tenant = %s and id = %s and state in ('received', 'running', 'stopped') returning id, position, ahead",
        (
            *(told[name] for name in ("name", "place", "form", "sequence", "modulo")),
            uow.now,
            uow.tenant,
            file_id,
        ),
    )
    return None if row is None else Begun(row["id"], row["position"], row["ahead"])


def note_counts(uow: Uow, file_id: str, counts: FileCounts, *, ahead: int) -> None:
    """Some records of the batch at hand are through. Locks: the file's row until the end."""
    added = ", ".join(f"{name} = {name} + %s" for name in _COUNTS)
    uow.execute(
        f"update charging_file set {added}, ahead = ahead + %s where tenant = %s and id = %s",
        (*(getattr(counts, name) for name in _COUNTS), ahead, uow.tenant, file_id),
    )


def move_position(uow: Uow, file_id: str, position: int, octets: int) -> str:
    """A batch is through; answers the file's state, which somebody may have changed."""
    row = uow.one(
        "update charging_file set position = %s, ahead = 0, octets = %s where tenant = %s and id = %s returning state",
        (position, octets, uow.tenant, file_id),
    )
    return "stopped" if row is None else str(row["state"])


def note_number(uow: Uow, file_id: str, number: int) -> None:
    """A file's number among those of its source."""
    uow.execute("update charging_file set sequence = %s where tenant = %s and id = %s", (number, uow.tenant, file_id))


def note_place(uow: Uow, file_id: str, place: str) -> None:
    """Where a file lies now."""
    uow.execute("update charging_file set place = %s where tenant = %s and id = %s", (place, uow.tenant, file_id))


def end_file(uow: Uow, file_id: str, state: str, *, reason: str, place: str | None = None) -> None:
    """A file ends, for now or for good."""
    uow.execute(
        "update charging_file set state = %s, reason = %s, ended_at = %s, place = coalesce(%s, place), "
        "octets = case when %s = 'done' then size else octets end where tenant = %s and id = %s",
        (state, reason, uow.now, place, state, uow.tenant, file_id),
    )


def stop_file(uow: Uow, file_id: str) -> bool:
    """Whoever rates it ends after the batch at hand; answers whether it was to be stopped."""
    return (
        uow.execute(
            "update charging_file set state = 'stopped', reason = %s, ended_at = %s "
            "where tenant = %s and id = %s and state in ('received', 'running')",
            (f"stopped by {uow.actor}", uow.now, uow.tenant, file_id),
        ).rowcount
        > 0
    )


def take_up_file(uow: Uow, file_id: str) -> bool:
    """A stopped file waits to be rated again; answers whether it was stopped."""
    return (
        uow.execute(
            "update charging_file set state = 'received', reason = '', ended_at = null "
            "where tenant = %s and id = %s and state = 'stopped'",
            (uow.tenant, file_id),
        ).rowcount
        > 0
    )


def stopped_places(uow: Uow) -> set[str]:
    """Where files lie that persons have stopped."""
    rows = uow.all("select place from charging_file where tenant = %s and state = 'stopped'", (uow.tenant,))
    return {row["place"] for row in rows}


def file_of(uow: Uow, file_id: str) -> UsageFile | None:
    """One file."""
    row = uow.one(f"select {_SHOWN} from charging_file where tenant = %s and id = %s", (uow.tenant, file_id))
    return None if row is None else _file(row)


def files(uow: Uow, state: str | None, *, limit: int, offset: int) -> tuple[list[UsageFile], int]:
    """Files, those that came last first, and how many there are."""
    condition = "tenant = %s" + ("" if state is None else " and state = %s")
    params: tuple[Any, ...] = (uow.tenant,) if state is None else (uow.tenant, state)
    rows = uow.all(
        f"select {_SHOWN} from charging_file where {condition} order by received_at desc, id desc "
        f"limit {int(limit)} offset {int(offset)}",
        params,
    )
    count = uow.one(f"select count(*) as n from charging_file where {condition}", params)
    return [_file(row) for row in rows], int(count["n"]) if count else 0


def _file(row: Mapping[str, Any]) -> UsageFile:
    told = dict(row)
    counts = FileCounts(**{name: told.pop(name) for name in _COUNTS})
    return UsageFile(counts=counts, **told)


def add_faults(uow: Uow, file_id: str, faults: Sequence[FileFault]) -> None:
    """Keep what is wrong with some records of a file, of the first of them. Idempotent: by line and field."""
    if not faults:
        return
    kept = uow.one(
        "select count(*) as n from charging_file_fault where tenant = %s and file_id = %s", (uow.tenant, file_id)
    )
    some = faults[: max(FAULTS_KEPT - (int(kept["n"]) if kept else 0), 0)]
    uow.execute(
        "insert into charging_file_fault (tenant, file_id, line, field, reason) "
        "select %s, %s, u.line, u.field, u.reason from unnest(%s::bigint[], %s::text[], %s::text[]) "
        "as u (line, field, reason) on conflict do nothing",
        (uow.tenant, file_id, [one.line for one in some], [one.field for one in some], [one.reason for one in some]),
    )


def faults_of(uow: Uow, file_id: str, *, limit: int) -> list[FileFault]:
    """What is wrong with a file's records, in their order."""
    rows = uow.all(
        "select line, field, reason from charging_file_fault where tenant = %s and file_id = %s "
        f"order by line, field limit {int(limit)}",
        (uow.tenant, file_id),
    )
    return [FileFault(**row) for row in rows]


def numbers_of(uow: Uow, source: str, *, before: str | None, limit: int) -> list[tuple[int, int | None]]:
    """The numbers of a source's last files, in the order of their coming, each with what the counter turns at.

    A file that was sent again is one. `before`: a file that is left out.
    """
    rows = uow.all(
        "select sequence, modulo from (select distinct on (sha256, sequence) sequence, modulo, received_at, id "
        "from charging_file where tenant = %s and source = %s and sequence is not null and id is distinct from %s "
        "and state <> 'refused' order by sha256, sequence, received_at) one "
        f"order by received_at desc, id desc limit {int(limit)}",
        (uow.tenant, source, before),
    )
    return [(row["sequence"], row["modulo"]) for row in reversed(rows)]


def numbered_sources(uow: Uow) -> list[str]:
    """Who numbers files."""
    rows = uow.all(
        "select distinct source from charging_file where tenant = %s and sequence is not null order by source",
        (uow.tenant,),
    )
    return [row["source"] for row in rows]


# -- parts of long uses -----------------------------------------------------------------------------------------------


class Part(NamedTuple):
    """A partial record that waits."""

    served: str
    session: str
    number: int
    usage_id: str
    is_last: bool


def add_parts(uow: Uow, parts: Iterable[Part]) -> None:
    """These wait for others. Idempotent."""
    rows = list(parts)
    uow.execute(
        "insert into charging_part (tenant, served, session, number, usage_id, is_last) "
        "select %s, u.* from unnest(%s::text[], %s::text[], %s::bigint[], %s::text[], %s::boolean[]) as u "
        "on conflict do nothing",
        (uow.tenant, *([one[place] for one in rows] for place in range(5))),
    )


def parts_of(uow: Uow, sessions: Iterable[tuple[str, str]]) -> list[Part]:
    """Everything that waits of these sessions (served number, name), in order. Locks: the rows."""
    wanted = sorted(set(sessions))
    rows = uow.all(
        "select p.served, p.session, p.number, p.usage_id, p.is_last "
        "from unnest(%s::text[], %s::text[]) as u (served, session) "
        "join charging_part p on p.tenant = %s and p.served = u.served and p.session = u.session "
        "order by p.served, p.session, p.number, p.usage_id for update of p",
        ([served for served, _ in wanted], [session for _, session in wanted], uow.tenant),
    )
    return [Part(**row) for row in rows]


def drop_parts(uow: Uow, usage_ids: Sequence[str], sessions: Iterable[tuple[str, str]]) -> None:
    """These wait no more: their sessions are whole."""
    wanted = sorted(set(sessions))
    uow.execute(
        "delete from charging_part p using unnest(%s::text[], %s::text[]) as u (served, session) "
        "where p.tenant = %s and p.served = u.served and p.session = u.session and p.usage_id = any(%s)",
        ([served for served, _ in wanted], [session for _, session in wanted], uow.tenant, list(usage_ids)),
    )


# -- what is done to many --------------------------------------------------------------------------------------------


def lock_waiting(uow: Uow, usage_ids: Sequence[str]) -> list[dict[str, Any]]:
    """The records among these that wait and have no document, as rows, in order of their use.

    Locks: the rows, in order of their keys.
    """
    rows = rows_of(uow, "released", {"usage_id": Column("text", list(usage_ids))})
    found = uow.all(
        f"select {', '.join(f'r.{name}' for name in RECORD.split(', '))} from {rows.sql} "
        "join charging_record r on r.tenant = %s and r.usage_id = released.usage_id "
        "where r.status = 1 and not r.has_document order by r.served, r.identity for update of r",
        (*rows.params, uow.tenant),
    )
    return sorted(found, key=lambda row: (row["started_at"], row["usage_id"]))


def note_history(uow: Uow, usage_ids: Sequence[str], what: str) -> None:
    """Keep how records stood before something is done to them."""
    rows = rows_of(uow, "noted_ids", {"usage_id": Column("text", list(usage_ids))})
    uow.execute(
        "insert into charging_record_history (tenant, usage_id, at, what, code, reason, by_whom, cause) "
        f"select r.tenant, r.usage_id, %s, %s, r.code, r.reason, %s, %s from {rows.sql} "
        "join charging_record r on r.tenant = %s and r.usage_id = noted_ids.usage_id",
        (uow.now, what, uow.actor, uow.cause, *rows.params, uow.tenant),
    )


def history_of(uow: Uow, usage_id: str) -> list[dict[str, Any]]:
    """What was done to a record, in order."""
    return uow.all(
        "select at, what, code, reason, by_whom, cause from charging_record_history "
        "where tenant = %s and usage_id = %s order by n",
        (uow.tenant, usage_id),
    )


def received_files(uow: Uow, before: Instant) -> list[UsageFile]:
    """The files that wait to be rated by a worker, and those whose worker may be dead, the oldest first."""
    rows = uow.all(
        f"select {_SHOWN} from charging_file where tenant = %s and state in ('received', 'running') "
        "and received_at <= %s order by received_at, id",
        (uow.tenant, before),
    )
    return [_file(row) for row in rows]
