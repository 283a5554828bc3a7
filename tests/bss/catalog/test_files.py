"""Files of the catalogue travel in the job; nothing is fetched from anywhere."""

from __future__ import annotations

import pytest

from tandem.bss.catalog.rules import files
from tandem.bss.catalog.terms import ImportRefused, RemoteFileRefused


def test_lines_come_back_as_they_were_without_what_only_we_say() -> None:
    docs = [{"@type": "Category", "id": "c", "name": "Süd", "href": "x", "lastUpdate": "now"}, {"id": "d"}]
    url = files.address_of(files.lines_of(docs))
    assert url.startswith("data:application/x-ndjson;base64,")
    assert list(files.entries_of(files.content_of(url))) == [
        (1, {"@type": "Category", "id": "c", "name": "Süd"}),
        (2, {"id": "d"}),
    ]


def test_a_plain_address_is_read_too_and_blank_lines_are_skipped() -> None:
    assert files.content_of("data:,%7B%7D%0A%0A%7B%7D") == b"{}\n\n{}"
    assert [number for number, _ in files.entries_of(b"{}\n\n{}")] == [1, 3]


@pytest.mark.parametrize(
    "url", ["", "https://corrib.example/x", "file:///etc/passwd", "http://169.254.169.254/", "data:"]
)
def test_an_address_of_somewhere_else_is_refused(url: str) -> None:
    with pytest.raises(RemoteFileRefused) as refused:
        files.content_of(url)
    assert refused.value.path == "url"


def test_what_is_not_base64_is_refused() -> None:
    with pytest.raises(ImportRefused):
        files.content_of("data:application/x-ndjson;base64,a")


@pytest.mark.parametrize("content", [b"{}\n{", b"{}\n[1]", b"{}\n17"])
def test_a_line_that_is_no_entry_is_named(content: bytes) -> None:
    with pytest.raises(ImportRefused) as refused:
        list(files.entries_of(content))
    assert refused.value.facts["line"] == 2
