"""The room's door: write to a customer, and read what she was told and which faults she feels now."""

from __future__ import annotations

from pathlib import Path

from tandem.bss.crm import queries, store
from tandem.bss.crm.commands import mail, messages
from tandem.bss.crm.terms import MessageView, NewMessage, NoticeView
from tandem.kernel.access.personal import PersonalData
from tandem.kernel.store import Uow


def use_mail(*, folder: Path, smtp_url: str | None, sender: str) -> None:
    """Say where this process's mail goes: to the server of the address, else into the folder, one file each.

    `sender` is `Name <address>`. Raises: Invalid.
    """
    mail.use_mail(mail.mail_server(smtp_url) if smtp_url else mail.MailFolder(folder), sender)


def send_message(uow: Uow, *, message: NewMessage) -> MessageView:
    """Write to a customer by mail; it is sent behind the commit, and fails visibly where she has no address.

    Idempotent: by `message.once`. Raises: CustomerUnknown, MailNotSet.
    """
    return queries.view_of(messages.send_message(uow, message))


def messages_of_customer(uow: Uow, customer_id: str, *, limit: int = 100) -> list[MessageView]:
    """What a customer was told, the newest first."""
    return queries.messages_of_customer(uow, customer_id, limit)


def active_notices_of_customer(uow: Uow, customer_id: str) -> list[NoticeView]:
    """The faults that a customer feels now, the newest first."""
    return queries.active_notices_of_customer(uow, customer_id)


def personal_data() -> tuple[PersonalData, ...]:
    """Where this room keeps what is about a person: for access, erasure and retention."""
    return store.PERSONAL_DATA
