"""A whole operator in processes of its own, as `tandem up` starts it, and the ways to end it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tandem.kernel.json import Doc
from tandem.kernel.store.embedded import EmbeddedPostgres
from tandem.kernel.store.embedded.holder import read_postmaster, wait_until
from tandem.kernel.store.embedded.ports import free_port
from tandem.oss.elements.public import find_running_hlr
from tests.support.operator import order_doc
from tests.support.shared import ROOT

LIMIT_S = 90.0
ORDERS = "/tmf-api/productOrderingManagement/v5/productOrder"


@dataclass
class Up:
    """One `tandem up`: where its data are, what it told, and its processes."""

    data: Path
    port: int
    database_url: str | None = None
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def told(self) -> str:
        """Everything that it has said so far."""
        return self._log.read_text()

    @property
    def _log(self) -> Path:
        return self.data.parent / f"told-{self.port}"

    def start(self) -> Up:
        """Start it and wait until it says that it is well."""
        with self._log.open("ab") as log:
            command = [sys.executable, "-m", "tandem.app", "up", "--hlr", "simulated", "--port", str(self.port)]
            self.process = subprocess.Popen(
                [*command, *self._where()], cwd=ROOT, env=_environment(), stdout=log, stderr=log
            )
        assert wait_until(lambda: self.answers() or not self.runs(), limit_s=LIMIT_S), self.told
        assert self.runs(), self.told
        return self

    def runs(self) -> bool:
        """Whether the process that keeps it up is there."""
        return self.process is not None and self.process.poll() is None

    def answers(self) -> bool:
        """Whether GET /health says 200."""
        with suppress(httpx.HTTPError):
            return httpx.get(f"http://127.0.0.1:{self.port}/health", trust_env=False).status_code == 200
        return False

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Another command of the program on the same installation."""
        return subprocess.run(
            [sys.executable, "-m", "tandem.app", *words, *self._where()],
            cwd=ROOT,
            env=_environment(),
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
        )

    def token(self, role: str) -> str:
        """What `tandem token` prints."""
        answer = self.command("token", "--role", role)
        assert answer.returncode == 0, answer.stderr
        return answer.stdout.strip()

    def call(self, method: str, path: str, *, token: str, body: Doc | None = None, **headers: str) -> Any:
        """One request, which must succeed; the answer's document."""
        answer = httpx.request(
            method,
            f"http://127.0.0.1:{self.port}{path}",
            json=body,
            headers={"authorization": f"Bearer {token}", **headers},
            timeout=30,
            trust_env=False,
        )
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json()

    def place_order(self, token: str, **characteristics: str) -> str:
        """Place an order over HTTP; its id."""
        placed = self.call("POST", ORDERS, token=token, body=order_doc(**characteristics))
        return str(placed["id"])

    def await_order(self, order_id: str, state: str, *, token: str) -> Doc:
        """The order once it is in a state."""
        found: list[Doc] = []

        def is_there() -> bool:
            found[:] = [self.call("GET", f"{ORDERS}/{order_id}", token=token)]
            return bool(found[0]["state"] == state)

        assert wait_until(is_there, limit_s=LIMIT_S), f"{found}\n{self.told}"
        return found[0]

    def orders(self, token: str) -> list[Doc]:
        """Every order, as the API lists them."""
        listed: list[Doc] = self.call("GET", f"{ORDERS}?limit=1000&sort=id", token=token)
        return listed

    def processes(self) -> list[int]:
        """Every process of it but the home register: the supervisor, what it keeps, the embedded database."""
        found = _with_descendants(self.process.pid) if self.process is not None else []
        postmaster = read_postmaster(self.data / "postgres" / "server" / "cluster")
        if self.database_url is None and postmaster is not None:
            found += _with_descendants(postmaster.pid)
        register = find_running_hlr(self.data / "hlr")
        spared = _with_descendants(register.pid) if register is not None else []
        return [pid for pid in dict.fromkeys(found) if pid not in spared]

    def kill_everything(self) -> None:
        """`kill -9` of every process but the home register, at once."""
        doomed = self.processes()
        for pid in doomed:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if self.process is not None:
            self.process.wait()
        assert wait_until(lambda: not any(is_alive(pid) for pid in doomed), limit_s=30)

    def stop(self) -> int:
        """Ask it to stop, as Ctrl-C does; its exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(LIMIT_S)

    def _where(self) -> list[str]:
        return ["--data", str(self.data), *(["--database-url", self.database_url] if self.database_url else [])]


@contextmanager
def data_folder() -> Iterator[Path]:
    """A data folder that every account can pass through, gone at the end with all that runs in it."""
    folder = Path(tempfile.mkdtemp(prefix="tandem-test-"))
    folder.chmod(0o755)
    try:
        yield folder / "data"
    finally:
        end_all(folder / "data")
        shutil.rmtree(folder, ignore_errors=True)


def end_all(data: Path) -> None:
    """End the register and the database of a data folder, whoever started them."""
    register = find_running_hlr(data / "hlr")
    if register is not None:
        register.stop()
    if (data / "postgres").exists():
        EmbeddedPostgres(data).stop(force=True)
        place = (data / "postgres" / "server").resolve()
        shutil.rmtree(place, ignore_errors=True)


@contextmanager
def operator_up(database_url: str | None = None) -> Iterator[Up]:
    """An operator that is up, in a folder of its own, for as long as the block lasts."""
    with data_folder() as data:
        up = Up(data, free_port(), database_url)
        try:
            yield up.start()
        finally:
            if up.runs():
                up.kill_everything()


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("TANDEM_")}


def _with_descendants(pid: int) -> list[int]:
    found = [pid]
    for parent in found:
        with suppress(OSError):
            for task in Path(f"/proc/{parent}/task").iterdir():
                found += [int(child) for child in (task / "children").read_text().split()]
    return found


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that only waits to be buried does not."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False
