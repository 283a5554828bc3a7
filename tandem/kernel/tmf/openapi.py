"""OpenAPI documents made from the exposures: one per API and version, always what the engine really does.

Standard: OpenAPI 3.1. Schemas come from the models (msgspec draws them); where a version differs from the stored shape,
its conversion steps redraw them.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

import msgspec

from tandem.kernel.json import Doc
from tandem.kernel.tmf.conversion import Outward
from tandem.kernel.tmf.exposure import CREATE, DELETE, GET, LIST, PATCH, AnyExposure, TaskExposure
from tandem.kernel.tmf.patching import MERGE, OPERATIONS
from tandem.kernel.tmf.query import DEFAULT_LIMIT, MOST_LIMIT
from tandem.kernel.tmf.reshape import reshaped
from tandem.kernel.tmf.types import Number

_REF = "#/components/schemas/{name}"
JSON_TYPE = "application/json"
_TEXT: Doc = {"type": "string"}

ERROR: Doc = {
    "type": "object",
    "required": ["code", "reason"],
    "properties": {
        "@type": {"const": "Error"},
        "code": {**_TEXT, "description": "Stable, for programs."},
        "reason": {**_TEXT, "description": "What is wrong, for people."},
        "message": {**_TEXT, "description": "What to do about it."},
        "status": _TEXT,
        "referenceError": {**_TEXT, "format": "uri"},
        "path": {**_TEXT, "description": "Where the fault is in what was sent."},
    },
}
HUB: Doc = {
    "type": "object",
    "required": ["callback"],
    "properties": {
        "id": _TEXT,
        "href": _TEXT,
        "callback": {**_TEXT, "format": "uri"},
        "query": {**_TEXT, "description": "A filter over the notification, such as eventType=…&event.….state=…"},
        "secret": {**_TEXT, "description": "Signs each delivery; shown once, when the hub is made."},
    },
}


def api_documents(exposures: Iterable[AnyExposure]) -> dict[str, Doc]:
    """The documents by base."""
    by_base: dict[str, list[AnyExposure]] = {}
    for exposure in exposures:
        by_base.setdefault(exposure.base, []).append(exposure)
    return {base: api_document(base, group) for base, group in by_base.items()}


def api_document(base: str, exposures: list[AnyExposure]) -> Doc:
    """The document of one base."""
    first = exposures[0]
    schemas: dict[str, Doc] = {"Error": ERROR, "Hub": HUB}
    paths: dict[str, Doc] = {}
    for exposure in exposures:
        _add_schemas(schemas, exposure)
        paths |= _paths(exposure)
    paths |= _hub_paths()
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{first.api} {base.rstrip('/').split('/')[-2]}",
            "version": first.version,
            "description": f"TM Forum {first.api} as Tandem serves it. Rules of TMF630 hold for every address.",
        },
        "servers": [{"url": base}],
        "security": [{"bearer": []}],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
            "parameters": _PARAMETERS,
        },
    }


def _parameter(name: str, where: str, description: str, schema: Doc) -> Doc:
    return {"name": name, "in": where, "required": where == "path", "description": description, "schema": schema}


_PARAMETERS: dict[str, Doc] = {
    "fields": _parameter("fields", "query", "Attributes to show: a,b.c; none shows only what names it.", _TEXT),
    "sort": _parameter("sort", "query", "Attributes to sort by: -a,b (descending a, then b).", _TEXT),
    "offset": _parameter("offset", "query", "How many to pass over.", {"type": "integer", "minimum": 0, "default": 0}),
    "limit": _parameter(
        "limit", "query", "How many to show.", {"type": "integer", "maximum": MOST_LIMIT, "default": DEFAULT_LIMIT}
    ),
    "filter": {
        **_parameter(
            "filter",
            "query",
            "Any attribute by its path, with .eq .ne .gt .gte .lt .lte .regex; commas and semicolons are alternatives.",
            {"type": "object", "additionalProperties": _TEXT},
        ),
        "style": "form",
        "explode": True,
    },
    "asOf": _parameter("asOf", "query", "The instant to read it at.", {**_TEXT, "format": "date-time"}),
    "id": _parameter("id", "path", "The entity's id.", _TEXT),
    "ifMatch": _parameter("If-Match", "header", "The ETag that was read; 412 when it is no longer so.", _TEXT),
    "idempotencyKey": _parameter("Idempotency-Key", "header", "The same key and body get the same answer.", _TEXT),
}


def _parameters(*names: str) -> list[Doc]:
    return [{"$ref": f"#/components/parameters/{name}"} for name in names]


def _paths(exposure: AnyExposure) -> dict[str, Doc]:
    name, verbs = exposure.type_name, exposure.verbs
    create, update = names_of(exposure)
    collection: Doc = {}
    member: Doc = {}
    if LIST in verbs:
        collection["get"] = _list(name)
    if CREATE in verbs:
        status = exposure.status if isinstance(exposure, TaskExposure) else 201
        collection["post"] = _operation(
            f"Create a {name}", f"create{name}", _parameters("fields", "idempotencyKey"), {str(status): _body(name)},
            _request({JSON_TYPE: create}),
        )  # fmt: skip
    if GET in verbs:
        member["get"] = _operation(f"Read a {name}", f"retrieve{name}", _parameters("id", "fields", "asOf"),
                                   {"200": _body(name)})  # fmt: skip
    if PATCH in verbs:
        media = dict.fromkeys(sorted(MERGE), update) | {OPERATIONS: "JsonPatch"}
        member["patch"] = _operation(f"Change a {name}", f"patch{name}", _parameters("id", "fields", "ifMatch"),
                                     {"200": _body(name)}, _request(media))  # fmt: skip
    if DELETE in verbs:
        member["delete"] = _operation(f"Delete a {name}", f"delete{name}", _parameters("id", "ifMatch"),
                                      {"204": {"description": "It is gone."}})  # fmt: skip
    paths = {f"/{exposure.path}": collection, f"/{exposure.path}/{{id}}": member}
    return {path: operations for path, operations in paths.items() if operations}


def _list(name: str) -> Doc:
    page = _body(name, is_list=True) | {
        "headers": {header: {"schema": {"type": "integer"}} for header in ("X-Total-Count", "X-Result-Count")}
        | {"Link": {"schema": _TEXT}}
    }
    return _operation(f"List or find {name}", f"list{name}", _parameters("fields", "filter", "sort", "offset", "limit"),
                      {"200": page, "206": {**page, "description": "A part of them; Link leads on."}})  # fmt: skip


def _operation(
    summary: str, operation_id: str, parameters: list[Doc], responses: dict[str, Doc], request: Doc | None = None
) -> Doc:
    fault = {
        "description": "What is wrong, and where.",
        "content": {JSON_TYPE: {"schema": {"$ref": _REF.format(name="Error")}}},
    }
    operation: Doc = {"summary": summary, "operationId": operation_id, "parameters": parameters}
    if request is not None:
        operation["requestBody"] = request
    operation["responses"] = {**responses, "4XX": fault, "5XX": fault}
    return operation


def _body(name: str, *, is_list: bool = False) -> Doc:
    schema: Doc = {"$ref": _REF.format(name=name)}
    shown: Doc = {"type": "array", "items": schema} if is_list else schema
    return {"description": "All of them." if is_list else "It.", "content": {JSON_TYPE: {"schema": shown}}}


def _request(media: dict[str, str]) -> Doc:
    return {
        "required": True,
        "content": {kind: {"schema": {"$ref": _REF.format(name=name)}} for kind, name in media.items()},
    }


def _hub_paths() -> dict[str, Doc]:
    many = _body("Hub", is_list=True)
    return {
        "/hub": {
            "get": _operation("List your hubs", "listHub", [], {"200": many}),
            "post": _operation(
                "Subscribe to notifications", "createHub", [], {"201": _body("Hub")}, _request({JSON_TYPE: "Hub"})
            ),
        },
        "/hub/{id}": {
            "get": _operation("Read a hub", "retrieveHub", _parameters("id"), {"200": _body("Hub")}),
            "delete": _operation(
                "Unsubscribe", "deleteHub", _parameters("id"), {"204": {"description": "It is gone."}}
            ),
        },
    }


JSON_PATCH: Doc = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["op", "path"],
        "properties": {
            "op": {"enum": ["add", "remove", "replace", "move", "copy", "test"]},
            "path": _TEXT,
            "from": _TEXT,
            "value": {},
        },
    },
}


def names_of(exposure: AnyExposure) -> tuple[str, str]:
    """The names of the schemas of a new and of a changed entity, in the version's own manner."""
    if exposure.version == "v4":
        return f"{exposure.type_name}_Create", f"{exposure.type_name}_Update"
    return f"{exposure.type_name}_FVO", f"{exposure.type_name}_MVO"


