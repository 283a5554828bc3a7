"""What the audit rows tell of things: who did what to them, when and from what cause."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tandem.kernel.json import Doc
from tandem.kernel.period import Instant
from tandem.kernel.store import Uow


@dataclass(frozen=True, slots=True)
class Deed:
    """One audit row."""

    at: Instant
    actor: str
    cause: str
    verb: str
    entity_id: str
    outcome: str
    facts: Doc


def deeds_of(uow: Uow, entity: str, entity_ids: Sequence[str], *, limit: int = 200) -> list[Deed]:
    """What was done to some things of one kind, the newest first."""
    rows = uow.all(
        "select at, actor, cause, verb, entity_id, outcome, facts from kernel_audit "
        "where tenant = %s and entity = %s and entity_id = any(%s) order by seq desc limit %s",
        (uow.tenant, entity, list(entity_ids), limit),
    )
    return [Deed(**row) for row in rows]
