"""House-keeping of the kernel's queues: what was done long ago, and keys that nobody will repeat, go.

Ages are real time, whatever the business clock says. Events stay: *Why?* walks through them.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from tandem.kernel.period import Instant
from tandem.kernel.steps.registry import Job, every
from tandem.kernel.store import Uow

STEPS_KEPT: Final = timedelta(days=90)
KEYS_KEPT: Final = timedelta(days=30)
_AT_MOST: Final = 20_000


def prune(uow: Uow, due: Instant) -> None:
    """Forget steps that were done, and idempotency keys that were used, long ago; a batch a day is enough."""
    uow.execute(
        "delete from kernel_step where id in (select id from kernel_step where tenant = %s and state = 'done' "
        "and finished_at < clock_timestamp() - %s limit %s)",
        (uow.tenant, STEPS_KEPT, _AT_MOST),
    )
    uow.execute(
        "delete from kernel_idempotency where (tenant, scope, key) in (select tenant, scope, key "
        "from kernel_idempotency where tenant = %s and created_at < clock_timestamp() - %s limit %s)",
        (uow.tenant, KEYS_KEPT, _AT_MOST),
    )


JOBS: Final = (Job("kernel.prune", every(timedelta(days=1)), prune, is_technical=True),)
