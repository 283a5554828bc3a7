"""The rating core made ready for a process that charges all day."""

from __future__ import annotations

from tandem.bss.charging.rules.core import mode, running
from tandem.bss.charging.rules.core.compiling import compile_tariffs
from tandem.bss.charging.rules.core.days import calendar_of


def compile_core() -> None:
    """Have the core as machine code: minutes after an installation, else read from what was kept. Until it is there,
    others in the process go on interpreted.
    """
    mode.use_compiled(False)
    running.prepare(compile_tariffs([]), calendar_of(["UTC"]))
    mode.use_compiled(True)
