"""What stands around every page: navigation, way back, preferences, messages, banner, addresses of static files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from tandem.channels.kit.assets import Assets
from tandem.channels.kit.i18n import Language, Text
from tandem.channels.kit.preferences import Preferences
from tandem.channels.kit.visit import Crumb, Desk, Flash, Mount


@dataclass(frozen=True, slots=True)
class NavLink:
    """An entry of the navigation as this visit sees it."""

    label: Text
    path: str
    icon: str
    current: bool


@dataclass(frozen=True, slots=True)
class Shell:
    """The frame of one page."""

    mount: Mount
    operator: str
    person: str
    navigation: tuple[NavLink, ...]
    search: str | None
    address: str
    csrf: str
    preferences: Preferences
    language: Language
    languages: tuple[Language, ...]
    flash: Flash | None
    banner: Text | None
    assets: Assets

    @property
    def home(self) -> Crumb:
        """The first step of the way back up."""
        return Crumb(self.mount.title, self.mount.path)


_SHELL: ContextVar[Shell] = ContextVar("tandem_shell")


def shell() -> Shell:
    """The frame of the page that is being rendered; macros ask here for the CSRF token and the icons."""
    return _SHELL.get()


@contextmanager
def framed(by: Shell) -> Iterator[None]:
    """Renders everything inside in this frame."""
    token = _SHELL.set(by)
    try:
        yield
    finally:
        _SHELL.reset(token)


def navigation(desks: Sequence[Desk], mount: Mount, roles: frozenset[str], path: str) -> tuple[NavLink, ...]:
    """The entries of a mount that these roles may see; the one with the longest matching path is the current one."""
    items = [
        item
        for desk in desks
        if desk.mount == mount and (not desk.roles or desk.roles & roles)
        for item in desk.navigation
        if item.is_for(roles)
    ]
    matching = [item.path for item in items if path == item.path or path.startswith(item.path.rstrip("/") + "/")]
    current = max(matching, key=len, default=None)
    return tuple(NavLink(item.label, item.path, item.icon, item.path == current) for item in items)
