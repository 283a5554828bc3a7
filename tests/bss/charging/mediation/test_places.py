"""Files lie in a drop folder, or come in at the door; persons see how far they are, stop them and let them go on."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path

import pytest

from tandem.bss.charging import public as charging
from tandem.bss.charging.commands.receiving import ReceivedFile
from tandem.bss.charging.terms import Tally, UsageInvalid
from tandem.bss.charging.terms.files import FileCounts, UsageFileUnknown
from tandem.bss.charging.wire import Progress, take_dropped, take_received
from tandem.kernel.store import Database
from tests.bss.charging import story
from tests.bss.charging.mediation.sending import JSON_FORM, call_line, csv_of, json_of, put, tally, work

FORM = json.dumps(
    {
        "name": "net-json",
        "kind": "json",
        "fields": {
            "recordId": {"source": ["ref"]},
            "served": {"source": ["a"]},
            "service": {"source": ["what"]},
            "startedAt": {"source": ["from"]},
            "quantity": {"source": ["much"]},
            "destination": {"source": ["b"]},
        },
    }
)


def lying(folder: Path) -> list[str]:
    """Every file below a folder."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_each_senders_folder_has_its_form_and_its_files_end_aside(
    database: Database, fresh_tenant: str, tmp_path: Path
) -> None:
    story.keep_story(database, fresh_tenant)
    sender = tmp_path / "msc-7"
    sender.mkdir()
    (sender / "form.json").write_text(FORM)
    put(sender, "a.jsonl.gz", json_of([call_line(1), "x,y,z,0,1,2"]))
    put(tmp_path, "b.csv", csv_of([call_line(1), call_line(2)]))
    (tmp_path / "c.csv.part").write_text("half of")
    files = take_dropped(work(database, fresh_tenant), tmp_path)
    assert [(one.source, one.form, one.counts) for one in files] == [
        ("usage-csv", "usage-csv", FileCounts(rated=2)),
        ("msc-7", "net-json", FileCounts(duplicates=1, rejected=1)),
    ]
    assert lying(tmp_path) == [
        "c.csv.part",
        "done/b.csv",
        "done/b.csv.report.json",
        "msc-7/done/a.jsonl.gz",
        "msc-7/done/a.jsonl.gz.rejected.csv",
        "msc-7/done/a.jsonl.gz.report.json",
        "msc-7/form.json",
    ]
    report = json.loads((sender / "done/a.jsonl.gz.report.json").read_bytes())
    assert (report["records"], report["duplicates"], report["rejected"], report["lines"][0]["line"]) == (2, 1, 1, 2)


def test_a_file_that_was_just_written_to_is_left_for_the_next_time(
    database: Database, fresh_tenant: str, tmp_path: Path
) -> None:
    story.keep_story(database, fresh_tenant)
    path = put(tmp_path, "a.csv", csv_of([call_line(1)]))
    written_ns = path.stat().st_mtime_ns
    assert take_dropped(work(database, fresh_tenant), tmp_path, before_ns=written_ns - 1) == []
    (file,) = take_dropped(work(database, fresh_tenant), tmp_path, before_ns=written_ns)
    assert file.counts == FileCounts(rated=1)


def test_a_dropped_file_that_a_person_stopped_lies_until_it_is_resumed(
    database: Database, fresh_tenant: str, tmp_path: Path
) -> None:
    story.keep_story(database, fresh_tenant)
    put(tmp_path, "a.csv", csv_of([call_line(n) for n in range(10)]) + call_line(10).encode())
    ids: list[str] = []

    def stop_it(progress: Progress) -> None:
        with database.uow(tenant=fresh_tenant, actor="anna", cause="test") as uow:
            (file,) = charging.usage_files(uow).files
            ids.append(file.id)
            charging.stop_file(uow, file_id=file.id)

    assert take_dropped(work(database, fresh_tenant, told=stop_it), tmp_path) == []
    assert take_dropped(work(database, fresh_tenant), tmp_path) == []
    with database.uow(tenant=fresh_tenant, actor="anna", cause="test") as uow:
        assert charging.usage_file(uow, file_id=ids[0]).state == "stopped"
        assert charging.resume_file(uow, file_id=ids[0]).state == "received"
    (file,) = take_dropped(work(database, fresh_tenant), tmp_path)
    assert (file.id, file.counts) == (ids[0], FileCounts(rated=11))


def receive(database: Database, tenant: str, folder: Path, name: str, content: bytes, form: str = "") -> str:
    """A file comes in at the door."""
    with database.uow(tenant=tenant, actor="anna", cause="test") as uow:
        return charging.receive_file(
            uow, received=ReceivedFile(name, BytesIO(content), "roaming-hub", form), folder=folder
        )


def test_a_received_file_waits_and_is_rated_by_a_worker(database: Database, fresh_tenant: str, tmp_path: Path) -> None:
    story.keep_story(database, fresh_tenant)
    lines = [call_line(n) for n in range(20)]
    file_id = receive(database, fresh_tenant, tmp_path, "../../a b.jsonl", json_of(lines), FORM)
    with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        file = charging.usage_file(uow, file_id=file_id)
    assert (file.state, file.name, file.source, file.form) == (
        "received",
        "../../a b.jsonl",
        "roaming-hub",
        JSON_FORM.name,
    )
    assert Path(file.place).parent == tmp_path / "incoming"
    (done,) = take_received(work(database, fresh_tenant))
    assert (done.id, done.state, done.counts) == (file_id, "done", FileCounts(rated=20))
    with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        page = charging.usage_files(uow, state="done")
    assert (page.total, page.files[0].id) == (1, file_id)
    assert Path(page.files[0].place).parent == tmp_path / "done"
    assert list((tmp_path / "incoming").iterdir()) == []
    assert take_received(work(database, fresh_tenant)) == []


def test_a_received_file_that_is_gone_is_refused(database: Database, fresh_tenant: str, tmp_path: Path) -> None:
    story.keep_story(database, fresh_tenant)
    receive(database, fresh_tenant, tmp_path, "a.csv", csv_of([call_line(1)]), "usage-csv")
    next((tmp_path / "incoming").iterdir()).unlink()
    (file,) = take_received(work(database, fresh_tenant))
    assert (file.state, file.reason) == ("refused", "the file lies there no more")


@pytest.mark.parametrize(("form", "path"), [("no-such-form", "form"), ('{"name": "x"}', "form")])
def test_a_file_with_a_form_that_is_none_is_not_received(
    database: Database, fresh_tenant: str, tmp_path: Path, form: str, path: str
) -> None:
    with pytest.raises(UsageInvalid) as refused:
        receive(database, fresh_tenant, tmp_path, "a.csv", b"x", form)
    assert refused.value.path == path
    assert list(tmp_path.iterdir()) == []


def test_an_empty_file_is_not_received(database: Database, fresh_tenant: str, tmp_path: Path) -> None:
    with pytest.raises(UsageInvalid):
        receive(database, fresh_tenant, tmp_path, "a.csv", b"")
    assert lying(tmp_path) == []
    assert tally(database, fresh_tenant) == Tally(0, 0, 0, 0)


def test_a_file_that_nobody_knows_is_not_stopped(database: Database, fresh_tenant: str) -> None:
    with (
        pytest.raises(UsageFileUnknown),
        database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow,
    ):
        charging.stop_file(uow, file_id="nothing")
