"""A desk and a visit to it: who came, what they asked, and how to answer with a page, a part of it, or a way on.

A desk is one person's pages below one of the three mounts. A handler is a plain function `Visit -> Response`; it runs
in a thread with one unit of work around it, which is kept when the answer is below 400 and undone otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import Response

from tandem.channels.kit.i18n import Speaking, Text
from tandem.channels.kit.preferences import Preferences
from tandem.kernel.access.policy import Caller
from tandem.kernel.access.sealed import Secret
from tandem.kernel.errors import Invalid
from tandem.kernel.store import Uow

ANYBODY: frozenset[str] = frozenset()
Handler = Callable[["Visit"], Response]


@dataclass(frozen=True, slots=True)
class Mount:
    """One of the three places, each with logins of its own: `/my` (customers), `/dealer` (outlets), `/desk` (staff)."""

    path: str
    title: Text
    bottom_navigation: bool = False
    installable: bool = False

    @property
    def login(self) -> str:
        """Where somebody who is not logged in is sent."""
        return f"{self.path}/login"

    @property
    def stream(self) -> str:
        """The stream of topics for the pages below this mount."""
        return f"{self.path}/stream"

    @property
    def manifest(self) -> str:
        """The app's description, where the mount is installable."""
        return f"{self.path}/manifest.webmanifest"

    @property
    def worker(self) -> str:
        """The service worker, where the mount is installable."""
        return f"{self.path}/worker.js"

    @property
    def offline(self) -> str:
        """What is shown in place of a page that was not kept, where the mount is installable."""
        return f"{self.path}/offline"


MY = Mount("/my", "Tandem", bottom_navigation=True, installable=True)
DEALER = Mount("/dealer", "Tandem")
DESK = Mount("/desk", "Tandem")
MOUNTS = (MY, DEALER, DESK)


@dataclass(frozen=True, slots=True)
class NavItem:
    """An entry of the navigation. Shown to callers who hold one of the roles; to everybody when it names none."""

    label: Text
    path: str
    icon: str
    roles: frozenset[str] = ANYBODY

    def is_for(self, roles: frozenset[str]) -> bool:
        """Whether somebody with these roles sees it."""
        return not self.roles or bool(self.roles & roles)


@dataclass(frozen=True, slots=True)
class Crumb:
    """One step of the way back up; the last has no path."""

    label: Text
    path: str | None = None


@dataclass(frozen=True, slots=True)
class Flash:
    """A message that is shown once, on the next page. `tone`: good, info, warning or bad."""

    text: Text
    tone: str = "good"


@dataclass(frozen=True, slots=True)
class PageRoute:
    """One page: its address below the program's root, who may come, and what answers.

    `kept` lets the browser of whoever saw it show it again without a network, below an installable mount.
    """

    path: str
    handler: Handler
    methods: tuple[str, ...] = ("GET",)
    roles: frozenset[str] = ANYBODY
    public: bool = False
    kept: bool = False


class Routed(Protocol):
    """Something that stands for several pages at once: a list with its exports and bulk actions, a wizard."""

    def routes(self) -> Iterable[PageRoute]:
        """Its pages."""
        ...


@dataclass
class Desk:
    """One person's pages. `folder` holds their `templates/` and `locale/`; `roles` may enter."""

    name: str
    mount: Mount
    folder: Path
    roles: frozenset[str] = ANYBODY
    navigation: tuple[NavItem, ...] = ()
    search: str | None = None
    pages: list[PageRoute] = field(default_factory=list)

    def get(
        self, path: str, *, roles: frozenset[str] | None = None, kept: bool = False
    ) -> Callable[[Handler], Handler]:
        """Declares the page at this address; `kept` when it may be shown again without a network."""
        return self._declared(path, ("GET",), roles, kept)

    def post(self, path: str, *, roles: frozenset[str] | None = None) -> Callable[[Handler], Handler]:
        """Declares what a form sent to this address does."""
        return self._declared(path, ("POST",), roles)

    def add(self, several: Routed) -> None:
        """Declares a list, a wizard, or whatever else stands for several pages."""
        for route in several.routes():
            roles = route.roles or self.roles
            self.pages.append(replace(route, roles=roles))

    def _declared(
        self, path: str, methods: tuple[str, ...], roles: frozenset[str] | None, kept: bool = False
    ) -> Callable[[Handler], Handler]:
        def declare(handler: Handler) -> Handler:
            self.pages.append(PageRoute(path, handler, methods, self.roles if roles is None else roles, kept=kept))
            return handler

        return declare


