"""The two roles of a database: one owns the schema and migrates it, one owns nothing and is what the program is.

Why: row-level security lets the owner of a table and a superuser through; the program must be neither.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import quote, urlencode

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from tandem.kernel.errors import Refused, Unavailable
from tandem.kernel.store.schema import APP_ROLE, OWNER_ROLE

DATABASE = "tandem"
_SHARED_DATABASES = ("", "postgres", "template1")
_LOCK = 7_263_514_001
# Sorted by code point, upper and lower case of every script. From version 17 the server needs no system locale for it.
_LOCALE = "encoding 'UTF8' lc_collate 'C' lc_ctype 'C.UTF-8'"
_LOCALE_BUILTIN = "encoding 'UTF8' lc_collate 'C' lc_ctype 'C' locale_provider builtin builtin_locale 'C.UTF-8'"
_RIGHTS = """
    select rolsuper or rolbypassrls, exists (
        select from pg_class join pg_namespace n on n.oid = relnamespace
        where relkind in ('r', 'p') and nspname !~ '^(pg_|information_schema)' and pg_has_role(relowner, 'usage'))
    from pg_roles where rolname = current_user
"""


class RolesRefused(Refused):
    """The roles cannot be made, or are not safe to work with; `facts["statements"]` is what an administrator runs."""

    code = "store.roles_refused"


@dataclass(frozen=True)
class RolePasswords:
    """What the two roles log in with; empty where the server asks for no password."""

    owner: str
    app: str


@dataclass(frozen=True)
class DatabaseUrls:
    """One database as its owner, who migrates, and as the program, which owns nothing."""

    owner: str
    app: str


def ensure_roles(
    admin_url: str, *, database: str | None = None, passwords: RolePasswords | None = None
) -> DatabaseUrls:
    """Make the two roles and the database where they are missing, and give their URLs.

    `database` is the one that `admin_url` names, else `tandem`. Without `passwords` they follow from the
    administrator's own, so that every machine which knows that URL comes to the same ones.
    Idempotent: what is there is kept; passwords are set again when the roles cannot log in with these.
    Raises: RolesRefused when this user may not make roles, or a role is there with rights that it must not have.
    """
    name = database or _database_of(admin_url)
    known = passwords or derived_passwords(admin_url)
    urls = DatabaseUrls(
        owner=url_for(admin_url, OWNER_ROLE, known.owner, name), app=url_for(admin_url, APP_ROLE, known.app, name)
    )
    if _can_log_in(urls.owner) and _can_log_in(urls.app) and _may_make_tables(urls.owner):
        check_roles(urls)
        return urls
    with _administrator(admin_url, name) as admin:
        admin.execute("select pg_advisory_lock(%s)", (_LOCK,))
        for role, password in ((OWNER_ROLE, known.owner), (APP_ROLE, known.app)):
            _ensure_role(admin, role, password)
        admin.execute(sql.SQL("grant {} to current_user").format(sql.Identifier(OWNER_ROLE)))
        _ensure_database(admin, name)
    _open_schema(url_for(admin_url, None, None, name))
    check_roles(urls)
    return urls


def check_roles(urls: DatabaseUrls) -> None:
    """Check that both roles can log in and that the program's role can get past no row-level security.

    Raises: RolesRefused; Unavailable when the server does not answer.
    """
    for url in (urls.owner, urls.app):
        if not _can_log_in(url):
            user = conninfo_to_dict(url)["user"]
            raise RolesRefused(
                f"the role {user} cannot log in", next_action="give the server's administrator URL with its password"
            )
    with connect(urls.app) as app:
        row = app.execute(_RIGHTS).fetchone()
    assert row is not None, "a role that logs in is in pg_roles"
    if row[0] or row[1]:
        raise RolesRefused(
            "the program's role is a superuser, passes row-level security, or owns tables: tenants would not be apart",
            next_action=f"alter role {APP_ROLE} nosuperuser nobypassrls, and give its tables to {OWNER_ROLE}",
        )


def derived_passwords(admin_url: str) -> RolePasswords:
    """The roles' passwords as they follow from the administrator's; empty when that is empty."""
    secret = str(conninfo_to_dict(admin_url).get("password") or "")

    def derived(role: str) -> str:
        return hmac.new(secret.encode(), f"tandem role {role}".encode(), hashlib.sha256).hexdigest() if secret else ""

    return RolePasswords(owner=derived(OWNER_ROLE), app=derived(APP_ROLE))


def url_for(url: str, user: str | None, password: str | None, database: str) -> str:
    """The same server as another role (or the same, for `None`) and in another database, as a URL."""
    parts = {name: str(value) for name, value in conninfo_to_dict(url).items() if value is not None}
    if user is not None:
        parts.update(user=user, password=password or "")
    login = quote(parts.pop("user", ""), safe="")
    secret = parts.pop("password", "")
    login += f":{quote(secret, safe='')}" if secret else ""
    parts.pop("dbname", None)
    place = ""
    if not {",", "/"} & set(parts.get("host", "/")):
        place = parts.pop("host") + (f":{parts.pop('port')}" if "port" in parts else "")
    query = f"?{urlencode(parts)}" if parts else ""
    return f"postgresql://{login}{'@' if login else ''}{place}/{quote(database, safe='')}{query}"


def statements_for_administrator(database: str) -> str:
    """The SQL that an administrator runs where Tandem's own user may not make roles."""
    return "\n".join(
        (
            f"create role {OWNER_ROLE} login password '…';",
            f"create role {APP_ROLE} login password '…';",
            f"create database {database} owner {OWNER_ROLE} template template0 {_LOCALE};",
            f"revoke all on database {database} from public;",
            f"grant connect, temporary on database {database} to {APP_ROLE};",
        )
    )


