"""An entity in two versions of its API: a body comes back as it was given, and neither loses what the other said."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tandem.app.wiring import exposures_of
from tandem.kernel.access.policy import Caller
from tandem.kernel.store import Database
from tandem.kernel.tmf.engine import TmfEngine
from tandem.kernel.tmf.exposure import CREATE, PATCH, Exposure
from tests.entities.bench import Bench
from tests.entities.conftest import name_of
from tests.entities.samples import all_samples
from tests.support.tmf_client import TmfClient

IN_TWO_VERSIONS = ("TMF620", "TMF622", "TMF629", "TMF632", "TMF637", "TMF666", "TMF669", "TMF678")
STAMPS = ("lastUpdate", "lastModified")


def _full_exposures() -> list[Exposure]:
    return [
        exposure
        for exposure in sorted(exposures_of("both"), key=name_of)
        if isinstance(exposure, Exposure) and exposure.api in IN_TWO_VERSIONS and CREATE in exposure.verbs
    ]


def _other_version(exposure: Exposure) -> Exposure | None:
    """The exposure of the same table in the other version of the API."""
    same = [one for one in _full_exposures() if one.table is exposure.table and one.version != exposure.version]
    return same[0] if same else None


EXPOSURES = _full_exposures()
PAIRS = [exposure for exposure in EXPOSURES if _other_version(exposure) is not None and PATCH in exposure.verbs]


@pytest.fixture
def bench(exposure: Exposure, engine: TmfEngine, database: Database) -> Bench:
    """The exposure with its sample, in a tenant of its own."""
    client = TmfClient(engine, Caller(f"v-{name_of(exposure)}".lower(), "tester", frozenset({"admin"})))
    return Bench(exposure, all_samples()[exposure.api, exposure.version, exposure.path], client, database)


def missing_from(given: Any, answered: Any, path: str = "") -> list[str]:
    """Where an answer does not say what was given; what it says besides is no fault."""
    if isinstance(given, dict):
        if not isinstance(answered, dict):
            return [f"{path}: {given!r} became {answered!r}"]
        return [
            fault
            for name, value in given.items()
            for fault in missing_from(value, answered.get(name), f"{path}.{name}")
        ]
    if isinstance(given, list) and isinstance(answered, list) and len(given) == len(answered):
        pairs = zip(given, answered, strict=True)
        return [f for n, (one, other) in enumerate(pairs) for f in missing_from(one, other, f"{path}[{n}]")]
    same = float(given) == float(answered) if _numbers(given, answered) else given == answered
    return [] if same else [f"{path}: {given!r} became {answered!r}"]


def _numbers(*values: Any) -> bool:
    return all(isinstance(value, int | float) and not isinstance(value, bool) for value in values)


@pytest.mark.parametrize("exposure", EXPOSURES, ids=name_of)
def test_a_body_comes_back_in_its_own_version_as_it_was_given(bench: Bench) -> None:
    body = bench.body(full=True)
    answer = bench.post(body)
    assert answer.status_code == 201, answer.text
    assert missing_from(body, bench.read(answer.json()["id"])) == []


@pytest.mark.parametrize("exposure", PAIRS, ids=name_of)
def test_a_patch_in_the_other_version_loses_nothing(bench: Bench) -> None:
    other = _other_version(bench.exposure)  # type: ignore[arg-type]
    assert other is not None
    before = bench.entity(full=True)
    there = f"{other.url}/{before['id']}"
    replace(bench, exposure=other).require_valid(bench.client.get(there).json())
    answer = bench.client.patch(there, {"x-noted": "there"})
    assert answer.status_code == 200, answer.text
    after = bench.read(before["id"])
    assert after.pop("x-noted") == "there"
    kept = [{name: value for name, value in doc.items() if name not in STAMPS} for doc in (before, after)]
    assert kept[0] == kept[1]
