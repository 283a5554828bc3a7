"""The supervisor with real small children: order, restarts, stops, and nobody left when it is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tandem.app.running import announced, find_running
from tandem.app.supervisor import answers
from tandem.kernel.store.embedded.holder import wait_until

ROOT = Path(__file__).resolve().parents[2]

PRELUDE = """
import os, sys
from pathlib import Path
from tandem.app.supervisor import ChildSpec, Limits, Supervisor
here = Path({here!r})
def tell(line): print(line, flush=True)
def child(name, lines="", **more):
    code = f'''
import os, signal, subprocess, sys, time
from pathlib import Path
def note(word):
    with open({{str(here / "notes")!r}}, "a") as notes: print({{name!r}}, word, os.getpid(), file=notes)
def leave(*_): note("left"); sys.exit(0)
signal.signal(signal.SIGTERM, leave)
note("came")
{{lines}}
Path({{str(here / name)!r}}).touch()
time.sleep(600)
'''
    more.setdefault("ready", (here / name).exists)
    return ChildSpec(name, [sys.executable, "-c", code], **more)
quick = Limits(first_wait_s=0.01, longest_wait_s=0.05, deaths=3)
"""


class Run:
    """A supervisor in a process of its own, what it tells, and what its children noted."""

    def __init__(self, here: Path, code: str) -> None:
        self.here = here
        self.told = here / "told"
        with self.told.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-c", PRELUDE.format(here=str(here)) + code], cwd=ROOT, stdout=output, stderr=output
            )

    def notes(self, word: str = "") -> list[tuple[str, str, int]]:
        path = self.here / "notes"
        lines = [line.split() for line in path.read_text().splitlines()] if path.exists() else []
        return [(name, what, int(pid)) for name, what, pid in lines if word in what]

    def until(self, is_so: Callable[[], bool]) -> None:
        assert wait_until(is_so, limit_s=30), f"told: {self.told.read_text()}; noted: {self.notes()}"

    def until_told(self, words: str) -> None:
        self.until(lambda: words in self.told.read_text())

    def end(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(30)


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Callable[[str], Run]]:
    runs: list[Run] = []

    def start(code: str) -> Run:
        runs.append(Run(tmp_path, code))
        return runs[-1]

    yield start
    for one in runs:
        one.process.kill()
        one.process.wait()


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


TWO = """
supervisor = Supervisor([child("api"), child("worker")], tell=tell, limits=quick,
    on_ready=lambda: tell("all ready"), on_stopped=lambda: tell("database stopped"))
sys.exit(supervisor.run())
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_children_start_in_order_and_stop_in_reverse_and_the_database_last(
    run: Callable[[str], Run], number: signal.Signals
) -> None:
    up = run(TWO)
    up.until_told("all ready")
    assert up.end(number) == 0
    assert [(name, word) for name, word, _ in up.notes()] == [
        ("api", "came"), ("worker", "came"), ("worker", "left"), ("api", "left"),
    ]  # fmt: skip
    assert up.told.read_text().splitlines() == ["all ready", f"{number.name}: stopping", "database stopped"]


def test_the_second_child_waits_until_the_first_is_ready(run: Callable[[str], Run]) -> None:
    up = run(
        'sys.exit(Supervisor([child("api", "time.sleep(600)"), child("worker")], tell=tell,'
        " limits=Limits(ready_s=0.3)).run())"
    )
    assert up.process.wait(30) == 1
    assert {name for name, _, _ in up.notes()} == {"api"}
    assert "api is not ready after 0.3 s" in up.told.read_text()


def test_a_child_that_is_killed_is_started_again_and_the_others_stay(run: Callable[[str], Run]) -> None:
    up = run(TWO)
    up.until_told("all ready")
    first = {name: pid for name, _, pid in up.notes("came")}
    os.kill(first["api"], signal.SIGKILL)
    up.until(lambda: len(up.notes("came")) == 3)
    assert up.notes("came")[2][0] == "api"
    assert is_alive(first["worker"])
    assert "api was ended by SIGKILL: starting it again in 0.0 s" in up.told.read_text()
    assert up.end() == 0


def test_a_child_that_dies_too_often_stops_everything(run: Callable[[str], Run]) -> None:
    up = run(
        'sys.exit(Supervisor([child("worker"), child("api", "sys.exit(3)")], tell=tell, limits=quick,'
        ' on_stopped=lambda: tell("database stopped")).run())'
    )
    assert up.process.wait(30) == 1
    assert [name for name, _, _ in up.notes("came")] == ["worker", "api", "api", "api", "api"]
    assert up.told.read_text().splitlines()[-3:] == [
        "api ended with code 3", "api does not stay up: giving up", "database stopped",
    ]  # fmt: skip
    assert [name for name, _, _ in up.notes("left")] == ["worker"]


