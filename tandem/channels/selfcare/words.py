"""The rooms' states in a customer's words, as the kit's values: chips, steps of an order, bars of use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from tandem.bss.charging.terms import BucketView
from tandem.bss.ordering.terms import CancellationView, OrderView
from tandem.channels.kit import formats
from tandem.channels.kit.i18n import Text, _
from tandem.channels.kit.parts import Chip, Chips, StepState, TrackerStep, Usage
from tandem.kernel.period import FOREVER

ORDERS: Final = Chips(
    {
        "acknowledged": Chip(_("Received"), "info", "clock"),
        "inProgress": Chip(_("On its way"), "info", "play"),
        "pending": Chip(_("Waiting"), "warning", "pause"),
        "held": Chip(_("We are looking into it"), "warning", "pause"),
        "assessingCancellation": Chip(_("Being cancelled"), "info", "clock"),
        "pendingCancellation": Chip(_("Being cancelled"), "info", "clock"),
        "completed": Chip(_("Done"), "good", "check"),
        "cancelled": Chip(_("Cancelled"), "neutral", "close"),
        "rejected": Chip(_("Not possible"), "bad", "alert"),
        "failed": Chip(_("Failed"), "bad", "alert"),
    }
)
PRODUCTS: Final = Chips(
    {
        "active": Chip(_("Active"), "good", "check"),
        "suspended": Chip(_("Paused"), "warning", "pause"),
        "pendingTerminate": Chip(_("Ending"), "info", "clock"),
    }
)
BILLS: Final = Chips(
    {
        "sent": Chip(_("To pay"), "info", "clock"),
        "partiallyPaid": Chip(_("Paid in part"), "warning", "clock"),
        "settled": Chip(_("Paid"), "good", "check"),
    }
)
USES: Final[Mapping[str, Text]] = {"voice": _("Call"), "data": _("Data"), "message": _("Message")}

_NEW_PLAN: Final = (
    ("reserved", _("Number and SIM reserved")),
    ("configured", _("SIM set up in the network")),
    ("verified", _("Connection tested")),
    ("completed", _("Ready to use")),
)
_CHANGE: Final = (("completed", _("Carried out in the network")),)
_ENDED: Final[Mapping[str, Text]] = {
    "cancelled": _("Cancelled"),
    "rejected": _("Not possible"),
    "failed": _("Failed"),
}


def steps_of(order: OrderView) -> list[TrackerStep]:
    """The order as steps with their times; the first that has not passed is the present one."""
    adds = any(item.action == "add" for item in order.items)
    passed = dict(order.milestones)
    if order.completed_at is not None and order.state == "completed":
        passed.setdefault("completed", order.completed_at)
    steps = [TrackerStep(_("Order received"), "done", order.placed_at)]
    for name, label in _NEW_PLAN if adds else _CHANGE:
        if name in passed:
            steps.append(TrackerStep(label, "done", passed[name]))
        else:
            steps.append(TrackerStep(label, *_ahead(order, steps)))
    if order.state in _ENDED:
        steps.append(TrackerStep(_ENDED[order.state], "failed", note=_reason(order)))
    return steps


def _ahead(order: OrderView, before: list[TrackerStep]) -> tuple[StepState, None, Text]:
    if order.state in _ENDED:
        return "skipped", None, ""
    if before[-1].state != "done":
        return "waiting", None, ""
    return "current", None, _note(order)


def _note(order: OrderView) -> Text:
    if order.problem is None:
        return ""
    if order.problem.waits:
        return _("Waiting: part of the network does not answer just now. It goes on by itself.")
    return _("Something needs our hands. We are on it, and you need do nothing.")


def _reason(order: OrderView) -> Text:
    return order.problem.reason if order.problem is not None and order.state == "rejected" else ""


def may_cancel(order: OrderView) -> bool:
    """Whether asking to call it off makes sense: it goes on, and the network is not changed yet."""
    passed = {name for name, _at in order.milestones}
    return not order.is_final and "configured" not in passed and order.state not in _CANCELLING


_CANCELLING: Final = frozenset({"assessingCancellation", "pendingCancellation"})


def refused_wish(order: OrderView, wishes: list[CancellationView]) -> CancellationView | None:
    """The last wish to call it off, where it was refused."""
    last = next(iter(wishes), None)
    return last if last is not None and last.refusal is not None and order.state not in _CANCELLING else None


def bars_of(buckets: tuple[BucketView, ...]) -> Iterator[Usage]:
    """An allowance each: what is used of what is granted, and what is left until when."""
    for bucket in buckets:
        if bucket.granted is None or bucket.left is None:
            used = formats.amount_of_use(bucket.used, bucket.unit)
            yield Usage(bucket.name, 0, bucket.used or 1, used, _("no limit"))
            continue
        yield Usage(
            label=bucket.name,
            used=bucket.used,
            granted=bucket.granted,
            used_text=formats.amount_of_use(bucket.used, bucket.unit) if bucket.used else formats.number(0),
            granted_text=formats.amount_of_use(bucket.granted, bucket.unit),
            note=_left_until(bucket, formats.amount_of_use(bucket.left, bucket.unit)),
        )


def _left_until(bucket: BucketView, left: str) -> Text:
    """What is left, and until when; most allowances end with the bill month."""
    if bucket.period.end >= FOREVER:
        return _("%(left)s left", left=left)
    return _("%(left)s left until %(end)s", left=left, end=formats.instant_text(bucket.period.end))
