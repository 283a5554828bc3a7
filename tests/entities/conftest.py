"""Every exposure on a bench."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tandem.app.wiring import exposures_of, references_of
from tandem.kernel.access.policy import Caller, Policy, grant
from tandem.kernel.access.sealed import SealingKeys, use_sealing_keys
from tandem.kernel.store import Database
from tandem.kernel.tmf.engine import TmfEngine, TmfSettings
from tandem.kernel.tmf.exposure import AnyExposure
from tests.entities.bench import Bench
from tests.entities.samples import all_samples
from tests.support.listener import Listener, listening
from tests.support.tmf_client import TmfClient

POLICY = Policy((*grant("admin", "*", "*"), *grant("owner-only", "*", "*", "own")), roles=("admin", "owner-only"))


def name_of(exposure: AnyExposure) -> str:
    return f"{exposure.api}-{exposure.version}-{exposure.path}"


@pytest.fixture(scope="session")
def engine(database: Database) -> Iterator[TmfEngine]:
    """All exposures of the program behind one engine."""
    use_sealing_keys(SealingKeys("test", {"test": b"k" * 32}))
    made = TmfEngine(
        exposures_of("both"),
        database=database,
        policy=POLICY,
        references=references_of("both"),
        settings=TmfSettings(hub_allow=("127.0.0.0/8",)),
    )
    yield made
    made.close()


@pytest.fixture(scope="session")
def benches() -> dict[str, Bench]:
    """What was set up already, by the exposure's name."""
    return {}


@pytest.fixture
def bench(exposure: AnyExposure, engine: TmfEngine, database: Database, benches: dict[str, Bench]) -> Bench:
    """The exposure at hand, with its sample, in a tenant of its own."""
    name = name_of(exposure)
    if name not in benches:
        sample = all_samples().get((exposure.api, exposure.version, exposure.path))
        if sample is None:
            pytest.skip("no sample yet: test_every_exposure_has_a_sample fails for it")
        client = TmfClient(engine, Caller(f"e-{name}".lower(), "tester", frozenset({"admin"})))
        benches[name] = Bench(exposure, sample, client, database)
    benches[name].client.in_front()
    return benches[name]


@pytest.fixture
def listener() -> Iterator[Listener]:
    with listening() as made:
        yield made
