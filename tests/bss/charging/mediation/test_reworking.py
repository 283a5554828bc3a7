"""Many records that wait are corrected and released, or put aside, in steps that can be stopped; history stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from tandem.bss.charging import public as charging
from tandem.bss.charging import store
from tandem.bss.charging.steps import STEPS
from tandem.bss.charging.terms import Tally, UsageInvalid
from tandem.bss.charging.terms.files import Rework, SuspendedCause, Waiting
from tandem.bss.charging.wire import rate_file
from tandem.kernel.steps import Worker
from tandem.kernel.steps.registry import Registry
from tandem.kernel.store import Database
from tests.bss.charging import story
from tests.bss.charging.mediation.sending import call_line, charged, csv_of, put, tally, work

WRONG = "353209119999"


def nobodys(database: Database, tenant: str, folder: Path, count: int = 30) -> None:
    """Calls by a number that nobody has, from two files, and one by the story's customer."""
    lines = [call_line(n).replace(story.NUMBER, WRONG) for n in range(count)]
    rate_file(work(database, tenant), put(folder, "a.csv", csv_of(lines[:10])))
    rate_file(work(database, tenant), put(folder, "b.csv", csv_of([*lines[10:], call_line(count)])))


def work_off(database: Database) -> None:
    """Do every step that waits."""
    registry = Registry()
    registry.add_steps(STEPS)
    Worker(database, registry).drain()


def rework_of(database: Database, tenant: str, rework_id: str) -> Rework:
    """How it stands."""
    with database.uow(tenant=tenant, actor="tester", cause="test") as uow:
        return charging.rework(uow, rework_id=rework_id)


def test_causes_are_counted_by_source(database: Database, fresh_tenant: str, tmp_path: Path) -> None:
    story.keep_story(database, fresh_tenant)
    nobodys(database, fresh_tenant, tmp_path)
    with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        causes = charging.suspended_causes(uow)
    assert causes == [
        SuspendedCause("unknown_number", "b.csv", 20, causes[0].oldest_at),
        SuspendedCause("unknown_number", "a.csv", 10, causes[1].oldest_at),
    ]


def test_what_waited_is_released_when_the_cause_is_gone(database: Database, fresh_tenant: str, tmp_path: Path) -> None:
    story.keep_story(database, fresh_tenant)
    nobodys(database, fresh_tenant, tmp_path)
    with database.uow(tenant=fresh_tenant, actor="anna", cause="test") as uow:
        waiting = charging.suspended_usage(uow).usage[0]
        later = story.subscribe(uow, WRONG)
        rework_id = charging.correct_and_release(uow, of=Waiting(code="unknown_number"), corrections={})
    work_off(database)
    done = rework_of(database, fresh_tenant, rework_id)
    assert (done.state, done.total, done.done, done.rated, done.suspended) == ("done", 30, 30, 30, 0)
    assert tally(database, fresh_tenant) == Tally(accepted=31, rated=31, suspended=0, excluded=0)
    assert charged(database, fresh_tenant, later) == (30, 7_500_000)
    with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        (change,) = charging.record_history(uow, usage_id=waiting.usage_id)
    assert (change.what, change.code, change.reason, change.by_whom) == (
        "released",
        "unknown_number",
        waiting.reason,
        "anna",
    )
    again = rate_file(work(database, fresh_tenant), tmp_path / "a.csv")
    assert again.counts.duplicates == 10


