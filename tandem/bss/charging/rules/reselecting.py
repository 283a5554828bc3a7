"""What is chosen to be rated again, as a document and back."""

from __future__ import annotations

from dataclasses import fields

from tandem.bss.charging.terms.rerating import Selection, SelectionInvalid
from tandem.kernel.json import Doc
from tandem.kernel.period import instant, text_of

_INSTANTS = ("first", "end")


def require_chosen(selection: Selection) -> None:
    """Something must be chosen. Raises: SelectionInvalid."""
    if selection == Selection():
        raise SelectionInvalid("name a customer, an account, a product, an offering, a price, records or a period")
    if selection.tariff_version is not None and selection.offering_id is None:
        raise SelectionInvalid("a version of a tariff goes with its offering", path="offeringId")
    if selection.first is not None and selection.end is not None and selection.first >= selection.end:
        raise SelectionInvalid("the period ends before it begins", path="end")


def doc_of(selection: Selection) -> Doc:
    """As it is kept: what is told."""
    told = {one.name: getattr(selection, one.name) for one in fields(selection)}
    told |= {name: text_of(told[name]) for name in _INSTANTS if told[name] is not None}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in told.items() if value}


def selection_of(doc: Doc) -> Selection:
    """As it was kept."""
    told = {**doc, **{name: instant(doc[name]) for name in _INSTANTS if name in doc}}
    return Selection(**{**told, "usage_ids": tuple(doc.get("usage_ids", ()))})
