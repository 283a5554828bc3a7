"""The base protocol's messages: capabilities, watchdogs, farewells, refusals, and requests to the client.

Standard: RFC 6733 clauses 5.3-5.5, 6.2, 7 and 8; RFC 8506 clause 3.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final

from tandem.bss.charging.rules.diameter import dictionary as d
from tandem.bss.charging.rules.diameter.codec import (
    ERROR,
    PROXIABLE,
    REQUEST,
    Echo,
    Group,
    Header,
    failed_avp,
    group_avp,
    missing,
    number_avp,
    octets_avp,
    text_avp,
    write_message,
)

CAPABILITIES_EXCHANGE: Final = 257
RE_AUTH: Final = 258
CREDIT_CONTROL: Final = 272
ABORT_SESSION: Final = 274
DEVICE_WATCHDOG: Final = 280
DISCONNECT_PEER: Final = 282

BASE_APPLICATION: Final = 0
CREDIT_CONTROL_APPLICATION: Final = 4
RELAY: Final = 0xFFFFFFFF

SUCCESS: Final = 2001
LIMITED_SUCCESS: Final = 2002
COMMAND_UNSUPPORTED: Final = 3001
UNABLE_TO_DELIVER: Final = 3002
REALM_NOT_SERVED: Final = 3003
TOO_BUSY: Final = 3004
LOOP_DETECTED: Final = 3005
APPLICATION_UNSUPPORTED: Final = 3007
UNKNOWN_PEER: Final = 3010
NO_COMMON_APPLICATION: Final = 5010
UNABLE_TO_COMPLY: Final = 5012
NO_COMMON_SECURITY: Final = 5017

_NO_INBAND_SECURITY: Final = 0
_FIRMWARE: Final = 1
_AUTHORIZE_ONLY: Final = 0
_REBOOTING: Final = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who we are to other nodes. `state_id` grows with every start, so that peers see that we began anew."""

    host: str
    realm: str
    product: str
    state_id: int

    @property
    def avps(self) -> bytes:
        """Origin-Host and Origin-Realm."""
        return text_avp(d.ORIGIN_HOST, self.host) + text_avp(d.ORIGIN_REALM, self.realm)


def answer_to(header: Header, *avps: bytes, is_error: bool = False) -> bytes:
    """An answer with the request's identifiers."""
    flags = header.flags & PROXIABLE | (ERROR if is_error else 0)
    return write_message(header._replace(flags=flags), *avps)


def refusal(header: Header, echo: Echo, *, identity: Identity, result: int, told: tuple[str, bytes]) -> bytes:
    """An answer that says what is wrong: `told` is the reason, and the AVP at fault where there is one.

    Protocol errors (3xxx) set the error bit and have a grammar of their own, whatever the command.
    """
    reason, failed = told
    is_protocol = 3000 <= result < 4000
    avps = [echo.session_id, number_avp(d.RESULT_CODE, result), identity.avps]
    if header.command == CREDIT_CONTROL and not is_protocol:
        avps += [number_avp(d.AUTH_APPLICATION_ID, CREDIT_CONTROL_APPLICATION), echo.number]
    if reason:
        avps.append(text_avp(d.ERROR_MESSAGE, reason))
    if failed:
        avps.append(failed_avp(failed))
    return answer_to(header, *avps, echo.proxies, is_error=is_protocol)


def capabilities(identity: Identity, addresses: Iterable[str]) -> tuple[bytes, ...]:
    """What CER and CEA have in common: who we are and what we can."""
    return (
        identity.avps,
        *(octets_avp(d.HOST_IP_ADDRESS, _address(address)) for address in addresses),
        number_avp(d.VENDOR_ID, 0),
        text_avp(d.PRODUCT_NAME, identity.product),
        number_avp(d.ORIGIN_STATE_ID, identity.state_id),
        number_avp(d.SUPPORTED_VENDOR_ID, d.TGPP),
        number_avp(d.AUTH_APPLICATION_ID, CREDIT_CONTROL_APPLICATION),
        number_avp(d.INBAND_SECURITY_ID, _NO_INBAND_SECURITY),
        _AS_OF_3GPP,
        number_avp(d.FIRMWARE_REVISION, _FIRMWARE),
    )


_AS_OF_3GPP: Final = group_avp(
    d.VENDOR_SPECIFIC_APPLICATION_ID,
    number_avp(d.VENDOR_ID, d.TGPP),
    number_avp(d.AUTH_APPLICATION_ID, CREDIT_CONTROL_APPLICATION),
)
"""Credit control once more as 3GPP's: call servers look for it there."""


def _address(text: str) -> bytes:
    address = ip_address(text.partition("%")[0])
    return (b"\0\1" if address.version == 4 else b"\0\2") + address.packed


