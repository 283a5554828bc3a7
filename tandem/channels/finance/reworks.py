"""Work on everything that waits for one reason: corrected and released, or put aside, with progress and a stop."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from starlette.responses import Response

from tandem.bss.charging import public as charging
from tandem.bss.charging.terms.files import Rework, Waiting
from tandem.channels.finance import suspended, words
from tandem.channels.finance.words import CAUSES
from tandem.channels.kit import formats
from tandem.channels.kit.forms import ChoiceField, Filled, Form, TextField
from tandem.channels.kit.i18n import Text, _, ngettext
from tandem.channels.kit.lists import Column, ListPage, Query, Rows
from tandem.channels.kit.parts import Action, Chip, Chips, Counter, Fact, Job, Phase, PhaseState
from tandem.channels.kit.visit import Crumb, Visit
from tandem.kernel.access.users import display_names
from tandem.kernel.errors import Refused

PATH: Final = suspended.WORK
_MOST: Final = 500

STATES: Final = Chips(
    {
        "running": Chip(_("At work"), "info", "play"),
        "done": Chip(_("Done"), "good", "check"),
        "stopped": Chip(_("Stopped"), "warning", "pause"),
    }
)
VERBS: Final[Mapping[str, Text]] = {"release": _("Correct and release"), "exclude": _("Put aside")}

CAUSE: Final = ChoiceField("cause", _("Cause"), options=CAUSES.options(), required=False)
SOURCE: Final = TextField("source", _("File"), required=False, hint=_("Its whole name, as it stands in the list."))
SERVED: Final = TextField("served", _("Number"), longest=30, required=False)
WHAT: Final = ChoiceField(
    "what",
    _("What to do"),
    options=(
        ("release", _("Release them as they are, after the catalogue or the account was put right")),
        ("number", _("Another number instead of this one, then release")),
        ("destination", _("Another number that was called, then release")),
        ("network", _("Another network, then release")),
        ("exclude", _("Put them aside for good")),
    ),
    as_radio=True,
)
BEFORE: Final = TextField(
    "before", _("Instead of"), longest=30, required=False, hint=_("Empty: whatever stands there now.")
)
AFTER: Final = TextField("after", _("Put this"), longest=30, required=False)
REASON: Final = TextField("reason", _("Reason"), longest=500, rows=2, required=False, hint=_("Needed to put aside."))
ALL: Final = Form(CAUSE, SOURCE, SERVED, WHAT, BEFORE, AFTER, REASON)
_FIELDS: Final = {"number": "served", "destination": "destination", "network": "network"}


def rows(visit: Visit, query: Query) -> Rows:
    """The works, the last first."""
    every = charging.reworks(visit.uow, limit=_MOST)
    return Rows(every[query.offset : query.offset + query.limit], len(every))


def reworks_page() -> ListPage:
    """The list."""
    return ListPage(
        path=PATH,
        title=_("Work on suspended usage"),
        topics=("Usage", "UsageRework"),
        columns=(
            Column("started_at", _("Begun"), formats.brief, link=PATH + "/{id}"),
            Column("verb", _("What"), lambda verb: VERBS.get(verb, verb), export=str),
            Column("state", _("State"), STATES, export=str),
            Column("done", _("Looked at"), formats.number, align="end"),
            Column("total", _("Of"), formats.number, align="end"),
            Column("rated", _("Rated"), formats.number, align="end"),
            Column("suspended", _("Still wait"), formats.number, align="end"),
            Column("excluded", _("Put aside"), formats.number, align="end", narrow=False),
        ),
        rows=rows,
        crumbs=(Crumb(_("Suspended usage"), suspended.PATH),),
        actions=lambda visit: (Action(_("Work on many"), f"{PATH}/new", "get", "plus", primary=True),),
        empty=_("Nothing was done to many at once yet."),
    )


def show_form(visit: Visit) -> Response:
    """GET /desk/finance/reworks/new: what is meant may stand in the address."""
    known = {name: visit.asked(name) for name in ("cause", "source", "served") if visit.asked(name)}
    return _page(visit, ALL.blank(what="release", **known))


def _page(visit: Visit, form: Filled, status: int = 200) -> Response:
    return visit.page(
        "finance/rework_form.html",
        status=status,
        form=form,
        path=f"{PATH}/new",
        back=suspended.PATH,
        causes=charging.suspended_causes(visit.uow, limit=50),
        words=words,
        crumbs=[Crumb(_("Suspended usage"), suspended.PATH)],
    )


def begin(visit: Visit) -> Response:
    """POST /desk/finance/reworks/new: once for a drawn form."""
    filled = _checked(ALL.read(visit))
    if filled.wrong:
        return _page(visit, filled, status=422)
    earlier = visit.uow.answered_before("finance.rework", visit.idempotency_key, filled.typed)
    if earlier is not None:
        return visit.see(f"{PATH}/{earlier['rework']}")
    try:
        rework_id = _begun(visit, filled)
    except Refused as refusal:
        return _page(visit, filled.refused(refusal), status=422)
    visit.uow.keep_answer("finance.rework", visit.idempotency_key, {"rework": rework_id})
    return visit.see(f"{PATH}/{rework_id}", _("The work has begun."))


def _checked(filled: Filled) -> Filled:
    """The form with what only some of its choices need."""
    if filled.errors:
        return filled
    if filled[WHAT] == "exclude" and not filled.get(REASON):
        return filled.told(_("Records are put aside for a reason."))
    if filled[WHAT] in _FIELDS and not filled.get(AFTER):
        return filled.told(_("Say what to put there."))
    if not (filled.get(CAUSE) or filled.get(SOURCE) or filled.get(SERVED)):
        return filled.told(_("Choose a cause, a file or a number: nothing is done to everything at once."))
    return filled


def _begun(visit: Visit, filled: Filled) -> str:
    of = Waiting(code=filled.get(CAUSE), source=filled.get(SOURCE), served=filled.get(SERVED))
    what = filled[WHAT]
    if what == "exclude":
        return charging.exclude_waiting(visit.uow, of=of, because=filled[REASON])
    corrections: dict[str, str | Mapping[str, str]] = {}
    if what in _FIELDS:
        before = filled.get(BEFORE)
        corrections = {_FIELDS[what]: {before: filled[AFTER]} if before else filled[AFTER]}
    return charging.correct_and_release(visit.uow, of=of, corrections=corrections)


# -- one work ---------------------------------------------------------------------------------------------------------


def show(visit: Visit) -> Response:
    """GET /desk/finance/reworks/{rework_id}: how far it is."""
    work = charging.rework(visit.uow, rework_id=visit.named("rework_id"))
    return visit.page(
        "finance/rework.html",
        work=work,
        title=VERBS.get(work.verb, work.verb),
        chip=STATES(work.state),
        job=job_of(work),
        facts=_facts(visit, work),
        crumbs=[Crumb(_("Suspended usage"), suspended.PATH), Crumb(_("Work on suspended usage"), PATH)],
    )


def job_of(work: Rework) -> Job:
    """The work as its progress."""
    states: Mapping[str, PhaseState] = {"running": "running", "done": "done", "stopped": "canceled"}
    stop = Action(_("Stop"), f"{PATH}/{work.id}/stop", icon="pause", danger=True) if work.state == "running" else None
    waiting = f"{suspended.PATH}?cause={work.of.code}" if work.of.code else suspended.PATH
    return Job(
        title=ngettext("%(num)s record", "%(num)s records", work.total),
        phases=(Phase(_("Looked at"), states[work.state], work.done, work.total),),
        counters=(
            Counter(_("Rated"), work.rated, "good"),
            Counter(_("Still wait"), work.suspended, "warning" if work.suspended else "neutral", waiting),
            Counter(_("Put aside"), work.excluded),
        ),
        cancel=stop,
    )


def _facts(visit: Visit, work: Rework) -> list[Fact]:
    names = display_names(visit.uow, [work.by_whom])
    told = [Fact(_("By"), names.get(work.by_whom, work.by_whom)), Fact(_("Begun"), formats.instant(work.started_at))]
    if work.ended_at:
        told.append(Fact(_("Ended"), formats.instant(work.ended_at)))
    if work.of.code:
        told.append(Fact(_("Cause"), CAUSES(work.of.code)))
    if work.of.source:
        told.append(Fact(_("File"), work.of.source))
    if work.of.served:
        told.append(Fact(_("Number"), formats.phone(work.of.served)))
    if work.because:
        told.append(Fact(_("Reason"), work.because))
    return [*told, *(Fact(_("Corrects"), _correction(name, value)) for name, value in work.corrections.items())]


def _correction(name: str, value: str | Mapping[str, str]) -> str:
    if isinstance(value, str):
        return f"{name} = {value}"
    return "; ".join(f"{name}: {before} → {after}" for before, after in value.items())


def stop(visit: Visit) -> Response:
    """POST …/stop: ends it after the batch at hand."""
    work = charging.stop_rework(visit.uow, rework_id=visit.named("rework_id"))
    return visit.see(f"{PATH}/{work.id}", _("Stopped. What was done stays done."), tone="info")
