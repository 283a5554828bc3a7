"""The network at a glance: open alarms, silent elements, what customers feel, and orders on their way."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from tandem.channels.kit import formats
from tandem.channels.kit.charts import Chart, Series
from tandem.channels.kit.i18n import _
from tandem.channels.kit.parts import SEVERITIES, Kpi
from tandem.channels.kit.visit import Visit
from tandem.channels.noc.alarms import PATH as ALARMS
from tandem.channels.noc.alarms import row_of
from tandem.channels.noc.elements import ELEMENTS, count_silent
from tandem.channels.noc.words import OPEN_SEVERITIES, ORDER_STATES, people
from tandem.kernel.store import Uow
from tandem.oss.fault import public as fault
from tandem.oss.inventory import public as inventory
from tandem.oss.provisioning import public as provisioning
from tandem.oss.service_quality import public as service_quality

PATH: Final = "/desk/noc"
_WORST: Final = 5


def show(visit: Visit) -> Response:
    """The page."""
    uow = visit.uow
    page = fault.list_alarms(uow, limit=_WORST)
    names = people(uow, [alarm.acked_by for alarm in page.alarms])
    return visit.page(
        "noc/overview.html",
        figures=_figures(uow, page.total),
        worst=[(SEVERITIES(alarm.severity), row_of(alarm, names)) for alarm in page.alarms],
        alarms=ALARMS,
        by_severity=Chart(
            _("Open alarms by severity"),
            [SEVERITIES(severity).word for severity in OPEN_SEVERITIES],
            (Series(_("Alarms"), [page.open_by_severity.get(severity, 0) for severity in OPEN_SEVERITIES]),),
        ),
        by_state=_orders(uow),
    )


def _figures(uow: Uow, open_alarms: int) -> list[Kpi]:
    silent, known = count_silent(uow)
    felt = {service for impact in service_quality.lasting_impacts(uow) for service in impact.service_ids}
    customers = inventory.count_parties(uow, service_ids=felt)
    held = provisioning.count_by_state(uow).get("held", 0)
    return [
        Kpi(_("Open alarms"), formats.number(open_alarms), ALARMS, tone="bad" if open_alarms else "neutral"),
        Kpi(
            _("Elements that do not answer"),
            f"{formats.number(silent)} / {formats.number(known)}",
            ELEMENTS,
            tone="bad" if silent else "neutral",
        ),
        Kpi(_("Services that feel it"), formats.number(len(felt)), tone="bad" if felt else "neutral"),
        Kpi(_("Customers that feel it"), formats.number(customers), tone="bad" if customers else "neutral"),
        Kpi(_("Orders held"), formats.number(held), tone="warning" if held else "neutral"),
    ]


def _orders(uow: Uow) -> Chart | None:
    counts = provisioning.count_by_state(uow)
    known = [state for state, _word in ORDER_STATES.options() if counts.get(state)]
    if not known:
        return None
    return Chart(
        _("Service orders by state"),
        [ORDER_STATES(state).word for state in known],
        (Series(_("Orders"), [counts[state] for state in known]),),
    )
