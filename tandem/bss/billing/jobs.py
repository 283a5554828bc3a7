"""What the clock starts in billing.

The run begins each day at 00:00 UTC and asks for the bills of every account whose bill date begins, in the account's
own zone, within the day that follows; each is drawn up in a step that is due at that local midnight.
"""

from __future__ import annotations

from typing import Final

from tandem.bss.billing.commands import running
from tandem.kernel.steps import Job, every

JOBS: Final = (Job("billing.run", next_due=every(running.DAY), act=running.start_run),)
