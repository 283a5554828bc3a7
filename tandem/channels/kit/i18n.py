"""Languages: messages that are translated when they are shown, catalogues read from `.po` files, pseudo-languages.

`_("Due on %(date)s", date=...)` makes a `Message`; it becomes text in the language of whoever looks at it, so it can
stand in a module-level declaration. The language and the zone of the present visit live in one context variable.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

import babel
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import Translations
from markupsafe import escape

_PLACEHOLDER = re.compile(r"(%\(\w+\)[sd]|%%|<[^>]+>|\{\w*\})")
_ACCENTED = str.maketrans("aeiouyAEIOUYcnCN", "áéíóúýÁÉÍÓÚÝçñÇÑ")


@dataclass(frozen=True, slots=True)
class Language:
    """A language that people can choose. `cldr` names the formats' locale, `pseudo` a language made up for tests."""

    tag: str
    endonym: str
    cldr: str
    direction: Literal["ltr", "rtl"] = "ltr"
    pseudo: bool = False


LANGUAGES = {
    language.tag: language
    for language in (
        Language("en", "English", "en_IE"),
        Language("fr", "Français", "fr"),
        Language("de", "Deutsch", "de"),
        Language("en-XA", "⟦Þšéüðö⟧", "en_IE", pseudo=True),
        Language("ar-XB", "⟦ﺅdiB⟧", "en_IE", direction="rtl", pseudo=True),
    )
}
ENGLISH = LANGUAGES["en"]


@dataclass(frozen=True, slots=True)
class Message:
    """Text that is translated when it is shown. Values are escaped like any other text of a page."""

    singular: str
    plural: str | None = None
    number: int | None = None
    values: tuple[tuple[str, object], ...] = ()

    def __str__(self) -> str:
        spoken = speaking().translations
        if self.plural is None:
            text = spoken.gettext(self.singular)
        else:
            text = spoken.ngettext(self.singular, self.plural, self.number or 0)
        shown = {name: shown_value(value) for name, value in self.values}
        if self.number is not None:
            shown["num"] = shown_value(self.number)
        return text % shown if shown else text

    def __html__(self) -> str:
        return str(escape(str(self)))


Text = str | Message


def _(text: str, /, **values: object) -> Message:
    """A message: `_("Due on %(date)s", date=due)`."""
    return Message(text, values=tuple(values.items()))


def ngettext(singular: str, plural: str, number: int, /, **values: object) -> Message:
    """A message with a number in it: `ngettext("%(num)s row", "%(num)s rows", total)`."""
    return Message(singular, plural, number, tuple(values.items()))


def shown_value(value: object) -> str:
    """A value inside a message: whole numbers by the language's grouping, all else as it prints itself."""
    return format_decimal(value, locale=speaking().locale) if type(value) is int else str(value)


class PseudoTranslations(NullTranslations):
    """Every message accented, lengthened and bracketed: what stays plain on a page was never given for translation."""

    def gettext(self, message: str) -> str:
        parts = _PLACEHOLDER.split(message)
        accented = "".join(part if index % 2 else part.translate(_ACCENTED) for index, part in enumerate(parts))
        return f"⟦{accented}{'~' * (len(message) // 4)}⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)

    def pgettext(self, context: str, message: str) -> str:
        return self.gettext(message)


@dataclass(frozen=True, slots=True)
class Speaking:
    """The language and the zone that a visit is answered in."""

    language: Language
    translations: NullTranslations
    zone: ZoneInfo

    @property
    def locale(self) -> babel.Locale:
        """The locale of dates, numbers and money."""
        return _locale(self.language.cldr)


@cache
def _locale(name: str) -> babel.Locale:
    return babel.Locale.parse(name)


_PLAIN = Speaking(ENGLISH, NullTranslations(), ZoneInfo("UTC"))
_SPEAKING: ContextVar[Speaking] = ContextVar("tandem_speaking", default=_PLAIN)


def speaking() -> Speaking:
    """What the present visit speaks; English and UTC outside of a visit."""
    return _SPEAKING.get()


@contextmanager
def speak(spoken: Speaking) -> Iterator[None]:
    """Answers everything inside in this language and zone."""
    token = _SPEAKING.set(spoken)
    try:
        yield
    finally:
        _SPEAKING.reset(token)


class Catalogues:
    """The translations of the kit and of every desk, one per language, read once from `<folder>/locale/<tag>.po`."""

    def __init__(self, folders: Mapping[str, Path], *, pseudo: bool = False) -> None:
        self.languages = tuple(language for language in LANGUAGES.values() if pseudo or not language.pseudo)
        self._spoken = {language.tag: self._read(language, folders) for language in self.languages}

    def speaking(self, tag: str, zone: str) -> Speaking:
        """The language with this tag (English when there is none such), told in this zone."""
        language = next((known for known in self.languages if known.tag == tag), ENGLISH)
        return Speaking(language, self._spoken[language.tag], ZoneInfo(zone))

    def best(self, accept_language: str) -> str:
        """The tag of the first language in an Accept-Language header that we have; English otherwise."""
        known = {language.tag for language in self.languages}
        for part in accept_language.split(","):
            tag = part.split(";")[0].strip()
            found = next((name for name in (tag, tag.split("-")[0]) if name in known), None)
            if found is not None:
                return found
        return ENGLISH.tag

    @staticmethod
    def _read(language: Language, folders: Mapping[str, Path]) -> NullTranslations:
        if language.pseudo:
            return PseudoTranslations()
        paths = [folder / "locale" / f"{language.tag}.po" for folder in folders.values()]
        first, *others = [_compiled(path) for path in paths if path.exists()] or [Translations()]
        for other in others:
            first.merge(other)
        return first


def _compiled(path: Path) -> Translations:
    with path.open("rb") as source:
        catalogue = read_po(source, locale=path.stem)
    buffer = BytesIO()
    write_mo(buffer, catalogue)
    buffer.seek(0)
    return Translations(buffer)