def _add_schemas(schemas: dict[str, Doc], exposure: AnyExposure) -> None:
    """The schemas that one exposure needs: as it is answered, as it is created, as it is changed."""
    components = _components(exposure.model)
    answered = components.pop(exposure.model.__name__)
    root = exposure.type_name
    components[root] = answered
    if isinstance(exposure.to_wire, Outward):
        components = reshaped(components, root, exposure.to_wire)
    for name, schema in components.items():
        schemas.setdefault(name, schema)
    schemas[root] = components[root]
    create, update = names_of(exposure)
    outward = exposure.to_wire
    server_set = {outward.path(path) if isinstance(outward, Outward) else path for path in exposure.server_set}
    mandatory = [outward.path(path) if isinstance(outward, Outward) else path for path in exposure.mandatory]
    if CREATE in exposure.verbs:
        schemas[create] = _without(components[root], server_set) | {
            "required": sorted({path for path in mandatory if "." not in path})
        }
    if PATCH in exposure.verbs:
        schemas[update] = _without(components[root], server_set) | {"required": []}
        schemas["JsonPatch"] = JSON_PATCH


def _without(schema: Doc, names: set[str]) -> Doc:
    properties = {name: inner for name, inner in schema.get("properties", {}).items() if name not in names}
    return {**copy.deepcopy(schema), "properties": properties}


def _components(model: type[msgspec.Struct]) -> dict[str, Doc]:
    _, components = msgspec.json.schema_components([model], schema_hook=_custom_schema, ref_template=_REF)
    return {name: _tidied(schema) for name, schema in components.items()}


def _custom_schema(kind: type) -> Doc:
    return {"type": "number"} if issubclass(kind, Number) else {}


def _tidied(schema: Any) -> Any:
    """msgspec's schema in the standard's manner: what may be left out is never null, numbers are numbers."""
    if isinstance(schema, list):
        return [_tidied(inner) for inner in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("format") == "decimal":
        return {"type": "number"}
    options = schema.get("anyOf")
    if isinstance(options, list):
        options = [option for option in options if option != {"type": "null"}]
        if len(options) == 1:
            return _tidied(options[0])
        schema = {**schema, "anyOf": options}
    return {
        name: _tidied(inner)
        for name, inner in schema.items()
        if name != "title" and not (name == "default" and inner is None)
    }
