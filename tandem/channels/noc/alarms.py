"""The alarm list: live, the worst first, acknowledged with a note that everybody sees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal

from markupsafe import Markup
from starlette.responses import Response

from tandem.channels.kit import formats
from tandem.channels.kit.i18n import _, ngettext
from tandem.channels.kit.lists import (
    BulkAction,
    Choice,
    Column,
    ListPage,
    Outcome,
    Query,
    RowAction,
    Rows,
    Search,
    Toggle,
    View,
    for_each,
)
from tandem.channels.kit.parts import SEVERITIES, Chip, Kpi, Tone
from tandem.channels.kit.visit import Visit
from tandem.channels.noc.words import NOT_YET, OPEN_SEVERITIES, people
from tandem.kernel.period import Instant
from tandem.kernel.store import Uow
from tandem.oss.fault import public as fault
from tandem.oss.fault.terms import AlarmFilter, AlarmView

PATH: Final = "/desk/noc/alarms"
STORM: Final = 20
STORM_STRETCH: Final = timedelta(minutes=5)
_SORTS: Final[dict[str, Literal["raised_at", "changed_at", "object_id"]]] = {
    "first": "raised_at",
    "last": "changed_at",
    "object": "object_id",
}


@dataclass(frozen=True, slots=True)
class AlarmRow:
    """An alarm in the list."""

    id: str
    severity: str
    problem: str
    object_id: str
    services: int
    count: int
    first_at: Instant
    last_at: Instant
    acknowledged_by: str | None
    is_open: bool

    @property
    def ack(self) -> Chip:
        """Whether somebody takes care of it, and who."""
        if self.acknowledged_by is None:
            return NOT_YET
        return Chip(_("by %(who)s", who=self.acknowledged_by), "info", "person")

    @property
    def tone(self) -> Tone | None:
        """Colour only while nobody takes care of it."""
        if not self.is_open or self.acknowledged_by is not None:
            return None
        return SEVERITIES(self.severity).tone if self.severity in ("critical", "major", "minor") else None


def rows(visit: Visit, query: Query) -> Rows:
    """A page of alarms."""
    wanted = AlarmFilter(
        severities=query.all("severity"),
        include_cleared=query.on("cleared"),
        hide_acknowledged=query.on("hide_acknowledged"),
        text=query.one("q") or "",
        by=_SORTS.get(query.sort, "worst"),
        descending=query.descending,
    )
    page = fault.list_alarms(visit.uow, wanted=wanted, limit=query.limit, offset=query.offset)
    names = people(visit.uow, [alarm.acked_by for alarm in page.alarms])
    return Rows([row_of(alarm, names) for alarm in page.alarms], page.total)


def row_of(alarm: AlarmView, names: dict[str, str]) -> AlarmRow:
    """An alarm as the list shows it."""
    return AlarmRow(
        id=alarm.id,
        severity=alarm.severity,
        problem=alarm.problem or alarm.probable_cause,
        object_id=alarm.object_id,
        services=len(alarm.affected_service_ids),
        count=alarm.count,
        first_at=alarm.first_at,
        last_at=alarm.last_at,
        acknowledged_by=names.get(alarm.acked_by) if alarm.acked_by else None,
        is_open=alarm.state != "cleared",
    )


def acknowledge_picked(visit: Visit, keys: Sequence[str], note: str) -> Outcome:
    """Take care of the picked alarms, each for itself."""
    by = visit.caller.actor
    return for_each(visit, keys, lambda uow, key: fault.acknowledge(uow, alarm_id=key, by=by, note=note))


def clear_picked(visit: Visit, keys: Sequence[str], reason: str) -> Outcome:
    """Say of the picked alarms that they are over, with the reason as a comment."""
    by = visit.caller.actor
    return for_each(visit, keys, lambda uow, key: clear_with_reason(uow, key, by, reason))


def clear_with_reason(uow: Uow, alarm_id: str, by: str, reason: str) -> None:
    """End an alarm by hand; the reason stays on it."""
    fault.comment(uow, alarm_id=alarm_id, by=by, text=reason)
    fault.clear(uow, alarm_id=alarm_id, by=by)


def acknowledge_one(visit: Visit) -> Response:
    """Take care of an alarm, from its row: without a note."""
    alarm_id = visit.named("alarm_id")
    fault.acknowledge(visit.uow, alarm_id=alarm_id, by=visit.caller.actor)
    return visit.see(visit.back(PATH), _("Alarm %(id)s is acknowledged.", id=alarm_id))


def besides(visit: Visit, query: Query) -> dict[str, object]:
    """The open alarms by severity, and whether they come in too fast to be read."""
    since = visit.uow.now - STORM_STRETCH
    fresh = fault.count_raised(visit.uow, since=since)
    return {"figures": figures(visit.uow), "storm": fresh if fresh >= STORM else None, "minutes": STORM_STRETCH}


def figures(uow: Uow) -> list[Kpi]:
    """How many alarms of each severity are open."""
    counts = fault.list_alarms(uow, limit=1).open_by_severity
    return [
        Kpi(
            SEVERITIES(severity).word,
            formats.number(counts.get(severity, 0)),
            f"{PATH}?severity={severity}",
            tone=SEVERITIES(severity).tone if counts.get(severity) else "neutral",
        )
        for severity in OPEN_SEVERITIES
    ]


def alarms_page() -> ListPage:
    """The list."""
    return ListPage(
        path=PATH,
        title=_("Alarms"),
        topics=("Alarm",),
        columns=(
            Column("severity", _("Severity"), SEVERITIES, export=str),
            Column("id", _("Alarm"), link=PATH + "/{id}"),
            Column("problem", _("Problem"), _with_details, value=lambda row: row, export=lambda row: row.problem),
            Column("object_id", _("Object"), sort="object", chosen=False),
            Column("services", _("Services"), formats.number, align="end", export=lambda count: count),
            Column("count", _("Seen"), formats.number, align="end", chosen=False, export=lambda count: count),
            Column("first_at", _("First"), formats.brief, sort="first", chosen=False),
            Column("last_at", _("Last"), formats.brief, sort="last"),
            Column("ack", _("Acknowledged"), lambda chip: chip, export=lambda chip: chip.word),
        ),
        filters=(
            Search(label=_("Problem, object or number")),
            Choice("severity", _("Severity"), SEVERITIES.options()),
            Toggle("hide_acknowledged", _("Hide acknowledged")),
            Toggle("cleared", _("Show cleared, too")),
        ),
        views=(
            View(_("Not acknowledged"), "hide_acknowledged=1"),
            View(_("Critical and major"), "severity=critical&severity=major"),
            View(_("With cleared"), "cleared=1&sort=-last"),
        ),
        rows=rows,
        bulk=(
            BulkAction("acknowledge", _("Acknowledge"), acknowledge_picked, "check", reason=True),
            BulkAction("clear", _("Clear"), clear_picked, "close", reason=True, danger=True),
        ),
        row_actions=(RowAction(_("Acknowledge"), PATH + "/{id}/acknowledge", "check", "post", _to_acknowledge),),
        row_tone=lambda row: row.tone,
        empty=_("No alarm is open."),
        template="noc/alarms.html",
        besides=besides,
    )


def _with_details(row: AlarmRow) -> Markup:
    """The problem, and in small below it where, since when and how often it was seen."""
    seen = ngettext(
        "%(where)s · first %(first)s · seen once",
        "%(where)s · first %(first)s · seen %(num)s times",
        row.count,
        where=row.object_id or "–",
        first=formats.brief_text(row.first_at),
    )
    return Markup('<span translate="no">{}</span><br><small class="soft">{}</small>').format(row.problem, seen)


def _to_acknowledge(row: AlarmRow) -> bool:
    return row.is_open and row.acknowledged_by is None
