"""What the clock starts for the audit: once an hour, what was written since is sealed."""

from __future__ import annotations

from datetime import timedelta

from tandem.kernel.audit.chain import BATCH, seal
from tandem.kernel.period import Instant
from tandem.kernel.steps import Job, every
from tandem.kernel.store import Uow


def seal_what_waits(uow: Uow, due: Instant) -> None:
    """Seals batch after batch until one is not full."""
    while seal(uow) == BATCH:
        pass


JOBS = (Job("audit.seal", next_due=every(timedelta(hours=1)), act=seal_what_waits, is_technical=True),)
