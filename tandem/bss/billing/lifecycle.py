"""How a bill moves. Standard: TMF678, CustomerBillStateType."""

from __future__ import annotations

from typing import Final

from tandem.kernel.state import StateTable

NEW: Final = "new"
ON_HOLD: Final = "onHold"
VALIDATED: Final = "validated"
SENT: Final = "sent"
PARTIALLY_PAID: Final = "partiallyPaid"
SETTLED: Final = "settled"

CUSTOMER_BILL: Final = StateTable(
    "CustomerBill",
    initial=(NEW,),
    edges={
        NEW: (VALIDATED, ON_HOLD),
        ON_HOLD: (VALIDATED,),
        VALIDATED: (SENT, ON_HOLD),
        SENT: (PARTIALLY_PAID, SETTLED),
        PARTIALLY_PAID: (SETTLED,),
    },
    final=(SETTLED,),
)
"""A bill is drawn up `new`, never skips `validated`, and follows its payments from `sent` on."""

BY_PAYMENT: Final = frozenset({PARTIALLY_PAID, SETTLED})
PAYABLE: Final = frozenset({SENT, PARTIALLY_PAID})

ON_DEMAND_REJECTED: Final = "rejected"
ON_DEMAND_DONE: Final = "done"
"""A bill on demand is made or refused within the request; the standard's other two states have no use here."""
