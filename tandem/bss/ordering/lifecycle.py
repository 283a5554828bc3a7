"""The states of a product order, of its items, and of the wish to cancel it. Standard: TMF622, state diagrams."""

from __future__ import annotations

from tandem.kernel.state import StateTable

PRODUCT_ORDER = StateTable(
    name="ProductOrder",
    initial=("acknowledged", "draft"),
    edges={
        "draft": ("acknowledged", "cancelled"),
        "acknowledged": ("inProgress", "rejected", "pending", "assessingCancellation", "cancelled"),
        "pending": ("inProgress", "assessingCancellation", "cancelled", "failed"),
        "inProgress": ("held", "pending", "assessingCancellation", "completed", "partial", "failed"),
        "held": ("inProgress", "assessingCancellation", "failed"),
        "assessingCancellation": ("inProgress", "held", "pendingCancellation", "cancelled"),
        "pendingCancellation": ("cancelled",),
    },
    final=("rejected", "cancelled", "completed", "partial", "failed"),
)

PRODUCT_ORDER_ITEM = StateTable(
    name="ProductOrderItem",
    initial=("acknowledged",),
    edges={
        "acknowledged": ("inProgress", "rejected", "pending", "assessingCancellation", "cancelled", "completed"),
        "pending": ("inProgress", "assessingCancellation", "cancelled", "failed"),
        "inProgress": ("held", "pending", "assessingCancellation", "completed", "failed"),
        "held": ("inProgress", "assessingCancellation", "failed"),
        "assessingCancellation": ("inProgress", "held", "pendingCancellation", "cancelled"),
        "pendingCancellation": ("cancelled",),
    },
    final=("rejected", "cancelled", "completed", "failed"),
)
"""One item is one product, so that no item is partly done."""

CANCEL_PRODUCT_ORDER = StateTable(
    name="CancelProductOrder",
    initial=("acknowledged",),
    edges={
        "acknowledged": ("inProgress", "rejected"),
        "inProgress": ("done", "terminatedWithError"),
    },
    final=("rejected", "done", "terminatedWithError"),
)

OPEN_STATES = frozenset(PRODUCT_ORDER.states - set(PRODUCT_ORDER.final))
