"""Wizards: several forms one after the other, each with its own address, then a page to check the answers.

The answers travel in the query, so every step can be reloaded, bookmarked, gone back to and taken up on another device;
nothing is kept on the server before the last page is sent. So a wizard takes no secrets.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlencode

from starlette.responses import Response

from tandem.channels.kit.forms import ChoiceField, Field, Filled, Form, SecretField
from tandem.channels.kit.i18n import Text
from tandem.channels.kit.visit import ANYBODY, PageRoute, Visit
from tandem.kernel.errors import Broken, Refused

T = TypeVar("T")
CHECK = "check"


@dataclass(frozen=True, slots=True)
class Step:
    """A step: its word in the address, its name, its form. `template` draws it in its own way."""

    name: str
    label: Text
    form: Form
    template: str = "kit/wizard_step.html"


@dataclass(frozen=True, slots=True)
class StepLink:
    """A step in the line of steps."""

    label: Text
    path: str
    state: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A given answer, and where it can be changed."""

    label: Text
    value: object
    change: str


@dataclass(frozen=True)
class Answers:
    """All that was answered so far, by step."""

    by_step: Mapping[str, Filled]

    def __getitem__(self, known: Field[T]) -> T:
        value: T = self._holding(known)[known]
        return value

    def get(self, known: Field[T]) -> T | None:
        """The answer to a question that may be left open."""
        return self._holding(known).get(known)

    def _holding(self, known: Field[Any]) -> Filled:
        return next(filled for filled in self.by_step.values() if known in filled.form.fields)

    def query(self) -> str:
        """The answers as a query."""
        pairs = [pair for filled in self.by_step.values() for pair in filled.typed.items() if pair[1]]
        return urlencode(pairs)


@dataclass(frozen=True, kw_only=True)
class Wizard:
    """The declaration. `finish` does the deed with all answers and leads on; `facts` may add to the check page.

    Raises: Broken for a step that asks for a secret.
    """

    path: str
    title: Text
    steps: Sequence[Step]
    finish: Callable[[Visit, Answers], Response]
    submit: Text
    facts: Callable[[Visit, Answers], Mapping[str, object]] = lambda visit, answers: {}
    check_template: str = "kit/wizard_check.html"
    roles: frozenset[str] = ANYBODY

    def __post_init__(self) -> None:
        if any(isinstance(known, SecretField) for step in self.steps for known in step.form.fields):
            raise Broken(
                "a wizard's answers stand in the address: no secrets", code="kit.wizard_secret", path=self.path
            )

    def routes(self) -> list[PageRoute]:
        """The addresses: the beginning, each step, the check page and its form."""
        return [
            PageRoute(self.path, self._begin, roles=self.roles),
            PageRoute(f"{self.path}/{CHECK}", self._check, roles=self.roles),
            PageRoute(f"{self.path}/{CHECK}", self._send, ("POST",), roles=self.roles),
            PageRoute(self.path + "/{step}", self._step, roles=self.roles),
        ]

    def _begin(self, visit: Visit) -> Response:
        return visit.see(f"{self.path}/{self.steps[0].name}?{visit.request.url.query}".rstrip("?"))

    def _step(self, visit: Visit) -> Response:
        step = next((known for known in self.steps if known.name == visit.named("step")), self.steps[0])
        answers = self._answers(visit.asked)
        filled = answers.by_step[step.name]
        given = visit.asked("given") == step.name
        if given and not filled.wrong:
            return visit.see(self._next(step, answers))
        shown = filled if given else Filled(step.form, filled.typed, filled.values, {})
        earlier = [pair for name, other in answers.by_step.items() if name != step.name for pair in other.typed.items()]
        return visit.page(
            step.template,
            status=422 if given else 200,
            **self._frame(step.name, answers),
            step=step,
            form=shown,
            earlier=[(name, value) for name, value in earlier if value],
        )

    def _next(self, step: Step, answers: Answers) -> str:
        after = [known.name for known in self.steps][self.steps.index(step) + 1 :]
        return f"{self.path}/{next(iter(after), CHECK)}?{answers.query()}"

    def _check(self, visit: Visit) -> Response:
        answers = self._answers(visit.asked)
        return self._unfinished(visit, answers) or self._shown(visit, answers)

    def _send(self, visit: Visit) -> Response:
        answers = self._answers(visit.sent)
        unfinished = self._unfinished(visit, answers)
        if unfinished is not None:
            return unfinished
        try:
            return self.finish(visit, answers)
        except Refused as refusal:
            return self._shown(visit, answers, refusal)

    def _shown(self, visit: Visit, answers: Answers, refusal: Refused | None = None) -> Response:
        values = {**self._frame(CHECK, answers), **self.facts(visit, answers)}
        sent = [pair for filled in answers.by_step.values() for pair in filled.typed.items() if pair[1]]
        listed = self._listed(answers)
        status = 200 if refusal is None else 422
        return visit.page(self.check_template, status=status, answers=listed, sent=sent, refusal=refusal, **values)

    def _unfinished(self, visit: Visit, answers: Answers) -> Response | None:
        """The first step that still lacks an answer, if one does."""
        for step in self.steps:
            if answers.by_step[step.name].wrong:
                return visit.see(f"{self.path}/{step.name}?{answers.query()}&given={step.name}")
        return None

    def _answers(self, read: Callable[[str], str]) -> Answers:
        return Answers(
            {
                step.name: step.form.parse({known.name: read(known.name) for known in step.form.fields})
                for step in self.steps
            }
        )

    def _frame(self, current: str, answers: Answers) -> dict[str, Any]:
        names = [step.name for step in self.steps]
        at = names.index(current) if current in names else len(names)
        states = ["done" if index < at else "current" if index == at else "waiting" for index in range(len(names))]
        line = [
            StepLink(step.label, f"{self.path}/{step.name}?{answers.query()}", state)
            for step, state in zip(self.steps, states, strict=True)
        ]
        return {"wizard": self, "line": line, "query": answers.query()}

    def _listed(self, answers: Answers) -> list[Answer]:
        return [
            Answer(known.label, _shown_answer(known, filled), f"{self.path}/{step.name}?{answers.query()}")
            for step in self.steps
            for filled in [answers.by_step[step.name]]
            for known in step.form.fields
            if known.kind != "hidden" and known.name in filled.values
        ]


def _shown_answer(known: Field[Any], filled: Filled) -> object:
    if isinstance(known, ChoiceField):
        return dict(known.options).get(filled[known], filled[known])
    return known.show(filled[known])
