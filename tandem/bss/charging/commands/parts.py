"""Partial records of long uses: those of a session that is whole are rated as its slices, the others wait for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tandem.bss.charging.rules.core.layout import SessionRow, Slices, SourceRow
from tandem.bss.charging.rules.core.rows import table_of
from tandem.bss.charging.rules.files.columns import NOT_TOLD, UsageColumns
from tandem.bss.charging.rules.files.partials import Partial, correlate
from tandem.bss.charging.store import files as store
from tandem.bss.charging.store.files import Part
from tandem.bss.charging.terms import Suspension
from tandem.kernel.store import Uow

Places = NDArray[np.int64]
_SOURCES_EACH: Final = 4


@dataclass
class Parts:
    """The partial records of a batch, by row. `waiting`: those whose session is not whole yet, with why."""

    of: dict[int, Part] = field(default_factory=dict)
    waiting: dict[int, Suspension] = field(default_factory=dict)

    def slices_of(self, columns: UsageColumns, rows: Places) -> tuple[Places, Slices | None]:
        """The core's session of each of these records, -1 for a whole use, and the sessions as they begin."""
        found = np.full(len(rows), NOT_TOLD, np.int64)
        if not self.of:
            return found, None
        groups: dict[tuple[str, str, str, int], int] = {}
        for place, row in enumerate(rows.tolist()):
            part = self.of.get(row)
            if part is not None:
                key = (part.served, part.session, str(columns.service[row]), int(columns.rating_group[row]))
                found[place] = groups.setdefault(key, len(groups))
        return found, Slices(table_of(SessionRow, len(groups)), table_of(SourceRow, _SOURCES_EACH * len(groups)))


def parts_among(columns: UsageColumns, usage_ids: Any, taking: NDArray[np.bool_]) -> Parts:
    """The partial records among those that are taken in: of a session, with a number."""
    sessions = columns.session.combine_chunks() if isinstance(columns.session, pa.ChunkedArray) else columns.session
    if sessions.null_count == len(sessions):
        return Parts()
    told = pc.is_valid(sessions).to_numpy(zero_copy_only=False) & (columns.partial_seq != NOT_TOLD) & taking
    return Parts(
        {
            row: Part(
                str(columns.served.text[row]),
                str(sessions[row]),
                int(columns.partial_seq[row]),
                str(usage_ids[row]),
                bool(columns.is_last[row]),
            )
            for row in np.flatnonzero(told).tolist()
        }
    )


def hold_back(parts: Parts, is_new: NDArray[np.bool_]) -> None:
    """Let those wait whose session is not whole within the batch, or of which some came before."""
    by_key = {str(row): row for row in parts.of}
    found = correlate([_partial(part, str(row)) for row, part in parts.of.items()])
    for session, keys in (*found.whole.items(), *found.waiting.items()):
        rows = [by_key[key] for key in keys]
        if session in found.whole and all(is_new[row] for row in rows):
            continue
        why = Suspension("waiting_for_parts", _reason(parts.of[rows[0]].session, found.missing.get(session, ())))
        parts.waiting.update({row: why for row in rows if is_new[row]})


def _partial(part: Part, key: str) -> Partial:
    return Partial(f"{part.served}\x1f{part.session}", part.number, part.is_last, key)


def _reason(session: str, missing: tuple[int, ...]) -> str:
    if not missing:
        return f"session {session} goes on: its last record has not come"
    return f"session {session} lacks record {', '.join(map(str, missing[:10]))}"


def keep_waiting(uow: Uow, parts: Parts) -> list[str]:
    """Keep those that wait; answers the usage ids of all sessions that have become whole, which wait no more."""
    if not parts.waiting:
        return []
    held = [parts.of[row] for row in parts.waiting]
    store.add_parts(uow, held)
    sessions = {(one.served, one.session) for one in held}
    known = store.parts_of(uow, sessions)
    whole = [key for keys in correlate([_partial(one, one.usage_id) for one in known]).whole.values() for key in keys]
    if whole:
        store.drop_parts(uow, whole, sessions)
    return whole
