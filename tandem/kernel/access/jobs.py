"""What the clock starts for access: once a day, logins and counts that are past their time are forgotten."""

from __future__ import annotations

from datetime import timedelta

from tandem.kernel.access.logins import sweep_logins
from tandem.kernel.steps import Job, every

JOBS = (
    Job("access.sweep", next_due=every(timedelta(days=1)), act=lambda uow, due: sweep_logins(uow), is_technical=True),
)
