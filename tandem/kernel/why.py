"""Why something is so: a tree of causes that a person can open, and the walk back along what was recorded.

Every change carries its cause: `request:…`, `step:…`, `event:…`, `job:…`, `seed:…`, `cli`; steps and events carry
theirs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tandem.kernel.money import Money
from tandem.kernel.period import Instant
from tandem.kernel.store import Uow

_DEPTH = 50


@dataclass(frozen=True, slots=True)
class Why:
    """One node: what is so, the thing it is about, its facts, and what it is because of.

    Where nodes carry amounts, the amounts of the causes sum to the node's own.
    """

    what: str
    entity: str = ""
    id: str = ""
    at: Instant | None = None
    amount: Money | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
    because: tuple[Why, ...] = ()

    def leaves(self) -> list[Why]:
        """The nodes without a further cause."""
        return [leaf for cause in self.because for leaf in cause.leaves()] if self.because else [self]


def changes_of(uow: Uow, entity: str, entity_id: str) -> tuple[Why, ...]:
    """Each recorded change of an entity, the newest first, with the chain of what caused it."""
    rows = uow.all(
        "select version, change, at, actor, cause, why from kernel_history "
        "where tenant = %s and entity = %s and id = %s order by version desc",
        (uow.tenant, entity, entity_id),
    )
    return tuple(
        Why(
            what=f"{entity} {row['change']} (version {row['version']})",
            entity=entity,
            id=entity_id,
            at=row["at"],
            facts=_facts(by=row["actor"], why=row["why"]),
            because=cause_chain(uow, row["cause"]),
        )
        for row in rows
    )


def cause_chain(uow: Uow, cause: str, depth: int = _DEPTH) -> tuple[Why, ...]:
    """What a recorded cause leads back to; a circle cannot be, since each is older, and the depth is bounded."""
    kind, _, key = cause.partition(":")
    if depth == 0:
        return ()
    if kind == "step" and key.isdigit():
        return _step(uow, int(key), depth)
    if kind == "event" and key.isdigit():
        return _event(uow, int(key), depth)
    return (Why(what=_WORDS.get(kind, "caused by") + (f" {key}" if key else ""), entity=kind, id=key),)


_WORDS = {
    "request": "asked by request",
    "job": "started by the clock:",
    "seed": "put there by the seed",
    "cli": "typed at the command line",
}


def _step(uow: Uow, step_id: int, depth: int) -> tuple[Why, ...]:
    row = uow.one(
        "select kind, attempts, actor, cause, finished_at, took_ms from kernel_step where tenant = %s and id = %s",
        (uow.tenant, step_id),
    )
    if row is None:
        return (Why(what=f"step {step_id}, no longer kept", entity="Step", id=str(step_id)),)
    if row["kind"].startswith("job:"):
        name = row["kind"].removeprefix("job:")
        return (Why(what=f"started by the clock: {name}", entity="Step", id=str(step_id), at=row["finished_at"]),)
    return (
        Why(
            what=f"step {row['kind']}",
            entity="Step",
            id=str(step_id),
            facts=_facts(attempts=row["attempts"], took_ms=row["took_ms"]),
            because=cause_chain(uow, row["cause"], depth - 1),
        ),
    )


def _event(uow: Uow, seq: int, depth: int) -> tuple[Why, ...]:
    row = uow.one(
        "select name, subject_type, subject_id, at, actor, cause from kernel_outbox where tenant = %s and seq = %s",
        (uow.tenant, seq),
    )
    if row is None:
        return (Why(what=f"event {seq}, no longer kept", entity="Event", id=str(seq)),)
    return (
        Why(
            what=f"event {row['name']} of {row['subject_type']} {row['subject_id']}",
            entity=row["subject_type"],
            id=row["subject_id"],
            at=row["at"],
            facts=_facts(by=row["actor"], event=seq),
            because=cause_chain(uow, row["cause"], depth - 1),
        ),
    )


def _facts(**facts: Any) -> dict[str, str]:
    return {name: str(value) for name, value in facts.items() if value is not None}


def as_lines(why: Why, indent: int = 0) -> list[str]:
    """The tree as text, a line for each node."""
    amount = f"  {why.amount}" if why.amount is not None else ""
    facts = ", ".join(f"{name} {value}" for name, value in why.facts.items())
    line = "  " * indent + why.what + amount + (f"  ({facts})" if facts else "")
    return [line, *(text for cause in why.because for text in as_lines(cause, indent + 1))]
