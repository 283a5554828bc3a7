"""The inherited suite, tried on the toys before any room relies on it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tandem.kernel.access.policy import Caller, Policy, grant
from tandem.kernel.access.sealed import SealingKeys, use_sealing_keys
from tandem.kernel.store import Database
from tandem.kernel.tmf.engine import TmfEngine, TmfSettings
from tandem.kernel.tmf.exposure import AnyExposure
from tests.entities.bench import Bench
from tests.entities.sample import Sample, ref
from tests.entities.suite import ExposureSuite
from tests.kernel.tmf import toys
from tests.support.listener import Listener, listening
from tests.support.tmf_client import TmfClient

POLICY = Policy((*grant("admin", "*", "*"), *grant("owner-only", "*", "*", "own")), roles=("admin", "owner-only"))


def shelf_and_toy(client: TmfClient) -> dict[str, object]:
    return {
        "shelf": ref(client, f"{toys.V5}/shelf", {}),
        "toy": ref(client, f"{toys.V5}/toy", {"name": "to be broken"}),
    }


SAMPLES = {
    (toys.V5, "toy"): Sample(
        minimal={"name": "train"},
        full=lambda made: {
            "name": f"train, the {made['n']}; x",
            "weight": 5,
            "isLoud": True,
            "shelf": made["shelf"],
            "wheel": [{"id": "1", "position": "left"}],
            "price": {"unit": "EUR", "value": 9.5},
        },
        patch={"weight": 6, "colour": ["red"]},
        needs=shelf_and_toy,
    ),
    (toys.V4, "toy"): Sample(minimal={"name": "train"}, full={"name": "t", "toyNumber": "N"}, patch={"toyNumber": "M"}),
    (toys.V5, "shelf"): Sample(patch={"x-label": "upper"}),
    (toys.V5, "breakToy"): Sample(minimal=lambda made: {"toy": made["toy"]}, needs=shelf_and_toy),
    (toys.V5, "weighToy"): Sample(minimal=lambda made: {"toy": made["toy"]}, needs=shelf_and_toy),
}


@pytest.fixture(scope="module")
def engine(toy_database: Database) -> Iterator[TmfEngine]:
    use_sealing_keys(SealingKeys("test", {"test": b"k" * 32}))
    settings = TmfSettings(hub_allow=("127.0.0.0/8",))
    made = TmfEngine(toys.EXPOSURES, database=toy_database, policy=POLICY, settings=settings)
    yield made
    made.close()


@pytest.fixture(scope="module", params=toys.EXPOSURES, ids=lambda exposure: f"{exposure.version}-{exposure.path}")
def bench(request: pytest.FixtureRequest, engine: TmfEngine, toy_database: Database) -> Bench:
    exposure: AnyExposure = request.param
    tenant = f"suite-{exposure.version}-{exposure.path}".lower()
    client = TmfClient(engine, Caller(tenant, "tester", frozenset({"admin"})))
    return Bench(exposure, SAMPLES[exposure.base, exposure.path], client, toy_database)


@pytest.fixture
def listener() -> Iterator[Listener]:
    with listening() as made:
        yield made


class TestToys(ExposureSuite):
    """The inherited suite."""
