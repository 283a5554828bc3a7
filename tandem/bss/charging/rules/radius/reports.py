"""What an accounting request reports: a session's use, or that a NAS begins anew.

Standards: RFC 2866 clause 5, RFC 2869 clauses 2.1-2.3 and 5.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv6Address
from typing import Final, Literal

from tandem.bss.charging.rules.radius import packets as p
from tandem.bss.charging.terms.online import Operation, Part, SessionRequest, SubscriberKind, Units, Used
from tandem.kernel.period import Instant

_START, _STOP, _INTERIM = 1, 2, 3
_ON, _OFF = 7, 8
_OPERATIONS: Final[dict[int, Operation]] = {_START: "create", _INTERIM: "update", _STOP: "release"}
_BELIEVED_AHEAD: Final = timedelta(days=1)
_BELIEVED_BEHIND: Final = timedelta(days=31)
"""How far a NAS's clock may be from ours and still be the time of what it reports: some begin in 1970."""

_FACTS: Final = {
    p.USER_NAME: "user_name",
    p.CALLED_STATION_ID: "called_station",
    p.CALLING_STATION_ID: "calling_station",
    p.ACCT_SESSION_ID: "acct_session",
    p.ACCT_MULTI_SESSION_ID: "multi_session",
    p.NAS_PORT_ID: "nas_port",
}
_CAUSES: Final = (
    "",
    "user_request",
    "lost_carrier",
    "lost_service",
    "idle_timeout",
    "session_timeout",
    "admin_reset",
    "admin_reboot",
    "port_error",
    "nas_error",
    "nas_request",
    "nas_reboot",
    "port_unneeded",
    "port_preempted",
    "port_suspended",
    "service_unavailable",
    "callback",
    "user_error",
    "host_request",
)
"""Acct-Terminate-Cause by its number. Standard: RFC 2866 clause 5.10."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Who sent a request: the client's name here, its address, and how its subscribers are named."""

    client: str
    address: str
    subscriber: Literal["user_name", "calling_station"] = "user_name"
    service: str = "data"


@dataclass(frozen=True, slots=True)
class NasReset:
    """A NAS has begun anew, or is about to end: none of its sessions goes on. `nas` begins their names, before `;`."""

    nas: str
    at: Instant


@dataclass(frozen=True, slots=True)
class Unfit:
    """Not to be charged: `is_answered` whether it is taken all the same, so that it is not sent for ever."""

    reason: str
    is_answered: bool


def read_report(packet: p.Packet, *, source: Source, now: Instant) -> SessionRequest | NasReset | Unfit:
    """What an Accounting-Request means. Counters are told as they are, everything since the session began."""
    status = number_of(packet.attributes, p.ACCT_STATUS_TYPE)
    at = _at(packet.attributes, now)
    nas = f"{source.client}/{_nas_of(packet.attributes, source.address)}"
    if status in (_ON, _OFF):
        return NasReset(nas, at)
    if status is None:
        return Unfit("no Acct-Status-Type", is_answered=False)
    if status not in _OPERATIONS:
        return Unfit(f"Acct-Status-Type {status} is no use", is_answered=True)
    session = _text_of(packet.attributes, p.ACCT_SESSION_ID)
    if not session:
        return Unfit("no Acct-Session-Id", is_answered=False)
    kind, subscriber = _subscriber_of(packet.attributes, source)
    return SessionRequest(
        protocol="radius",
        operation=_OPERATIONS[status],
        session=f"{nas};{session}",
        sequence=_sequence_of(packet.attributes, status),
        subscriber=subscriber,
        subscriber_kind=kind,
        at=at,
        service=source.service,
        parts=(_part(packet.attributes, status, at),),
        notify_at=source.address,
        priority=0 if status == _START else 1,
        facts=_facts_of(packet.attributes, nas),
    )


def number_of(attributes: p.Attributes, kind: int) -> int | None:
    """The first value of four octets."""
    found = attributes.get(kind)
    return int.from_bytes(found[0]) if found and len(found[0]) == 4 else None


def _text_of(attributes: p.Attributes, kind: int) -> str | None:
    found = attributes.get(kind)
    return found[0].decode("utf-8", "replace").replace("\0", "") if found else None


def _nas_of(attributes: p.Attributes, address: str) -> str:
    """By its own name, else its own address, else where it comes from."""
    name = _text_of(attributes, p.NAS_IDENTIFIER)
    if name:
        return name
    return _address_of(attributes, p.NAS_IP_ADDRESS) or _address_of(attributes, p.NAS_IPV6_ADDRESS) or address


