"""How payments and refunds move. Standard: TMF676, PaymentStatusType and RefundStatusType."""

from __future__ import annotations

from typing import Final

from tandem.kernel.state import StateTable

PENDING: Final = "pendingAuthorization"
AUTHORIZED: Final = "authorized"
DONE: Final = "done"
DENIED: Final = "denied"
FAILED: Final = "failed"

PAYMENT_STATES: Final = StateTable(
    "Payment",
    initial=(PENDING, DONE),
    edges={PENDING: (DONE, DENIED, FAILED)},
    final=(DONE, DENIED, FAILED),
)
"""Pending while the provider is asked; denied by the card's bank; failed when the provider never answered."""

REFUND_STATES: Final = StateTable(
    "Refund",
    initial=(PENDING, AUTHORIZED),
    edges={PENDING: (AUTHORIZED, DENIED), AUTHORIZED: (DONE, FAILED)},
    final=(DONE, DENIED, FAILED),
)
"""Pending until another person approves or denies it; authorized while it is sent."""

GIVES_NOTHING: Final = frozenset({DENIED, FAILED})
