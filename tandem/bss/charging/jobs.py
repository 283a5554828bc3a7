"""What the clock starts: sessions that fell silent are closed, answers that nobody will ask again are dropped, and
what use took of prepaid money is earned.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from tandem.bss.charging.commands import recognizing
from tandem.bss.charging.commands.online import closing
from tandem.bss.charging.store import sessions
from tandem.kernel.period import Instant
from tandem.kernel.steps.registry import Job, every
from tandem.kernel.store import Uow

ANSWERS_KEPT: Final = timedelta(days=7)
"""Networks send again within minutes; a week is for those that were cut off."""


def close_stale_sessions(uow: Uow, due: Instant) -> None:
    """A batch of them."""
    closing.close_stale_sessions(uow, uow.now)


def forget_answers(uow: Uow, due: Instant) -> None:
    """What was answered, and sessions that have ended, long ago."""
    sessions.forget_before(uow, uow.now - ANSWERS_KEPT)


JOBS: Final = (
    Job(
        "charging.close_stale_sessions",
        next_due=every(timedelta(minutes=1)),
        act=close_stale_sessions,
        is_technical=True,
    ),
    Job("charging.recognize_prepaid", next_due=every(timedelta(days=1)), act=recognizing.start),
    Job("charging.forget_answers", next_due=every(timedelta(days=1)), act=forget_answers, is_technical=True),
)
