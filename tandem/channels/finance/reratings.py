"""Rating again: who would pay how much more or less, agreed to by another person, then posted with progress."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from starlette.responses import Response

from tandem.bss.charging import public as charging
from tandem.bss.charging.terms.rerating import AccountChange, Rerating, Selection
from tandem.channels.finance.record import BALANCES
from tandem.channels.finance.rights import AGREE
from tandem.channels.kit import formats
from tandem.channels.kit.charts import Chart, Series, round_up
from tandem.channels.kit.forms import DayField, Filled, Form, TextField
from tandem.channels.kit.i18n import _, ngettext, speaking
from tandem.channels.kit.lists import Column, ListPage, Query, Rows
from tandem.channels.kit.parts import Action, Chip, Chips, Counter, Fact, Job, Kpi, Phase, PhaseState
from tandem.channels.kit.visit import Crumb, Visit
from tandem.kernel.access.users import display_names
from tandem.kernel.errors import Refused
from tandem.kernel.money import MICROS, Money

PATH: Final = "/desk/finance/reratings"
_MOST: Final = 500
_TOP: Final = 10
_DRAWN: Final = 5_000
_BARS: Final = 8

STATES: Final = Chips(
    {
        "drafting": Chip(_("Being worked out"), "info", "play"),
        "drafted": Chip(_("To be agreed to"), "warning", "pause"),
        "running": Chip(_("Being posted"), "info", "play"),
        "stopped": Chip(_("Stopped"), "warning", "pause"),
        "done": Chip(_("Done"), "good", "check"),
    }
)
CHANGE_STATES: Final = Chips(
    {
        "shown": Chip(_("Shown"), "neutral", "dot"),
        "posted": Chip(_("Posted"), "good", "check"),
        "differs": Chip(_("Left alone"), "warning", "alert"),
    }
)

OFFERING: Final = TextField("offering", _("Plan"), required=False, hint=_("Its id, such as offer-max-100."))
VERSION: Final = TextField(
    "version", _("Version of the plan"), required=False, hint=_("Only with a plan."), path="tariff_version"
)
PRICE: Final = TextField("price", _("Price or allowance"), required=False, hint=_("The id that the charges cite."))
CUSTOMER: Final = TextField("customer", _("Customer"), required=False)
ACCOUNT: Final = TextField("account", _("Billing account"), required=False)
FIRST: Final = DayField("first_day", _("Used from"), required=False)
LAST: Final = DayField("last_day", _("Used until"), required=False)
BECAUSE: Final = TextField("because", _("Reason"), longest=500, rows=2, hint=_("Whoever agrees reads it."))
SELECTION: Final = Form(OFFERING, VERSION, PRICE, CUSTOMER, ACCOUNT, FIRST, LAST, BECAUSE)


@dataclass(frozen=True, slots=True)
class TopChange:
    """An account's change as it is drawn."""

    billing_account_id: str
    state: str
    before: Money
    after: Money
    delta: Money
    changed: int


def rows(visit: Visit, query: Query) -> Rows:
    """The ratings again, the newest first."""
    every = charging.list_reratings(visit.uow, limit=_MOST)
    return Rows(every[query.offset : query.offset + query.limit], len(every))


def _amounts(micros: Mapping[str, int]) -> str:
    """What changes in each currency, as text."""
    shown = [formats.money_text(Money(value, currency)) for currency, value in sorted(micros.items())]
    return ", ".join(shown) or formats.NOTHING


def reratings_page() -> ListPage:
    """The list."""
    return ListPage(
        path=PATH,
        title=_("Rating again"),
        topics=("Rerating",),
        columns=(
            Column("believed_at", _("Worked out"), formats.brief),
            Column("because", _("Reason"), link=PATH + "/{id}"),
            Column("state", _("State"), STATES, export=str),
            Column("changed_accounts", _("Accounts that change"), formats.number, align="end"),
            Column("charged", _("In all"), _amounts, align="end"),
            Column("invoiced", _("On invoices"), _amounts, align="end", narrow=False),
            Column("posted", _("Posted"), formats.number, align="end", narrow=False),
        ),
        rows=rows,
        actions=lambda visit: (Action(_("Try rating again"), f"{PATH}/new", "get", "retry", primary=True),),
        empty=_("Nothing was rated again yet."),
    )


