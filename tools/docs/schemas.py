"""The JSON Schemas of the forms that people write: tariffs, and the usage and state files of the sandbox."""

from __future__ import annotations

import json
from inspect import cleandoc
from typing import Any, Final

import msgspec

from tandem.bss.catalog.terms.tariff import Tariff
from tandem.bss.charging.terms.sandbox import StateFile, UsageLine

FORMS: Final[dict[str, tuple[type[Any], str]]] = {
    "tariff": (Tariff, "A tariff (docs/how/tariffs.md)"),
    "usage": (UsageLine, "A line of a usage file of `tandem rate`"),
    "state": (StateFile, "The state from which `tandem rate` begins and in which it ends"),
}


def pages() -> dict[str, str]:
    """Every schema, by its path."""
    return {f"docs/schemas/{name}.schema.json": _schema(*told) for name, told in FORMS.items()}


def _schema(form: type[Any], title: str) -> str:
    (schema,), parts = msgspec.json.schema_components([form], ref_template="#/$defs/{name}")
    whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": title, **schema, "$defs": parts}
    return json.dumps(_clean(whole), indent=1, ensure_ascii=False) + "\n"


def _clean(schema: Any) -> Any:
    """Descriptions without the indentation of the source that they come from."""
    if isinstance(schema, dict):
        return {
            name: cleandoc(value) if name == "description" and isinstance(value, str) else _clean(value)
            for name, value in schema.items()
        }
    return [_clean(value) for value in schema] if isinstance(schema, list) else schema
