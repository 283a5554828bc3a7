"""The demonstration operator's forms of usage records: what a network that sends calls, data and messages tells."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tandem.bss.charging import commands, store
from tandem.bss.charging.rules import reading
from tandem.kernel.json import Doc
from tandem.kernel.store import Uow

_NAMES: Final = {"voice": "Call", "data": "Data session", "message": "Message"}
_WORDS: Final = {
    reading.SERVED[0]: "The number that is charged, in international digits",
    reading.DESTINATION[0]: "The number that was called or written to, in international digits",
    reading.RECORD_ID[0]: "The sender's own identification; a record that comes again with it is the same one",
    "duration": "Seconds",
    "octets": "Octets in both directions",
    "messages": "How many, one unless it is told",
}


def seed(uow: Uow) -> None:
    """Describe what is not described yet. Idempotent: by id."""
    for doc in _specifications():
        if not store.SPECIFICATIONS.exists(uow, doc["id"]):
            commands.create_specification(uow, doc)


def _specifications() -> Iterator[Doc]:
    for usage_type, (quantity, *_) in reading.QUANTITY.items():
        told = [reading.SERVED[0], reading.RECORD_ID[0], quantity]
        if usage_type != "data":
            told.insert(1, reading.DESTINATION[0])
        yield {
            "@type": "UsageSpecification",
            "id": f"usage-spec-{usage_type}",
            "name": _NAMES[usage_type],
            "version": "1.0",
            "lifecycleStatus": "Active",
            "specCharacteristic": [_characteristic(name, name == quantity) for name in told],
        }


def _characteristic(name: str, is_quantity: bool) -> Doc:
    is_optional = name in (reading.RECORD_ID[0], "messages")
    return {
        "@type": "CharacteristicSpecification",
        "name": name,
        "description": _WORDS[name],
        "valueType": "integer" if is_quantity else "string",
        "minCardinality": 0 if is_optional else 1,
        "maxCardinality": 1,
    }
