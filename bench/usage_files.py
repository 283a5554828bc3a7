"""Usage files into PostgreSQL: charged and kept with balances moved, the same file again, and the memory it takes."""

from __future__ import annotations

import resource
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from bench._place import fresh_place
from bench._subscribers import open_shop, subscribe
from bench._usage_text import write_usage
from bench.row import Row
from tandem.bss.charging.terms.files import UsageFile
from tandem.bss.charging.wire import Work, rate_file

TENANT: Final = "corrib"


def rows(quick: bool) -> Iterable[Row]:
    """100,000 subscribers, a month of use of them."""
    subscribers, records = (10_000, 100_000) if quick else (100_000, 1_000_000)
    with (
        tempfile.TemporaryDirectory(prefix="tandem-bench-") as folder,
        fresh_place(max_size=6) as (database, owner_url),
    ):
        open_shop(database, TENANT)
        subscribe(database, owner_url, subscribers, tenant=TENANT)
        work = Work(database, TENANT, "bench", "bench")
        first = Path(folder) / "first.csv"
        write_usage(first, records=records // 10, subscribers=subscribers, seed=1)
        rate_file(work, first)
        second = Path(folder) / "second.csv"
        write_usage(second, records=records, subscribers=subscribers, seed=2)
        file, took_s = _timed(work, second)
        assert file.state == "done" and file.counts.records == records, file
        yield Row(
            work=f"usage file to PostgreSQL, charged, {subscribers:,} subscribers, {records:,} records",
            figure=records / took_s,
            unit="1/s",
            at_least=50_000,
            aim=150_000,
        )
        again, took_s = _timed(work, second.rename(second.with_name("again.csv")))
        assert again.counts.duplicates == records, again
        yield Row(work="the same file again, all known", figure=records / took_s, unit="1/s", at_least=50_000)
    peak_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield Row(work="most memory while files were rated", figure=peak_kb / 1024, unit="MB", at_most=1024)


def _timed(work: Work, path: Path) -> tuple[UsageFile, float]:
    started = time.perf_counter()
    file = rate_file(work, path)
    return file, time.perf_counter() - started
