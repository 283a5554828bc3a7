"""Pages to read the APIs and to try them, drawn from the OpenAPI documents: our own renderer, no foreign script.

`/api` lists the APIs, `/api/TMF622/v4` shows one, `/api/errors` says what an error's code and status mean.
`<base>/openapi.json` is the document itself. None of them tells anything about an operator's data, so nobody has to say
who they are.
"""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Callable, Iterable
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined

from tandem.kernel import json
from tandem.kernel.json import Doc
from tandem.kernel.tmf import errors
from tandem.kernel.tmf.call import Answer
from tandem.kernel.tmf.exposure import AnyExposure
from tandem.kernel.tmf.openapi import JSON_TYPE, api_document

PREFIX = "/api"
_HTML = (b"content-type", b"text/html; charset=utf-8")
_DOCUMENT = (b"content-type", b"application/json")
_STATIC = {
    "api.css": b"text/css; charset=utf-8",
    "api.js": b"text/javascript; charset=utf-8",
    "api.svg": b"image/svg+xml",
}
_POLICY = (
    b"content-security-policy",
    b"default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'",
)
_DEEPEST = 4
_PLAIN: dict[str, Any] = {
    "integer": 1,
    "number": 1,
    "boolean": True,
    "object": {},
    "date-time": "2026-11-01T00:00:00Z",
    "date": "2026-11-01",
}


class ApiPages:
    """Answers for `/api`, below it, and for every `<base>/openapi.json`."""

    def __init__(self, exposures: Iterable[AnyExposure]) -> None:
        self._groups: dict[str, list[AnyExposure]] = {}
        for exposure in exposures:
            self._groups.setdefault(exposure.base, []).append(exposure)
        self._bases = {(group[0].api, group[0].version): base for base, group in self._groups.items()}
        self._documents = {f"{base}/openapi.json": base for base in self._groups}
        self._documents |= {path.removeprefix("/tmf-api"): base for path, base in self._documents.items()}
        self._encoded: dict[str, bytes] = {}
        self._templates = Environment(
            loader=PackageLoader("tandem.kernel.tmf"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
        )

    def answer(self, path: str) -> Answer | None:
        """The page or document at a path; `None` where it is none of ours. Raises: UnknownPath below `/api`."""
        base = self._documents.get(path)
        if base is not None:
            return Answer(200, self._document_text(base), [_DOCUMENT])
        if path != PREFIX and not path.startswith(PREFIX + "/"):
            return None
        return self._page(path.removeprefix(PREFIX).strip("/"))

    def _page(self, rest: str) -> Answer:
        pages: dict[str, Callable[[], bytes]] = {"": self._index, "errors": self._errors}
        parts = rest.split("/")
        if rest in pages:
            return Answer(200, pages[rest](), [_HTML, _POLICY])
        if parts[0] == "static" and rest.removeprefix("static/") in _STATIC:
            return _static(rest.removeprefix("static/"))
        if len(parts) == 2 and (parts[0], parts[1]) in self._bases:
            return Answer(200, self._api(self._bases[parts[0], parts[1]]), [_HTML, _POLICY])
        raise errors.UnknownPath(f"nothing answers at {PREFIX}/{rest}", path=f"{PREFIX}/{rest}")

    def document(self, base: str) -> Doc:
        """The OpenAPI document of a base."""
        return api_document(base, self._groups[base])

    def _document_text(self, base: str) -> bytes:
        if base not in self._encoded:
            self._encoded[base] = json.dumps(self.document(base))
        return self._encoded[base]

    def _index(self) -> bytes:
        rows = [
            {
                "api": group[0].api,
                "version": group[0].version,
                "base": base,
                "word": base.rstrip("/").split("/")[-2],
                "paths": [exposure.path for exposure in group],
            }
            for base, group in self._groups.items()
        ]
        rows.sort(key=lambda row: (str(row["api"]), str(row["version"]), str(row["word"])))
        return self._render("index.html", rows=rows)

    def _errors(self) -> bytes:
        return self._render("errors.html", statuses=errors.MEANINGS)

    def _api(self, base: str) -> bytes:
        document = self.document(base)
        schemas = document["components"]["schemas"]
        parameters = document["components"]["parameters"]
        operations = [
            _operation(method, path, operation, parameters, schemas)
            for path, methods in document["paths"].items()
            for method, operation in methods.items()
        ]
        return self._render("api.html", document=document, base=base, operations=operations)

    def _render(self, name: str, **values: Any) -> bytes:
        return self._templates.get_template(name).render(prefix=PREFIX, **values).encode()


def _operation(method: str, path: str, operation: Doc, parameters: Doc, schemas: Doc) -> Doc:
    """One operation with what the page shows of it."""
    named = [parameters[each["$ref"].rpartition("/")[2]] for each in operation["parameters"]]
    content = operation.get("requestBody", {}).get("content", {})
    media = [
        {"type": kind, "example": _pretty(example(described["schema"], schemas))} for kind, described in content.items()
    ]
    shown = next(iter(operation["responses"].values())).get("content", {}).get(JSON_TYPE, {}).get("schema", {})
    return {
        "method": method.upper(),
        "path": path,
        "id": operation["operationId"],
        "summary": operation["summary"],
        "parameters": named,
        "media": media,
        "attributes": attributes(shown, schemas),
        "statuses": list(operation["responses"]),
    }


def attributes(schema: Doc, schemas: Doc) -> list[Doc]:
    """The attributes of what is answered: name, type in words, and whether it is mandatory."""
    target = _resolved(schema.get("items", schema), schemas)
    required = target.get("required", [])
    return [
        {"name": name, "type": _in_words(inner), "mandatory": name in required}
        for name, inner in target.get("properties", {}).items()
    ]


def _in_words(schema: Doc) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "items" in schema:
        return f"list of {_in_words(schema['items'])}"
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    return str(schema.get("format") or schema.get("type") or "anything")


def _resolved(schema: Doc, schemas: Doc) -> Doc:
    return schemas.get(schema["$ref"].rpartition("/")[2], {}) if "$ref" in schema else schema


def example(schema: Doc, schemas: Doc, depth: int = 0) -> Any:
    """A body to begin with: what is mandatory, and where nothing is, the first few attributes."""
    target = _resolved(schema, schemas)
    if "enum" in target:
        return target["enum"][0]
    if target.get("type") == "array":
        return [example(target["items"], schemas, depth + 1)] if depth < _DEEPEST else []
    if "properties" not in target:
        return _PLAIN.get(str(target.get("format"))) or copy.copy(_PLAIN.get(str(target.get("type")), "text"))
    names = target.get("required") or [name for name in target["properties"] if not name.startswith("@")][:2]
    if depth >= _DEEPEST:
        return {}
    return {name: example(target["properties"].get(name, {}), schemas, depth + 1) for name in names}


def _pretty(value: Any) -> str:
    return msgspec.json.format(json.dumps(value), indent=2).decode()


@cache
def _static(name: str) -> Answer:
    body = (files("tandem.kernel.tmf") / "static" / name).read_bytes()
    tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'.encode()
    return Answer(200, body, [(b"content-type", _STATIC[name]), (b"etag", tag), (b"cache-control", b"no-cache")])
