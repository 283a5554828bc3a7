"""How a charge stands to the plan's allowances. Standard: TMF635, usageRatingTag."""

from __future__ import annotations

from tandem.bss.catalog.terms.tariff import Allowance, Tariff
from tandem.bss.charging.terms import RatedEvent, UsageRecord


def rating_tag(event: RatedEvent, record: UsageRecord, tariff: Tariff) -> str:
    """Within an allowance, past one, or beside all."""
    if event.is_within_allowance:
        return "included usage"
    past = any(_may_pay(allowance, record, tariff) for allowance in tariff.allowances)
    return "non included usage" if past else "usage"


def _may_pay(allowance: Allowance, record: UsageRecord, tariff: Tariff) -> bool:
    """Whether an allowance is for such use, wherever it is and whatever is left."""
    if allowance.service != record.usage_type:
        return False
    if allowance.rating_groups and record.rating_group not in allowance.rating_groups:
        return False
    prefixes = [prefix for name in allowance.to for prefix in tariff.destinations.get(name, ())]
    return not allowance.to or any(record.destination.startswith(prefix) for prefix in prefixes)
