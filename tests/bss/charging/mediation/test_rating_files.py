"""A usage file is rated once whatever happens to it: packed, sent again, damaged, growing, stopped, killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tandem.bss.catalog.seed import MAX_100
from tandem.bss.charging import public as charging
from tandem.bss.charging.terms import Tally
from tandem.bss.charging.terms.files import FileCounts, FileFault
from tandem.bss.charging.wire import Progress, Wanted, rate_file, report_beside
from tandem.bss.party import seed as party_seed
from tandem.bss.subscriptions import public as subscriptions
from tandem.bss.subscriptions.terms import NewProduct, Realization
from tandem.kernel.store import Database
from tests.bss.charging import story
from tests.bss.charging.mediation.sending import (
    JSON_FORM,
    call_line,
    charged,
    csv_of,
    ended,
    json_of,
    put,
    tally,
    told,
    work,
)

SMALL = 1 << 14
"""Some 200 lines."""


@pytest.mark.parametrize("name", ["net.csv", "net.csv.gz"])
def test_a_file_is_rated_and_its_row_tells_how(
    database: Database, fresh_tenant: str, tmp_path: Path, name: str
) -> None:
    product_id = story.keep_story(database, fresh_tenant)
    path = put(tmp_path, name, csv_of([call_line(n) for n in range(40)]))
    file = rate_file(work(database, fresh_tenant), path)
    assert ended(file) == ("done", FileCounts(rated=40))
    assert (file.name, file.source, file.form, file.size) == (name, "usage-csv", "usage-csv", path.stat().st_size)
    assert (file.percent, file.reason, file.by_whom) == (100, "", "tester")
    assert charged(database, fresh_tenant, product_id) == (40, 10_000_000)
    (event,) = told(database, fresh_tenant, "charging.UsageFileEnded")
    assert (event["file_id"], event["state"], event["rated"]) == (file.id, "done", 40)
    assert not report_beside(path).exists()


def test_a_file_sent_again_under_another_name_and_form_changes_nothing(
    database: Database, fresh_tenant: str, tmp_path: Path
) -> None:
    product_id = story.keep_story(database, fresh_tenant)
    lines = [call_line(n) for n in range(300)]
    doing = work(database, fresh_tenant)
    assert ended(rate_file(doing, put(tmp_path, "a.csv", csv_of(lines)))) == ("done", FileCounts(rated=300))
    before = charged(database, fresh_tenant, product_id)
    known = ("done", FileCounts(duplicates=300))
    assert ended(rate_file(doing, tmp_path / "a.csv")) == known
    assert ended(rate_file(doing, put(tmp_path, "b.csv.gz", csv_of(lines)))) == known
    other = put(tmp_path, "c.jsonl", json_of(lines))
    assert ended(rate_file(doing, other, Wanted(source="other", form=JSON_FORM))) == known
    assert charged(database, fresh_tenant, product_id) == before
    assert tally(database, fresh_tenant) == Tally(accepted=300, rated=300, suspended=0, excluded=0)


def test_one_bad_record_is_told_by_line_and_field_and_the_rest_goes_on(
    database: Database, fresh_tenant: str, tmp_path: Path
) -> None:
    story.keep_story(database, fresh_tenant)
    lines = [call_line(n) for n in range(1_000)]
    lines[700] = f"r-700,voice,{story.NUMBER},{story.BERLIN},2026-10-20T10:00:00Z,many"
    lines[800] = call_line(800).replace("r-800", "r-8\xff")
    content = csv_of(lines).replace("\xff".encode(), b"\xff")
    path = put(tmp_path, "net.csv", content)
    file = rate_file(work(database, fresh_tenant), path, Wanted(block=SMALL))
    assert ended(file) == ("done", FileCounts(rated=998, rejected=2))
    with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        faults = charging.usage_file_faults(uow, file_id=file.id)
    assert [(one.line, one.field) for one in faults] == [(702, "quantity"), (802, "")]
    assert faults[1] == FileFault(802, "", "octet 4 of the line is not UTF-8")
    told_beside = report_beside(path).read_text().splitlines()
    assert told_beside[0] == "line,field,reason"
    assert [line.split(",")[:2] for line in told_beside[1:]] == [["702", "quantity"], ["802", ""]]


def test_what_a_known_id_says_otherwise_is_rejected(database: Database, fresh_tenant: str, tmp_path: Path) -> None:
    story.keep_story(database, fresh_tenant)
    doing = work(database, fresh_tenant)
    rate_file(doing, put(tmp_path, "a.csv", csv_of([call_line(1)])))
    path = put(tmp_path, "b.csv", csv_of([call_line(2), call_line(1, 61)]))
    file = rate_file(doing, path)
    assert ended(file) == ("done", FileCounts(rated=1, rejected=1))
    assert report_beside(path).read_text().splitlines()[1].startswith('3,record_id,"its record id is that of usage ')


def test_a_packed_file_that_is_cut_off_is_refused_after_what_is_whole(
    database: Database, fresh_tenant: str, tmp_path: Path
) -> None:
    product_id = story.keep_story(database, fresh_tenant)
    whole = put(tmp_path, "net.csv.gz", csv_of([call_line(n) for n in range(2_000)]))
    cut = tmp_path / "cut.csv.gz"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    doing = work(database, fresh_tenant)
    file = rate_file(doing, cut, Wanted(block=SMALL))
    assert (file.state, file.reason) == ("refused", "the packed file ends in the middle")
    assert 0 < file.counts.rated < 2_000
    rest = rate_file(doing, whole, Wanted(block=SMALL))
    assert ended(rest) == (
        "done",
        FileCounts(rated=2_000 - file.counts.rated, duplicates=file.counts.rated),
    )
    assert charged(database, fresh_tenant, product_id) == (2_000, 500_000_000)


def test_a_file_of_no_known_form_is_refused_and_nothing_is_kept(
    database: Database, fresh_tenant: str, tmp_path: Path
) -> None:
    story.keep_story(database, fresh_tenant)
    file = rate_file(work(database, fresh_tenant), put(tmp_path, "x", b"nothing like it\n"))
    assert (file.state, file.counts) == ("refused", FileCounts())
    assert file.reason == "no known form begins like this file: name its form"
    assert tally(database, fresh_tenant).accepted == 0


def test_a_file_that_grows_is_left_before_its_last_records_and_rated_whole_later(
    database: Database, fresh_tenant: str, tmp_path: Path
) -> None:
    product_id = story.keep_story(database, fresh_tenant)
    lines = [call_line(n) for n in range(1_000)]
    half = call_line(1_000, 600)
    path = put(tmp_path, "net.csv", csv_of(lines) + half[:-1].encode())

    def write_on(progress: Progress) -> None:
        if path.read_bytes().endswith(half[:-1].encode()):
            with path.open("ab") as file:
                file.write(half[-1:].encode() + b"\n")

    file = rate_file(work(database, fresh_tenant, told=write_on), path, Wanted(block=SMALL))
    assert file.state == "received"
    assert file.reason == "it was written to while it was rated: it goes on when that is over"
    again = rate_file(work(database, fresh_tenant), path, Wanted(block=SMALL))
    assert again.state == "done"
    assert again.counts.rated + file.counts.rated == 1_001
    # a thousand calls of a minute at 0.25, one of ten
    assert charged(database, fresh_tenant, product_id) == (1_001, 252_500_000)


def test_a_file_that_is_stopped_goes_on_where_it_was(database: Database, fresh_tenant: str, tmp_path: Path) -> None:
    product_id = story.keep_story(database, fresh_tenant)
    lines = [call_line(n) for n in range(2_000)]
    lines[100] = "x"
    path = put(tmp_path, "net.csv", csv_of(lines))
    stop = threading.Event()
    seen: list[Progress] = []

    def after_some(progress: Progress) -> None:
        seen.append(progress)
        if progress.records > 800:
            stop.set()

    first = rate_file(work(database, fresh_tenant, told=after_some, stop=stop), path, Wanted(block=SMALL))
    assert first.state == "stopped"
    assert first.counts == seen[-1].counts
    assert (first.counts.rejected, first.counts.records) == (1, seen[-1].records)
    assert 0 < first.percent < 100
    then = rate_file(work(database, fresh_tenant, told=seen.append), path, Wanted(block=SMALL))
    assert then.id == first.id
    assert ended(then) == ("done", FileCounts(rated=1_999, rejected=1))
    assert charged(database, fresh_tenant, product_id) == (1_999, 499_750_000)
    assert len(report_beside(path).read_text().splitlines()) == 2


def test_a_file_that_somebody_stops_ends_after_the_batch_at_hand(
    database: Database, fresh_tenant: str, tmp_path: Path
) -> None:
    story.keep_story(database, fresh_tenant)
    path = put(tmp_path, "net.csv", csv_of([call_line(n) for n in range(2_000)]))

    def stop_it(progress: Progress) -> None:
        with database.uow(tenant=fresh_tenant, actor="anna", cause="test") as uow:
            (file,) = charging.usage_files(uow, state="running").files
            charging.stop_file(uow, file_id=file.id)

    file = rate_file(work(database, fresh_tenant, told=stop_it), path, Wanted(block=SMALL))
    assert file.state == "stopped"
    assert 0 < file.counts.rated < 2_000
    assert file.counts.rated == tally(database, fresh_tenant).rated


OTHER = "353209110002"


def subscribe_other(database: Database, tenant: str) -> str:
    """A product of another customer, on another account."""
    new = NewProduct(
        name="Max 100",
        customer_id=party_seed.customer_id("1002"),
        billing_account_id=party_seed.billing_account_id("1002"),
        offering_id=MAX_100,
        order_id="order-2",
        order_item_id="1",
        characteristics={"msisdn": OTHER},
    )
    with database.uow(tenant=tenant, actor="tester", cause="test") as uow:
        product = subscriptions.create_pending_product(uow, new=new)
        subscriptions.activate_product(uow, product_id=product.id, moment=story.ACTIVE_FROM, given=Realization())
    return product.id


def test_several_connections_keep_the_uses_of_an_account_in_order(
    database: Database, fresh_tenant: str, tmp_path: Path
) -> None:
    first = story.keep_story(database, fresh_tenant)
    second = subscribe_other(database, fresh_tenant)
    # a thousand minutes at home are included: the last 100 of 1,100 calls cost 0.15
    lines = [call_line(n, ref=f"{number}-{n}", to=story.GALWAY).replace(story.NUMBER, number)
             for n in range(1_100) for number in (story.NUMBER, OTHER, "353209119999")]  # fmt: skip
    lines[1_500] = "x"
    path = put(tmp_path, "net.csv", csv_of(lines))
    file = rate_file(work(database, fresh_tenant, worth_parting=2, lanes=3), path, Wanted(block=1 << 16))
    assert ended(file) == ("done", FileCounts(rated=2_199, suspended=1_100, rejected=1))
    with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        for product_id, calls in ((first, 1_099), (second, 1_100)):
            events = charging.rated_events_of_product(uow, product_id=product_id, limit=2_000).events
            paid = [event.started_at for event in events if event.amount]
            assert len(events) == calls
            assert paid == [event.started_at for event in events[: calls - 1_000]]


_CHILD = """
import sys
from pathlib import Path
from tandem.app import wiring
from tandem.bss.charging.wire import Wanted, Work, rate_file
from tandem.kernel.store import Database
wiring.declare_tables()
url, tenant, path, block = sys.argv[1:]
with Database(url, max_size=4) as database:
    rate_file(Work(database, tenant, "tester", "test", worth_parting=2), Path(path), Wanted(block=int(block)))
