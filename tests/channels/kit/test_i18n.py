"""Languages: translated when shown, complete, and visibly pseudo in tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tandem.channels.kit import catalogues
from tandem.channels.kit.i18n import Catalogues, Message, _, ngettext, speak
from tandem.channels.kit.templates import HERE


@pytest.fixture(scope="module")
def spoken() -> Catalogues:
    return Catalogues({"kit": HERE}, pseudo=True)


def test_a_message_is_translated_when_it_is_shown(spoken: Catalogues) -> None:
    message = _("Search")
    assert str(message) == "Search"
    with speak(spoken.speaking("fr", "Europe/Paris")):
        assert str(message) == "Rechercher"


@pytest.mark.parametrize(
    ("tag", "number", "text"),
    [
        ("en", 1, "1 change"),
        ("en", 2200, "2,200 changes"),
        ("fr", 0, "0 changement"),
        ("fr", 2, "2 changements"),
        ("de", 2200, "2.200 Änderungen"),
    ],
)
def test_a_number_takes_the_languages_plural_and_grouping(spoken: Catalogues, tag: str, number: int, text: str) -> None:
    with speak(spoken.speaking(tag, "UTC")):
        assert str(ngettext("%(num)s change", "%(num)s changes", number)) == text


def test_a_value_in_a_message_is_escaped_in_a_page() -> None:
    assert _("Ordered for %(customer)s.", customer="<b>").__html__() == "Ordered for &lt;b&gt;."


def test_the_pseudo_language_keeps_the_places_of_values(spoken: Catalogues) -> None:
    with speak(spoken.speaking("en-XA", "UTC")):
        assert str(_("Ordered for %(customer)s.", customer="Ann")) == "⟦Órdéréd fór Ann.~~~~~~⟧"


@pytest.mark.parametrize(
    ("header", "tag"),
    [("fr-CA,fr;q=0.9,en;q=0.8", "fr"), ("ga,de;q=0.7", "de"), ("ga", "en"), ("", "en"), ("en-XA", "en-XA")],
)
def test_the_browsers_first_known_language_is_taken(spoken: Catalogues, header: str, tag: str) -> None:
    assert spoken.best(header) == tag


def test_a_language_made_up_for_tests_is_not_offered_to_people() -> None:
    assert [language.tag for language in Catalogues({"kit": HERE}).languages] == ["en", "fr", "de"]


@pytest.mark.parametrize("tag", catalogues.TRANSLATED)
@pytest.mark.parametrize("folder", list(catalogues.desks()), ids=lambda folder: folder.name)
def test_every_message_of_every_desk_is_translated(folder: Path, tag: str) -> None:
    if tag == "de" and folder.name != "kit":
        pytest.skip("German is complete in the kit only")
    assert catalogues.missing(folder, tag) == []


def test_an_untranslated_message_is_found(tmp_path: Path) -> None:
    (tmp_path / "desk.py").write_text('LABEL = _("Nobody translated me")\n')
    (tmp_path / "page.html").write_text("<p>{% trans %}Nor me{% endtrans %}</p>")
    assert catalogues.missing(tmp_path, "fr") == ["Nobody translated me", "Nor me"]


def test_a_message_is_a_value() -> None:
    assert _("Search") == Message("Search")
    assert hash(_("A %(n)s", n=1)) == hash(_("A %(n)s", n=1))
