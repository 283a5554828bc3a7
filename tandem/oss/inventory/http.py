"""The inventory on the wire: TMF638 and TMF639, each in version 4 and 5."""

from __future__ import annotations

from typing import Any, Final

from tandem.kernel.json import Doc
from tandem.kernel.period import text_of
from tandem.kernel.store import Uow
from tandem.kernel.tmf import CHANGES_AND_STATES, AnyExposure, Exposure
from tandem.oss.inventory.commands import keeping
from tandem.oss.inventory.commands.stocking import add_described
from tandem.oss.inventory.model.tmf638 import Service
from tandem.oss.inventory.model.tmf639 import Resource
from tandem.oss.inventory.rules import versions
from tandem.oss.inventory.store.entities import RESOURCES, SERVICES


def _now(uow: Uow, doc: Doc) -> str:
    return text_of(uow.now)


_SERVICE: Final[dict[str, Any]] = {
    "api": "TMF638",
    "path": "service",
    "type_name": "Service",
    "table": SERVICES,
    "model": Service,
    "mandatory": ("state", "serviceSpecification"),
    "references": {
        "serviceSpecification": "ServiceSpecification",
        "supportingResource": "Resource",
        "supportingService": "Service",
    },
    "create": keeping.add_service,
    "patch": keeping.change_service,
    "delete": keeping.remove_service,
    "owner": "party_id",
    "events": CHANGES_AND_STATES,
}

_RESOURCE: Final[dict[str, Any]] = {
    "api": "TMF639",
    "path": "resource",
    "type_name": "Resource",
    "table": RESOURCES,
    "model": Resource,
    "server_set": ("href",),
    "references": {
        "resourceSpecification": "ResourceSpecification",
        "resourceRelationship.resource": "Resource",
        "supportingResource": "Resource",
    },
    "create": add_described,
    "patch": keeping.change_resource,
    "delete": keeping.remove_resource,
    "events": CHANGES_AND_STATES,
}

EXPOSURES: Final[tuple[AnyExposure, ...]] = (
    Exposure(
        version="v4",
        base="/tmf-api/serviceInventory/v4",
        to_wire=versions.SERVICE[0],
        from_wire=versions.SERVICE[1],
        **_SERVICE,
    ),
    Exposure(
        version="v5",
        base="/tmf-api/serviceInventory/v5",
        **{**_SERVICE, "server_set": ("id", "href", "operatingStatus")},
    ),
    Exposure(
        version="v4",
        base="/tmf-api/resourceInventoryManagement/v4",
        mandatory=("name",),
        to_wire=versions.RESOURCE[0],
        from_wire=versions.RESOURCE[1],
        **_RESOURCE,
    ),
    Exposure(
        version="v5",
        base="/tmf-api/resourceInventory/v5",
        **{**_RESOURCE, "defaults": {"creationDate": _now}},
    ),
)
