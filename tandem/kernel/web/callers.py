"""Finds out who is asking: a bearer token anywhere, or below a mount the mount's cookie; then guards unsafe requests.

A wrong token is refused, not ignored. A request without a proof goes on as nobody's: the doors behind decide.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Scope, Send

from tandem.kernel.access.logins import Login, Mount, find_login, require_same_site, tenant_of_cookie
from tandem.kernel.access.policy import Caller
from tandem.kernel.access.tokens import TokenRefused, Tokens
from tandem.kernel.store import Database
from tandem.kernel.web.scope import UNSAFE, cookie_of, header_of, own_origins

LIVE_HEADER: Final = b"tandem-live"
"""What a page sends when it refreshes a part by itself: an open page alone must not keep a login alive."""


class Callers:
    """Middleware that puts `caller`, and for people `login`, into the scope.

    Raises (to the edge outside it): TokenRefused, CsrfRefused, Unavailable.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        database: Database,
        tokens: Tokens,
        mounts: Iterable[Mount],
        public_url: str | None = None,
    ) -> None:
        self._app = app
        self._database = database
        self._tokens = tokens
        self._mounts = {mount.name: mount for mount in mounts}
        self._public_url = public_url

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            caller = await self._caller(scope)
            if caller is not None:
                scope["caller"] = caller
                structlog.contextvars.bind_contextvars(actor=caller.actor, tenant=caller.tenant)
        await self._app(scope, receive, send)

    async def _caller(self, scope: Scope) -> Caller | None:
        proof = header_of(scope, b"authorization")
        if proof is not None:
            return await self._by_token(proof)
        mount = self._mounts.get(scope["path"].lstrip("/").partition("/")[0])
        return None if mount is None else await self._by_cookie(scope, mount)

    async def _by_token(self, proof: str) -> Caller:
        scheme, _, token = proof.partition(" ")
        if scheme.lower() != "bearer":
            raise TokenRefused("Only bearer tokens are taken.")
        token = token.strip()
        known = self._tokens.remembered(token)
        return known if known is not None else await run_in_threadpool(self._tokens.caller, token)

    async def _by_cookie(self, scope: Scope, mount: Mount) -> Caller | None:
        if scope["method"] in UNSAFE:
            require_same_site(
                sec_fetch_site=header_of(scope, b"sec-fetch-site"),
                origin=header_of(scope, b"origin"),
                own_origins=own_origins(scope, self._public_url),
            )
        token = cookie_of(scope, mount.cookie)
        tenant = tenant_of_cookie(token) if token else None
        if token is None or tenant is None:
            return None
        asked_by_person = header_of(scope, LIVE_HEADER) is None
        login = await run_in_threadpool(self._find, token, tenant, mount, asked_by_person)
        if login is None:
            return None
        scope["login"] = login
        return login.caller

    def _find(self, token: str, tenant: str, mount: Mount, asked_by_person: bool) -> Login | None:
        with self._database.uow(tenant=tenant, actor="anonymous", cause=f"cookie:{mount.name}") as uow:
            return find_login(uow, token, mount, is_sign_of_life=asked_by_person)
