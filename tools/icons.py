"""Draw the icons of the installed app from the kit's logo: `.venv/bin/python -m tools.icons` (needs Chromium).

The drawings are committed, so that neither a build nor the running program needs a browser or a drawing library.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

STATIC = Path(__file__).parent.parent / "tandem/channels/kit/static"
ICONS = {"icon-192.png": (192, False), "icon-512.png": (512, False), "icon-maskable-512.png": (512, True)}
ROUNDED = 'rx="10"'
"""The logo's corners: a maskable icon has none, since the device cuts it to a shape of its own."""


def draw(page: Page, logo: str, size: int, *, maskable: bool) -> bytes:
    """The logo as a PNG of this many pixels each way."""
    if ROUNDED not in logo:
        raise ValueError(f"the logo's ground has no {ROUNDED} any more: say here what a maskable icon is to leave out")
    drawing = logo.replace(ROUNDED, "") if maskable else logo
    page.set_viewport_size({"width": size, "height": size})
    page.set_content(f"<style>*{{margin:0;display:block}}svg{{width:{size}px;height:{size}px}}</style>{drawing}")
    return page.screenshot(omit_background=True)


def main() -> None:
    """Draw them all."""
    logo = (STATIC / "logo.svg").read_text()
    chromium = os.environ.get("TANDEM_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        for name, (size, maskable) in ICONS.items():
            (STATIC / "app" / name).write_bytes(draw(page, logo, size, maskable=maskable))
        browser.close()


if __name__ == "__main__":
    main()