"""


def test_a_process_that_is_killed_in_the_middle_loses_nothing_and_charges_nothing_twice(
    database: Database, database_urls: tuple[str, str], fresh_tenant: str, tmp_path: Path
) -> None:
    product_id = story.keep_story(database, fresh_tenant)
    count = 6_000
    other_id = subscribe_other(database, fresh_tenant)
    lines = [call_line(n, ref="") for n in range(count)]
    lines[1::2] = [line.replace(story.NUMBER, OTHER) for line in lines[1::2]]
    path = put(tmp_path, "net.csv", csv_of(lines))
    kills = 0
    for at_least in (1, 1_500, 3_500):
        child = subprocess.Popen(
            [sys.executable, "-c", _CHILD, database_urls[1], fresh_tenant, str(path), str(1 << 15)],
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[4])},
        )
        while child.poll() is None and tally(database, fresh_tenant).rated < at_least:
            pass
        child.send_signal(signal.SIGKILL)
        kills += child.wait() == -signal.SIGKILL
    assert kills >= 2
    before = tally(database, fresh_tenant).rated
    assert 0 < before <= count
    file = rate_file(work(database, fresh_tenant), path, Wanted(block=1 << 15))
    assert ended(file) == ("done", FileCounts(rated=count))
    for one in (product_id, other_id):
        assert charged(database, fresh_tenant, one) == (count // 2, count // 2 * 250_000)
    assert tally(database, fresh_tenant) == Tally(accepted=count, rated=count, suspended=0, excluded=0)
