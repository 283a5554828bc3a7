"""What can be done behind a commit: durable steps, reactions to events, and jobs that the clock starts.

Rooms declare; wiring collects them in one `Registry` that worker and relay are given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tandem.kernel.errors import Broken, TandemError
from tandem.kernel.events import EntityChanged, Event, event_name, from_doc
from tandem.kernel.json import Doc
from tandem.kernel.period import Instant, instant, text_of
from tandem.kernel.store import Uow

Effect = Callable[[Uow, Doc], None]
OnDead = Callable[[Uow, Doc, TandemError], None]
OnRetry = Callable[[Uow, Doc, TandemError, int], None]


@dataclass(frozen=True)
class Step:
    """A kind of durable step.

    Claim, effect and completion are one transaction. `Unavailable` is tried again (`attempts` times, waiting
    `backoff_s` doubled up to `backoff_cap_s`, in real time); any other error is final. `on_retry` tells that it waits,
    `on_dead` that it was given up; both run in a transaction in which the effect has been rolled back. A step that
    `calls_out` waits for strangers: it runs on threads of its own, so that their silence holds up nothing else.
    """

    kind: str
    effect: Effect
    attempts: int = 8
    backoff_s: float = 0.2
    backoff_cap_s: float = 30.0
    on_dead: OnDead | None = None
    on_retry: OnRetry | None = None
    calls_out: bool = False

    def wait_s(self, attempt: int) -> float:
        """Seconds to wait after the failed attempt of this number (from 1)."""
        return float(min(self.backoff_s * 2 ** min(attempt - 1, 30), self.backoff_cap_s))


@dataclass(frozen=True)
class Reaction:
    """What a room does on an event: once per event, in the order of the event's subject.

    `about` narrows `EntityChanged` to one entity type.
    """

    event: type[Event]
    name: str
    act: Callable[[Uow, Any], None]
    about: str | None = None
    attempts: int = 8

    @property
    def kind(self) -> str:
        """The kind of step that it runs as."""
        return f"on:{self.name}"


def on(
    event: type[Event], name: str, act: Callable[[Uow, Any], None], *, about: str | None = None, attempts: int = 8
) -> Reaction:
    """Declare a reaction; `name` is `<room>.<what it does>` and never changes, since waiting steps carry it."""
    if about is not None and event is not EntityChanged:
        raise Broken("`about` is for EntityChanged", code="steps.about", name=name)
    return Reaction(event, name, act, about, attempts)


@dataclass(frozen=True)
class Job:
    """What the clock starts. `next_due` gives the first instant after one; the job runs once for each.

    The clock is the business clock; `is_technical` jobs go by real time, since dragging the business clock forward must
    not make them run for every hour that it passes.
    """

    name: str
    next_due: Callable[[Instant], Instant]
    act: Callable[[Uow, Instant], None]
    is_technical: bool = False

    @property
    def kind(self) -> str:
        """The kind of step that it runs as."""
        return f"job:{self.name}"


def every(interval: timedelta) -> Callable[[Instant], Instant]:
    """Due at each whole multiple of an interval since 1970."""
    seconds = int(interval.total_seconds())

    def next_due(after: Instant) -> Instant:
        return after + timedelta(seconds=seconds - after.timestamp() % seconds)

    return next_due


@dataclass
class Registry:
    """Everything that was declared, by kind. Raises: Broken when a kind is declared twice."""

    steps: dict[str, Step] = field(default_factory=dict)
    reactions: dict[str, list[Reaction]] = field(default_factory=dict)
    jobs: dict[str, Job] = field(default_factory=dict)

    def add_steps(self, steps: Iterable[Step]) -> None:
        """Take kinds of steps in."""
        for step in steps:
            if step.kind in self.steps:
                raise Broken(f"step {step.kind} is declared twice", code="steps.declared_twice")
            self.steps[step.kind] = step

    def add_reactions(self, reactions: Iterable[Reaction]) -> None:
        """Take reactions in; each becomes a kind of step."""
        for reaction in reactions:
            self.reactions.setdefault(event_name(reaction.event), []).append(reaction)
            self.add_steps([Step(reaction.kind, _reaction_effect(reaction), attempts=reaction.attempts)])

    def add_jobs(self, jobs: Iterable[Job]) -> None:
        """Take jobs in; each becomes a kind of step that asks for its own next turn."""
        for job in jobs:
            self.jobs[job.name] = job
            self.add_steps([Step(job.kind, _job_effect(job))])

    def reactions_to(self, name: str, subject_type: str) -> list[Reaction]:
        """Who reacts to an event of this name about this type of subject."""
        return [r for r in self.reactions.get(name, ()) if r.about is None or r.about == subject_type]


def _reaction_effect(reaction: Reaction) -> Effect:
    def effect(uow: Uow, payload: Doc) -> None:
        reaction.act(uow, from_doc(payload["event"], payload["doc"]))

    return effect


def _job_effect(job: Job) -> Effect:
    def effect(uow: Uow, payload: Doc) -> None:
        due = instant(payload["due"])
        schedule(uow, job, after=max(due, real_now()) if job.is_technical else due)
        job.act(uow, due)

    return effect


def real_now() -> Instant:
    """Real time, which technical jobs go by."""
    return datetime.now(UTC)


def schedule(uow: Uow, job: Job, *, after: Instant) -> None:
    """Ask for a job's next turn. Idempotent: by the due instant."""
    due = job.next_due(after)
    uow.enqueue(
        job.kind,
        {"due": text_of(due)},
        key=text_of(due),
        order_key=job.kind,
        due_at=None if job.is_technical else due,
        not_before=due if job.is_technical else None,
    )
