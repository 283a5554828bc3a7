"""The operator's shop in a database, and a network that talks to it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tandem.kernel.store import Database
from tests.bss.charging.online.network import Network


@pytest.fixture
def network(database: Database, fresh_tenant: str) -> Network:
    """A network whose every batch is a transaction of its own, in a shop that is open."""
    made = Network(database, fresh_tenant)
    made.open_shop()
    return made


@pytest.fixture
def other_network(database: Database, fresh_tenant: str) -> Callable[[], Network]:
    """Another connection of the same network."""
    return lambda: Network(database, fresh_tenant)
