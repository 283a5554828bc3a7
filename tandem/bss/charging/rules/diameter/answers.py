"""A charging answer as the AVPs of a credit control answer.

Standards: RFC 8506 clauses 3.2, 8 and 9, TS 32.299 clauses 6 and 7.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from tandem.bss.charging.rules.diameter import dictionary as d
from tandem.bss.charging.rules.diameter.codec import Group, group_avp, number_avp, text_avp, time_avp
from tandem.bss.charging.rules.diameter.currencies import CURRENCY_NUMBERS
from tandem.bss.charging.rules.diameter.requests import is_flat
from tandem.bss.charging.terms.online import PartAnswer, Result, SessionAnswer, SessionRequest, Units

SUCCESS: Final = 2001
END_USER_SERVICE_DENIED: Final = 4010
AUTHORIZATION_REJECTED: Final = 5003

RESULTS: Final[dict[Result, int]] = {
    "success": SUCCESS,
    "unknown_session": 5002,
    "unknown_subscriber": 5030,
    "not_allowed": END_USER_SERVICE_DENIED,
    "credit_limit": 4012,
    "not_applicable": 4011,
    "rating_failed": 5031,
    "invalid": 5012,
}
_FAILURE_HANDLING: Final = {"terminate": 0, "continue": 1, "retry_and_terminate": 2}
_FINAL_ACTIONS: Final = {"terminate": 0, "redirect": 1, "restrict": 2}
_IPV4, _IPV6, _URL, _SIP_URI = range(4)
_MICROS_EXPONENT: Final = -6


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What every answer tells the client: what to do when we cannot be reached, and what to report at once.

    `triggers` go with a grant of octets, by their numbers of Trigger-Type in TS 32.299. Else: that the country
    or the network has changed, since the price may depend on it.
    """

    failure_handling: Literal["terminate", "continue", "retry_and_terminate"] = "terminate"
    session_failover: bool = True
    triggers: tuple[int, ...] = (30, 31)


def result_code(answer: SessionAnswer, *, asked: SessionRequest, flat: bool) -> int:
    """The Result-Code of the whole answer. A client that knows one service only has its result here too."""
    if asked.action == "check" and answer.result in ("success", "credit_limit"):
        return SUCCESS
    if flat and answer.result == "success" and answer.parts and answer.parts[0].result != "success":
        return _code_of(answer.parts[0].result, _is_running(asked))
    return _code_of(answer.result, _is_running(asked))


def _is_running(asked: SessionRequest) -> bool:
    return asked.operation == "update"


def _code_of(result: Result, is_running: bool) -> int:
    """Denied to what runs already means: end it. Standard: TS 32.299, result codes 4010 and 5003."""
    if result == "not_allowed" and is_running:
        return AUTHORIZATION_REJECTED
    return RESULTS[result]


def write_answer(request: Group, *, asked: SessionRequest, answer: SessionAnswer, policy: Policy) -> list[bytes]:
    """What follows the identities in a CCA, in the order of the standard's grammar."""
    avps: list[bytes] = [_FAILOVER[policy.session_failover]]
    flat = is_flat(request)
    parts = () if asked.operation == "event" and asked.action in ("check", "enquire") else answer.parts
    if flat:
        avps.extend(_granted(parts[0]) if parts else ())
    else:
        nameless = _without_group(request)
        avps.extend(
            _service(part, _is_running(asked), policy, is_named=(part.rating_group, part.service_id) not in nameless)
            for part in parts
        )
    if answer.cost_micros is not None and answer.currency is not None:
        avps.append(_cost(answer.cost_micros, answer.currency))
    if flat and parts:
        avps.extend(_final(parts[0]))
    if asked.action == "check" and answer.result in ("success", "credit_limit"):
        avps.append(number_avp(d.CHECK_BALANCE_RESULT, 0 if _is_enough(answer) else 1))
    avps.append(_HANDLING[policy.failure_handling])
    if flat and parts:
        avps.extend(_times(parts[0]))
    return avps


_FAILOVER: Final = (number_avp(d.CC_SESSION_FAILOVER, 0), number_avp(d.CC_SESSION_FAILOVER, 1))
_HANDLING: Final = {
    name: number_avp(d.CREDIT_CONTROL_FAILURE_HANDLING, value) for name, value in _FAILURE_HANDLING.items()
}


def _is_enough(answer: SessionAnswer) -> bool:
    return answer.result == "success" and all(part.result == "success" for part in answer.parts)


def _without_group(request: Group) -> set[tuple[int, int | None]]:
    """The services that the request names by their identifier alone."""
    return {
        (0, service.number(d.SERVICE_IDENTIFIER))
        for service in request.groups(d.MULTIPLE_SERVICES_CREDIT_CONTROL)
        if d.RATING_GROUP not in service
    }


