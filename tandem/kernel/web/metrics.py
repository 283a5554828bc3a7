"""What Prometheus reads at `/metrics`: requests, units of work, steps, the outbox's lag, the loop's lag, the pool.

Units: seconds. Counts by label never grow with what strangers send: an address becomes a label only once something
has answered there.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from tandem.kernel.errors import TandemError
from tandem.kernel.store import Database

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
_LAG_BUCKETS: Final = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0)
_ELSEWHERE: Final = "elsewhere"
_MOST_ADDRESSES: Final = 2_000
_LAG_EVERY_S: Final = 0.5


class Metrics:
    """One process's figures. `database` adds what is read when Prometheus asks."""

    def __init__(self, database: Database | None = None) -> None:
        self.registry = CollectorRegistry()
        self._requests = Histogram(
            "tandem_request_seconds",
            "Time from a request's headers to the end of its answer.",
            ("method", "route", "status"),
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self.streams = Gauge("tandem_open_streams", "Live streams that browsers hold open.", registry=self.registry)
        self.topics = Counter("tandem_topics", "Topics that came from the relay.", registry=self.registry)
        self._lag = Histogram(
            "tandem_event_loop_lag_seconds",
            "How much later than asked the event loop comes round.",
            buckets=_LAG_BUCKETS,
            registry=self.registry,
        )
        self._observers: dict[tuple[str, str, int], Callable[[float], None]] = {}
        self._addresses: set[str] = set()
        if database is not None:
            self.registry.register(DatabaseFigures(database))

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """Counts one answered request."""
        key = (method, self._label(route, status), status)
        observer = self._observers.get(key)
        if observer is None:
            observer = self._requests.labels(key[0], key[1], str(status)).observe
            self._observers[key] = observer
        observer(seconds)

    def text(self) -> bytes:
        """Everything in Prometheus' text form. May ask the database: not on the event loop."""
        return generate_latest(self.registry)

    async def watch_loop(self) -> None:
        """Measures the event loop's lag until it is cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + _LAG_EVERY_S
            await asyncio.sleep(_LAG_EVERY_S)
            self._lag.observe(max(0.0, loop.time() - due))

    def _label(self, route: str, status: int) -> str:
        if route in self._addresses:
            return route
        if status >= 400 or len(self._addresses) >= _MOST_ADDRESSES:
            return _ELSEWHERE
        self._addresses.add(route)
        return route


class DatabaseFigures(Collector):
    """Figures that live in the database and in its pool, read when asked for."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def describe(self) -> Iterable[Metric]:
        """Nothing is read when the collector is registered."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """Reads the queues and the pool; a database that does not answer is itself a figure."""
        started = time.perf_counter()
        try:
            rows = self._read()
        except TandemError:
            yield GaugeMetricFamily("tandem_database_up", "Whether the database answered.", value=0)
            return
        yield GaugeMetricFamily("tandem_database_up", "Whether the database answered.", value=1)
        yield GaugeMetricFamily(
            "tandem_database_answer_seconds", "Time of this reading.", value=time.perf_counter() - started
        )
        steps = GaugeMetricFamily("tandem_steps", "Durable steps that are not done, by state.", labels=("state",))
        for state in ("ready", "dead"):
            steps.add_metric((state,), rows[state])
        yield steps
        yield GaugeMetricFamily("tandem_step_lag_seconds", "Age of the oldest step that could run.", value=rows["step"])
        yield GaugeMetricFamily("tandem_outbox_waiting", "Events that are not relayed yet.", value=rows["waiting"])
        yield GaugeMetricFamily("tandem_outbox_lag_seconds", "Age of the oldest such event.", value=rows["outbox"])
        yield CounterMetricFamily(
            "tandem_database_commits", "Transactions that this database committed.", value=rows["commits"]
        )
        yield from _pool_figures(self._database.pool.get_stats())

    def _read(self) -> dict[str, Any]:
        with self._database.connection() as connection:
            row = connection.execute(
                "select (select count(*) from kernel_step where state = 'ready') as ready, "
                "(select count(*) from kernel_step where state = 'dead') as dead, "
                "(select coalesce(extract(epoch from clock_timestamp() - min(created_at)), 0)::float8 from kernel_step "
                " where state = 'ready' and due_at = '-infinity' and not_before <= clock_timestamp()) as step, "
                "(select count(*) from kernel_outbox where not relayed) as waiting, "
                "(select coalesce(extract(epoch from clock_timestamp() - min(recorded_at)), 0)::float8 "
                " from kernel_outbox where not relayed) as outbox, "
                "(select xact_commit from pg_stat_database where datname = current_database()) as commits"
            ).fetchone()
        return dict(row or {})


def _pool_figures(stats: dict[str, int]) -> Iterator[Metric]:
    pool = GaugeMetricFamily("tandem_pool_connections", "Connections of the pool, by state.", labels=("state",))
    pool.add_metric(("open",), stats.get("pool_size", 0))
    pool.add_metric(("free",), stats.get("pool_available", 0))
    yield pool
    yield GaugeMetricFamily(
        "tandem_pool_waiting", "Requests that wait for a connection.", value=stats.get("requests_waiting", 0)
    )
    yield CounterMetricFamily(
        "tandem_pool_refused", "Requests that got no connection in time.", value=stats.get("requests_errors", 0)
    )
