"""A message as the standard's document, and what is read out of it.

Three attributes are ours: `x-once` makes two messages one, `x-customerId` is the customer whose it is, `x-failure` says
why it was not sent. What it is about stands in its characteristics.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any, Final

from tandem.bss.crm.terms import AddressInvalid, AttachmentInvalid, ChannelUnknown, NewMessage, SubjectInvalid
from tandem.kernel import json
from tandem.kernel.json import Doc
from tandem.kernel.period import text_of

EMAIL: Final = "email"
ONCE: Final = "x-once"
CUSTOMER: Final = "x-customerId"
FAILURE: Final = "x-failure"
_ATOM: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_ADDRESS: Final = re.compile(rf"{_ATOM}(\.{_ATOM})*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
"""Standard: RFC 5322, 3.4.1, addr-spec without quoted and obsolete forms."""
_FIXED: Final = ("messageType", "receiver", "sender", "scheduledSendTime", "tryTimes")
_SAID: Final = ("subject", "content", "attachment")


def drawn_up(new: NewMessage, receiver: Doc, sender: Doc) -> Doc:
    """The document of a message of our own."""
    doc: Doc = {
        "@type": "CommunicationMessage",
        "messageType": EMAIL,
        "subject": new.subject,
        "content": new.content,
        "priority": new.priority,
        "logFlag": True,
        "sender": sender,
        "receiver": [receiver],
        "characteristic": [_characteristic(name, value) for name, value in new.about.items()],
    }
    if new.once is not None:
        doc[ONCE] = new.once
    if new.send_at is not None:
        doc["scheduledSendTime"] = text_of(new.send_at)
    if new.attachments:
        doc["attachment"] = [
            {
                "@type": "Attachment",
                "name": one.name,
                "mimeType": one.mime_type,
                "content": base64.b64encode(one.content).decode(),
            }
            for one in new.attachments
        ]
    return doc


def receiver_of(customer_id: str, name: str, email: str | None) -> Doc:
    """A customer as the receiver of a message."""
    party = {"@type": "RelatedParty", "@referredType": "Customer", "id": customer_id, "role": "customer", "name": name}
    address = {"email": email} if email else {}
    return {"@type": "Receiver", "name": name, **address, "party": party}


def _characteristic(name: str, value: str) -> Doc:
    return {"@type": "StringCharacteristic", "name": name, "valueType": "string", "value": value}


def about(doc: Doc) -> dict[str, str]:
    """What a message is about."""
    return {str(one["name"]): str(one.get("value", "")) for one in doc.get("characteristic") or () if "name" in one}


def customer_of(doc: Doc) -> str | None:
    """The customer whose message it is: the first receiver who is one."""
    named = doc.get(CUSTOMER) or json.at(doc, "receiver.party.id")
    return None if named is None else str(named)


def address_of(receiver: Mapping[str, Any]) -> str | None:
    """Where a mail to this receiver goes; none where there is no address, or none that could be one."""
    email = receiver.get("email")
    return email if isinstance(email, str) and _ADDRESS.fullmatch(email) else None


def require_sendable(doc: Doc) -> None:
    """Whether a message could be sent as it stands; a receiver without an address is found out later, one by one.

    Raises: ChannelUnknown, SubjectInvalid, AddressInvalid, AttachmentInvalid.
    """
    if str(doc["messageType"]).lower() != EMAIL:
        raise ChannelUnknown(
            f"messages of type {doc['messageType']} cannot be sent",
            path="messageType",
            next_action=f"use {EMAIL}",
        )
    if any(ord(char) < 32 for char in doc.get("subject") or ""):
        raise SubjectInvalid("a subject is one line of text", path="subject")
    if not doc["receiver"]:
        raise AddressInvalid("a message has a receiver", path="receiver")
    _require_address(doc["sender"], "sender.email")
    for place, receiver in enumerate(doc["receiver"]):
        _require_address(receiver, f"receiver[{place}].email")
    for place, attachment in enumerate(doc.get("attachment") or ()):
        content_of(attachment, f"attachment[{place}].content")


def _require_address(who: Mapping[str, Any], path: str) -> None:
    if who.get("email") and address_of(who) is None:
        raise AddressInvalid(f"{who['email']!r} is no mail address", path=path)


def content_of(attachment: Doc, path: str = "attachment.content") -> bytes:
    """The octets of an attachment. Raises: AttachmentInvalid."""
    try:
        return base64.b64decode(attachment["content"], validate=True)
    except (KeyError, TypeError, binascii.Error) as fault:
        raise AttachmentInvalid("an attachment comes with its content in base64", path=path) from fault


def changed_too_late(before: Doc, after: Doc, *, is_initial: bool) -> str | None:
    """The first attribute that was changed although it no longer may be: what is said stands once it is on its way."""
    fixed = _FIXED if is_initial else (*_FIXED, *_SAID)
    return next((name for name in fixed if before.get(name) != after.get(name)), None)
