"""Charges gathered for a bill: one row for each product and each version of a term that charged it.

A bill takes what the invoice pays: what money paid, or nobody, is on none. What was taken back of an earlier bill, and
what it costs instead, is one row for each product and bill: what is given back, or asked for besides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tandem.bss.charging.terms import RatedEvent, TermCharges
from tandem.kernel.money import total


def by_term(events: Sequence[RatedEvent], bills: Mapping[str, str | None] | None = None) -> tuple[TermCharges, ...]:
    """The charges by product, term and version, tax and currency, in the order of their first use.

    Shape: `bills`, the bill on which a charge that was taken back stands, by its id.
    """
    known = bills or {}
    corrected = {event.usage_id: bill for event in events if (bill := known.get(event.reversal_of or ""))}
    groups: dict[tuple[Any, ...], list[RatedEvent]] = {}
    for event in sorted(events, key=lambda event: (event.started_at, event.usage_id, event.place)):
        groups.setdefault(_group(event, corrected.get(event.usage_id)), []).append(event)
    return tuple(_charges(group, corrected.get(group[0].usage_id)) for group in groups.values())


def _group(event: RatedEvent, corrects: str | None) -> tuple[Any, ...]:
    taxed = (event.amount.currency, event.tax_included, event.tax_category, event.tax_rate_bp)
    if corrects is not None:
        return (event.product_id, event.usage_type, corrects, *taxed)
    return (event.product_id, event.offering_id, event.term, event.is_within_allowance, *taxed)


def _charges(group: list[RatedEvent], corrects: str | None) -> TermCharges:
    first, last = group[0], group[-1]
    return TermCharges(
        product_id=first.product_id,
        offering_id=first.offering_id,
        term=first.term,
        term_name=first.term_name,
        zone=first.zone,
        usage_type=first.usage_type,
        unit=first.unit,
        within_allowance=first.is_within_allowance,
        event_ids=tuple(event.id for event in group),
        quantity=sum(event.quantity for event in group),
        charged_units=sum(event.charged_units for event in group),
        amount=total([event.invoiced for event in group], first.amount.currency),
        tax_included=first.tax_included,
        tax_category=first.tax_category,
        tax_rate_bp=first.tax_rate_bp,
        first_at=first.started_at,
        last_at=last.started_at,
        corrects=corrects,
    )