def _address_of(attributes: p.Attributes, kind: int) -> str | None:
    found = attributes.get(kind)
    if not found or len(found[0]) not in (4, 16):
        return None
    return str(IPv4Address(found[0]) if len(found[0]) == 4 else IPv6Address(found[0]))


def _at(attributes: p.Attributes, now: Instant) -> Instant:
    """When it happened: the NAS's own time where that can be, else ours without the time it waited."""
    waited = min(number_of(attributes, p.ACCT_DELAY_TIME) or 0, _BELIEVED_BEHIND // timedelta(seconds=1))
    ours = now - timedelta(seconds=waited)
    seconds = number_of(attributes, p.EVENT_TIMESTAMP)
    if seconds is None:
        return ours
    theirs = datetime.fromtimestamp(seconds, UTC)
    return theirs if now - _BELIEVED_BEHIND <= theirs <= now + _BELIEVED_AHEAD else ours


def _subscriber_of(attributes: p.Attributes, source: Source) -> tuple[SubscriberKind, str]:
    name = _text_of(attributes, p.USER_NAME) or ""
    line = _text_of(attributes, p.CALLING_STATION_ID) or ""
    if line and (source.subscriber == "calling_station" or not name):
        return "line", line
    return "nai", name


def _part(attributes: p.Attributes, status: int, at: Instant) -> Part:
    """One service, no quota: a NAS reports what was used and is told nothing but that it was taken."""
    if status == _START:
        return Part(rating_group=0)
    units = Units(
        time_s=number_of(attributes, p.ACCT_SESSION_TIME),
        uplink_octets=_octets(attributes, p.ACCT_INPUT_OCTETS, p.ACCT_INPUT_GIGAWORDS),
        downlink_octets=_octets(attributes, p.ACCT_OUTPUT_OCTETS, p.ACCT_OUTPUT_GIGAWORDS),
    )
    used = Used(
        units=units,
        started_at=at - timedelta(seconds=min(units.time_s or 0, _LONGEST_S)),
        ended_at=at,
        triggers=("FINAL",) if status == _STOP else ("PERIODIC",),
    )
    return Part(rating_group=0, used=(used,))


_LONGEST_S: Final = 10 * 366 * 86_400


def _octets(attributes: p.Attributes, low: int, high: int) -> int | None:
    octets = number_of(attributes, low)
    return None if octets is None else (number_of(attributes, high) or 0) << 32 | octets


def _facts_of(attributes: p.Attributes, nas: str) -> dict[str, str]:
    facts = {"cumulative": "1", "nas": nas}
    if p.ACCT_INPUT_GIGAWORDS in attributes or p.ACCT_OUTPUT_GIGAWORDS in attributes:
        facts["gigawords"] = "1"
    for kind, name in _FACTS.items():
        if value := _text_of(attributes, kind):
            facts[name] = value
    if address := _address_of(attributes, p.FRAMED_IP_ADDRESS):
        facts["address"] = address
    for kind, name in ((p.FRAMED_IPV6_PREFIX, "prefix"), (p.DELEGATED_IPV6_PREFIX, "delegated_prefix")):
        if prefix := _prefix_of(attributes, kind):
            facts[name] = prefix
    if classes := attributes.get(p.CLASS):
        facts["class"] = " ".join(value.hex() for value in classes)
    cause = number_of(attributes, p.ACCT_TERMINATE_CAUSE)
    if cause is not None:
        facts["termination_cause"] = _CAUSES[cause] if 0 < cause < len(_CAUSES) else str(cause)
    return facts


def _prefix_of(attributes: p.Attributes, kind: int) -> str | None:
    """Standard: RFC 3162 clause 2.3."""
    found = attributes.get(kind)
    if not found or not 2 <= len(found[0]) <= 18 or found[0][1] > 128:
        return None
    return f"{IPv6Address(found[0][2:].ljust(16, bytes(1)))}/{found[0][1]}"


_OF_ONE_SENDING: Final = (p.ACCT_DELAY_TIME, p.PROXY_STATE, p.MESSAGE_AUTHENTICATOR)


def _sequence_of(attributes: p.Attributes, status: int) -> int:
    """A number for a message that has none: the same when it is sent again, another for anything else.

    The session's time comes first, then start before interim before stop, then what else it says, without what changes
    from one sending to the next. Fits in 53 bits.
    """
    content = hashlib.blake2b(digest_size=3)
    for kind in sorted(attributes.keys() - set(_OF_ONE_SENDING)):
        for value in attributes[kind]:
            content.update(bytes((kind, len(value))) + value)
    order = {_START: 0, _INTERIM: 1, _STOP: 2}[status]
    time_s = number_of(attributes, p.ACCT_SESSION_TIME) or 0
    return time_s << 21 | order << 19 | int.from_bytes(content.digest()) & 0x7FFFF
