"""Reads for bills, for desks and for *Why?*."""

from tandem.bss.charging.queries.charges import (
    charges_of_account,
    rated_events_by_id,
    rated_events_of_account,
    rated_events_of_product,
    suspended_usage,
    tally,
    usage_summary,
)
from tandem.bss.charging.queries.explaining import why_rated, why_usage

__all__ = [
    "charges_of_account",
    "rated_events_by_id",
    "rated_events_of_account",
    "rated_events_of_product",
    "suspended_usage",
    "tally",
    "usage_summary",
    "why_rated",
    "why_usage",
]
