"""Who a Diameter request is about, whom it goes to, and in which network: addresses as numbers and names."""

from __future__ import annotations

import re
from typing import Final

from tandem.bss.charging.rules.diameter.codec import Group
from tandem.bss.charging.rules.diameter.dictionary import (
    ADDRESS_DATA,
    CALLED_PARTY_ADDRESS,
    IMS_INFORMATION,
    IMS_VISITED_NETWORK_IDENTIFIER,
    PS_INFORMATION,
    RECIPIENT_ADDRESS,
    RECIPIENT_INFO,
    ROLE_OF_NODE,
    SMS_INFORMATION,
    SUBSCRIPTION_ID,
    SUBSCRIPTION_ID_DATA,
    SUBSCRIPTION_ID_E164,
    SUBSCRIPTION_ID_EXTENSION,
    SUBSCRIPTION_ID_IMSI,
    SUBSCRIPTION_ID_NAI,
    SUBSCRIPTION_ID_PRIVATE,
    SUBSCRIPTION_ID_SIP_URI,
    SUBSCRIPTION_ID_TYPE,
    TGPP_SGSN_MCC_MNC,
    USER_NAME,
)
from tandem.bss.charging.terms.online import SubscriberKind

_E164, _IMSI, _SIP_URI, _NAI, _PRIVATE = range(5)
_ORDER: Final = (_E164, _IMSI, _SIP_URI, _NAI, _PRIVATE)
_NAMES: Final = ("msisdn", "imsi", "sip_uri", "nai", "private_id")
_EXTENSIONS: Final = {
    _E164: SUBSCRIPTION_ID_E164,
    _IMSI: SUBSCRIPTION_ID_IMSI,
    _SIP_URI: SUBSCRIPTION_ID_SIP_URI,
    _NAI: SUBSCRIPTION_ID_NAI,
    _PRIVATE: SUBSCRIPTION_ID_PRIVATE,
}
_TERMINATING: Final = 1
_LONGEST_NUMBER: Final = 15
"""Digits of an international number (ITU-T E.164); what is dialled after them does not choose the destination."""
_SCHEME = re.compile(r"^(?:sips?|tel):", re.IGNORECASE)
_NUMBER = re.compile(r"^\+?[0-9][0-9().-]*$")
_VISITED = re.compile(r"mnc([0-9]{2,3})\.mcc([0-9]{3})\.", re.IGNORECASE)
_PLMN = re.compile(r"^[0-9]{5,6}$")

Subscriber = tuple[SubscriberKind, str]


def subscriber_of(request: Group) -> Subscriber | None:
    """Whom to charge: the number before the IMSI, and both before names. `None` when nobody is named."""
    told = _told_of(request)
    for kind in _ORDER:
        if told.get(kind):
            return _subscriber(kind, told[kind])
    name = request.text(USER_NAME)
    return _subscriber(_NAI, name) if name else None


def subscriptions_of(request: Group) -> dict[str, str]:
    """Every name that the request has for its subscriber, as facts."""
    return {_NAMES[kind]: data for kind, data in _told_of(request).items()}


def _told_of(request: Group) -> dict[int, str]:
    """The subscriber's names by their kinds, in the form of RFC 4006 and in that of RFC 8506."""
    told = {
        group.number(SUBSCRIPTION_ID_TYPE) or 0: group.text(SUBSCRIPTION_ID_DATA) or ""
        for group in request.groups(SUBSCRIPTION_ID)
    }
    for group in request.groups(SUBSCRIPTION_ID_EXTENSION):
        told.update({kind: group.text(key) or "" for kind, key in _EXTENSIONS.items() if key in group})
    return told


def _subscriber(kind: int, data: str) -> Subscriber:
    if kind == _E164:
        return "msisdn", digits_of(data)
    if kind == _IMSI:
        return "imsi", data
    number = number_of(data)
    return ("msisdn", number) if number else ("nai", _SCHEME.sub("", data).partition(";")[0])


def digits_of(number: str) -> str:
    """An international number as digits: without its sign, its international prefix or what makes it readable."""
    digits = re.sub(r"[^0-9]", "", number)
    return digits[2:] if digits.startswith("00") else digits


def number_of(address: str) -> str:
    """The digits of a number, or of a SIP or tel URI that is one; empty when it is a name."""
    user = _SCHEME.sub("", address).partition(";")[0].partition("@")[0]
    return digits_of(user) if _NUMBER.match(user) else ""


def destination_of(service: Group | None) -> str:
    """The number that is called or written to; empty where the subscriber is the one who is called."""
    if service is None:
        return ""
    ims = service.group(IMS_INFORMATION)
    if ims is not None and ims.number(ROLE_OF_NODE) == _TERMINATING:
        return ""
    called = (ims.text(CALLED_PARTY_ADDRESS) if ims else None) or _recipient_of(service.group(SMS_INFORMATION))
    return number_of(called)[:_LONGEST_NUMBER] if called else ""


def _recipient_of(sms: Group | None) -> str | None:
    for recipient in sms.groups(RECIPIENT_INFO) if sms else ():
        for address in recipient.groups(RECIPIENT_ADDRESS):
            return address.text(ADDRESS_DATA)
    return None


def network_of(service: Group | None) -> str:
    """The serving network's MCC and MNC, as far as the request tells."""
    if service is None:
        return ""
    packet, ims = service.group(PS_INFORMATION), service.group(IMS_INFORMATION)
    plmn = packet.text(TGPP_SGSN_MCC_MNC) if packet else None
    if plmn and _PLMN.match(plmn):
        return plmn
    visited = _VISITED.search(ims.text(IMS_VISITED_NETWORK_IDENTIFIER) or "") if ims else None
    return f"{visited[2]}{visited[1]}" if visited else ""
