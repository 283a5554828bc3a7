"""How version 4 of TMF638 and TMF639 names what the store holds in the shape of version 5."""

from __future__ import annotations

from typing import Any, Final

from tandem.kernel.json import Doc
from tandem.kernel.tmf.conversion import Step, conversion, exchanged, flattened, related_parties, renamed

_SUSPENDED: Final = "suspended"
_MARK: Final = "isSuspended"
_FURTHER: Final = "furtherPlace"


def _state_out(doc: Doc) -> Doc:
    """Version 4 knows no suspended service: it is inactive, and says by an attribute of ours that it can come back."""
    return {**doc, "state": "inactive", _MARK: True} if doc.get("state") == _SUSPENDED else doc


def _state_back(doc: Doc) -> Doc:
    if _MARK not in doc:
        return doc
    kept: dict[str, Any] = {name: value for name, value in doc.items() if name != _MARK}
    return {**kept, "state": _SUSPENDED} if doc[_MARK] is True and doc.get("state") == "inactive" else kept


def _places_out(doc: Doc) -> Doc:
    """Version 4 has one place; further ones stand in an attribute of ours, so that no version loses them."""
    places = doc.get("place")
    if not isinstance(places, list):
        return doc
    kept = {name: value for name, value in doc.items() if name != "place"}
    first = {"place": places[0]} if places else {}
    return {**kept, **first, **({_FURTHER: places[1:]} if len(places) > 1 else {})}


def _places_back(doc: Doc) -> Doc:
    places = [doc["place"]] if "place" in doc else []
    places += doc.get(_FURTHER, [])
    kept = {name: value for name, value in doc.items() if name not in ("place", _FURTHER)}
    return {**kept, "place": places} if places else kept


SERVICE: Final = conversion(
    related_parties("relatedParty"),
    flattened("place", under="place"),
    flattened("relatedEntity", under="entity"),
    Step(out=_state_out, back=_state_back),
)

RESOURCE: Final = conversion(
    related_parties("relatedParty"),
    flattened("place", under="place"),
    Step(out=_places_out, back=_places_back),
    renamed("activationFeature.policyConstraint", "constraint"),
    exchanged("administrativeState", {"shuttingDown": "shutdown"}),
    exchanged("operationalState", {"enabled": "enable", "disabled": "disable"}),
)
