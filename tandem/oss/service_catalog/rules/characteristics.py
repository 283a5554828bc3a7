"""What a specification says about a characteristic, and whether given values respect it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

from tandem.kernel.json import Doc
from tandem.oss.service_catalog.terms import CharacteristicNeed, CharacteristicRefused

KINDS: Final[Mapping[str, tuple[type, ...]]] = {
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, Decimal),
    "object": (dict,),
}


def default_of(characteristic: Doc) -> Any:
    """The value that holds where none is given, or `None`."""
    values = characteristic.get("characteristicValueSpecification", ())
    return next((one.get("value") for one in values if one.get("isDefault")), None)


def needs_of(characteristics: Iterable[Doc]) -> tuple[CharacteristicNeed, ...]:
    """The characteristics of a specification as an order must respect them.

    Without a minimum cardinality a characteristic is optional; more than one value is a choice unless extensible.
    """
    return tuple(_need(one) for one in characteristics if one.get("name"))


def _need(characteristic: Doc) -> CharacteristicNeed:
    values = [one["value"] for one in characteristic.get("characteristicValueSpecification", ()) if "value" in one]
    return CharacteristicNeed(
        name=characteristic["name"],
        value_type=characteristic.get("valueType"),
        required=characteristic.get("minCardinality", 0) > 0,
        default=default_of(characteristic),
        values=() if characteristic.get("extensible") or len(values) < 2 else tuple(values),
        regex=characteristic.get("regex"),
    )


def settle(needs: Iterable[CharacteristicNeed], given: Mapping[str, Any]) -> dict[str, Any]:
    """The given values completed with the defaults.

    Raises: CharacteristicRefused for an unknown name, a wrong kind, a value outside the choice, or a missing one; the
    path is `serviceCharacteristic` with the name.
    """
    known = {need.name: need for need in needs}
    for name, value in given.items():
        if name not in known:
            raise _refused(name, f"the specification has no characteristic {name}", allowed=sorted(known))
        _check(known[name], value)
    settled = {name: need.default for name, need in known.items() if need.default is not None} | dict(given)
    for need in known.values():
        if need.required and need.name not in settled:
            raise _refused(need.name, f"{need.name} must be given")
    return settled


def _check(need: CharacteristicNeed, value: Any) -> None:
    kinds = KINDS.get((need.value_type or "").lower())
    if kinds is not None and (not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds)):
        raise _refused(need.name, f"{need.name} is to be {need.value_type}")
    if need.values and value not in need.values:
        raise _refused(need.name, f"{need.name} is to be one of the listed values", allowed=list(need.values))
    if need.regex and not re.fullmatch(need.regex, str(value)):
        raise _refused(need.name, f"{need.name} does not have the form {need.regex}")


def _refused(name: str, reason: str, **facts: Any) -> CharacteristicRefused:
    return CharacteristicRefused(reason, path=f"serviceCharacteristic[{name}]", **facts)
