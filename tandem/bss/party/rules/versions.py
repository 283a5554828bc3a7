"""Where version 4 of the party APIs says it in another way than the stored shape, which is version 5's.

Standard: TMF632, TMF669, TMF629, TMF666. Version 4 keeps a contact's values in `characteristic` and names the kind in
`mediumType`; version 5 has a `@type` per kind and the values in the open. `mediumType` words that are not the
canonical one of the kind ("mobile", "work phone") are kept, so both shapes come back as they were given.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from tandem.bss.party.model.contact import MEDIUM_BY_ATTRIBUTE, ContactMedium
from tandem.kernel.json import Doc
from tandem.kernel.tmf.conversion import (
    Path,
    Step,
    conversion,
    exchanged,
    filled,
    mapped,
    related_parties,
    renamed,
)
from tandem.kernel.tmf.types import ref_or_value

WORD_OF_KIND: Final = {
    "PhoneContactMedium": "phone",
    "EmailContactMedium": "email",
    "FaxContactMedium": "fax",
    "SocialContactMedium": "socialNetwork",
    "GeographicAddressContactMedium": "postalAddress",
}
_KIND_OF_WORD: Final = {word: kind for kind, word in WORD_OF_KIND.items()}
_IN_CHARACTERISTIC: Final = frozenset({*MEDIUM_BY_ATTRIBUTE, "contactType"} - {"geographicAddress"})


def medium_to_v4(medium: Any) -> Any:
    """A typed contact medium as `mediumType` with its `characteristic`."""
    if not isinstance(medium, dict):
        return medium
    rest = {name: value for name, value in medium.items() if name not in _IN_CHARACTERISTIC}
    told = {name: value for name, value in medium.items() if name in _IN_CHARACTERISTIC}
    word = WORD_OF_KIND.get(rest.get("@type", ""))
    if word is not None:
        rest.setdefault("mediumType", word)
        del rest["@type"]
        if rest.get("@baseType") == "ContactMedium":
            rest["@type"] = rest.pop("@baseType")
    kept = rest.pop("characteristic", {})
    return {**rest, "characteristic": {**told, **kept} if isinstance(kept, dict) else kept}


def medium_from_v4(medium: Any) -> Any:
    """A version 4 medium with the `@type` that its word or its values tell."""
    if not isinstance(medium, dict):
        return medium
    rest = _opened(medium)
    given = rest.get("@type")
    if given not in (None, "ContactMedium") or "@baseType" in rest:
        return rest
    kind = _KIND_OF_WORD.get(rest.get("mediumType", ""))
    if kind is not None:
        del rest["mediumType"]
    kind = kind or ContactMedium.type_for(rest)
    if kind in WORD_OF_KIND:
        rest["@type"] = kind
        rest.update({"@baseType": given} if given else {})
    return rest


def _opened(medium: Doc) -> Doc:
    """The medium with its characteristic's values in the open; what version 5 has no word for stays inside."""
    characteristic = medium.get("characteristic")
    if not isinstance(characteristic, dict):
        return dict(medium)
    inside = {name: value for name, value in characteristic.items() if name not in _IN_CHARACTERISTIC}
    outside = {name: value for name, value in characteristic.items() if name in _IN_CHARACTERISTIC}
    rest = {name: value for name, value in medium.items() if name != "characteristic"}
    return {**rest, **outside, **({"characteristic": inside} if inside else {})}


def _contact_media(path: str) -> Step:
    depth = path.count(".") + 1

    def wire_path(asked: Path) -> Path:
        told = len(asked) > depth and asked[depth] in _IN_CHARACTERISTIC and _begins(asked, path)
        return (*asked[:depth], "characteristic", *asked[depth:]) if told else asked

    def stored_path(asked: Path) -> Path:
        told = len(asked) > depth + 1 and asked[depth] == "characteristic" and _begins(asked, path)
        return (*asked[:depth], *asked[depth + 1 :]) if told and asked[depth + 1] in _IN_CHARACTERISTIC else asked

    step = mapped(path, out=medium_to_v4, back=medium_from_v4)
    return replace(step, wire_path=wire_path, stored_path=stored_path)


def _begins(asked: Path, path: str) -> bool:
    names = [segment.partition("[")[0] for segment in asked]
    return ".".join(names).startswith(f"{path}.")


def _reference_flag(path: str, value_type: str) -> Step:
    """`isRef` of version 4, where version 5 tells a value from a reference by `@type`."""

    def to_v4(doc: Any) -> Any:
        if not isinstance(doc, dict) or "isRef" in doc:
            return doc
        kind = doc.get("@type") or ref_or_value(doc, value_type)
        derived = kind in (value_type, f"{value_type}Ref")
        rest = {name: value for name, value in doc.items() if not (derived and name == "@type")}
        return {**rest, "isRef": kind.endswith("Ref")}

    def from_v4(doc: Any) -> Any:
        if not isinstance(doc, dict) or "@type" in doc or not isinstance(doc.get("isRef"), bool):
            return doc
        rest = {name: value for name, value in doc.items() if name != "isRef"}
        return {**rest, "@type": f"{value_type}Ref" if doc["isRef"] else value_type}

    return mapped(path, out=to_v4, back=from_v4)


_EXTERNAL: Final = (
    renamed("externalReference.externalIdentifierType", "externalReferenceType"),
    renamed("externalReference.id", "name"),
)

INDIVIDUAL_TO_V4, INDIVIDUAL_FROM_V4 = conversion(
    renamed("name", "fullName"),
    exchanged("status", {"deceased": "deceaded"}),
    *_EXTERNAL,
    related_parties("relatedParty"),
    _contact_media("contactMedium"),
)
ORGANIZATION_TO_V4, ORGANIZATION_FROM_V4 = conversion(
    *_EXTERNAL,
    related_parties("relatedParty"),
    _contact_media("contactMedium"),
)
ROLE_TO_V4, ROLE_FROM_V4 = conversion(
    related_parties("relatedParty"),
    filled("engagedParty", at_referredType=lambda _: "Party"),
    _contact_media("contactMedium"),
)
ACCOUNT_TO_V4, ACCOUNT_FROM_V4 = conversion(
    renamed("lastUpdate", "lastModified"),
    related_parties("relatedParty"),
    related_parties("contact.relatedParty"),
    _contact_media("contact.contactMedium"),
    _reference_flag("billStructure.cycleSpecification", "BillingCycleSpecification"),
    _reference_flag("billStructure.format", "BillFormat"),
    _reference_flag("billStructure.presentationMedia", "BillPresentationMedia"),
)
