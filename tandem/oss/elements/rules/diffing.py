"""What differs between two states of one subject."""

from __future__ import annotations

from tandem.oss.elements.terms import AttributeChange, Diff, ElementState, shown


def diff_states(present: ElementState, intended: ElementState) -> Diff:
    """Attribute by attribute, in the order of their names, keys masked."""
    if present.attributes == intended.attributes:
        return Diff(subject=intended.subject, what="nothing")
    before, after = present.attributes or {}, intended.attributes or {}
    changes = tuple(
        AttributeChange(attribute=name, before=shown(before.get(name)), after=shown(after.get(name)))
        for name in sorted({*before, *after})
        if before.get(name) != after.get(name)
    )
    return Diff(subject=intended.subject, what=_what(present, intended), changes=changes)


def _what(present: ElementState, intended: ElementState) -> str:
    if not present.exists:
        return "create"
    return "change" if intended.exists else "delete"
