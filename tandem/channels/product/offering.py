"""One offering: what it costs in plain words, at two times, who approved what, and what the launch check finds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from starlette.responses import Response

from tandem.bss.catalog import public as catalog
from tandem.bss.catalog.terms import OfferingUnknown, PlanTerms, PriceTermsInvalid, TariffSource
from tandem.bss.catalog.terms.tariff import Tariff
from tandem.channels.kit import formats
from tandem.channels.kit.i18n import Text, _, speaking
from tandem.channels.kit.parts import Action, Entry, Fact
from tandem.channels.kit.visit import Crumb, Visit
from tandem.channels.product import offerings, plain, trial, what_if
from tandem.channels.product.rights import may_act
from tandem.channels.product.trying import local_text
from tandem.channels.product.words import STATES
from tandem.kernel.access.users import display_names
from tandem.kernel.errors import Refused
from tandem.kernel.period import Instant

_FIRST: Final = datetime(2000, 1, 1, tzinfo=UTC)
_AHEAD: Final = timedelta(days=3650)
_MOST: Final = 12


def show(visit: Visit) -> Response:
    """GET /desk/product/offerings/{offering_id}: `at` is when it is in force, `believed` by what was written until."""
    offering_id = visit.named("offering_id")
    stored = catalog.get_offering(visit.uow, offering_id=offering_id)
    moment, believed = _asked(visit, "at"), _asked(visit, "believed")
    here = f"{offerings.PATH}/{offering_id}"
    return visit.page(
        "product/offering.html",
        title=str(stored.doc.get("name") or offering_id),
        under=str(stored.doc.get("description") or offering_id),
        chip=STATES(str(stored.doc.get("lifecycleStatus") or "")),
        offering_id=offering_id,
        here=here,
        moment=local_text(moment or visit.uow.now),
        believed=local_text(believed or visit.uow.now),
        is_now=moment is None and believed is None,
        zone=formats.zone_text(visit.uow.now),
        findings=catalog.check_offering(visit.uow, offering_id=offering_id),
        actions=_actions(visit, offering_id),
        crumbs=[Crumb(_("Offerings"), offerings.PATH)],
        **_told(visit, offering_id, moment or visit.uow.now, believed),
        **_versions(visit, offering_id, here),
    )


def _asked(visit: Visit, name: str) -> Instant | None:
    """A local day and time of the query; none where it is none."""
    try:
        return datetime.fromisoformat(visit.asked(name)).replace(tzinfo=speaking().zone)
    except ValueError:
        return None


def _actions(visit: Visit, offering_id: str) -> list[Action]:
    query = urlencode({"offering": offering_id})
    told = [Action(_("Try a price"), f"{trial.PATH}?{query}", "get", "tag")]
    if may_act(visit):
        told.append(Action(_("Ask what if"), f"{what_if.PATH}/new?{query}", "get", "gauge"))
    return told


def _told(visit: Visit, offering_id: str, moment: Instant, believed: Instant | None) -> Mapping[str, Any]:
    """What it costs then; why it cannot be read where it cannot."""
    try:
        tariff = catalog.tariff_at(visit.uow, offering_id=offering_id, moment=moment, believed_at=believed)
        sources = catalog.tariff_sources(visit.uow, offering_id=offering_id, moment=moment, believed_at=believed)
    except (OfferingUnknown, PriceTermsInvalid) as refusal:
        return {"unreadable": refusal, "groups": [], "sources": [], "payment": [], "facts": [], "day_parts": []}
    plan = _plan(visit, offering_id, min(moment, believed or moment))
    return {
        "unreadable": None,
        "groups": _groups(tariff, plan),
        "payment": plain.payment(tariff),
        "facts": _facts(tariff),
        "day_parts": plain.day_parts(tariff),
        "sources": _sources(visit, sources),
    }


def _plan(visit: Visit, offering_id: str, moment: Instant) -> PlanTerms | None:
    try:
        return catalog.get_plan_terms(visit.uow, offering_id=offering_id, moment=moment)
    except Refused:
        return None


def _groups(tariff: Tariff, plan: PlanTerms | None) -> list[tuple[Text, list[plain.Line]]]:
    found: list[tuple[Text, list[plain.Line]]] = [
        (_("By time"), plain.recurring(plan) if plan else []),
        (_("Included"), plain.allowances(tariff)),
        (_("Prices for use"), plain.prices(tariff)),
        (_("Limits"), plain.limits(tariff)),
    ]
    return [(label, lines) for label, lines in found if lines]


def _facts(tariff: Tariff) -> list[Fact]:
    tax = _("included") if tariff.tax_included else _("not included")
    return [
        Fact(_("Currency"), tariff.currency),
        Fact(_("Tax"), _("%(name)s %(rate)s%%, %(how)s", name=tariff.tax_category, rate=tariff.tax_rate, how=tax)),
    ]


def _sources(visit: Visit, found: Mapping[str, TariffSource]) -> list[tuple[TariffSource, str]]:
    names = display_names(visit.uow, [one.approved_by for one in found.values()])
    return [(one, names.get(one.approved_by, one.approved_by)) for one in found.values()]


# -- over time --------------------------------------------------------------------------------------------------------


def _versions(visit: Visit, offering_id: str, here: str) -> Mapping[str, Any]:
    """When another version comes into force, and what was written when by whom, the newest first."""
    history = catalog.tariff_histories(visit.uow, offering_ids=[offering_id])[offering_id]
    changes = history.changes(_FIRST, visit.uow.now + _AHEAD)
    written = [one for of_one in (history.offering, *history.documents.values()) for one in of_one]
    newest = sorted(written, key=lambda one: one.at, reverse=True)[:_MOST]
    names = display_names(visit.uow, [one.actor for one in newest])
    entries = [
        Entry(
            at=one.at,
            title=_("%(name)s, writing %(number)s", name=_name(one.doc), number=one.number),
            who=names.get(one.actor, one.actor),
            why=one.why or "",
            icon="edit",
            href=f"{here}?{urlencode({'believed': local_text(one.at + timedelta(minutes=1))})}",
        )
        for one in newest
    ]
    in_force = [
        (one, f"{here}?{urlencode({'at': local_text(one + timedelta(minutes=1))})}") for one in changes[-_MOST:]
    ]
    return {"entries": entries, "entry_count": len(written), "in_force": in_force[::-1]}


def _name(doc: Mapping[str, Any]) -> str:
    return f"{doc.get('name') or doc.get('id')} {doc.get('version') or ''}".strip()
