"""Small cookies of the kit: the message for the next page. Not secret, never trusted: shown as text only."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode

from starlette.requests import Request
from starlette.responses import Response

from tandem.channels.kit.i18n import Message, Text
from tandem.channels.kit.visit import Flash

FLASH = "tandem_flash"
TONES = ("good", "info", "warning", "bad")
_LONGEST_FLASH = 600


def keep(response: Response, name: str, value: str, *, days: int) -> None:
    """Sets a cookie for the whole program that scripts cannot read and other sites do not send."""
    response.set_cookie(name, value, max_age=days * 86_400, path="/", httponly=True, samesite="lax")


def keep_flash(response: Response, flash: Flash) -> None:
    """Leaves a message for the next page."""
    packed = json.dumps([flash.tone, _written(flash.text)[:_LONGEST_FLASH]]).encode()
    response.set_cookie(FLASH, urlsafe_b64encode(packed).decode(), max_age=60, path="/", httponly=True, samesite="lax")


def forget_flash(response: Response) -> None:
    """The message was shown."""
    response.delete_cookie(FLASH, path="/")


def flash_of(request: Request) -> Flash | None:
    """The message that was left; none when there is none or it is not ours."""
    try:
        tone, text = json.loads(urlsafe_b64decode(request.cookies[FLASH]))
    except (KeyError, ValueError, TypeError):
        return None
    return Flash(Message(str(text)), tone) if tone in TONES else None


def _written(text: Text) -> str:
    """A message without values as it is in the source, so that the next page tells it in its own language."""
    plain = isinstance(text, Message) and not text.values and text.plural is None
    return text.singular if isinstance(text, Message) and plain else str(text)
