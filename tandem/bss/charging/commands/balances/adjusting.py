"""A person puts a balance right from a desk: an amount more or less, with the reason."""

from __future__ import annotations

from decimal import Decimal

from tandem.bss.charging.commands.balances.actions import adjust_balance
from tandem.bss.charging.commands.balances.buckets import account_of_bucket
from tandem.bss.charging.rules import balances as rules
from tandem.bss.charging.rules.core.layout import MONEY
from tandem.bss.charging.store import accounts
from tandem.bss.charging.store import balances as store
from tandem.bss.charging.terms.balances import BucketUnknown
from tandem.kernel.money import MICROS
from tandem.kernel.store import Stored, Uow

_KINDS = {"second": "voice", "octet": "data", "count": "other"}
_SMALLEST = {"second": "second", "octet": "octet", "count": "unit"}


def adjust(uow: Uow, *, bucket_id: str, amount: int, reason: str, key: str) -> str:
    """Put a balance right by so much; answers the adjustment's id. Units: micros of money, else of its measure.

    Idempotent: by the key. Raises: BucketUnknown, BalanceActionInvalid, NotEnough.
    """
    told = {"bucket": bucket_id, "amount": amount, "reason": reason}
    earlier = uow.answered_before("charging.adjust", key, told)
    if earlier is not None:
        return str(earlier["adjustment"])
    kept = _adjusted(uow, bucket_id, amount, reason)
    uow.keep_answer("charging.adjust", key, {"adjustment": kept.id})
    return kept.id


def _adjusted(uow: Uow, bucket_id: str, amount: int, reason: str) -> Stored:
    account_id = account_of_bucket(uow, bucket_id)
    currency, measure = _held(uow, account_id, bucket_id)
    quantity = (
        {"amount": Decimal(amount) / MICROS, "units": currency}
        if currency
        else {"amount": amount, "units": _SMALLEST[measure]}
    )
    return adjust_balance(
        uow,
        {
            "@type": "AdjustBalance",
            "adjustType": "oneTime",
            "usageType": rules.MONETARY if currency else _KINDS[measure],
            "amount": quantity,
            "bucket": {"@type": "BucketRef", "@referredType": "Bucket", "id": bucket_id},
            "partyAccount": {"@type": "PartyAccountRef", "@referredType": "BillingAccount", "id": account_id},
            "reason": reason,
            "status": "created",
        },
    )


def _held(uow: Uow, account_id: str, bucket_id: str) -> tuple[str | None, str]:
    """The currency that a bucket holds, or none and its measure."""
    number = bucket_id.rpartition(".")[2]
    if not number.isdigit():
        raise BucketUnknown(f"there is no bucket {bucket_id}", path="bucket.id", bucket=bucket_id)
    row = accounts.buckets_by_number(uow, [(account_id, int(number))]).get((account_id, int(number)))
    if row is None:
        raise BucketUnknown(f"there is no bucket {bucket_id}", path="bucket.id", bucket=bucket_id)
    return row["currency"] if row["kind"] == MONEY else None, store.MEASURES[row["measure"]]
