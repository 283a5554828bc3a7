"""Rating over partitions on a cluster engine comes to the same, use by use."""

from __future__ import annotations

import pytest
from distributed import Client, LocalCluster

from bench._cdrs import Workload
from tandem.bss.charging.rules.core.layout import Rated, Uses
from tandem.bss.charging.rules.core.partitions import Part, parts_of
from tandem.bss.charging.rules.core.rows import Table
from tandem.bss.charging.rules.core.running import rate

COUNT = 3_000
COLUMNS = ("use", "at_us", "raw", "counted", "amount", "invoiced", "unpaid", "term")


@pytest.fixture(scope="module")
def work() -> Workload:
    return Workload(count=COUNT, subscribers=40)


def by_use(rated: Rated) -> list[tuple[int, ...]]:
    """What each part of each use came to, without the numbers of rows."""
    return sorted(zip(*(rated.parts[name].tolist() for name in COLUMNS), strict=True))


def placed(part: Part, rated: Rated) -> Rated:
    """A part's charges at the places that its uses have in the whole."""
    parts: Table = rated.parts.copy()
    parts["use"] = part.use_rows[parts["use"]]
    return Rated(rated.outcomes, parts, rated.moves, rated.tells)


def rated_alone(work: Workload) -> tuple[Rated, int]:
    buckets = work.buckets()
    rated = rate(work.compiled, work.calendar, work.subjects, Uses(work.uses.rows.copy()), buckets)
    return rated, int(buckets.filled["used"].sum())


@pytest.mark.parametrize("count", [1, 2, 7])
def test_parts_come_to_the_whole(work: Workload, count: int) -> None:
    whole, used = rated_alone(work)
    found: list[tuple[int, ...]] = []
    used_in_parts = 0
    for part in parts_of(work.subjects, work.uses, work.buckets(), count=count):
        found += by_use(placed(part, part.rate(work.compiled, work.calendar)))
        used_in_parts += int(part.buckets.filled["used"].sum())
    assert (sorted(found), used_in_parts) == (by_use(whole), used)
    assert whole.parts["amount"].sum() > 0 and used > 0


def rate_part(part: Part, work: Workload) -> Rated:
    """What a worker of the cluster does: the same function."""
    return placed(part, part.rate(work.compiled, work.calendar))


@pytest.mark.slow
def test_two_workers_of_a_cluster_come_to_the_same_totals(work: Workload) -> None:
    whole, _ = rated_alone(work)
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:
        with Client(cluster) as client:
            parts = list(parts_of(work.subjects, work.uses, work.buckets(), count=4))
            answers = client.gather([client.submit(rate_part, part, work, pure=False) for part in parts])
            assert len(client.scheduler_info()["workers"]) == 2
    assert sorted(row for answer in answers for row in by_use(answer)) == by_use(whole)
