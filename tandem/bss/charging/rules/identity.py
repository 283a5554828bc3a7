"""When two usage records are the same one: by the sender's record id, else by everything that they say."""

from __future__ import annotations

import hashlib

from tandem.bss.charging.terms import UsageRecord
from tandem.kernel.json import canonical
from tandem.kernel.period import text_of


def identity_of(record: UsageRecord) -> str:
    """What a record is known by among those of its served number."""
    return f"id:{record.record_id}" if record.record_id is not None else f"content:{content_of(record)}"


def content_of(record: UsageRecord) -> str:
    """A hash of what a record says, whatever way it came."""
    told = {
        "usageType": record.usage_type,
        "served": record.served,
        "destination": record.destination,
        "startedAt": text_of(record.started_at),
        "quantity": record.quantity,
        "details": dict(record.details),
    }
    return hashlib.sha256(canonical(told)).hexdigest()
