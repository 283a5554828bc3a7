"""What a person corrects in many records at once: fields of a document, by a value or by what each value becomes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tandem.bss.charging.rules import reading
from tandem.bss.charging.terms import UsageInvalid
from tandem.kernel.json import Doc

Correction = str | Mapping[str, str]
_CHARACTERISTICS: Final[Mapping[str, tuple[str, ...]]] = {
    "served": reading.SERVED,
    "destination": reading.DESTINATION,
    "network": reading.NETWORK,
}
_ATTRIBUTES: Final = {"startedAt": "usageDate", "usageType": "usageType"}
_QUANTITY: Final = "quantity"


def check_corrections(corrections: Mapping[str, Correction]) -> None:
    """Raises: UsageInvalid for a field that cannot be corrected."""
    known = sorted({*_CHARACTERISTICS, *_ATTRIBUTES, _QUANTITY})
    for name in corrections:
        if name not in known:
            raise UsageInvalid(f"{name} cannot be corrected; there are {', '.join(known)}", path=name)


def corrected(doc: Doc, corrections: Mapping[str, Correction]) -> Doc:
    """A usage document with what is corrected of it; the same where nothing is.

    Raises: UsageInvalid when the record is then none that can be charged.
    """
    found: Doc = {**doc, "usageCharacteristic": [dict(one) for one in doc.get("usageCharacteristic") or ()]}
    for name, becomes in corrections.items():
        if name in _ATTRIBUTES:
            attribute = _ATTRIBUTES[name]
            found[attribute] = _becomes(found.get(attribute), becomes)
        else:
            _correct(found, _names(name, found), becomes)
    if found == doc:
        return doc
    reading.record_of(found)
    return found


def _names(name: str, doc: Doc) -> tuple[str, ...]:
    return _CHARACTERISTICS.get(name) or reading.QUANTITY[reading.usage_type_of(doc.get("usageType"), "usageType")]


def _correct(doc: Doc, names: tuple[str, ...], becomes: Correction) -> None:
    """Change the first characteristic of these names that is there; a plain value is told where none was."""
    for one in doc["usageCharacteristic"]:
        if one["name"] in names:
            one["value"] = _becomes(one.get("value"), becomes)
            return
    if isinstance(becomes, str):
        doc["usageCharacteristic"].append({"@type": "UsageCharacteristic", "name": names[0], "value": becomes})


def _becomes(value: object, becomes: Correction) -> object:
    if isinstance(becomes, str):
        return becomes
    return becomes.get(str(value), value)
