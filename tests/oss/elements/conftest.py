"""Registers of both kinds, started once for all tests of the room that do not break them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tandem.oss.elements.drivers.osmo_hlr.driver import OsmoHlrDriver
from tandem.oss.elements.drivers.osmo_hlr.launch import RunningHlr
from tests.support.elements import BOTH, driver_to, register


@pytest.fixture(scope="session", params=BOTH)
def hlr(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHlr]:
    """A register that is shared: use subscribers of your own, do not kill it."""
    with register(request.param, tmp_path_factory.mktemp(request.param)) as running:
        yield running


@pytest.fixture
def driver(hlr: RunningHlr) -> Iterator[OsmoHlrDriver]:
    """A driver of the shared register."""
    with driver_to(hlr.address) as made:
        yield made


@pytest.fixture
def patient_driver(hlr: RunningHlr) -> Iterator[OsmoHlrDriver]:
    """A driver of the shared register for many threads at once: how long they wait is not what is tried."""
    with driver_to(hlr.address, timeout_s=60) as made:
        yield made


@pytest.fixture(params=BOTH)
def mortal_hlr(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RunningHlr]:
    """A register of the test's own, to kill and start again."""
    with register(request.param, tmp_path) as running:
        yield running


@pytest.fixture(scope="session")
def simulated_hlr(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHlr]:
    """A simulated register that is shared."""
    with register("simulated", tmp_path_factory.mktemp("simulated-only")) as running:
        yield running
