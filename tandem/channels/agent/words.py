"""The rooms' states in an agent's words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from tandem.bss.charging.terms import BucketView
from tandem.channels.kit import formats
from tandem.channels.kit.i18n import Text, _
from tandem.channels.kit.parts import Chip, Chips, Usage
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


def short(entity_id: str) -> str:
    """The end of a long id, enough to tell two apart on one screen."""
    return entity_id if len(entity_id) <= 14 else f"…{entity_id[-8:]}"
