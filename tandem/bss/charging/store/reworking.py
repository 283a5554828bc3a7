"""Work on many records that wait: which they are, how far it is, and what is written of them at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from psycopg.types.json import Jsonb

from tandem.bss.charging.store.files import note_history
from tandem.bss.charging.store.usage import EXCLUDED
from tandem.bss.charging.terms.files import Rework, SuspendedCause, Waiting
from tandem.kernel.store import Uow
from tandem.kernel.store.bulk import Column, rows_of

_COUNTS: Final = ("done", "rated", "suspended", "excluded")
_SHOWN: Final = (
    "id, verb, code, source, served, corrections, because, state, total, done, rated, suspended, excluded, by_whom, "
    "started_at, ended_at"
)


def suspended_causes(uow: Uow, *, limit: int) -> list[SuspendedCause]:
    """How many records of which source wait for what, most first."""
    rows = uow.all(
        "select code, source, count(*) as count, min(taken_at) as oldest_at from charging_record "
        f"where tenant = %s and status = 1 group by code, source order by 3 desc, 1, 2 limit {int(limit)}",
        (uow.tenant,),
    )
    return [SuspendedCause(**row) for row in rows]


def _condition(of: Waiting) -> tuple[str, list[str]]:
    told = {name: getattr(of, name) for name in ("code", "source", "served")}
    named = {name: value for name, value in told.items() if value is not None}
    return "".join(f" and {name} = %s" for name in named), list(named.values())


def count_waiting(uow: Uow, of: Waiting) -> int:
    """How many records wait."""
    more, params = _condition(of)
    row = uow.one(
        f"select count(*) as n from charging_record where tenant = %s and status = 1{more}", (uow.tenant, *params)
    )
    return int(row["n"]) if row else 0


class Turn(NamedTuple):
    """A work's batch: the records by whether they have a document, how many were looked at and the last of them."""

    with_document: list[str]
    without: list[str]
    last: tuple[Any, str] | None

    @property
    def size(self) -> int:
        """How many."""
        return len(self.with_document) + len(self.without)


def add_rework(uow: Uow, rework_id: str, work: Mapping[str, Any]) -> None:
    """Work that begins. Shape: verb, code, source, served, corrections, because, total."""
    uow.execute(
        "insert into charging_rework (tenant, id, verb, code, source, served, corrections, because, state, total, "
        "until, by_whom, started_at) values (%s, %s, %s, %s, %s, %s, %s, %s, 'running', %s, %s, %s, %s)",
        (
            *(uow.tenant, rework_id, work["verb"], work["code"], work["source"], work["served"]),
            *(Jsonb(work["corrections"]), work["because"], work["total"], uow.now, uow.actor, uow.now),
        ),
    )


def next_turn(uow: Uow, rework_id: str, of: Waiting, *, limit: int) -> Turn:
    """The next records that waited when the work began, in the order in which they were taken in."""
    more, params = _condition(of)
    rows = uow.all(
        "select r.usage_id, r.taken_at, r.has_document from charging_rework w join charging_record r "
        f"on r.tenant = w.tenant and r.status = 1{more.replace(' and ', ' and r.')} and r.taken_at <= w.until "
        "and (r.taken_at, r.usage_id) > (w.after_at, w.after_id) where w.tenant = %s and w.id = %s "
        f"order by r.taken_at, r.usage_id limit {int(limit)}",
        (*params, uow.tenant, rework_id),
    )
    last = (rows[-1]["taken_at"], rows[-1]["usage_id"]) if rows else None
    return Turn(
        [row["usage_id"] for row in rows if row["has_document"]],
        [row["usage_id"] for row in rows if not row["has_document"]],
        last,
    )


def note_turn(uow: Uow, rework_id: str, last: tuple[Any, str], counts: Mapping[str, int]) -> None:
    """A batch is through."""
    added = ", ".join(f"{name} = {name} + %s" for name in _COUNTS)
    uow.execute(
        f"update charging_rework set after_at = %s, after_id = %s, {added} where tenant = %s and id = %s",
        (*last, *(counts.get(name, 0) for name in _COUNTS), uow.tenant, rework_id),
    )


def end_rework(uow: Uow, rework_id: str, state: str) -> bool:
    """It ends; answers whether it was running."""
    return (
        uow.execute(
            "update charging_rework set state = %s, ended_at = %s where tenant = %s and id = %s and state = 'running'",
            (state, uow.now, uow.tenant, rework_id),
        ).rowcount
        > 0
    )


def rework_of(uow: Uow, rework_id: str, *, locked: bool = False) -> Rework | None:
    """One work. Locks: its row, where that is wanted."""
    row = uow.one(
        f"select {_SHOWN} from charging_rework where tenant = %s and id = %s{' for update' if locked else ''}",
        (uow.tenant, rework_id),
    )
    return None if row is None else _rework(row)


def reworks(uow: Uow, *, limit: int) -> list[Rework]:
    """What was done to many, the last first."""
    rows = uow.all(
        f"select {_SHOWN} from charging_rework where tenant = %s order by started_at desc, id desc limit {int(limit)}",
        (uow.tenant,),
    )
    return [_rework(row) for row in rows]


def _rework(row: Mapping[str, Any]) -> Rework:
    told = dict(row)
    of = Waiting(*(told.pop(name) for name in ("code", "source", "served")))
    return Rework(of=of, **told)


def exclude_many(uow: Uow, usage_ids: Sequence[str], because: str) -> int:
    """Put records that wait and have no document aside for good; answers how many."""
    note_history(uow, usage_ids, "excluded")
    rows = rows_of(uow, "excluded_ids", {"usage_id": Column("text", list(usage_ids))})
    return uow.execute(
        "update charging_record r set status = %s, code = null, reason = %s "
        f"from {rows.sql} where r.tenant = %s and r.usage_id = excluded_ids.usage_id and r.status = 1",
        (EXCLUDED, because, *rows.params, uow.tenant),
    ).rowcount
