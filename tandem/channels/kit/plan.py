"""A plan of tasks: a checked graph laid out in columns, and the same tasks along time (Gantt)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from graphlib import CycleError, TopologicalSorter

from tandem.channels.kit import formats
from tandem.channels.kit.i18n import Text
from tandem.channels.kit.parts import Chips, Tone
from tandem.kernel.errors import Broken

NODE_WIDTH, NODE_HEIGHT = 148, 52
GAP_X, GAP_Y, MARGIN = 22, 16, 8
GANTT_LEFT, GANTT_ROOM, GANTT_ROW, GANTT_HEAD = 200, 530, 28, 24


@dataclass(frozen=True, slots=True)
class Task:
    """A task of a plan. `after` names the tasks that must be done first."""

    key: str
    label: Text
    state: str
    after: Sequence[str] = ()
    href: str | None = None
    note: Text = ""
    started_at: datetime | None = None
    ended_at: datetime | None = None
    planned_s: float | None = None


@dataclass(frozen=True, slots=True)
class Node:
    """A task in its place."""

    task: Task
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Edge:
    """What must be done before what, as the path of a curve."""

    path: str
    done: bool


@dataclass(frozen=True, slots=True)
class Span:
    """A task along time: when it ran, and how long it was thought to take."""

    task: Task
    y: int
    x: float
    width: float
    planned_width: float | None
    says: str


@dataclass(frozen=True)
class Plan:
    """The tasks in any order, and the words for their states.

    Raises: Broken when the tasks wait for each other in a circle or for a task that is not there.
    """

    tasks: Sequence[Task]
    states: Chips

    def __post_init__(self) -> None:
        known = {task.key for task in self.tasks}
        strangers = {before for task in self.tasks for before in task.after} - known
        if strangers:
            raise Broken(
                "a task waits for one that is not in the plan", code="kit.plan_unsound", tasks=sorted(strangers)
            )
        self._in_turn()

    def _in_turn(self) -> list[Task]:
        by_key = {task.key: task for task in self.tasks}
        sorter = TopologicalSorter({task.key: task.after for task in self.tasks})
        try:
            return [by_key[key] for key in sorter.static_order()]
        except CycleError as circle:
            raise Broken("tasks wait for each other", code="kit.plan_unsound", tasks=circle.args[1]) from circle

    def _columns(self) -> Mapping[str, int]:
        columns: dict[str, int] = {}
        for task in self._in_turn():
            columns[task.key] = 1 + max((columns[before] for before in task.after), default=-1)
        return columns

    def nodes(self) -> list[Node]:
        """The tasks in columns: each stands right of all that it waits for."""
        columns = self._columns()
        filled: dict[int, int] = {}
        placed = []
        for task in self.tasks:
            column = columns[task.key]
            row = filled.get(column, 0)
            filled[column] = row + 1
            placed.append(Node(task, MARGIN + column * (NODE_WIDTH + GAP_X), MARGIN + row * (NODE_HEIGHT + GAP_Y)))
        return placed

    def edges(self) -> list[Edge]:
        """The curves between them."""
        by_key = {node.task.key: node for node in self.nodes()}
        return [
            Edge(_curve(by_key[before], node), by_key[before].task.ended_at is not None)
            for node in by_key.values()
            for before in node.task.after
        ]

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the drawing."""
        nodes = self.nodes()
        return (
            max((node.x for node in nodes), default=0) + NODE_WIDTH + MARGIN,
            max((node.y for node in nodes), default=0) + NODE_HEIGHT + MARGIN,
        )

    def names(self, keys: Sequence[str]) -> str:
        """These tasks by their labels."""
        labels = {task.key: task.label for task in self.tasks}
        return ", ".join(str(labels[key]) for key in keys)

    def tone(self, task: Task) -> Tone:
        """The colour of a task's state."""
        return self.states(task.state).tone

    def _stretch(self, now: datetime) -> tuple[datetime, float]:
        """When the first task began, and the seconds from there to the last end (or now)."""
        begun = [task for task in self.tasks if task.started_at is not None]
        first = min((task.started_at for task in begun if task.started_at), default=now)
        last = max((task.ended_at or now for task in begun), default=now)
        return first, max((last - first).total_seconds(), 0.001)

    def spans(self, now: datetime) -> list[Span]:
        """The tasks that have begun along time, the running ones up to now."""
        first, seconds = self._stretch(now)
        begun = [task for task in self.tasks if task.started_at is not None]
        scale = GANTT_ROOM / seconds
        return [self._span(task, index, first, now, scale) for index, task in enumerate(begun)]

    def scale(self, now: datetime) -> list[tuple[float, str]]:
        """The marks along time: where, and how long after the beginning."""
        _first, seconds = self._stretch(now)
        say = formats.duration if seconds >= 4 else formats.milliseconds
        return [(GANTT_LEFT + GANTT_ROOM * part / 4, say(seconds * part / 4)) for part in range(5)]

    def _span(self, task: Task, index: int, first: datetime, now: datetime, scale: float) -> Span:
        started = task.started_at or now
        took = ((task.ended_at or now) - started).total_seconds()
        return Span(
            task=task,
            y=GANTT_HEAD + index * GANTT_ROW,
            x=round(GANTT_LEFT + (started - first).total_seconds() * scale, 1),
            width=round(max(3.0, took * scale), 1),
            planned_width=None if task.planned_s is None else round(max(3.0, task.planned_s * scale), 1),
            says=f"{task.label}: {formats.duration(took) if took >= 4 else formats.milliseconds(took)}",
        )


def _curve(before: Node, after: Node) -> str:
    x1, y1 = before.x + NODE_WIDTH, before.y + NODE_HEIGHT // 2
    x2, y2 = after.x, after.y + NODE_HEIGHT // 2
    bend = (x2 - x1) // 2
    return f"M{x1} {y1}C{x1 + bend} {y1} {x2 - bend} {y2} {x2} {y2}"
