"""A credit control request as a charging request: what it asks, for whom, and what was used.

Standards: RFC 8506 clauses 4-6 and 8, TS 32.299 clause 6.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Final

from tandem.bss.charging.rules.diameter import dictionary as d
from tandem.bss.charging.rules.diameter.base import Place, session_of
from tandem.bss.charging.rules.diameter.codec import INVALID_AVP_VALUE, AvpFault, Group, missing, number_avp
from tandem.bss.charging.rules.diameter.currencies import CURRENCY_NAMES
from tandem.bss.charging.rules.diameter.facts import facts_of
from tandem.bss.charging.rules.diameter.subscribers import destination_of, network_of, subscriber_of
from tandem.bss.charging.terms.online import Action, Operation, Part, SessionRequest, Units, Used
from tandem.kernel.period import Instant

USER_UNKNOWN: Final = 5030

_OPERATIONS: Final[dict[int, Operation]] = {1: "create", 2: "update", 3: "release", 4: "event"}
_ACTIONS: Final[tuple[Action, ...]] = ("debit", "refund", "check", "enquire")
_NEEDED: Final = (
    d.SESSION_ID,
    d.ORIGIN_HOST,
    d.ORIGIN_REALM,
    d.DESTINATION_REALM,
    d.SERVICE_CONTEXT_ID,
    d.CC_REQUEST_TYPE,
    d.CC_REQUEST_NUMBER,
)
_AFTER_TARIFF_CHANGE: Final = 1
_MULTIPLE_SERVICES: Final = 1

SERVICES: Final[Mapping[str, str]] = {
    "32251": "data",
    "32255": "data",
    "32260": "voice",
    "32275": "voice",
    "32270": "mms",
    "32274": "sms",
}
"""The tariff's word for each service context of 3GPP."""

_REASONS: Final = (
    "QUOTA_THRESHOLD",
    "QHT",
    "FINAL",
    "QUOTA_EXHAUSTED",
    "VALIDITY_TIME",
    "OTHER_QUOTA_TYPE",
    "RATING_CONDITION_CHANGE",
    "FORCED_REAUTHORISATION",
    "POOL_EXHAUSTED",
    "UNUSED_QUOTA_TIMER",
)
"""Reporting-Reason in the words of TS 32.291, where both have them. Standard: TS 32.299, Reporting-Reason."""

