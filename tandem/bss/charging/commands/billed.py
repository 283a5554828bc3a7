"""Putting charges on a bill. Rated events at once, with the bill; the usage documents follow in a step."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from tandem.bss.charging import store
from tandem.bss.charging.rules import documents
from tandem.bss.charging.terms import AlreadyBilled, RatedEventUnknown
from tandem.kernel.json import Doc
from tandem.kernel.store import Uow

BILLED: Final = "charging.show_billed"
_AT_ONCE: Final = 200


def mark_billed(uow: Uow, *, billing_account_id: str, rated_event_ids: Iterable[str], bill_id: str) -> int:
    """Put rated events on a bill. Idempotent: by the bill. Raises: RatedEventUnknown, AlreadyBilled.

    Locks: the account.
    """
    wanted = sorted(set(rated_event_ids))
    store.lock_accounts(uow, [billing_account_id])
    changed = store.put_on_bill(uow, billing_account_id, wanted, bill_id)
    if changed < len(wanted):
        _require_on_bill(wanted, store.bills_of(uow, billing_account_id, wanted), bill_id)
    if changed:
        uow.enqueue(BILLED, {"bill": bill_id}, order_key=f"{BILLED}:{bill_id}")
    return changed


def _require_on_bill(wanted: list[str], bills: dict[str, str | None], bill_id: str) -> None:
    for event_id in wanted:
        if event_id not in bills:
            raise RatedEventUnknown(f"the account has no rated event {event_id}", rated_event=event_id)
        if bills[event_id] != bill_id:
            raise AlreadyBilled(
                f"rated event {event_id} stands on bill {bills[event_id]}", rated_event=event_id, bill=bills[event_id]
            )


def show_billed(uow: Uow, payload: Doc) -> None:
    """The step: show the usage of a bill as billed, documents some at a time. Idempotent: by their status."""
    store.show_billed_records(uow, payload["bill"])
    found = store.rated_usage_on_bill(uow, payload["bill"], _AT_ONCE)
    for usage in found:
        store.USAGE.save(uow, usage.id, documents.as_billed(usage.doc), expected_version=usage.version)
    if len(found) == _AT_ONCE:
        uow.enqueue(BILLED, payload, order_key=f"{BILLED}:{payload['bill']}")