class Renderer(Protocol):
    """What turns a template and its values into an answer."""

    def page(self, visit: Visit, template: str, values: Mapping[str, object], *, status: int) -> Response:
        """The whole page, or the part that the browser asked for."""
        ...

    def see(self, visit: Visit, path: str, flash: Flash | None) -> Response:
        """The way on after a form."""
        ...

    def unit_of_work(self, visit: Visit) -> AbstractContextManager[Visit]:
        """The visit inside a unit of work of its own."""
        ...

    def log_in(self, visit: Visit, username: str, password: Secret) -> None:
        """Judges a name and a password. Raises: Unauthenticated, Throttled."""
        ...

    def keep_login(self, visit: Visit, response: Response) -> None:
        """Gives the browser the cookie of the login that this visit made."""
        ...

    def log_out(self, visit: Visit, response: Response) -> None:
        """Ends the visit's login."""
        ...


@dataclass(frozen=True)
class Visit:
    """One request by one person, and the answers a handler can give. `form` is empty on a GET."""

    request: Request
    mount: Mount
    caller: Caller
    preferences: Preferences
    speaking: Speaking
    form: FormData
    renderer: Renderer
    opened_uow: Uow | None = None

    def within(self, uow: Uow | None) -> Visit:
        """This visit inside a unit of work."""
        return replace(self, opened_uow=uow)

    @property
    def uow(self) -> Uow:
        """The unit of work around this visit."""
        assert self.opened_uow is not None, "this page was declared without a unit of work"
        return self.opened_uow

    @property
    def path(self) -> str:
        """The address without its query."""
        return self.request.url.path

    def named(self, name: str) -> str:
        """A piece of the address: `{order_id}` of `/desk/orders/{order_id}`."""
        return str(self.request.path_params[name])

    def asked(self, name: str, default: str = "") -> str:
        """A value of the query."""
        return str(self.request.query_params.get(name, default))

    def sent(self, name: str, default: str = "") -> str:
        """A text field of the form."""
        value = self.form.get(name, default)
        return default if isinstance(value, UploadFile) else value

    def sent_all(self, name: str) -> tuple[str, ...]:
        """All values of a field that may come several times."""
        return tuple(value for value in self.form.getlist(name) if isinstance(value, str))

    @property
    def idempotency_key(self) -> str:
        """The key that the form was drawn with. Raises: Invalid when the form has none."""
        key = self.sent("idempotency_key")
        if not key:
            raise Invalid("the form carries no idempotency key", path="idempotency_key")
        return key

    @cached_property
    def part(self) -> str | None:
        """The id of the page part that the browser asked for, when it did not ask for the whole page."""
        if self.request.headers.get("hx-request") != "true":
            return None
        return self.request.headers.get("hx-target", "").partition("#")[2] or None

    @property
    def shows_messages(self) -> bool:
        """Whether the person will see a message here: a whole page, and not one that a page fetches by itself."""
        headers = self.request.headers
        return self.part is None and not {"tandem-live", "hx-request"} & set(headers)

    def has_role(self, *roles: str) -> bool:
        """Whether whoever came holds one of these roles."""
        return bool(self.caller.roles & set(roles))

    def page(self, template: str, *, status: int = 200, **values: object) -> Response:
        """The page (or the asked part of it) made from a template: `visit.page("noc/alarm.html", alarm=alarm)`."""
        return self.renderer.page(self, template, values, status=status)

    def see(self, path: str, text: Text | None = None, *, tone: str = "good") -> Response:
        """Sends the browser on with a 303, and shows a message there."""
        return self.renderer.see(self, path, None if text is None else Flash(text, tone))

    def back(self, default: str) -> str:
        """The page of ours that the form named as the one to return to; `default` when it named none or another's."""
        wanted = self.sent("back") or self.asked("back")
        parts = urlsplit(wanted)
        ours = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and not parts.netloc
        return wanted if ours else default


def roles(*names: str) -> frozenset[str]:
    """A set of roles, as `NavItem` and `Desk` want it."""
    return frozenset(names)