_TRIGGERS: Final = {
    1: "SERVING_NODE_CHANGE",
    2: "QOS_CHANGE",
    3: "USER_LOCATION_CHANGE",
    4: "RAT_CHANGE",
    5: "UE_TIMEZONE_CHANGE",
    20: "QOS_CHANGE",
    30: "PLMN_CHANGE",
    31: "PLMN_CHANGE",
    40: "CHANGE_OF_3GPP_PS_DATA_OFF_STATUS",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How requests are understood here. `home`: the networks that are not roaming. `services`: context to word."""

    home: frozenset[str] = frozenset()
    services: Mapping[str, str] = field(default_factory=lambda: dict(SERVICES))


def read_request(
    request: Group, *, reading: Reading, peer: str, now: Instant, is_retransmission: bool = False
) -> SessionRequest:
    """What a CCR asks. `peer` is whom it came from. Raises: AvpFault."""
    for key in _NEEDED:
        if key not in request.values:
            raise missing(key)
    values = request.values
    if d.AUTH_APPLICATION_ID not in values and d.VENDOR_SPECIFIC_APPLICATION_ID not in values:
        raise missing(d.AUTH_APPLICATION_ID)
    operation = _OPERATIONS[values[d.CC_REQUEST_TYPE][0]]
    subscriber = subscriber_of(request)
    if subscriber is None:
        raise AvpFault(USER_UNKNOWN, b"", "nobody is named whom to charge")
    at = request.instant(d.EVENT_TIMESTAMP) or now
    service = request.group(d.SERVICE_INFORMATION)
    value, currency = _price_of(request)
    network = network_of(service)
    context = values[d.SERVICE_CONTEXT_ID][0].partition("@")[0].rpartition(".")[2]
    return SessionRequest(
        protocol="gy",
        operation=operation,
        session=session_of(values[d.SESSION_ID][0], request.number(d.CC_SUB_SESSION_ID)),
        sequence=values[d.CC_REQUEST_NUMBER][0],
        subscriber=subscriber[1],
        subscriber_kind=subscriber[0],
        at=at,
        service=reading.services.get(context, context),
        network="" if network in reading.home else network,
        destination=destination_of(service),
        parts=_parts_of(request, operation, at),
        action=_action_of(request) if operation == "event" else "debit",
        value=value,
        currency=currency,
        notify_at=str(Place(host=values[d.ORIGIN_HOST][0], realm=values[d.ORIGIN_REALM][0], peer=peer)),
        is_retransmission=is_retransmission,
        priority=1 if operation in ("update", "release") else 0,
        facts=facts_of(request),
    )


def _action_of(request: Group) -> Action:
    action = request.number(d.REQUESTED_ACTION)
    if action is None:
        raise missing(d.REQUESTED_ACTION)
    return _ACTIONS[action]


def is_flat(request: Group) -> bool:
    """Whether units stand beside the request, not in services: the form of a client that knows one service only."""
    if d.MULTIPLE_SERVICES_CREDIT_CONTROL in request:
        return False
    told = d.REQUESTED_SERVICE_UNIT in request or d.USED_SERVICE_UNIT in request
    return told or request.number(d.MULTIPLE_SERVICES_INDICATOR) != _MULTIPLE_SERVICES


def _parts_of(request: Group, operation: Operation, at: Instant) -> tuple[Part, ...]:
    if is_flat(request):
        asks = operation in ("create", "update", "event")
        return (_part_of(request, at, Units() if asks else None),)
    return tuple(_part_of(group, at, None) for group in request.groups(d.MULTIPLE_SERVICES_CREDIT_CONTROL))


def _part_of(told: Group, at: Instant, unasked: Units | None) -> Part:
    """One service. `unasked`: what it wants when it does not say."""
    asked = told.group(d.REQUESTED_SERVICE_UNIT)
    reasons = _reasons_of(told)
    return Part(
        rating_group=told.number(d.RATING_GROUP) or 0,
        service_id=told.number(d.SERVICE_IDENTIFIER),
        used=tuple(_used_of(used, at, reasons) for used in told.groups(d.USED_SERVICE_UNIT)),
        wanted=unasked if asked is None else _units_of(asked),
    )


def _units_of(told: Group) -> Units:
    values = told.values
    return Units(
        time_s=values[d.CC_TIME][0] if d.CC_TIME in values else None,
        total_octets=values[d.CC_TOTAL_OCTETS][0] if d.CC_TOTAL_OCTETS in values else None,
        uplink_octets=values[d.CC_INPUT_OCTETS][0] if d.CC_INPUT_OCTETS in values else None,
        downlink_octets=values[d.CC_OUTPUT_OCTETS][0] if d.CC_OUTPUT_OCTETS in values else None,
        specific=values[d.CC_SERVICE_SPECIFIC_UNITS][0] if d.CC_SERVICE_SPECIFIC_UNITS in values else None,
    )


def _used_of(told: Group, at: Instant, reasons: tuple[str, ...]) -> Used:
    units = _units_of(told)
    started = told.instant(d.EVENT_CHARGING_TIMESTAMP) or at - timedelta(seconds=units.time_s or 0)
    own = _reasons_of(told)
    return Used(
        units=units,
        started_at=started,
        ended_at=at,
        triggers=own + tuple(reason for reason in reasons if reason not in own),
        after_switch=told.number(d.TARIFF_CHANGE_USAGE) == _AFTER_TARIFF_CHANGE,
    )


def _reasons_of(told: Group) -> tuple[str, ...]:
    """Why it is reported. What has no word here keeps the standard's number."""
    found = [
        _REASONS[reason] if reason < len(_REASONS) else f"REPORTING_REASON_{reason}"
        for reason in told.numbers(d.REPORTING_REASON)
    ]
    for trigger in told.groups(d.TRIGGER):
        found += [_TRIGGERS.get(kind, f"TRIGGER_{kind}") for kind in trigger.numbers(d.TRIGGER_TYPE)]
    return tuple(dict.fromkeys(found))


def _price_of(request: Group) -> tuple[str | None, str | None]:
    """The price of bought content: money that an event asks for. Raises: AvpFault for a currency without a name."""
    asked = request.group(d.REQUESTED_SERVICE_UNIT) or next(
        (
            unit
            for service in request.groups(d.MULTIPLE_SERVICES_CREDIT_CONTROL)
            for unit in service.groups(d.REQUESTED_SERVICE_UNIT)
        ),
        None,
    )
    money = asked.group(d.CC_MONEY) if asked else None
    if money is None:
        return None, None
    value = money.group(d.UNIT_VALUE)
    if value is None:
        raise missing(d.UNIT_VALUE)
    return _decimal_of(value), _currency_of(money)


def _decimal_of(value: Group) -> str:
    digits, exponent = value.number(d.VALUE_DIGITS), value.number(d.EXPONENT) or 0
    if digits is None:
        raise missing(d.VALUE_DIGITS)
    if abs(exponent) > 18:
        raise AvpFault(INVALID_AVP_VALUE, number_avp(d.EXPONENT, exponent), "Exponent: no price is that large or small")
    return f"{Decimal(digits).scaleb(exponent):f}"


def _currency_of(money: Group) -> str | None:
    number = money.number(d.CURRENCY_CODE)
    if number is None:
        return None
    if number not in CURRENCY_NAMES:
        raise AvpFault(INVALID_AVP_VALUE, number_avp(d.CURRENCY_CODE, number), "Currency-Code: no such currency")
    return CURRENCY_NAMES[number]
