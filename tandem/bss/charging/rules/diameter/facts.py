"""What a credit control request tells beside what it asks: facts for the charging data record, by name."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any, Final

from tandem.bss.charging.rules.diameter import dictionary as d
from tandem.bss.charging.rules.diameter.codec import Group
from tandem.bss.charging.rules.diameter.subscribers import subscriptions_of

_OF_REQUEST: Final = {
    d.SERVICE_CONTEXT_ID: "service_context",
    d.TERMINATION_CAUSE: "termination_cause",
    d.CC_SUB_SESSION_ID: "sub_session",
    d.ACCT_MULTI_SESSION_ID: "multi_session",
    d.CC_CORRELATION_ID: "correlation",
}
_OF_PACKET: Final = {
    d.CALLED_STATION_ID: "apn",
    d.TGPP_CHARGING_ID: "charging_id",
    d.TGPP_SGSN_MCC_MNC: "serving_network",
    d.TGPP_RAT_TYPE: "rat",
    d.TGPP_USER_LOCATION_INFO: "location",
    d.PDP_ADDRESS: "address",
}
_OF_IMS: Final = {
    d.CALLING_PARTY_ADDRESS: "calling",
    d.CALLED_PARTY_ADDRESS: "called",
    d.IMS_CHARGING_IDENTIFIER: "ims_charging_id",
    d.USER_SESSION_ID: "call_id",
}
_ROLES: Final = ("originating", "terminating", "proxy", "b2bua")


def facts_of(request: Group) -> dict[str, str]:
    """Everything that a record may want, as text."""
    facts = subscriptions_of(request)
    _take(facts, request, _OF_REQUEST)
    equipment = request.group(d.USER_EQUIPMENT_INFO)
    if equipment is not None and (value := equipment.octets(d.USER_EQUIPMENT_INFO_VALUE)):
        facts["equipment"] = _name_of(value)
    service = request.group(d.SERVICE_INFORMATION)
    if service is None:
        return facts
    if packet := service.group(d.PS_INFORMATION):
        _take(facts, packet, _OF_PACKET)
    if ims := service.group(d.IMS_INFORMATION):
        _take(facts, ims, _OF_IMS)
        role = ims.number(d.ROLE_OF_NODE)
        if role is not None:
            facts["role"] = _ROLES[role] if role < len(_ROLES) else str(role)
    return facts


def _name_of(value: bytes) -> str:
    """Digits as they are; a packed number as its octets."""
    return value.decode("ascii") if value.isascii() and value.decode("ascii").isprintable() else value.hex()


def _take(facts: dict[str, str], told: Group, names: dict[int, str]) -> None:
    values = told.values
    for key, name in names.items():
        if key in values:
            facts[name] = _text_of(key, values[key][0])


def _text_of(key: int, value: Any) -> str:
    if not isinstance(value, bytes):
        return str(value)
    if key == d.PDP_ADDRESS and (family := _FAMILIES.get(value[:2])) == len(value) - 2:
        return str(ip_address(value[2 : 2 + family]))
    if key == d.TGPP_RAT_TYPE and len(value) == 1:
        return str(value[0])
    return value.hex()


_FAMILIES: Final = {b"\0\1": 4, b"\0\2": 16}
"""Octets of an address by its family. Standard: RFC 6733 clause 4.3.1, Address."""
