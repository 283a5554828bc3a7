"""Typed view of messages. Standard: TMF681 v4."""

from __future__ import annotations

from typing import Literal

from tandem.kernel.tmf.types import Attachment, Characteristic, Entity, Extensible, Instant, RelatedParty

MessageState = Literal["initial", "inProgress", "completed", "cancelled", "failed"]


class Sender(Extensible):
    """Who says it."""

    id: str | None = None
    email: str | None = None
    name: str | None = None
    phone_number: str | None = None
    party: RelatedParty | None = None


class Receiver(Extensible):
    """Who is told."""

    id: str | None = None
    app_user_id: str | None = None
    email: str | None = None
    ip: str | None = None
    name: str | None = None
    phone_number: str | None = None
    party: RelatedParty | None = None


class CommunicationMessage(Entity):
    """Something that was said to somebody, or will be."""

    content: str | None = None
    description: str | None = None
    log_flag: bool | None = None
    message_type: str | None = None
    priority: str | None = None
    scheduled_send_time: Instant | None = None
    send_time: Instant | None = None
    send_time_complete: Instant | None = None
    subject: str | None = None
    try_times: int | None = None
    attachment: list[Attachment] | None = None
    characteristic: list[Characteristic] | None = None
    receiver: list[Receiver] | None = None
    sender: Sender | None = None
    state: MessageState | None = None
