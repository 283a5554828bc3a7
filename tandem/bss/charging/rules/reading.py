"""Usage records out of what was sent: characteristics of a TMF635 document, or the columns of a file's line.

Standard: TMF635 leaves the characteristics' names to the operator; ours stand here and in `docs/how/rating.md`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from tandem.bss.charging.terms import UsageInvalid, UsageRecord
from tandem.kernel.errors import Invalid
from tandem.kernel.json import Doc, canonical
from tandem.kernel.money import MICROS
from tandem.kernel.period import Instant, instant, text_of

SERVED: Final = ("servedNumber", "msisdn", "originatingNumber")
DESTINATION: Final = ("destinationNumber", "calledNumber")
RECORD_ID: Final = ("recordId", "externalId")
NETWORK: Final = ("network",)
RATING_GROUP: Final = ("ratingGroup",)
VALUE: Final = ("value",)
QUANTITY: Final[Mapping[str, tuple[str, ...]]] = {
    "voice": ("duration", "seconds"),
    "data": ("octets", "volume"),
    "message": ("messages",),
}
"""Characteristics by which a record is read; the first of a row that is there counts. A message counts one."""

ROW_QUANTITY: Final[Mapping[str, str]] = {"voice": "duration_s", "data": "octets", "message": "units"}
"""The columns of a record's row in which the same stands."""

CUSTOMER: Final = "customer"
MOST: Final = 10**15
"""In one record, in any unit: a petabyte, 30 million years. More is a fault of the sender, and sums stay in 63 bits."""
_LONGEST_NUMBER: Final = 20
_LONGEST_ID: Final = 200
_YEARS: Final = range(2000, 2200)
_NETWORK: Final = re.compile(r"[0-9]{5,6}")
_PUNCTUATION: Final = re.compile(r"[\s().+/-]")


class _Told:
    """The characteristics of a document by name, with their places."""

    def __init__(self, doc: Doc) -> None:
        self.by_name: dict[str, tuple[int, Any]] = {}
        for index, one in enumerate(doc.get("usageCharacteristic") or ()):
            if one["name"] in self.by_name:
                raise UsageInvalid(f"{one['name']} is told twice", path=f"usageCharacteristic[{index}].name")
            self.by_name[one["name"]] = (index, one.get("value"))

    def take(self, names: Sequence[str]) -> tuple[Any, str]:
        """The value of the first name that is there, with its path; it is then no detail any more."""
        for name in names:
            if name in self.by_name:
                index, value = self.by_name.pop(name)
                return value, f"usageCharacteristic[{index}].value"
        return None, "usageCharacteristic"

    def details(self) -> dict[str, str]:
        """Everything that was not taken, as text."""
        return {name: _text(value) for name, (_, value) in sorted(self.by_name.items())}


def record_of(doc: Doc) -> UsageRecord:
    """The record that a usage document tells. Raises: UsageInvalid, with the path."""
    told = _Told(doc)
    usage_type = usage_type_of(doc.get("usageType"), "usageType")
    served, served_path = told.take(SERVED)
    destination, destination_path = told.take(DESTINATION)
    quantity, quantity_path = told.take(QUANTITY[usage_type])
    record_id, id_path = told.take(RECORD_ID)
    network, network_path = told.take(NETWORK)
    group, group_path = told.take(RATING_GROUP)
    value, value_path = told.take(VALUE)
    if quantity is None and usage_type == "message":
        quantity = 1
    if quantity is None:
        raise UsageInvalid(f"{usage_type} has a {QUANTITY[usage_type][0]}", path=quantity_path)
    return UsageRecord(
        usage_type=usage_type,
        served=number_of(served, served_path, SERVED[0]),
        destination=destination_of(destination, destination_path, usage_type),
        started_at=_started(doc.get("usageDate"), "usageDate"),
        quantity=quantity_of(quantity, quantity_path),
        record_id=_record_id(record_id, id_path),
        details=told.details(),
        customer_id=customer_of(doc),
        network=network_of(network, network_path),
        rating_group=None if group is None else quantity_of(group, group_path),
        value_micros=value_of(value, value_path),
    )


def record_of_row(row: Mapping[str, Any]) -> UsageRecord:
    """The record that a row of the table of records tells."""
    usage_type = usage_type_of(row["service"], "service")
    return UsageRecord(
        usage_type=usage_type,
        served=row["served"],
        destination=row["destination"],
        started_at=row["started_at"],
        quantity=row[ROW_QUANTITY[usage_type]] or 0,
        record_id=row["record_id"],
        details=row["details"] or {},
        customer_id=row["customer_id"],
        network=row["network"],
        rating_group=row["rating_group"],
        value_micros=row["value_micros"],
    )


def customer_of(doc: Doc) -> str | None:
    """The customer whose use it was: as the sender says, or as was found when it was rated."""
    parties = doc.get("relatedParty") or ()
    found = (one.get("id") for one in parties if str(one.get("role") or "").lower() == CUSTOMER)
    return next((str(customer_id) for customer_id in found if customer_id), None)


def served_of(doc: Doc) -> str:
    """The served number of a document that has been read before."""
    value, path = _Told(doc).take(SERVED)
    return number_of(value, path, SERVED[0])


# -- the columns of a file --------------------------------------------------------------------------------------------

MANDATORY_COLUMNS: Final = ("usage_type", "served_number", "started_at", "quantity")
OPTIONAL_COLUMNS: Final = ("record_id", "destination", "network", "rating_group", "value")


