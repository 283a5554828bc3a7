"""What if: a month's use as it was, priced again by a draft of its tariff. Nobody is charged."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final
from urllib.parse import urlencode

import msgspec
from babel import dates
from starlette.responses import Response

from tandem.bss.catalog import public as catalog
from tandem.bss.catalog.terms.tariff import Tariff
from tandem.bss.charging import public as charging
from tandem.bss.charging.terms.rerating import Gain, WhatIf
from tandem.channels.kit import formats
from tandem.channels.kit.charts import Chart, Series
from tandem.channels.kit.exports import write_csv
from tandem.channels.kit.i18n import _, speaking
from tandem.channels.kit.lists import Column, ListPage, Query, Rows
from tandem.channels.kit.parts import (
    Action,
    Chip,
    Chips,
    Counter,
    Fact,
    Job,
    Kpi,
    Link,
    Phase,
    PhaseState,
    differences,
)
from tandem.channels.kit.visit import Crumb, Visit
from tandem.channels.product import drafts, trial, words
from tandem.channels.product.drafts import Fault
from tandem.channels.product.rights import may_act
from tandem.kernel.access.users import display_names
from tandem.kernel.errors import Invalid, Refused
from tandem.kernel.money import Money
from tandem.kernel.period import Instant, Period

PATH: Final = trial.WHAT_IF
_DEED: Final = "product.what_if"
_MONTHS: Final = 12
_MOST: Final = 50

STATES: Final = Chips(
    {"running": Chip(_("At work"), "info", "play"), "done": Chip(_("Answered"), "good", "check")},
)
_PHASES: Final[Mapping[str, PhaseState]] = {"running": "running", "done": "done"}


def rows(visit: Visit, query: Query) -> Rows:
    """The newest questions."""
    every = charging.list_what_ifs(visit.uow, limit=_MOST)
    return Rows(every[query.offset : query.offset + query.limit], len(every))


def what_if_page() -> ListPage:
    """The list."""
    return ListPage(
        path=PATH,
        title=_("What if"),
        topics=("WhatIf",),
        columns=(
            Column("asked_at", _("Asked"), formats.brief, link=PATH + "/{id}"),
            Column("offering_id", _("Offering")),
            Column("month", _("Month"), value=lambda one: month_text(one.period.start)),
            Column("state", _("State"), STATES, export=str),
            Column("before", _("Before"), formats.money, value=lambda one: _of(one, one.before_micros), align="end"),
            Column("after", _("After"), formats.money, value=lambda one: _of(one, one.after_micros), align="end"),
            Column("winners", _("Pay less"), formats.number, align="end", narrow=False),
            Column("losers", _("Pay more"), formats.number, align="end", narrow=False),
        ),
        rows=rows,
        actions=lambda visit: (Action(_("Ask"), f"{PATH}/new", "get", "plus", primary=True),) if may_act(visit) else (),
        empty=_("Nobody asked yet what a month would have cost under another tariff."),
    )


def _of(one: WhatIf, micros: int) -> Money:
    return Money(micros, one.currency)


# -- asking -----------------------------------------------------------------------------------------------------------


def show_form(visit: Visit) -> Response:
    """GET /desk/product/what-if/new: the offering, the month and a draft may stand in the address."""
    offering, word = visit.asked("offering"), visit.asked("draft")
    text = (drafts.unpacked(word) if word else None) or trial.present(visit, offering)
    return _page(visit, (offering, text, visit.asked("month")))


def _page(
    visit: Visit, asked: tuple[str, str, str], *, faults: tuple[Fault, ...] = (), refusal: Refused | None = None
) -> Response:
    """The form with its offering, text and month as they were typed."""
    offering, text, month = asked
    return visit.page(
        "product/what_if_form.html",
        status=422 if faults or refusal else 200,
        path=f"{PATH}/new",
        back=PATH,
        offering=offering,
        offerings=trial.offerings(visit),
        months=[(f"{first:%Y-%m}", month_text(first)) for first in months(visit.uow.now)],
        month=month or f"{months(visit.uow.now)[1]:%Y-%m}",
        text=text,
        faults=faults,
        refusal=refusal,
        crumbs=[Crumb(_("What if"), PATH)],
    )


def ask(visit: Visit) -> Response:
    """POST /desk/product/what-if/new: once for a drawn form."""
    offering, month, text = visit.sent("offering"), visit.sent("month"), visit.sent("tariff").strip()
    draft, faults = drafts.read(text)
    if draft is None:
        return _page(visit, (offering, text, month), faults=faults)
    wanted = {"offering": offering, "month": month, "tariff": text}
    earlier = visit.uow.answered_before(_DEED, visit.idempotency_key, wanted)
    if earlier is not None:
        return visit.see(f"{PATH}/{earlier['whatIf']}")
    try:
        asked = charging.what_if(
            visit.uow, offering_id=offering, draft=draft, period=period_of(month, months(visit.uow.now))
        )
    except Refused as refusal:
        return _page(visit, (offering, text, month), refusal=refusal)
    visit.uow.keep_answer(_DEED, visit.idempotency_key, {"whatIf": asked.id})
    return visit.see(f"{PATH}/{asked.id}")


def months(now: Instant) -> list[datetime]:
    """The beginnings of this month and those before it, in the zone of whoever looks."""
    local = now.astimezone(speaking().zone)
    counted = [local.year * 12 + local.month - 1 - back for back in range(_MONTHS + 1)]
    return [datetime(one // 12, one % 12 + 1, 1, tzinfo=speaking().zone) for one in counted]


def period_of(month: str, known: list[datetime]) -> Period:
    """The month of a choice. Raises: Invalid when it is none of the months that can be chosen."""
    start = next((one for one in known if f"{one:%Y-%m}" == month), None)
    if start is None:
        raise Invalid(f"{month or 'no month'} is none of the months that can be chosen", path="month")
    after = start.year * 12 + start.month
    return Period(start, datetime(after // 12, after % 12 + 1, 1, tzinfo=start.tzinfo))


def month_text(first: date) -> str:
    """A month as people name it."""
    local = first.astimezone(speaking().zone) if isinstance(first, datetime) else first
    return str(dates.format_skeleton("yMMMM", local, locale=speaking().locale))


# -- the answer -------------------------------------------------------------------------------------------------------


def show(visit: Visit) -> Response:
    """GET /desk/product/what-if/{what_if_id}; `?export=csv` has a line for each customer."""
    found = charging.get_what_if(visit.uow, what_if_id=visit.named("what_if_id"))
    if visit.asked("export") == "csv":
        return _download(found, charging.what_if_gains(visit.uow, what_if_id=found.id))
    here = f"{PATH}/{found.id}"
    return visit.page(
        "product/what_if.html",
        found=found,
        title=month_text(found.period.start),
        chip=STATES(found.state),
        words=words,
        job=job_of(found),
        kpis=_kpis(found),
        chart=_chart(found),
        facts=_facts(visit, found),
        changes=_changes(visit, found),
        actions=_actions(visit, found, here),
        crumbs=[Crumb(_("What if"), PATH)],
    )


def _actions(visit: Visit, found: WhatIf, here: str) -> list[Action]:
    told = [Action(_("Customers as CSV"), f"{here}?export=csv", "get", "download")]
    word = drafts.packed(drafts.written(found.draft))
    if word and may_act(visit):
        query = {"offering": found.offering_id, "month": f"{_local(found):%Y-%m}", "draft": word}
        told.insert(0, Action(_("Change the draft"), f"{PATH}/new?{urlencode(query)}", "get", "edit"))
    return told


def _local(found: WhatIf) -> datetime:
    return found.period.start.astimezone(speaking().zone)


def job_of(found: WhatIf) -> Job:
    """How far the answer is."""
    return Job(
        title=_("Progress"),
        phases=(Phase(_("Accounts looked at"), _PHASES[found.state], found.accounts - found.waiting, found.accounts),),
        counters=(Counter(_("Uses priced twice"), found.uses),),
    )


def _kpis(found: WhatIf) -> list[Kpi]:
    change = found.after_micros - found.before_micros
    return [
        Kpi(_("Charged for use"), words.euros(found.before_micros, found.currency)),
        Kpi(_("With the draft"), words.euros(found.after_micros, found.currency)),
        Kpi(_("Change"), words.signed(change, found.currency), tone="bad" if change < 0 else "neutral"),
        Kpi(_("Customers who pay less"), formats.number(found.winners)),
        Kpi(_("Customers who pay more"), formats.number(found.losers)),
        Kpi(_("Customers who pay the same"), formats.number(found.unchanged)),
    ]


def _chart(found: WhatIf) -> Chart | None:
    """How many customers change by how much; none where nobody changes."""
    if not found.top:
        return None
    labels = [words.signed(bar.lower_micros, found.currency) for bar in found.histogram]
    counted = Series(_("Customers"), [bar.customers for bar in found.histogram])
    return Chart(_("Customers by change, from this amount on"), labels, (counted,))


def _facts(visit: Visit, found: WhatIf) -> list[Fact]:
    names = display_names(visit.uow, [found.asked_by])
    name = str(catalog.get_offering(visit.uow, offering_id=found.offering_id).doc.get("name") or found.offering_id)
    return [
        Fact(_("Offering"), Link(name, f"{trial.OFFERINGS}/{found.offering_id}")),
        Fact(_("Month"), month_text(found.period.start)),
        Fact(_("Asked by"), names.get(found.asked_by, found.asked_by)),
        Fact(_("Asked"), formats.instant(found.asked_at)),
    ]


def _changes(visit: Visit, found: WhatIf) -> list[tuple[str, str, str]]:
    """What the draft says otherwise than the tariff of the month's beginning."""
    tariff = catalog.tariff_at(visit.uow, offering_id=found.offering_id, moment=found.period.start)
    found_between = differences(_by_term(tariff), _by_term(found.draft))
    return [(one.name, _short(one.before), _short(one.after)) for one in found_between]


def _by_term(tariff: Tariff) -> dict[str, Any]:
    """A tariff as plain values, its terms by their ids: a new one does not shift the others."""
    doc: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(msgspec.structs.replace(tariff, approved_at=None)))
    return doc | {name: {one["id"]: one for one in doc.get(name, ())} for name in ("prices", "allowances", "limits")}


def _short(value: object) -> str:
    if value is None:
        return "–"
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return text if len(text) <= 200 else f"{text[:200]}…"


def _download(found: WhatIf, gains: list[Gain]) -> Response:
    """Every customer's line, before and after."""
    target = io.BytesIO()
    columns = (
        Column("customer_id", _("Customer")),
        Column("before", _("Before"), formats.money, value=lambda one: Money(one.before_micros, found.currency)),
        Column("after", _("After"), formats.money, value=lambda one: Money(one.after_micros, found.currency)),
        Column("delta", _("Change"), formats.money, value=lambda one: Money(one.delta_micros, found.currency)),
    )
    write_csv(target, columns, gains)
    headers = {
        "Content-Disposition": f'attachment; filename="what-if-{found.offering_id}-{_local(found):%Y-%m}.csv"',
        "Cache-Control": "no-store",
    }
    return Response(target.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)
