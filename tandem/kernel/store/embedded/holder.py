"""Who holds a cluster: its postmaster, backends that outlive it, and the locks that keep two starts apart."""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tandem.kernel.store.embedded.terms import DataFolderHeld, ServerNotReady

_POLL_S = 0.005


@dataclass(frozen=True)
class Postmaster:
    """What PostgreSQL's own `postmaster.pid` says of the server that runs, or ran, on a cluster."""

    pid: int
    started_at: datetime
    port: int
    sockets: Path | None
    status: str

    @property
    def is_ready(self) -> bool:
        """Whether it takes connections."""
        return self.status == "ready"


def read_postmaster(cluster: Path) -> Postmaster | None:
    """The entry of the running, or last, server. `None` when there is none or it is still being written."""
    try:
        lines = (cluster / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return None
    if len(lines) < 8:
        return None
    return Postmaster(
        pid=abs(int(lines[0])),
        started_at=datetime.fromtimestamp(int(lines[2]), UTC),
        port=int(lines[3]),
        sockets=Path(lines[4]) if lines[4] else None,
        status=lines[7].strip(),
    )


def is_server_of(pid: int, cluster: Path) -> bool:
    """Whether a living process is a PostgreSQL process of this cluster (each stands in the cluster's folder)."""
    try:
        if _is_zombie(pid):
            return False
        return Path(f"/proc/{pid}/cwd").samefile(cluster) and "postgres" in Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return False


def _is_zombie(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"


def end_orphans(cluster: Path) -> int:
    """End the backends that outlive their postmaster, and return how many there were.

    Why: PostgreSQL refuses to start while one of them is attached to the old shared memory. They can serve nobody and
    write nothing that counts: what they had not committed is undone by the recovery that follows.
    """
    orphans = [int(path.name) for path in Path("/proc").iterdir() if path.name.isdecimal()]
    orphans = [pid for pid in orphans if is_server_of(pid, cluster)]
    for pid in orphans:
        _send(pid, signal.SIGQUIT)
    ended = wait_until(lambda: not any(is_server_of(pid, cluster) for pid in orphans), limit_s=2)
    for pid in [] if ended else orphans:
        if is_server_of(pid, cluster):
            _send(pid, signal.SIGKILL)
    if not wait_until(lambda: not any(is_server_of(pid, cluster) for pid in orphans), limit_s=10):
        raise ServerNotReady(f"processes of an earlier server cannot be ended: {orphans}", pids=orphans)
    return len(orphans)


def _send(pid: int, number: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)


def wait_until(is_so: Callable[[], bool], *, limit_s: float) -> bool:
    """Wait for a condition of another process; False when the limit passed first."""
    limit = time.monotonic() + limit_s
    while not is_so():
        if time.monotonic() > limit:
            return False
        time.sleep(_POLL_S)
    return True


@contextmanager
def start_lock(path: Path, *, limit_s: float) -> Iterator[None]:
    """Hold the lock under which a server is started or stopped; waits for whoever has it.

    Raises: DataFolderHeld, naming the holder, when it is not free within the limit.
    """
    handle = open_lock(path)
    try:
        if not wait_until(lambda: try_lock(handle), limit_s=limit_s):
            raise held(path, "is being started by")
        sign(handle)
        yield
    finally:
        os.close(handle)


def open_lock(path: Path) -> int:
    """Open a lock file. The lock goes with the descriptor, and with every copy that a child keeps."""
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def try_lock(handle: int, *, shared: bool = False) -> bool:
    """Take the lock without waiting."""
    try:
        fcntl.flock(handle, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def sign(handle: int, pid: int | None = None) -> None:
    """Write into a held lock who holds it (we, or the process that keeps it) and since when."""
    os.ftruncate(handle, 0)
    text = f"pid {pid or os.getpid()} on {socket.gethostname()} since {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC"
    os.pwrite(handle, text.encode(), 0)


def held(path: Path, what: str) -> DataFolderHeld:
    """The refusal that names the holder of a lock."""
    holder = path.read_text() or "somebody unknown"
    return DataFolderHeld(
        f"the data folder {path.parent} {what} {holder}",
        next_action="wait for it, stop it, or choose another data folder",
        holder=holder,
    )
