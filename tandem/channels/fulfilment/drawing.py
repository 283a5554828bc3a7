"""An order's standing as parts of a page: tracker, plan, tasks with the element's answers, *Why?*, timeline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tandem.channels.fulfilment.standing import Standing
from tandem.channels.fulfilment.words import CAUSES, ORDER_STATES, TASK_STATES, short_id, task_state, task_word
from tandem.channels.kit import formats
from tandem.channels.kit.i18n import Text, _
from tandem.channels.kit.parts import Chip, Entry, Fact, TrackerStep, differences
from tandem.channels.kit.parts import StepState as TrackerState
from tandem.channels.kit.plan import Plan, Task
from tandem.channels.kit.why import Cause
from tandem.kernel.period import Instant
from tandem.kernel.store import Change
from tandem.kernel.why import Why
from tandem.oss.provisioning.terms import TaskView

_STAGES: Final[tuple[tuple[str, frozenset[str], Text], ...]] = (
    ("reserved", frozenset({"reserve", "build"}), _("Number and SIM reserved")),
    ("configured", frozenset({"stage", "configure"}), _("Set up in the network")),
    ("verified", frozenset({"verify"}), _("Read back")),
    ("completed", frozenset({"activate", "release"}), _("Active")),
)
_SPOKEN_FACTS: Final = ("msisdn", "iccid", "imsi", "service", "resource", "elementName", "subject", "state", "before")


# -- tracker ----------------------------------------------------------------------------------------------------------


def tracker(standing: Standing) -> list[TrackerStep]:
    """The order in four stages after it was taken in, as people ask for it on the telephone."""
    passed = dict(standing.product.milestones) if standing.product else {}
    steps = [TrackerStep(_("Taken in"), "done", standing.taken_at)]
    for name, kinds, label in _STAGES:
        tasks = [task for task in standing.tasks if task.kind in kinds]
        if tasks or not standing.tasks:
            steps.append(_stage(standing, tasks, label, passed.get(name)))
    return steps


def _stage(standing: Standing, tasks: Sequence[TaskView], label: Text, at: Instant | None) -> TrackerStep:
    states = {task_state(task) for task in tasks}
    ended = max((task.finished_at for task in tasks if task.finished_at), default=None)
    if tasks and states == {"done"}:
        return TrackerStep(label, "done", ended or at)
    if states & {"failed", "undoneFailed"}:
        problem = next(task.problem for task in tasks if task.problem)
        return TrackerStep(label, "failed", ended, str((problem or {}).get("reason", "")))
    if "waiting" in states:
        return TrackerStep(label, "current", None, _("The network does not answer; it goes on by itself."))
    return TrackerStep(label, _still_to_come(standing, states))


def _still_to_come(standing: Standing, states: set[str]) -> TrackerState:
    if standing.is_final or "undone" in states:
        return "done" if standing.state == "completed" else "skipped"
    return "current" if "done" in states else "waiting"


# -- plan and tasks ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request to an element and its answer, keys masked."""

    request: str
    answer: str


@dataclass(frozen=True, slots=True)
class TaskCard:
    """A task as it opens: what it did, what the element was asked and said, what went wrong."""

    anchor: str
    word: Text
    chip: Chip
    facts: Sequence[Fact]
    changes: Sequence[str]
    exchanges: Sequence[Exchange]
    read_back: Mapping[str, Any]
    reason: str
    is_open: bool


def plan(standing: Standing, path: str) -> Plan | None:
    """The plan as a graph; each task leads to its card."""
    if standing.plan is None:
        return None
    tasks = tuple(
        Task(
            key=task.task_id,
            label=task_word(task),
            state=task_state(task),
            after=task.needs,
            href=f"{path}#{anchor(task)}",
            note=str((task.problem or {}).get("reason", "")),
            started_at=task.started_at,
            ended_at=task.finished_at,
        )
        for task in standing.tasks
    )
    return Plan(tasks, TASK_STATES)


def anchor(task: TaskView) -> str:
    """The place of a task's card on the page."""
    return "task-" + "".join(sign if sign.isalnum() else "-" for sign in task.task_id)


def task_cards(standing: Standing) -> list[TaskCard]:
    """Every task of the plan; those that wait or failed stand open."""
    return [_card(task) for task in standing.tasks]


def _card(task: TaskView) -> TaskCard:
    state = task_state(task)
    answer = task.answer
    return TaskCard(
        anchor=anchor(task),
        word=task_word(task),
        chip=TASK_STATES(state),
        facts=[*_times(task), *_facts(answer)],
        changes=tuple(answer.get("changes") or ()),
        exchanges=_exchanges(task),
        read_back=_read_back(answer),
        reason=str((task.problem or {}).get("reason", "")),
        is_open=state in ("waiting", "failed", "undoneFailed"),
    )


def _times(task: TaskView) -> list[Fact]:
    facts = [Fact(_("Tried"), formats.number(task.attempts))]
    if task.started_at:
        facts.append(Fact(_("Begun"), formats.instant(task.started_at, seconds=True)))
    if task.finished_at:
        facts.append(Fact(_("Ended"), formats.instant(task.finished_at, seconds=True)))
    return facts


