"""Charts drawn on the server: geometry as plain numbers, drawn by templates as SVG beside a table of the same figures.

Positions are in the units of a fixed view box, so that a chart scales with its place without a script.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil, floor, log10

from tandem.channels.kit.formats import number
from tandem.channels.kit.i18n import Text
from tandem.channels.kit.parts import Show, Tone

WIDTH, HEIGHT = 640.0, 240.0
LEFT, RIGHT, TOP, BOTTOM = 56.0, 8.0, 12.0, 28.0
_MOST_LABELS = 8


@dataclass(frozen=True, slots=True)
class Series:
    """One row of figures with its name. Shape: as many values as the chart has labels; None where nothing is known."""

    name: Text
    values: Sequence[float | None]
    tone: Tone | None = None


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the grid with its label."""

    at: float
    label: Text


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar, and the words that name it on hover."""

    x: float
    y: float
    width: float
    height: float
    series: int
    says: str


@dataclass(frozen=True)
class Chart:
    """Labels along the bottom and series above them. `threshold` draws a line that must not be crossed."""

    title: Text
    labels: Sequence[Text]
    series: Sequence[Series]
    show: Show = number
    threshold: tuple[float, Text] | None = None
    width: float = field(default=WIDTH, init=False)
    height: float = field(default=HEIGHT, init=False)

    @property
    def top(self) -> float:
        """The figure at the upper edge: a round one above everything that is shown."""
        known = [value for row in self.series for value in row.values if value is not None]
        return round_up(max([*known, self.threshold[0] if self.threshold else 0.0], default=1.0))

    @property
    def floor(self) -> float:
        """Where the bottom line is drawn."""
        return HEIGHT - BOTTOM

    def y(self, value: float) -> float:
        """The height of a figure."""
        return round(TOP + (self.floor - TOP) * (1 - max(0.0, value) / self.top), 1)

    @property
    def step(self) -> float:
        """The room of one label."""
        return (WIDTH - LEFT - RIGHT) / max(1, len(self.labels))

    def x(self, index: int) -> float:
        """The middle of a label's room."""
        return round(LEFT + self.step * (index + 0.5), 1)

    def grid(self) -> list[Tick]:
        """Five lines from zero to the top."""
        return [Tick(self.y(self.top * part / 4), str(self.show(_tidy(self.top * part / 4)))) for part in range(5)]

    def ticks(self) -> list[Tick]:
        """The labels along the bottom, thinned so that they do not touch."""
        every = max(1, ceil(len(self.labels) / _MOST_LABELS))
        return [Tick(self.x(index), label) for index, label in enumerate(self.labels) if index % every == 0]

    def bars(self) -> list[Bar]:
        """The bars of all series, side by side in each label's room."""
        room = self.step * 0.7
        width = room / max(1, len(self.series))
        return [
            Bar(
                x=round(self.x(index) - room / 2 + width * place, 1),
                y=self.y(value),
                width=round(max(1.0, width - 1), 1),
                height=round(self.floor - self.y(value), 1),
                series=place,
                says=self.says(place, index),
            )
            for place, row in enumerate(self.series)
            for index, value in enumerate(row.values)
            if value is not None
        ]

    def lines(self) -> list[str]:
        """Each series as the path of a line, broken where nothing is known."""
        return [self._path(row.values) for row in self.series]

    def _path(self, values: Sequence[float | None]) -> str:
        path, pen = "", "M"
        for index, value in enumerate(values):
            if value is None:
                pen = "M"
                continue
            path += f"{pen}{self.x(index)} {self.y(value)}"
            pen = "L"
        return path

    def points(self) -> list[Bar]:
        """Invisible columns over the drawing that name the figures under the pointer."""
        return [
            Bar(round(self.x(index) - self.step / 2, 1), TOP, round(self.step, 1), self.floor - TOP, index, said)
            for index, said in enumerate(self._column_says(index) for index in range(len(self.labels)))
        ]

    def _column_says(self, index: int) -> str:
        return "\n".join(self.says(place, index) for place in range(len(self.series)))

    def says(self, place: int, index: int) -> str:
        """A figure in words."""
        value = self.series[place].values[index]
        shown = "–" if value is None else self.show(value)
        return f"{self.labels[index]}, {self.series[place].name}: {shown}"


def _tidy(value: float) -> float | int:
    return round(value) if value == round(value) else round(value, 6)


def round_up(value: float) -> float:
    """The next round figure: 1, 2, 2.5, 4, 5 or 10 times a power of ten."""
    if value <= 0:
        return 1.0
    power = 10.0 ** floor(log10(value))
    return next(power * times for times in (1, 2, 2.5, 4, 5, 10) if power * times >= value * 0.999999)


def sparkline(values: Sequence[float], width: float = 96, height: float = 24) -> str:
    """The path of a small line without axes."""
    if len(values) < 2:
        return ""
    low, high = min(values), max(values)
    spread = (high - low) or 1.0
    step = width / (len(values) - 1)
    return "".join(
        f"{'L' if index else 'M'}{round(index * step, 1)} {round(1 + (height - 2) * (1 - (value - low) / spread), 1)}"
        for index, value in enumerate(values)
    )
