"""What the sources of a use have come to, and the parts that they make."""

from __future__ import annotations

from tandem.bss.charging.rules.core.kernel.world import World
from tandem.bss.charging.rules.core.layout import BY_ALLOWANCE, BY_PRICE, NONE
from tandem.bss.charging.rules.core.machine import machine


@machine
def source_of(w: World, kind: int, term: int) -> int:
    """The place at work of a source of this use; a fresh one at its first use."""
    d = w.desk[0]
    for index in range(d.sources):
        if w.work[index].term == term and w.work[index].kind == kind:
            return index
    source = w.work[d.sources]
    source.term, source.kind, source.continues = term, kind, 0
    source.assigned, source.counted, source.whole, source.rest, source.charged = 0, 0, 0, 0, 0
    d.sources += 1
    return d.sources - 1


@machine
def add_part(w: World, kind: int, row: int, raw: int, counted: int) -> None:
    """Note what a source paid or charged of the piece; its amounts stand on the desk."""
    d = w.desk[0]
    if d.parts == len(w.parts):
        d.full = 1
        return
    part = w.parts[d.parts]
    part.use, part.plan, part.source, part.row = d.use, d.plan, kind, row
    part.at_us, part.position, part.raw, part.counted = d.at_us, d.position + d.raw - d.left, raw, counted
    part.term, part.before, part.continues, part.day_part = NONE, 0, 0, d.day_part
    part.amount, part.fee, part.waived, part.invoiced, part.unpaid = 0, 0, 0, 0, 0
    if kind == BY_ALLOWANCE:
        part.term = w.law.allowances[row].term
    elif kind == BY_PRICE:
        part.term = w.law.prices[row].term
        part.amount, part.fee, part.waived = d.amount, d.fee, d.waived
        part.invoiced, part.unpaid = d.invoiced, d.unpaid
    if part.term != NONE:
        source = w.work[source_of(w, kind, part.term)]
        part.before, part.continues = source.counted - counted, source.continues
    d.parts += 1


@machine
def load_sources(w: World, session: int) -> None:
    """Lay what a session's sources have come to on the desk."""
    d = w.desk[0]
    d.sources = 0
    if session == NONE:
        return
    index = w.sessions[session].first
    while index != NONE:
        kept = w.sources[index]
        source = w.work[source_of(w, kept.kind, kept.term)]
        source.assigned, source.counted, source.continues = kept.assigned, kept.counted, kept.continues
        source.whole, source.rest, source.charged = kept.whole, kept.rest, kept.charged
        index = kept.next


@machine
def keep_sources(w: World, session: int) -> None:
    """Write the sources on the desk back to their session; there is room."""
    d = w.desk[0]
    for place in range(d.sources):
        source = w.work[place]
        index = w.sessions[session].first
        while index != NONE and not (w.sources[index].term == source.term and w.sources[index].kind == source.kind):
            index = w.sources[index].next
        if index == NONE:
            index = d.kept_sources
            d.kept_sources += 1
            w.sources[index].next = w.sessions[session].first
            w.sessions[session].first = index
        kept = w.sources[index]
        kept.session, kept.term, kept.kind, kept.continues = session, source.term, source.kind, source.continues
        kept.assigned, kept.counted = source.assigned, source.counted
        kept.whole, kept.rest, kept.charged = source.whole, source.rest, source.charged
