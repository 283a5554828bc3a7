"""What is wrong with a request in itself: one bad message must not spoil the batch that it came in."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Final

from tandem.bss.charging.terms.online import Part, SessionRequest, Units

_MOST: Final = 2**53
"""More units than a network can have carried in one report; sums of them stay far within 63 bits."""
_LONGEST: Final = 512


_DEAREST: Final = 10**15


def micros_of(value: str) -> int | None:
    """An amount of money in micros, from decimal text; none when it is no amount, or beyond what can be paid."""
    try:
        amount = Decimal(value)
        if not amount.is_finite() or not 0 <= amount <= _DEAREST:
            return None
        return int(amount.scaleb(6).to_integral_value(ROUND_HALF_UP))
    except InvalidOperation:
        return None


def fault_of(request: SessionRequest) -> str | None:
    """Why a request cannot be charged, if so, in words for the network's log."""
    texts = (request.session, request.subscriber, request.service, request.notify_at or "", request.network)
    if any("\0" in text or len(text) > _LONGEST for text in texts):
        return "a name with a zero octet, or a very long one"
    if not request.session or not request.subscriber:
        return "no session, or nobody to charge"
    if not 0 <= request.sequence < _MOST:
        return "the number of the message is out of range"
    if (
        not (request.destination + request.network).isascii()
        or not (request.destination + request.network + "0").isdigit()
    ):
        return "a destination or a network is digits"
    if len(request.destination) > 15 or len(request.network) > 6:
        return "a destination or a network has too many digits"
    if request.value is not None and micros_of(request.value) is None:
        return "the value is not an amount of money"
    return next((fault for part in request.parts if (fault := _fault_of_part(part)) is not None), None)


def _fault_of_part(part: Part) -> str | None:
    if not 0 <= part.rating_group < 2**31 or not 0 <= (part.service_id or 0) < 2**32:
        return "a rating group or service identifier is out of range"
    told = [used.units for used in part.used] + ([part.wanted] if part.wanted is not None else [])
    if any(not 0 <= (amount or 0) < _MOST for units in told for amount in _amounts(units)):
        return "an amount of units is out of range"
    return None


def _amounts(units: Units) -> tuple[int | None, ...]:
    return (units.time_s, units.total_octets, units.uplink_octets, units.downlink_octets, units.specific)
