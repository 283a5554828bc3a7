"""How one person likes the pages: language, theme, density, keyboard shortcuts, zone. Kept in one cookie."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Final
from urllib.parse import parse_qsl, urlencode
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

COOKIE: Final = "tandem_view"
THEMES: Final = ("system", "light", "dark")
DENSITIES: Final = ("comfortable", "compact")
SWITCHES: Final = ("on", "off")
_CHOICES: Final[Mapping[str, tuple[str, ...]]] = {"theme": THEMES, "density": DENSITIES, "keys": SWITCHES}


@dataclass(frozen=True, slots=True)
class Preferences:
    """What was chosen; an empty language or zone means "as the browser and the operator say"."""

    language: str = ""
    theme: str = "system"
    density: str = "comfortable"
    keys: str = "on"
    zone: str = ""

    @classmethod
    def from_cookie(cls, cookie: str) -> Preferences:
        """The preferences that a cookie holds; what it does not hold, or holds wrongly, keeps its first value."""
        return cls().changed(dict(parse_qsl(cookie)))

    def changed(self, wanted: Mapping[str, str]) -> Preferences:
        """These preferences with the wanted ones that are sound."""
        known = {field.name for field in fields(self)}
        return replace(self, **{name: value for name, value in wanted.items() if name in known and _sound(name, value)})

    def to_cookie(self) -> str:
        """The preferences as a cookie's value."""
        return urlencode({field.name: getattr(self, field.name) for field in fields(self)})


def _sound(name: str, value: str) -> bool:
    if name in _CHOICES:
        return value in _CHOICES[name]
    return _is_zone(value) if name == "zone" else len(value) <= 12


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
