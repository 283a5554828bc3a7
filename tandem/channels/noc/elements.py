"""The elements of the network: what each is, whether it answers, and what was lately changed on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from starlette.responses import Response

from tandem.channels.kit import formats
from tandem.channels.kit.i18n import Text, _
from tandem.channels.kit.lists import Choice, Column, ListPage, Query, Rows, Search
from tandem.channels.kit.parts import SEVERITIES, Change, Chip, Fact, Link
from tandem.channels.kit.visit import Crumb, Visit
from tandem.channels.kit.why import Cause
from tandem.channels.noc.words import ADMINISTRATIVE, CHANGE_STATES, MADE_OF, REACHABLE
from tandem.kernel.period import Instant
from tandem.kernel.store import Uow
from tandem.oss.elements import public as elements
from tandem.oss.elements.terms import Element, ElementChange, ElementContact, Exchange
from tandem.oss.fault import public as fault
from tandem.oss.fault.terms import AlarmView

ELEMENTS: Final = "/desk/noc/elements"
ALARMS: Final = "/desk/noc/alarms"
_LATEST: Final = 25


@dataclass(frozen=True, slots=True)
class ElementRow:
    """An element in the list."""

    id: str
    name: str
    kind: str
    made_of: str
    software: str
    state: str
    answers: str
    latency_ms: float | None
    answered_at: Instant | None
    alarm: AlarmView | None


@dataclass(frozen=True, slots=True)
class ChangeCard:
    """A change of the element as it opens."""

    id: str
    title: Text
    chip: Chip
    at: Instant | None
    changes: Sequence[Change]
    exchanges: Sequence[Exchange]
    cause: str


def rows(visit: Visit, query: Query) -> Rows:
    """The elements that match; there are never so many that the program could not hold them."""
    text, reachable = (query.one("q") or "").casefold(), query.all("answers")
    found = [row for row in _rows(visit.uow) if _matches(row, text, reachable)]
    found.sort(key=lambda row: str(getattr(row, query.sort or "name")), reverse=query.descending)
    return Rows(found[query.offset : query.offset + query.limit], len(found))


def _matches(row: ElementRow, text: str, reachable: tuple[str, ...]) -> bool:
    return text in f"{row.name} {row.kind} {row.software}".casefold() and (not reachable or row.answers in reachable)


def _rows(uow: Uow) -> list[ElementRow]:
    contacts = {contact.element_id: contact for contact in elements.list_contacts(uow)}
    return [_row(uow, element, contacts.get(element.id)) for element in elements.list_elements(uow)]


def _row(uow: Uow, element: Element, contact: ElementContact | None) -> ElementRow:
    return ElementRow(
        id=element.id,
        name=element.name,
        kind=element.kind,
        made_of="simulated" if element.simulated else "real",
        software=element.software,
        state=element.administrative_state,
        answers=_answers(contact),
        latency_ms=contact.latency_ms if contact and contact.answers else None,
        answered_at=contact.answered_at if contact else None,
        alarm=next(iter(fault.open_alarms_of(uow, object_id=element.id)), None),
    )


def _answers(contact: ElementContact | None) -> str:
    if contact is None:
        return "unknown"
    return "yes" if contact.answers else "no"


def count_silent(uow: Uow) -> tuple[int, int]:
    """How many elements do not answer, of how many."""
    contacts = elements.list_contacts(uow)
    return sum(not contact.answers for contact in contacts), len(elements.list_elements(uow))


def latency(milliseconds: float | None) -> str:
    """How long an answer took."""
    return formats.NOTHING if milliseconds is None else f"{formats.number(milliseconds, 1)} ms"


def _alarm(alarm: AlarmView | None) -> object:
    if alarm is None:
        return formats.NOTHING
    label = _("%(severity)s %(id)s", severity=SEVERITIES(alarm.severity).word, id=alarm.id)
    return Link(label, f"{ALARMS}/{alarm.id}")


def elements_page() -> ListPage:
    """The list."""
    return ListPage(
        path=ELEMENTS,
        title=_("Elements"),
        topics=("Element", "Alarm"),
        sort="name",
        columns=(
            Column("name", _("Name"), link=ELEMENTS + "/{id}", sort=True),
            Column("kind", _("Kind"), sort=True, narrow=False),
            Column("made_of", _("Real or simulated"), MADE_OF, sort=True, export=str),
            Column("software", _("Software"), narrow=False, chosen=False),
            Column("state", _("State"), ADMINISTRATIVE, sort=True, export=str),
            Column("answers", _("Reachable"), REACHABLE, sort=True, export=str),
            Column("latency_ms", _("Latency"), latency, align="end", export=lambda milliseconds: milliseconds),
            Column("answered_at", _("Last answer"), formats.brief),
            Column("alarm", _("Alarm"), _alarm, export=lambda alarm: alarm.id if alarm else ""),
        ),
        filters=(
            Search(label=_("Name, kind or software")),
            Choice("answers", _("Reachable"), REACHABLE.options()),
        ),
        rows=rows,
        row_tone=lambda row: "bad" if row.answers == "no" else None,
        empty=_("No element is known. The operator registers them when it starts."),
    )


def show(visit: Visit) -> Response:
    """One element with what was lately changed on it."""
    uow, element = visit.uow, elements.get_element(visit.uow, element_id=visit.named("element_id"))
    contact = next(iter(elements.list_contacts(uow, element_id=element.id)), None)
    row = _row(uow, element, contact)
    return visit.page(
        "noc/element.html",
        element=element,
        crumbs=[Crumb(_("Elements"), ELEMENTS)],
        chip=REACHABLE(row.answers),
        facts=_facts(row, contact),
        address=[(name, str(value)) for name, value in element.address.items()],
        alarms=[
            (SEVERITIES(alarm.severity), alarm.problem, f"{ALARMS}/{alarm.id}", alarm.first_at)
            for alarm in fault.open_alarms_of(uow, object_id=element.id)
        ],
        changes=[_card(one) for one in elements.list_changes(uow, element_id=element.id, limit=_LATEST)],
        latest=_LATEST,
    )


def _facts(row: ElementRow, contact: ElementContact | None) -> list[Fact]:
    return [
        Fact(_("Kind"), row.kind),
        Fact(_("Real or simulated"), MADE_OF(row.made_of)),
        Fact(_("Software"), row.software or "–"),
        Fact(_("State"), ADMINISTRATIVE(row.state)),
        Fact(_("Latency"), latency(row.latency_ms)),
        Fact(_("Last answer"), formats.instant(row.answered_at, seconds=True)),
        Fact(_("Last tried"), formats.instant(contact.tried_at, seconds=True) if contact else formats.NOTHING),
        Fact(_("It said"), contact.detail if contact and contact.detail else formats.NOTHING),
    ]


def _card(change: ElementChange) -> ChangeCard:
    words: dict[str, Text] = {
        "create": _("Created %(subject)s", subject=change.subject),
        "change": _("Changed %(subject)s", subject=change.subject),
        "delete": _("Removed %(subject)s", subject=change.subject),
        "nothing": _("Nothing to change for %(subject)s", subject=change.subject),
    }
    return ChangeCard(
        id=change.id,
        title=words.get(change.what, change.what),
        chip=CHANGE_STATES(change.state),
        at=change.changed_at,
        changes=[Change(one.attribute, _said(one.before), _said(one.after)) for one in change.changes],
        exchanges=change.exchanges,
        cause=change.cause,
    )


def _said(value: str | int | bool | None) -> str | int | None:
    """A value as the element's own words have it."""
    return ("yes" if value else "no") if isinstance(value, bool) else value


def contact_cause(uow: Uow, element_id: str) -> Cause:
    """What an element said when it was last asked."""
    contact = next(iter(elements.list_contacts(uow, element_id=element_id)), None)
    href = f"{ELEMENTS}/{element_id}"
    if contact is None:
        return Cause(_("%(element)s was not asked yet", element=element_id), href=href)
    says = _("%(element)s answers", element=element_id)
    if not contact.answers:
        says = _("%(element)s does not answer", element=element_id)
    answered = Cause(_("Last answer"), at=contact.answered_at) if contact.answered_at else None
    return Cause(says, ground=contact.detail, at=contact.tried_at, href=href, causes=[answered] if answered else [])
