"""Sessions that end without a word: nothing was heard of them, or their server began anew. And their records' files."""

from __future__ import annotations

from tandem.bss.catalog import seed as catalog_seed
from tandem.bss.charging import jobs
from tandem.bss.charging.terms.online import Units
from tandem.bss.charging.wire import process
from tests.bss.charging.online.network import MB, Network


def test_a_session_that_fell_silent_is_closed_and_goes_on_when_it_speaks(network: Network) -> None:
    product = network.subscribe(offering=catalog_seed.MAX_100)
    network.ask(network.create())
    network.ask(network.update("s-1", 1, 30 * MB))
    network.later(hours=23)
    network.do(lambda uow: jobs.close_stale_sessions(uow, uow.now))
    assert network.records("s-1") == []
    network.later(hours=2)
    network.do(lambda uow: jobs.close_stale_sessions(uow, uow.now))
    (record,) = network.records("s-1")
    assert record["causeForRecClosing"] == 4
    bucket = network.buckets()["100 GB of data"]
    assert (bucket["used"], bucket["reserved"]) == (30 * MB, 0)
    again = network.ask(network.update("s-1", 2, 5 * MB))
    assert (again.result, again.parts[0].granted) == ("success", Units(total_octets=100 * MB))
    network.ask(network.release("s-1", 3, 6 * MB))
    assert [record["causeForRecClosing"] for record in network.records("s-1")] == [4, 0]
    assert sum(quantity for _, quantity, _, _ in network.charged(product)) == 41 * MB


def test_a_server_that_begins_anew_has_no_sessions_and_others_keep_theirs(network: Network) -> None:
    network.subscribe(offering=catalog_seed.MAX_100)
    for session in ("bng/a;1", "bng/a;2", "bng/ab;1"):
        network.ask(network.create(session, protocol="radius"))
    assert network.do(lambda uow: process.close_sessions_of(uow, nas="bng/a")) == 2
    assert network.do(lambda uow: process.close_sessions_of(uow, nas="bng/a")) == 0
    assert network.buckets()["100 GB of data"]["reserved"] == 100 * MB
    assert [len(network.records(session)) for session in ("bng/a;1", "bng/a;2", "bng/ab;1")] == [1, 1, 0]


def test_closed_records_are_filed_once_as_octets_and_as_text(network: Network) -> None:
    network.subscribe(offering=catalog_seed.MAX_100)
    network.send(network.create("s-1"), network.create("s-2"))
    network.send(network.release("s-1", 1, 3 * MB), network.release("s-2", 1, 4 * MB))
    made = network.do(process.file_records)
    assert made is not None and made.name.startswith(f"chf-{network.tenant}-20261110T120000")
    lines = made.text.decode().splitlines()
    assert len(lines) == 3
    assert [line.split(",")[9] for line in sorted(lines[1:])] == [str(3 * MB), str(4 * MB)]
    assert len(made.ber) > 100
    assert network.do(process.file_records) is None


def test_answers_and_ended_sessions_are_forgotten_after_a_week(network: Network) -> None:
    network.subscribe(offering=catalog_seed.MAX_100)
    network.ask(network.create("s-1"))
    network.ask(network.release("s-1", 1, 3 * MB))
    network.ask(network.create("s-2"))
    network.later(days=6)
    network.do(lambda uow: jobs.forget_answers(uow, uow.now))
    assert kept(network) == (2, 3)
    network.later(days=2)
    network.do(lambda uow: jobs.forget_answers(uow, uow.now))
    assert kept(network) == (1, 0)


def kept(network: Network) -> tuple[int, int]:
    """Sessions and answers."""
    row = network.do(
        lambda uow: uow.one(
            "select (select count(*) from charging_session where tenant = %s) as sessions, "
            "(select count(*) from charging_answer where tenant = %s) as answers",
            (uow.tenant, uow.tenant),
        )
    )
    return row["sessions"], row["answers"]
