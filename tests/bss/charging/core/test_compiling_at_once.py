"""A process whose first batches come at once compiles the kernel once, and all of them run it."""

from __future__ import annotations

import subprocess
import sys

STORY = """
import threading
from bench._cdrs import Workload
from tandem.bss.charging.rules.core import mode
from tandem.bss.charging.rules.core.layout import Uses
from tandem.bss.charging.rules.core.running import rate

work = Workload(count=2_000, subscribers=50)
mode.use_compiled()
sums, start = [], threading.Barrier(6)

def one():
    start.wait()
    rated = rate(work.compiled, work.calendar, work.subjects, Uses(work.uses.rows.copy()), work.buckets())
    sums.append(int(rated.parts["amount"].sum()))

threads = [threading.Thread(target=one) for _ in range(6)]
[each.start() for each in threads]
[each.join() for each in threads]
assert len(sums) == 6 and len(set(sums)) == 1 and sums[0] > 0, sums
"""


def test_threads_that_begin_at_once_all_rate() -> None:
    done = subprocess.run([sys.executable, "-c", STORY], capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr
