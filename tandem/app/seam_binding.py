"""Binds the halves to each other: in this process to the other half's own doors, or to its APIs far away."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from starlette.routing import BaseRoute

from tandem.app.adapters.asking import RemoteFeasibility, RemoteServiceOrders, RemoteSpecifications
from tandem.app.adapters.connection import OtherHalf
from tandem.app.adapters.following import Follower
from tandem.app.adapters.listening import Listeners
from tandem.app.adapters.watching import SeamWatch
from tandem.app.settings import Settings
from tandem.kernel.errors import Invalid
from tandem.kernel.steps import Step
from tandem.kernel.store import Database, Uow
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
    """Bind what `settings.halves` says; the operations half alone asks nobody. Raises: Invalid for what is not set."""
    if settings.halves == "both":
        bind(Seam(OwnSpecifications(), OwnFeasibility(), OwnServiceOrders()))
    elif is_remote(settings):
        half = far_half(settings)
        bind(Seam(RemoteSpecifications(half), RemoteFeasibility(half), RemoteServiceOrders(half)))


def is_remote(settings: Settings) -> bool:
    """Whether this process is a business half whose operations half is elsewhere."""
    return settings.halves == "bss"


def far_half(settings: Settings) -> OtherHalf:
    """The other half at its address, with the token that it issued. Raises: Invalid for what is not set."""
    for value, name, path in (
        (settings.other_half_url, "the other half's address", "--other-half-url"),
        (settings.other_half_token, "a token that the other half issued", "TANDEM_OTHER_HALF_TOKEN"),
    ):
        if not value:
            raise Invalid(f"half of an operator needs {name}: set {path}", code="settings.other_half", path=path)
    return _connection(settings.other_half_url or "", settings.other_half_token or "")


@cache
def _connection(url: str, token: str) -> OtherHalf:
    """One for the whole process, so that what one thread finds silent the others need not find out."""
    return OtherHalf(url, token)


def following_steps(settings: Settings) -> Sequence[Step]:
    """The steps that look at the other half's orders and alarms, where it is elsewhere."""
    return Follower(far_half(settings)).steps if is_remote(settings) else ()


def listener_routes(settings: Settings, database: Database) -> Sequence[BaseRoute]:
    """Where the other half's notifications arrive, where it is elsewhere."""
    return Listeners(database, settings.tenant).routes() if is_remote(settings) else ()


def seam_watch(settings: Settings, database: Database) -> SeamWatch | None:
    """The watch over the other half, where it is elsewhere."""
    if not is_remote(settings):
        return None
    return SeamWatch(database, far_half(settings), tenant=settings.tenant, own_url=settings.url)
