"""Made-up values for every component. Deterministic: the same page every time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tandem.channels.kit import formats
from tandem.channels.kit.charts import Chart, Series
from tandem.channels.kit.i18n import _
from tandem.channels.kit.parts import (
    Action,
    Change,
    Chip,
    Chips,
    Countdown,
    Counter,
    Entry,
    Fact,
    Job,
    Kpi,
    Link,
    LogLine,
    Phase,
    PriceLine,
    TrackerStep,
    Usage,
)
from tandem.channels.kit.plan import Plan, Task
from tandem.channels.kit.why import Cause
from tandem.kernel.money import Money

NOW = datetime(2026, 11, 3, 9, 40, 12, tzinfo=UTC)
TASK_STATES = Chips(
    {
        "waiting": Chip(_("Waiting"), "neutral", "dot"),
        "running": Chip(_("Running"), "info", "clock"),
        "done": Chip(_("Done"), "good", "check"),
        "failed": Chip(_("Failed"), "bad", "alert"),
    }
)
STATES = Chips(
    {
        "acknowledged": Chip(_("Acknowledged"), "neutral", "dot"),
        "inProgress": Chip(_("In progress"), "info", "clock"),
        "held": Chip(_("Held"), "warning", "pause"),
        "completed": Chip(_("Completed"), "good", "check"),
        "failed": Chip(_("Failed"), "bad", "alert"),
    }
)
_STATES = ("inProgress", "completed", "completed", "held", "completed", "failed", "acknowledged")
_PEOPLE = ("Aoife Byrne", "Seán Ó Riain", "Marta Kowalska", "Jonas Weber", "Chloé Martin", "Ngozi Okafor", "Liam Walsh")
_PLANS = ("Max 100", "Max 30", "Home 500", "Prepaid 20")


@dataclass
class SampleOrder:
    """A made-up row."""

    id: str
    number: str
    customer: str
    plan: str
    state: str
    placed_at: datetime
    due_at: datetime
    price: Money

    @property
    def clock(self) -> Countdown:
        """The promise to the customer."""
        return Countdown(self.due_at, NOW, met=self.state == "completed")


def orders(count: int = 137) -> list[SampleOrder]:
    """Made-up rows, newest first."""
    return [
        SampleOrder(
            id=f"o{index:03}",
            number=f"PO-{10_420 - index}",
            customer=_PEOPLE[index % len(_PEOPLE)],
            plan=_PLANS[index % len(_PLANS)],
            state=_STATES[index % len(_STATES)],
            placed_at=NOW - timedelta(minutes=37 * index + 4),
            due_at=NOW + timedelta(minutes=150 - 45 * (index % 9)),
            price=Money.of(f"{20 + 5 * (index % 7)}.00", "EUR"),
        )
        for index in range(count)
    ]


def kpis() -> list[Kpi]:
    """Figures of a day."""
    return [
        Kpi(_("Orders today"), 214, "/desk/kit/list", 0.083, trend=(150, 170, 166, 181, 190, 198, 214)),
        Kpi(
            _("In fall-out"),
            6,
            "/desk/kit/list?state=failed",
            0.5,
            more_is_better=False,
            tone="warning",
            trend=(3, 2, 4, 3, 4, 4, 6),
        ),
        Kpi(_("Median time to active"), "1.4 s", None, -0.12, more_is_better=False, trend=(1.9, 1.8, 1.6, 1.6, 1.4)),
        Kpi(_("Billed this month"), formats.money(Money.of("184230.55", "EUR"))),
    ]


def usages() -> list[Usage]:
    """Allowances at three levels."""
    gigabyte = 10**9
    return [
        Usage(
            _("Data"),
            12_500_000_000,
            100 * gigabyte,
            formats.octets(12_500_000_000),
            formats.octets(100 * gigabyte),
            _("At this pace 37 GB by the end of the month."),
        ),
        Usage(_("Calls"), 271, 300, formats.duration(271 * 60), formats.duration(300 * 60)),
        Usage(
            _("Roaming data"), 5 * gigabyte, 5 * gigabyte, formats.octets(5 * gigabyte), formats.octets(5 * gigabyte)
        ),
    ]


def facts() -> list[Fact]:
    """Facts of each kind."""
    return [
        Fact(_("Customer"), Link("Aoife Byrne", "/desk/kit/thing/o000")),
        Fact(_("Plan"), "Max 100"),
        Fact(_("State"), STATES("inProgress")),
        Fact(_("Placed"), formats.instant(NOW - timedelta(minutes=4))),
        Fact(_("First bill"), formats.day(NOW.date())),
        Fact(_("Price a month"), formats.money(Money.of("30.00", "EUR"))),
        Fact(_("Due"), Countdown(NOW + timedelta(minutes=50), NOW)),
        Fact(_("Late"), Countdown(NOW - timedelta(minutes=7), NOW)),
        Fact(_("MSISDN"), "+353 87 555 0142"),
    ]


def tracker(stage: int = 2) -> list[TrackerStep]:
    """An order on its way; `stage` steps are done."""
    labels = (_("We have your order"), _("Number and SIM reserved"), _("Set up in the network"), _("Ready to use"))
    return [
        TrackerStep(
            label,
            "done" if index < stage else "current" if index == stage else "waiting",
            NOW - timedelta(seconds=90 - 20 * index) if index < stage else None,
            _("This takes a few seconds.") if index == stage else "",
        )
        for index, label in enumerate(labels)
    ]


def timeline() -> list[Entry]:
    """A history with changes."""
    return [
        Entry(
            NOW,
            _("State changed"),
            "anna.agent",
            _("Customer called"),
            "info",
            "clock",
            (Change("state", "acknowledged", "inProgress"), Change("note[0].text", None, "Wants it before Friday")),
        ),
        Entry(NOW - timedelta(minutes=3), _("Number reserved"), "system", "", "good", "sim"),
        Entry(NOW - timedelta(minutes=4), _("Order placed"), "aoife.byrne", _("Self-care"), "neutral", "box"),
    ]


def job() -> Job:
    """A bill run half way."""
    return Job(
        title=_("Bill run for November 2026"),
        phases=(
            Phase(_("Collect charges"), "done", 4_200, 4_200),
            Phase(_("Draw up bills"), "running", 2_310, 4_200),
            Phase(_("Make documents"), "waiting", 0, 4_200),
            Phase(_("Send"), "waiting"),
        ),
        counters=(
            Counter(_("Bills"), 2_310, "good", "/desk/kit/list"),
            Counter(_("Held back"), 12, "warning"),
            Counter(_("Failed"), 3, "bad"),
        ),
        log=(
            LogLine(NOW - timedelta(seconds=40), _("Charges collected")),
            LogLine(NOW - timedelta(seconds=9), "account A-1007: no tax rate for 2026-10-31", "bad"),
        ),
        left_s=142,
        cancel=Action(_("Cancel the run"), "/desk/kit/confirm", "get", danger=True),
    )


def cause() -> Cause:
    """Why a bill is what it is."""

    def eur(amount: str) -> Money:
        return Money.of(amount, "EUR")

    proration = Cause(_("October in part: 20 of 31 days of 30.00"), eur("19.35"), "proration, catalog v3", href="#")
    recurring = Cause(_("November in advance"), eur("30.00"), "Max 100, catalog v3", href="#")
    call = Cause(
        _("Call to Germany, 7:20 at 0.25 a minute"),
        eur("2.00"),
        "tariff EU-1, 60/60",
        NOW,
        "#",
        (Cause(_("8 begun minutes at 0.25"), eur("2.00"), _("Usage record")),),
    )
    usage = Cause(_("Usage in October"), eur("2.00"), "", None, None, (call,))
    return Cause(_("Bill of 1 November 2026"), eur("51.35"), "", None, None, (proration, recurring, usage))


def price_lines() -> list[PriceLine]:
    """The lines of a bill."""
    return [
        PriceLine("Max 100", Money.of("19.35", "EUR"), _("12 to 31 October, in part"), "#why"),
        PriceLine("Max 100", Money.of("30.00", "EUR"), _("November in advance"), "#why"),
        PriceLine(_("Calls"), Money.of("2.00", "EUR"), "", "#why"),
    ]


def line_chart() -> Chart:
    """Two lines and a threshold."""
    labels = [f"{hour:02}:00" for hour in range(24)]
    down = [round(40 + 30 * ((hour - 4) % 24) / 24 + (18 if 17 < hour < 23 else 0), 1) for hour in range(24)]
    up = [round(value / 4 + hour % 3, 1) for hour, value in enumerate(down)]
    return Chart(
        _("Throughput, Gbit/s"), labels, (Series(_("Down"), down), Series(_("Up"), up)), threshold=(90.0, _("Capacity"))
    )


def bar_chart() -> Chart:
    """Two rows of bars."""
    months = ["Jun", "Jul", "Aug", "Sep", "Oct", "Nov"]
    return Chart(
        _("Orders by month"),
        months,
        (Series(_("New"), [310, 342, 298, 410, 455, 214]), Series(_("Changed"), [120, 131, 99, 160, 171, 80])),
    )


def plan() -> Plan:
    """The plan of a service order with a task that failed."""

    def at(seconds: float) -> datetime:
        return NOW + timedelta(seconds=seconds)

    return Plan(
        (
            Task("number", _("Reserve the number"), "done", (), None, "", at(0), at(0.2), 0.2),
            Task("sim", _("Reserve the SIM"), "done", (), None, "", at(0), at(0.3), 0.2),
            Task("subscriber", _("Create the subscriber"), "done", ("number", "sim"), "#", "", at(0.3), at(0.9), 0.5),
            Task(
                "read",
                _("Read back"),
                "failed",
                ("subscriber",),
                "#",
                _("The element did not answer."),
                at(0.9),
                at(2.9),
                0.4,
            ),
            Task("tell", _("Tell the customer"), "waiting", ("read",)),
        ),
        TASK_STATES,
    )
