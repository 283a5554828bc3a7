"""Which status of a product leads to which. Standard: TMF637, ProductStatusType."""

from __future__ import annotations

from typing import Final

from tandem.kernel.state import StateTable

CREATED: Final = "created"
PENDING_ACTIVE: Final = "pendingActive"
ACTIVE: Final = "active"
SUSPENDED: Final = "suspended"
PENDING_TERMINATE: Final = "pendingTerminate"
TERMINATED: Final = "terminated"
CANCELLED: Final = "cancelled"
ABORTED: Final = "aborted "
"""With the trailing blank that both published enumerations carry."""

PRODUCT: Final = StateTable(
    "Product",
    initial=(CREATED, PENDING_ACTIVE, ACTIVE),
    edges={
        CREATED: (PENDING_ACTIVE, ACTIVE, CANCELLED, ABORTED),
        PENDING_ACTIVE: (ACTIVE, CANCELLED, ABORTED),
        ACTIVE: (SUSPENDED, PENDING_TERMINATE, TERMINATED),
        SUSPENDED: (ACTIVE, PENDING_TERMINATE, TERMINATED),
        PENDING_TERMINATE: (ACTIVE, TERMINATED),
    },
    final=(TERMINATED, CANCELLED, ABORTED),
)

HELD: Final = frozenset({ACTIVE, SUSPENDED, PENDING_TERMINATE})
"""The customer has it."""

BILLED: Final = frozenset({*HELD, TERMINATED})
"""It was the customer's at some time, so a bill may speak of it."""
