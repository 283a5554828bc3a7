"""Words of consumption: what of allowances, pools and money is used and left, and what was charged so far."""

from __future__ import annotations

from dataclasses import dataclass

from tandem.bss.catalog.terms import Unit
from tandem.kernel.errors import Invalid
from tandem.kernel.money import Money
from tandem.kernel.period import Period


@dataclass(frozen=True, slots=True)
class PoolConsumption:
    """A bucket, or an allowance that nothing was taken from yet (which has no id). Units: of `unit`, or micros.

    `left` is what is neither used nor reserved; `granted` and `left` are `None` where there is no limit. `own_used` is
    what this product took of what others share.
    """

    bucket_id: str | None
    name: str
    usage_type: str
    unit: Unit
    currency: str | None
    period: Period
    granted: int | None
    used: int
    reserved: int
    left: int | None
    is_shared: bool
    own_used: int | None


@dataclass(frozen=True, slots=True)
class ServiceConsumption:
    """What was used of a service in the period, and what it was charged."""

    service: str
    unit: Unit
    units: int
    charged: Money


@dataclass(frozen=True, slots=True)
class ProductConsumption:
    """A product's consumption in the bill month of an instant."""

    product_id: str
    name: str
    customer_id: str
    billing_account_id: str
    msisdn: str | None
    currency: str
    period: Period
    pools: tuple[PoolConsumption, ...]
    services: tuple[ServiceConsumption, ...]


class ConsumptionNotFound(Invalid):
    """No product in use fits what is asked for; `path` names the criterion."""

    code = "charging.consumption_not_found"
