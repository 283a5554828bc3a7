"""Cookies of logins: what a log-in page calls, and what pages ask about their visitor's forms."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from tandem.kernel.access import logins
from tandem.kernel.access.logins import Attempt, Login, Mount
from tandem.kernel.access.sealed import Secret
from tandem.kernel.errors import Broken
from tandem.kernel.store import Database
from tandem.kernel.web.scope import address_of, cookie_of, login_of


@dataclass(frozen=True)
class Sessions:
    """The doors of logins for pages. Blocking: called from the pages' threads.

    `secure` sends the cookie over TLS only; `None` follows each request's own scheme.
    """

    database: Database
    mounts: tuple[Mount, ...]
    tenant: str
    trust_forwarded: bool = False
    secure: bool | None = None

    def log_in(self, request: Request, mount_name: str, *, username: str, password: Secret) -> Login:
        """Judges name and password; `keep` then gives the browser its cookie.

        Raises: WrongPassword, TooManyAttempts.
        """
        mount = self.mount(mount_name)
        attempt = Attempt(
            tenant=self.tenant,
            mount=mount,
            username=username,
            password=password,
            address=address_of(request.scope, trust_forwarded=self.trust_forwarded),
            old_token=cookie_of(request.scope, mount.cookie),
        )
        done = logins.log_in(self.database, attempt)
        request.scope["fresh_login"] = done
        return done.login

    def keep(self, request: Request, response: Response) -> None:
        """Puts the cookie of the login that this request made on its response."""
        done = request.scope.get("fresh_login")
        if not isinstance(done, logins.LoggedIn):
            raise Broken("There is no fresh login to keep.", code="access.no_fresh_login")
        mount = self.mount(done.login.mount)
        response.set_cookie(
            mount.cookie,
            done.token,
            max_age=mount.age_s,
            path=mount.path,
            secure=self._is_secure(request),
            httponly=True,
            samesite="lax",
        )

    def log_out(self, request: Request, response: Response, *, everywhere: bool = False) -> None:
        """Ends this login, or all of the user's, and takes the cookie away. Idempotent."""
        login = login_of(request.scope)
        if login is None:
            return
        mount = self.mount(login.mount)
        with self.database.uow(tenant=login.caller.tenant, actor=login.caller.actor, cause="logout") as uow:
            if everywhere:
                logins.log_out_everywhere(uow, user_id=login.user.id)
            logins.log_out(uow, cookie_of(request.scope, mount.cookie) or "")
        response.delete_cookie(
            mount.cookie, path=mount.path, secure=self._is_secure(request), httponly=True, samesite="lax"
        )

    def csrf_token(self, request: Request) -> str:
        """The token for this visitor's forms; empty for somebody who is not logged in."""
        login = login_of(request.scope)
        return login.csrf_token if login is not None else ""

    def csrf_holds(self, request: Request, given: str) -> bool:
        """Whether a form brought its login's token back.

        A visitor without a cookie login has nothing that a foreign form could misuse; that the form came from our
        own pages was looked at before (`Callers`).
        """
        login = login_of(request.scope)
        try:
            if login is not None:
                logins.require_csrf(login, given)
        except logins.CsrfRefused:
            return False
        return True

    def mount(self, name: str) -> Mount:
        """The mount of this name (`desk`) or path (`/desk`)."""
        return {mount.name: mount for mount in self.mounts}[name.strip("/")]

    def _is_secure(self, request: Request) -> bool:
        forwarded = request.headers.get("x-forwarded-proto") if self.trust_forwarded else None
        return self.secure if self.secure is not None else (forwarded or request.url.scheme) == "https"
