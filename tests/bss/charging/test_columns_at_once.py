"""The same columns twice at once, columns beside documents, a killed worker: each record is charged once."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from tandem.bss import charging as room
from tandem.bss.charging import public as charging
from tandem.bss.charging.commands.columns import charge_columns
from tandem.bss.charging.terms import ColumnsReport, Tally, UsageRecord
from tandem.kernel.period import instant
from tandem.kernel.store import Database
from tests.bss.charging import story
from tests.bss.charging.columns import columns_of
from tests.bss.charging.test_at_once import charges_of, two_at_once
from tests.support.kill import killed_at_line, lines_to_try

START = instant("2026-10-20T10:00:00Z")


def calls(count: int, to: str = story.BERLIN, *, second: int = 0) -> list[UsageRecord]:
    """Calls of a minute, a minute after another."""
    return [
        UsageRecord("voice", story.NUMBER, to, START + timedelta(minutes=n, seconds=second), 60) for n in range(count)
    ]


def take(database: Database, tenant: str, records: list[UsageRecord], actor: str = "tester") -> ColumnsReport:
    with database.uow(tenant=tenant, actor=actor, cause="test") as uow:
        return charge_columns(uow, columns_of(records), source="calls.csv")


def test_the_same_columns_twice_at_once_are_charged_once(database: Database, fresh_tenant: str) -> None:
    product_id = story.keep_story(database, fresh_tenant)
    reports = two_at_once(lambda worker: take(database, fresh_tenant, calls(40), f"worker-{worker}"))
    found = [report for report in reports if isinstance(report, ColumnsReport)]
    assert sorted((report.rated, report.duplicates) for report in found) == [(0, 40), (40, 0)]
    assert charges_of(database, fresh_tenant, product_id) == (40, 10_000_000)


def test_columns_and_documents_share_the_last_minutes_of_an_allowance(database: Database, fresh_tenant: str) -> None:
    product_id = story.keep_story(database, fresh_tenant)
    take(database, fresh_tenant, [UsageRecord("voice", story.NUMBER, story.GALWAY, START, 59_400)])

    def work(worker: int) -> None:
        for n in range(5):
            if worker:
                take(database, fresh_tenant, calls(3 * n + 3, story.GALWAY, second=1)[3 * n :])
                continue
            with database.uow(tenant=fresh_tenant, actor="desk", cause="test") as uow:
                for minute in range(3):
                    at = START + timedelta(hours=5, minutes=3 * n + minute)
                    story.charged(uow, story.call(story.GALWAY, 60, at=at.isoformat()))

    two_at_once(work)
    # 1,000 minutes: 990 and 10 of the 30 calls; 20 calls at 0.15.
    assert charges_of(database, fresh_tenant, product_id) == (31, 3_000_000)


def test_a_kill_in_the_middle_keeps_all_of_a_batch_or_nothing(
    database: Database, database_urls: tuple[str, str], fresh_tenant: str
) -> None:
    product_id = story.keep_story(database, fresh_tenant)

    def work() -> None:
        with Database(database_urls[1], min_size=1, max_size=1) as own:
            take(own, fresh_tenant, calls(4))

    kills = 0
    for number in lines_to_try(stride=5):
        if not killed_at_line(number, work, of=Path(str(room.__file__)).parent):
            break
        kills += 1
        assert charges_of(database, fresh_tenant, product_id) in ((0, 0), (4, 1_000_000))
    assert kills > 20
    with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        assert charging.tally(uow) == Tally(accepted=4, rated=4, suspended=0, excluded=0)
    assert charges_of(database, fresh_tenant, product_id) == (4, 1_000_000)
