"""The whole program for a browser: a seeded operator with its register, workers, watch and pages, in this process."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tandem.app import server
from tandem.app.policy import POLICY
from tandem.app.settings import Settings
from tandem.kernel.access.sealed import KEY_FILE_SETTING as SEALING
from tandem.kernel.access.signing import KEY_FILE_SETTING as SIGNING
from tandem.kernel.access.users import create_user
from tandem.oss.elements.wire import ReachabilityWatch
from tests.browser.support.chromium import Watched
from tests.kernel.web.serving import served
from tests.support.operator import TENANT, Operator, operator

PASSWORD = "correct horse battery"


@dataclass
class Program:
    """A running operator, and where its pages are."""

    story: Operator
    address: str

    def add_user(self, name: str, *roles: str, party_id: str | None = None) -> None:
        """Somebody who may log in."""
        with self.story.uow("system") as uow:
            create_user(uow, POLICY, username=name, roles=roles, password=PASSWORD, party_id=party_id)

    def profile(self, browser: Browser, name: str, *roles: str, mount: str = "/desk") -> BrowserContext:
        """A fresh browser profile of somebody new who is logged in."""
        self.add_user(name, *roles)
        context = browser.new_context(
            base_url=self.address, locale="en-IE", viewport={"width": 1280, "height": 900}, accept_downloads=True
        )
        context.set_default_timeout(15_000)
        page = context.new_page()
        page.goto(mount)
        page.get_by_label("Name").fill(name)
        page.get_by_label("Password").fill(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.locator("[data-live-switch]")).to_have_attribute("data-state", "live")
        page.close()
        return context

    @contextmanager
    def tab(self, context: BrowserContext) -> Iterator[Page]:
        """A tab that must stay without errors, policy violations and requests to anybody else."""
        page = context.new_page()
        watched = Watched(page, urlsplit(self.address).netloc)
        yield page
        watched.require_clean()


@contextmanager
def program(admin_url: str, folder: Path, *, hlr: str = "simulated") -> Iterator[Program]:
    """The program for as long as the block lasts: every process's part as threads of this one."""
    with ExitStack() as stack:
        stack.enter_context(_keys_in(folder / "keys"))
        story = stack.enter_context(operator(admin_url, folder, hlr=hlr))
        built = server.build(Settings(data=folder, tenant=TENANT), story.database.url, pseudo=True)
        stack.callback(built.close)
        stack.enter_context(_at_work(story))
        yield Program(story, stack.enter_context(served(built.application)))


@contextmanager
def _keys_in(folder: Path) -> Iterator[None]:
    """The installation's keys, where the operator of the story has them."""
    files = {SEALING: str(folder / "sealing.json"), SIGNING: str(folder / "signing.json")}
    before = {name: os.environ.get(name) for name in files}
    os.environ.update(files)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


@contextmanager
def _at_work(story: Operator) -> Iterator[None]:
    """The worker's threads and the watch over the elements."""
    watch = ReachabilityWatch(story.database, tenant=TENANT, every_s=0.3)
    watching = threading.Thread(target=watch.run, daemon=True)
    story.worker.start()
    watching.start()
    try:
        yield
    finally:
        watch.stop()
        story.worker.stop()
        watching.join(timeout=10)
