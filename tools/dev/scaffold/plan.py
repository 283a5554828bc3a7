"""What a scaffold would write: new files and edits, carried out together or not at all."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from tools.dev.place import Stop


@dataclass
class Plan:
    """Contents by path relative to the root. `edits` replace files that exist, `files` must be new."""

    files: dict[str, str] = field(default_factory=dict)
    edits: dict[str, str] = field(default_factory=dict)

    def carry_out(self, root: Path) -> list[str]:
        """Write all of it and return the paths.

        Raises: Stop when a new file stands there already; then nothing is written.
        """
        taken = [path for path in self.files if (root / path).exists()]
        if taken:
            raise Stop(f"already there: {', '.join(taken)}")
        for path, content in {**self.files, **self.edits}.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(content)
        return [*self.files, *self.edits]


def snake(name: str) -> str:
    """customerBill, CustomerBill, "customer bill", customer-bill → customer_bill."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return re.sub(r"[^a-z0-9]+", "_", spaced.lower()).strip("_")


def camel(name: str) -> str:
    """customer_bill → CustomerBill."""
    return "".join(part.capitalize() for part in snake(name).split("_"))
