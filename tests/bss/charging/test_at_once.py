"""Two workers at one product, the same file twice at once, a worker killed: each record is charged once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

from tandem.bss import charging as room
from tandem.bss.charging import public as charging
from tandem.bss.charging import wire
from tandem.bss.charging.terms import Tally
from tandem.bss.charging.terms.files import UsageFile
from tandem.kernel.store import Database
from tests.bss.charging import story
from tests.support.kill import killed_at_line, lines_to_try

WORKERS, CALLS = 2, 15


def two_at_once(act: Callable[[int], object]) -> list[object]:
    """Do it in two threads that begin together."""
    together = Barrier(WORKERS)

    def work(number: int) -> object:
        together.wait()
        return act(number)

    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(work, range(WORKERS)))


def test_two_workers_share_the_last_minutes_of_an_allowance(database: Database, fresh_tenant: str) -> None:
    product_id = story.keep_story(database, fresh_tenant)
    with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        story.charged(uow, story.call(story.GALWAY, 59_400))

    def call(worker: int) -> None:
        for n in range(CALLS):
            with database.uow(tenant=fresh_tenant, actor=f"worker-{worker}", cause="test") as uow:
                story.charged(uow, story.call(story.GALWAY, 60, at=f"2026-10-21T1{worker}:{n:02}:00Z"))

    two_at_once(call)
    with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        summary = charging.usage_summary(uow, product_id=product_id, moment=story.OCTOBER.start)
        minutes = next(bucket for bucket in summary.buckets if bucket.usage_type == "voice")
        # 1,000 minutes: 990 and 10 of the 30 calls; 20 calls at 0.15.
        assert (minutes.granted, minutes.used, minutes.left) == (60_000, 60_000, 0)
        assert (summary.charged.micros, summary.event_count) == (3_000_000, 31)
        assert charging.tally(uow) == Tally(accepted=31, rated=31, suspended=0, excluded=0)


def test_the_same_file_twice_at_once_is_charged_once(database: Database, fresh_tenant: str, tmp_path: Path) -> None:
    product_id = story.keep_story(database, fresh_tenant)
    path = usage_file(tmp_path, 40)
    reports = two_at_once(
        lambda worker: wire.rate_file(wire.Work(database, fresh_tenant, f"worker-{worker}", "test"), path)
    )
    found = [report.counts for report in reports if isinstance(report, UsageFile)]
    assert sorted((counts.rated, counts.duplicates) for counts in found) == [(0, 40), (40, 0)]
    assert charges_of(database, fresh_tenant, product_id) == (40, 10_000_000)


def usage_file(folder: Path, calls: int) -> Path:
    """Calls of a minute to Germany."""
    lines = [f"voice,{story.NUMBER},{story.BERLIN},2026-10-21T10:{n:02}:00Z,60" for n in range(calls)]
    path = folder / "calls.csv"
    path.write_text("\n".join(["usage_type,served_number,destination,started_at,quantity", *lines]))
    return path


def charges_of(database: Database, tenant: str, product_id: str) -> tuple[int, int]:
    with database.uow(tenant=tenant, actor="tester", cause="test") as uow:
        summary = charging.usage_summary(uow, product_id=product_id, moment=story.OCTOBER.start)
    return summary.event_count, summary.charged.micros


def test_a_file_that_was_being_taken_when_the_worker_was_killed_is_charged_once(
    database: Database, database_urls: tuple[str, str], fresh_tenant: str, tmp_path: Path
) -> None:
    product_id = story.keep_story(database, fresh_tenant)
    usage_file(tmp_path, 4)

    def work() -> None:
        with Database(database_urls[1], min_size=1, max_size=1) as own:
            wire.take_dropped(wire.Work(own, fresh_tenant, "tester", "test"), tmp_path)

    kills = 0
    folder = Path(str(room.__file__)).parent
    for number in lines_to_try(stride=8):
        if not killed_at_line(number, work, of=folder):
            break
        kills += 1
        # its last line has no end, and is a batch of its own
        assert charges_of(database, fresh_tenant, product_id) in ((0, 0), (3, 750_000), (4, 1_000_000))
        with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
            tally = charging.tally(uow)
        assert tally.accepted == tally.rated
    assert kills > 20
    assert charges_of(database, fresh_tenant, product_id) == (4, 1_000_000)
    assert [path.name for path in tmp_path.glob("done/*.csv")] == ["calls.csv"]
