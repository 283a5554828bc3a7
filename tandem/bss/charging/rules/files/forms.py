"""The forms that need no description by the operator: our own CSV, and the binary files of the standards."""

from __future__ import annotations

from typing import Final

from tandem.bss.charging.rules.files.form import Field, Fields, FileForm

USAGE_CSV: Final = FileForm(
    name="usage-csv",
    kind="delimited",
    fields=Fields(
        record_id=Field(source=("record_id",)),
        served=Field(source=("served_number",)),
        service=Field(source=("usage_type",), values={"voice": "voice", "data": "data", "message": "message"}),
        started_at=Field(source=("started_at",)),
        quantity=Field(source=("quantity",)),
        destination=Field(source=("destination",)),
        network=Field(source=("network",)),
        rating_group=Field(source=("rating_group",)),
        value=Field(source=("value",)),
    ),
    destination_for=("voice", "message"),
)
"""What `docs/how/rating.md` says a usage file is."""
