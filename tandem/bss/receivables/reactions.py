"""What receivables do on others' news."""

from __future__ import annotations

from typing import Final

from tandem.bss.ordering.terms import ProductOrderCancelled
from tandem.bss.receivables.commands import refunding
from tandem.kernel.steps import on

REACTIONS: Final = (
    on(
        ProductOrderCancelled,
        "receivables.refund_cancelled_order",
        refunding.refund_cancelled_order,
        attempts=20,
    ),
)
