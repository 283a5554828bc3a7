"""Runs pytest beside a PostgreSQL of its own: `python -m tools.testing [--postgres=embedded|system|URL] PYTEST ARGS`.

`embedded` (the default) are the programs that come with the runtime lock, `system` those of the machine's own packages.
An address in TANDEM_TEST_DATABASE_URL is used as it is.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg

from tandem.kernel.store.embedded import EmbeddedPostgres
from tandem.kernel.store.embedded.binaries import iter_installed
from tandem.kernel.store.schema import APP_ROLE, OWNER_ROLE

VARIABLE = "TANDEM_TEST_DATABASE_URL"
OPTION = "--postgres="


def main(arguments: list[str]) -> int:
    """Run pytest with two workers, unless the arguments say otherwise; its exit code."""
    chosen = next((word.removeprefix(OPTION) for word in arguments if word.startswith(OPTION)), "")
    pytest_arguments = [word for word in arguments if not word.startswith(OPTION)]
    if not any(word.startswith(("-n", "-p", "--pdb")) for word in pytest_arguments):
        pytest_arguments = ["-n", "2", *pytest_arguments]
    with _postgres(chosen) as url:
        command = [sys.executable, "-m", "pytest", *pytest_arguments]
        return subprocess.run(command, env={**os.environ, VARIABLE: url}).returncode


@contextlib.contextmanager
def _postgres(chosen: str) -> Iterator[str]:
    given = chosen if "://" in chosen else os.environ.get(VARIABLE, "") if not chosen else ""
    if given:
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="tandem-test-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        server = EmbeddedPostgres(Path(folder), binaries=_system_programs() if chosen == "system" else None)
        server.start()
        try:
            _make_ready(server.url("postgres", "postgres"))
            yield server.url("postgres", "postgres")
        finally:
            server.stop(force=True)


def _make_ready(url: str) -> None:
    """Give the roles the tests' password, and leave durability out: nothing here outlives the run."""
    with psycopg.connect(url, autocommit=True) as connection:
        for role in (APP_ROLE, OWNER_ROLE):
            connection.execute(f"alter role {role} password 'tandem'")
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(f"alter system set {setting} = off")
        connection.execute("select pg_reload_conf()")


def _system_programs() -> Path:
    found = [each.folder for each in iter_installed() if each.folder.is_relative_to("/usr/lib/postgresql")]
    if not found:
        sys.exit("this machine has no PostgreSQL packages of its own (Debian: apt-get install postgresql)")
    return found[0]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
