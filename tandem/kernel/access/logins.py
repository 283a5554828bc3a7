"""Logins: cookie sessions of people, one cookie for each mount, ended by idleness, by age, by hand or for all at once.

The cookie holds `<tenant>.<256 random bits>`; the table holds its SHA-256. Who reads the table can log in as nobody.
Units: idle and age in seconds of real time, by the database's clock; never the business clock.
Standard: RFC 6265; OWASP session management (a new id at each login, HttpOnly, SameSite).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Final

from psycopg.rows import DictRow

from tandem.kernel.access import passwords, throttle
from tandem.kernel.access.policy import Caller
from tandem.kernel.access.sealed import Secret
from tandem.kernel.access.users import User, user_from_row
from tandem.kernel.errors import Forbidden, Unauthenticated
from tandem.kernel.ids import new_id
from tandem.kernel.store import Database, Uow, plain_table

LOGINS: Final = plain_table(
    "kernel_login",
    """
    tenant text not null,
    token_hash bytea not null,
    id text collate "C" not null,
    user_id text collate "C" not null,
    mount text not null,
    address text not null,
    created_at timestamptz not null default clock_timestamp(),
    seen_at timestamptz not null default clock_timestamp(),
    ends_at timestamptz not null,
    primary key (tenant, token_hash),
    foreign key (tenant, user_id) references kernel_user (tenant, id)
    """,
    also=(
        "create index kernel_login_user on kernel_login (tenant, user_id)",
        "create index kernel_login_end on kernel_login (tenant, ends_at)",
    ),
)


@dataclass(frozen=True, slots=True)
class Mount:
    """One place of pages with its own logins: its path, its cookie, who may enter and how long a login lives."""

    name: str
    roles: frozenset[str]
    idle_s: int
    age_s: int

    @property
    def path(self) -> str:
        """The path below which the cookie is sent."""
        return f"/{self.name}"

    @property
    def cookie(self) -> str:
        """The cookie's name."""
        return f"tandem_{self.name}"


@dataclass(frozen=True, slots=True)
class Login:
    """A person who is logged in, as a page knows her."""

    id: str
    mount: str
    user: User
    caller: Caller
    csrf_token: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to log in: where, as whom, from which address, and the cookie that the browser still had."""

    tenant: str
    mount: Mount
    username: str
    password: Secret
    address: str
    old_token: str | None = None


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """A fresh login and the cookie's value, which exists nowhere else."""

    login: Login
    token: str


class WrongPassword(Unauthenticated):
    """Name or password is wrong, or the user may not enter here; which of them is not told."""

    code = "access.wrong_password"


class CsrfRefused(Forbidden):
    """A form came from another site, or without the login's own token."""

    code = "access.csrf_refused"


def log_in(database: Database, attempt: Attempt) -> LoggedIn:
    """Judges a name and password; a good one gets a new login, and the login that the browser had before ends.

    Commits its own transactions: a refused attempt must be counted and audited too.
    Raises: WrongPassword, TooManyAttempts.
    """
    work = {"tenant": attempt.tenant, "actor": "anonymous", "cause": f"login:{attempt.mount.name}"}
    with database.uow(**work) as uow:
        row = _row_of(uow, attempt.username)
        refused = _counted(uow, attempt)
    if refused is not None:
        raise refused
    good = passwords.is_password(row["password_hash"] if row else None, attempt.password.reveal_text())
    user = user_from_row(row) if row and good else None
    with database.uow(**work) as uow:
        if user is not None and user.disabled_at is None and user.roles & attempt.mount.roles:
            return _let_in(uow, attempt, user)
        facts = {"mount": attempt.mount.name, "address": attempt.address}
        uow.audit("access.login", "User", row["id"] if row else "unknown", outcome="refused", facts=facts)
    raise WrongPassword("The name or the password is wrong.")


def find_login(uow: Uow, token: str, mount: Mount, *, is_sign_of_life: bool = True) -> Login | None:
    """The login of a cookie, if it is neither idle, too old, ended nor of a disabled user.

    Counts as a sign of life, unless it is the page that asks and not the person.
    """
    row = uow.one(
        "select l.id as login_id, l.seen_at < clock_timestamp() - interval '1 minute' as stale, "
        "u.id, u.username, u.display_name, u.roles, u.party_id, u.disabled_at, u.created_at "
        "from kernel_login l join kernel_user u on u.tenant = l.tenant and u.id = l.user_id "
        "where l.tenant = %s and l.token_hash = %s and l.mount = %s and u.disabled_at is null "
        "and l.ends_at > clock_timestamp() and l.seen_at > clock_timestamp() - make_interval(secs => %s)",
        (uow.tenant, _hash(token), mount.name, mount.idle_s),
    )
    if row is None:
        return None
    if row.pop("stale") and is_sign_of_life:
        uow.execute(
            "update kernel_login set seen_at = clock_timestamp() where tenant = %s and token_hash = %s",
            (uow.tenant, _hash(token)),
        )
    return _login(uow.tenant, mount, row.pop("login_id"), user_from_row(row), token)


