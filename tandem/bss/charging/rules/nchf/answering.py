"""What the online door answers, as a network function is told. Standard: TS 32.291 clauses 6.1.6.2 and 6.1.7.3."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address
from typing import Final

from tandem.bss.charging.rules.nchf.messages import (
    ArmedTrigger,
    ChargingDataRequest,
    ChargingDataResponse,
    ChargingNotifyRequest,
    FinalUnitIndication,
    GrantedUnit,
    MultipleUnitInformation,
    MultipleUnitUsage,
    ReauthorizationDetails,
    RedirectServer,
)
from tandem.bss.charging.rules.nchf.problems import Problem
from tandem.bss.charging.rules.nchf.reading import TARIFF_SWITCH
from tandem.bss.charging.terms.online import PartAnswer, Result, SessionAnswer, SessionNotice, Units
from tandem.kernel.period import Instant

RESULT_CODES: Final[dict[Result, str]] = {
    "success": "SUCCESS",
    "unknown_session": "END_USER_SERVICE_REJECTED",
    "unknown_subscriber": "END_USER_SERVICE_REJECTED",
    "not_allowed": "END_USER_SERVICE_DENIED",
    "credit_limit": "QUOTA_LIMIT_REACHED",
    "not_applicable": "QUOTA_MANAGEMENT_NOT_APPLICABLE",
    "rating_failed": "RATING_FAILED",
    "invalid": "RATING_FAILED",
}
"""How one rating group fared. Standard: TS 32.291 clause 6.1.6.3.14."""

CAUSES: Final[dict[Result, tuple[int, str]]] = {
    "unknown_session": (404, "RESOURCE_CONTEXT_NOT_FOUND"),
    "unknown_subscriber": (404, "USER_UNKNOWN"),
    "not_allowed": (403, "END_USER_REQUEST_DENIED"),
    "credit_limit": (403, "QUOTA_LIMIT_REACHED"),
    "not_applicable": (403, "CHARGING_NOT_APPLICABLE"),
    "rating_failed": (400, "CHARGING_FAILED"),
    "invalid": (400, "CHARGING_FAILED"),
}
"""How a request was refused as a whole. Standards: TS 32.291 table 6.1.7.3-1, TS 29.500 table 5.2.7.2-1."""

_ACTIONS: Final = {"terminate": "TERMINATE", "redirect": "REDIRECT", "restrict": "RESTRICT_ACCESS"}
_NO_FEATURES: Final = "0"
_NOW: Final = "IMMEDIATE_REPORT"


def refusal(answer: SessionAnswer) -> Problem | None:
    """What is told instead of an answer, when the request was refused as a whole."""
    if answer.result == "success":
        return None
    status, cause = CAUSES[answer.result]
    return Problem(status, cause, answer.reason or None)


def response(request: ChargingDataRequest, answer: SessionAnswer) -> ChargingDataResponse:
    """The body of an answer. Equal answers give equal bodies."""
    return ChargingDataResponse(
        invocation_time_stamp=answer.at,
        invocation_sequence_number=request.invocation_sequence_number,
        session_failover=None if request.one_time_event else "FAILOVER_SUPPORTED",
        supported_features=_NO_FEATURES if request.supported_features is not None else None,
        multiple_unit_information=tuple(_informations(request.multiple_unit_usage, answer.parts)),
    )


def offline_response(request: ChargingDataRequest, answer: SessionAnswer) -> ChargingDataResponse:
    """The body of an answer to a function that only reports: there are no quotas."""
    return ChargingDataResponse(
        invocation_time_stamp=answer.at,
        invocation_sequence_number=request.invocation_sequence_number,
        session_failover="FAILOVER_SUPPORTED",
    )


def _informations(
    told: tuple[MultipleUnitUsage, ...], parts: tuple[PartAnswer, ...]
) -> Iterator[MultipleUnitInformation]:
    """One for each rating group; where several user planes asked for one, each gets its share of the grant."""
    for part in parts:
        planes = [usage.upf for usage in told if usage.rating_group == part.rating_group and usage.requested_unit]
        if len(planes) < 2:
            yield _information(part, part.granted, planes[0] if planes else None)
            continue
        for plane, share in zip(planes, _shares(part.granted, len(planes)), strict=True):
            yield _information(part, share, plane)


def _shares(granted: Units | None, planes: int) -> list[Units | None]:
    """A grant in equal parts that sum to it."""
    if granted is None:
        return [None] * planes
    return [
        Units(
            time_s=_share(granted.time_s, planes, place),
            total_octets=_share(granted.total_octets, planes, place),
            uplink_octets=_share(granted.uplink_octets, planes, place),
            downlink_octets=_share(granted.downlink_octets, planes, place),
            specific=_share(granted.specific, planes, place),
        )
        for place in range(planes)
    ]


def _share(amount: int | None, planes: int, place: int) -> int | None:
    return None if amount is None else amount // planes + (place < amount % planes)


def _information(part: PartAnswer, granted: Units | None, plane: str | None) -> MultipleUnitInformation:
    time, volume, units = _thresholds(part.threshold, granted)
    return MultipleUnitInformation(
        rating_group=part.rating_group,
        result_code=RESULT_CODES[part.result],
        granted_unit=None if granted is None else _granted(granted, part.switch_at),
        triggers=() if granted is None else tuple(_triggers(part)),
        validity_time=part.validity_s,
        quota_holding_time=part.holding_s,
        final_unit_indication=_final(part),
        time_quota_threshold=time,
        volume_quota_threshold=volume,
        unit_quota_threshold=units,
        upf=plane,
    )


def _triggers(part: PartAnswer) -> Iterator[ArmedTrigger]:
    """When to report before the grant is used up: what a price here can depend on, and the ends of the grant.

    Why they are told although some are always armed: there are functions that heed a quota only by its triggers.
    """
    yield ArmedTrigger(trigger_type="QUOTA_EXHAUSTED", trigger_category=_NOW)
    if part.threshold is not None:
        yield ArmedTrigger(trigger_type="QUOTA_THRESHOLD", trigger_category=_NOW)
    if part.validity_s is not None:
        yield ArmedTrigger(trigger_type="VALIDITY_TIME", trigger_category=_NOW)
    if part.holding_s is not None:
        yield ArmedTrigger(trigger_type="QHT", trigger_category=_NOW)
    if part.switch_at is not None:
        yield ArmedTrigger(
            trigger_type=TARIFF_SWITCH, trigger_category="DEFERRED_REPORT", tariff_time_change=part.switch_at
        )
    yield ArmedTrigger(trigger_type="PLMN_CHANGE", trigger_category=_NOW)


def _granted(units: Units, switch_at: Instant | None) -> GrantedUnit:
    return GrantedUnit(
        tariff_time_change=switch_at,
        time=units.time_s,
        total_volume=units.total_octets,
        uplink_volume=units.uplink_octets,
        downlink_volume=units.downlink_octets,
        service_specific_units=units.specific,
    )


def _thresholds(threshold: int | None, granted: Units | None) -> tuple[int | None, int | None, int | None]:
    """The threshold in the measure of the grant: of time, of volume, of units."""
    if threshold is None or granted is None:
        return None, None, None
    if granted.time_s is not None:
        return threshold, None, None
    return (None, None, threshold) if granted.specific is not None else (None, threshold, None)


def _final(part: PartAnswer) -> FinalUnitIndication | None:
    if part.final is None:
        return None
    rules = tuple(rule for rule in part.restrict_to if rule.startswith(("permit ", "deny ")))
    return FinalUnitIndication(
        final_unit_action=_ACTIONS[part.final],
        restriction_filter_rule_list=rules,
        filter_id_list=tuple(name for name in part.restrict_to if name not in rules),
        redirect_server=None if part.redirect_to is None else _server(part.redirect_to),
    )


def _server(address: str) -> RedirectServer:
    return RedirectServer(redirect_address_type=_address_type(address), redirect_server_address=address)


def _address_type(address: str) -> str:
    if address.startswith(("http://", "https://")):
        return "URL"
    try:
        return f"IPV{ip_address(address).version}"
    except ValueError:
        return "URI"


def notification(notice: SessionNotice) -> ChargingNotifyRequest:
    """What a network function is told unasked. Standard: TS 32.291 clause 6.1.6.2.1.3."""
    if notice.kind == "abort":
        return ChargingNotifyRequest(notification_type="ABORT_CHARGING")
    return ChargingNotifyRequest(
        notification_type="REAUTHORIZATION",
        reauthorization_details=tuple(ReauthorizationDetails(rating_group=group) for group in notice.rating_groups),
    )
