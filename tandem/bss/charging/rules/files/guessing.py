"""Which form a file has that nobody named: by how it begins, and refused where that is not sure."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from typing import Final

from tandem.bss.charging.rules.files import cdrs, forms, nrtrde, tap_reading, ts32297, ts32298
from tandem.bss.charging.rules.files.delimited import BYTE_ORDER_MARK, mandatory
from tandem.bss.charging.rules.files.form import FileForm
from tandem.bss.charging.terms import UsageInvalid

LOOKED_AT: Final = 4096
BUILT_IN: Final = (forms.USAGE_CSV, cdrs.TEXT_FORM, ts32298.FORM, tap_reading.FORM, nrtrde.FORM)
_TRANSFER_BATCH: Final = b"\x61"
_NOTIFICATION: Final = b"\x62"


def guess(head: bytes, name: str, known: Sequence[FileForm] = ()) -> FileForm:
    """The form of a file by its first octets: one of ours, or of those that an operator described.

    Raises: UsageInvalid, with what was found, where none fits or several do.
    """
    if not head:
        raise UsageInvalid("the file is empty", path=name)
    binary = _binary(head)
    candidates = [binary] if binary else [form for form in (*BUILT_IN, *known) if _fits(form, head)]
    if len(candidates) == 1:
        return candidates[0]
    if not candidates:
        raise UsageInvalid("no known form begins like this file: name its form", path=name, begins=head[:40].hex())
    names = ", ".join(form.name for form in candidates)
    raise UsageInvalid(f"the file may be of several forms, {names}: name its form", path=name)


def named(name: str) -> FileForm:
    """A built-in form by its name. Raises: UsageInvalid, with the names that there are."""
    found = next((form for form in BUILT_IN if form.name == name), None)
    if found is None:
        names = ", ".join(one.name for one in BUILT_IN)
        raise UsageInvalid(f"no form is called {name}; there are {names}", path="form")
    return found


def _binary(head: bytes) -> FileForm | None:
    if ts32297.is_header(head):
        return ts32298.FORM
    inner = _after_length(head)
    if head[:1] == _NOTIFICATION or (head[:1] == _TRANSFER_BATCH and inner[:1] == b"\x64"):
        return tap_reading.FORM
    if head[:1] == _TRANSFER_BATCH and inner[:2] == b"\x5f\x29":
        return nrtrde.FORM
    return None


def _after_length(head: bytes) -> bytes:
    """What stands within the first element."""
    size = head[1] if len(head) > 1 else 0
    return head[2 + (size - 128 if size > 128 else 0) :]


def _fits(form: FileForm, head: bytes) -> bool:
    """Whether a file may be of a form of text."""
    text = head.removeprefix(BYTE_ORDER_MARK).lstrip()
    if form.kind == "delimited" and form.header:
        first = head.removeprefix(BYTE_ORDER_MARK).split(b"\n")[form.skip_first : form.skip_first + 1]
        return bool(first) and set(mandatory(form)) <= _names(first[0], form)
    if form.kind == "json":
        return text[:1] in (b"{", b"[")
    return form.kind == "xml" and text[:1] == b"<" and form.records.encode() in head


def _names(line: bytes, form: FileForm) -> set[str]:
    told = csv.reader([line.decode("latin-1")], delimiter=form.delimiter, quotechar=form.quote or None)
    return {name.strip().lower() for name in next(told, [])}
