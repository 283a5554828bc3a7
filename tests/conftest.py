"""What every test may ask for: a real database with the declared schema, a unit of work, a tenant of its own."""

from __future__ import annotations

import importlib
import os
import pkgutil
import uuid
from collections.abc import Iterator

import pytest

import tandem
from tandem.kernel.store import Database, Uow
from tests.support.postgres import fresh_database


def _declare_all_tables() -> None:
    """Import every room's store, so that the declared schema is whole."""
    for module in pkgutil.walk_packages(tandem.__path__, "tandem."):
        if module.name.endswith(".store") or ".store." in module.name or module.name.startswith("tandem.kernel."):
            importlib.import_module(module.name)


@pytest.fixture(scope="session")
def admin_url() -> str:
    """A PostgreSQL in which databases and roles may be made."""
    url = os.environ.get("TANDEM_TEST_DATABASE_URL")
    if not url:
        pytest.skip("no PostgreSQL for the tests: set TANDEM_TEST_DATABASE_URL, or run them by ./dev test")
    return url


@pytest.fixture(scope="session")
def database_urls(admin_url: str) -> Iterator[tuple[str, str]]:
    """(owner's address, program's address) of this process's own database."""
    _declare_all_tables()
    with fresh_database(admin_url) as urls:
        yield urls


@pytest.fixture(scope="session")
def database(database_urls: tuple[str, str]) -> Iterator[Database]:
    """The database as the program sees it: a role that owns nothing."""
    with Database(database_urls[1], max_size=12) as opened:
        yield opened


@pytest.fixture
def fresh_tenant() -> str:
    """A tenant that no other test has."""
    return f"t-{uuid.uuid4().hex[:12]}"


@pytest.fixture
def uow(database: Database, fresh_tenant: str) -> Iterator[Uow]:
    """An open unit of work that is rolled back in the end."""
    with pytest.raises(_RollBack), database.uow(tenant=fresh_tenant, actor="tester", cause="test") as opened:
        yield opened
        raise _RollBack


class _RollBack(Exception):
    """Ends a test's unit of work without keeping anything."""
