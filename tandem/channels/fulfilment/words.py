"""The words of fulfilment: states of orders and tasks, what a task does, and what usually goes wrong."""

from __future__ import annotations

from typing import Final

from tandem.channels.kit.i18n import Text, _
from tandem.channels.kit.parts import Chip, Chips
from tandem.oss.provisioning.terms import TaskView
from tandem.oss.service_catalog.terms import MSISDN, SIM

ORDER_STATES: Final = Chips(
    {
        "acknowledged": Chip(_("Acknowledged"), "neutral", "dot"),
        "pending": Chip(_("Pending"), "neutral", "clock"),
        "inProgress": Chip(_("In progress"), "info", "clock"),
        "held": Chip(_("Held"), "bad", "pause"),
        "assessingCancellation": Chip(_("Being called off"), "warning", "clock"),
        "pendingCancellation": Chip(_("Being called off"), "warning", "clock"),
        "completed": Chip(_("Completed"), "good", "check"),
        "partial": Chip(_("Partly completed"), "warning", "check"),
        "cancelled": Chip(_("Called off"), "muted", "close"),
        "rejected": Chip(_("Rejected"), "muted", "close"),
        "failed": Chip(_("Failed"), "bad", "alert"),
    }
)
WAITING: Final = Chip(_("Waiting for the network"), "warning", "clock")

TASK_STATES: Final = Chips(
    {
        "pending": Chip(_("Still to come"), "neutral", "dot"),
        "waiting": Chip(_("Waiting"), "warning", "clock"),
        "done": Chip(_("Done"), "good", "check"),
        "failed": Chip(_("Failed"), "bad", "alert"),
        "undoneFailed": Chip(_("Failed, undone"), "bad", "alert"),
        "undone": Chip(_("Undone"), "neutral", "retry"),
    }
)

CAUSES: Final = Chips(
    {
        "inventory.pool_empty": Chip(_("Pool empty"), "warning", "box"),
        "inventory.already_held": Chip(_("Number or SIM taken"), "warning", "sim"),
        "inventory.not_in_pool": Chip(_("Number or SIM not ours"), "warning", "sim"),
        "elements.element_refused": Chip(_("Element refused"), "bad", "network"),
        "elements.element_unavailable": Chip(_("Element silent"), "warning", "offline"),
        "elements.number_taken": Chip(_("Number there already"), "bad", "network"),
        "elements.read_back_differs": Chip(_("Read-back differs"), "bad", "alert"),
        "elements.subject_unknown": Chip(_("Subscriber unknown"), "bad", "network"),
        "elements.element_locked": Chip(_("Element locked"), "warning", "pause"),
        "activation.no_element": Chip(_("No element for it"), "warning", "network"),
        "service_catalog.decomposes_to_nothing": Chip(_("Nothing to deliver"), "bad", "book"),
        "service_catalog.characteristic_refused": Chip(_("Wrong characteristic"), "warning", "edit"),
    }
)
"""The usual causes. Whatever has no word here is shown by its code."""

_LONGEST_ID: Final = 14
_DOES: Final[dict[str, Text]] = {
    "reserve": _("Reserve"),
    "build": _("Build service"),
    "stage": _("Stage change"),
    "configure": _("Set up network"),
    "verify": _("Read back"),
    "activate": _("Activate service"),
    "release": _("End service"),
}
_RESERVES: Final[dict[str, Text]] = {MSISDN: _("Reserve number"), SIM: _("Reserve SIM")}


def task_word(task: TaskView) -> Text:
    """What a task does."""
    if task.kind == "reserve":
        return _RESERVES.get(task.subject, _DOES["reserve"])
    return _DOES.get(task.kind, task.kind)


def task_state(task: TaskView) -> str:
    """The state of a task as `TASK_STATES` knows it: one that failed is still said to have when it is undone."""
    return "undoneFailed" if task.state == "undone" and task.problem else task.state


def short_id(whole: str | None) -> str:
    """The end of a long id, which is enough to tell two apart and to search by."""
    if not whole:
        return "–"
    return whole if len(whole) <= _LONGEST_ID else whole[-10:]
