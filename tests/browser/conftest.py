"""A real Chromium with the gallery in it. A page with an error, a broken policy or a call outside fails its test."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.support.chromium import Watched, launched
from tests.browser.support.kit_app import COOKIE, SampleDoors, Stream, build, served


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser, once for all tests of this process."""
    with sync_playwright() as playwright:
        browser = launched(playwright)
        yield browser
        browser.close()


@pytest.fixture
def stream() -> Stream:
    """The stream of topics that the test makes speak."""
    return Stream()


@pytest.fixture
def doors() -> SampleDoors:
    """The made-up program around the gallery."""
    return SampleDoors()


@pytest.fixture
def gallery(stream: Stream, doors: SampleDoors) -> Iterator[str]:
    """The gallery's address, with values of its own for each test."""
    with served(build(stream, doors)) as address:
        yield address


@pytest.fixture
def context(chromium: Browser, gallery: str) -> Iterator[BrowserContext]:
    """A fresh browser profile that is logged in to the gallery."""
    made = chromium.new_context(base_url=gallery, locale="en-IE", viewport={"width": 1280, "height": 900})
    made.set_default_timeout(10_000)
    made.add_cookies([{"name": COOKIE, "value": "admin", "url": f"{gallery}/desk"}])
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext, gallery: str) -> Iterator[Page]:
    """A tab that must stay without errors, policy violations and requests to anybody else."""
    tab = context.new_page()
    watched = Watched(tab, urlsplit(gallery).netloc)
    yield tab
    watched.require_clean()
