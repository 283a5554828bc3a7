"""Why a service, a number or a SIM is as it is: what carries it or uses it, and every change back to its cause."""

from __future__ import annotations

from tandem.kernel.store import Uow
from tandem.kernel.why import Why, changes_of
from tandem.oss.inventory import queries
from tandem.oss.inventory.terms import ResourceFacts


def explain_service(uow: Uow, service_id: str) -> Why:
    """A service with what carries it, and each of its changes. Raises: NotFound."""
    service = queries.service_of(uow, service_id)
    facts = {"specification": service.specification_id, "party": service.party_id, "product": service.product_id}
    return Why(
        what=f"{service.name or 'the service'} is {service.state}",
        entity="Service",
        id=service_id,
        facts={name: value for name, value in facts.items() if value is not None},
        because=(
            *(_carrier(resource) for resource in queries.resources_of(uow, service_id)),
            *changes_of(uow, "Service", service_id),
        ),
    )


def explain_resource(uow: Uow, resource_id: str) -> Why:
    """A resource with the service that owns it, and each of its changes. Raises: NotFound."""
    resource = queries.resource_of(uow, resource_id)
    owner = queries.owner_of(uow, resource_id)
    used = (Why(what=f"service {owner} owns it", entity="Service", id=owner),) if owner else ()
    return Why(
        what=f"{resource.name} is {_state(resource)}",
        entity="Resource",
        id=resource_id,
        facts={name: str(value) for name, value in resource.characteristics.items()},
        because=(*used, *changes_of(uow, "Resource", resource_id)),
    )


def _carrier(resource: ResourceFacts) -> Why:
    kind = resource.category or "resource"
    return Why(what=f"it stands on the {kind} {resource.name}, {_state(resource)}", entity="Resource", id=resource.id)


def _state(resource: ResourceFacts) -> str:
    return str(resource.state or "there").replace("_", " ")


EXPLANATIONS = {"Service": explain_service, "Resource": explain_resource}
