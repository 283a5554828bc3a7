"""Starting Chromium, watching a page for what must not happen, and asking axe."""

from __future__ import annotations

import os
import shutil
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, Request

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_AXE = files("axe_playwright_python").joinpath("axe.min.js")
_RUN_AXE = """async () => {
    const found = await axe.run(document, {resultTypes: ["violations"]});
    const said = (node) => node.target.join(" ") + " " + [...node.any, ...node.all, ...node.none].map(c => c.message);
    return found.violations.map((rule) => rule.id + ": " + rule.nodes.map(said).join(" | "));
}"""


def launched(playwright: Playwright) -> Browser:
    """Debian's Chromium (or `TANDEM_CHROMIUM`), without a window."""
    path = os.environ.get("TANDEM_CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
    if not os.path.exists(path):
        pytest.skip("no Chromium on this machine: apt-get install chromium, or set TANDEM_CHROMIUM")
    return playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))


class Watched:
    """Gathers what a page must not do. `allow` takes words of an error that a test provokes."""

    def __init__(self, page: Page, host: str) -> None:
        self._host = host
        self.faults: list[str] = []
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        page.on("request", self._requested)

    def _said(self, message: ConsoleMessage) -> None:
        provoked = "Failed to load resource" in message.text
        if message.type in ("error", "warning") and not provoked:
            self.faults.append(f"{message.type}: {message.text}")

    def _requested(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and parts.netloc != self._host:
            self.faults.append(f"request outside: {request.url}")

    def require_clean(self) -> None:
        """Fails with everything that happened."""
        assert self.faults == []


def axe_violations(page: Page) -> list[str]:
    """What axe finds wrong, a line for each rule."""
    page.evaluate(_AXE.read_text())
    found: list[str] = page.evaluate(_RUN_AXE)
    return found


def look(page: Page, **preferences: str) -> None:
    """Sets theme, density, language or keys for the pages that are opened from now on."""
    value = "&".join(f"{name}={chosen}" for name, chosen in preferences.items())
    page.context.add_cookies([{"name": "tandem_view", "value": value, "url": _root(page)}])


def _root(page: Page) -> str:
    options: Any = page.context._impl_obj._options  # the address that the profile was made with
    return str(options["baseURL"])
