"""A browser without a window: pages, forms with their hidden fields, cookies, and the stream of topics."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from html.parser import HTMLParser

import httpx

from tandem.kernel.errors import Broken


@dataclass
class PageForm:
    """A form of a page: where it goes and what it carries already."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)


class _Forms(HTMLParser):
    """Reads the forms of a page, as much of them as a person would send."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[PageForm] = []
        self._open: PageForm | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Forms, their inputs and buttons."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and given.get("method", "get").lower() == "post":
            self._open = PageForm(given.get("action", ""))
            self.forms.append(self._open)
        elif self._open is not None and tag in ("input", "textarea", "select", "button") and "name" in given:
            self._open.names.append(given["name"])
            is_unset = given.get("type") in ("checkbox", "radio") and "checked" not in given
            if tag == "input" and not is_unset:
                self._open.fields.setdefault(given["name"], given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        """The end of a form."""
        if tag == "form":
            self._open = None


class Browser:
    """One person at one mount."""

    def __init__(self, base_url: str, mount: str) -> None:
        self.mount = mount
        self._client = httpx.Client(base_url=base_url, follow_redirects=True, timeout=20)
        self.page = httpx.Response(200)

    def log_in(self, username: str, password: str) -> None:
        """Log in by the mount's form. Raises: Broken when it does not let us in."""
        self.open(f"{self.mount}/login")
        self.send(f"{self.mount}/login", {"username": username, "password": password})
        if self.page.url.path.endswith("/login"):
            raise Broken(f"{username} was not let in at {self.mount}", code="demo.login")

    def open(self, path: str) -> httpx.Response:
        """Open a page. Raises: Broken unless it is shown."""
        return self._shown(self._client.get(path, headers={"accept": "text/html"}))

    def send(self, action: str, values: Mapping[str, str]) -> httpx.Response:
        """Fill in the form of the page that goes to `action` and send it."""
        form = self.form(action)
        answer = self._client.post(
            form.action or str(self.page.url), data={**form.fields, **values}, headers={"accept": "text/html"}
        )
        return self._shown(answer)

    def form(self, action: str) -> PageForm:
        """The form of the page whose address ends so. Raises: Broken when there is none."""
        reader = _Forms()
        reader.feed(self.page.text)
        for form in reader.forms:
            if form.action.partition("?")[0].endswith(action) or (not form.action and self.page.url.path == action):
                return form
        there = ", ".join(form.action for form in reader.forms)
        raise Broken(f"{self.page.url} has no form to {action}; there are: {there}", code="demo.form")

    def octets(self, path: str) -> bytes:
        """What is behind a link, such as a PDF."""
        return self._shown(self._client.get(path), keep=False).content

    def watch(self, topic: str) -> Watch:
        """Follow a topic of the live stream, as an open page does."""
        return Watch(self._client, f"{self.mount}/stream?topics={topic}")

    def _shown(self, answer: httpx.Response, *, keep: bool = True) -> httpx.Response:
        if answer.status_code >= 400:
            raise Broken(f"{answer.request.method} {answer.url}: {answer.status_code}", code="demo.page")
        if keep:
            self.page = answer
        return answer


class Watch:
    """An open stream: counts what it was told, and when."""

    def __init__(self, client: httpx.Client, path: str) -> None:
        self.told_at: list[float] = []
        self._client = client
        self._path = path
        self._open = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        self._open.wait(5)

    def _run(self) -> None:
        with suppress(httpx.HTTPError):  # the operator ends before this page is closed
            self._listen()

    def _listen(self) -> None:
        with self._client.stream("GET", self._path, timeout=httpx.Timeout(10, read=60)) as answer:
            self._open.set()
            for line in answer.iter_lines():
                if line.startswith("event:") and line[6:].strip() not in ("open", "refresh"):
                    self.told_at.append(time.monotonic())
