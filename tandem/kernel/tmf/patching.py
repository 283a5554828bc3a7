"""Patches by media type.

Standard: RFC 7386 (`application/merge-patch+json`, and plain `application/json` as TMF630 has it) and RFC 6902
(`application/json-patch+json`).
"""

from __future__ import annotations

import copy
from typing import Any

import jsonpatch
import jsonpointer

from tandem.kernel.errors import Conflict, Invalid
from tandem.kernel.json import Doc, merge_patch
from tandem.kernel.tmf.errors import UnsupportedMedia

MERGE = frozenset({"application/merge-patch+json", "application/json"})
OPERATIONS = "application/json-patch+json"
ACCEPTED = ", ".join([*sorted(MERGE), OPERATIONS])
_OPERATION_NAMES = ("add", "copy", "move", "remove", "replace", "test")


class PatchTestFailed(Conflict):
    """A `test` operation found another value."""

    code = "tmf.patch_test_failed"


def media_type(content_type: str) -> str:
    """`Application/JSON; charset=utf-8` → `application/json`."""
    return content_type.partition(";")[0].strip().lower()


def patched(doc: Doc, patch: Any, content_type: str) -> Doc:
    """The document after a patch; the given one is not changed.

    Raises: UnsupportedMedia, Invalid, PatchTestFailed.
    """
    kind = media_type(content_type)
    if kind in MERGE:
        if not isinstance(patch, dict):
            raise Invalid("a merge patch is an object", code="tmf.bad_patch")
        merged: Doc = merge_patch(doc, patch)
        return merged
    if kind == OPERATIONS:
        return _operated(doc, patch)
    raise UnsupportedMedia(
        f"'{kind}' is not a patch that is read here; send {ACCEPTED}", path="Content-Type", accept_patch=ACCEPTED
    )


def _operated(doc: Doc, operations: Any) -> Doc:
    if not isinstance(operations, list):
        raise Invalid("a JSON patch is an array of operations", code="tmf.bad_patch")
    result: Any = copy.deepcopy(doc)
    for index, operation in enumerate(operations):
        result = _applied(result, operation, f"[{index}]")
    if not isinstance(result, dict):
        raise Invalid("a patch must leave an object", code="tmf.bad_patch")
    return result


def _applied(doc: Any, operation: Any, path: str) -> Any:
    if not isinstance(operation, dict) or operation.get("op") not in _OPERATION_NAMES:
        known = ", ".join(_OPERATION_NAMES)
        raise Invalid(f"operation {path} has no known 'op'; it is one of: {known}", code="tmf.bad_patch", path=path)
    try:
        return jsonpatch.apply_patch(doc, [operation], in_place=True)
    except jsonpatch.JsonPatchTestFailed as fault:
        raise PatchTestFailed(f"the test at {operation.get('path')} failed", path=path) from fault
    except (jsonpatch.JsonPatchException, jsonpointer.JsonPointerException, TypeError) as fault:
        raise Invalid(f"operation {path} cannot be done: {fault}", code="tmf.bad_patch", path=path) from fault
