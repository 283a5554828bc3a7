"""A person puts a suspended record right: some of what it says is another, and it is rated again."""

from __future__ import annotations

from dataclasses import replace

from tandem.bss.charging import lifecycle, store
from tandem.bss.charging.commands.correcting import patch_usage
from tandem.bss.charging.rules import reading
from tandem.bss.charging.terms import NotSuspended, UsageRecord
from tandem.bss.charging.terms.desks import Correction
from tandem.kernel.json import Doc
from tandem.kernel.store import Stored, Uow

_FACTS = ("usageType", "usageDate", "usageCharacteristic")


def correct(uow: Uow, *, usage_id: str, correction: Correction) -> Stored:
    """Keep a correction of a suspended record and rate it again. Raises: NotFound, NotSuspended, UsageInvalid."""
    stored = store.USAGE.get_for_update(uow, usage_id)
    if "suspension" not in stored.doc:
        raise NotSuspended(f"usage {usage_id} is {stored.doc['status']} and waits for nothing", path="status")
    record = _put_right(reading.record_of(stored.doc), correction)
    told = reading.document_of(record)
    doc: Doc = {**stored.doc, **{name: told[name] for name in _FACTS}, "status": lifecycle.RECYCLED}
    return patch_usage(uow, stored, doc)


def _put_right(record: UsageRecord, correction: Correction) -> UsageRecord:
    """The record with what is told in the correction. Raises: UsageInvalid, with the field as path."""
    usage_type = record.usage_type
    if correction.usage_type is not None:
        usage_type = reading.usage_type_of(correction.usage_type, "usage_type")
    record = replace(record, usage_type=usage_type)
    if correction.served is not None:
        record = replace(record, served=reading.number_of(correction.served, "served", "served_number"))
    if correction.destination is not None:
        found = reading.destination_of(
            correction.destination or None, "destination", reading.usage_type_of(usage_type, "usage_type")
        )
        record = replace(record, destination=found)
    if correction.network is not None:
        record = replace(record, network=reading.network_of(correction.network or None, "network"))
    if correction.quantity is not None:
        record = replace(record, quantity=reading.quantity_of(correction.quantity, "quantity"))
    if correction.started_at is not None:
        record = replace(record, started_at=correction.started_at)
    return record
