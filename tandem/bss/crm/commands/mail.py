"""Where mail goes: a server by SMTP, or a folder where each mail becomes a file. Wiring says which, once a process."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import parseaddr
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import SplitResult, unquote, urlsplit

from tandem.bss.crm.terms import MailNotSet, MailRefused, MailServerUnavailable
from tandem.kernel.errors import Invalid
from tandem.kernel.json import Doc
from tandem.kernel.store.files import write_whole

_TIMEOUT_S: Final = 10
_LATER: Final = 500
"""Below, an SMTP reply code says "try again later". Standard: RFC 5321, 4.2.1."""


class MailSink(Protocol):
    """What takes mails."""

    def take(self, mail: EmailMessage, name: str) -> None:
        """Take a mail; `name` is its own for ever. Raises: MailServerUnavailable, MailRefused."""
        ...


@dataclass(frozen=True, slots=True)
class MailFolder:
    """Each mail is a file `<name>.eml`, whole or absent; the same mail again is the same file."""

    folder: Path

    def take(self, mail: EmailMessage, name: str) -> None:
        """Write the mail."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_whole(self.folder / f"{name}.eml", mail.as_bytes())
        except OSError as fault:
            raise MailServerUnavailable(f"the mail folder does not take it: {fault.strerror}") from fault


@dataclass(frozen=True, slots=True)
class MailServer:
    """A server that is spoken to by SMTP, with TLS from the start (`smtps`), or as soon as it offers it (`smtp`).

    A password goes only to a server whose certificate is good.
    """

    host: str
    port: int
    user: str | None
    password: str | None = field(repr=False)
    is_encrypted: bool

    def take(self, mail: EmailMessage, name: str) -> None:
        """Hand the mail over."""
        try:
            with self._connected() as server:
                server.send_message(mail)
        except smtplib.SMTPRecipientsRefused as refused:
            code, text = next(iter(refused.recipients.values()))
            raise _answered(code, text) from refused
        except smtplib.SMTPResponseException as refused:
            raise _answered(refused.smtp_code, refused.smtp_error) from refused
        except (OSError, smtplib.SMTPException) as fault:
            raise MailServerUnavailable(f"the mail server does not answer: {fault}", host=self.host) from fault

    def _connected(self) -> smtplib.SMTP:
        if self.is_encrypted:
            server: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=_TIMEOUT_S, context=_trusting())
        else:
            server = self._encrypted_if_offered(smtplib.SMTP(self.host, self.port, timeout=_TIMEOUT_S))
        if self.user is not None:
            server.login(self.user, self.password or "")
        return server

    def _encrypted_if_offered(self, server: smtplib.SMTP) -> smtplib.SMTP:
        server.ehlo_or_helo_if_needed()
        if server.has_extn("starttls"):
            server.starttls(context=_trusting() if self.user is not None else _trusting_anybody())
        elif self.user is not None:
            server.close()
            raise MailServerUnavailable("the mail server offers no TLS, so it is not told the password", host=self.host)
        return server


def _trusting() -> ssl.SSLContext:
    return ssl.create_default_context()


def _trusting_anybody() -> ssl.SSLContext:
    """For a relay that wants no password: encryption without knowing to whom is better than none (RFC 7435)."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _answered(code: int, text: bytes | str) -> MailServerUnavailable | MailRefused:
    words = text.decode(errors="replace") if isinstance(text, bytes) else text
    if code < _LATER:
        return MailServerUnavailable(f"the mail server says later: {code} {words}")
    return MailRefused(f"the mail server refuses it: {code} {words}", next_action="check the address")


def mail_server(url: str) -> MailServer:
    """The server at `smtp[s]://[user:password@]host[:port]`. Raises: Invalid."""
    parts = urlsplit(url)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise Invalid("a mail server is smtp://host[:port] or smtps://host[:port]", code="crm.smtp_url")
    is_encrypted = parts.scheme == "smtps"
    return MailServer(
        host=parts.hostname,
        port=parts.port or (465 if is_encrypted else 25),
        user=_unquoted(parts, "username"),
        password=_unquoted(parts, "password"),
        is_encrypted=is_encrypted,
    )


def _unquoted(parts: SplitResult, name: str) -> str | None:
    value = getattr(parts, name)
    return None if value is None else unquote(value)


@dataclass(frozen=True, slots=True)
class Mail:
    """Where this process's mail goes, and who says it."""

    sink: MailSink
    sender_name: str
    sender_address: str

    @property
    def sender(self) -> Doc:
        """The sender of our own messages."""
        return {"@type": "Sender", "name": self.sender_name, "email": self.sender_address}


_in_use: list[Mail] = []


def use_mail(sink: MailSink, sender: str) -> None:
    """Name the sink and the sender (`Name <address>`) of this process; the last naming counts. Raises: Invalid."""
    name, address = parseaddr(sender)
    if "@" not in address:
        raise Invalid(f"a sender is `Name <address>`, not {sender!r}", code="crm.sender")
    _in_use[:] = [Mail(sink, name or address, address)]


def mail() -> Mail:
    """What was named. Raises: MailNotSet."""
    if not _in_use:
        raise MailNotSet("this process was not told how to send mail", next_action="name a sink in the wiring")
    return _in_use[0]
