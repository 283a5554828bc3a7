"""The published schemas as judges of our answers.

Version 4 documents are Swagger 2.0, version 5 ones OpenAPI 3.0 with discriminators; both become JSON Schema here.

A discriminator says: look at `@type`, then the schema of that name holds. JSON Schema's `oneOf` would ask that exactly
one of them matches, and they are all so open that several do; so each polymorphic schema becomes two: the plain one
(what a subtype builds on by `allOf`) and the dispatching one (what an attribute refers to).
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import jsonschema_rs

from tests.support.shared import SHARED

Schema = dict[str, Any]
DISPATCH = "~by-type"
_KEPT = frozenset(
    {
        "type", "properties", "required", "items", "enum", "allOf", "oneOf", "anyOf", "minItems", "maxItems", "minimum",
        "maximum", "pattern", "minLength", "maxLength", "uniqueItems", "additionalProperties", "format", "$ref",
    }
)  # fmt: skip
_FORMATS = frozenset({"date-time", "date"})


class PublishedSchema:
    """All schemas of one document."""

    def __init__(self, api: str, version: str) -> None:
        self.name = f"{api}-{version}"
        text = (SHARED / "specs" / "tmf" / f"{self.name}.json").read_text()
        document = json.loads(text)
        raw = document.get("definitions") or document["components"]["schemas"]
        self._schemas = _converted(raw)
        self._validators: dict[tuple[str, bool], Any] = {}

    @property
    def type_names(self) -> list[str]:
        return [name for name in self._schemas if not name.endswith(DISPATCH)]

    def knows(self, type_name: str) -> bool:
        return type_name in self._schemas

    def errors(self, type_name: str, value: Any, *, partial: bool = False) -> list[str]:
        """What the schema finds wrong, each with its path. `partial` forgives missing attributes (`fields=`)."""
        if not self.knows(type_name):
            return [f"{self.name} has no {type_name}"]
        validator = self._validator(type_name, partial)
        return [f"{'/'.join(map(str, fault.instance_path))}: {fault.message}" for fault in validator.iter_errors(value)]

    def require(self, type_name: str, value: Any, *, partial: bool = False) -> None:
        """Fails the test where the schema finds anything wrong."""
        found = self.errors(type_name, value, partial=partial)
        assert not found, f"{self.name} {type_name}:\n  " + "\n  ".join(found) + f"\n{str(value)[:2000]}"

    def _validator(self, type_name: str, partial: bool) -> Any:
        key = (type_name, partial)
        if key not in self._validators:
            schemas = (
                {name: _without_required(each) for name, each in self._schemas.items()} if partial else self._schemas
            )
            top = type_name + DISPATCH if type_name + DISPATCH in schemas else type_name
            schema = {"$ref": f"#/definitions/{_pointer(top)}", "definitions": schemas}
            self._validators[key] = jsonschema_rs.Draft7Validator(schema, validate_formats=True)
        return self._validators[key]


@cache
def published(api: str, version: str) -> PublishedSchema:
    """The schemas of one document, read once."""
    return PublishedSchema(api, version)


def _converted(raw: dict[str, Schema]) -> dict[str, Schema]:
    polymorphic = {name for name, schema in raw.items() if isinstance(schema.get("discriminator"), dict)}
    schemas: dict[str, Schema] = {}
    for name, schema in raw.items():
        dispatches_only = name in polymorphic and "oneOf" in schema
        schemas[name] = {"type": "object"} if dispatches_only else _plain(schema, polymorphic)
        if name in polymorphic:
            schemas[name + DISPATCH] = _dispatching(name, schema, raw)
    return schemas


def _dispatching(name: str, schema: Schema, raw: dict[str, Schema]) -> Schema:
    mapping = {kind: ref.rpartition("/")[2] for kind, ref in schema["discriminator"].get("mapping", {}).items()}
    if not mapping:
        return {"$ref": f"#/definitions/{_pointer(name)}"}
    cases = [
        {
            "if": {"required": ["@type"], "properties": {"@type": {"const": kind}}},
            "then": {"$ref": f"#/definitions/{_pointer(target)}"},
        }
        for kind, target in mapping.items()
        if target in raw
    ]
    known: Schema = {"required": ["@type"], "properties": {"@type": {"enum": sorted(mapping)}}}
    extended: Schema = {"required": ["@type", "@baseType"], "properties": {"@baseType": {"enum": sorted(mapping)}}}
    return {"type": "object", "anyOf": [known, extended], "allOf": cases}


def _plain(schema: Any, polymorphic: set[str], *, builds_on: bool = False) -> Any:
    """One schema in JSON Schema's words. `builds_on`: its references are to what it extends."""
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return {"$ref": f"#/definitions/{_pointer(name + DISPATCH if name in polymorphic and not builds_on else name)}"}
    kept = {key: value for key, value in schema.items() if key in _KEPT}
    if kept.get("format") not in _FORMATS:
        kept.pop("format", None)
    if "properties" in kept:
        kept["properties"] = {name: _plain(each, polymorphic) for name, each in kept["properties"].items()}
    if "items" in kept:
        kept["items"] = _plain(kept["items"], polymorphic)
    if isinstance(kept.get("additionalProperties"), dict):
        kept["additionalProperties"] = _plain(kept["additionalProperties"], polymorphic)
    for word in ("allOf", "anyOf", "oneOf"):
        if word in kept:
            kept[word] = [_plain(each, polymorphic, builds_on=word == "allOf") for each in kept[word]]
    return kept


def _without_required(schema: Any) -> Any:
    if isinstance(schema, dict):
        return {
            name: _without_required(inner)
            for name, inner in schema.items()
            if not (name in ("required", "minItems") and isinstance(inner, list | int))
        }
    return [_without_required(inner) for inner in schema] if isinstance(schema, list) else schema


def _pointer(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
