"""When two usage records are the same one: by the sender's record id, else by everything that they say."""

from __future__ import annotations

import hashlib

from tandem.bss.charging.rules.reading import beside
from tandem.bss.charging.terms import UsageRecord
from tandem.kernel.json import canonical
from tandem.kernel.period import text_of


def identity_of(record: UsageRecord) -> bytes:
    """What a record is known by among those of its served number. Shape: 16 octets, half a SHA-256."""
    return content_of(record) if record.record_id is None else identity_of_id(record.record_id)


def identity_of_id(record_id: str) -> bytes:
    """The same of a record with an id of its own."""
    return half(f"id:{record_id}".encode())


def content_of(record: UsageRecord) -> bytes:
    """A hash of what a record says, whatever way it came. Shape: 16 octets, half a SHA-256."""
    told = {
        "usageType": record.usage_type,
        "served": record.served,
        "destination": record.destination,
        "startedAt": text_of(record.started_at),
        "quantity": record.quantity,
        "details": {**record.details, **{name: str(value) for name, value in beside(record).items()}},
    }
    return half(canonical(told))


def half(octets: bytes) -> bytes:
    """The first half of the SHA-256."""
    return hashlib.sha256(octets).digest()[:16]
