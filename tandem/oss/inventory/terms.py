"""What other rooms may say about the inventory: reservations, services and what they stand on, and how it refuses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

import msgspec

from tandem.kernel.errors import Conflict, Invalid, NotFound
from tandem.kernel.events import Event
from tandem.kernel.period import Instant

PoolKind = Literal["number", "sim"]


class PoolUnknown(NotFound):
    """There is no pool of that name and kind."""

    code = "inventory.pool_unknown"


class PoolEmpty(Conflict):
    """Nothing in the pool is free."""

    code = "inventory.pool_empty"


class NotInPool(NotFound):
    """The pool never had this number or SIM."""

    code = "inventory.not_in_pool"


class AlreadyHeld(Conflict):
    """The number or SIM that was asked for is reserved, used, or resting."""

    code = "inventory.already_held"


class HeldOtherwise(Conflict):
    """The order holds another number or SIM of this pool already."""

    code = "inventory.held_otherwise"


class NotHeld(Conflict):
    """The number or SIM is not reserved for this order."""

    code = "inventory.not_held"


class ResourceOwned(Conflict):
    """Another service owns the resource."""

    code = "inventory.resource_owned"


class ResourceUnknown(NotFound):
    """There is no such resource."""

    code = "inventory.resource_unknown"


class ResourceInUse(Conflict):
    """Something stands on the resource, or the pool still counts on it."""

    code = "inventory.resource_in_use"


class ServiceInUse(Conflict):
    """The service still lives, or another one stands on it."""

    code = "inventory.service_in_use"


class PooledStateFixed(Conflict):
    """The state of a number or SIM changes by reservation, assignment and release, never by hand."""

    code = "inventory.pooled_state_fixed"


class KeyInDocument(Invalid):
    """Somebody tried to put a SIM's key where everybody can read it."""

    code = "inventory.key_in_document"


class SimNeedsKeys(Invalid):
    """A SIM cannot come as a document, since its keys must not."""

    code = "inventory.sim_needs_keys"


class IdentityInvalid(Invalid):
    """Not a number, ICCID, IMSI or key of the form that its standard asks for."""

    code = "inventory.identity_invalid"


class RangeInvalid(Invalid):
    """Not a range of numbers that could be taken in."""

    code = "inventory.range_invalid"


class ReservedNumber(msgspec.Struct, frozen=True, kw_only=True):
    """A number that is held for an order until an instant."""

    resource_id: str
    msisdn: str
    pool: str
    until: Instant


class ReservedSim(msgspec.Struct, frozen=True, kw_only=True):
    """A SIM that is held for an order until an instant."""

    resource_id: str
    iccid: str
    imsi: str
    pool: str
    until: Instant


class RejectedLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of an import that was not taken, and why."""

    line: int
    reason: str


class ImportReport(msgspec.Struct, frozen=True, kw_only=True):
    """What became of an import: lines that were new, that were there already, and that were not taken."""

    added: int
    present: int
    rejected: tuple[RejectedLine, ...] = ()


class PoolLevel(msgspec.Struct, frozen=True, kw_only=True):
    """How a pool stands. Shape: `by_state` counts every state that something in the pool is in."""

    pool: str
    kind: PoolKind
    by_state: Mapping[str, int]


class NewService(msgspec.Struct, frozen=True, kw_only=True):
    """A service to be put into the inventory.

    resources, services: ids of what carries it. held_for: the order key that its numbers and SIMs are reserved under.
    """

    name: str
    specification_id: str
    specification_name: str
    specification_version: str | None = None
    party_id: str | None = None
    product_id: str | None = None
    order_id: str | None = None
    order_item_id: str | None = None
    held_for: str | None = None
    characteristics: Mapping[str, Any] = {}
    resources: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    id: str | None = None


class NewResource(msgspec.Struct, frozen=True, kw_only=True):
    """A resource to be put into the inventory.

    relations: (relationship type, resource id) pairs, such as ("hostedOn", "hlr-1").
    shareable: several services may stand on it directly; otherwise one service owns it.
    ends_with_service: it was made for its service, follows its states and is retired with it.
    """

    name: str
    category: str
    specification_id: str
    specification_name: str
    kind: str = "LogicalResource"
    value: str | None = None
    characteristics: Mapping[str, Any] = {}
    relations: tuple[tuple[str, str], ...] = ()
    shareable: bool = False
    ends_with_service: bool = False
    id: str | None = None


class ServiceFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A service as others need it."""

    id: str
    name: str
    state: str
    specification_id: str | None
    party_id: str | None
    product_id: str | None
    characteristics: Mapping[str, Any]
    resource_ids: tuple[str, ...]
    service_ids: tuple[str, ...]


class ResourceFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A resource as others need it. `state` is the finer state of numbers and SIMs, else its resource status."""

    id: str
    name: str
    category: str | None
    specification_id: str | None
    value: str | None
    state: str | None
    characteristics: Mapping[str, Any]
    related: tuple[tuple[str, str], ...]


class ServiceActivated(Event, frozen=True, kw_only=True):
    """A service is there for its user."""

    service: str
    party: str | None
    entity: ClassVar[str] = "Service"
    key: ClassVar[str] = "service"


class ServiceSuspended(Event, frozen=True, kw_only=True):
    """A service is barred, and can come back."""

    service: str
    party: str | None
    entity: ClassVar[str] = "Service"
    key: ClassVar[str] = "service"


class ServiceTerminated(Event, frozen=True, kw_only=True):
    """A service ended, and what carried it is free, resting or retired."""

    service: str
    party: str | None
    entity: ClassVar[str] = "Service"
    key: ClassVar[str] = "service"


class NumberFreed(Event, frozen=True, kw_only=True):
    """A number can be given to somebody again."""

    resource: str
    pool: str
    entity: ClassVar[str] = "Resource"
    key: ClassVar[str] = "resource"
