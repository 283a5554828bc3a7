"""Usage that waits for a person: by cause, searched, released or put aside one by one or many at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from tandem.bss.charging import public as charging
from tandem.bss.charging.terms import SuspendedUsage
from tandem.bss.charging.terms.desks import CauseCount, WaitingFilter
from tandem.channels.finance.rights import ACT, may_act
from tandem.channels.finance.words import CAUSES, USES, quantity
from tandem.channels.kit import formats
from tandem.channels.kit.i18n import _, speaking
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
    View,
    for_each,
)
from tandem.channels.kit.parts import Action, Chip, Kpi, Usage
from tandem.channels.kit.visit import Visit
from tandem.kernel.period import Instant

PATH: Final = "/desk/finance/suspended"
WORK: Final = "/desk/finance/reworks"


@dataclass(frozen=True, slots=True)
class CauseRow:
    """A reason with how many records wait for it; its bar is its share of all that wait."""

    chip: Chip
    code: str
    count: int
    oldest_at: Instant
    bar: Usage
    href: str
    work: str
    chosen: bool


def wanted_by(query: Query) -> WaitingFilter:
    """Which records a list's address asks for."""
    text = query.one("q") or ""
    digits = _digits(text)
    first, last = query.day("started_from"), query.day("started_to")
    zone = speaking().zone
    return WaitingFilter(
        codes=query.all("cause"),
        services=query.all("service"),
        number=digits,
        source=text if text and digits is None else None,
        first_at=datetime.combine(first, time(), zone) if first else None,
        end_at=datetime.combine(last + timedelta(days=1), time(), zone) if last else None,
    )


def _digits(text: str) -> str | None:
    """The digits of what was typed, where it is (a part of) a number."""
    plain = "".join(sign for sign in text if sign not in " +-()/")
    return plain.removeprefix("00") if plain.isascii() and plain.isdigit() else None


def rows(visit: Visit, query: Query) -> Rows:
    """A page of the records that wait."""
    found = charging.find_waiting(
        visit.uow,
        wanted_by(query),
        sort=query.sort or "since",
        descending=query.descending,
        limit=query.limit,
        offset=query.offset,
    )
    return Rows(found.usage, found.total)


def release_picked(visit: Visit, keys: Sequence[str], reason: str) -> Outcome:
    """Rate the picked records again, each for itself; those that wait still are told as such."""
    released = for_each(visit, keys, lambda uow, key: charging.release(uow, usage_id=key))
    still = [key for key in keys if charging.get_record(visit.uow, usage_id=key).state == "suspended"]
    refused = dict(released.refused)
    waiting = [(key, charging.get_record(visit.uow, usage_id=key).reason or "") for key in still if key not in refused]
    return Outcome(released.done - len(waiting), (*released.refused, *waiting))


def exclude_picked(visit: Visit, keys: Sequence[str], reason: str) -> Outcome:
    """Put the picked records aside, each for itself."""
    return for_each(visit, keys, lambda uow, key: charging.exclude(uow, usage_id=key, because=reason))


def besides(visit: Visit, query: Query) -> dict[str, object]:
    """The figures and the causes above the list."""
    counts = charging.count_waiting(visit.uow, WaitingFilter())
    return {
        "figures": _figures(visit, counts),
        "causes": cause_rows(counts, query.all("cause")),
        "acts": may_act(visit),
    }


def _figures(visit: Visit, counts: Sequence[CauseCount]) -> list[Kpi]:
    waiting = sum(one.count for one in counts)
    oldest = min((one.oldest_at for one in counts), default=None)
    tally = charging.tally(visit.uow)
    share = waiting / tally.accepted if tally.accepted else 0.0
    return [
        Kpi(_("Waiting"), formats.number(waiting), PATH, tone="warning" if waiting else "good"),
        Kpi(_("Of all usage"), formats.percent(share, 2)),
        Kpi(_("Longest waits since"), formats.brief(oldest)),
        Kpi(_("Put aside so far"), formats.number(tally.excluded)),
    ]


def cause_rows(counts: Sequence[CauseCount], chosen: Sequence[str]) -> list[CauseRow]:
    """The reasons, the most frequent first, each with its bar."""
    total = sum(one.count for one in counts)
    return [
        CauseRow(
            chip=CAUSES(one.code),
            code=one.code,
            count=one.count,
            oldest_at=one.oldest_at,
            bar=Usage(CAUSES(one.code).word, one.count, total, formats.number(one.count), formats.number(total), "", 2),
            href=f"{PATH}?cause={one.code}",
            work=f"{WORK}/new?cause={one.code}",
            chosen=one.code in chosen,
        )
        for one in counts
    ]


def _quantity(row: SuspendedUsage) -> str:
    return quantity(row.usage_type, row.quantity)


def _on_one_line(number: str) -> str:
    return formats.phone(number).replace(" ", "\N{NO-BREAK SPACE}")


def suspended_page() -> ListPage:
    """The list."""
    return ListPage(
        path=PATH,
        title=_("Suspended usage"),
        topics=("Usage",),
        sort="since",
        key="usage_id",
        columns=(
            Column("served", _("Number"), formats.phone, link=PATH + "/{usage_id}", sort="number"),
            Column("code", _("Cause"), CAUSES, sort="code", export=str),
            Column("reason", _("Reason"), narrow=False, chosen=False),
            Column("usage_type", _("Use"), lambda kind: USES(kind).word, chosen=False, export=str),
            Column("destination", _("To"), _on_one_line, export=formats.phone),
            Column("quantity", _("How much"), value=_quantity, align="end"),
            Column("started_at", _("Used"), formats.brief, sort="started"),
            Column("source", _("From"), narrow=False),
            Column("since", _("Waits since"), formats.brief, sort="since", narrow=False, chosen=False),
            Column("usage_id", _("Record"), narrow=False, chosen=False),
        ),
        filters=(
            Search(label=_("Number, or how the file's name begins")),
            Choice("cause", _("Cause"), CAUSES.options(), open=True),
            Choice("service", _("Use"), USES.options(), open=True),
            DayRange("started", _("Used")),
        ),
        views=(View(_("Newest first"), "sort=-since"), View(_("Nobody's number"), "cause=unknown_number")),
        rows=rows,
        actions=lambda visit: (
            Action(_("Work on many"), f"{WORK}/new", "get", "retry"),
            Action(_("Work so far"), WORK, "get", "clock"),
        ),
        bulk=(
            BulkAction("release", _("Release"), release_picked, "retry", roles=ACT),
            BulkAction("exclude", _("Put aside"), exclude_picked, "close", reason=True, danger=True, roles=ACT),
        ),
        row_actions=(RowAction(_("Correct"), PATH + "/{usage_id}/correct", "edit"),),
        empty=_("No usage waits."),
        template="finance/suspended.html",
        besides=besides,
    )
