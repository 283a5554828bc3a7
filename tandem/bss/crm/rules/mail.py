"""A message as a mail. Standard: RFC 5322; RFC 3834, 5 (`Auto-Submitted`), so that nobody's absence answers it."""

from __future__ import annotations

import re
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any

from tandem.bss.crm.rules import documents
from tandem.kernel.json import Doc
from tandem.kernel.period import Instant

_MIME_TYPE = re.compile(r"([\w.+-]+)/([\w.+-]+)")


def mail_of(doc: Doc, place: int, at: Instant, *, sender: Doc) -> EmailMessage:
    """The mail to one receiver of a message. Its Message-ID is the same each time, so a repeat can be told as one.

    `sender` is ours, for what the message's own sender leaves out.
    """
    mail = EmailMessage(policy=SMTP)
    receiver, sender = doc["receiver"][place], {**sender, **doc["sender"]}
    sender_address = str(documents.address_of(sender))
    mail["Subject"] = str(doc.get("subject") or "")
    mail["From"] = _mailbox(sender, sender_address)
    mail["To"] = _mailbox(receiver, str(documents.address_of(receiver)))
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{doc['id']}.{place}@{sender_address.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(str(doc["content"]))
    for attachment in doc.get("attachment") or ():
        main, sub = _mime_type(attachment)
        mail.add_attachment(
            documents.content_of(attachment),
            maintype=main,
            subtype=sub,
            filename=str(attachment.get("name") or "attachment"),
        )
    return mail


def _mailbox(who: dict[str, Any], address: str) -> Address:
    name = "".join(char for char in str(who.get("name") or "") if char.isprintable())
    return Address(display_name=name, addr_spec=address)


def _mime_type(attachment: Doc) -> tuple[str, str]:
    found = _MIME_TYPE.fullmatch(str(attachment.get("mimeType") or ""))
    return (found[1], found[2]) if found else ("application", "octet-stream")
