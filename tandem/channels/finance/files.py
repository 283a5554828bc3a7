"""Usage files: what came, how far each is, what was refused of it; a file taken in by hand."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from starlette.datastructures import UploadFile
from starlette.responses import Response

from tandem.bss.charging import public as charging
from tandem.bss.charging.public import ReceivedFile
from tandem.bss.charging.terms.files import FileFault, UsageFile
from tandem.channels.finance import suspended
from tandem.channels.finance.incoming import uploads
from tandem.channels.finance.rights import ACT
from tandem.channels.finance.words import FORMS
from tandem.channels.kit import formats
from tandem.channels.kit.exports import write_csv
from tandem.channels.kit.forms import ChoiceField, Filled, Form, TextField
from tandem.channels.kit.i18n import _
from tandem.channels.kit.lists import Choice, Column, ListPage, Query, Rows, View
from tandem.channels.kit.parts import Action, Chip, Chips, Counter, Fact, Job, Phase, PhaseState
from tandem.channels.kit.visit import Crumb, Visit
from tandem.kernel.access.users import display_names
from tandem.kernel.errors import Refused

PATH: Final = "/desk/finance/usage"
_MOST_FAULTS: Final = 1_000
_SHOWN_FAULTS: Final = 50

STATES: Final = Chips(
    {
        "received": Chip(_("Waits for its turn"), "info", "clock"),
        "running": Chip(_("Being rated"), "info", "play"),
        "done": Chip(_("Done"), "good", "check"),
        "stopped": Chip(_("Stopped"), "warning", "pause"),
        "refused": Chip(_("Refused"), "bad", "alert"),
    }
)
_PHASES: Final[Mapping[str, PhaseState]] = {
    "received": "waiting",
    "running": "running",
    "done": "done",
    "stopped": "canceled",
    "refused": "failed",
}
_FAULT_COLUMNS: Final = (Column("line", _("Line")), Column("field", _("Field")), Column("reason", _("Reason")))
FORM_OF: Final = ChoiceField(
    "form",
    _("Form of the file"),
    options=FORMS,
    required=False,
    hint=_("Left open, it is found by how the file begins."),
)
SOURCE: Final = TextField(
    "source", _("Who sent it"), longest=60, hint=_("Such as a gateway, a partner or your own name.")
)
UPLOAD: Final = Form(SOURCE, FORM_OF)


def rows(visit: Visit, query: Query) -> Rows:
    """A page of the files, those that came last first."""
    state = query.one("state")
    known = next((one for one in ("received", "running", "done", "stopped", "refused") if one == state), None)
    found = charging.usage_files(visit.uow, state=known, limit=query.limit, offset=query.offset)
    return Rows(found.files, found.total)


def besides(visit: Visit, query: Query) -> dict[str, object]:
    """What did not come, above the list."""
    return {"missing": [one for one in charging.missing_files(visit.uow) if one.missing or one.twice]}


def files_page() -> ListPage:
    """The list."""
    return ListPage(
        path=PATH,
        title=_("Usage files"),
        topics=("UsageFile",),
        columns=(
            Column("name", _("File"), link=PATH + "/{id}"),
            Column("source", _("From")),
            Column("form", _("Form"), narrow=False),
            Column("state", _("State"), STATES, export=str),
            Column("percent", _("Read"), lambda share: formats.percent(share / 100), align="end"),
            Column("counts.records", _("Records"), formats.number, align="end"),
            Column("counts.rated", _("Rated"), formats.number, align="end"),
            Column("counts.suspended", _("Wait"), formats.number, align="end"),
            Column("counts.duplicates", _("Known already"), formats.number, align="end", narrow=False),
            Column("counts.rejected", _("Refused"), formats.number, align="end"),
            Column("sequence", _("Its number"), formats.number, align="end", narrow=False, chosen=False),
            Column("started_at", _("Begun"), formats.brief, narrow=False),
            Column("ended_at", _("Ended"), formats.brief, narrow=False),
        ),
        filters=(Choice("state", _("State"), STATES.options(), many=False),),
        views=(View(_("Being rated"), "state=running"), View(_("Refused"), "state=refused")),
        rows=rows,
        actions=lambda visit: (Action(_("Take a file in"), f"{PATH}/new", "get", "download", primary=True),),
        row_tone=lambda file: "bad" if file.state == "refused" else None,
        empty=_("No usage files came yet."),
        template="finance/files.html",
        besides=besides,
    )


# -- taking one in ----------------------------------------------------------------------------------------------------


def show_form(visit: Visit) -> Response:
    """GET /desk/finance/usage/new."""
    return _page(visit, UPLOAD.blank())


def _page(visit: Visit, form: Filled, status: int = 200) -> Response:
    crumbs = [Crumb(_("Usage files"), PATH)]
    return visit.page("finance/upload.html", status=status, form=form, path=f"{PATH}/new", back=PATH, crumbs=crumbs)


def take_in(visit: Visit) -> Response:
    """POST /desk/finance/usage/new: once for a drawn form."""
    filled = UPLOAD.read(visit)
    file = visit.form.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        filled = filled.told(_("Choose a file."))
        file = None
    if filled.wrong or file is None:
        return _page(visit, filled, status=422)
    told = {**filled.typed, "file": file.filename, "size": file.size}
    earlier = visit.uow.answered_before("finance.usage_file", visit.idempotency_key, told)
    if earlier is not None:
        return visit.see(f"{PATH}/{earlier['file']}")
    try:
        received = ReceivedFile(file.filename or "", file.file, filled[SOURCE], filled.get(FORM_OF) or "")
        file_id = charging.receive_file(visit.uow, received=received, folder=uploads())
    except Refused as refusal:
        return _page(visit, filled.refused(refusal), status=422)
    visit.uow.keep_answer("finance.usage_file", visit.idempotency_key, {"file": file_id})
    return visit.see(f"{PATH}/{file_id}", _("The file is here. It is rated as soon as a worker is free."))


# -- one file ---------------------------------------------------------------------------------------------------------


def show(visit: Visit) -> Response:
    """GET /desk/finance/usage/{file_id}: how far it is and what was refused; `?export=csv` takes that along."""
    file = charging.usage_file(visit.uow, file_id=visit.named("file_id"))
    faults = charging.usage_file_faults(visit.uow, file_id=file.id, limit=_MOST_FAULTS)
    if visit.asked("export") == "csv":
        return _download(file, faults)
    return visit.page(
        "finance/file.html",
        file=file,
        chip=STATES(file.state),
        job=job_of(visit, file),
        facts=_facts(visit, file),
        faults=faults[:_SHOWN_FAULTS],
        fault_count=file.counts.rejected,
        export=f"{PATH}/{file.id}?export=csv",
        at_work=file.state in ("received", "running"),
        crumbs=[Crumb(_("Usage files"), PATH)],
    )


def job_of(visit: Visit, file: UsageFile) -> Job:
    """The file as its progress."""
    counts, waiting = file.counts, f"{suspended.PATH}?q={quote(file.source)}"
    return Job(
        title=_("Progress"),
        phases=(Phase(_("Octets read"), _PHASES[file.state], file.octets, file.size),),
        counters=(
            Counter(_("Records"), counts.records),
            Counter(_("Rated"), counts.rated, "good"),
            Counter(_("Wait"), counts.suspended, "warning" if counts.suspended else "neutral", waiting),
            Counter(_("Put aside"), counts.excluded),
            Counter(_("Known already"), counts.duplicates),
            Counter(_("Refused"), counts.rejected, "bad" if counts.rejected else "neutral"),
        ),
        left_s=_left_s(visit, file),
        cancel=_change(visit, file),
    )


def _left_s(visit: Visit, file: UsageFile) -> int | None:
    """How long it may still take, if the rest goes as what was read."""
    if file.state != "running" or file.started_at is None or not 0 < file.octets < file.size:
        return None
    passed = (visit.uow.now - file.started_at).total_seconds()
    return round(passed * (file.size - file.octets) / file.octets)


def _change(visit: Visit, file: UsageFile) -> Action | None:
    if not visit.has_role(*ACT):
        return None
    if file.state in ("received", "running"):
        return Action(_("Stop"), f"{PATH}/{file.id}/stop", icon="pause", danger=True)
    if file.state == "stopped":
        return Action(_("Go on"), f"{PATH}/{file.id}/resume", icon="play", primary=True)
    return None


def _facts(visit: Visit, file: UsageFile) -> list[Fact]:
    names = display_names(visit.uow, [file.by_whom])
    told = [
        Fact(_("From"), file.source or "–"),
        Fact(_("Form"), file.form or _("not known yet")),
        Fact(_("Size"), formats.octets(file.size)),
        Fact(_("Came"), formats.instant(file.received_at)),
        Fact(_("By"), names.get(file.by_whom, file.by_whom)),
        Fact(_("Begun"), formats.instant(file.started_at)),
        Fact(_("Ended"), formats.instant(file.ended_at)),
        Fact(_("Checksum (SHA-256)"), file.sha256),
    ]
    if file.sequence is not None:
        told.insert(2, Fact(_("Its number"), formats.number(file.sequence)))
    return told


def _download(file: UsageFile, faults: list[FileFault]) -> Response:
    body = io.BytesIO()
    write_csv(body, _FAULT_COLUMNS, faults)
    headers = {"Content-Disposition": f'attachment; filename="refused-{file.id}.csv"'}
    return Response(body.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def stop(visit: Visit) -> Response:
    """POST …/stop."""
    file = charging.stop_file(visit.uow, file_id=visit.named("file_id"))
    return visit.see(f"{PATH}/{file.id}", _("Stopped. What was rated stays."), tone="info")


def resume(visit: Visit) -> Response:
    """POST …/resume."""
    file = charging.resume_file(visit.uow, file_id=visit.named("file_id"))
    return visit.see(f"{PATH}/{file.id}", _("It goes on where it was."))
