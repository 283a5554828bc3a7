"""Top-ups, adjustments and transfers as the standard's documents: done at once, or refused with nothing changed."""

from __future__ import annotations

from tandem.bss.charging.commands.balances import booking, buckets, vouchers
from tandem.bss.charging.commands.balances.buckets import OpenBucket
from tandem.bss.charging.rules import balances
from tandem.bss.charging.rules.balances import Measured
from tandem.bss.charging.store import balances as store
from tandem.bss.charging.terms.balances import (
    BUCKET,
    BalanceActionInvalid,
    BalanceAdjusted,
    BalanceTransferred,
    TopUpBy,
)
from tandem.bss.party import public as party
from tandem.bss.party.terms import BillingTerms
from tandem.kernel.json import Doc, at
from tandem.kernel.period import Instant, instant, text_of
from tandem.kernel.state import IllegalTransition
from tandem.kernel.store import Stored, Uow


def terms_for(uow: Uow, doc: Doc) -> BillingTerms:
    """The account that an action is for: the one that it names, else the bucket's.

    Raises: BucketUnknown, AccountUnknown.
    """
    named = at(doc, "partyAccount.id")
    account_id = str(named) if named else buckets.account_of_bucket(uow, str(at(doc, "bucket.id")))
    return party.billing_terms_of(uow, billing_account_id=account_id)


def completed(uow: Uow, doc: Doc, terms: BillingTerms, bucket_id: str) -> Doc:
    """The document of what was done, with its bucket, its account and whose it is."""
    parties = [one for one in doc.get("relatedParty") or () if one.get("role") != "customer"]
    customer = {"@type": "RelatedParty", "role": "customer", "id": terms.customer_id, "@referredType": "Customer"}
    now = text_of(uow.now)
    return {
        **doc,
        "status": "completed",
        "requestedDate": doc.get("requestedDate") or now,
        "confirmationDate": now,
        "bucket": {**(doc.get("bucket") or {}), "id": bucket_id},
        "partyAccount": {**(doc.get("partyAccount") or {}), "id": terms.billing_account_id},
        "relatedParty": [*parties, customer],
    }


def end_of(doc: Doc) -> Instant | None:
    """When what comes in is lost, where that is said. Raises: Invalid."""
    told = at(doc, "validFor.endDateTime")
    return None if told is None else instant(str(told), path="validFor.endDateTime")


# -- top-ups ----------------------------------------------------------------------------------------------------------


def create_topup(uow: Uow, doc: Doc) -> Stored:
    """Money or units come in, given or by voucher; what is paid for by card comes through receivables.

    Raises: BalanceActionInvalid, BucketUnknown, VoucherRefused, AccountUnknown.
    """
    if doc.get("isAutoTopup") or doc.get("recurringPeriod") or doc.get("numberOfPeriods"):
        raise BalanceActionInvalid("a top-up is for once: repeated ones are not made yet", path="recurringPeriod")
    if doc.get("paymentMethod"):
        raise BalanceActionInvalid(
            "what is paid for comes in by a payment (TMF676) for the wallet",
            path="paymentMethod",
            next_action="POST a payment whose item is the bucket",
        )
    terms = terms_for(uow, doc)
    amount = balances.positive(balances.measured(doc.get("amount"), str(doc["usageType"])))
    buckets.lock(uow, terms.billing_account_id)
    kept = store.TOPUPS.add(uow, {**doc, "status": "created"})
    by: TopUpBy = "given" if doc.get("voucher") is None else "voucher"
    if by == "voucher":
        _require_worth(amount, vouchers.take(uow, str(doc["voucher"]), kept.id))
    bucket_id = _topped_up(uow, doc, terms, amount)
    buckets.tell_topped_up(uow, bucket_id, amount, by, kept.id)
    booking.topped_up(uow, bucket_id, amount.money, by, kept.id)
    done = completed(uow, kept.doc, terms, bucket_id)
    return store.TOPUPS.save(uow, kept.id, {**done, **_masked(doc)})


def _require_worth(amount: Measured, worth: Measured) -> None:
    if worth != amount:
        told = balances.quantity_doc(worth)
        raise BalanceActionInvalid(
            f"the voucher is worth {told['amount']} {told['units']}", path="amount", got=str(amount.amount)
        )


def _topped_up(uow: Uow, doc: Doc, terms: BillingTerms, amount: Measured) -> str:
    """Into the bucket that is named; into a new one where what comes in has an end, or is of what it does not hold."""
    named = str(at(doc, "bucket.id"))
    ends_at = end_of(doc)
    owner = balances.owner_of_wallet(named)
    if owner is not None:
        if amount.currency not in (None, terms.currency):
            raise BalanceActionInvalid(f"the account pays in {terms.currency}", path="amount.units")
        buckets.find(uow, named, terms)
        return buckets.grow(uow, terms, owner, amount, ends_at)
    bucket = buckets.find(uow, named, terms)
    buckets.require_same(bucket, amount)
    if ends_at not in (None, bucket.ends_at):
        raise BalanceActionInvalid("a bucket that is there keeps its end", path="validFor.endDateTime")
    store.change_bucket(uow, bucket.key, granted=amount.amount)
    return bucket.id


def _masked(doc: Doc) -> Doc:
    """A voucher's code is spent; it is shown by its last digits only."""
    return {} if doc.get("voucher") is None else {"voucher": f"…{str(doc['voucher'])[-4:]}"}


