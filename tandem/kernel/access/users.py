"""Users: who may log in, with which roles, tied to which party. Never deleted, only disabled: the audit names them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from psycopg.rows import DictRow

from tandem.kernel.access.passwords import hash_password
from tandem.kernel.access.policy import Caller, Policy
from tandem.kernel.errors import Conflict, Invalid, NotFound
from tandem.kernel.ids import new_id
from tandem.kernel.period import Instant
from tandem.kernel.store import AlreadyTaken, Uow, plain_table

USERS: Final = plain_table(
    "kernel_user",
    """
    tenant text not null,
    id text collate "C" not null,
    username text collate "C" not null,
    display_name text not null,
    roles text[] not null,
    party_id text collate "C",
    password_hash text,
    disabled_at timestamptz,
    created_at timestamptz not null default clock_timestamp(),
    primary key (tenant, id),
    unique (tenant, username)
    """,
    also=("create index kernel_user_party on kernel_user (tenant, party_id) where party_id is not null",),
)

_USERNAME: Final = re.compile(r"[a-z0-9][a-z0-9._@+-]{1,119}")
_COLUMNS: Final = "id, username, display_name, roles, party_id, disabled_at, created_at"


class UserNameTaken(Conflict):
    """Another user has this name."""

    code = "access.user_name_taken"


@dataclass(frozen=True, slots=True)
class User:
    """One person (or partner program) that may log in. The password's hash never leaves the table."""

    id: str
    username: str
    display_name: str
    roles: frozenset[str]
    party_id: str | None
    disabled_at: Instant | None
    created_at: Instant

    def as_caller(self, tenant: str) -> Caller:
        """The user as the one who asks. The actor is the id: a name may be personal, and the audit is for ever."""
        return Caller(tenant, f"user:{self.id}", self.roles, self.party_id)


def create_user(
    uow: Uow, policy: Policy, *, username: str, roles: Iterable[str], password: str | None, **about: str | None
) -> User:
    """Makes a user; without a password it can only be reached by a reset. `about`: `display_name`, `party_id`.

    Raises: UserNameTaken, Invalid (the name's form), PasswordTooWeak, RoleUnknown, RolesConflict.
    """
    name = username.strip().casefold()
    if not _USERNAME.fullmatch(name):
        raise Invalid("A user name has 2 to 120 letters, digits and . _ @ + -", path="username")
    held = sorted(policy.require_roles_together(roles))
    values = (
        uow.tenant,
        new_id(),
        name,
        about.get("display_name") or name,
        held,
        about.get("party_id"),
        hash_password(password, username=name) if password is not None else None,
    )
    try:
        row = uow.one(
            "insert into kernel_user (tenant, id, username, display_name, roles, party_id, password_hash) "
            f"values (%s, %s, %s, %s, %s, %s, %s) returning {_COLUMNS}",
            values,
        )
    except AlreadyTaken as taken:
        raise UserNameTaken(f"There is a user {name!r} already.", path="username") from taken
    user = user_from_row(row)
    uow.audit("access.user.create", "User", user.id, facts={"roles": held, "partyId": user.party_id})
    return user


def reset_password(uow: Uow, *, user_id: str, password: str) -> None:
    """Sets a new password and ends every login of the user.

    Raises: NotFound, PasswordTooWeak.
    """
    user = get_user(uow, user_id)
    uow.execute(
        "update kernel_user set password_hash = %s where tenant = %s and id = %s",
        (hash_password(password, username=user.username), uow.tenant, user_id),
    )
    _end_logins(uow, user_id)
    uow.audit("access.user.reset", "User", user_id)


def disable_user(uow: Uow, *, user_id: str) -> None:
    """Lets the user in no more, at once. Idempotent.

    Raises: NotFound.
    """
    _set(uow, user_id, "disabled_at = coalesce(disabled_at, clock_timestamp())", ())
    _end_logins(uow, user_id)
    uow.audit("access.user.disable", "User", user_id)


def enable_user(uow: Uow, *, user_id: str) -> None:
    """Lets a disabled user in again. Idempotent.

    Raises: NotFound.
    """
    _set(uow, user_id, "disabled_at = null", ())
    uow.audit("access.user.enable", "User", user_id)


def set_roles(uow: Uow, policy: Policy, *, user_id: str, roles: Iterable[str]) -> None:
    """Replaces the user's roles and ends the logins that still carry the old ones.

    Raises: NotFound, RoleUnknown, RolesConflict.
    """
    before = get_user(uow, user_id)
    held = sorted(policy.require_roles_together(roles))
    _set(uow, user_id, "roles = %s", (held,))
    _end_logins(uow, user_id)
    uow.audit("access.user.set_roles", "User", user_id, facts={"before": sorted(before.roles), "after": held})


def get_user(uow: Uow, user_id: str) -> User:
    """Raises: NotFound."""
    row = uow.one(f"select {_COLUMNS} from kernel_user where tenant = %s and id = %s", (uow.tenant, user_id))
    if row is None:
        raise NotFound(f"There is no user {user_id}.", entity="User", id=user_id)
    return user_from_row(row)


def find_user(uow: Uow, *, username: str) -> User | None:
    """The user of this name, in any case of letters."""
    row = uow.one(
        f"select {_COLUMNS} from kernel_user where tenant = %s and username = %s",
        (uow.tenant, username.strip().casefold()),
    )
    return None if row is None else user_from_row(row)


def list_users(uow: Uow) -> list[User]:
    """All users of the tenant by name."""
    sql = f"select {_COLUMNS} from kernel_user where tenant = %s order by username"
    return [user_from_row(row) for row in uow.all(sql, (uow.tenant,))]


def display_names(uow: Uow, actors: Sequence[str]) -> dict[str, str]:
    """Actor (`user:<id>`) → the name to show; actors that are no users are left out."""
    ids = [actor.removeprefix("user:") for actor in actors if actor.startswith("user:")]
    rows = uow.all("select id, display_name from kernel_user where tenant = %s and id = any(%s)", (uow.tenant, ids))
    return {f"user:{row['id']}": row["display_name"] for row in rows}


def _set(uow: Uow, user_id: str, assignment: str, values: tuple[Any, ...]) -> None:
    changed = uow.one(
        f"update kernel_user set {assignment} where tenant = %s and id = %s returning id",
        (*values, uow.tenant, user_id),
    )
    if changed is None:
        raise NotFound(f"There is no user {user_id}.", entity="User", id=user_id)


def _end_logins(uow: Uow, user_id: str) -> None:
    uow.execute("delete from kernel_login where tenant = %s and user_id = %s", (uow.tenant, user_id))


def user_from_row(row: DictRow | None) -> User:
    """The user in a row of the table; the hash stays behind."""
    assert row is not None, "the statement returns the row that it wrote or was found"
    names = User.__dataclass_fields__
    return User(**{name: row[name] for name in names if name != "roles"}, roles=frozenset(row["roles"]))
