"""What other rooms may say about the catalogue: specifications, decompositions, and how they fail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

import msgspec

from tandem.kernel.errors import Conflict, Invalid, NotFound

Allocation = Literal["pool", "make"]
"""A resource is taken from a pool of what there is, or made for the one service that needs it."""

MOBILE_SUBSCRIPTION: Final = "svc-spec-mobile-subscription"
MSISDN: Final = "res-spec-msisdn"
SIM: Final = "res-spec-sim"
HLR_SUBSCRIBER: Final = "res-spec-hlr-subscriber"
HLR: Final = "res-spec-hlr"
NUMBER_POOL: Final = "mobile-numbers"
SIM_POOL: Final = "sim-cards"


class SpecificationUnknown(NotFound):
    """Nobody ever described it, under this id or name, or not in this version."""

    code = "service_catalog.specification_unknown"


class SpecificationNotUsable(Conflict):
    """It is described, but not (or no longer) open for orders."""

    code = "service_catalog.specification_not_usable"


class SpecificationInUse(Conflict):
    """Another entry of the catalogue builds on it."""

    code = "service_catalog.specification_in_use"


class SpecificationsCircular(Conflict):
    """It needs itself, by way of others."""

    code = "service_catalog.specifications_circular"


class DecomposesToNothing(Conflict):
    """It takes no resource and no service, so there is nothing to provision."""

    code = "service_catalog.decomposes_to_nothing"


class CategoryCircular(Conflict):
    """A category would stand below itself."""

    code = "service_catalog.category_circular"


class CharacteristicRefused(Invalid):
    """A characteristic is unknown, missing, or not of the kind that the specification asks for."""

    code = "service_catalog.characteristic_refused"


class TransferRefused(Invalid):
    """The file of an import or export job cannot be read or written where the job says."""

    code = "service_catalog.transfer_refused"


class CharacteristicNeed(msgspec.Struct, frozen=True, kw_only=True):
    """One characteristic of a specification, as an order must respect it."""

    name: str
    value_type: str | None = None
    required: bool = False
    default: Any = None
    values: tuple[Any, ...] = ()
    regex: str | None = None


class ResourceNeed(msgspec.Struct, frozen=True, kw_only=True):
    """One resource that a service takes.

    after: specifications of the same decomposition whose resources must be there first.
    hosted_on: the specification of the network element that it is made on.
    """

    specification_id: str
    name: str
    version: str | None = None
    category: str | None = None
    kind: str = "LogicalResource"
    allocation: Allocation = "make"
    pool: str | None = None
    quantity: int = 1
    after: tuple[str, ...] = ()
    hosted_on: str | None = None
    characteristics: Mapping[str, Any] = {}


class ServiceNeed(msgspec.Struct, frozen=True, kw_only=True):
    """One service that another one stands on."""

    specification_id: str
    name: str
    version: str | None = None


class Decomposition(msgspec.Struct, frozen=True, kw_only=True):
    """What one service specification takes, in an order in which it can be provided."""

    specification_id: str
    name: str
    version: str | None = None
    characteristics: tuple[CharacteristicNeed, ...] = ()
    services: tuple[ServiceNeed, ...] = ()
    resources: tuple[ResourceNeed, ...] = ()

    def resource(self, specification_id: str) -> ResourceNeed | None:
        """The need of one resource specification."""
        return next((need for need in self.resources if need.specification_id == specification_id), None)


class Specification(msgspec.Struct, frozen=True, kw_only=True):
    """A service or resource specification as others refer to it."""

    id: str
    name: str
    version: str | None
    status: str
    category: str | None = None
    usable: bool = False
