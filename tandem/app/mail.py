"""Tells a process how to send mail to customers: by the settings' server, else into the installation's folder."""

from __future__ import annotations

from tandem.app.settings import Settings
from tandem.bss.crm import public as crm


def bind_mail(settings: Settings) -> None:
    """Name the sink and the sender. Raises: Invalid for an address that is none."""
    crm.use_mail(folder=settings.mail, smtp_url=settings.smtp_url, sender=settings.mail_sender)
