"""A stocked inventory, and the seals that SIM keys are kept under."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tandem.kernel.access import sealed
from tandem.kernel.access.sealed import SealingKeys, use_sealing_keys
from tandem.kernel.steps import Registry, Worker
from tandem.kernel.store import Database
from tandem.oss.service_quality.reactions import REACTIONS
from tandem.oss.service_quality.steps import STEPS


@pytest.fixture(autouse=True)
def sealing_keys() -> Iterator[None]:
    """A ring of keys of this test's own."""
    before = sealed._in_use
    use_sealing_keys(SealingKeys("test", {"test": bytes(range(32))}))
    yield
    sealed._in_use = before


@pytest.fixture
def worker(database: Database) -> Worker:
    """A worker that knows this room's reactions and steps only."""
    registry = Registry()
    registry.add_reactions(REACTIONS)
    registry.add_steps(STEPS)
    return Worker(database, registry)
