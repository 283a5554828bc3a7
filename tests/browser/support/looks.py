"""What every page of a desk is held to: accessible in light and dark, inside its room, every word translatable."""

from __future__ import annotations

from collections.abc import Iterable

from playwright.sync_api import Page

from tests.browser.support.chromium import axe_violations, look

WIDTHS = (390, 1280)
THEMES = ("light", "dark")
OPEN_ALL = """document.querySelectorAll("details:not(.menu)").forEach((one) => { one.open = true; })"""
TOO_WIDE = "document.documentElement.scrollWidth - innerWidth"
# Words outside of ⟦ ⟧ that are neither data (translate="no"), times nor places where nothing is said.
UNTRANSLATED = """() => {
    const found = [];
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
        let text = walk.currentNode.data;
        for (let before = null; before !== text; ) { before = text; text = text.replace(/⟦[^⟦⟧]*[⟧…]/g, "").trim(); }
        const place = walk.currentNode.parentElement;
        if (/\\p{L}/u.test(text) && !place.closest("[translate=no], time, data, script, style, option[lang]")) {
            found.push(text);
        }
    }
    return found;
}"""


def faults_in(page: Page, paths: Iterable[str]) -> list[str]:
    """What axe finds, and what sticks out, on every page in both themes and both widths."""
    found: list[str] = []
    visited = list(paths)
    for theme in THEMES:
        look(page, theme=theme)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            for path in visited:
                page.goto(path)
                page.evaluate(OPEN_ALL)
                where = f"{path} {theme} {width}"
                found += [f"{where}: {line}" for line in axe_violations(page)]
                found += [f"{where}: too wide"] if page.evaluate(TOO_WIDE) else []
    return found


def untranslated_in(page: Page, paths: Iterable[str]) -> list[str]:
    """Words that nobody gave for translation."""
    look(page, language="en-XA")
    found: list[str] = []
    for path in paths:
        page.goto(path)
        page.evaluate(OPEN_ALL)
        found += [f"{path}: {text}" for text in page.evaluate(UNTRANSLATED)]
    return found
