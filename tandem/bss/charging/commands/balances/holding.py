"""Reservations that somebody outside asks for (TMF654): held, then taken, given back, or over by themselves."""

from __future__ import annotations

from typing import Final

from tandem.bss.charging.commands.balances import booking, buckets
from tandem.bss.charging.commands.balances.actions import completed, end_of, terms_for
from tandem.bss.charging.rules import balances
from tandem.bss.charging.store import balances as store
from tandem.bss.charging.terms.balances import BUCKET, BalanceActionInvalid, NotOpen
from tandem.kernel.json import Doc, at
from tandem.kernel.store import Stored, Uow

RELEASE: Final = "charging.release_reservation"


def reserve_balance(uow: Uow, doc: Doc) -> Stored:
    """Hold a part of a bucket; status `created` until it is taken (`completed`) or given back (`cancelled`).

    With `validFor.endDateTime` it is given back by itself then. Raises: NotEnough, BucketUnknown, BalanceActionInvalid.
    """
    terms = terms_for(uow, doc)
    amount = balances.positive(balances.measured(doc.get("amount"), str(doc["usageType"])))
    ends_at = end_of(doc)
    if ends_at is not None and ends_at <= uow.now:
        raise BalanceActionInvalid("its end is past", path="validFor.endDateTime")
    buckets.lock(uow, terms.billing_account_id)
    bucket = buckets.find(uow, str(at(doc, "bucket.id")), terms)
    buckets.require_same(bucket, amount)
    buckets.require_left(bucket, amount.amount)
    store.change_bucket(uow, bucket.key, reserved=amount.amount)
    kept = store.RESERVATIONS.add(uow, {**completed(uow, doc, terms, bucket.id), "status": "created"})
    if ends_at is not None:
        uow.enqueue(RELEASE, {"reservation": kept.id}, key=kept.id, due_at=ends_at)
    return kept


def patch_reservation(uow: Uow, stored: Stored, doc: Doc) -> Stored:
    """Status `completed` takes what is held, `cancelled` gives it back. Raises: NotOpen."""
    if doc.get("status") == stored.doc["status"]:
        return store.RESERVATIONS.save(uow, stored.id, doc, expected_version=stored.version)
    _settle(uow, stored, str(doc.get("status")))
    return store.RESERVATIONS.save(uow, stored.id, doc, expected_version=stored.version)


def delete_reservation(uow: Uow, stored: Stored) -> None:
    """What is still held is given back first."""
    if stored.doc["status"] == "created":
        _settle(uow, stored, "cancelled")
    store.RESERVATIONS.delete(uow, stored.id, expected_version=stored.version)


def release_when_over(uow: Uow, payload: Doc) -> None:
    """The step at a reservation's end: give back what is still held. Idempotent: by the status."""
    stored = store.RESERVATIONS.find(uow, payload["reservation"])
    if stored is None or stored.doc["status"] != "created":
        return
    _settle(uow, stored, "cancelled")
    store.RESERVATIONS.save(uow, stored.id, {**stored.doc, "status": "cancelled"}, why="its time is over")


def _settle(uow: Uow, stored: Stored, status: str) -> None:
    """Take or give back what is held, with the account locked and the document read again under it."""
    terms = terms_for(uow, stored.doc)
    buckets.lock(uow, terms.billing_account_id)
    now = store.RESERVATIONS.get_for_update(uow, stored.id)
    if now.doc["status"] != "created" or status not in ("completed", "cancelled", "failed"):
        raise NotOpen(f"reservation {stored.id} is {now.doc['status']} and cannot become {status}", path="status")
    held = balances.measured(now.doc["amount"], str(now.doc["usageType"]))
    bucket = buckets.find(uow, str(at(now.doc, "bucket.id")), terms)
    taken = held.amount if status == "completed" else 0
    store.change_bucket(uow, bucket.key, reserved=-held.amount, moved=taken)
    if taken:
        booking.reservation_taken(uow, bucket.id, held.money, stored.id)
    uow.audit("charging.balance.settle", BUCKET, bucket.id, facts={"reservation": stored.id, "taken": taken})
