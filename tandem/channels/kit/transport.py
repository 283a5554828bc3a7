"""Pages on their way: compressed, with a CSRF token that never looks the same twice.

Why: a page that holds a secret and echoes what was asked must not be compressed with the same secret again and again
(BREACH); the token is therefore hidden under a fresh pad on every page.
"""

from __future__ import annotations

import gzip
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode

from starlette.requests import Request

_WORTH_IT_OCTETS = 800
_QUICK = 5


def compressed(text: str, request: Request) -> tuple[bytes, dict[str, str]]:
    """The page as octets, gzipped where the browser takes that, and the header that says so."""
    body = text.encode()
    if len(body) < _WORTH_IT_OCTETS or "gzip" not in request.headers.get("accept-encoding", ""):
        return body, {}
    return gzip.compress(body, _QUICK, mtime=0), {"Content-Encoding": "gzip"}


def masked(token: str) -> str:
    """The token under a fresh pad; nothing stays nothing."""
    if not token:
        return ""
    plain = token.encode()
    pad = os.urandom(len(plain))
    return urlsafe_b64encode(pad + _xor(pad, plain)).decode()


def unmasked(given: str) -> str:
    """The token of a form; empty for what no page of ours sent."""
    try:
        both = urlsafe_b64decode(given.encode("ascii"))
        return _xor(both[: len(both) // 2], both[len(both) // 2 :]).decode()
    except ValueError:
        return ""


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=False))
