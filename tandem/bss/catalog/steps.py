"""What the catalogue does behind a commit: files going out and coming in, each one durable step."""

from __future__ import annotations

from typing import Final

from tandem.bss.catalog import commands
from tandem.kernel.steps import Step

STEPS: Final = (
    Step(commands.EXPORT_STEP, commands.run_export, on_dead=commands.fail_export),
    Step(commands.IMPORT_STEP, commands.run_import, on_dead=commands.fail_import),
)
