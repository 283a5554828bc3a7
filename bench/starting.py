"""Starting: a fresh clone's demonstration, a warm start to the first page, and what the idle processes hold."""

from __future__ import annotations

import contextlib
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterable, Iterator
from pathlib import Path

from bench.row import Row
from tandem.app.operating import free_port

ROOT = Path(__file__).resolve().parents[1]


def rows(quick: bool) -> Iterable[Row]:
    """Warm starts and memory; with time enough, the demonstration from a fresh clone too."""
    with tempfile.TemporaryDirectory(prefix="tandem-bench-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        starts = [_start(Path(folder) / "data") for _ in range(2 if quick else 4)]
    yield Row(
        work="warm start of the operator to its first page",
        figure=statistics.median(seconds for seconds, _ in starts[1:]),
        unit="s",
        at_most=5.0,
        compared_with=f"first start, with migration and seed: {starts[0][0]:.1f} s",
    )
    yield Row(
        work="memory of server and worker, idle, without PostgreSQL",
        figure=statistics.median(held for _, held in starts),
        unit="MB",
        at_most=250,
        compared_with="resident, shared pages counted in each",
    )
    if not quick:
        yield _cold_demo()


def _start(data: Path) -> tuple[float, float]:
    """Seconds from the command to a served page, and megabytes of API and worker."""
    port = free_port()
    command = [sys.executable, "-m", "tandem.app", "up", "--data", str(data), "--port", str(port)]
    started = time.perf_counter()
    with _running(command):
        _await_page(f"http://127.0.0.1:{port}/my/login")
        seconds = time.perf_counter() - started
        time.sleep(2)
        return seconds, _memory_mb(str(data))


@contextlib.contextmanager
def _running(command: list[str]) -> Iterator[None]:
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)


def _await_page(url: str) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=2) as answer:
            if answer.status == 200:
                return
        time.sleep(0.02)
    raise TimeoutError(f"{url} is not served")


def _memory_mb(data: str) -> float:
    """Resident memory of the processes that serve this data folder as API or worker."""
    held = 0
    for process in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):
            words = (process / "cmdline").read_bytes().split(b"\0")
            environment = (process / "environ").read_bytes()
            if b"serve" in words and f"TANDEM_DATA={data}".encode() in environment.split(b"\0"):
                held += _resident_kb(process)
    return held / 1024


def _resident_kb(process: Path) -> int:
    for line in (process / "status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    return 0


def _cold_demo() -> Row:
    """The README's first command in a fresh clone, packages already downloaded."""
    with tempfile.TemporaryDirectory(prefix="tandem-clone-", ignore_cleanup_errors=True) as folder:
        clone = Path(folder) / "tandem"
        subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("TANDEM_", "VIRTUAL_ENV"))}
        started = time.perf_counter()
        done = subprocess.run(["./dev", "demo", "--exit"], cwd=clone, env=clean, check=False, capture_output=True)
        seconds = time.perf_counter() - started
    return Row(
        work="./dev demo --exit from a fresh clone, packages already downloaded",
        figure=seconds,
        unit="s",
        at_most=90,
        compared_with="every figure right" if done.returncode == 0 else f"EXIT {done.returncode}",
    )
