"""Changing how a party is reached: its document with another mail address, number or language. The rest stays."""

from __future__ import annotations

from typing import Any

from tandem.bss.party.rules import naming
from tandem.bss.party.terms import ContactChange
from tandem.kernel.json import Doc

_MEDIA = (("emailAddress", "EmailContactMedium"), ("phoneNumber", "PhoneContactMedium"))


def reached_by(doc: Doc, change: ContactChange) -> Doc:
    """The document after the change; what the change leaves empty is taken out."""
    wanted = {"emailAddress": change.email, "phoneNumber": change.phone}
    media = [dict(medium) for medium in doc.get("contactMedium") or ()]
    for attribute, kind in _MEDIA:
        media = _with_medium(media, attribute, kind, wanted[attribute], naming.medium_value(doc, attribute))
    return {**doc, "contactMedium": media}


def _with_medium(media: list[Doc], attribute: str, kind: str, value: str | None, before: str | None) -> list[Doc]:
    if value == before:
        return media
    if before is None:
        return [*media, {"@type": kind, "preferred": True, attribute: value}]
    changed = [{**medium, attribute: value} if medium.get(attribute) == before else medium for medium in media]
    return [medium for medium in changed if attribute not in medium or medium[attribute]]


def speaking(doc: Doc, language: str | None) -> Doc:
    """The party with another favourite language; the abilities that it has stay."""
    if language is None:
        return doc
    others = [
        {**ability, "isFavouriteLanguage": False}
        for ability in doc.get("languageAbility") or ()
        if ability.get("languageCode") != language
    ]
    favourite: dict[str, Any] = {"@type": "LanguageAbility", "languageCode": language, "isFavouriteLanguage": True}
    return {**doc, "languageAbility": [favourite, *others]}


def says_how(doc: Doc) -> bool:
    """Whether a document says how its party is reached: it has a mail address or a number."""
    return any(naming.medium_value(doc, attribute) for attribute, _kind in _MEDIA)
