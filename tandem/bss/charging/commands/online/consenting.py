"""A customer wants to go on past a limit that stops: recorded once for its period, and her sessions may ask again."""

from __future__ import annotations

from typing import Final

from tandem.bss.charging import store
from tandem.bss.charging.commands.online.notices import reauthorise_spent
from tandem.bss.charging.rules.core.layout import LIMIT
from tandem.bss.charging.store import sessions
from tandem.bss.charging.terms.online import ConsentRecorded, NoSuchLimit
from tandem.bss.subscriptions import public as subscriptions
from tandem.kernel.store import Uow

_ENTITY: Final = "Bucket"


def record_consent(uow: Uow, *, product_id: str, limit_id: str) -> None:
    """Let a product go on past one of its limits until the period of the limit ends.

    Idempotent: by the limit's period. Locks: the account. Raises: ProductUnknown, NoSuchLimit.
    """
    product = subscriptions.get_subscription(uow, product_id=product_id)
    account_id = product.billing_account_id
    store.lock_accounts(uow, [account_id])
    found = [
        row
        for row in store.buckets_of(uow, account_id, product_id, uow.now)
        if row["kind"] == LIMIT and row["term_id"] == limit_id
    ]
    if not found:
        raise NoSuchLimit(f"nothing is counted for {product_id} under the limit {limit_id}", limit=limit_id)
    for row in found:
        if row["consent"]:
            continue
        bucket_id = f"{account_id}.{row['n']}"
        sessions.consent_to(uow, account_id, row["n"])
        uow.audit("charging.limit.consent", _ENTITY, bucket_id, facts={"limit": limit_id, "product": product_id})
        uow.emit(
            ConsentRecorded(
                bucket_id=bucket_id, limit_id=limit_id, product_id=product_id, billing_account_id=account_id
            )
        )
    reauthorise_spent(uow, [account_id])