def show_form(visit: Visit) -> Response:
    """GET /desk/finance/reratings/new."""
    return _page(visit, SELECTION.blank())


def _page(visit: Visit, form: Filled, status: int = 200) -> Response:
    crumbs = [Crumb(_("Rating again"), PATH)]
    return visit.page("finance/rerating_form.html", status=status, form=form, path=PATH, crumbs=crumbs)


def draft(visit: Visit) -> Response:
    """POST /desk/finance/reratings/new: a dry run, once for a drawn form."""
    filled = SELECTION.read(visit)
    if filled.wrong:
        return _page(visit, filled, status=422)
    earlier = visit.uow.answered_before("finance.rerating", visit.idempotency_key, filled.typed)
    if earlier is not None:
        return visit.see(f"{PATH}/{earlier['rerating']}")
    try:
        made = charging.rerating_dry_run(visit.uow, selection=selection_of(filled), because=filled[BECAUSE])
    except Refused as refusal:
        return _page(visit, filled.refused(refusal), status=422)
    visit.uow.keep_answer("finance.rerating", visit.idempotency_key, {"rerating": made.id})
    return visit.see(f"{PATH}/{made.id}")


def selection_of(filled: Filled) -> Selection:
    """Whose use the form chooses; days are those of whoever typed them, both included."""
    zone, first, last = speaking().zone, filled.get(FIRST), filled.get(LAST)
    return Selection(
        customer_id=filled.get(CUSTOMER),
        billing_account_id=filled.get(ACCOUNT),
        offering_id=filled.get(OFFERING),
        tariff_version=filled.get(VERSION),
        price_id=filled.get(PRICE),
        first=datetime.combine(first, time(), zone) if first else None,
        end=datetime.combine(last + timedelta(days=1), time(), zone) if last else None,
    )


# -- one rating again -------------------------------------------------------------------------------------------------


def show(visit: Visit) -> Response:
    """GET /desk/finance/reratings/{rerating_id}: what changes, for whom, how far it is."""
    run = charging.get_rerating(visit.uow, rerating_id=visit.named("rerating_id"))
    changes = charging.rerating_changes(visit.uow, rerating_id=run.id, limit=_DRAWN)
    return visit.page(
        "finance/rerating.html",
        run=run,
        chip=STATES(run.state),
        actions=_actions(visit, run),
        at_work=run.state in ("drafting", "running"),
        figures=_figures(run),
        job=job_of(run),
        facts=_facts(visit, run),
        top=[_told(change) for change in changes[:_TOP]],
        balances=BALANCES,
        change_states=CHANGE_STATES,
        histogram=histogram(changes),
        crumbs=[Crumb(_("Rating again"), PATH)],
    )


def _told(change: AccountChange) -> TopChange:
    return TopChange(
        billing_account_id=change.billing_account_id,
        state=change.state,
        before=Money(change.before_micros, change.currency),
        after=Money(change.after_micros, change.currency),
        delta=Money(change.delta_micros, change.currency),
        changed=change.changed,
    )


def _actions(visit: Visit, run: Rerating) -> list[Action]:
    here = f"{PATH}/{run.id}"
    if run.state == "stopped":
        return [Action(_("Go on"), f"{here}/resume", icon="play", primary=True)]
    if run.state != "drafted":
        return []
    why_not = None
    if run.drafted_by == visit.caller.actor:
        why_not = _("Another person than who worked it out must agree.")
    elif not visit.has_role(*AGREE):
        why_not = _("Somebody of finance must agree.")
    return [Action(_("Agree and post"), f"{here}/agree", "get", "check", primary=True, why_not=why_not)]


def _figures(run: Rerating) -> list[Kpi]:
    return [
        Kpi(_("In all"), _amounts(run.charged)),
        Kpi(_("On invoices"), _amounts(run.invoiced)),
        Kpi(_("Accounts that change"), formats.number(run.changed_accounts)),
        Kpi(_("Charges that change"), formats.number(run.changed_uses)),
        Kpi(
            _("Without a price now"),
            formats.number(run.refused_uses),
            tone="warning" if run.refused_uses else "neutral",
        ),
    ]


