"""Dead letters: steps of any kind that were given up, with what stopped them; to be made ready again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from starlette.responses import Response

from tandem.channels.kit import formats
from tandem.channels.kit.i18n import _
from tandem.channels.kit.lists import (
    BulkAction,
    Column,
    ListPage,
    Outcome,
    Query,
    RowAction,
    Rows,
    Search,
    for_each,
)
from tandem.channels.kit.parts import Action, Chip, Chips, Fact
from tandem.channels.kit.visit import Crumb, Visit
from tandem.channels.kit.why import Cause
from tandem.kernel import json
from tandem.kernel.errors import NotFound
from tandem.kernel.steps import StepView, count_steps, get_step, list_steps, retry_step
from tandem.kernel.why import Why, cause_chain

PATH: Final = "/desk/fulfilment/dead-letters"
STEP_STATES: Final = Chips(
    {
        "ready": Chip(_("Ready"), "info", "clock"),
        "done": Chip(_("Done"), "good", "check"),
        "dead": Chip(_("Given up"), "bad", "alert"),
        "cancelled": Chip(_("Called off"), "muted", "close"),
    }
)


def rows(visit: Visit, query: Query) -> Rows:
    """A page of steps that were given up, the newest first."""
    kind = query.one("q")
    found = list_steps(visit.uow, state="dead", kind=kind, limit=query.limit, offset=query.offset)
    return Rows(found, count_steps(visit.uow, state="dead", kind=kind))


def retry_picked(visit: Visit, keys: Sequence[str], reason: str) -> Outcome:
    """Make the picked steps ready again, each for itself."""
    return for_each(visit, keys, lambda uow, key: retry_step(uow, _number(key)))


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise NotFound(f"there is no step {text}")
    return int(text)


def _reason(step: StepView) -> str:
    return str((step.error or {}).get("reason", ""))


def _code(step: StepView) -> str:
    return str((step.error or {}).get("code", ""))


def dead_letters_page() -> ListPage:
    """The list."""
    return ListPage(
        path=PATH,
        title=_("Dead letters"),
        columns=(
            Column("id", _("Step"), str, link=PATH + "/{id}"),
            Column("kind", _("What it does")),
            Column("reason", _("Reason"), value=_reason),
            Column("code", _("Code"), value=_code, narrow=False),
            Column("attempts", _("Tried"), formats.number, align="end"),
            Column("finished_at", _("Given up"), formats.brief),
            Column("created_at", _("Asked for"), formats.brief, narrow=False),
        ),
        filters=(Search(label=_("Start of its name, such as ordering.")),),
        rows=rows,
        bulk=(BulkAction("retry", _("Try again"), retry_picked, "retry"),),
        row_actions=(RowAction(_("Try again"), PATH + "/{id}/retry", "retry", "post"),),
        empty=_("No step was given up."),
    )


def show(visit: Visit) -> Response:
    """One step: what it was to do, what stopped it, and where it came from."""
    step = get_step(visit.uow, _number(visit.named("step_id")))
    here = f"{PATH}/{step.id}"
    return visit.page(
        "fulfilment/step.html",
        step=step,
        crumbs=[Crumb(_("Dead letters"), PATH)],
        chip=STEP_STATES(step.state),
        actions=[Action(_("Try again"), f"{here}/retry", icon="retry", primary=True)] if step.state == "dead" else [],
        facts=_facts(step),
        payload=_lines(step.payload),
        error=_lines(step.error or {}),
        why=Cause(step.kind, at=step.created_at, causes=[_recorded(one) for one in cause_chain(visit.uow, step.cause)]),
    )


def retry(visit: Visit) -> Response:
    """Make a step ready again."""
    step_id = _number(visit.named("step_id"))
    retry_step(visit.uow, step_id)
    return visit.see(visit.back(PATH), _("Step %(id)s is ready again.", id=step_id))


def _facts(step: StepView) -> list[Fact]:
    return [
        Fact(_("Tried"), formats.number(step.attempts)),
        Fact(_("Asked for"), formats.instant(step.created_at, seconds=True)),
        Fact(_("Given up") if step.state == "dead" else _("Ended"), formats.instant(step.finished_at, seconds=True)),
        Fact(_("Code"), _code(step) or "–"),
    ]


def _lines(doc: dict[str, Any], path: str = "") -> list[tuple[str, str]]:
    """A document as flat lines."""
    lines: list[tuple[str, str]] = []
    for name, value in doc.items():
        where = f"{path}.{name}" if path else name
        if isinstance(value, dict):
            lines += _lines(value, where)
        else:
            lines.append((where, value if isinstance(value, str) else json.dumps(value).decode()))
    return lines


def _recorded(cause: Why) -> Cause:
    facts = ", ".join(f"{name} {value}" for name, value in cause.facts.items())
    return Cause(cause.what, ground=facts, at=cause.at, causes=[_recorded(one) for one in cause.because])
