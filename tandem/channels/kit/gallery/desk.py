"""The pages of the gallery."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from starlette.responses import Response

from tandem.channels.kit import formats
from tandem.channels.kit.forms import (
    CheckField,
    ChoiceField,
    DayField,
    EmailField,
    Form,
    MoneyField,
    PhoneField,
    TextField,
    WholeField,
)
from tandem.channels.kit.gallery import samples
from tandem.channels.kit.i18n import _
from tandem.channels.kit.list_view import ListRoutes
from tandem.channels.kit.lists import (
    BulkAction,
    Choice,
    Column,
    DayRange,
    ListPage,
    Outcome,
    Query,
    RowAction,
    Rows,
    Search,
    Toggle,
    View,
)
from tandem.channels.kit.parts import SEVERITIES, Action, Tab
from tandem.channels.kit.visit import DESK, Crumb, Desk, NavItem, Visit, roles
from tandem.channels.kit.wizard import Answers, Step, Wizard
from tandem.kernel.money import Money

HERE = Path(__file__).parent
ADMIN = roles("admin")
PATH = "/desk/kit"
BACK = (Crumb(_("Kit"), PATH),)


class Sample:
    """The one thing on the gallery that changes, so that live parts can be tried."""

    def __init__(self) -> None:
        self.stage = 1
        self.orders = samples.orders()

    def rows(self, visit: Visit, query: Query) -> Rows:
        """The made-up rows that match."""
        found = [order for order in self.orders if _matches(order, query)]
        found.sort(key=lambda order: str(getattr(order, query.sort or "number")), reverse=query.descending)
        return Rows(found[query.offset : query.offset + query.limit], len(found))

    def retry(self, visit: Visit, keys: Sequence[str], reason: str) -> Outcome:
        """Takes the picked rows up again; those that are done refuse."""
        refused = []
        for order in self.orders:
            if order.id in keys and order.state == "completed":
                refused.append((order.number, _("It is completed.")))
            elif order.id in keys:
                order.state = "inProgress"
        return Outcome(len(keys) - len(refused), tuple(refused))

    def cancel(self, visit: Visit, keys: Sequence[str], reason: str) -> Outcome:
        """Takes the picked rows away."""
        self.orders = [order for order in self.orders if order.id not in keys]
        return Outcome(len(keys))


def _matches(order: samples.SampleOrder, query: Query) -> bool:
    text = (query.one("q") or "").casefold()
    states = query.all("state")
    since, until = query.day("placed_from"), query.day("placed_to")
    day = order.placed_at.date()
    return (
        (not text or text in f"{order.number} {order.customer}".casefold())
        and (not states or order.state in states)
        and (since is None or day >= since)
        and (until is None or day <= until)
        and not (query.on("open") and order.state == "completed")
    )


def list_page(sample: Sample) -> ListPage:
    """A list with everything a list can have."""
    return ListPage(
        path=f"{PATH}/list",
        title=_("Sample orders"),
        crumbs=BACK,
        topics=("Sample",),
        sort="-number",
        size=25,
        columns=(
            Column("number", _("Order"), link=PATH + "/thing/{id}", sort=True),
            Column("customer", _("Customer"), sort=True),
            Column("plan", _("Plan"), narrow=False),
            Column("state", _("State"), samples.STATES, sort=True),
            Column("placed_at", _("Placed"), formats.instant, sort=True),
            Column("clock", _("Promise"), narrow=False),
            Column("price", _("Price"), formats.money, align="end"),
            Column("id", _("Key"), chosen=False),
        ),
        filters=(
            Search(label=_("Order or customer")),
            Choice("state", _("State"), samples.STATES.options()),
            DayRange("placed", _("Placed")),
            Toggle("open", _("Only open ones")),
        ),
        views=(View(_("Failed"), "state=failed"), View(_("Held, oldest first"), "state=held&sort=placed_at")),
        rows=sample.rows,
        bulk=(
            BulkAction("retry", _("Retry"), sample.retry, "retry"),
            BulkAction("cancel", _("Cancel"), sample.cancel, "close", reason=True, danger=True),
        ),
        row_actions=(RowAction(_("Edit"), PATH + "/form?order={id}", "edit"),),
        row_tone=lambda order: {"failed": "bad", "held": "warning"}.get(order.state),
        actions=lambda visit: (Action(_("New order"), f"{PATH}/order", "get", "plus", primary=True),),
    )


AMOUNT = MoneyField(
    "amount",
    _("Amount"),
    currency="EUR",
    at_least=Money.of(5, "EUR"),
    hint=_("From 5 to 100 euros."),
    at_most=Money.of(100, "EUR"),
)
PHONE = PhoneField("number", _("Phone number"), region="IE", autocomplete="tel")
FORM = Form(
    AMOUNT,
    PHONE,
    EmailField("email", _("E-mail"), required=False, autocomplete="email"),
    DayField("starts_on", _("Starts on")),
    WholeField("count", _("How many"), at_least=1, at_most=9),
    ChoiceField("plan", _("Plan"), options=(("max100", "Max 100"), ("max30", "Max 30"))),
    ChoiceField("sim", _("SIM"), options=(("esim", _("eSIM")), ("card", _("Card by post"))), as_radio=True),
    TextField("note", _("Note"), required=False, rows=3),
    CheckField("agreed", _("I agree to the terms")),
)
PLAN = ChoiceField(
    "plan", _("Plan"), as_radio=True, options=(("max100", "Max 100"), ("max30", "Max 30"), ("home", "Home 500"))
)
NAME = TextField("customer", _("Customer"), longest=60)
STARTS = DayField("starts_on", _("Starts on"), required=False)


def wizard() -> Wizard:
    """Two steps and a check."""

    def finish(visit: Visit, answers: Answers) -> Response:
        return visit.see(PATH, _("Ordered for %(customer)s.", customer=answers[NAME]))

    return Wizard(
        path=f"{PATH}/order",
        title=_("New sample order"),
        steps=(Step("plan", _("Plan"), Form(PLAN)), Step("customer", _("Customer"), Form(NAME, STARTS))),
        finish=finish,
        submit=_("Place the order"),
    )


def gallery() -> Desk:
    """The desk, with a sample of its own."""
    sample = Sample()
    desk = Desk(
        name="gallery",
        mount=DESK,
        folder=HERE,
        roles=ADMIN,
        navigation=(
            NavItem(_("Kit"), PATH, "book"),
            NavItem(_("A list"), f"{PATH}/list", "columns"),
            NavItem(_("A form"), f"{PATH}/form", "edit"),
        ),
        search=f"{PATH}/list",
    )
    desk.add(ListRoutes(list_page(sample)))
    desk.add(wizard())
    _parts(desk, sample)
    _forms(desk)
    desk.get(PATH + "/thing/{key}")(_thing)
    return desk


def _parts(desk: Desk, sample: Sample) -> None:
    @desk.get(PATH)
    def parts(visit: Visit) -> Response:
        return visit.page("gallery/parts.html", samples=samples, severities=SEVERITIES, stage=sample.stage)

    @desk.post(f"{PATH}/step")
    def take_a_step(visit: Visit) -> Response:
        sample.stage = (sample.stage + 1) % 5
        return visit.see(PATH)


def _thing(visit: Visit) -> Response:
    here = f"{PATH}/thing/{visit.named('key')}"
    view = visit.asked("view", "facts")
    tabs = [Tab(_("Facts"), here, view == "facts"), Tab(_("History"), f"{here}?view=history", view == "history", 3)]
    actions = [
        Action(_("Edit"), f"{PATH}/form", "get", "edit"),
        Action(_("Retry"), f"{PATH}/step", icon="retry", primary=True),
        Action(_("Delete"), f"{PATH}/confirm", "get", danger=True, why_not=_("It has a bill.")),
    ]
    return visit.page("gallery/thing.html", samples=samples, tabs=tabs, view=view, actions=actions, crumbs=BACK)


def _forms(desk: Desk) -> None:
    @desk.get(f"{PATH}/form")
    def form(visit: Visit) -> Response:
        return visit.page("gallery/form.html", form=FORM.blank(count=1), crumbs=BACK)

    @desk.post(f"{PATH}/form")
    def form_sent(visit: Visit) -> Response:
        filled = FORM.read(visit)
        if filled.wrong:
            return visit.page("gallery/form.html", status=422, form=filled, crumbs=BACK)
        return visit.see(PATH, _("%(amount)s kept.", amount=formats.money_text(filled[AMOUNT])))

    @desk.get(f"{PATH}/confirm")
    def confirm(visit: Visit) -> Response:
        return visit.page(
            "kit/confirm.html",
            heading=_("Cancel the run"),
            says=_("Bills already sent stay sent."),
            path=f"{PATH}/step",
            back=PATH,
            reason=True,
            danger=True,
        )
