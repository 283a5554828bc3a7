"""Jinja2: where templates are found, what they can call, and how one block of a page is rendered alone."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, PrefixLoader, StrictUndefined, Template
from markupsafe import Markup

from tandem.channels.kit import formats
from tandem.channels.kit.charts import sparkline
from tandem.channels.kit.i18n import speaking
from tandem.channels.kit.parts import kind_of
from tandem.channels.kit.shell import shell
from tandem.kernel.ids import new_id

HERE = Path(__file__).parent
MACROS = ("shell", "parts", "forms", "lists", "charts", "live")


class Macros:
    """The kit's macros under one name: `ui.chip(...)`. Any template and any block can call them without an import."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._known: dict[str, Any] = {}

    def __getattr__(self, name: str) -> Any:
        if not self._known:
            self._known = {
                macro: value
                for file in MACROS
                for macro, value in vars(self._environment.get_template(f"kit/ui/{file}.html").module).items()
                if not macro.startswith("_")
            }
        try:
            return self._known[name]
        except KeyError:
            raise AttributeError(name) from None


def environment(folders: Mapping[str, Path]) -> Environment:
    """The environment of the kit and these desks: `noc/alarm.html` is `alarm.html` in the templates of `noc`."""
    loaders = {name: FileSystemLoader(folder / "templates") for name, folder in folders.items()}
    made = Environment(
        loader=PrefixLoader({**loaders, "kit": FileSystemLoader(HERE / "templates")}),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        bytecode_cache=FileSystemBytecodeCache(),
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    made.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: speaking().translations.gettext(text),
        lambda one, many, number: speaking().translations.ngettext(one, many, number),
        newstyle=True,
        pgettext=lambda context, text: speaking().translations.pgettext(context, text),
    )
    made.filters.update(formats.FILTERS)
    made.globals.update(
        {
            "ui": Macros(made),
            "frame": shell,
            "icon": icon,
            "new_id": new_id,
            "kind_of": kind_of,
            "spark_path": sparkline,
        }
    )
    return made


def icon(name: str, label: object = None) -> Markup:
    """A drawing of the sprite sheet. Without a label it is decoration, and screen readers pass over it."""
    return _drawing(shell().assets.url("icons.svg"), name, None if label is None else str(label))


@lru_cache(maxsize=2_048)
def _drawing(sheet: str, name: str, label: str | None) -> Markup:
    if label is None:
        return Markup('<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>').format(sheet, name)
    return Markup('<svg class="icon" role="img" aria-label="{}"><use href="{}#{}"/></svg>').format(label, sheet, name)


def render_part(template: Template, part: str | None, values: Mapping[str, object]) -> str | None:
    """The block named after a part's id, rendered alone; None when no part is asked for or the page has none such.

    What a page sets and imports above its blocks holds: the page is begun, up to its first output, and left there.
    """
    context = template.new_context(dict(values))
    begun = template.root_render_func(context)
    next(iter(begun), None)
    blocks = context.blocks.get("" if part is None else part.replace("-", "_"))
    if not blocks:
        return None
    return "".join(blocks[0](context)) + str(ui(template).flash_partial(shell().flash))


def ui(template: Template) -> Macros:
    """The macros of this template's environment."""
    macros = template.environment.globals["ui"]
    assert isinstance(macros, Macros)
    return macros
