"""What a document says of its tariff in typed form: the characteristics `rating` and `tariff`, read strictly.

A fault tells its place in the document: `prodSpecCharValueUse[1].productSpecCharacteristicValue[0].value.tiers`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final, TypeVar

import msgspec

from tandem.bss.catalog.terms import PriceTermsInvalid
from tandem.bss.catalog.terms.tariff import (
    Country,
    DayPart,
    Digits,
    Holiday,
    Limit,
    NetworkCode,
    Payment,
    Quota,
    Word,
)
from tandem.kernel.json import Doc

RATING: Final = "rating"
TARIFF: Final = "tariff"
TABLE: Final = "tariffTable"
"""The `priceType` of a document that holds words for many offerings, and no price."""

_FAULT: Final = re.compile(r"(?P<reason>.*?)(?: - at `\$?(?P<place>.*)`)?", re.DOTALL)
_Form = TypeVar("_Form")


class SharedWords(
    msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True, omit_defaults=True
):
    """The words of a tariff that stand in no price: what the characteristic `tariff` may say.

    `include` names documents of `priceType` `tariffTable` that say more of the same.
    """

    include: tuple[str, ...] = ()
    destinations: dict[Word, tuple[Digits, ...]] = {}
    networks: dict[Word, tuple[NetworkCode, ...]] = {}
    day_parts: tuple[DayPart, ...] = ()
    holidays: tuple[Holiday, ...] = ()
    holiday_country: Country | None = None
    payment: Payment | None = None
    quota: tuple[Quota, ...] = ()
    limits: tuple[Limit, ...] = ()


def told(doc: Doc, name: str) -> tuple[Any, str] | None:
    """The value of a typed characteristic and its place in the document; none where it is not told.

    Raises: PriceTermsInvalid when it is told more than once.
    """
    found = list(_values(doc, name))
    if len(found) > 1:
        raise PriceTermsInvalid(f"{name} is told once", path=found[1][1])
    return found[0] if found else None


def _values(doc: Doc, name: str) -> Iterator[tuple[Any, str]]:
    for number, use in enumerate(doc.get("prodSpecCharValueUse") or ()):
        if use.get("name") == name:
            for index, value in enumerate(use.get("productSpecCharacteristicValue") or ()):
                place = f"prodSpecCharValueUse[{number}].productSpecCharacteristicValue[{index}].value"
                yield value.get("value"), place


def read(value: Any, form: type[_Form], path: str) -> _Form:
    """A value as a form of the vocabulary. Raises: PriceTermsInvalid with the place of an unknown or wrong word."""
    try:
        return msgspec.convert(value, form)
    except msgspec.ValidationError as fault:
        parts = _FAULT.fullmatch(str(fault))
        reason, place = (parts["reason"], parts["place"] or "") if parts else (str(fault), "")
        raise PriceTermsInvalid(reason, path=path + place) from fault


def shared_words(doc: Doc) -> SharedWords:
    """What an offering or a table says for all its prices. Raises: PriceTermsInvalid."""
    found = told(doc, TARIFF)
    if found is None:
        if doc.get("priceType") == TABLE:
            raise PriceTermsInvalid(f"a {TABLE} says its words in {TARIFF}", path="prodSpecCharValueUse")
        return SharedWords()
    if doc.get("priceType") not in (None, TABLE):
        raise PriceTermsInvalid(f"{TARIFF} stands in an offering or a {TABLE}", path=found[1])
    words = read(found[0], SharedWords, found[1])
    if words.include and doc.get("priceType") == TABLE:
        raise PriceTermsInvalid(f"a {TABLE} includes no other", path=f"{found[1]}.include")
    return words
