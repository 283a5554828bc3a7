"""What sessions on line learn of others' news: money that came in, products that may not be used any more."""

from __future__ import annotations

from typing import Final

from tandem.bss.charging.commands.online import notices, spending
from tandem.bss.charging.terms import ThresholdCrossed
from tandem.bss.charging.terms.balances import BalanceAdjusted, BalanceToppedUp, BalanceTransferred
from tandem.bss.subscriptions.terms import ProductMoved, ProductResumed, ProductSuspended, ProductTerminated
from tandem.kernel.steps import on
from tandem.kernel.store import Uow


def topped_up(uow: Uow, event: BalanceToppedUp | BalanceAdjusted) -> None:
    """Sessions whose quota had ended may ask again."""
    notices.reauthorise_spent(uow, [event.billing_account_id])


def transferred(uow: Uow, event: BalanceTransferred) -> None:
    """Likewise, on the account that got it."""
    notices.reauthorise_spent(uow, [event.to_bucket_id.rpartition(".")[0]])


def resumed(uow: Uow, event: ProductResumed) -> None:
    """Likewise."""
    notices.reauthorise_spent(uow, [event.billing_account_id])


def stopped(uow: Uow, event: ProductMoved) -> None:
    """Its sessions end."""
    notices.abort_sessions(uow, billing_account_id=event.billing_account_id, product_id=event.product_id)


REACTIONS: Final = (
    on(ThresholdCrossed, "charging.counter_crossed", spending.note_crossing),
    on(BalanceToppedUp, "charging.topped_up", topped_up),
    on(BalanceAdjusted, "charging.adjusted", topped_up),
    on(BalanceTransferred, "charging.transferred", transferred),
    on(ProductResumed, "charging.resumed", resumed),
    on(ProductSuspended, "charging.suspended", stopped),
    on(ProductTerminated, "charging.terminated", stopped),
)
