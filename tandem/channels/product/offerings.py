"""What is sold and what will be: every offering with its state and its monthly price."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tandem.bss.catalog import public as catalog
from tandem.bss.catalog.terms import OfferingUnknown, PriceTermsInvalid
from tandem.channels.kit import formats
from tandem.channels.kit.i18n import _
from tandem.channels.kit.lists import Choice, Column, ListPage, Query, Rows, Search, View
from tandem.channels.kit.visit import Visit
from tandem.channels.product.words import STATES
from tandem.kernel.json import at
from tandem.kernel.money import Money
from tandem.kernel.period import Instant, instant
from tandem.kernel.store import Stored, Uow

PATH: Final = "/desk/product/offerings"


@dataclass(frozen=True, slots=True)
class OfferingRow:
    """An offering in the list. `monthly` is none where its prices cannot be read or nothing recurs."""

    id: str
    name: str
    state: str
    version: str
    sold_from: Instant | None
    sold_until: Instant | None
    updated_at: Instant
    monthly: Money | None = None


def rows(visit: Visit, query: Query) -> Rows:
    """The offerings that match."""
    words, states = (query.one("q") or "").casefold(), query.all("state")
    found = [_row(one) for one in catalog.list_offerings(visit.uow)]
    kept = [one for one in found if words in f"{one.name} {one.id}".casefold() and (not states or one.state in states)]
    if query.sort in ("name", "state", "updated_at"):
        kept.sort(key=lambda one: (getattr(one, query.sort or "name"), one.id), reverse=query.descending)
    shown = kept[query.offset : query.offset + query.limit]
    return Rows([_priced(visit.uow, one) for one in shown], len(kept))


def _row(one: Stored) -> OfferingRow:
    start, end = at(one.doc, "validFor.startDateTime"), at(one.doc, "validFor.endDateTime")
    return OfferingRow(
        id=one.id,
        name=str(one.doc.get("name") or one.id),
        state=str(one.doc.get("lifecycleStatus") or ""),
        version=str(one.doc.get("version") or ""),
        sold_from=instant(str(start)) if start else None,
        sold_until=instant(str(end)) if end else None,
        updated_at=one.updated_at,
    )


def _priced(uow: Uow, row: OfferingRow) -> OfferingRow:
    try:
        plan = catalog.get_plan_terms(uow, offering_id=row.id, moment=uow.now)
    except (PriceTermsInvalid, OfferingUnknown):
        return row
    monthly = sum(one.amount_micros for one in plan.recurring if one.months == 1)
    money = Money(monthly, plan.currency) if plan.recurring else None
    return OfferingRow(row.id, row.name, row.state, row.version, row.sold_from, row.sold_until, row.updated_at, money)


def offerings_page() -> ListPage:
    """The list."""
    return ListPage(
        path=PATH,
        title=_("Offerings"),
        topics=("ProductOffering",),
        sort="name",
        columns=(
            Column("name", _("Name"), link=PATH + "/{id}", sort=True),
            Column("state", _("State"), STATES, sort=True, export=str),
            Column("monthly", _("A month"), formats.money, align="end"),
            Column("version", _("Version")),
            Column("sold_from", _("Sold from"), formats.brief, narrow=False),
            Column("sold_until", _("Sold until"), formats.brief, narrow=False),
            Column("updated_at", _("Last written"), formats.brief, sort=True),
            Column("id", _("Offering"), narrow=False, chosen=False),
        ),
        filters=(Search(label=_("Name or id")), Choice("state", _("State"), STATES.options())),
        views=(View(_("On sale"), "state=Launched"),),
        rows=rows,
        empty=_("No offering matches."),
    )