def _facts(answer: Mapping[str, Any]) -> list[Fact]:
    words: dict[str, Text] = {
        "msisdn": _("Number"),
        "iccid": _("SIM card"),
        "imsi": _("IMSI"),
        "service": _("Service"),
        "resource": _("Resource"),
        "elementName": _("Element"),
        "subject": _("Subscriber"),
        "state": _("State after"),
        "before": _("State before"),
    }
    return [Fact(words[name], short_id(str(answer[name]))) for name in _SPOKEN_FACTS if answer.get(name)]


def _exchanges(task: TaskView) -> list[Exchange]:
    """What was asked of the element and answered: when it was done, when it failed, and when it was undone."""
    failed = (task.problem or {}).get("facts") or {}
    undone = task.answer.get("undone") or {}
    told = [one for source in (task.answer, failed, undone) for one in source.get("exchanges") or ()]
    unique = {(str(one.get("request", "")), str(one.get("answer", ""))): None for one in told}
    return [Exchange(request, said) for request, said in unique]


def _read_back(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    held = answer.get("readBack") or {}
    attributes = held.get("attributes", held) if isinstance(held, Mapping) else {}
    return {name: _said(value) for name, value in (attributes or {}).items()}


def _said(value: Any) -> Any:
    """A value as the element's own words have it."""
    return ("yes" if value else "no") if isinstance(value, bool) else value


# -- Why? -------------------------------------------------------------------------------------------------------------


def why(standing: Standing, wish: Why | None) -> Cause:
    """The order's state, back to what each task did, what the element answered, and who wanted it."""
    begun = [task for task in standing.tasks if task.state != "pending"]
    difficulty = standing.difficulty
    causes = [_task_cause(task) for task in begun if difficulty is None or not task.problem]
    if difficulty is not None:
        wrong = [_task_cause(task) for task in begun if task.problem]
        causes.insert(0, Cause(difficulty.reason, ground=difficulty.code, at=difficulty.since, causes=wrong))
    if wish is not None:
        causes.append(Cause(_("It was asked for"), at=wish.at, causes=[_recorded(wish)]))
    return Cause(_("The order is: %(state)s", state=ORDER_STATES(standing.state).word), causes=causes)


def _task_cause(task: TaskView) -> Cause:
    element = str(task.answer.get("elementName") or "")
    told = [Cause(said.answer, ground=said.request) for said in _exchanges(task)]
    reason = str((task.problem or {}).get("reason", ""))
    if reason:
        told = [Cause(reason, ground=str((task.problem or {}).get("code", ""))), *told]
    says = _("%(task)s: %(state)s", task=task_word(task), state=TASK_STATES(task_state(task)).word)
    return Cause(says, ground=element, at=task.finished_at or task.started_at, causes=told)


def _recorded(cause: Why) -> Cause:
    facts = ", ".join(f"{name} {value}" for name, value in cause.facts.items())
    return Cause(cause.what, ground=facts, at=cause.at, causes=[_recorded(one) for one in cause.because])


# -- timeline ---------------------------------------------------------------------------------------------------------


def timeline(changes: Sequence[tuple[str, Change]], names: Mapping[str, str]) -> list[Entry]:
    """The history of both orders with what each change changed; `names` are those of the actors that are users."""
    return [_entry(kind, change, names.get(change.actor, change.actor)) for kind, change in changes]


def _entry(kind: str, change: Change, who: str) -> Entry:
    before, after = (change.before or {}).get("state"), change.after.get("state")
    moved = before != after
    chip = ORDER_STATES(str(after))
    return Entry(
        at=change.at,
        title=_title(kind, change, moved),
        who=who,
        why=change.why or "",
        tone=chip.tone if moved else "neutral",
        icon=chip.icon if moved else "dot",
        changes=differences(change.before, change.after) if change.before is not None else (),
    )


def _title(kind: str, change: Change, moved: bool) -> Text:
    half = _("Order") if kind == "ProductOrder" else _("Service order")
    if moved:
        return _("%(which)s: %(state)s", which=half, state=ORDER_STATES(str(change.after.get("state"))).word)
    milestones = [_milestones(change.before), _milestones(change.after)]
    if len(milestones[1]) > len(milestones[0]):
        return _("%(which)s: milestone %(name)s", which=half, name=milestones[1][-1])
    message = _message(change.after)
    if message and message != _message(change.before):
        return _("%(which)s: %(cause)s", which=half, cause=CAUSES(message).word)
    return _("%(which)s: changed", which=half)


def _milestones(doc: Mapping[str, Any] | None) -> list[str]:
    passed = (doc or {}).get("productOrderMilestone") or (doc or {}).get("milestone") or ()
    return [str(one.get("name", "")) for one in passed]


def _message(doc: Mapping[str, Any] | None) -> str:
    kept: Mapping[str, Any] = doc or {}
    messages: Sequence[Mapping[str, Any]] = kept.get("productOrderErrorMessage") or kept.get("errorMessage") or ({},)
    return str(messages[0].get("code", ""))