@contextmanager
def connect(url: str) -> Iterator[psycopg.Connection]:
    """One connection in autocommit mode, closed at the end. Raises: Unavailable when there is none to be had."""
    try:
        connection = psycopg.connect(url, autocommit=True, connect_timeout=10)
    except psycopg.OperationalError as fault:
        raise Unavailable(f"the database does not answer: {fault}", code="store.unavailable") from fault
    with connection:
        yield connection


@contextmanager
def _administrator(admin_url: str, database: str) -> Iterator[psycopg.Connection]:
    parts = conninfo_to_dict(admin_url)
    known = str(parts.get("dbname") or "postgres")
    url = admin_url if known in _SHARED_DATABASES else url_for(admin_url, None, None, "postgres")
    with connect(url) as admin:
        row = admin.execute(
            "select rolname, rolsuper, rolcreaterole and rolcreatedb from pg_roles where rolname = current_user"
        ).fetchone()
        if row is None or not (row[1] or row[2]):
            raise RolesRefused(
                f"the user {row and row[0]} may not make roles and databases",
                next_action="let an administrator run the statements, then give Tandem the URLs of both roles",
                statements=statements_for_administrator(database),
            )
        yield admin


def _database_of(url: str) -> str:
    name = str(conninfo_to_dict(url).get("dbname") or "")
    return DATABASE if name in _SHARED_DATABASES else name


def _can_log_in(url: str) -> bool:
    try:
        with psycopg.connect(url, connect_timeout=10):
            return True
    except psycopg.OperationalError as fault:
        refused = "password" in str(fault) or "does not exist" in str(fault) or "not permitted" in str(fault)
        if refused or "authentication failed" in str(fault) or "permission denied" in str(fault):
            return False
        raise Unavailable(f"the database does not answer: {fault}", code="store.unavailable") from fault


def _may_make_tables(owner_url: str) -> bool:
    """Not so in a database that somebody made by hand, on a server where the roles were there already."""
    with connect(owner_url) as owner:
        row = owner.execute("select has_schema_privilege('public', 'create')").fetchone()
    return bool(row and row[0])


def _ensure_role(admin: psycopg.Connection, role: str, password: str) -> None:
    known = admin.execute("select 1 from pg_roles where rolname = %s", (role,)).fetchone()
    secret = sql.SQL("password {}").format(sql.Literal(password)) if password else sql.SQL("")
    verb = sql.SQL("alter" if known else "create")
    admin.execute(sql.SQL("{} role {} login {}").format(verb, sql.Identifier(role), secret))


def _ensure_database(admin: psycopg.Connection, database: str) -> None:
    name, owner, app = sql.Identifier(database), sql.Identifier(OWNER_ROLE), sql.Identifier(APP_ROLE)
    if admin.execute("select 1 from pg_database where datname = %s", (database,)).fetchone() is None:
        locale = sql.SQL(_LOCALE if admin.info.server_version < 170000 else _LOCALE_BUILTIN)
        admin.execute(sql.SQL("create database {} owner {} template template0 {}").format(name, owner, locale))
    admin.execute(sql.SQL("revoke all on database {} from public").format(name))
    admin.execute(sql.SQL("grant connect, create, temporary on database {} to {}").format(name, owner))
    admin.execute(sql.SQL("grant connect, temporary on database {} to {}").format(name, app))


def _open_schema(url: str) -> None:
    """Let the owner make tables in a database that somebody else made; the app only passes through."""
    with connect(url) as admin:
        admin.execute(f"grant usage, create on schema public to {OWNER_ROLE}")
        admin.execute(f"grant usage on schema public to {APP_ROLE}")
