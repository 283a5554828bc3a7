"""What other rooms may say of messages to customers and of the notices on their pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from tandem.kernel.errors import Broken, Conflict, Invalid, Refused, Unavailable
from tandem.kernel.events import Event
from tandem.kernel.period import Instant
from tandem.seam.terms import Severity

MESSAGE = "CommunicationMessage"


class ChannelUnknown(Invalid):
    """We have no way to send messages of that type."""

    code = "crm.channel_unknown"


class AddressInvalid(Invalid):
    """Not an address that a message could be sent to."""

    code = "crm.address_invalid"


class SubjectInvalid(Invalid):
    """A subject is one line of text."""

    code = "crm.subject_invalid"


class AttachmentInvalid(Invalid):
    """An attachment that is sent comes with its content, in base64."""

    code = "crm.attachment_invalid"


class MessageUnderWay(Conflict):
    """What was handed over to be sent can no longer be changed or removed."""

    code = "crm.message_under_way"


class AddressMissing(Refused):
    """The receiver has no address for this kind of message."""

    code = "crm.address_missing"


class MailRefused(Refused):
    """The mail server will not take this message."""

    code = "crm.mail_refused"


class MailServerUnavailable(Unavailable):
    """The mail server, or the mail folder, did not take it now."""

    code = "crm.mail_server_unavailable"


class MailNotSet(Broken):
    """This process was never told how to send mail."""

    code = "crm.mail_not_set"


class MessageSent(Event, frozen=True, kw_only=True):
    """Every receiver of a message was sent it."""

    entity: ClassVar[str] = MESSAGE
    key: ClassVar[str] = "message_id"
    message_id: str
    customer_id: str | None


class MessageFailed(Event, frozen=True, kw_only=True):
    """A message could not be sent to a receiver, and will not be tried again."""

    entity: ClassVar[str] = MESSAGE
    key: ClassVar[str] = "message_id"
    message_id: str
    customer_id: str | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MailAttachment:
    """A file that goes with a message."""

    name: str
    mime_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMessage:
    """A message to a customer, by mail. Two with the same `once` are one.

    `about` names what it is about (`{"bill": "b-1"}`). A service message needs no consent: it is not marketing.
    """

    customer_id: str
    subject: str
    content: str
    about: Mapping[str, str] = field(default_factory=dict)
    once: str | None = None
    priority: str = "normal"
    send_at: Instant | None = None
    attachments: tuple[MailAttachment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageView:
    """A message as a person sees it. `state` is initial, inProgress, completed, failed or cancelled."""

    id: str
    customer_id: str | None
    subject: str
    content: str
    state: str
    addresses: tuple[str, ...]
    about: Mapping[str, str]
    created_at: Instant
    sent_at: Instant | None
    failure: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeView:
    """A fault that a customer feels now: since when, how badly, and which of her products.

    `products` are (product id, name) pairs; `subject` and `content` are what she was told, in her language.
    """

    impact_id: str
    severity: Severity
    since: Instant
    products: tuple[tuple[str, str], ...]
    message_id: str
    subject: str
    content: str
