"""The published OpenAPI documents of 3GPP as judges of messages: each file refers to schemas of the others."""

from __future__ import annotations

from functools import cache
from typing import Any

import jsonschema_rs
import yaml

from tests.support.shared import SHARED

Schema = dict[str, Any]
FOLDER = SHARED / "specs" / "3gpp"
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@cache
def document(name: str) -> Schema:
    loaded: Schema = yaml.load((FOLDER / name).read_text(), Loader=_LOADER)
    return loaded


def errors(file: str, name: str, value: Any) -> list[str]:
    """What the schema of a file finds wrong, each with its path."""
    return [
        f"{'/'.join(map(str, fault.instance_path))}: {fault.message}" for fault in _judge(file, name).iter_errors(value)
    ]


def require(file: str, name: str, value: Any) -> None:
    """Fails the test where the schema finds anything wrong."""
    found = errors(file, name, value)
    assert not found, f"{file} {name}:\n  " + "\n  ".join(found) + f"\n{str(value)[:2000]}"


@cache
def _judge(file: str, name: str) -> Any:
    found: dict[str, Any] = {}
    root = _ref(f"#/components/schemas/{name}", file, found)
    return jsonschema_rs.Draft7Validator({**root, "$defs": found}, validate_formats=True)


def _ref(ref: str, file: str, found: dict[str, Any]) -> Schema:
    """A reference within one schema, and what it leads to taken into it."""
    other, _, path = ref.partition("#/")
    file = other or file
    name = path.rpartition("/")[2]
    key = f"{file.removesuffix('.yaml')}.{name}"
    if key not in found:
        found[key] = {}
        node: Any = document(file)
        for step in path.split("/"):
            node = node[step]
        found[key] = _converted(node, file, found)
    return {"$ref": f"#/$defs/{key}"}


def _converted(node: Any, file: str, found: dict[str, Any]) -> Any:
    if isinstance(node, list):
        return [_converted(item, file, found) for item in node]
    if not isinstance(node, dict):
        return node
    if isinstance(node.get("$ref"), str):
        return _ref(node["$ref"], file, found)
    converted = {key: _converted(value, file, found) for key, value in node.items() if key not in _LEFT_OUT}
    return {"anyOf": [converted, {"type": "null"}]} if node.get("nullable") else converted


_LEFT_OUT = frozenset({"nullable", "description", "discriminator", "example", "readOnly", "writeOnly", "deprecated"})
