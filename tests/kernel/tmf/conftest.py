"""The toys' tables and a client for them."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from tandem.kernel.store import Database
from tests.kernel.tmf import toys
from tests.support.tmf_client import TmfClient, tmf_client


@pytest.fixture(scope="session")
def toy_database(database: Database, database_urls: tuple[str, str]) -> Database:
    """The database with the toys' tables in it."""
    with psycopg.connect(database_urls[0], autocommit=True) as owner:
        for table in toys.DECLARED:
            for statement in table.statements():
                owner.execute(statement)
    return database


@pytest.fixture
def client(toy_database: Database, fresh_tenant: str) -> Iterator[TmfClient]:
    """An administrator of a new tenant, in front of the toys."""
    made = tmf_client(toys.EXPOSURES, toy_database, fresh_tenant)
    yield made
    made.engine.close()
