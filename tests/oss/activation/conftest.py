"""A home register that is simulated, and the seals that SIM keys are kept under."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tandem.kernel.access import sealed
from tandem.kernel.access.sealed import SealingKeys, use_sealing_keys
from tandem.oss.elements.drivers.osmo_hlr.launch import RunningHlr
from tests.support.elements import register


@pytest.fixture(autouse=True)
def sealing_keys() -> Iterator[None]:
    """A ring of keys of this test's own."""
    before = sealed._in_use
    use_sealing_keys(SealingKeys("test", {"test": bytes(range(32))}))
    yield
    sealed._in_use = before


@pytest.fixture
def hlr(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHlr]:
    """A simulated register of the test's own."""
    with register("simulated", tmp_path_factory.mktemp("hlr")) as running:
        yield running
