"""Binds the halves to each other: in this process to the other half's own doors, or to its APIs far away."""

from __future__ import annotations

from tandem.app.settings import Settings
from tandem.kernel.store import Uow
from tandem.oss.provisioning import public as provisioning
from tandem.oss.service_catalog import public as service_catalog
from tandem.seam.public import Seam, bind
from tandem.seam.terms import Obstacle, ServiceOrderRequest, SpecificationFacts


class OwnSpecifications:
    """The service specifications of the half in this process."""

    def find(self, uow: Uow, specification_id: str) -> SpecificationFacts | None:
        """The facts of a specification, or none."""
        found = service_catalog.find_specification(uow, name_or_id=specification_id)
        if found is None:
            return None
        return SpecificationFacts(
            id=found.id, name=found.name, version=found.version or "", lifecycle_status=found.status
        )


class OwnFeasibility:
    """Feasibility as the half in this process judges it."""

    def obstacles(self, uow: Uow, request: ServiceOrderRequest) -> tuple[Obstacle, ...]:
        """What stands in the way; empty when nothing does."""
        return provisioning.obstacles(uow, request=request)


class OwnServiceOrders:
    """Service orders of the half in this process, in the caller's transaction."""

    def request(self, uow: Uow, request: ServiceOrderRequest) -> str:
        """Ask; the service order's id."""
        return provisioning.request_services(uow, request=request)

    def cancel(self, uow: Uow, external_id: str, reason: str) -> None:
        """Call it off."""
        provisioning.cancel_request(uow, external_id=external_id, reason=reason)

    def retry(self, uow: Uow, external_id: str) -> None:
        """Try a held order again."""
        provisioning.retry_request(uow, external_id=external_id)


def bind_other_half(settings: Settings) -> None:
    """Bind what `settings.halves` says."""
    if settings.halves == "both":
        bind(Seam(OwnSpecifications(), OwnFeasibility(), OwnServiceOrders()))
