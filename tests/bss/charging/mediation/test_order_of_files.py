"""Files that are missing are told, and partial records of long uses wait until their session is whole."""

from __future__ import annotations

from pathlib import Path

from tandem.bss.charging import public as charging
from tandem.bss.charging.rules.files.form import FileForm, form_of
from tandem.bss.charging.terms import Tally
from tandem.bss.charging.terms.files import FileCounts, MissingFiles, RecordChange
from tandem.bss.charging.wire import Wanted, rate_file
from tandem.kernel.json import dumps
from tandem.kernel.store import Database
from tests.bss.charging import story
from tests.bss.charging.mediation.sending import call_line, charged, csv_of, ended, put, tally, told, work

NUMBERED = {"place": "name", "pattern": "net-(?P<number>[0-9]+)", "modulo": 1000}


def form(**more: object) -> FileForm:
    """Our CSV with partial records, as a sender's form."""
    fields = {
        "recordId": {"source": ["record_id"]},
        "served": {"source": ["served_number"]},
        "service": {"source": ["usage_type"]},
        "startedAt": {"source": ["started_at"]},
        "quantity": {"source": ["quantity"]},
        "destination": {"source": ["destination"]},
    }
    told_fields = {**fields, **more.pop("fields", {})}  # type: ignore[dict-item]
    return form_of(dumps({"name": "net-7", "kind": "delimited", "fields": told_fields, **more}))


PARTS = form(
    fields={
        "session": {"source": ["session"]},
        "partialSequence": {"source": ["part"]},
        "isLast": {"source": ["last"]},
    }
)


def parts(*rows: tuple[str, str, int, int, bool]) -> bytes:
    """Data of the story's customer: record id, session, number, octets, whether it is the last."""
    lines = ["record_id,usage_type,served_number,destination,started_at,quantity,session,part,last"]
    lines += [
        f"{ref},data,{story.NUMBER},,2026-10-20T10:{number:02}:00Z,{octets},{session},{number},{str(last).lower()}"
        for ref, session, number, octets, last in rows
    ]
    return "".join(f"{line}\n" for line in lines).encode()


def test_missing_files_of_a_source_are_told_once_and_listed(
    database: Database, fresh_tenant: str, tmp_path: Path
) -> None:
    story.keep_story(database, fresh_tenant)
    doing, wanted = work(database, fresh_tenant), Wanted(source="msc-7", form=form(sequence=NUMBERED))
    for number in (998, 999, 3, 4, 6):
        rate_file(doing, put(tmp_path, f"net-{number:03}.csv", csv_of([call_line(number)])), wanted)
    events = told(database, fresh_tenant, "charging.UsageFileMissing")
    gaps = [(one["source"], one["first"], one["last"]) for one in events]
    assert gaps == [("msc-7", 0, 2), ("msc-7", 5, 5)]
    with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        assert charging.missing_files(uow) == [MissingFiles("msc-7", ((0, 2), (5, 5)), (), 6)]
    rate_file(doing, put(tmp_path, "net-001.csv", csv_of([call_line(1)])), wanted)
    assert len(told(database, fresh_tenant, "charging.UsageFileMissing")) == 2
    with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        (found,) = charging.missing_files(uow)
    assert found.missing == ((2, 2), (5, 5))  # a counter that turns may leave 0 out


def test_parts_of_one_file_are_rated_as_one_use(database: Database, fresh_tenant: str, tmp_path: Path) -> None:
    product_id = story.keep_story(database, fresh_tenant)
    content = parts(
        ("p-1", "s-1", 1, 99_999_999_999, False), ("p-2", "s-1", 2, 500_001, False), ("p-3", "s-1", 3, 1, True)
    )
    file = rate_file(work(database, fresh_tenant), put(tmp_path, "a.csv", content), Wanted(form=PARTS))
    assert ended(file) == ("done", FileCounts(rated=3))
    # 100 GB are included; 500,001 octets more are one MB, 0.005, half-up 0.01: once, not once for each part
    assert charged(database, fresh_tenant, product_id)[1] == 10_000


def test_parts_wait_for_the_others_of_their_session_through_several_files(
    database: Database, fresh_tenant: str, tmp_path: Path
) -> None:
    product_id = story.keep_story(database, fresh_tenant)
    doing, wanted = work(database, fresh_tenant), Wanted(form=PARTS)
    second = put(tmp_path, "b.csv", parts(("p-2", "s-1", 2, 500_001, False), ("q-1", "s-2", 1, 7, True)))
    assert ended(rate_file(doing, second, wanted)) == ("done", FileCounts(rated=1, suspended=1))
    with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        (waiting,) = charging.suspended_usage(uow).usage
    assert (waiting.code, waiting.reason) == ("waiting_for_parts", "session s-1 lacks record 1")
    assert ended(rate_file(doing, second, wanted)) == ("done", FileCounts(duplicates=2))
    third = put(tmp_path, "c.csv", parts(("p-3", "s-1", 3, 1, True)))
    assert ended(rate_file(doing, third, wanted)) == ("done", FileCounts(suspended=1))
    first = put(tmp_path, "a.csv", parts(("p-1", "s-1", 1, 99_999_999_990, False)))
    assert ended(rate_file(doing, first, wanted)) == ("done", FileCounts(rated=1))
    assert tally(database, fresh_tenant) == Tally(accepted=4, rated=4, suspended=0, excluded=0)
    # with the 7 of the other session 100 GB are used but for 3; 499,999 are paid: 1 MB, 0.005, half-up 0.01
    assert charged(database, fresh_tenant, product_id)[1] == 10_000
    with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        (change,) = charging.record_history(uow, usage_id=waiting.usage_id)
        left = uow.all("select 1 from charging_part where tenant = %s", (fresh_tenant,))
    assert change == RecordChange(
        change.at, "whole", "waiting_for_parts", "session s-1 lacks record 1", "tester", "test"
    )
    assert left == []
