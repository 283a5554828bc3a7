"""Usage comes in once, whatever way and however often; bad lines are told and the rest goes on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tandem.bss.charging import public as charging
from tandem.bss.charging import wire
from tandem.bss.charging.terms import FileReport, RejectedLine, Tally, UsageDiffers, UsageInvalid
from tandem.bss.charging.terms.files import FileCounts
from tandem.kernel import json
from tandem.kernel.money import Money
from tandem.kernel.state import IllegalTransition
from tandem.kernel.store import Database, Uow
from tests.bss.charging import story

HEADER = "record_id,usage_type,served_number,destination,started_at,quantity"
STORY_FILE = f"""{HEADER}
g-1,data,353209110001,,2026-10-20T10:00:00Z,12500000000
g-2,voice,353209110001,35391555010,2026-10-21T10:00:00Z,190
g-3,voice,353209110001,493012345678,2026-10-22T10:00:00Z,440
"""


def load(uow: Uow, text: str, source: str = "net.csv") -> FileReport:
    return charging.load_usage_file(uow, content=text.encode(), source=source)


def charged_total(uow: Uow) -> Money:
    charges = charging.charges_of_account(uow, billing_account_id=story.ACCOUNT, period=story.OCTOBER)
    return Money(sum(event.amount.micros for event in charges.events), "EUR")


def test_the_storys_file_is_charged_and_again_changes_nothing(uow: Uow, product_id: str) -> None:
    assert load(uow, STORY_FILE) == FileReport("net.csv", 3, 3, 0, 0, ())
    assert charged_total(uow) == Money.of("2.00", "EUR")
    before = charging.usage_summary(uow, product_id=product_id, moment=story.OCTOBER.start)
    assert load(uow, STORY_FILE, "again.csv") == FileReport("again.csv", 3, 0, 0, 3, ())
    assert charging.usage_summary(uow, product_id=product_id, moment=story.OCTOBER.start) == before
    assert charging.tally(uow) == Tally(accepted=3, rated=3, suspended=0, excluded=0)


def test_columns_may_come_in_any_order_and_more_of_them_are_kept(uow: Uow, product_id: str) -> None:
    text = (
        "\ufeffquantity,cell,started_at,usage_type,served_number,destination\r\n"
        '60,"272-01, 17",2026-10-20T11:00:00+01:00,voice,+353 20 911 0001,0049 30 12345678\r\n'
    )
    assert load(uow, text).rated == 1
    (event,) = charging.rated_events_of_product(uow, product_id=product_id).events
    assert (event.destination, event.amount) == (story.BERLIN, Money.of("0.25", "EUR"))
    why = charging.why_rated(uow, rated_event_id=event.id)
    record = why.because[-1]
    assert record.what == "usage record, file net.csv, line 2"
    assert record.facts["cell"] == "272-01, 17"


def test_the_same_record_by_file_and_by_request_is_one(uow: Uow, product_id: str) -> None:
    first = story.charged(uow, story.call(story.BERLIN, 440, at="2026-10-22T10:00:00Z"))
    without_id = f"{HEADER}\n,voice,353209110001,493012345678,2026-10-22T11:00:00+01:00,440\n"
    assert load(uow, without_id).duplicates == 1
    again = story.charged(uow, story.call("+49 30 12345678", 440, at="2026-10-22T10:00:00Z"))
    assert again.id == first.id
    assert charging.tally(uow).accepted == 1


def test_a_record_id_that_says_something_else_is_refused(uow: Uow, product_id: str) -> None:
    load(uow, STORY_FILE)
    report = load(uow, STORY_FILE.replace(",440", ",441"))
    assert (report.duplicates, report.accepted) == (2, 0)
    (rejected,) = report.rejected
    assert (rejected.line, rejected.field) == (4, "record_id")
    with pytest.raises(UsageDiffers):
        story.charged(uow, story.call(story.BERLIN, 1, recordId="g-3"))
    assert charged_total(uow) == Money.of("2.00", "EUR")


def test_a_line_that_stands_twice_in_a_file_is_charged_once(uow: Uow, product_id: str) -> None:
    line = ",voice,353209110001,493012345678,2026-10-22T10:00:00Z,440\n"
    report = load(uow, f"{HEADER}\n{line}{line}x{line}")
    assert (report.rated, report.duplicates) == (2, 1)


BAD_LINES = [
    ("x,fax,353209110001,49,2026-10-22T10:00:00Z,1", "usage_type"),
    ("x,voice,,49,2026-10-22T10:00:00Z,1", "served_number"),
    ("x,voice,Niamh,49,2026-10-22T10:00:00Z,1", "served_number"),
    ("x,voice,353209110001,,2026-10-22T10:00:00Z,1", "destination"),
    ("x,voice,353209110001,49,yesterday,1", "started_at"),
    ("x,voice,353209110001,49,2026-10-22T10:00:00,1", "started_at"),
    ("x,voice,353209110001,49,0001-01-01T00:00:00+14:00,1", "started_at"),
    ("x,voice,353209110001,49,9999-12-31T23:59:59Z,1", "started_at"),
    ("x,voice,353209110001,49,2026-10-22T10:00:00Z,-1", "quantity"),
    ("x,voice,353209110001,49,2026-10-22T10:00:00Z,1.5", "quantity"),
    ("x,voice,353209110001,49,2026-10-22T10:00:00Z,9999999999999999999", "quantity"),
    ("x,voice,353209110001,49,2026-10-22T10:00:00Z", ""),
    ("x,voice,353209110001,49,2026-10-22T10:00:00Z,1,2", ""),
    ('x,voice,353209110001,49,2026-10-22T10:00:00Z,"1', ""),
    ("x" * 201 + ",voice,353209110001,49,2026-10-22T10:00:00Z,1", "record_id"),
    ("x" * 10_001, ""),
    ("x,voi\0ce,353209110001,49,2026-10-22T10:00:00Z,1", ""),
]


def test_bad_lines_are_told_by_line_and_column_and_the_rest_goes_on(uow: Uow, product_id: str) -> None:
    good = "voice,353209110001,493012345678,2026-10-22T10:00:00Z,60"
    lines = [HEADER, f"first,{good}", *(line for line, _ in BAD_LINES), "", f"last,{good}"]
    content = "\n".join(lines).encode() + b"\nx,voice,353209110001,\xff,2026-10-22T10:00:00Z,1"
    report = charging.load_usage_file(uow, content=content, source="bad.csv")
    assert (report.lines, report.rated, report.suspended, report.duplicates) == (len(BAD_LINES) + 3, 2, 0, 0)
    places = [(number, field) for number, (_, field) in enumerate(BAD_LINES, 3)] + [(len(BAD_LINES) + 5, "")]
    assert [(one.line, one.field) for one in report.rejected] == places
    assert report.rejected[-1] == RejectedLine(len(BAD_LINES) + 5, "", "octet 22 of the line is not UTF-8")
    assert charged_total(uow) == Money.of("0.50", "EUR")


@pytest.mark.parametrize("first", ["", "a,b,c", "usage_type,served_number,started_at", HEADER + ",quantity", "\0"])
def test_a_file_that_does_not_name_its_columns_is_refused_whole(uow: Uow, product_id: str, first: str) -> None:
    with pytest.raises(UsageInvalid) as refused:
        load(uow, f"{first}\n" + STORY_FILE.split("\n", 1)[1])
    assert refused.value.path == "line 1"
    assert charging.tally(uow).accepted == 0


BAD_DOCUMENTS: list[tuple[dict[str, Any], str]] = [
    ({"usageType": "fax"}, "usageType"),
    ({"usageDate": "2026-10-20T10:00:00"}, "usageDate"),
    ({"usageCharacteristic": [{"name": "duration", "value": 1}]}, "usageCharacteristic"),
    ({"usageCharacteristic": [{"name": "msisdn", "value": "1"}, {"name": "msisdn", "value": "1"}]},
     "usageCharacteristic[1].name"),
    ({"usageCharacteristic": [{"name": "msisdn", "value": "1"}, {"name": "calledNumber", "value": "2"},
                              {"name": "duration", "value": True}]}, "usageCharacteristic[2].value"),
]  # fmt: skip


@pytest.mark.parametrize(("wrong", "path"), BAD_DOCUMENTS)
def test_a_document_that_is_no_usage_record_is_refused_with_its_path(
    uow: Uow, product_id: str, wrong: dict[str, Any], path: str
) -> None:
    with pytest.raises(UsageInvalid) as refused:
        story.charged(uow, {**story.call(story.BERLIN, 60), **wrong})
    assert refused.value.path == path
    assert charging.tally(uow).accepted == 0


def test_a_client_does_not_say_that_its_record_is_rated(uow: Uow, product_id: str) -> None:
    with pytest.raises(IllegalTransition):
        story.charged(uow, {**story.call(story.BERLIN, 60), "status": "rated"})


def test_a_drop_folder_is_taken_and_each_file_lies_beside_its_report(
    database: Database, fresh_tenant: str, tmp_path: Path
) -> None:
    story.keep_story(database, fresh_tenant)
    (tmp_path / "a.csv").write_text(STORY_FILE)
    (tmp_path / "b.csv").write_text(STORY_FILE)
    (tmp_path / "c.csv").write_text("nothing like it")
    (tmp_path / "d.csv.part").write_text("half of")
    work = wire.Work(database, fresh_tenant, "tester", "test")
    files = wire.take_dropped(work, tmp_path)
    assert [(one.name, one.state, one.counts) for one in files] == [
        ("a.csv", "done", FileCounts(rated=3)),
        ("b.csv", "done", FileCounts(duplicates=3)),
        ("c.csv", "refused", FileCounts()),
    ]
    found = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file())
    assert found == [
        "d.csv.part",
        "done/a.csv",
        "done/a.csv.report.json",
        "done/b.csv",
        "done/b.csv.report.json",
        "refused/c.csv",
        "refused/c.csv.report.json",
    ]
    assert json.loads((tmp_path / "done/b.csv.report.json").read_bytes())["duplicates"] == 3
    assert wire.take_dropped(work, tmp_path) == []