def log_out(uow: Uow, token: str) -> None:
    """Ends the login of this cookie. Idempotent."""
    ended = uow.one(
        "delete from kernel_login where tenant = %s and token_hash = %s returning user_id, mount",
        (uow.tenant, _hash(token)),
    )
    if ended is not None:
        uow.audit("access.logout", "User", ended["user_id"], facts={"mount": ended["mount"]})


def log_out_everywhere(uow: Uow, *, user_id: str) -> int:
    """Ends every login of the user, on every device; says how many. Idempotent."""
    ended = uow.all("delete from kernel_login where tenant = %s and user_id = %s returning id", (uow.tenant, user_id))
    uow.audit("access.logout_everywhere", "User", user_id, facts={"logins": len(ended)})
    return len(ended)


def sweep_logins(uow: Uow) -> None:
    """Forgets logins that are past their age, and counts of attempts that no longer matter."""
    uow.execute("delete from kernel_login where tenant = %s and ends_at < clock_timestamp()", (uow.tenant,))
    throttle.sweep_attempts(uow)


def tenant_of_cookie(token: str) -> str | None:
    """The tenant that a cookie claims; the table decides whether it is true."""
    tenant, point, rest = token.partition(".")
    return tenant if point and rest else None


def csrf_token_of(token: str) -> str:
    """The form token of a login: who cannot read the cookie cannot make it, and it does not give the cookie away."""
    return hmac.new(token.encode(), b"csrf", hashlib.sha256).hexdigest()


def require_csrf(login: Login, given: str | None) -> None:
    """Refuses a form that does not carry the login's own token. Raises: CsrfRefused."""
    if given is None or not hmac.compare_digest(given.encode(), login.csrf_token.encode()):
        raise CsrfRefused("This form is out of date or came from elsewhere.", next_action="Load the page again.")


def require_same_site(*, sec_fetch_site: str | None, origin: str | None, own_origins: frozenset[str]) -> None:
    """Refuses an unsafe request that a browser says another site made. Raises: CsrfRefused.

    Standard: Fetch Metadata Request Headers; browsers without it send `Origin` with every unsafe request.
    """
    if sec_fetch_site is not None and sec_fetch_site not in ("same-origin", "none"):
        raise CsrfRefused("This request was made by another site.", site=sec_fetch_site)
    if origin is not None and origin not in own_origins:
        raise CsrfRefused("This request was made by another site.", origin=origin)


def _counted(uow: Uow, attempt: Attempt) -> throttle.TooManyAttempts | None:
    """Counts the attempt; a refusal is audited and handed back, so that the transaction keeps both."""
    try:
        throttle.count_attempt(uow, username=attempt.username, address=attempt.address)
    except throttle.TooManyAttempts as refused:
        uow.audit("access.login", "User", "unknown", outcome="throttled", facts={"address": attempt.address})
        return refused
    return None


def _let_in(uow: Uow, attempt: Attempt, user: User) -> LoggedIn:
    throttle.forgive(uow, username=attempt.username, address=attempt.address)
    if attempt.old_token is not None:
        log_out(uow, attempt.old_token)
    token = f"{uow.tenant}.{secrets.token_urlsafe(32)}"
    login = _login(uow.tenant, attempt.mount, new_id(), user, token)
    uow.execute(
        "insert into kernel_login (tenant, token_hash, id, user_id, mount, address, ends_at) "
        "values (%s, %s, %s, %s, %s, %s, clock_timestamp() + make_interval(secs => %s))",
        (uow.tenant, _hash(token), login.id, user.id, attempt.mount.name, attempt.address, attempt.mount.age_s),
    )
    facts = {"mount": attempt.mount.name, "address": attempt.address}
    uow.audit("access.login", "User", user.id, facts=facts)
    return LoggedIn(login, token)


def _row_of(uow: Uow, username: str) -> DictRow | None:
    return uow.one(
        "select id, username, display_name, roles, party_id, disabled_at, created_at, password_hash "
        "from kernel_user where tenant = %s and username = %s",
        (uow.tenant, username.strip().casefold()),
    )


def _login(tenant: str, mount: Mount, login_id: str, user: User, token: str) -> Login:
    return Login(login_id, mount.name, user, user.as_caller(tenant), csrf_token_of(token))


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
