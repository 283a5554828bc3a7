"""What the edge leaves in a request's ASGI scope for those behind it, under one name each.

`request_id` (text), `caller` (Caller or absent), `login` (Login or absent), `client_address` (text).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from starlette.types import Scope

from tandem.kernel.access.logins import Login
from tandem.kernel.access.policy import Caller

UNSAFE: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def header_of(scope: Scope, name: bytes) -> str | None:
    """The first header of this (lower-case) name."""
    headers: Iterable[tuple[bytes, bytes]] = scope["headers"]
    return next((value.decode("latin-1") for key, value in headers if key == name), None)


def cookie_of(scope: Scope, name: str) -> str | None:
    """The cookie's value. Standard: RFC 6265 4.2.1."""
    for part in (header_of(scope, b"cookie") or "").split(";"):
        key, equals, value = part.strip().partition("=")
        if equals and key == name:
            return value
    return None


def caller_of(scope: Scope) -> Caller | None:
    """Who was proved to be asking."""
    found = scope.get("caller")
    return found if isinstance(found, Caller) else None


def login_of(scope: Scope) -> Login | None:
    """The person's login, where a cookie proved it."""
    found = scope.get("login")
    return found if isinstance(found, Login) else None


def address_of(scope: Scope, *, trust_forwarded: bool) -> str:
    """The client's address; behind a trusted proxy the one that this proxy saw (the last of the list)."""
    if trust_forwarded:
        forwarded = header_of(scope, b"x-forwarded-for")
        if forwarded:
            return forwarded.rpartition(",")[2].strip()
    client = scope.get("client")
    return str(client[0]) if client else "unknown"


def own_origins(scope: Scope, public_url: str | None) -> frozenset[str]:
    """The origins that a page of ours may have. Both schemes: a proxy in front may have taken TLS off."""
    host = header_of(scope, b"host") or ""
    known = {f"http://{host}", f"https://{host}"}
    if public_url:
        scheme, _, rest = public_url.partition("://")
        known.add(f"{scheme}://{rest.partition('/')[0]}")
    return frozenset(known)
