"""A charging data request as the online door understands it.

Standards: TS 32.291 clause 6.1.6.2, TS 32.290 clause 5 (quota), TS 32.255 (data), 32.274 (SMS), 32.260 (IMS).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Final

from tandem.bss.charging.rules.nchf.facts import facts_of, location_of
from tandem.bss.charging.rules.nchf.messages import (
    MANDATORY,
    ChargingDataRequest,
    MultipleUnitUsage,
    PlmnId,
    RequestedUnit,
    UsedUnitContainer,
)
from tandem.bss.charging.rules.nchf.problems import InvalidParam, Problem
from tandem.bss.charging.terms.online import Action, Operation, Part, SessionRequest, SubscriberKind, Units, Used
from tandem.kernel.period import Instant

USUAL_PRIORITY: Final = 24
"""3gpp-Sbi-Message-Priority of a message that has none; 0 is the most urgent, 31 the least. Standard: TS 29.500 6.8."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
LATEST: Final = datetime(2200, 1, 1, tzinfo=UTC)
"""Instants outside are a clock gone wrong, and none that a calendar can be asked about."""
TARIFF_SWITCH: Final = "TARIFF_TIME_CHANGE"

_ACTIONS: Final[dict[str | None, Action]] = {None: "debit", "IEC": "debit", "PEC": "post"}
_NUMBER = re.compile(r"^(?:tel:|sips?:|msisdn-)?\+?([0-9]{2,15})(?:[;@].*)?$", re.IGNORECASE)
_TERMINATING: Final = "TERMINATING"


def session_of(request: ChargingDataRequest) -> str:
    """The name of the session that a create begins: the same for the same message sent again. It ends in its service.

    Why not the charging id alone: a function that starts anew counts its charging ids from one again; so when the
    session began (which a message that is sent again repeats) is in the name.
    """
    consumer = request.nf_consumer_identification
    pdu = request.pdu
    session = pdu.session if pdu else None
    began = session.start_time if session and session.start_time else request.invocation_time_stamp
    parts = (
        consumer.name or consumer.fqdn or consumer.ipv4 or consumer.ipv6 or consumer.node_functionality,
        request.subscriber_identifier,
        _charging_id(request),
        session.pdu_session_id if session else None,
        began.timestamp(),
        request.invocation_sequence_number,
    )
    return f"{blake2b(repr(parts).encode(), digest_size=16).hexdigest()}.{_told_service(request) or ''}"


def _charging_id(request: ChargingDataRequest) -> int | str | None:
    pdu = request.pdu
    own = (pdu.smf_charging_id or pdu.charging_id) if pdu else None
    return request.charging_id if own is None else own


def read_request(
    request: ChargingDataRequest,
    operation: Operation,
    session: str,
    *,
    home: frozenset[str] = frozenset(),
    priority: int = USUAL_PRIORITY,
) -> SessionRequest:
    """What is asked. `home`: the networks (MCC and MNC digits) that are not roaming. Raises: Problem."""
    kind, subscriber = _subscriber(request)
    _check(request.invocation_time_stamp, "invocationTimeStamp")
    return SessionRequest(
        protocol="nchf",
        operation=operation,
        session=session,
        sequence=_sequence(request, operation),
        subscriber=subscriber,
        subscriber_kind=kind,
        at=request.invocation_time_stamp,
        service=_service(request, session),
        network=_network(request, home),
        destination=_destination(request),
        parts=_parts(request),
        action=_action(request) if operation == "event" else "debit",
        notify_at=request.notify_uri,
        is_retransmission=request.retransmission_indicator,
        priority=USUAL_PRIORITY - priority,
        facts=facts_of(request),
    )


def _sequence(request: ChargingDataRequest, operation: Operation) -> int:
    """The number of a message within its session.

    Why not always its own: zero can only be the first, yet there are functions that never count. Their messages are
    numbered by when they were sent, which one that is sent again repeats. Units: microseconds since 1970, then.
    """
    told = request.invocation_sequence_number
    if told or operation not in ("update", "release"):
        return told
    return (request.invocation_time_stamp - _EPOCH) // timedelta(microseconds=1)


