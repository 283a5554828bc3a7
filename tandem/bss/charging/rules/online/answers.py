"""What a rating group is told: from what the core granted to a grant with its times, or why there is none.

Standards: TS 32.290 clause 5.4 (quota management), TS 32.291 table 6.1.7.3-1, RFC 8506 clause 5.6 (final units).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from tandem.bss.catalog.terms.tariff import WhenSpent
from tandem.bss.charging.rules.core import layout
from tandem.bss.charging.rules.online.quota import QuotaTerms, threshold_of
from tandem.bss.charging.terms.online import Part, PartAnswer, Result, SessionAnswer, SessionRequest, Units
from tandem.kernel.period import Instant

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SPENT: Final = (layout.ENDED_UNITS, layout.ENDED_MONEY, layout.ENDED_CREDIT, layout.ENDED_LIMIT)


class Grant(NamedTuple):
    """What the core granted an ask. `is_shared`: other sessions hold some of what it draws on."""

    units: int
    measure: int
    ended: int
    outcome: int
    switch_us: int
    is_shared: bool


class Terms(NamedTuple):
    """By what a rating group is given quota. `measure` is that of its service."""

    measure: int
    quota: QuotaTerms
    when_spent: WhenSpent


def is_last(grant: Grant) -> bool:
    """Whether there is nothing behind this grant, for anybody."""
    return grant.ended in _SPENT and not (grant.is_shared and grant.units)


def part_answer(part: Part, grant: Grant, terms: Terms, *, at: Instant) -> PartAnswer:
    """The answer to a rating group that asked for quota at an instant."""
    if grant.outcome != layout.RATED or grant.ended in (layout.ENDED_NO_PRICE, layout.ENDED_FAULT):
        return refused_part(part, "rating_failed")
    if not is_last(grant):
        return _granted(part, grant, terms, at)
    spent = terms.when_spent
    is_sent_away = spent.action != "terminate"
    if not grant.units and not is_sent_away:
        return refused_part(part, "credit_limit")
    return PartAnswer(
        rating_group=part.rating_group,
        service_id=part.service_id,
        granted=_units(grant),
        validity_s=terms.quota.validity_s,
        holding_s=terms.quota.holding_s,
        switch_at=_switch(grant, terms, at),
        final=spent.action,
        redirect_to=spent.redirect_to,
        restrict_to=spent.restrict_to,
    )


def refused_part(part: Part, result: Result) -> PartAnswer:
    """A rating group gets nothing."""
    return PartAnswer(rating_group=part.rating_group, service_id=part.service_id, result=result)


def silent_part(part: Part) -> PartAnswer:
    """What a rating group used is charged; it asked for nothing, or what it asked is late."""
    return PartAnswer(rating_group=part.rating_group, service_id=part.service_id)


def refused(request: SessionRequest, result: Result, reason: str, *, now: Instant) -> SessionAnswer:
    """A message is refused as a whole."""
    return SessionAnswer(session=request.session, sequence=request.sequence, result=result, at=now, reason=reason)


def _granted(part: Part, grant: Grant, terms: Terms, at: Instant) -> PartAnswer:
    return PartAnswer(
        rating_group=part.rating_group,
        service_id=part.service_id,
        granted=_units(grant),
        threshold=threshold_of(grant.units, terms.quota),
        validity_s=terms.quota.validity_s,
        holding_s=terms.quota.holding_s,
        switch_at=_switch(grant, terms, at),
    )


def _units(grant: Grant) -> Units:
    if grant.measure == layout.OCTET:
        return Units(total_octets=grant.units)
    return Units(time_s=grant.units) if grant.measure == layout.SECOND else Units(specific=grant.units)


def _switch(grant: Grant, terms: Terms, at: Instant) -> Instant | None:
    """When another price may begin, if the grant lives to see it."""
    if grant.switch_us == layout.FOREVER:
        return None
    switch_at = _EPOCH + timedelta(microseconds=grant.switch_us)
    return switch_at if at < switch_at <= at + timedelta(seconds=terms.quota.validity_s) else None
