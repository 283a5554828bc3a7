"""The small things that pages are made of, as values: state words, facts, tabs, timelines, figures, clocks, jobs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal

from markupsafe import Markup

from tandem.channels.kit.i18n import Message, Text, _
from tandem.kernel.money import Money

Tone = Literal["neutral", "info", "good", "warning", "bad", "muted"]


@dataclass(frozen=True, slots=True)
class Chip:
    """A state as word, icon and colour, so that none of the three is needed to read it."""

    word: Text
    tone: Tone = "neutral"
    icon: str = "dot"


class Chips:
    """The chips of one vocabulary: `ORDER_STATES = Chips({"held": Chip(_("Held"), "warning", "pause")})`.

    A word that is not in the vocabulary is shown as it is, in the neutral tone.
    """

    def __init__(self, chips: Mapping[str, Chip]) -> None:
        self._chips = dict(chips)

    def __call__(self, state: str) -> Chip:
        return self._chips.get(state) or Chip(state)

    def options(self) -> tuple[tuple[str, Text], ...]:
        """The vocabulary as a filter's or a field's choices."""
        return tuple((state, chip.word) for state, chip in self._chips.items())


SEVERITIES: Final = Chips(
    {
        "critical": Chip(_("Critical"), "bad", "severity-critical"),
        "major": Chip(_("Major"), "bad", "severity-major"),
        "minor": Chip(_("Minor"), "warning", "severity-minor"),
        "warning": Chip(_("Warning"), "info", "severity-warning"),
        "indeterminate": Chip(_("Indeterminate"), "neutral", "severity-indeterminate"),
        "cleared": Chip(_("Cleared"), "good", "check"),
    }
)


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead somewhere."""

    label: Text
    path: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A name and a value in a list of facts; the value may be text, markup, a chip or a link."""

    label: Text
    value: object


@dataclass(frozen=True, slots=True)
class Tab:
    """A view of one thing with its own address."""

    label: Text
    path: str
    current: bool = False
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Action:
    """A button. `method` post sends a form at once; get leads to a page (a form, a confirmation).

    `why_not` disables it and says why. `danger` marks what cannot be taken back. `sends` marks a way to a form that
    costs money or needs an answer: it is closed while there is no network.
    """

    label: Text
    path: str
    method: Literal["get", "post"] = "post"
    icon: str | None = None
    primary: bool = False
    danger: bool = False
    why_not: Text | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    sends: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """One attribute before and after."""

    name: str
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a timeline: what happened, who did it, why, and what it changed."""

    at: datetime
    title: Text
    who: str = ""
    why: Text = ""
    tone: Tone = "neutral"
    icon: str = "dot"
    changes: Sequence[Change] = ()
    href: str | None = None


def differences(before: Any, after: Any, path: str = "") -> list[Change]:
    """What changed between two documents, leaf by leaf, in the order of the later one."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        names = [*after, *(name for name in before if name not in after)]
        return [
            change
            for name in names
            for change in differences(before.get(name), after.get(name), f"{path}.{name}" if path else str(name))
        ]
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        return [
            change
            for index, pair in enumerate(zip(before, after, strict=True))
            for change in differences(*pair, path=f"{path}[{index}]")
        ]
    return [] if before == after else [Change(path, before, after)]


StepState = Literal["done", "current", "waiting", "failed", "skipped"]


@dataclass(frozen=True, slots=True)
class TrackerStep:
    """A step of something that people wait for, with the words they use."""

    label: Text
    state: StepState
    at: datetime | None = None
    note: Text = ""


@dataclass(frozen=True, slots=True)
class Kpi:
    """A figure that is looked at every day, where it was before, and the rows behind it."""

    label: Text
    value: object
    href: str | None = None
    change: float | None = None
    more_is_better: bool = True
    trend: Sequence[float] = ()
    tone: Tone = "neutral"


@dataclass(frozen=True, slots=True)
class Usage:
    """Something used of something granted. Units: `used` and `granted` in the same unit; texts are for people."""

    label: Text
    used: int
    granted: int
    used_text: Text
    granted_text: Text
    note: Text = ""
    warn_at: float = 0.8

    @property
    def share(self) -> float:
        """How much of it is gone, from 0 to 1."""
        return min(1.0, self.used / self.granted) if self.granted else 1.0

    @property
    def tone(self) -> Tone:
        """Good below the warning, warning above it, bad when it is all gone."""
        if self.share >= 1:
            return "bad"
        return "warning" if self.share >= self.warn_at else "good"


@dataclass(frozen=True, slots=True)
class Countdown:
    """A promise with its time. `now` is the business clock's reading that the page was drawn at."""

    due_at: datetime
    now: datetime
    met: bool = False
    warn_s: int = 3_600

    @property
    def left_s(self) -> int:
        """Seconds until it is due, negative once it is late."""
        return round((self.due_at - self.now).total_seconds())

    @property
    def tone(self) -> Tone:
        """How near it is."""
        if self.met:
            return "good"
        if self.left_s < 0:
            return "bad"
        return "warning" if self.left_s <= self.warn_s else "neutral"


PhaseState = Literal["waiting", "running", "done", "failed", "canceled"]


@dataclass(frozen=True, slots=True)
class Phase:
    """A phase of a job, with how far it is. `total` 0 means that it cannot be known."""

    label: Text
    state: PhaseState
    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class Counter:
    """A count that a job shows: done, failed, skipped; with a way to the rows behind it."""

    label: Text
    value: int
    tone: Tone = "neutral"
    href: str | None = None


@dataclass(frozen=True, slots=True)
class LogLine:
    """A line that a job wrote."""

    at: datetime
    text: Text
    tone: Tone = "neutral"


@dataclass(frozen=True, slots=True)
class Job:
    """Work that takes a while, as whoever started it wants to see it."""

    title: Text
    phases: Sequence[Phase]
    counters: Sequence[Counter] = ()
    log: Sequence[LogLine] = ()
    left_s: int | None = None
    cancel: Action | None = None

    @property
    def running(self) -> bool:
        """Whether it still works."""
        return any(phase.state == "running" for phase in self.phases)

    @property
    def share(self) -> float:
        """How far all phases together are, from 0 to 1; a phase counts the same whatever its length."""
        if not self.phases:
            return 0.0
        return sum(_phase_share(phase) for phase in self.phases) / len(self.phases)


def _phase_share(phase: Phase) -> float:
    if phase.state == "done":
        return 1.0
    return phase.done / phase.total if phase.total else 0.0


@dataclass(frozen=True, slots=True)
class PriceLine:
    """One line of a price or a bill, with what it is made of a click away."""

    label: Text
    amount: Money
    note: Text = ""
    why: str | None = None


_KINDS: Final[tuple[tuple[type[object], str], ...]] = (
    (Chip, "chip"),
    (Link, "link"),
    (Countdown, "countdown"),
    (Usage, "usage"),
    (Message, "message"),
    (Markup, "markup"),
)


def kind_of(value: object) -> str:
    """How a value is drawn in a cell or a fact: by the macro of this name; as data when nothing says otherwise."""
    return next((kind for known, kind in _KINDS if isinstance(value, known)), "data")


Show = Callable[[Any], object]
