"""BER by tables: which elements of a record we want, and a walk over the octets that finds them.

A table is a tree of elements. What is not in it is skipped by its length, so that a later release of a standard, or a
sender's extension, disturbs nothing. Standard: ITU-T X.690; lengths may be indefinite.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple

import numpy as np

from tandem.bss.charging.rules.files.columns import I64
from tandem.bss.charging.rules.files.compiled import Kernel, inlined, part

Array = Any
Kind = Literal["whole", "tbcd", "bcd", "address", "time", "text", "hex", "network", "there"]
"""How a value is written. bcd: high nibble first (TAP); address: its type in the first octet; there: only whether."""

CONTEXT: Final = 2 * 512
APPLICATION: Final = 1 * 512
DEEPEST: Final = 24

TRUNCATED: Final = -1
MALFORMED: Final = -2
FULL: Final = -3
UNKNOWN: Final = -4


class Element(NamedTuple):
    """An element of a record: a value that we want (`kind`), or one that holds others (`parts`).

    `is_record`: one use at least. `is_row`: each of these is a use by itself, which has what stands around it too.
    """

    tag: int
    name: str
    kind: Kind | None = None
    parts: tuple[Element, ...] = ()
    is_record: bool = False
    is_row: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A tree as one array. Shape: steps (states, 3, tags): the state that a tag leads to, the slot that it fills, and
    in the last row what is known of the state: its first slot, its last, whether it is a use, whether a record. The
    state before the last wants nothing; what stands last says of each slot whether all uses of a record have it.
    """

    steps: Array
    slots: tuple[tuple[str, Kind], ...]


def table_of(roots: tuple[Element, ...]) -> Table:
    """Compile a tree."""
    states = list(_holders(Element(0, "", parts=roots)))
    steps = np.full((len(states) + 2, 3, 3 * 512), -1, np.int32)
    steps[-2:, 2] = 0
    slots: list[tuple[str, Kind]] = []
    for place, state in enumerate(states):
        first = len(slots)
        is_wide = not (state.is_row or _has_row(state) or _is_in_row(state, states))
        for one in state.parts:
            if one.kind is not None:
                steps[place, 1, one.tag] = len(slots)
                steps[-1, 2, len(slots)] = is_wide
                slots.append((one.name, one.kind))
            if one.parts:
                steps[place, 0, one.tag] = next(index for index, other in enumerate(states) if other is one)
        steps[place, 2, :4] = first, len(slots), state.is_row, state.is_record
    return Table(steps, tuple(slots))


def _holders(element: Element) -> Iterator[Element]:
    yield element
    for one in element.parts:
        if one.parts:
            yield from _holders(one)


def _has_row(element: Element) -> bool:
    return any(one.is_row or _has_row(one) for one in element.parts)


def _is_in_row(element: Element, states: list[Element]) -> bool:
    return any(state.is_row and any(one is element for one in _holders(state)) for state in states)


# -- the walk ---------------------------------------------------------------------------------------------------------
# One array holds all that a walk remembers: several would be counted in and out at each step, which takes most of the
# time. These are its places.

ROWS: Final = 0
FRAME: Final = 1
FAULTS: Final = 2
BEGIN: Final = 3
TAG: Final = 4
DEPTH: Final = 5
AT: Final = 6
KEY: Final = 7
HOLDS: Final = 8
LENGTH: Final = 9
CONTENT: Final = 10
CHILD: Final = 11
STACK: Final = 16
"""From here on five places for each open element: its end, its state, the first row within it, whether its length is
indefinite (1) or more than there is (2), the first row of its record or -1."""
CURRENT: Final = STACK + 5 * (DEEPEST + 1)
"""From here on two places for each slot: where its value begins, and its length."""
WHERE: Final = 4
"""A row begins with its frame, where that begins, the tag of its record, and its place within the record."""


def memory_for(table: Table) -> I64:
    """What a walk remembers."""
    return np.zeros(CURRENT + 2 * len(table.slots), np.int64)


def rows_for(table: Table, rows: int) -> I64:
    """Room for some rows."""
    return np.empty((rows, WHERE + 2 * len(table.slots)), np.int64)


@inlined
def read_length(octets: Any, at: int, end: int, memory: Array) -> int:
    """Length octets: -1 for an indefinite one."""
    if at >= end:
        return TRUNCATED
    first = octets[at] & 255
    memory[LENGTH] = first
    memory[CONTENT] = at + 1
    if first == 128:
        memory[LENGTH] = -1
    elif first > 128:
        size = first - 128
        if size > 5:
            return MALFORMED
        if at + 1 + size > end:
            return TRUNCATED
        length = 0
        for place in range(at + 1, at + 1 + size):
            length = length * 256 + (octets[place] & 255)
        memory[LENGTH] = length
        memory[CONTENT] = at + 1 + size
    return 0


