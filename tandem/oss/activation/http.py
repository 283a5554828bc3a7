"""Activation on the wire: TMF640 v4 and TMF702 v4, over the inventory's own documents, with monitors."""

from __future__ import annotations

from typing import Any, Final

from tandem.kernel.tmf import CHANGES_AND_STATES, READ, AnyExposure, Exposure
from tandem.kernel.tmf.conversion import Step, conversion
from tandem.oss.activation import rules
from tandem.oss.activation.commands import activations
from tandem.oss.activation.model import Monitor
from tandem.oss.activation.store import RESOURCE_MONITORS, SERVICE_MONITORS
from tandem.oss.inventory.public import RESOURCE_ON_WIRE, SERVICE_ON_WIRE

SERVICES: Final[dict[str, Any]] = {
    "api": "TMF640",
    "version": "v4",
    "base": "/tmf-api/ServiceActivationAndConfiguration/v4",
}
RESOURCES: Final[dict[str, Any]] = {
    "api": "TMF702",
    "version": "v4",
    "base": "/tmf-api/ResourceActivationAndConfiguration/v4",
}
_MONITOR: Final[dict[str, Any]] = {
    "path": "monitor",
    "type_name": "Monitor",
    "entity": "Monitor",
    "model": Monitor,
    "verbs": READ,
    "events": CHANGES_AND_STATES,
}

_RESOURCE_TO_WIRE, _RESOURCE_FROM_WIRE = conversion(
    *RESOURCE_ON_WIRE.to_v4.steps, Step(out=rules.with_specification_href, back=rules.without_specification_href)
)

EXPOSURES: Final[tuple[AnyExposure, ...]] = (
    Exposure(
        path="service",
        type_name="Service",
        table=SERVICE_ON_WIRE.table,
        model=SERVICE_ON_WIRE.model,
        to_wire=SERVICE_ON_WIRE.to_v4,
        from_wire=SERVICE_ON_WIRE.from_v4,
        mandatory=("state", "serviceSpecification"),
        references={
            "serviceSpecification": "ServiceSpecification",
            "supportingResource": "Resource",
            "supportingService": "Service",
        },
        create=activations.activate_service,
        patch=activations.change_service,
        delete=activations.remove_service,
        owner="party_id",
        events=CHANGES_AND_STATES,
        **SERVICES,
    ),
    Exposure(table=SERVICE_MONITORS, **SERVICES, **_MONITOR),
    Exposure(
        path="resource",
        type_name="Resource",
        table=RESOURCE_ON_WIRE.table,
        model=RESOURCE_ON_WIRE.model,
        to_wire=_RESOURCE_TO_WIRE,
        from_wire=_RESOURCE_FROM_WIRE,
        server_set=("href",),
        references={
            "resourceSpecification": "ResourceSpecification",
            "resourceRelationship.resource": "Resource",
        },
        create=activations.activate_resource,
        patch=activations.change_resource,
        delete=activations.remove_resource,
        events=CHANGES_AND_STATES,
        **RESOURCES,
    ),
    Exposure(table=RESOURCE_MONITORS, **RESOURCES, **_MONITOR),
)