def _action(request: ChargingDataRequest) -> Action:
    action = _ACTIONS.get(request.one_time_event_type)
    if action is None:
        raise Problem(
            400,
            "OPTIONAL_IE_INCORRECT",
            "a one-time event is IEC or PEC",
            invalid=(InvalidParam("/oneTimeEventType", "IEC or PEC"),),
        )
    return action


def _service(request: ChargingDataRequest, session: str) -> str:
    """The tariff's word for what is charged; a message of a session that goes on may leave it to the session's name."""
    service = _told_service(request) or session.rpartition(".")[2]
    if not service:
        raise Problem(400, "CHARGING_FAILED", "no charging information says what is charged")
    return service


def _told_service(request: ChargingDataRequest) -> str | None:
    """What is charged, by the charging information that is there."""
    told = (
        (request.pdu, "data"),
        (request.sms, "sms"),
        (request.mms, "mms"),
        (request.ims, "voice"),
        (request.mmtel, "voice"),
        (request.nef, "exposure"),
        (request.registration, "registration"),
        (request.connection, "connection"),
        (request.reporting, "location"),
    )
    return next((word for information, word in told if information is not None), None)


def subscriber_of(supi: str | None, gpsi: str | None) -> tuple[SubscriberKind, str] | None:
    """Whom a SUPI or else a GPSI names. Standard: TS 29.571 clause 5.3.2, TS 23.003 clauses 2.2A and 28.7."""
    for name in filter(None, (supi, gpsi)):
        form, _, value = name.partition("-")
        if form == "imsi" and value.isdigit():
            return "imsi", value
        if form == "msisdn" and value.isdigit():
            return "msisdn", value
        if form in ("nai", "extid") and value:
            return "nai", value
        if form in ("gci", "gli") and value:
            return "line", value
    return None


def _subscriber(request: ChargingDataRequest) -> tuple[SubscriberKind, str]:
    found = subscriber_of(request.subscriber_identifier, gpsi_of(request))
    if found is None:
        raise Problem(
            400,
            "CHARGING_FAILED",
            "nobody is named whom to charge",
            invalid=(InvalidParam("/subscriberIdentifier", "imsi-, nai-, gci- or gli- and the name"),),
        )
    return found


def gpsi_of(request: ChargingDataRequest) -> str | None:
    """The subscriber's public name, where the charging information has it."""
    if request.pdu and request.pdu.user_information:
        return request.pdu.user_information.gpsi
    if request.ims and request.ims.user_information:
        return request.ims.user_information.gpsi
    if request.sms and request.sms.originator_info:
        return request.sms.originator_info.gpsi
    if request.mms and request.mms.originator:
        return request.mms.originator.gpsi
    return request.nef.gpsi if request.nef else None


def _network(request: ChargingDataRequest, home: frozenset[str]) -> str:
    """The serving network; empty at home. The subscriber's own home network is told with a PDU session."""
    session = request.pdu.session if request.pdu else None
    serving = _serving(request)
    if serving is None:
        return ""
    network = serving.mcc + serving.mnc
    own = session.home if session else None
    is_home = network in home or (own is not None and network == own.mcc + own.mnc)
    return "" if is_home else network


def _serving(request: ChargingDataRequest) -> PlmnId | None:
    session = request.pdu.session if request.pdu else None
    if session is not None:
        if session.serving_core is not None:
            return session.serving_core
        function = session.serving_function.information if session.serving_function else None
        if function is not None and function.plmn is not None:
            return function.plmn
    place = location_of(request)
    return place.tai.plmn_id if place is not None and place.tai is not None else None


def _destination(request: ChargingDataRequest) -> str:
    """The number that is called or written to; empty where the subscriber is the one who is called."""
    for address in _addresses(request):
        number = _NUMBER.match(address)
        if number:
            digits = number[1]
            return digits[2:] if digits.startswith("00") else digits
    return ""