def job_of(run: Rerating) -> Job:
    """The two phases: working out and posting."""
    looked = run.accounts - run.waiting
    posting: Mapping[str, PhaseState] = {"running": "running", "stopped": "canceled", "done": "done"}
    stop = Action(_("Stop"), f"{PATH}/{run.id}/stop", icon="pause", danger=True) if run.state == "running" else None
    return Job(
        title=ngettext("%(num)s account", "%(num)s accounts", run.accounts),
        phases=(
            Phase(_("Worked out"), "running" if run.state == "drafting" else "done", looked, run.accounts),
            Phase(_("Posted"), posting.get(run.state, "waiting"), run.posted, run.changed_accounts),
        ),
        counters=(
            Counter(_("Posted"), run.posted, "good"),
            Counter(_("Left alone"), run.differing, "warning" if run.differing else "neutral"),
            Counter(_("Balances that move"), run.buckets),
        ),
        cancel=stop,
    )


def _facts(visit: Visit, run: Rerating) -> list[Fact]:
    people = [one for one in (run.drafted_by, run.approved_by) if one]
    names = display_names(visit.uow, people)
    told = [Fact(_("Reason"), run.because or "–"), Fact(_("Worked out by"), names.get(run.drafted_by, run.drafted_by))]
    if run.approved_by:
        told.append(Fact(_("Agreed to by"), names.get(run.approved_by, run.approved_by)))
    chosen = run.selection
    named = (
        (_("Plan"), chosen.offering_id),
        (_("Version of the plan"), chosen.tariff_version),
        (_("Price or allowance"), chosen.price_id),
        (_("Customer"), chosen.customer_id),
        (_("Billing account"), chosen.billing_account_id),
        (_("Product"), chosen.product_id),
    )
    told += [Fact(label, value) for label, value in named if value]
    if chosen.first:
        told.append(Fact(_("Used from"), formats.instant(chosen.first)))
    if chosen.end:
        told.append(Fact(_("Used before"), formats.instant(chosen.end)))
    return told


def histogram(changes: Sequence[AccountChange]) -> Chart | None:
    """How many accounts change by how much; of the largest changes where there are very many."""
    if len(changes) < 2 or len({change.currency for change in changes}) > 1:
        return None
    deltas = [change.delta_micros for change in changes]
    low, high = min(deltas), max(deltas)
    step = int(round_up(max(1, high - low) / _BARS / MICROS) * MICROS)
    first = low // step * step
    count = (high - first) // step + 1
    counts = [0] * count
    for delta in deltas:
        counts[(delta - first) // step] += 1
    currency = changes[0].currency
    return Chart(
        title=_("Accounts by how much they change, from each amount on"),
        labels=[formats.money_text(Money(first + step * place, currency)) for place in range(count)],
        series=(Series(_("Accounts"), counts),),
    )


# -- deeds ------------------------------------------------------------------------------------------------------------


def ask_to_agree(visit: Visit) -> Response:
    """GET …/agree."""
    run = charging.get_rerating(visit.uow, rerating_id=visit.named("rerating_id"))
    here = f"{PATH}/{run.id}"
    return visit.page(
        "kit/confirm.html",
        heading=_("Agree and post"),
        says=_(
            "%(amount)s in all, of %(accounts)s accounts. The old charges are taken back and the new ones stand "
            "in their place; an account that has changed since is left alone.",
            amount=_amounts(run.charged),
            accounts=run.changed_accounts,
        ),
        path=f"{here}/agree",
        back=here,
        reason=False,
        danger=True,
    )


def agree(visit: Visit) -> Response:
    """POST …/agree."""
    run = charging.rerate(visit.uow, rerating_id=visit.named("rerating_id"))
    return visit.see(f"{PATH}/{run.id}", _("Agreed. It is being posted."))


def stop(visit: Visit) -> Response:
    """POST …/stop."""
    run = charging.stop_rerating(visit.uow, rerating_id=visit.named("rerating_id"))
    return visit.see(f"{PATH}/{run.id}", _("Stopped. What was posted stays."), tone="info")


def resume(visit: Visit) -> Response:
    """POST …/resume."""
    run = charging.resume_rerating(visit.uow, rerating_id=visit.named("rerating_id"))
    return visit.see(f"{PATH}/{run.id}", _("It goes on where it was."))