def test_a_child_that_does_not_stop_is_killed(run: Callable[[str], Run]) -> None:
    up = run(
        'Supervisor([child("api", "signal.signal(signal.SIGTERM, signal.SIG_IGN)", stop_s=0.1)], tell=tell,'
        ' on_ready=lambda: tell("all ready")).run()'
    )
    up.until_told("all ready")
    assert up.end() == 0
    assert not is_alive(up.notes("came")[0][2])
    assert "api does not stop: killed" in up.told.read_text()


def test_a_second_interrupt_waits_for_nobody(run: Callable[[str], Run]) -> None:
    up = run(
        'Supervisor([child("api", "signal.signal(signal.SIGTERM, signal.SIG_IGN)", stop_s=600)], tell=tell,'
        ' on_ready=lambda: tell("all ready")).run()'
    )
    up.until_told("all ready")
    up.process.send_signal(signal.SIGINT)
    up.until_told("SIGINT: stopping")
    assert up.end(signal.SIGINT) == 0
    assert not is_alive(up.notes("came")[0][2])


def test_a_thread_may_stop_it_with_an_exit_code(run: Callable[[str], Run]) -> None:
    up = run("""
import threading
supervisor = Supervisor([child("api")], tell=tell,
    on_ready=lambda: threading.Thread(target=supervisor.stop, args=(7,)).start())
sys.exit(supervisor.run())
""")
    assert up.process.wait(30) == 7
    assert [word for _, word, _ in up.notes()] == ["came", "left"]


def test_what_the_children_stand_on_is_kept_while_they_live(run: Callable[[str], Run]) -> None:
    up = run("""
deaths = iter([False, True])
supervisor = Supervisor([child("api")], tell=tell, keep=lambda: next(deaths, False) and tell("database revived"))
supervisor.run()
""")
    up.until_told("database revived")
    assert up.end() == 0


def test_a_child_is_ready_when_its_address_answers_with_200() -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), HealthyOnly) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        place = f"http://127.0.0.1:{server.server_port}"
        assert answers(f"{place}/health")() is True
        assert answers(f"{place}/elsewhere")() is False
        server.shutdown()
    assert answers(f"{place}/health")() is False


class HealthyOnly(BaseHTTPRequestHandler):
    """Answers 200 to /health and 503 to all else."""

    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/health" else 503)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


GRANDCHILD = 'grandchild = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]); '
GRANDCHILD += 'Path("GRANDCHILD").write_text(str(grandchild.pid))'


def with_grandchild(here: Path) -> str:
    lines = GRANDCHILD.replace("GRANDCHILD", str(here / "grandchild"))
    return f"Supervisor([child('api', {lines!r})], tell=tell, on_ready=lambda: tell('all ready')).run()"


@pytest.mark.parametrize("guard_too", [False, True])
def test_nobody_serves_on_when_the_supervisor_is_killed(
    run: Callable[[str], Run], tmp_path: Path, guard_too: bool
) -> None:
    up = run(with_grandchild(tmp_path))
    up.until_told("all ready")
    child, grandchild = up.notes("came")[0][2], int((tmp_path / "grandchild").read_text())
    if guard_too:
        os.kill(guard_of(up.process.pid), signal.SIGKILL)
    up.process.kill()
    up.until(lambda: not is_alive(child))
    if guard_too:
        os.kill(grandchild, signal.SIGKILL)  # only the guard knows of it
    up.until(lambda: not is_alive(grandchild))


def test_what_a_dead_child_started_dies_with_it(run: Callable[[str], Run], tmp_path: Path) -> None:
    up = run(with_grandchild(tmp_path))
    up.until_told("all ready")
    grandchild = int((tmp_path / "grandchild").read_text())
    os.kill(up.notes("came")[0][2], signal.SIGKILL)
    up.until(lambda: not is_alive(grandchild))
    assert up.end() == 0


def guard_of(supervisor: int) -> int:
    children = Path(f"/proc/{supervisor}/task/{supervisor}/children").read_text().split()
    return next(int(pid) for pid in children if "guard.py" in Path(f"/proc/{pid}/cmdline").read_text())


def test_a_second_tandem_on_the_data_folder_learns_of_the_first_while_it_lives(tmp_path: Path) -> None:
    code = f"""
import sys
from pathlib import Path
from tandem.app.running import announced
with announced(Path({str(tmp_path)!r}), "http://127.0.0.1:8000") as others:
    print(len(others), flush=True)
    sys.stdin.read()
"""
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdin=pipe, stdout=pipe) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == b"0\n"
        with announced(tmp_path, "http://127.0.0.1:8001") as others:
            assert [(one.pid, one.address) for one in others] == [(first.pid, "http://127.0.0.1:8000")]
            assert [one.pid for one in find_running(tmp_path)] == [first.pid, os.getpid()]
        first.kill()
    assert find_running(tmp_path) == []
    assert list((tmp_path / "running").iterdir()) == []
