"""The inventory graph in memory: what stands on what, kept up with the links as transactions keep them.

One graph per database and tenant in each process. Built once from the narrow link rows, then brought up to date by
reading only what changed (`links.news_since`). A unit of work that changed links itself and asks before its end gets a
copy with its own changes, so that nothing unkept ever gets into the shared graph.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import rustworkx

from tandem.kernel.store import Uow
from tandem.oss.inventory.rules.links import id_in, is_service
from tandem.oss.inventory.store.links import LinkRow, news_since


class _Graph:
    """Edges lead from the dependent to what it stands on."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.mark = 0
        self.edges: Any = rustworkx.PyDiGraph(multigraph=False)
        self.places: dict[str, int] = {}

    def take(self, rows: Iterable[LinkRow]) -> None:
        """Apply changed links; applying one twice changes nothing."""
        for row in rows:
            if not row.gone:
                self.edges.add_edge(self._place(row.upper), self._place(row.lower), None)
                continue
            upper, lower = self.places.get(row.upper), self.places.get(row.lower)
            if upper is not None and lower is not None and self.edges.has_edge(upper, lower):
                self.edges.remove_edge(upper, lower)

    def with_changes(self, rows: Iterable[LinkRow]) -> _Graph:
        """A copy with further links applied."""
        copy = _Graph()
        copy.edges, copy.places = self.edges.copy(), dict(self.places)
        copy.take(rows)
        return copy

    def above(self, node: str) -> list[str]:
        """Everything that stands on a node, directly or by way of others."""
        place = self.places.get(node)
        if place is None:
            return []
        return [self.edges[index] for index in rustworkx.ancestors(self.edges, place)]

    def leads(self, upper: str, lower: str) -> bool:
        """Whether one node stands on another, directly or by way of others."""
        above, below = self.places.get(upper), self.places.get(lower)
        return above is not None and below is not None and bool(rustworkx.has_path(self.edges, above, below))

    def _place(self, node: str) -> int:
        place = self.places.get(node)
        if place is None:
            place = self.places[node] = int(self.edges.add_node(node))
        return place


_graphs: dict[tuple[Any, ...], _Graph] = {}
_graphs_lock: Final = threading.Lock()


def nodes_above(uow: Uow, node: str) -> list[str]:
    """Every node that stands on this one as the unit of work sees the inventory, its own changes included."""
    with _graph_seen_by(uow) as graph:
        return sorted(graph.above(node))


def stands_on(uow: Uow, upper: str, lower: str) -> bool:
    """Whether one node stands on another as the unit of work sees the inventory, its own changes included."""
    with _graph_seen_by(uow) as graph:
        return graph.leads(upper, lower)


@contextmanager
def _graph_seen_by(uow: Uow) -> Iterator[_Graph]:
    graph = _graph_of(uow)
    with graph.lock:
        news = news_since(uow, graph.mark)
        graph.take(news.kept)
        graph.mark = news.mark
        yield graph.with_changes(news.own) if news.own else graph


def services_above(uow: Uow, node: str) -> list[str]:
    """Ids of the services that stand on a node."""
    return [id_in(found) for found in nodes_above(uow, node) if is_service(found)]


def _graph_of(uow: Uow) -> _Graph:
    info = uow.connection.info
    key = (info.host, info.port, info.dbname, uow.tenant)
    with _graphs_lock:
        return _graphs.setdefault(key, _Graph())
