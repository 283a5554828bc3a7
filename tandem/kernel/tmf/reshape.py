"""Schemas of the stored shape redrawn as another version has them, by the same steps that convert documents."""

from __future__ import annotations

import copy
from typing import Any

from tandem.kernel.json import Doc
from tandem.kernel.tmf.conversion import Outward, Sketch

_PREFIX = "#/components/schemas/"


def reshaped(components: dict[str, Doc], root: str, outward: Outward) -> dict[str, Doc]:
    """A copy of the components in which every step that says how has redrawn what it converts."""
    drawn = copy.deepcopy(components)
    for step in outward.steps:
        if step.sketch is not None:
            _redraw(drawn, root, step.sketch)
    return drawn


def _redraw(components: dict[str, Doc], root: str, sketch: Sketch) -> None:
    *parents, last = sketch.path
    holder: Doc | None = components[root]
    for name in parents:
        holder = _object_at(components, holder, name)
    properties = (holder or {}).get("properties", {})
    if last not in properties:
        return
    if sketch.kind == "renamed":
        properties[sketch.detail] = properties.pop(last)
    elif sketch.kind == "flattened":
        _flatten(components, _object_at(components, holder, last), sketch)
    elif sketch.kind == "listed" and properties[last].get("type") == "array":
        properties[last] = properties[last]["items"]
    elif sketch.kind == "single" and properties[last].get("type") != "array":
        properties[last] = {"type": "array", "items": properties[last]}
    elif sketch.kind == "exchanged" and "enum" in properties[last]:
        properties[last]["enum"] = [sketch.words.get(word, word) for word in properties[last]["enum"]]


def _flatten(components: dict[str, Doc], schema: Doc | None, sketch: Sketch) -> None:
    """The inner object's attributes move up beside those that are kept."""
    if schema is None or sketch.detail not in schema.get("properties", {}):
        return
    inner = _object_at(components, schema, sketch.detail) or {}
    kept = {name: each for name, each in schema["properties"].items() if name in sketch.keep}
    schema["properties"] = {**inner.get("properties", {}), **kept}
    schema.pop("required", None)
    schema.pop("description", None)


def _object_at(components: dict[str, Doc], holder: Doc | None, name: str) -> Doc | None:
    """The object schema of an attribute, through arrays and references."""
    schema: Any = (holder or {}).get("properties", {}).get(name)
    while isinstance(schema, dict):
        if "items" in schema:
            schema = schema["items"]
        elif "$ref" in schema:
            schema = components.get(schema["$ref"].removeprefix(_PREFIX))
        else:
            return schema
    return None
