"""A database for a bench: the embedded PostgreSQL as it is for an operator (`fsync` on), in a folder that goes away."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg

from tandem.app import wiring
from tandem.kernel.store import Database, fresh_statements
from tandem.kernel.store.embedded import EmbeddedPostgres


@contextlib.contextmanager
def fresh_database(*, max_size: int = 12) -> Iterator[Database]:
    """The declared schema in a new database, as the program sees it."""
    with fresh_place(max_size=max_size) as (database, _):
        yield database


@contextlib.contextmanager
def fresh_place(*, max_size: int = 12) -> Iterator[tuple[Database, str]]:
    """The same, with the address of its owner, who may fill tables in bulk."""
    wiring.declare_tables()
    with _server() as server:
        with psycopg.connect(server.url("tandem_owner")) as owner:
            for statement in fresh_statements():
                owner.execute(statement.encode())
        with Database(server.url("tandem_app"), max_size=max_size) as database:
            yield database, server.url("tandem_owner")


@contextlib.contextmanager
def _server() -> Iterator[EmbeddedPostgres]:
    """A server that runs for as long as the block lasts."""
    with tempfile.TemporaryDirectory(prefix="tandem-bench-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        server = EmbeddedPostgres(Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.stop(force=True)
