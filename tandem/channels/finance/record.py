"""One usage record: what it says, where it came from, why it waits; corrected, released or put aside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from starlette.responses import Response

from tandem.bss.charging import public as charging
from tandem.bss.charging.terms import NotSuspended, RatedEvent, UsageInvalid
from tandem.bss.charging.terms.desks import Correction, RecordView
from tandem.bss.charging.terms.files import RecordChange
from tandem.channels.finance import suspended, words
from tandem.channels.finance.fields import InstantField
from tandem.channels.finance.rights import may_act
from tandem.channels.kit import formats
from tandem.channels.kit.forms import ChoiceField, Filled, Form, TextField, WholeField
from tandem.channels.kit.i18n import Text, _
from tandem.channels.kit.parts import Action, Entry, Fact, Link
from tandem.channels.kit.visit import Crumb, Visit
from tandem.kernel.access.users import display_names
from tandem.kernel.audit.trail import Deed, deeds_of

BALANCES: Final = "/desk/finance/balances"
RATED: Final = "/desk/finance/rated"
_LONGEST_REASON: Final = 500
_MOST: Final = 2**62

USE: Final = ChoiceField("usage_type", _("Use"), options=words.USES.options())
SERVED: Final = TextField("served", _("Number"), longest=30, hint=_("International digits, such as 353209100001."))
DESTINATION: Final = TextField("destination", _("To"), longest=30, required=False, hint=_("Data needs none."))
QUANTITY: Final = WholeField("quantity", _("Quantity"), at_most=_MOST, hint=_("Seconds, octets or messages."))
NETWORK: Final = TextField(
    "network", _("Network"), longest=6, required=False, hint=_("MCC and MNC of the serving network; empty at home.")
)
STARTED: Final = InstantField("started_at", _("Used"), hint=_("With its zone, such as 2026-10-12T09:00:00Z."))
CORRECTION: Final = Form(USE, SERVED, DESTINATION, QUANTITY, NETWORK, STARTED)

_VERBS: Final[dict[str, Text]] = {
    "patch": _("Changed"),
    "update": _("Changed"),
    "delete": _("Removed"),
}
_CHANGES: Final[dict[str, Text]] = {"release": _("Released"), "exclude": _("Put aside")}


def show(visit: Visit) -> Response:
    """GET /desk/finance/suspended/{usage_id}."""
    view = charging.get_record(visit.uow, usage_id=visit.named("usage_id"))
    here = f"{suspended.PATH}/{view.usage_id}"
    events = charging.rated_events_of_usage(visit.uow, usage_id=view.usage_id)
    return visit.page(
        "finance/record.html",
        view=view,
        chip=words.RECORD_STATES(view.state),
        cause=words.CAUSES(view.code) if view.code else None,
        next_step=words.NEXT_STEPS.get(view.code or ""),
        crumbs=[Crumb(_("Suspended usage"), suspended.PATH)],
        actions=_actions(visit, view, here),
        says=_says(view),
        origin=_origin(view),
        charges=[(event, f"{RATED}/{event.id}") for event in events],
        timeline=history(visit, view, events),
    )


def _actions(visit: Visit, view: RecordView, here: str) -> list[Action]:
    if view.state != "suspended" or not may_act(visit):
        return []
    return [
        Action(_("Release"), f"{here}/release", icon="retry", primary=True),
        Action(_("Correct"), f"{here}/correct", "get", "edit"),
        Action(_("Put aside"), f"{here}/exclude", "get", "close", danger=True),
    ]


def _says(view: RecordView) -> list[Fact]:
    record = view.record
    told = [
        Fact(_("Use"), words.USES(record.usage_type)),
        Fact(_("Number"), formats.phone(record.served)),
        Fact(_("To"), formats.phone(record.destination)),
        Fact(_("How much"), words.quantity(record.usage_type, record.quantity)),
        Fact(_("Used"), formats.instant(record.started_at, seconds=True)),
        Fact(_("Network"), record.network or _("at home")),
    ]
    if record.rating_group is not None:
        told.append(Fact(_("Rating group"), str(record.rating_group)))
    if record.customer_id:
        told.append(Fact(_("Customer"), Link(record.customer_id, f"/desk/agent/customers/{record.customer_id}")))
    return [*told, *(Fact(_("Beside: %(name)s", name=name), value) for name, value in record.details.items())]


def _origin(view: RecordView) -> list[Fact]:
    told = [
        Fact(_("From"), Link(view.source, f"{suspended.PATH}?q={view.source}") if view.line else view.source or "–"),
        Fact(_("Taken in"), formats.instant(view.taken_at, seconds=True)),
        Fact(_("Record"), view.usage_id),
    ]
    if view.line is not None:
        told.insert(1, Fact(_("Line"), formats.number(view.line)))
    if view.record.record_id:
        told.append(Fact(_("Sender's number for it"), view.record.record_id))
    if view.billing_account_id:
        told.append(
            Fact(
                _("Billing account"), Link(view.billing_account_id, f"/desk/finance/balances/{view.billing_account_id}")
            )
        )
    return told


def history(visit: Visit, view: RecordView, events: Sequence[RatedEvent]) -> list[Entry]:
    """What was done to a record, the newest first, down to when it was taken in."""
    deeds = deeds_of(visit.uow, "Usage", [view.usage_id])
    names = display_names(visit.uow, sorted({deed.actor for deed in deeds}))
    charged = [
        Entry(
            event.rated_at,
            _("Charged %(amount)s by %(term)s", amount=formats.money_text(event.amount), term=event.term_name),
            tone="good",
            icon="check",
            href=f"{RATED}/{event.id}",
        )
        for event in events
    ]
    taken = Entry(view.taken_at, _("Taken in from %(source)s", source=view.source or "–"), icon="download")
    told = [_entry(deed, names) for deed in deeds if not deed.verb.endswith("create")]
    told += [_changed(change) for change in charging.record_history(visit.uow, usage_id=view.usage_id)]
    return sorted([*told, *charged, taken], key=lambda entry: entry.at, reverse=True)


def _entry(deed: Deed, names: dict[str, str]) -> Entry:
    word = _VERBS.get(deed.verb.rpartition(".")[2], deed.verb)
    return Entry(deed.at, word, names.get(deed.actor, deed.actor), deed.cause, icon="edit")


def _changed(change: RecordChange) -> Entry:
    """What work on many did to a record, and why it waited until then."""
    word = _CHANGES.get(change.what, change.what)
    return Entry(change.at, word, change.by_whom, change.reason or "", icon="retry")


# -- deeds ------------------------------------------------------------------------------------------------------------


def release(visit: Visit) -> Response:
    """POST …/release: rate it again as it is."""
    usage_id = visit.named("usage_id")
    charging.release(visit.uow, usage_id=usage_id)
    return _told(visit, usage_id)


def _told(visit: Visit, usage_id: str) -> Response:
    """Back to the record, with what became of it."""
    view = charging.get_record(visit.uow, usage_id=usage_id)
    here = f"{suspended.PATH}/{usage_id}"
    if view.state == "suspended":
        return visit.see(here, _("It still waits: %(reason)s", reason=view.reason or ""), tone="warning")
    return visit.see(here, _("Released and rated."))


def show_correction(visit: Visit) -> Response:
    """GET …/correct."""
    view = _waiting(visit)
    record = view.record
    filled = CORRECTION.blank(
        usage_type=record.usage_type,
        served=record.served,
        destination=record.destination,
        quantity=record.quantity,
        network=record.network,
        started_at=record.started_at,
    )
    return _correction_page(visit, view, filled)


def _waiting(visit: Visit) -> RecordView:
    view = charging.get_record(visit.uow, usage_id=visit.named("usage_id"))
    if view.state != "suspended":
        raise NotSuspended(f"usage {view.usage_id} is {view.state} and waits for nothing", path="status")
    return view


def _correction_page(visit: Visit, view: RecordView, filled: Filled, status: int = 200) -> Response:
    return visit.page(
        "finance/correct.html",
        status=status,
        view=view,
        form=filled,
        cause=words.CAUSES(view.code or ""),
        next_step=words.NEXT_STEPS.get(view.code or ""),
        here=f"{suspended.PATH}/{view.usage_id}",
        crumbs=[
            Crumb(_("Suspended usage"), suspended.PATH),
            Crumb(formats.phone(view.record.served), f"{suspended.PATH}/{view.usage_id}"),
        ],
    )


def correct(visit: Visit) -> Response:
    """POST …/correct: keep what was put right, and rate it again."""
    view = _waiting(visit)
    filled = CORRECTION.read(visit)
    if filled.wrong:
        return _correction_page(visit, view, filled, status=422)
    correction = Correction(
        usage_type=filled[USE],
        served=filled[SERVED],
        destination=filled.get(DESTINATION) or "",
        network=filled.get(NETWORK) or "",
        quantity=filled[QUANTITY],
        started_at=filled[STARTED],
    )
    try:
        charging.correct(visit.uow, usage_id=view.usage_id, correction=correction)
    except UsageInvalid as refusal:
        return _correction_page(visit, view, filled.refused(refusal), status=422)
    return _told(visit, view.usage_id)


def ask_to_exclude(visit: Visit) -> Response:
    """GET …/exclude."""
    return _exclusion_page(visit, missing=False)


def _exclusion_page(visit: Visit, *, missing: bool) -> Response:
    here = f"{suspended.PATH}/{visit.named('usage_id')}"
    return visit.page(
        "kit/confirm.html",
        status=422 if missing else 200,
        heading=_("Put the record aside"),
        says=_("It will never be charged, and the same record is known as a duplicate when it comes again."),
        path=f"{here}/exclude",
        back=here,
        reason=True,
        danger=True,
        missing=missing,
    )


def exclude(visit: Visit) -> Response:
    """POST …/exclude."""
    reason = visit.sent("reason").strip()[:_LONGEST_REASON]
    if not reason:
        return _exclusion_page(visit, missing=True)
    usage_id = visit.named("usage_id")
    charging.exclude(visit.uow, usage_id=usage_id, because=reason)
    return visit.see(f"{suspended.PATH}/{usage_id}", _("The record is put aside."))
