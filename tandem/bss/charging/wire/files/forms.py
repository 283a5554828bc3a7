"""The form of a file as a person names it: one of ours by its name, or a JSON document."""

from __future__ import annotations

from pathlib import Path

from tandem.bss.charging.rules.files import guessing
from tandem.bss.charging.rules.files.form import FileForm, form_of


def form_given(named: str) -> FileForm:
    """A form by the name of a built-in one, or by the path of its JSON. Raises: UsageInvalid."""
    path = Path(named)
    return form_of(path.read_bytes()) if path.is_file() else guessing.named(named)