def test_records_are_corrected_by_what_a_value_becomes_and_keep_their_history(
    database: Database, fresh_tenant: str, tmp_path: Path
) -> None:
    product_id = story.keep_story(database, fresh_tenant)
    nobodys(database, fresh_tenant, tmp_path)
    with database.uow(tenant=fresh_tenant, actor="anna", cause="test") as uow:
        waiting = charging.suspended_usage(uow).usage[0]
        rework_id = charging.correct_and_release(
            uow,
            of=Waiting(code="unknown_number", source="a.csv"),
            corrections={"served": {WRONG: story.NUMBER}, "quantity": "120"},
        )
    work_off(database)
    done = rework_of(database, fresh_tenant, rework_id)
    assert (done.state, done.total, done.rated) == ("done", 10, 10)
    # one of a minute, ten of two: 0.25 + 10 × 0.50
    assert charged(database, fresh_tenant, product_id) == (11, 5_250_000)
    with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        versions = uow.all(
            "select doc from kernel_history where tenant = %s and entity = 'Usage' and id = %s order by version",
            (fresh_tenant, waiting.usage_id),
        )
    numbers = [
        next(one["value"] for one in row["doc"]["usageCharacteristic"] if one["name"] == "servedNumber")
        for row in versions
    ]
    assert (numbers[0], numbers[-1]) == (WRONG, story.NUMBER)
    # sent again, with the number that was wrong, they are known
    again = rate_file(work(database, fresh_tenant), tmp_path / "a.csv")
    assert again.counts.duplicates == 10


def test_a_correction_that_makes_no_record_leaves_it_waiting(
    database: Database, fresh_tenant: str, tmp_path: Path
) -> None:
    story.keep_story(database, fresh_tenant)
    nobodys(database, fresh_tenant, tmp_path, 3)
    with database.uow(tenant=fresh_tenant, actor="anna", cause="test") as uow:
        rework_id = charging.correct_and_release(uow, of=Waiting(), corrections={"quantity": "much"})
    work_off(database)
    done = rework_of(database, fresh_tenant, rework_id)
    assert (done.state, done.rated, done.suspended) == ("done", 0, 3)
    assert tally(database, fresh_tenant).suspended == 3


def test_records_are_put_aside_with_a_reason_and_stay_known(
    database: Database, fresh_tenant: str, tmp_path: Path
) -> None:
    story.keep_story(database, fresh_tenant)
    nobodys(database, fresh_tenant, tmp_path)
    with database.uow(tenant=fresh_tenant, actor="anna", cause="test") as uow:
        first = charging.suspended_usage(uow).usage[0].usage_id
        store.USAGE.get_for_update(uow, first)  # somebody has it open: it has a document
        rework_id = charging.exclude_waiting(uow, of=Waiting(served=WRONG), because="test calls of the network")
    work_off(database)
    done = rework_of(database, fresh_tenant, rework_id)
    assert (done.state, done.excluded) == ("done", 30)
    assert tally(database, fresh_tenant) == Tally(accepted=31, rated=1, suspended=0, excluded=30)
    assert rate_file(work(database, fresh_tenant), tmp_path / "b.csv").counts.duplicates == 21


def test_such_work_is_stopped_and_does_nothing_more(database: Database, fresh_tenant: str, tmp_path: Path) -> None:
    story.keep_story(database, fresh_tenant)
    nobodys(database, fresh_tenant, tmp_path)
    with database.uow(tenant=fresh_tenant, actor="anna", cause="test") as uow:
        rework_id = charging.exclude_waiting(uow, of=Waiting(), because="a mistake")
        assert charging.stop_rework(uow, rework_id=rework_id).state == "stopped"
    work_off(database)
    done = rework_of(database, fresh_tenant, rework_id)
    assert (done.state, done.done, done.excluded) == ("stopped", 0, 0)
    assert tally(database, fresh_tenant).suspended == 30


def test_only_fields_of_a_record_are_corrected_and_nothing_is_put_aside_for_no_reason(
    database: Database, fresh_tenant: str
) -> None:
    with database.uow(tenant=fresh_tenant, actor="anna", cause="test") as uow:
        with pytest.raises(UsageInvalid) as refused:
            charging.correct_and_release(uow, of=Waiting(), corrections={"colour": "red"})
        assert refused.value.path == "colour"
        with pytest.raises(UsageInvalid) as refused:
            charging.exclude_waiting(uow, of=Waiting(), because=" ")
        assert refused.value.path == "because"
        assert charging.reworks(uow) == []