@part
def read_long_tag(octets: Any, at: int, end: int, memory: Array) -> int:
    """A tag number of several octets, into the key."""
    number, octet = 0, 128
    while octet >= 128 and number < 512:
        if at >= end:
            return TRUNCATED
        octet = octets[at] & 255
        number = number * 128 + (octet & 127)
        at += 1
    if octet >= 128:
        return MALFORMED
    memory[CONTENT] = at
    if memory[KEY] >= 0:
        memory[KEY] = memory[KEY] // 512 * 512 + number if number < 512 else -1
    return 0


@inlined
def read_head(octets: Any, at: int, end: int, memory: Array) -> int:
    """Tag and length: the tag's key (-1: none of a table's), whether it holds others, length, where content begins."""
    if at >= end:
        return TRUNCATED
    first = octets[at] & 255
    memory[KEY] = (first >> 6) * 512 + (first & 31)
    memory[HOLDS] = first >> 5 & 1
    memory[CONTENT] = at + 1
    if first >= 192:
        memory[KEY] = -1
    if first & 31 == 31:
        status = read_long_tag(octets, at + 1, end, memory)
        if status < 0:
            return status
    return read_length(octets, memory[CONTENT], end, memory)


@inlined
def emit(memory: Array, rows: Array, first_row: int) -> int:
    """Write the current slots down as a row."""
    row = memory[ROWS]
    if row >= rows.shape[0]:
        return FULL
    rows[row, 0] = memory[FRAME]
    rows[row, 1] = memory[BEGIN]
    rows[row, 2] = memory[TAG]
    rows[row, 3] = row - first_row
    for place in range(rows.shape[1] - WHERE):
        rows[row, WHERE + place] = memory[CURRENT + place]
    memory[ROWS] = row + 1
    return 0


@inlined
def forget(memory: Array, first: int, last: int) -> None:
    """Nothing is known of some slots."""
    for slot in range(first, last):
        memory[CURRENT + 2 * slot] = 0
        memory[CURRENT + 2 * slot + 1] = -1


