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
from tandem.bss.charging.rules.files.compiled import Kernel, part

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
    """A tree as arrays. Shape: steps (2, states, tags): the next state, and the slot; bounds (states, 4): the state's
    first slot, its last, whether it is a row, whether a record; wide (slots): whether a slot stands beside the uses of a
    record, so that all of them have it.
    """

    steps: Array
    bounds: Array
    wide: Array
    slots: tuple[tuple[str, Kind], ...]


def table_of(roots: tuple[Element, ...]) -> Table:
    """Compile a tree. Its last state is the one in which nothing is wanted."""
    states = list(_holders(Element(0, "", parts=roots)))
    steps = np.full((2, len(states) + 1, 3 * 512), -1, np.int32)
    bounds = np.zeros((len(states) + 1, 4), np.int64)
    narrow = {
        place for place, state in enumerate(states) if state.is_row or _has_row(state) or _is_in_row(state, states)
    }
    slots: list[tuple[str, Kind]] = []
    wide: list[bool] = []
    for place, state in enumerate(states):
        bounds[place, 0] = len(slots)
        for one in state.parts:
            if one.kind is not None:
                steps[1, place, one.tag] = len(slots)
                slots.append((one.name, one.kind))
                wide.append(place not in narrow)
            if one.parts:
                steps[0, place, one.tag] = next(index for index, other in enumerate(states) if other is one)
        bounds[place, 1:] = len(slots), state.is_row, state.is_record
    return Table(steps, bounds, np.array(wide, np.bool_), tuple(slots))


def _has_row(element: Element) -> bool:
    return any(one.is_row or _has_row(one) for one in element.parts)


def _is_in_row(element: Element, states: list[Element]) -> bool:
    return any(state.is_row and any(one is element for one in _holders(state)) for state in states)


def _holders(element: Element) -> Iterator[Element]:
    yield element
    for one in element.parts:
        if one.parts:
            yield from _holders(one)


class Work(NamedTuple):
    """What a walk writes.

    Shape: current (2, slots); rows (2, slots, rows); where (4, rows): frame, its offset, tag of the record, place in
    the frame; stack (depth, 5): end, state, first row, whether its length is indefinite, first row of the record;
    head (5): key, holds others, length, begin, first octet; marks (7): rows, frame, faults, begin of the frame, tag,
    depth, where the walk stands; faults (3, faults): frame, offset, what.
    """

    current: I64
    rows: I64
    where: I64
    stack: I64
    head: I64
    marks: I64
    faults: I64


def work_for(table: Table, rows: int, frames: int) -> Work:
    """Room for some rows, and a fault in each frame."""
    slots = len(table.slots)
    return Work(
        np.full((2, slots), -1, np.int64),
        np.empty((2, slots, rows), np.int64),
        np.empty((4, rows), np.int64),
        np.zeros((DEEPEST + 1, 5), np.int64),
        np.zeros(5, np.int64),
        np.zeros(7, np.int64),
        np.zeros((3, frames + 1), np.int64),
    )


@part
def read_length(octets: Any, at: int, end: int, head: Array) -> int:
    """Length octets into the head: -1 for an indefinite one."""
    if at >= end:
        return TRUNCATED
    first = octets[at] & 255
    head[2] = first
    head[3] = at + 1
    if first == 128:
        head[2] = -1
    elif first > 128:
        size = first - 128
        if size > 5:
            return MALFORMED
        if at + 1 + size > end:
            return TRUNCATED
        length = 0
        for place in range(at + 1, at + 1 + size):
            length = length * 256 + (octets[place] & 255)
        head[2] = length
        head[3] = at + 1 + size
    return 0


@part
def read_head(octets: Any, at: int, end: int, head: Array) -> int:
    """Tag and length: the tag's key, whether it holds others, the length, where the content begins."""
    if at >= end:
        return TRUNCATED
    first = octets[at] & 255
    number = first & 31
    at += 1
    if number == 31:
        number = 0
        octet = 128
        while octet >= 128 and number < 512:
            if at >= end:
                return TRUNCATED
            octet = octets[at] & 255
            number = number * 128 + (octet & 127)
            at += 1
        if octet >= 128:
            return MALFORMED
    family = first >> 6
    head[0] = family * 512 + number if number < 512 and family < 3 else -1
    head[1] = first >> 5 & 1
    head[4] = first
    return read_length(octets, at, end, head)


@part
def emit(work: Work, first_row: int) -> int:
    """Write the current slots down as a row."""
    row = work.marks[0]
    if row >= work.where.shape[1]:
        return FULL
    work.rows[:, :, row] = work.current
    work.where[0, row] = work.marks[1]
    work.where[1, row] = work.marks[3]
    work.where[2, row] = work.marks[4]
    work.where[3, row] = row - first_row
    work.marks[0] = row + 1
    return 0


@part
def open_element(table: Any, work: Work, depth: int, state: int, end: int) -> None:
    """Go into an element: what it had before is forgotten."""
    bounds = table[1]
    work.stack[depth, 0] = end
    work.stack[depth, 1] = state
    work.stack[depth, 2] = work.marks[0]
    if bounds[state, 3]:
        work.current[:, :] = -1
        work.stack[depth, 4] = work.marks[0]
        work.marks[4] = work.head[0] % 512
    else:
        work.current[:, bounds[state, 0] : bounds[state, 1]] = -1
        work.stack[depth, 4] = work.stack[depth - 1, 4] if depth > 0 else work.marks[0]