def _addresses(request: ChargingDataRequest) -> Iterable[str]:
    if request.ims is not None and request.ims.called and request.ims.role != _TERMINATING:
        yield request.ims.called
    for recipient in request.sms.recipient_info if request.sms else ():
        told = (
            recipient.gpsi,
            recipient.other and recipient.other.data,
            recipient.received and recipient.received.data,
        )
        yield from filter(None, told)
    for receiver in request.mms.recipients if request.mms else ():
        yield from filter(None, (receiver.gpsi, *(other.data for other in receiver.others)))


def _parts(request: ChargingDataRequest) -> tuple[Part, ...]:
    """One part for each rating group: what several user planes used and want is one charge to the subscriber."""
    units = request.multiple_unit_usage
    groups = {usage.rating_group for usage in units}
    if len(groups) == len(units):
        return tuple(_part((usage,), request.invocation_time_stamp) for usage in units)
    by_group: dict[int, list[MultipleUnitUsage]] = {}
    for usage in units:
        by_group.setdefault(usage.rating_group, []).append(usage)
    return tuple(_part(told, request.invocation_time_stamp) for told in by_group.values())


def _part(told: Iterable[MultipleUnitUsage], at: Instant) -> Part:
    told = tuple(told)
    wanted = [_units(usage.requested_unit) for usage in told if usage.requested_unit is not None]
    return Part(
        rating_group=told[0].rating_group,
        used=tuple(used for usage in told for used in _used(usage.used_unit_container, at)),
        wanted=_sum(wanted) if wanted else None,
    )


def _used(containers: tuple[UsedUnitContainer, ...], at: Instant) -> Iterable[Used]:
    """A container that a tariff switch closed is from before it; those that follow are from after it."""
    after_switch = False
    for container in containers:
        triggers = tuple(trigger.trigger_type for trigger in container.triggers if trigger.trigger_type is not None)
        first, last = _times(container, at)
        yield Used(
            units=_units(container),
            started_at=first,
            ended_at=last,
            sequence=container.local_sequence_number,
            triggers=triggers,
            after_switch=after_switch,
        )
        after_switch = after_switch or TARIFF_SWITCH in triggers


def _times(container: UsedUnitContainer, at: Instant) -> tuple[Instant, Instant]:
    """From the first packet to the last, as far as it is told."""
    first = container.pdu.first_usage if container.pdu else None
    last = container.pdu.last_usage if container.pdu else None
    if container.event_time_stamps:
        first, last = first or min(container.event_time_stamps), last or max(container.event_time_stamps)
    last = last or container.trigger_timestamp or at
    _check(last, "multipleUnitUsage")
    first = first or last - timedelta(seconds=container.time or 0)
    _check(first, "multipleUnitUsage")
    return first, last


def _check(at: Instant, name: str) -> None:
    """Raises: Problem for an instant that cannot be meant."""
    if not EARLIEST <= at < LATEST:
        cause = "MANDATORY_IE_INCORRECT" if name in MANDATORY else "OPTIONAL_IE_INCORRECT"
        raise Problem(400, cause, f"{name}: no such time", invalid=(InvalidParam(f"/{name}", "no such time"),))


def _units(told: RequestedUnit) -> Units:
    return Units(
        time_s=told.time,
        total_octets=told.total_volume,
        uplink_octets=told.uplink_volume,
        downlink_octets=told.downlink_volume,
        specific=told.service_specific_units,
    )


def _sum(several: list[Units]) -> Units:
    if len(several) == 1:
        return several[0]
    sums = {name: [told for each in several if (told := getattr(each, name)) is not None] for name in _MEASURES}
    return Units(**{name: sum(told) if told else None for name, told in sums.items()})


_MEASURES: Final = ("time_s", "total_octets", "uplink_octets", "downlink_octets", "specific")
