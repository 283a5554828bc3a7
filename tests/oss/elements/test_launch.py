"""Starting registers: the real one where it may run, else the simulated; joined by who comes second."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tandem.oss.elements.drivers.osmo_hlr import launch
from tandem.oss.elements.drivers.osmo_hlr.launch import PROGRAM_SETTING, RegisterDidNotStart
from tests.support.elements import BOTH, a_subscriber, driver_to, register

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("kind", BOTH)
def test_several_registers_run_at_once_and_know_nothing_of_each_other(kind: str, tmp_path: Path) -> None:
    with register(kind, tmp_path / "a") as one, register(kind, tmp_path / "b") as other:
        assert one.address != other.address
        assert one.simulated is other.simulated is (kind == "simulated")
        with driver_to(one.address) as first, driver_to(other.address) as second:
            staged = first.stage(a_subscriber())
            first.commit(staged)
            assert first.read_back(staged.subject).exists
            assert not second.read_back(staged.subject).exists


@pytest.mark.parametrize("kind", BOTH)
def test_who_comes_second_joins_the_register_that_runs(kind: str, tmp_path: Path) -> None:
    with register(kind, tmp_path) as running:
        joined = launch.start_hlr(tmp_path)
        assert (joined.pid, joined.address, joined.software) == (running.pid, running.address, running.software)
        assert joined.is_running()
        joined.stop()
        assert not running.is_running()
    assert launch.find_running_hlr(tmp_path) is None


@pytest.mark.parametrize("kind", BOTH)
def test_a_register_comes_back_at_its_address(kind: str, tmp_path: Path) -> None:
    with register(kind, tmp_path) as running:
        running.kill()
        again = running.start_again()
        assert (again.address, again.pid != running.pid) == (running.address, True)


@pytest.mark.parametrize("kind", BOTH)
def test_who_keeps_a_register_alive_gets_it_back_where_it_was_with_what_it_knew(kind: str, tmp_path: Path) -> None:
    with register(kind, tmp_path) as running:
        with driver_to(running.address) as driver:
            staged = driver.stage(a_subscriber())
            driver.commit(staged)
            running.kill()
            again = launch.start_hlr(tmp_path)
            assert (again.address, again.simulated) == (running.address, running.simulated)
            assert driver.read_back(staged.subject).exists
        assert launch.start_hlr(tmp_path).pid == again.pid


@pytest.mark.hlr
def test_who_asks_for_a_kind_gets_it_whatever_ran_before(tmp_path: Path) -> None:
    if launch.find_osmo_hlr() is None:
        pytest.skip("osmo-hlr is not installed here")
    with register("simulated", tmp_path) as simulated:
        real = launch.start_hlr(tmp_path, kind="real")
        assert (real.simulated, simulated.is_running()) == (False, False)
        again = launch.start_hlr(tmp_path, kind="simulated")
        assert (again.simulated, real.is_running()) == (True, False)


@pytest.mark.hlr
def test_the_real_register_is_preferred(tmp_path: Path) -> None:
    if launch.find_osmo_hlr() is None:
        pytest.skip("osmo-hlr is not installed here")
    running = launch.start_hlr(tmp_path)
    try:
        assert running.software.startswith("osmo-hlr 1.")
        assert not running.simulated
        assert running.address.host.startswith("127.")
    finally:
        running.stop()


@pytest.mark.parametrize("program", ["", "/nonexistent/osmo-hlr", "/bin/false"])
def test_the_simulated_register_stands_in_where_the_real_one_cannot_run(
    program: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PROGRAM_SETTING, program)
    running = launch.start_hlr(tmp_path)
    try:
        assert running.software == "simulated"
    finally:
        running.stop()


def test_the_real_register_is_not_replaced_where_it_was_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PROGRAM_SETTING, "/nonexistent/osmo-hlr")
    with pytest.raises(RegisterDidNotStart) as fault:
        launch.start_hlr(tmp_path, kind="real")
    assert fault.value.next_action == "apt-get install osmo-hlr"


def test_a_register_that_cannot_start_says_its_last_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "osmo-hlr"
    program.write_text("#!/bin/sh\necho cannot bind to the moon >&2\nexit 3\n")
    program.chmod(0o755)
    monkeypatch.setenv(PROGRAM_SETTING, str(program))
    with pytest.raises(RegisterDidNotStart) as fault:
        launch.start_osmo_hlr(tmp_path / "data")
    assert "cannot bind to the moon" in fault.value.facts["log"]


def test_a_process_that_got_the_number_of_a_dead_register_is_not_taken_for_it(tmp_path: Path) -> None:
    with register("simulated", tmp_path) as running:
        running.kill()
        note = json.loads((tmp_path / "hlr.json").read_bytes())
        stranger = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
        (tmp_path / "hlr.json").write_text(json.dumps(note | {"pid": stranger.pid}))
        assert launch.find_running_hlr(tmp_path) is None
        stranger.communicate(b"\n")


def test_the_lab_command_starts_tells_and_stops(tmp_path: Path) -> None:
    def lab(action: str) -> tuple[int, dict[str, object]]:
        command = [sys.executable, str(ROOT / "lab" / "osmo_hlr.py"), action, "--data", str(tmp_path), "--simulated"]
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env={"PYTHONPATH": str(ROOT)})
        return done.returncode, json.loads(done.stdout)

    assert lab("status") == (1, {"running": False})
    code, started = lab("start")
    assert (code, started["running"], started["software"]) == (0, True, "simulated")
    assert lab("start")[1]["pid"] == lab("status")[1]["pid"] == started["pid"]
    assert lab("stop")[1]["running"] is False
    assert lab("stop") == (1, {"running": False})
