"""The words that the halves share: what is asked for, how it goes, and what a fault does to it.

Frozen values and events; a service, a customer and an order are opaque ids of the half that made them.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import msgspec

from tandem.kernel.errors import Conflict, Refused
from tandem.kernel.events import Event
from tandem.kernel.period import Instant

ServiceAction = Literal["add", "modify", "delete", "noChange"]
OrderState = Literal[
    "acknowledged",
    "rejected",
    "pending",
    "held",
    "inProgress",
    "cancelled",
    "completed",
    "failed",
    "partial",
    "assessingCancellation",
    "pendingCancellation",
]
Severity = Literal["outage", "degraded"]


class PointOfNoReturnPassed(Conflict):
    """The network is being changed already: the order can no longer be cancelled."""

    code = "seam.point_of_no_return"


class NothingBound(Refused):
    """No other half is bound to this Protocol."""

    code = "seam.nothing_bound"


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """Why something waits or failed, and what a person can do next."""

    code: str
    reason: str
    next_action: str


class SpecificationFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What sales needs to know of a service specification of the other half."""

    id: str
    name: str
    version: str
    lifecycle_status: str


class ServiceItem(msgspec.Struct, frozen=True, kw_only=True):
    """One service that is asked for. `state` is the state wished for in the end (TMF638 ServiceStateType)."""

    item_id: str
    action: ServiceAction
    specification_id: str
    service_id: str | None = None
    state: Literal["active", "inactive", "terminated"] = "active"
    characteristics: dict[str, Any] = {}


class ServiceOrderRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What the business half asks the operations half to deliver. Idempotent: by `external_id`."""

    external_id: str
    customer_reference: str
    items: tuple[ServiceItem, ...]
    requested_start_at: Instant | None = None
    description: str | None = None


class Obstacle(msgspec.Struct, frozen=True, kw_only=True):
    """Why an item cannot be delivered as asked."""

    item_id: str
    code: str
    reason: str


class ServiceItemProgress(msgspec.Struct, frozen=True, kw_only=True):
    """How one item stands. `facts` are what the network gave it: msisdn, iccid, imsi."""

    item_id: str
    state: OrderState
    service_id: str | None = None
    facts: dict[str, str] = {}


class ServiceOrderProgressed(Event, frozen=True, kw_only=True):
    """A service order moved: another state, a milestone reached, or it waits and says why."""

    entity: ClassVar[str] = "ServiceOrder"
    key: ClassVar[str] = "service_order_id"
    service_order_id: str
    external_id: str
    state: OrderState
    milestone: str | None = None
    items: tuple[ServiceItemProgress, ...] = ()
    problem: Problem | None = None


class ServiceImpacted(Event, frozen=True, kw_only=True):
    """A fault is felt: these services are out or degraded since an instant."""

    entity: ClassVar[str] = "ServiceImpact"
    key: ClassVar[str] = "impact_id"
    impact_id: str
    alarm_id: str
    severity: Severity
    since: Instant
    summary: str
    service_ids: tuple[str, ...]


class ServiceImpactEnded(Event, frozen=True, kw_only=True):
    """The fault is over for these services."""

    entity: ClassVar[str] = "ServiceImpact"
    key: ClassVar[str] = "impact_id"
    impact_id: str
    alarm_id: str
    since: Instant
    ended_at: Instant
    service_ids: tuple[str, ...]
