"""The rooms' states in an agent's words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from tandem.bss.charging.terms import BucketView
from tandem.bss.charging.terms.balances import BalanceView
from tandem.channels.kit import formats
from tandem.channels.kit.i18n import Text, _
from tandem.channels.kit.parts import Chip, Chips, Usage
from tandem.kernel.money import Money
from tandem.kernel.period import FOREVER
from tandem.oss.provisioning.terms import TaskView
from tandem.oss.service_catalog.terms import MSISDN, SIM

CUSTOMERS: Final = Chips(
    {
        "Created": Chip(_("New"), "info", "clock"),
        "CreditCheckDone": Chip(_("Checked"), "info", "clock"),
        "Approved": Chip(_("Approved"), "info", "check"),
        "Active": Chip(_("Active"), "good", "check"),
        "Suspended": Chip(_("Suspended"), "warning", "pause"),
        "Closed": Chip(_("Closed"), "neutral", "close"),
    }
)
ORDERS: Final = Chips(
    {
        "acknowledged": Chip(_("Taken in"), "info", "clock"),
        "inProgress": Chip(_("In progress"), "info", "play"),
        "pending": Chip(_("Pending"), "warning", "pause"),
        "held": Chip(_("In fall-out"), "warning", "alert"),
        "assessingCancellation": Chip(_("Cancellation asked for"), "info", "clock"),
        "pendingCancellation": Chip(_("Being cancelled"), "info", "clock"),
        "completed": Chip(_("Completed"), "good", "check"),
        "partial": Chip(_("Completed in part"), "warning", "check"),
        "cancelled": Chip(_("Cancelled"), "neutral", "close"),
        "rejected": Chip(_("Rejected"), "bad", "alert"),
        "failed": Chip(_("Failed"), "bad", "alert"),
    }
)
WAITING: Final = Chip(_("Waiting for the network"), "warning", "pause")
PRODUCTS: Final = Chips(
    {
        "created": Chip(_("Ordered"), "info", "clock"),
        "pendingActive": Chip(_("Being delivered"), "info", "play"),
        "active": Chip(_("Active"), "good", "check"),
        "suspended": Chip(_("Suspended"), "warning", "pause"),
        "pendingTerminate": Chip(_("Ending"), "info", "clock"),
        "terminated": Chip(_("Ended"), "neutral", "close"),
        "cancelled": Chip(_("Cancelled"), "neutral", "close"),
        "aborted ": Chip(_("Failed"), "bad", "alert"),
    }
)
BILLS: Final = Chips(
    {
        "new": Chip(_("Drawn up"), "neutral", "dot"),
        "onHold": Chip(_("On hold"), "warning", "pause"),
        "validated": Chip(_("Checked"), "info", "check"),
        "sent": Chip(_("To pay"), "info", "clock"),
        "partiallyPaid": Chip(_("Paid in part"), "warning", "clock"),
        "settled": Chip(_("Paid"), "good", "check"),
    }
)
PAYMENTS: Final = Chips(
    {
        "pendingAuthorization": Chip(_("Being taken"), "info", "clock"),
        "done": Chip(_("Taken"), "good", "check"),
        "denied": Chip(_("Declined"), "bad", "alert"),
        "failed": Chip(_("Not taken"), "bad", "alert"),
    }
)
MESSAGES: Final = Chips(
    {
        "initial": Chip(_("Waiting"), "neutral", "clock"),
        "inProgress": Chip(_("Being sent"), "info", "play"),
        "completed": Chip(_("Sent"), "good", "check"),
        "failed": Chip(_("Not sent"), "bad", "alert"),
        "cancelled": Chip(_("Cancelled"), "neutral", "close"),
    }
)
TASKS: Final = Chips(
    {
        "pending": Chip(_("To come"), "neutral", "dot"),
        "waiting": Chip(_("Waiting"), "warning", "pause"),
        "done": Chip(_("Done"), "good", "check"),
        "failed": Chip(_("Failed"), "bad", "alert"),
        "undone": Chip(_("Undone"), "neutral", "retry"),
    }
)
_DOES: Final[Mapping[str, Text]] = {
    "reserve": _("Reserve"),
    "build": _("Join number, SIM and service"),
    "stage": _("Prepare the change"),
    "configure": _("Set up in the network"),
    "verify": _("Read back from the network"),
    "activate": _("Activate the service"),
    "release": _("End the service"),
}
_RESERVES: Final[Mapping[str, Text]] = {
    MSISDN: _("Reserve the number"),
    SIM: _("Reserve the SIM card"),
}


def task_word(task: TaskView) -> Text:
    """What a task of the network's plan does."""
    if task.kind == "reserve":
        return _RESERVES.get(task.subject, _DOES["reserve"])
    return _DOES.get(task.kind, task.kind)


MILESTONES: Final[Mapping[str, Text]] = {
    "reserved": _("Number and SIM reserved"),
    "configured": _("Set up in the network"),
    "verified": _("Read back from the network"),
    "activated": _("Activated"),
    "completed": _("Completed"),
    "retried": _("Tried again"),
}
USES: Final[Mapping[str, Text]] = {"voice": _("Call"), "data": _("Data"), "message": _("Message")}


def bars_of(buckets: tuple[BucketView, ...]) -> Iterator[Usage]:
    """An allowance each, as a bar."""
    for bucket in buckets:
        used = formats.amount_of_use(bucket.used, bucket.unit)
        if bucket.granted is None:
            yield Usage(bucket.name, 0, 1, used, _("no limit"))
            continue
        yield Usage(
            bucket.name,
            bucket.used,
            bucket.granted,
            used if bucket.used else formats.number(0),
            formats.amount_of_use(bucket.granted, bucket.unit),
        )


@dataclass(frozen=True, slots=True)
class Balance:
    """A balance of an account as a bar, with its end and what sessions hold of it."""

    bar: Usage
    ends: Text
    is_shared: bool


def balance_of(view: BalanceView) -> Balance:
    """Money, an allowance or units as a bar."""
    if view.granted is None or view.left is None:
        bar = Usage(view.name, 0, 1, _amount(view, view.used), _("no limit"))
    else:
        left, held = _amount(view, view.left), _amount(view, view.reserved)
        note = _("%(left)s left, %(held)s held by sessions", left=left, held=held)
        bar = Usage(
            view.name,
            view.used + view.reserved,
            view.granted,
            _amount(view, view.used),
            _amount(view, view.granted),
            note if view.reserved else _("%(left)s left", left=left),
        )
    is_open = view.ends_at is None or view.ends_at >= FOREVER
    return Balance(bar, _("no end") if is_open else formats.instant_text(view.ends_at), view.is_shared)


def _amount(view: BalanceView, value: int) -> str:
    if view.currency:
        return formats.money_text(Money(value, view.currency))
    return formats.amount_of_use(value, view.measure) if value else formats.number(0)


def short(entity_id: str) -> str:
    """The end of a long id, enough to tell two apart on one screen."""
    return entity_id if len(entity_id) <= 14 else f"…{entity_id[-8:]}"
