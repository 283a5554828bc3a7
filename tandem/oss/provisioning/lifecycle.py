"""The states of service orders, resource orders, plans and tasks. Standard: TMF641 v4 and TMF652 v4, state diagrams."""

from __future__ import annotations

from tandem.kernel.state import StateTable

_ORDER = {
    "acknowledged": ("inProgress", "rejected", "pending", "assessingCancellation", "cancelled"),
    "pending": ("inProgress", "assessingCancellation", "cancelled", "failed"),
    "inProgress": ("held", "pending", "assessingCancellation", "completed", "partial", "failed"),
    "held": ("inProgress", "assessingCancellation", "failed"),
    "assessingCancellation": ("inProgress", "held", "pendingCancellation", "cancelled"),
    "pendingCancellation": ("cancelled",),
}
_ENDS = ("rejected", "cancelled", "completed", "partial", "failed")

SERVICE_ORDER = StateTable(name="ServiceOrder", initial=("acknowledged",), edges=_ORDER, final=_ENDS)
RESOURCE_ORDER = StateTable(name="ResourceOrder", initial=("acknowledged",), edges=_ORDER, final=_ENDS)

TASK = StateTable(
    name="ProvisioningTask",
    initial=("pending",),
    edges={
        "pending": ("done", "waiting", "failed"),
        "waiting": ("waiting", "done", "failed", "undone"),
        "failed": ("pending", "undone"),
        "done": ("undone",),
        "undone": ("pending",),
    },
)
"""`waiting` is tried again by itself; `undone` was rolled back, and is pending again when a person retries."""

OPEN_STATES = frozenset(SERVICE_ORDER.states - set(_ENDS))
