"""How a usage record moves. Standard: TMF635, UsageStatusType; `guided` is not used: to find the product is to rate."""

from __future__ import annotations

from typing import Final

from tandem.kernel.state import StateTable

RECEIVED: Final = "received"
REJECTED: Final = "rejected"
"""Suspended: it waits with a reason, or was excluded."""
RECYCLED: Final = "recycled"
"""Asked for again after a correction; it is rated or rejected in the same transaction."""
RATED: Final = "rated"
RERATED: Final = "rerated"
BILLED: Final = "billed"

USAGE: Final = StateTable(
    "Usage",
    initial=(RECEIVED,),
    edges={
        RECEIVED: (RATED, REJECTED),
        REJECTED: (RECYCLED,),
        RECYCLED: (RATED, REJECTED),
        RATED: (RERATED, BILLED),
        RERATED: (RERATED, BILLED),
        BILLED: (RERATED,),
    },
)

CHARGED: Final = frozenset({RATED, RERATED, BILLED})
"""There are rated events for it."""
