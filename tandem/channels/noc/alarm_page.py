"""An alarm's page: what is wrong, whom it touches, who takes care of it, and why it is there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from starlette.responses import Response

from tandem.channels.kit import formats
from tandem.channels.kit.forms import Filled, Form, TextField
from tandem.channels.kit.i18n import Text, _
from tandem.channels.kit.parts import SEVERITIES, Action, Chip, Entry, Fact, Link, differences
from tandem.channels.kit.visit import Crumb, Desk, Visit
from tandem.channels.kit.why import Cause
from tandem.channels.noc.alarms import PATH, clear_with_reason, row_of
from tandem.channels.noc.elements import ELEMENTS, contact_cause
from tandem.channels.noc.words import IMPACTS, SERVICE_STATES, people
from tandem.kernel.errors import NotFound, Refused
from tandem.kernel.store import Change, Uow
from tandem.kernel.why import Why, changes_of
from tandem.oss.fault import public as fault
from tandem.oss.fault.terms import AlarmView
from tandem.oss.inventory import public as inventory
from tandem.oss.service_quality import public as service_quality
from tandem.oss.service_quality.terms import ImpactView

NOTE: Final = TextField("note", _("Note"), required=False, rows=3, longest=1_000, path="comment.comment")
NOTES: Final = Form(NOTE)
_SHOWN_SERVICES: Final = 25


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """A service that feels the fault."""

    name: str
    number: str
    chip: Chip


@dataclass(frozen=True, slots=True)
class Felt:
    """What services feel of an alarm. `shown` are the first of `services` in all."""

    chip: Chip | None
    impact: ImpactView | None
    services: int
    customers: int
    shown: list[ServiceRow]


def add_alarm_page(desk: Desk) -> None:
    """The page and its deeds."""
    path = PATH + "/{alarm_id}"
    desk.get(path)(lambda visit: _show(visit, NOTES.blank()))
    desk.post(path + "/care")(_acknowledge)
    desk.post(path + "/comment")(_comment)
    desk.post(path + "/let-go")(_unacknowledge)
    desk.get(path + "/clear")(lambda visit: _ask_to_clear(visit, missing=False))
    desk.post(path + "/clear")(_clear)


def _acknowledge(visit: Visit) -> Response:
    filled = NOTES.read(visit)
    if filled.wrong:
        return _show(visit, filled, status=422)
    alarm_id = visit.named("alarm_id")
    fault.acknowledge(visit.uow, alarm_id=alarm_id, by=visit.caller.actor, note=filled.get(NOTE) or "")
    return visit.see(f"{PATH}/{alarm_id}", _("Alarm %(id)s is acknowledged.", id=alarm_id))


def _comment(visit: Visit) -> Response:
    filled, alarm_id = NOTES.read(visit), visit.named("alarm_id")
    if filled.wrong:
        return _show(visit, filled, status=422)
    try:
        fault.comment(visit.uow, alarm_id=alarm_id, by=visit.caller.actor, text=filled.get(NOTE) or "")
    except NotFound:
        raise
    except Refused as refusal:
        return _show(visit, filled.refused(refusal), status=422)
    return visit.see(f"{PATH}/{alarm_id}", _("The note is kept."))


def _unacknowledge(visit: Visit) -> Response:
    alarm_id = visit.named("alarm_id")
    fault.unacknowledge(visit.uow, alarm_id=alarm_id, by=visit.caller.actor)
    return visit.see(f"{PATH}/{alarm_id}", _("Nobody takes care of alarm %(id)s now.", id=alarm_id))


def _ask_to_clear(visit: Visit, *, missing: bool) -> Response:
    here = f"{PATH}/{visit.named('alarm_id')}"
    return visit.page(
        "kit/confirm.html",
        status=422 if missing else 200,
        heading=_("Clear the alarm"),
        says=_("It ends for everybody. Should the fault still be there, it comes back as a new alarm."),
        path=f"{here}/clear",
        back=here,
        reason=True,
        danger=True,
        missing=missing,
    )


def _clear(visit: Visit) -> Response:
    alarm_id, reason = visit.named("alarm_id"), visit.sent("reason").strip()
    if not reason:
        return _ask_to_clear(visit, missing=True)
    clear_with_reason(visit.uow, alarm_id, visit.caller.actor, reason)
    return visit.see(f"{PATH}/{alarm_id}", _("Alarm %(id)s is cleared.", id=alarm_id))


def _show(visit: Visit, notes: Filled, *, status: int = 200) -> Response:
    uow, alarm = visit.uow, fault.get_alarm(visit.uow, alarm_id=visit.named("alarm_id"))
    history = fault.history_of(uow, alarm_id=alarm.id)
    names = people(uow, [alarm.acked_by, *(note.by for note in alarm.comments), *(change.actor for change in history)])
    here = f"{PATH}/{alarm.id}"
    return visit.page(
        "noc/alarm.html",
        status=status,
        alarm=alarm,
        title=_("Alarm %(id)s", id=alarm.id),
        crumbs=[Crumb(_("Alarms"), PATH)],
        chip=SEVERITIES(alarm.severity),
        actions=_actions(alarm, here),
        here=here,
        facts=_facts(alarm, names),
        felt=_felt(uow, alarm),
        notes=notes,
        comments=[Entry(note.at, note.text, names.get(note.by, note.by), icon="edit") for note in alarm.comments],
        timeline=[_entry(change, names) for change in reversed(history)],
        why=_why(uow, alarm),
    )


def _actions(alarm: AlarmView, here: str) -> list[Action]:
    if alarm.state == "cleared":
        return []
    actions = [Action(_("Clear"), f"{here}/clear", "get", "close", danger=True)]
    if alarm.ack_state == "acknowledged":
        return [Action(_("Let go"), f"{here}/let-go", icon="retry"), *actions]
    return [Action(_("Acknowledge"), f"{here}/care", icon="check", primary=True), *actions]


def _facts(alarm: AlarmView, names: dict[str, str]) -> list[Fact]:
    facts = [
        Fact(_("Object"), _object(alarm)),
        Fact(_("Probable cause"), alarm.probable_cause or "–"),
        Fact(_("First seen"), formats.instant(alarm.first_at, seconds=True)),
        Fact(_("Last seen"), formats.instant(alarm.last_at, seconds=True)),
        Fact(_("Seen"), formats.number(alarm.count)),
        Fact(_("Acknowledged"), row_of(alarm, names).ack),
    ]
    if alarm.cleared_at:
        facts.append(Fact(_("Cleared"), formats.instant(alarm.cleared_at, seconds=True)))
    return [*facts, Fact(_("Reduction key"), alarm.reduction_key or "–")]


def _object(alarm: AlarmView) -> object:
    if alarm.object_type == "Element":
        return Link(alarm.object_id, f"{ELEMENTS}/{alarm.object_id}")
    return alarm.object_id or "–"


def _felt(uow: Uow, alarm: AlarmView) -> Felt:
    impact = _impact(uow, alarm)
    service_ids = impact.service_ids if impact else alarm.affected_service_ids
    shown = inventory.list_services(uow, service_ids=service_ids[:_SHOWN_SERVICES])
    return Felt(
        chip=IMPACTS(impact.severity) if impact else None,
        impact=impact,
        services=len(service_ids),
        customers=inventory.count_parties(uow, service_ids=service_ids),
        shown=[
            ServiceRow(one.name, str(one.characteristics.get("msisdn", "–")), SERVICE_STATES(one.state))
            for one in shown
        ],
    )


def _impact(uow: Uow, alarm: AlarmView) -> ImpactView | None:
    try:
        return service_quality.impact_of_alarm(uow, alarm_id=alarm.id)
    except NotFound:
        return None


def _why(uow: Uow, alarm: AlarmView) -> Cause:
    causes = [contact_cause(uow, alarm.object_id)] if alarm.object_type == "Element" else []
    changes = changes_of(uow, "Alarm", alarm.id)
    if changes:
        causes.append(Cause(_("It was reported"), at=changes[-1].at, causes=[_recorded(changes[-1])]))
    return Cause(alarm.problem or alarm.probable_cause, ground=alarm.probable_cause, at=alarm.first_at, causes=causes)


def _recorded(cause: Why) -> Cause:
    facts = ", ".join(f"{name} {value}" for name, value in cause.facts.items())
    return Cause(cause.what, ground=facts, at=cause.at, causes=[_recorded(one) for one in cause.because])


# -- timeline ---------------------------------------------------------------------------------------------------------


def _entry(change: Change, names: dict[str, str]) -> Entry:
    before: dict[str, Any] = change.before or {}
    severity = SEVERITIES(str(change.after.get("perceivedSeverity", "indeterminate")))
    is_news = before.get("perceivedSeverity") != change.after.get("perceivedSeverity")
    return Entry(
        at=change.at,
        title=title_of(before, change.after),
        who=names.get(change.actor, change.actor),
        why=change.why or "",
        tone=severity.tone if is_news else "neutral",
        icon=severity.icon if is_news else "dot",
        changes=differences(change.before, change.after) if change.before is not None else (),
    )


def title_of(before: dict[str, Any], after: dict[str, Any]) -> Text:
    """The most telling thing that a change changed."""
    severity = SEVERITIES(str(after.get("perceivedSeverity", "indeterminate"))).word
    if not before:
        return _("Raised: %(severity)s", severity=severity)
    if before.get("state") != after.get("state") == "cleared":
        return _("Cleared")
    if before.get("perceivedSeverity") != after.get("perceivedSeverity"):
        return _("Now %(severity)s", severity=severity)
    if before.get("ackState") != after.get("ackState"):
        return _("Acknowledged") if after.get("ackState") == "acknowledged" else _("Let go")
    if len(before.get("comment") or ()) < len(after.get("comment") or ()):
        return _("Note")
    if before.get("affectedService") != after.get("affectedService"):
        return _("Affected services named")
    return _("Seen again")