def record_of_columns(told: Mapping[str, str]) -> UsageRecord:
    """The record that a line tells by its columns. Raises: UsageInvalid, with the column as path."""
    usage_type = usage_type_of(told["usage_type"], "usage_type")
    known = {*MANDATORY_COLUMNS, *OPTIONAL_COLUMNS}
    return UsageRecord(
        usage_type=usage_type,
        served=number_of(told["served_number"], "served_number", "served_number"),
        destination=destination_of(told.get("destination") or None, "destination", usage_type),
        started_at=_started(told["started_at"], "started_at"),
        quantity=quantity_of(told["quantity"], "quantity"),
        record_id=_record_id(told.get("record_id") or None, "record_id"),
        details={name: value for name, value in sorted(told.items()) if name not in known and value},
        network=network_of(told.get("network") or None, "network"),
        rating_group=quantity_of(told["rating_group"], "rating_group") if told.get("rating_group") else None,
        value_micros=value_of(told.get("value") or None, "value"),
    )


def document_of(record: UsageRecord) -> Doc:
    """A usage document that tells a record: what a line of a file is shown as."""
    told: list[tuple[str, Any]] = [(SERVED[0], record.served)]
    if record.destination:
        told.append((DESTINATION[0], record.destination))
    told.append((QUANTITY[record.usage_type][0], record.quantity))
    if record.record_id is not None:
        told.append((RECORD_ID[0], record.record_id))
    told += [*beside(record).items(), *record.details.items()]
    return {
        "@type": "Usage",
        "usageType": record.usage_type,
        "usageDate": text_of(record.started_at),
        "usageCharacteristic": [
            {
                "@type": "UsageCharacteristic",
                "name": name,
                "value": value,
                "valueType": "number" if isinstance(value, int) else "string",
            }
            for name, value in told
        ],
    }


def beside(record: UsageRecord) -> dict[str, Any]:
    """What a record tells beside who, whom, when and how much, by the names of its characteristics."""
    told = {
        NETWORK[0]: record.network or None,
        RATING_GROUP[0]: record.rating_group,
        VALUE[0]: None
        if record.value_micros is None
        else format(Decimal(record.value_micros).scaleb(-6).normalize(), "f"),
    }
    return {name: value for name, value in told.items() if value is not None}


# -- values -----------------------------------------------------------------------------------------------------------


def usage_type_of(value: Any, path: str) -> str:
    """One of the kinds of use that we charge. Raises: UsageInvalid."""
    for usage_type in QUANTITY:
        if value == usage_type:
            return usage_type
    raise UsageInvalid(f"a usage type is one of {', '.join(QUANTITY)}", path=path, got=str(value))


def number_of(value: Any, path: str, name: str) -> str:
    """International digits. Raises: UsageInvalid."""
    if value is None or value == "":
        raise UsageInvalid(f"there is no {name}", path=path)
    digits = _PUNCTUATION.sub("", str(value))
    if digits.startswith("00"):
        digits = digits[2:]
    if not (digits.isascii() and digits.isdigit() and len(digits) <= _LONGEST_NUMBER):
        raise UsageInvalid("a number is international digits", path=path, got=str(value)[:100])
    return digits


def destination_of(value: Any, path: str, usage_type: str) -> str:
    """The number that was called; data need none. Raises: UsageInvalid."""
    if usage_type == "data" and value is None:
        return ""
    return number_of(value, path, DESTINATION[0])


def quantity_of(value: Any, path: str) -> int:
    """A whole number of units, not below zero. Raises: UsageInvalid."""
    whole: int | None = None
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit() and len(value) <= 20:
        whole = int(value)
    elif isinstance(value, int) and not isinstance(value, bool):
        whole = value
    elif isinstance(value, Decimal) and value.is_finite() and abs(value) <= MOST and value == int(value):
        whole = int(value)
    if whole is None or not 0 <= whole <= MOST:
        raise UsageInvalid(f"a quantity is a whole number from 0 to {MOST:,}", path=path, got=str(value)[:100])
    return whole


def network_of(value: Any, path: str) -> str:
    """MCC and MNC of the serving network; empty at home. Raises: UsageInvalid."""
    if value is None:
        return ""
    if not _NETWORK.fullmatch(str(value)):
        raise UsageInvalid("a network is the five or six digits of MCC and MNC", path=path, got=str(value)[:100])
    return str(value)


def value_of(value: Any, path: str) -> int | None:
    """What bought content costs, in millionths. Raises: UsageInvalid."""
    if value is None:
        return None
    try:
        micros = Decimal(str(value)) * MICROS
    except InvalidOperation as fault:
        raise UsageInvalid("a value is decimal text", path=path, got=str(value)[:100]) from fault
    if not micros.is_finite() or micros != micros.to_integral_value() or not 0 <= micros <= MOST:
        raise UsageInvalid("a value has at most six decimals, and is not below zero", path=path, got=str(value)[:100])
    return int(micros)


def _started(value: Any, path: str) -> Instant:
    try:
        started = instant(str(value), path=path)
    except Invalid as fault:
        raise UsageInvalid(fault.reason, path=path) from fault
    except OverflowError as fault:
        raise UsageInvalid("no such time", path=path, got=str(value)[:100]) from fault
    if started.year not in _YEARS:
        raise UsageInvalid("a use began in this century or the next", path=path, got=str(value)[:100])
    return started


def _record_id(value: Any, path: str) -> str | None:
    if value is None:
        return None
    text = str(value)
    if not 0 < len(text) <= _LONGEST_ID:
        raise UsageInvalid(f"a record id has 1 to {_LONGEST_ID} characters", path=path)
    return text


def _text(value: Any) -> str:
    return value if isinstance(value, str) else canonical(value).decode()
