"""A staged change as text, to be sealed and kept: the only form in which keys leave their values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tandem.kernel import json
from tandem.oss.elements.terms import Attributes, ElementState, SecretKey, Staged, Value


def staged_to_text(staged: Staged) -> bytes:
    """Everything that commit, confirm and rollback need. Contains keys: seal it."""
    before, intended = _plain(staged.before), _plain(staged.intended)
    return json.dumps({"element": staged.element, "before": before, "intended": intended})


def staged_from_text(text: bytes) -> Staged:
    """What was put into the text."""
    doc = json.loads(text)
    return Staged(element=doc["element"], before=_state(doc["before"]), intended=_state(doc["intended"]))


def _plain(state: ElementState) -> dict[str, Any]:
    attributes = state.attributes
    plain = None if attributes is None else {name: _plain_value(value) for name, value in attributes.items()}
    return {"subject": state.subject, "attributes": plain, "facts": dict(state.facts)}


def _state(doc: Mapping[str, Any]) -> ElementState:
    plain = doc["attributes"]
    attributes: Attributes | None = None if plain is None else {name: _value(value) for name, value in plain.items()}
    return ElementState(subject=doc["subject"], attributes=attributes, facts=doc["facts"])


def _plain_value(value: Value) -> Any:
    return {"key": value.reveal()} if isinstance(value, SecretKey) else value


def _value(plain: Any) -> Value:
    if isinstance(plain, dict):
        return SecretKey(plain["key"])
    value: Value = plain
    return value