@inlined
def open_element(table: Array, memory: Array, state: int, end: int, indefinite: int) -> None:
    """Go into an element: what it had before is forgotten."""
    here = STACK + 5 * memory[DEPTH]
    memory[here] = end
    memory[here + 1] = state
    memory[here + 2] = memory[ROWS]
    memory[here + 3] = indefinite
    if table[state, 2, 3] == 1:
        forget(memory, 0, (len(memory) - CURRENT) // 2)
        memory[here + 4] = memory[ROWS]
        memory[TAG] = memory[KEY] % 512
    else:
        forget(memory, table[state, 2, 0], table[state, 2, 1])
        memory[here + 4] = -1
        if memory[DEPTH] > 0:
            memory[here + 4] = memory[here - 1]


@inlined
def complete_row(table: Array, memory: Array, rows: Array, state: int, row: int) -> None:
    """Give a use what the element around it holds, and of a record what stands beside its uses."""
    low, high, is_record = table[state, 2, 0], table[state, 2, 1], table[state, 2, 3] == 1
    last = (rows.shape[1] - WHERE) // 2 if is_record else high
    for slot in range(0 if is_record else low, last):
        if low <= slot < high or (is_record and table[-1, 2, slot] == 1):
            rows[row, WHERE + 2 * slot] = memory[CURRENT + 2 * slot]
            rows[row, WHERE + 2 * slot + 1] = memory[CURRENT + 2 * slot + 1]


@inlined
def close_element(table: Array, memory: Array, rows: Array) -> int:
    """Come out of an element: rows within it get what it holds, or it is one itself."""
    here = STACK + 5 * memory[DEPTH]
    state, first = memory[here + 1], memory[here + 2]
    memory[DEPTH] -= 1
    if table[state, 2, 2] == 1 or (table[state, 2, 3] == 1 and memory[ROWS] == first):
        status = emit(memory, rows, memory[here + 4])
        forget(memory, table[state, 2, 0], table[state, 2, 1])
        return status
    for row in range(first, memory[ROWS]):
        complete_row(table, memory, rows, state, row)
    return 0


@inlined
def fill(table: Array, memory: Array, state: int) -> None:
    """Write down where the element stands, if its value is wanted."""
    slot = table[state, 1, memory[KEY]]
    if slot >= 0:
        memory[CURRENT + 2 * slot] = memory[CONTENT]
        memory[CURRENT + 2 * slot + 1] = max(memory[LENGTH], memory[HOLDS])


@part
def enter(octets: Any, at: int, end: int, table: Array, memory: Array) -> int:
    """Look at one element within the innermost open one. Returns where to go on, or a fault."""
    status = read_head(octets, at, end, memory)
    if status < 0:
        return status
    here = STACK + 5 * memory[DEPTH]
    length, begin = memory[LENGTH], memory[CONTENT]
    is_cut = length >= 0 and begin + length > end
    if is_cut and memory[here + 3] == 0 and memory[DEPTH] > 0:
        return MALFORMED
    memory[CHILD] = -1
    if memory[KEY] >= 0:
        memory[CHILD] = table[memory[here + 1], 0, memory[KEY]]
        fill(table, memory, memory[here + 1])
    if memory[HOLDS] == 0 or (memory[CHILD] < 0 and length >= 0):
        if is_cut:
            return TRUNCATED
        return int(begin + length) if length >= 0 else MALFORMED
    if memory[DEPTH] + 1 >= DEEPEST:
        return MALFORMED
    memory[DEPTH] += 1
    if memory[CHILD] < 0:
        memory[CHILD] = len(table) - 2
    if is_cut:
        open_element(table, memory, memory[CHILD], end, 2)
    elif length < 0:
        open_element(table, memory, memory[CHILD], end, 1)
    else:
        open_element(table, memory, memory[CHILD], begin + length, 0)
    return int(begin)


@inlined
def leave_or_enter(octets: Any, at: int, table: Array, memory: Array, rows: Array) -> int:
    """One step within the innermost open element. Returns where to go on, or a fault."""
    here = STACK + 5 * memory[DEPTH]
    limit, indefinite = memory[here], memory[here + 3] == 1
    if indefinite and at + 2 <= limit and octets[at] == 0 and octets[at + 1] == 0:
        at += 2
    elif memory[here + 3] > 0 or at != limit:
        return enter(octets, at, limit, table, memory)
    status = close_element(table, memory, rows)
    return status if status < 0 else at


@part
def walk_frame(octets: Any, frame: Array, table: Array, memory: Array, rows: Array) -> int:
    """One element at the top and all within it. Returns where it ends, or a fault."""
    at, end = frame[0], frame[1]
    memory[BEGIN] = at
    memory[DEPTH] = 0
    memory[AT] = at
    memory[KEY] = 0
    open_element(table, memory, 0, end, 0)
    status = read_head(octets, at, end, memory)
    if status == 0 and (memory[KEY] < 0 or table[0, 0, memory[KEY]] < 0):
        return UNKNOWN
    at = enter(octets, at, end, table, memory)
    while at >= 0 and memory[DEPTH] > 0:
        memory[AT] = at
        at = leave_or_enter(octets, at, table, memory, rows)
    return at


def _walk(octets: Any, frames: Array, table: Array, memory: Array, rows: Array, faults: Array) -> int:
    """Records in their frames, as many as have room. Returns how many frames were walked.

    Shape: frames (frames, 2), begin and end; faults (frames, 3): frame, offset, what, as many as the memory says.
    """
    memory[ROWS] = 0
    memory[FAULTS] = 0
    for frame in range(len(frames)):
        before = memory[ROWS]
        memory[FRAME] = frame
        end = walk_frame(octets, frames[frame], table, memory, rows)
        if end == FULL:
            memory[ROWS] = before
            return frame
        if end < 0:
            first = memory[STACK + 5 * memory[DEPTH] + 4]
            memory[ROWS] = first if first >= 0 else memory[ROWS]
            fault = memory[FAULTS]
            faults[fault, 0] = frame
            faults[fault, 1] = memory[AT]
            faults[fault, 2] = end
            memory[FAULTS] = fault + 1
    return len(frames)


@part
def element_end(octets: Any, at: int, end: int, memory: Array) -> int:
    """Where an element ends, whatever it holds; a fault where that cannot be told."""
    open_ones = 0
    while True:
        if open_ones > 0 and at + 2 <= end and octets[at] == 0 and octets[at + 1] == 0:
            at += 2
            open_ones -= 1
        else:
            status = read_head(octets, at, end, memory)
            if status < 0:
                return status
            if memory[LENGTH] < 0 and memory[HOLDS] == 0:
                return MALFORMED
            open_ones += 1 if memory[LENGTH] < 0 else 0
            at = memory[CONTENT] + max(memory[LENGTH], 0)
            if at > end:
                return TRUNCATED
        if open_ones == 0:
            return at


def _bare_frames(octets: Any, memory: Array, frames: Array) -> int:
    """Elements that stand one after another; filler octets between them are passed over. Returns how many there are.

    The memory says where the next one begins, and as its faults why there are no more: 0, or what is wrong.
    """
    count, at = 0, 0
    memory[FAULTS] = 0
    while count < len(frames):
        while at < len(octets) and (octets[at] == 0 or octets[at] == 255):
            at += 1
        memory[AT] = at
        if at == len(octets):
            return count
        frames[count, 0] = at
        at = element_end(octets, at, len(octets), memory)
        if at < 0:
            memory[FAULTS] = at
            return count
        frames[count, 1] = at
        count += 1
        memory[AT] = at
    return count


walk = Kernel(_walk)
bare_frames = Kernel(_bare_frames)
