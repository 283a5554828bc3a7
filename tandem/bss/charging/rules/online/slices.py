"""Where a rating group's use stands between two reports: carried into the core's arrays and out of them again.

Terms stand in a session by their ids: the tables of the tariffs are compiled anew while sessions go on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from tandem.bss.charging.rules.core.layout import NONE, SessionRow, Slices, SourceRow
from tandem.bss.charging.rules.core.rows import dtype_of, table_of
from tandem.bss.charging.rules.online.state import GroupState, SourceState

_SESSION: Final = dtype_of(SessionRow)
_SOURCE: Final = dtype_of(SourceRow)


def carried_in(groups: Sequence[GroupState], *, terms: Mapping[str, int]) -> Slices:
    """The groups as sessions of the core, in their order. `terms` are the places of `Compiled.term_ids`."""
    sessions: list[tuple[int, ...]] = []
    sources: list[tuple[int, ...]] = []
    for place, group in enumerate(groups):
        first = NONE
        for source in reversed(group.sources):
            term = terms.get(source.term)
            if term is not None:
                sources.append(_source_row(source, term, place, first))
                first = len(sources) - 1
        fee = terms.get(group.fee_price, NONE) if group.fee_price else NONE
        sessions.append((group.first_us, group.position, group.piece_at, fee, first))
    told = table_of(SourceRow, len(sources) + 4 * len(groups))
    if sources:
        told[: len(sources)] = np.array(sources, _SOURCE)
    return Slices(np.array(sessions, _SESSION), told, len(sources))


def _source_row(source: SourceState, term: int, session: int, following: int) -> tuple[int, ...]:
    return (
        *(source.assigned, source.counted, source.whole, source.rest, source.charged),
        *(session, term, following, source.kind, source.continues),
    )


def carry_out(slices: Slices, groups: Sequence[GroupState], term_ids: Sequence[str]) -> None:
    """Keep in the groups how their sessions stand now."""
    sources = slices.sources[: slices.count].tolist()
    for group, (first_us, position, piece_at, fee, place) in zip(groups, slices.sessions.tolist(), strict=True):
        group.first_us, group.position, group.piece_at = first_us, position, piece_at
        group.fee_price = term_ids[fee] if fee != NONE else ""
        group.sources = []
        while place != NONE:
            assigned, counted, whole, rest, charged, _, term, following, kind, continues = sources[place]
            group.sources.append(SourceState(kind, term_ids[term], assigned, counted, whole, rest, charged, continues))
            place = following
