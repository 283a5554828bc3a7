"""Where personal data lies: each room that keeps any declares it; access, erasure and retention read that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

PersonalKind = Literal["identity", "name", "contact", "birth", "health", "credit", "official_id", "relation", "opinion"]
"""What a value tells about a person. `identity` is the pseudonym that links her data, kept when the rest is erased."""


@dataclass(frozen=True, slots=True)
class PersonalData:
    """One place of personal data: a table and a path into its documents (or a column of a narrow table).

    `subject` is the column that says whose data it is.
    """

    table: str
    path: str
    kind: PersonalKind
    subject: str = "id"
