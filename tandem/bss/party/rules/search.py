"""What a customer is found by: words in one plain form, looked up by their beginnings."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

import phonenumbers

from tandem.bss.party.terms import SearchTooShort
from tandem.kernel.json import Doc

MINIMUM_CHARACTERS = 2
_NAMES = ("name", "tradingName", "givenName", "familyName", "middleName", "preferredGivenName", "legalName")
_PHONE = re.compile(r"\+?[\d\s()./-]{4,}")


def plain(text: str) -> str:
    """Lower case without accents: how a term is kept and asked."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(char for char in decomposed if not unicodedata.combining(char)).casefold().strip()


def digits_of(phone: str) -> str:
    """A telephone number as it is kept: digits only, without the international prefix + or 00."""
    digits = re.sub(r"\D", "", phone)
    return digits.removeprefix("00")


def question_terms(text: str) -> tuple[str, ...]:
    """The beginnings that must all be found. A telephone number is one term, whatever its blanks.

    Raises: SearchTooShort.
    """
    stripped = text.strip()
    if _PHONE.fullmatch(stripped):
        terms: tuple[str, ...] = (digits_of(stripped),)
    else:
        terms = tuple(word for word in re.split(r"[\s,;]+", plain(stripped)) if word)
    if sum(map(len, terms)) < MINIMUM_CHARACTERS:
        raise SearchTooShort(
            f"a search needs at least {MINIMUM_CHARACTERS} characters", path="text", least=MINIMUM_CHARACTERS
        )
    return terms


def terms_of(customer: Doc, party: Doc | None, accounts: Iterable[Doc]) -> frozenset[str]:
    """Everything a customer is found by: name words, numbers, addresses of mail, ids of hers and of her accounts."""
    docs = [doc for doc in (customer, party) if doc is not None]
    found = {plain(str(doc["id"])) for doc in (*docs, *accounts) if doc.get("id")}
    for doc in docs:
        found.update(_words(doc))
        found.update(_reached_by(doc))
        found.update(plain(str(known["id"])) for known in doc.get("externalReference") or () if known.get("id"))
    return frozenset(term for term in found if term)


def _words(doc: Doc) -> Iterator[str]:
    for attribute in _NAMES:
        yield from re.split(r"[\s,;]+", plain(str(doc.get(attribute) or "")))


def _reached_by(doc: Doc) -> Iterator[str]:
    for medium in doc.get("contactMedium") or ():
        if medium.get("phoneNumber"):
            yield from number_forms(str(medium["phoneNumber"]))
        if medium.get("emailAddress"):
            yield plain(str(medium["emailAddress"]))


def number_forms(phone: str) -> tuple[str, ...]:
    """A number as people type it: in international digits, and as it is dialled within its own country."""
    try:
        parsed = phonenumbers.parse(phone, None)
    except phonenumbers.NumberParseException:
        return (digits_of(phone),)
    national = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)
    return (f"{parsed.country_code}{parsed.national_number}", digits_of(national))