def judge_capabilities(told: Group) -> int:
    """Whether we can talk with who sends this. Raises: AvpFault when it does not say who it is."""
    for key in (d.ORIGIN_HOST, d.ORIGIN_REALM):
        if key not in told:
            raise missing(key)
    applications = set(told.numbers(d.AUTH_APPLICATION_ID)) | set(told.numbers(d.ACCT_APPLICATION_ID)) & {RELAY}
    for group in told.groups(d.VENDOR_SPECIFIC_APPLICATION_ID):
        applications.update(group.numbers(d.AUTH_APPLICATION_ID))
    if not applications & {CREDIT_CONTROL_APPLICATION, RELAY}:
        return NO_COMMON_APPLICATION
    offered = told.numbers(d.INBAND_SECURITY_ID)
    if offered and _NO_INBAND_SECURITY not in offered:
        return NO_COMMON_SECURITY
    return SUCCESS


def judge_route(request: Group, identity: Identity) -> int:
    """Whether a request is for us, and did not come by us before. Identities have no case."""
    realm = request.text(d.DESTINATION_REALM)
    host = request.text(d.DESTINATION_HOST)
    if identity.host.lower() in (passed.lower() for passed in request.texts(d.ROUTE_RECORD)):
        return LOOP_DETECTED
    if realm is not None and realm.lower() != identity.realm.lower():
        return REALM_NOT_SERVED
    if host is not None and host.lower() != identity.host.lower():
        return UNABLE_TO_DELIVER
    return SUCCESS


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the client of a session is: its node, and the peer that its messages come by."""

    host: str
    realm: str
    peer: str

    def __str__(self) -> str:
        return f"{self.host};{self.realm};{self.peer}"

    @classmethod
    def of(cls, text: str) -> Place:
        """From what a charging request said that notices go to; a host alone is its own peer."""
        host, _, rest = text.partition(";")
        realm, _, peer = rest.partition(";")
        return cls(host=host, realm=realm or host.partition(".")[2], peer=peer or host)


_SUB_SESSION: Final = ";sub="


def session_of(session_id: str, sub_session: int | None) -> str:
    """What a session is called here: each sub-session of a client counts its own messages, and is one by itself."""
    return session_id if sub_session is None else f"{session_id}{_SUB_SESSION}{sub_session}"


def _session_avps(session: str) -> tuple[bytes, bytes]:
    """The Session-Id, and the CC-Sub-Session-Id where it has one."""
    whole, _, sub = session.rpartition(_SUB_SESSION)
    if not whole or not sub.isdecimal():
        return text_avp(d.SESSION_ID, session), b""
    return text_avp(d.SESSION_ID, whole), number_avp(d.CC_SUB_SESSION_ID, int(sub))


def _session_request(command: int, session: str, place: Place, identity: Identity, *more: bytes) -> bytes:
    header = Header(0, REQUEST | PROXIABLE, command, CREDIT_CONTROL_APPLICATION, 0, 0)
    session_id, sub_session = _session_avps(session)
    return write_message(
        header,
        session_id,
        identity.avps,
        text_avp(d.DESTINATION_REALM, place.realm),
        text_avp(d.DESTINATION_HOST, place.host),
        number_avp(d.AUTH_APPLICATION_ID, CREDIT_CONTROL_APPLICATION),
        *more,
        sub_session,
        number_avp(d.ORIGIN_STATE_ID, identity.state_id),
    )


def re_auth_request(session: str, *, place: Place, identity: Identity, rating_group: int | None) -> bytes:
    """RAR: ask again for a service, or for all. Its identifiers are given when it is sent."""
    kind = number_avp(d.RE_AUTH_REQUEST_TYPE, _AUTHORIZE_ONLY)
    which = () if rating_group is None else (number_avp(d.RATING_GROUP, rating_group),)
    return _session_request(RE_AUTH, session, place, identity, kind, *which)


def abort_session_request(session: str, *, place: Place, identity: Identity) -> bytes:
    """ASR: end the session. Its identifiers are given when it is sent."""
    return _session_request(ABORT_SESSION, session, place, identity)


def base_request(command: int, *avps: bytes) -> bytes:
    """A request between neighbours: CER, DWR or DPR. Its identifiers are given when it is sent."""
    return write_message(Header(0, REQUEST, command, BASE_APPLICATION, 0, 0), *avps)


def farewell(identity: Identity) -> bytes:
    """DPR: we are about to restart, come again."""
    return base_request(DISCONNECT_PEER, identity.avps, number_avp(d.DISCONNECT_CAUSE, _REBOOTING))


def watchdog(identity: Identity) -> bytes:
    """DWR."""
    return base_request(DEVICE_WATCHDOG, identity.avps, number_avp(d.ORIGIN_STATE_ID, identity.state_id))


def with_identifiers(request: bytes, hop_by_hop: int, end_to_end: int) -> bytes:
    """A request as it is sent."""
    return request[:12] + hop_by_hop.to_bytes(4) + end_to_end.to_bytes(4) + request[20:]
