"""The languages that customers are written to in, read once from `locale/<tag>.po`; English is the source."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from babel import Locale
from babel.dates import format_datetime
from babel.messages.pofile import read_po

from tandem.bss.crm.rules.wording import Translate
from tandem.kernel.period import Instant, zone

ENGLISH: Final = "en"
LOCALES: Final = Path(__file__).parent.parent / "locale"


@cache
def known() -> tuple[str, ...]:
    """The tags of the languages that there are."""
    return (ENGLISH, *sorted(path.stem for path in LOCALES.glob("*.po")))


def best(wanted: str | None) -> str:
    """The language to write in to somebody who speaks this one (an ISO 639 code, perhaps with a region)."""
    tag = (wanted or ENGLISH).replace("_", "-").split("-")[0].lower()
    return tag if tag in known() else ENGLISH


@cache
def translation(tag: str) -> Translate:
    """How texts are said in a known language; what is not translated stays English."""
    if tag == ENGLISH:
        return str
    with (LOCALES / f"{tag}.po").open("rb") as source:
        catalogue = read_po(source, locale=tag)
    said = {str(one.id): str(one.string) for one in catalogue if one.id and one.string}
    return lambda text: said.get(text, text)


def told_instant(at: Instant, tag: str, zone_name: str) -> str:
    """An instant as one says it in a language, in a zone."""
    locale = Locale.parse("en_IE" if tag == ENGLISH else tag)
    return format_datetime(at, "d MMMM y, HH:mm", tzinfo=zone(zone_name), locale=locale)
