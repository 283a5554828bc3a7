"""What the catalogue does behind a commit: import and export jobs, each one durable step."""

from __future__ import annotations

from typing import Final

from tandem.kernel.steps import Step
from tandem.oss.service_catalog import commands

STEPS: Final = (
    Step(commands.IMPORT_STEP, commands.run_import),
    Step(commands.EXPORT_STEP, commands.run_export),
)