def patch_topup(uow: Uow, stored: Stored, doc: Doc) -> Stored:
    """Status `cancelled` takes a top-up back, as long as it is all there; a voucher stays used.

    Raises: IllegalTransition, NotEnough.
    """
    if doc.get("status") == stored.doc["status"]:
        return store.TOPUPS.save(uow, stored.id, doc, expected_version=stored.version)
    if (stored.doc["status"], doc.get("status")) != ("completed", "cancelled"):
        raise IllegalTransition("a top-up that was completed can be cancelled, and nothing else", path="status")
    terms = terms_for(uow, stored.doc)
    buckets.lock(uow, terms.billing_account_id)
    amount = balances.measured(stored.doc["amount"], str(stored.doc["usageType"]))
    bucket = buckets.find(uow, str(at(stored.doc, "bucket.id")), terms)
    buckets.take(uow, bucket, amount.amount)
    by: TopUpBy = "given" if stored.doc.get("voucher") is None else "voucher"
    booking.taken_back(uow, bucket.id, amount.money, by, stored.id)
    uow.audit("charging.balance.cancel", BUCKET, bucket.id, facts={"top_up": stored.id, "amount": amount.amount})
    return store.TOPUPS.save(uow, stored.id, doc, expected_version=stored.version)


# -- adjustments and transfers ----------------------------------------------------------------------------------------


def adjust_balance(uow: Uow, doc: Doc) -> Stored:
    """A person puts a balance right, with a reason; below zero it is taken away.

    Raises: BalanceActionInvalid, BucketUnknown, NotEnough.
    """
    if not str(doc.get("reason") or "").strip():
        raise BalanceActionInvalid("an adjustment has a reason", path="reason")
    if doc.get("adjustType", "oneTime") != "oneTime":
        raise BalanceActionInvalid("an adjustment is for once", path="adjustType", got=str(doc["adjustType"]))
    terms = terms_for(uow, doc)
    amount = balances.measured(doc.get("amount"), str(doc["usageType"]))
    if not amount.amount:
        raise BalanceActionInvalid("an adjustment changes something", path="amount.amount")
    buckets.lock(uow, terms.billing_account_id)
    bucket = buckets.find(uow, str(at(doc, "bucket.id")), terms)
    buckets.require_same(bucket, amount)
    _adjusted(uow, bucket, amount.amount)
    _tell_adjusted(uow, bucket, amount, str(doc["reason"]))
    kept = store.ADJUSTMENTS.add(uow, completed(uow, doc, terms, bucket.id))
    booking.adjusted(uow, bucket.id, amount.money, kept.id)
    return kept


def _adjusted(uow: Uow, bucket: OpenBucket, amount: int) -> None:
    if amount < 0:
        buckets.take(uow, bucket, -amount)
    elif bucket.left is None:
        raise BalanceActionInvalid("a bucket without a limit is not adjusted", path="bucket.id", bucket=bucket.id)
    else:
        store.change_bucket(uow, bucket.key, granted=amount)


def _tell_adjusted(uow: Uow, bucket: OpenBucket, amount: Measured, reason: str) -> None:
    uow.emit(
        BalanceAdjusted(
            bucket_id=bucket.id,
            billing_account_id=bucket.billing_account_id,
            amount=amount.amount,
            currency=amount.currency,
            reason=reason,
        )
    )
    uow.audit("charging.balance.adjust", BUCKET, bucket.id, facts={"amount": amount.amount, "reason": reason})


def transfer_balance(uow: Uow, doc: Doc) -> Stored:
    """From one bucket into another of the same kind, of this or another account; a cost is taken from the sender.

    Raises: BalanceActionInvalid, BucketUnknown, NotEnough.
    """
    if doc.get("usageType") != doc.get("receiverBucketUsageType"):
        raise BalanceActionInvalid("both buckets hold the same", path="receiverBucketUsageType")
    if at(doc, "transferCost.value") or doc.get("costOwner") == "receiver":
        raise BalanceActionInvalid("transfers cost nothing here", path="transferCost")
    sender = terms_for(uow, doc)
    receiver = _receiver(uow, doc)
    amount = balances.positive(balances.measured(doc.get("amount"), str(doc["usageType"])))
    buckets.lock(uow, sender.billing_account_id, receiver.billing_account_id)
    source = buckets.find(uow, str(at(doc, "bucket.id")), sender)
    target = buckets.find(uow, str(at(doc, "receiverBucket.id")), receiver, path="receiverBucket.id")
    buckets.require_same(source, amount)
    buckets.require_same(target, amount, path="receiverBucket.id")
    _require_transferable(source, target)
    buckets.take(uow, source, amount.amount)
    store.change_bucket(uow, target.key, granted=amount.amount)
    _tell_transferred(uow, source, target, amount)
    done = completed(uow, doc, sender, source.id)
    kept = store.TRANSFERS.add(uow, {**done, "receiverBucket": {**doc["receiverBucket"], "id": target.id}})
    booking.transferred(uow, source.id, target.id, amount.money, kept.id)
    return kept


def _receiver(uow: Uow, doc: Doc) -> BillingTerms:
    account_id = buckets.account_of_bucket(uow, str(at(doc, "receiverBucket.id")), path="receiverBucket.id")
    return party.billing_terms_of(uow, billing_account_id=account_id)


def _require_transferable(source: OpenBucket, target: OpenBucket) -> None:
    if source.key == target.key:
        raise BalanceActionInvalid("a bucket gives nothing to itself", path="receiverBucket.id", bucket=target.id)
    if source.left is None or target.left is None:
        raise BalanceActionInvalid("what has no limit cannot be given or grow", path="bucket.id", bucket=source.id)


def _tell_transferred(uow: Uow, source: OpenBucket, target: OpenBucket, amount: Measured) -> None:
    uow.emit(
        BalanceTransferred(bucket_id=source.id, to_bucket_id=target.id, amount=amount.amount, currency=amount.currency)
    )
    uow.audit("charging.balance.transfer", BUCKET, source.id, facts={"amount": amount.amount, "to": target.id})
