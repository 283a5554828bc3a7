"""A whole operator for a bench: embedded PostgreSQL with `fsync` on, seeded, its processes beside the load."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tandem.app import server
from tandem.app.installation import Installation, prepare, seed, signing_key_file
from tandem.app.network import registered_network
from tandem.app.operating import environment_of, free_port
from tandem.app.settings import from_environment
from tandem.app.supervisor import answers
from tandem.kernel.access.signing import SigningKeys
from tandem.kernel.access.tokens import issue_token
from tandem.kernel.store import Database

TENANT = "corrib"


@dataclass(frozen=True)
class Operator:
    """Where it answers, who may ask, which register it drives, and its processes by role."""

    installation: Installation
    host: str
    port: int
    token: str
    register: str
    processes: dict[str, subprocess.Popen[bytes]]

    @contextlib.contextmanager
    def owner(self) -> Iterator[psycopg.Connection]:
        """A connection that may fill tables in bulk."""
        with psycopg.connect(self.installation.urls.owner) as connection:
            yield connection


@contextlib.contextmanager
def operator(roles: Sequence[str], *, hlr: str = "auto") -> Iterator[Operator]:
    """An operator with these roles running, gone in the end."""
    with tempfile.TemporaryDirectory(prefix="tandem-bench-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        os.environ["TANDEM_SIGNING_KEY_FILE"] = str(Path(folder) / "keys" / "signing.json")
        os.environ["TANDEM_SEALING_KEY_FILE"] = str(Path(folder) / "keys" / "sealing.json")
        settings = from_environment({}, data=Path(folder) / "data", port=free_port())
        installation = prepare(settings)
        server.use_keys(settings)
        with Database(installation.urls.app, max_size=2) as database:
            seed(database, settings)
            network = registered_network(database, settings, hlr)
        processes = {role: _start(installation, role) for role in roles}
        try:
            _await(answers(f"{settings.url}/health"))
            keys = SigningKeys.from_file(signing_key_file(settings))
            token = issue_token(keys, role="admin", tenant=TENANT, subject="bench", ttl_s=3600)
            yield Operator(installation, settings.host, settings.port, token, network.words, processes)
        finally:
            for process in processes.values():
                process.terminate()
            for process in processes.values():
                process.wait(timeout=20)
            network.stop()
            installation.stop()


def _start(installation: Installation, role: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tandem.app", "serve", "--role", role]
    return subprocess.Popen(command, env={**os.environ, **environment_of(installation)})


def _await(ready: object, timeout_s: float = 60.0) -> None:
    until = time.monotonic() + timeout_s
    while not ready():  # type: ignore[operator]
        if time.monotonic() > until:
            raise TimeoutError("the operator did not become ready")
        time.sleep(0.05)
