"""What the kit asks of the program around it, and the answers of the real one: logins, units of work, banner."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response

from tandem.channels.kit.i18n import Text
from tandem.kernel.access.policy import Caller
from tandem.kernel.access.sealed import Secret
from tandem.kernel.store import Database, Uow
from tandem.kernel.web.scope import caller_of, login_of
from tandem.kernel.web.sessions import Sessions


class Doors(Protocol):
    """The program as the kit sees it."""

    @property
    def operator(self) -> str:
        """The operator's name, as it stands at the top of every page."""
        ...

    @property
    def zone(self) -> str:
        """The zone that times are told in when a person has chosen none."""
        ...

    def caller(self, request: Request) -> Caller | None:
        """Who came; None for somebody who is not logged in below this mount."""
        ...

    def person(self, request: Request) -> str:
        """What whoever came is called."""
        ...

    def uow(self, request: Request, caller: Caller) -> AbstractContextManager[Uow | None]:
        """The unit of work of one visit, kept on a clean exit."""
        ...

    def csrf_token(self, request: Request) -> str:
        """The token for this browser's forms."""
        ...

    def csrf_holds(self, request: Request, given: str) -> bool:
        """Whether a form brought that token back."""
        ...

    def log_in(self, request: Request, mount: str, *, username: str, password: Secret) -> None:
        """Judges a name and a password. Raises: Unauthenticated, Throttled."""
        ...

    def keep_login(self, request: Request, response: Response) -> None:
        """Gives the browser the cookie of the login that this request made."""
        ...

    def log_out(self, request: Request, response: Response) -> None:
        """Ends the login and takes its cookie away."""
        ...

    def banner(self) -> Text | None:
        """What everybody should know just now, such as a maintenance window."""
        ...


@dataclass(frozen=True)
class ProgramDoors:
    """The doors of a running program, on its database and its logins."""

    database: Database
    sessions: Sessions
    operator: str
    zone: str
    announced: Callable[[], Text | None] = lambda: None

    def caller(self, request: Request) -> Caller | None:
        """Who the edge proved to be asking."""
        return caller_of(request.scope)

    def person(self, request: Request) -> str:
        """The display name of a login, the actor's name otherwise."""
        login, caller = login_of(request.scope), caller_of(request.scope)
        if login is not None:
            return login.user.display_name or login.user.username
        return "" if caller is None else caller.actor

    def uow(self, request: Request, caller: Caller) -> AbstractContextManager[Uow | None]:
        """One transaction in the caller's tenant, with the request as its cause."""
        cause = f"request:{request.scope.get('request_id', '-')}"
        return self.database.uow(tenant=caller.tenant, actor=caller.actor, cause=cause)

    def csrf_token(self, request: Request) -> str:
        """The login's own token; empty for strangers."""
        return self.sessions.csrf_token(request)

    def csrf_holds(self, request: Request, given: str) -> bool:
        """Whether the login's own token came back."""
        return self.sessions.csrf_holds(request, given)

    def log_in(self, request: Request, mount: str, *, username: str, password: Secret) -> None:
        """Judges a name and a password. Raises: Unauthenticated, Throttled."""
        self.sessions.log_in(request, mount, username=username, password=password)

    def keep_login(self, request: Request, response: Response) -> None:
        """Gives the browser the cookie of the fresh login."""
        self.sessions.keep(request, response)

    def log_out(self, request: Request, response: Response) -> None:
        """Ends the login."""
        self.sessions.log_out(request, response)

    def banner(self) -> Text | None:
        """What was announced."""
        return self.announced()