@part
def complete_row(table: Any, work: Work, state: int, row: int) -> None:
    """Give a use what the element around it holds, and of a record what stands beside its uses."""
    low, high = table[1][state, 0], table[1][state, 1]
    work.rows[:, low:high, row] = work.current[:, low:high]
    if table[1][state, 3]:
        for slot in range(len(table[2])):
            if table[2][slot]:
                work.rows[:, slot, row] = work.current[:, slot]


@part
def close_element(table: Any, work: Work, depth: int) -> int:
    """Come out of an element: rows within it get what it holds, or it is one itself."""
    bounds = table[1]
    state = work.stack[depth, 1]
    first = work.stack[depth, 2]
    if bounds[state, 2] or (bounds[state, 3] and work.marks[0] == first):
        return emit(work, work.stack[depth, 4])
    for row in range(first, work.marks[0]):
        complete_row(table, work, state, row)
    return 0


@part
def enter(octets: Any, at: int, end: int, table: Any, work: Work) -> int:
    """Look at one element within the innermost open one. Returns where to go on, a fault, or FULL."""
    status = read_head(octets, at, end, work.head)
    if status < 0:
        return int(status)
    depth = work.marks[5]
    head = work.head
    begin = head[3]
    state = work.stack[depth, 1]
    if head[2] >= 0 and begin + head[2] > end:
        return TRUNCATED if work.stack[depth, 3] or depth == 0 else MALFORMED
    child = table[0][0, state, head[0]] if head[0] >= 0 else -1
    slot = table[0][1, state, head[0]] if head[0] >= 0 else -1
    if slot >= 0:
        work.current[0, slot] = begin
        work.current[1, slot] = max(head[2], 1 if head[1] else 0)
    if not head[1] or (child < 0 and head[2] >= 0):
        return int(begin + head[2]) if head[2] >= 0 else MALFORMED
    if depth + 1 >= DEEPEST:
        return MALFORMED
    work.marks[5] = depth + 1
    work.stack[depth + 1, 3] = 1 if head[2] < 0 else 0
    inner_end = end if head[2] < 0 else begin + head[2]
    open_element(table, work, depth + 1, child if child >= 0 else table[1].shape[0] - 1, inner_end)
    return int(begin)


@part
def leave_or_enter(octets: Any, at: int, table: Any, work: Work) -> int:
    """One step within the innermost open element. Returns where to go on, or a fault."""
    depth = work.marks[5]
    limit = work.stack[depth, 0]
    indefinite = work.stack[depth, 3] == 1
    if indefinite and at + 2 <= limit and octets[at] == 0 and octets[at + 1] == 0:
        at += 2
    elif indefinite or at != limit:
        return enter(octets, at, limit, table, work)
    status = close_element(table, work, depth)
    work.marks[5] = depth - 1
    return status if status < 0 else at


@part
def walk_frame(octets: Any, at: int, end: int, table: Any, work: Work) -> int:
    """One element at the top and all within it. Returns where it ends, or a fault."""
    work.marks[3] = at
    work.marks[5] = 0
    work.marks[6] = at
    work.stack[0, 3] = 0
    open_element(table, work, 0, 0, end)
    status = read_head(octets, at, end, work.head)
    if status == 0 and (work.head[0] < 0 or table[0][0, 0, work.head[0]] < 0):
        return UNKNOWN
    at = enter(octets, at, end, table, work)
    while at >= 0 and work.marks[5] > 0:
        work.marks[6] = at
        at = leave_or_enter(octets, at, table, work)
    return at


def _walk(octets: Any, frames: Array, steps: Array, bounds: Array, wide: Array, work: Work) -> int:
    """Records in their frames, as many as have room. Returns how many frames were walked.

    Shape: frames (frames, 2), begin and end.
    """
    table = (steps, bounds, wide)
    work.marks[0] = 0
    work.marks[2] = 0
    for frame in range(len(frames)):
        rows = work.marks[0]
        work.marks[1] = frame
        end = walk_frame(octets, frames[frame, 0], frames[frame, 1], table, work)
        if end == FULL:
            work.marks[0] = rows
            return frame
        if end < 0:
            fault = work.marks[2]
            work.faults[0, fault] = frame
            work.faults[1, fault] = work.marks[6]
            work.faults[2, fault] = end
            work.marks[2] = fault + 1
    return len(frames)


@part
def element_end(octets: Any, at: int, end: int, head: Array) -> int:
    """Where an element ends, whatever it holds; a fault where that cannot be told."""
    open_ones = 0
    while True:
        if open_ones > 0 and at + 2 <= end and octets[at] == 0 and octets[at + 1] == 0:
            at += 2
            open_ones -= 1
        else:
            status = read_head(octets, at, end, head)
            if status < 0:
                return int(status)
            if head[2] < 0 and not head[1]:
                return MALFORMED
            open_ones += 1 if head[2] < 0 else 0
            at = head[3] + max(head[2], 0)
            if at > end:
                return TRUNCATED
        if open_ones == 0:
            return at


def _bare_frames(octets: Any, at: int, head: Array, frames: Array) -> int:
    """Elements that stand one after another; filler octets between them are passed over. Returns how many there are.

    The head says, in its last place, why there are no more: a fault, or 0 where the octets end.
    """
    count = 0
    while count < len(frames):
        while at < len(octets) and (octets[at] == 0 or octets[at] == 255):
            at += 1
        frames[count, 0] = at
        end = element_end(octets, at, len(octets), head) if at < len(octets) else TRUNCATED
        if end < 0:
            head[4] = end
            return count
        frames[count, 1] = end
        count += 1
        at = end
    return count


walk = Kernel(_walk)
bare_frames = Kernel(_bare_frames)
