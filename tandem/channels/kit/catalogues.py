"""Brings each desk's `.po` files up to date with its source: `python -m tandem.channels.kit.catalogues`.

Translations that are there stay; messages that are gone are dropped; new ones are added empty. English is the source.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from tandem.channels.kit.i18n import ENGLISH, LANGUAGES

CHANNELS = Path(__file__).parent.parent
_METHODS = [("**.py", "python"), ("**.html", "jinja2")]
_KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2)}
_OPTIONS = {"**.html": {"trimmed": "true", "silent": "false"}}
TRANSLATED = tuple(tag for tag, language in LANGUAGES.items() if not language.pseudo and language is not ENGLISH)


def desks() -> Iterator[Path]:
    """The folders below `channels` that hold pages."""
    return (folder for folder in sorted(CHANNELS.iterdir()) if any(folder.glob("**/*.html")))


def messages_of(folder: Path) -> Catalog:
    """All messages in the Python and the templates of a folder."""
    catalogue = Catalog(project="tandem", charset="utf-8", fuzzy=False)
    found = extract_from_dir(folder, _METHODS, _OPTIONS, _KEYWORDS)
    for name, _line, message, comments, context in sorted(found, key=lambda one: (one[0], one[1])):
        catalogue.add(message, None, [(f"{folder.name}/{name}", 1)], auto_comments=comments, context=context)
    return catalogue


def read(folder: Path, tag: str) -> Catalog:
    """A folder's translations into a language; an empty catalogue where there are none."""
    path = folder / "locale" / f"{tag}.po"
    if not path.exists():
        return Catalog(locale=tag)
    with path.open("rb") as source:
        return read_po(source, locale=tag)


def brought_up_to_date(folder: Path, tag: str) -> Catalog:
    """The language's catalogue with exactly the messages that the folder has now."""
    known = read(folder, tag)
    catalogue = Catalog(locale=tag, project="tandem", charset="utf-8", fuzzy=False)
    for message in messages_of(folder):
        if message.id:
            old = known.get(_key(message))
            catalogue.add(message.id, old.string if old is not None else None)
    return catalogue


def missing(folder: Path, tag: str) -> list[str]:
    """The messages that have no translation into a language."""
    catalogue = brought_up_to_date(folder, tag)
    return [_key(message) for message in catalogue if message.id and not all(_strings(message))]


def _key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _strings(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ("",))


def main() -> None:
    """Writes all catalogues and says what is still to be translated."""
    for folder in desks():
        for tag in TRANSLATED:
            path = folder / "locale" / f"{tag}.po"
            path.parent.mkdir(exist_ok=True)
            catalogue = brought_up_to_date(folder, tag)
            with path.open("wb") as target:
                write_po(target, catalogue, omit_header=True, sort_output=True, width=120)
            print(f"{folder.name} {tag}: {len(missing(folder, tag))} to translate")


if __name__ == "__main__":
    main()
