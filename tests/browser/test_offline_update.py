"""A new version of the program below an installed app: the next page is the new one, and so is the kept copy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from tandem.channels.kit.assets import BUNDLES, STATIC, Assets
from tandem.channels.kit.i18n import Catalogues
from tandem.channels.kit.pages import Pages
from tandem.channels.kit.templates import HERE
from tandem.channels.kit.visit import MY, Desk, Visit
from tests.browser.support.chromium import Watched
from tests.browser.support.kit_app import COOKIE, SampleDoors, served

pytestmark = pytest.mark.browser

FILES = (
    """async () => (await (await caches.open("tandem:files")).keys()).map(({ url }) => new URL(url).pathname).sort()"""
)
WORKS = "navigator.serviceWorker.ready.then(() => Boolean(navigator.serviceWorker.controller))"
PAGE = """{% extends "kit/base.html" %}{% block title %}Page{% endblock %}
{% block content %}<h1>{{ version }}</h1>{% endblock %}"""


class Deployed:
    """The program at one address, in the version that was put there last."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "templates").mkdir()
        (folder / "templates" / "page.html").write_text(PAGE)
        self.app: ASGIApp = self.put("first")

    def put(self, version: str) -> Starlette:
        """This version, with a style sheet of its own."""
        root = self.folder / version
        root.mkdir()
        for file in {file for files in BUNDLES.values() for file in files}:
            (root / file).parent.mkdir(parents=True, exist_ok=True)
            (root / file).write_bytes((STATIC / file).read_bytes())
        with (root / "css/base.css").open("a") as sheet:
            sheet.write(f":root {{ --version: {version}; }}\n")
        desk = Desk("app", MY, self.folder)

        @desk.get("/my", kept=True)
        def home(visit: Visit) -> Response:
            return visit.page("app/page.html", version=version)

        @desk.get("/my/other", kept=True)
        def other(visit: Visit) -> Response:
            return visit.page("app/page.html", version=f"other {version}")

        catalogues = Catalogues({"kit": HERE})
        pages = Pages([desk], SampleDoors(), assets=Assets(root=root), catalogues=catalogues)
        self.app = Starlette(routes=pages.routes())
        return self.app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


@pytest.fixture
def deployed(tmp_path: Path) -> Deployed:
    return Deployed(tmp_path)


@pytest.fixture
def page(chromium: Browser, deployed: Deployed) -> Iterator[Page]:
    with served(deployed) as address:  # type: ignore[arg-type]
        context = chromium.new_context(base_url=address, locale="en-IE")
        context.set_default_timeout(10_000)
        context.add_cookies([{"name": COOKIE, "value": "customer", "url": f"{address}/my"}])
        tab = context.new_page()
        watched = Watched(tab, urlsplit(address).netloc)
        yield tab
        watched.require_clean()
        context.close()


def version_of(page: Page) -> str:
    return str(page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--version')")).strip()


def test_a_new_version_replaces_the_old_one_and_leaves_kept_pages_whole(page: Page, deployed: Deployed) -> None:
    page.goto("/my")
    page.wait_for_function(WORKS)
    page.goto("/my/other")
    old = next(name for name in page.evaluate(FILES) if "kit." in name and name.endswith(".css"))

    deployed.put("second")
    page.goto("/my")
    expect(page.get_by_role("heading")).to_have_text("second")
    assert version_of(page) == "second"
    page.wait_for_function(f"({FILES})().then((names) => names.filter((name) => /kit.*css/.test(name)).length === 2)")

    page.context.set_offline(True)
    page.reload()
    expect(page.get_by_role("heading")).to_have_text("second")
    assert version_of(page) == "second"
    page.goto("/my/other")  # seen in the first version only: as it was then, with the files it was made with
    expect(page.get_by_role("heading")).to_have_text("other first")
    assert version_of(page) == "first"
    expect(page.get_by_text(re.compile("Saved at"))).to_be_visible()

    page.context.set_offline(False)
    expect(page.get_by_role("heading")).to_have_text("other second", timeout=20_000)
    deployed.put("third")
    page.goto("/my")
    page.goto("/my/other")
    page.wait_for_function(f"({FILES})().then((names) => !names.includes({old!r}))")
