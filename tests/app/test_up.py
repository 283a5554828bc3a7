"""`tandem up` as an operator lives with it: started, asked, killed, started again, backed up, brought back, stopped."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tandem.kernel.json import Doc
from tandem.kernel.store.backup import TableContent, read_contents
from tandem.kernel.store.embedded import EmbeddedPostgres
from tandem.kernel.store.embedded.binaries import iter_installed
from tandem.kernel.store.embedded.cluster import SUPERUSER
from tandem.kernel.store.embedded.ports import free_port
from tandem.oss.elements.public import find_running_hlr
from tests.app.operators import Up, data_folder, is_alive, operator_up

pytestmark = [pytest.mark.slow, pytest.mark.postgres]


@pytest.fixture(scope="module")
def up() -> Iterator[Up]:
    with operator_up() as one:
        yield one


@pytest.fixture(scope="module")
def agent(up: Up) -> str:
    return up.token("agent")


def test_it_says_that_it_is_up_and_serves_who_has_a_token(up: Up, agent: str) -> None:
    assert f"Tandem is up at http://127.0.0.1:{up.port}" in up.told
    assert "home register: simulated" in up.told
    order_id = up.place_order(agent)
    order = up.await_order(order_id, "completed", token=agent)
    assert [one["state"] for one in order["productOrderItem"]] == ["completed"]
    with pytest.raises(AssertionError, match="401"):
        up.call("GET", f"/tmf-api/productOrderingManagement/v5/productOrder/{order_id}", token="nonsense")


def test_a_role_that_there_is_not_gets_no_token(up: Up) -> None:
    refused = up.command("token", "--role", "king")
    assert refused.returncode != 0 and "no role is called king" in refused.stderr


def test_why_leads_from_an_order_to_the_request_that_made_it(up: Up, agent: str) -> None:
    order_id = up.place_order(agent)
    up.await_order(order_id, "completed", token=agent)
    told = up.command("why", "ProductOrder", order_id)
    assert told.returncode == 0, told.stderr
    assert "completed" in told.stdout
    assert "request" in told.stdout, told.stdout
    assert "agent" in told.stdout, told.stdout


def test_the_audit_chain_is_sound(up: Up, agent: str) -> None:
    up.place_order(agent)
    told = up.command("audit")
    assert told.returncode == 0, told.stdout + told.stderr


def test_a_port_that_is_taken_is_named(up: Up) -> None:
    with data_folder() as other:
        refused = Up(other, up.port).command("up", "--hlr", "simulated", "--port", str(up.port))
    assert refused.returncode != 0
    assert f"127.0.0.1:{up.port} cannot be listened on" in refused.stderr
    assert "choose another with --port" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_second_one_on_the_same_folder_joins_and_says_who_was_there(up: Up, agent: str) -> None:
    second = Up(up.data, free_port())
    try:
        second.start()
        assert up.process is not None
        assert f"a Tandem (pid {up.process.pid}) runs on this data folder too" in second.told
        order_id = second.place_order(agent)
        up.await_order(order_id, "completed", token=agent)
        assert second.stop() == 0
    finally:
        if second.runs():
            second.kill_everything()
    assert up.answers()
    up.await_order(up.place_order(agent), "completed", token=agent)


def test_a_register_that_died_is_started_again_by_a_command(up: Up, agent: str) -> None:
    register = find_running_hlr(up.data / "hlr")
    assert register is not None
    register.kill()
    gone = up.command("hlr")
    assert (gone.returncode, gone.stdout) == (1, "home register: does not run\n")
    started = up.command("hlr", "start")
    assert started.returncode == 0 and "simulated" in started.stdout, started.stderr
    again = find_running_hlr(up.data / "hlr")
    assert again is not None and again.address == register.address
    up.await_order(up.place_order(agent), "completed", token=agent)


def test_a_file_that_is_not_there_is_named(up: Up) -> None:
    refused = up.command("load-usage", "/no/such/file.csv")
    assert (refused.returncode, refused.stderr) == (1, "tandem: /no/such/file.csv: No such file or directory\n")


def test_a_usage_file_is_rated_by_a_command_and_again_changes_nothing(up: Up, tmp_path: Path) -> None:
    path = tmp_path / "net.csv"
    lines = ("usage_type,served_number,started_at,quantity", "data,353209119999,2026-10-20T10:00:00Z,7", "data,x,y,z")
    path.write_text("".join(f"{line}\n" for line in lines))
    told = f"  what is wrong with the rejected ones stands in {path}.rejected.csv\n"
    first = up.command("rate", str(path))
    assert first.returncode == 1, first.stderr
    assert first.stdout == f"net.csv: done, 2 records: 0 rated, 1 suspended, 1 rejected\n{told}"
    again = up.command("load-usage", "--form", "usage-csv", str(tmp_path))
    assert again.stdout == f"net.csv: done, 2 records: 0 rated, 1 known before, 1 rejected\n{told}"


def test_a_backup_brought_back_elsewhere_equals_it_in_every_table() -> None:
    with operator_up() as one, data_folder() as other:
        agent = one.token("agent")
        one.await_order(one.place_order(agent), "completed", token=agent)
        assert one.stop() == 0
        file = str(one.data.parent / "all.backup")
        for installation, *words in ((one, "backup", file), (Up(other, free_port()), "restore", file)):
            done = installation.command(*words)
            assert done.returncode == 0, done.stderr
        before, after = contents_of(one.data), contents_of(other)
    assert before["public.ordering_product_order"].rows == 1
    assert before == after


def contents_of(data: Path) -> dict[str, TableContent]:
    server = EmbeddedPostgres(data)
    server.start()
    try:
        return read_contents(server.url("tandem_owner"))
    finally:
        server.stop()


def test_after_kill_9_of_everything_it_recovers_and_nothing_is_lost(up: Up, agent: str) -> None:
    done = up.place_order(agent)
    up.await_order(done, "completed", token=agent)
    before = {order["id"]: order for order in up.orders(agent)}
    accepted = [up.place_order(agent) for _ in range(3)]
    up.kill_everything()
    assert not up.answers()
    register = find_running_hlr(up.data / "hlr")
    assert register is not None, "the register is an element: it outlives us"
    up.start()
    for order_id in accepted:
        up.await_order(order_id, "completed", token=agent)
    after = {order["id"]: order for order in up.orders(agent)}
    assert after.keys() == {*before, *accepted}
    ended = {order_id for order_id, order in before.items() if order["state"] == "completed"}
    assert {order_id: after[order_id] for order_id in ended} == {order_id: before[order_id] for order_id in ended}
    assert len({number_of(up, agent, order) for order in after.values()}) == len(after)
    again = find_running_hlr(up.data / "hlr")
    assert again is not None and again.pid == register.pid
    told = up.command("audit")
    assert told.returncode == 0, told.stdout + told.stderr


def number_of(up: Up, token: str, order: Doc) -> str:
    """The number of the product that an order made."""
    product_id = order["productOrderItem"][0]["product"]["id"]
    product = up.call("GET", f"/tmf-api/productInventory/v5/product/{product_id}", token=token)
    return next(str(one["value"]) for one in product["productCharacteristic"] if one["name"] == "msisdn")


def test_stopped_it_leaves_nobody_behind() -> None:
    with operator_up() as one:
        pids = one.processes()
        assert len(pids) > 4
        assert one.stop() == 0
        assert [pid for pid in pids if is_alive(pid)] == []
        assert find_running_hlr(one.data / "hlr") is None


@pytest.fixture
def somebodys_postgres() -> Iterator[str]:
    """The administrator's address of a PostgreSQL that is not ours; Debian's own where it is installed."""
    installed = {each.folder: each for each in iter_installed()}
    debian = [folder for folder in installed if folder.is_relative_to("/usr/lib/postgresql")]
    with data_folder() as data:
        server = EmbeddedPostgres(data, binaries=debian[0] if debian else None)
        server.start()
        yield server.url(SUPERUSER, "postgres")
        server.stop(force=True)


def test_it_lives_on_somebody_elses_postgres_and_survives_there_too(somebodys_postgres: str) -> None:
    with operator_up(somebodys_postgres) as one:
        assert not (one.data / "postgres").exists()
        agent = one.token("agent")
        first = one.await_order(one.place_order(agent), "completed", token=agent)
        one.kill_everything()
        one.start()
        assert one.orders(agent) == [first]
        one.await_order(one.place_order(agent), "completed", token=agent)
        assert one.stop() == 0
