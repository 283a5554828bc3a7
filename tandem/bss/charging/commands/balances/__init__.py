"""What is done to balances: topped up, adjusted, transferred, held."""

from tandem.bss.charging.commands.balances.actions import (
    adjust_balance,
    create_topup,
    patch_topup,
    transfer_balance,
)
from tandem.bss.charging.commands.balances.buckets import top_up
from tandem.bss.charging.commands.balances.holding import (
    RELEASE,
    delete_reservation,
    patch_reservation,
    release_when_over,
    reserve_balance,
)
from tandem.bss.charging.commands.balances.vouchers import make_vouchers, redeem_voucher

__all__ = [
    "RELEASE",
    "adjust_balance",
    "create_topup",
    "delete_reservation",
    "make_vouchers",
    "patch_reservation",
    "patch_topup",
    "redeem_voucher",
    "release_when_over",
    "reserve_balance",
    "top_up",
    "transfer_balance",
]
