"""The Protocols through which one half asks the other, and the binding that wiring makes of them once per process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from tandem.kernel.store import Uow
from tandem.seam.terms import NothingBound, Obstacle, ServiceOrderRequest, SpecificationFacts


class ServiceSpecifications(Protocol):
    """What the operations half can deliver."""

    def find(self, uow: Uow, specification_id: str) -> SpecificationFacts | None:
        """The facts of a specification, or none."""
        ...


class Feasibility(Protocol):
    """Whether it could deliver what is asked, before anything is committed."""

    def obstacles(self, uow: Uow, request: ServiceOrderRequest) -> tuple[Obstacle, ...]:
        """What stands in the way; empty when nothing does."""
        ...


class ServiceOrders(Protocol):
    """Asking for services. Called in steps only, since the other half may be far away.

    Raises: Unavailable when it does not answer; the step is then tried again.
    """

    def request(self, uow: Uow, request: ServiceOrderRequest) -> str:
        """Ask; the service order's id. Idempotent: by `external_id`. Progress comes as ServiceOrderProgressed."""
        ...

    def cancel(self, uow: Uow, external_id: str, reason: str) -> None:
        """Call it off. Raises: PointOfNoReturnPassed. Idempotent."""
        ...

    def retry(self, uow: Uow, external_id: str) -> None:
        """Try a held order again from where it stands. Idempotent: while it is in progress nothing happens."""
        ...


@dataclass(frozen=True)
class Seam:
    """The other half, as wiring bound it: its own doors in this process, or adapters that speak to it over the wire."""

    specifications: ServiceSpecifications
    feasibility: Feasibility
    service_orders: ServiceOrders


_bound: list[Seam] = []


def bind(seam: Seam) -> None:
    """Bind the other half; the last binding counts."""
    _bound[:] = [seam]


def other_half() -> Seam:
    """The half that was bound. Raises: NothingBound."""
    if not _bound:
        raise NothingBound("no operations half is bound to this process", next_action="bind one in the wiring")
    return _bound[0]
