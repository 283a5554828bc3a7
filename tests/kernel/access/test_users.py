"""Users: made once, disabled at once, never two of one name, never a hash to be seen."""

from __future__ import annotations

import pytest

from tandem.kernel.access import users
from tandem.kernel.access.passwords import PasswordTooWeak, hash_password, is_password
from tandem.kernel.access.policy import Policy, RolesConflict, RoleUnknown
from tandem.kernel.errors import Invalid, NotFound
from tandem.kernel.store import Database, Uow

GOOD = "correct horse battery"


def make(uow: Uow, policy: Policy, username: str = "aoife", roles: tuple[str, ...] = ("agent",)) -> users.User:
    return users.create_user(uow, policy, username=username, roles=roles, password=GOOD, display_name="Aoife Byrne")


def test_a_user_is_found_by_name_in_any_case(uow: Uow, policy: Policy) -> None:
    made = make(uow, policy, " Aoife@Corrib.example ")
    found = users.find_user(uow, username="AOIFE@corrib.example")
    assert found == made
    assert (made.username, made.roles, made.disabled_at) == ("aoife@corrib.example", frozenset({"agent"}), None)
    assert not any("argon2" in str(getattr(made, name)) for name in made.__slots__)


def test_the_hash_is_argon2id_and_only_the_password_opens_it(uow: Uow, policy: Policy) -> None:
    made = make(uow, policy)
    row = uow.one("select password_hash from kernel_user where tenant = %s and id = %s", (uow.tenant, made.id))
    assert row is not None
    assert row["password_hash"].startswith("$argon2id$")
    assert is_password(row["password_hash"], GOOD)
    assert not is_password(row["password_hash"], GOOD + " ")
    assert not is_password(None, GOOD)
    assert not is_password("not a hash", GOOD)


def test_a_name_is_taken_once(database: Database, fresh_tenant: str, policy: Policy) -> None:
    with database.uow(tenant=fresh_tenant, actor="t", cause="t") as uow:
        make(uow, policy)
    with (
        pytest.raises(users.UserNameTaken) as refused,
        database.uow(tenant=fresh_tenant, actor="t", cause="t") as uow,
    ):
        make(uow, policy, "AOIFE")
    assert refused.value.path == "username"
    with database.uow(tenant=fresh_tenant, actor="t", cause="t") as uow:
        assert [user.username for user in users.list_users(uow)] == ["aoife"]


def test_another_tenant_sees_no_user(database: Database, fresh_tenant: str, policy: Policy) -> None:
    with database.uow(tenant=fresh_tenant, actor="t", cause="t") as uow:
        made = make(uow, policy)
    with database.uow(tenant=f"{fresh_tenant}-other", actor="t", cause="t") as uow:
        assert uow.all("select id from kernel_user where id = %s", (made.id,)) == []


@pytest.mark.parametrize(
    ("username", "roles", "error"),
    [
        ("", ("agent",), Invalid),
        ("a b", ("agent",), Invalid),
        ("x" * 121, ("agent",), Invalid),
        ("fine", ("emperor",), RoleUnknown),
        ("fine", ("finance", "admin"), RolesConflict),
    ],
)
def test_a_bad_user_is_not_made(
    uow: Uow, policy: Policy, username: str, roles: tuple[str, ...], error: type[Exception]
) -> None:
    with pytest.raises(error):
        make(uow, policy, username, roles)
    assert users.list_users(uow) == []


@pytest.mark.parametrize("weak", ["short", "x" * 257, "aoife.byrne"])
def test_a_weak_password_is_refused(weak: str) -> None:
    with pytest.raises(PasswordTooWeak):
        hash_password(weak, username="Aoife.Byrne")


def test_what_is_done_to_a_user_is_audited_without_the_password(
    database: Database, fresh_tenant: str, policy: Policy
) -> None:
    with database.uow(tenant=fresh_tenant, actor="user:boss", cause="request:1") as uow:
        made = make(uow, policy)
        users.set_roles(uow, policy, user_id=made.id, roles=["finance"])
        users.reset_password(uow, user_id=made.id, password="another good one")
        users.disable_user(uow, user_id=made.id)
        users.enable_user(uow, user_id=made.id)
    with database.uow(tenant=fresh_tenant, actor="t", cause="t") as uow:
        rows = uow.all(
            "select verb, entity_id, actor, facts from kernel_audit where tenant = %s order by seq", (fresh_tenant,)
        )
        assert users.get_user(uow, made.id).roles == {"finance"}
    verbs = ["create", "set_roles", "reset", "disable", "enable"]
    assert [row["verb"] for row in rows] == [f"access.user.{verb}" for verb in verbs]
    assert {row["entity_id"] for row in rows} == {made.id}
    assert rows[1]["facts"] == {"before": ["agent"], "after": ["finance"]}
    assert GOOD not in str(rows)
    assert "another good one" not in str(rows)


def test_an_unknown_user_is_not_found(uow: Uow) -> None:
    for act in (users.disable_user, users.enable_user):
        with pytest.raises(NotFound):
            act(uow, user_id="nobody")
    assert users.find_user(uow, username="nobody") is None


def test_an_actor_is_shown_by_name(uow: Uow, policy: Policy) -> None:
    made = make(uow, policy)
    assert users.display_names(uow, [f"user:{made.id}", "job:billing"]) == {f"user:{made.id}": "Aoife Byrne"}