def _service(part: PartAnswer, is_running: bool, policy: Policy, *, is_named: bool) -> bytes:
    """Multiple-Services-Credit-Control; `is_named` is whether the request has a rating group there."""
    avps = list(_granted(part))
    if part.service_id is not None:
        avps.append(number_avp(d.SERVICE_IDENTIFIER, part.service_id))
    if is_named:
        avps.append(number_avp(d.RATING_GROUP, part.rating_group))
    avps.extend(_times(part))
    avps.append(number_avp(d.RESULT_CODE, _code_of(part.result, is_running)))
    avps.extend(_final(part))
    avps.extend(_threshold(part))
    if part.holding_s is not None:
        avps.append(number_avp(d.QUOTA_HOLDING_TIME, part.holding_s))
    if policy.triggers and part.granted is not None and _is_volume(part.granted):
        kinds = (number_avp(d.TRIGGER_TYPE, kind) for kind in policy.triggers)
        avps.append(group_avp(d.TRIGGER, *kinds))
    return group_avp(d.MULTIPLE_SERVICES_CREDIT_CONTROL, *avps)


def _is_volume(units: Units) -> bool:
    return (units.total_octets, units.uplink_octets, units.downlink_octets) != (None, None, None)


def _granted(part: PartAnswer) -> Iterator[bytes]:
    """Granted-Service-Unit, where there is a grant."""
    if part.granted is None:
        return
    units = [time_avp(d.TARIFF_TIME_CHANGE, part.switch_at)] if part.switch_at is not None else []
    yield group_avp(d.GRANTED_SERVICE_UNIT, *units, *_units(part.granted))


def _units(units: Units) -> Iterator[bytes]:
    if units.time_s is not None:
        yield number_avp(d.CC_TIME, units.time_s)
    if units.total_octets is not None:
        yield number_avp(d.CC_TOTAL_OCTETS, units.total_octets)
    if units.uplink_octets is not None:
        yield number_avp(d.CC_INPUT_OCTETS, units.uplink_octets)
    if units.downlink_octets is not None:
        yield number_avp(d.CC_OUTPUT_OCTETS, units.downlink_octets)
    if units.specific is not None:
        yield number_avp(d.CC_SERVICE_SPECIFIC_UNITS, units.specific)


def _times(part: PartAnswer) -> Iterator[bytes]:
    if part.validity_s is not None:
        yield number_avp(d.VALIDITY_TIME, part.validity_s)


_MOST: Final = 0xFFFFFFFF


def _threshold(part: PartAnswer) -> Iterator[bytes]:
    """What may remain before the client asks again, by the measure of the grant."""
    if part.threshold is None or part.granted is None:
        return
    most = min(part.threshold, _MOST)
    if part.granted.time_s is not None:
        yield number_avp(d.TIME_QUOTA_THRESHOLD, most)
    elif part.granted.specific is not None:
        yield number_avp(d.UNIT_QUOTA_THRESHOLD, most)
    else:
        yield number_avp(d.VOLUME_QUOTA_THRESHOLD, most)


def _final(part: PartAnswer) -> Iterator[bytes]:
    """Final-Unit-Indication: what happens when the grant is used up."""
    if part.final is None:
        return
    avps = [number_avp(d.FINAL_UNIT_ACTION, _FINAL_ACTIONS[part.final])]
    if part.final == "restrict":
        avps.extend(_filter(rule) for rule in part.restrict_to)
    if part.final == "redirect" and part.redirect_to is not None:
        avps.append(
            group_avp(
                d.REDIRECT_SERVER,
                number_avp(d.REDIRECT_ADDRESS_TYPE, _address_type(part.redirect_to)),
                text_avp(d.REDIRECT_SERVER_ADDRESS, part.redirect_to),
            )
        )
    yield group_avp(d.FINAL_UNIT_INDICATION, *avps)


def _filter(rule: str) -> bytes:
    """A rule that says what passes, or the name of a filter that the gateway has."""
    is_rule = rule.startswith(("permit ", "deny "))
    return text_avp(d.RESTRICTION_FILTER_RULE if is_rule else d.FILTER_ID, rule)


def _address_type(address: str) -> int:
    if address.startswith(("sip:", "sips:")):
        return _SIP_URI
    if "://" in address:
        return _URL
    return _IPV6 if ":" in address else _IPV4


def _cost(micros: int, currency: str) -> bytes:
    digits, exponent = micros, _MICROS_EXPONENT
    while exponent < 0 and digits % 10 == 0:
        digits, exponent = digits // 10, exponent + 1
    value = group_avp(d.UNIT_VALUE, number_avp(d.VALUE_DIGITS, digits), number_avp(d.EXPONENT, exponent))
    return group_avp(d.COST_INFORMATION, value, number_avp(d.CURRENCY_CODE, CURRENCY_NUMBERS.get(currency, 0)))
