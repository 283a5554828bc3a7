"""Logins: in by a good password only, out by hand, idleness, age or for all at once; guesses are counted."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import psycopg
import pytest

from tandem.kernel.access import logins, throttle, users
from tandem.kernel.access.logins import Attempt, CsrfRefused, LoggedIn, Mount, WrongPassword
from tandem.kernel.access.policy import Policy
from tandem.kernel.access.sealed import Secret
from tandem.kernel.store import Database, Uow

GOOD = "correct horse battery"
LogIn = Callable[..., LoggedIn]


@pytest.fixture
def aoife(database: Database, fresh_tenant: str, policy: Policy) -> users.User:
    with database.uow(tenant=fresh_tenant, actor="t", cause="t") as uow:
        return users.create_user(uow, policy, username="aoife", roles=["agent"], password=GOOD)


@pytest.fixture
def log_in(database: Database, fresh_tenant: str, desk: Mount, aoife: users.User) -> LogIn:
    first = Attempt(fresh_tenant, desk, "aoife", Secret(GOOD), "192.0.2.1")
    return lambda **over: logins.log_in(database, replace(first, **over))


@pytest.fixture
def find(database: Database, fresh_tenant: str, desk: Mount) -> Callable[..., logins.Login | None]:
    def found(token: str, mount: Mount = desk) -> logins.Login | None:
        with database.uow(tenant=fresh_tenant, actor="t", cause="t") as uow:
            return logins.find_login(uow, token, mount)

    return found


def age(database_urls: tuple[str, str], tenant: str, column: str, seconds: int) -> None:
    """Moves the logins into the past, as the tables' owner."""
    with psycopg.connect(database_urls[0], autocommit=True) as owner:
        sql = f"update kernel_login set {column} = {column} - make_interval(secs => %s) where tenant = %s"
        owner.execute(sql.encode(), (seconds, tenant))


def audited(database: Database, tenant: str) -> list[tuple[str, str, str]]:
    with database.uow(tenant=tenant, actor="t", cause="t") as uow:
        rows = uow.all(
            "select verb, outcome, entity_id from kernel_audit where tenant = %s and verb like 'access.log%%' "
            "order by seq",
            (tenant,),
        )
    return [(row["verb"], row["outcome"], row["entity_id"]) for row in rows]


def test_a_good_password_gets_a_login(log_in: LogIn, find: Any, aoife: users.User, database: Database) -> None:
    done = log_in()
    login = find(done.token)
    assert login == done.login
    assert login.caller.actor == f"user:{aoife.id}"
    assert login.caller.roles == {"agent"}
    assert audited(database, login.caller.tenant) == [("access.login", "done", aoife.id)]


def test_the_table_does_not_hold_the_token(log_in: LogIn, database: Database) -> None:
    done = log_in()
    with database.uow(tenant=done.login.caller.tenant, actor="t", cause="t") as uow:
        rows = uow.all("select * from kernel_login where tenant = %s", (uow.tenant,))
    assert len(rows) == 1
    assert done.token.partition(".")[2] not in str(rows)
    assert done.login.csrf_token not in str(rows)


@pytest.mark.parametrize("over", [{"password": Secret("wrong")}, {"username": "nobody"}, {"username": ""}])
def test_a_wrong_name_and_a_wrong_password_are_refused_alike(
    log_in: LogIn, database: Database, fresh_tenant: str, over: dict[str, Any]
) -> None:
    with pytest.raises(WrongPassword) as refused:
        log_in(**over)
    assert refused.value.reason == "The name or the password is wrong."
    assert [row[:2] for row in audited(database, fresh_tenant)] == [("access.login", "refused")]


def test_a_user_without_a_role_for_the_mount_does_not_enter(log_in: LogIn, desk: Mount) -> None:
    with pytest.raises(WrongPassword):
        log_in(mount=replace(desk, name="dealer", roles=frozenset({"dealer"})))


def test_a_disabled_user_is_out_at_once(log_in: LogIn, find: Any, database: Database, aoife: users.User) -> None:
    done = log_in()
    with database.uow(tenant=done.login.caller.tenant, actor="t", cause="t") as uow:
        users.disable_user(uow, user_id=aoife.id)
    assert find(done.token) is None
    with pytest.raises(WrongPassword):
        log_in()


def test_a_login_is_good_on_its_own_mount_only(log_in: LogIn, find: Any, desk: Mount) -> None:
    assert find(log_in().token, replace(desk, name="my")) is None


@pytest.mark.parametrize(("column", "limit"), [("seen_at", "idle_s"), ("ends_at", "age_s")])
def test_a_login_ends_by_idleness_and_by_age(
    log_in: LogIn,
    find: Any,
    desk: Mount,
    fresh_tenant: str,
    database_urls: tuple[str, str],
    column: str,
    limit: str,
) -> None:
    done = log_in()
    age(database_urls, fresh_tenant, column, getattr(desk, limit) - 60)
    assert find(done.token) is not None
    age(database_urls, fresh_tenant, column, getattr(desk, limit) if column == "seen_at" else 61)
    assert find(done.token) is None


def test_each_request_is_a_sign_of_life(
    log_in: LogIn, find: Any, desk: Mount, fresh_tenant: str, database_urls: tuple[str, str]
) -> None:
    done = log_in()
    for _ in range(3):
        age(database_urls, fresh_tenant, "seen_at", desk.idle_s - 60)
        assert find(done.token) is not None


def test_a_new_login_ends_the_browsers_old_one(log_in: LogIn, find: Any) -> None:
    first = log_in()
    second = log_in(old_token=first.token)
    assert first.token != second.token
    assert find(first.token) is None
    assert find(second.token) is not None


def test_logging_out_ends_this_login_or_all(log_in: LogIn, find: Any, database: Database, aoife: users.User) -> None:
    here, there, third = log_in(), log_in(), log_in()
    with database.uow(tenant=here.login.caller.tenant, actor="t", cause="t") as uow:
        logins.log_out(uow, here.token)
        logins.log_out(uow, here.token)
    assert find(here.token) is None
    assert find(there.token) is not None
    with database.uow(tenant=here.login.caller.tenant, actor="t", cause="t") as uow:
        assert logins.log_out_everywhere(uow, user_id=aoife.id) == 2
    assert find(there.token) is None
    assert find(third.token) is None


def test_old_logins_are_swept(
    log_in: LogIn, desk: Mount, database: Database, fresh_tenant: str, database_urls: tuple[str, str]
) -> None:
    log_in()
    age(database_urls, fresh_tenant, "ends_at", desk.age_s + 1)
    kept = log_in()
    with database.uow(tenant=fresh_tenant, actor="t", cause="t") as uow:
        logins.sweep_logins(uow)
        assert [row["id"] for row in uow.all("select id from kernel_login where tenant = %s", (fresh_tenant,))] == [
            kept.login.id
        ]


def wrong(log_in: LogIn, times: int, **over: Any) -> None:
    for _ in range(times):
        with pytest.raises(WrongPassword):
            log_in(password=Secret("wrong"), **over)


def test_the_sixth_wrong_guess_locks_even_the_right_password_out(
    log_in: LogIn, database: Database, fresh_tenant: str
) -> None:
    wrong(log_in, 6)
    with pytest.raises(throttle.TooManyAttempts) as refused:
        log_in(address="198.51.100.7")
    assert refused.value.facts["retry_after_s"] == 1
    assert audited(database, fresh_tenant)[-1] == ("access.login", "throttled", "unknown")


def test_the_lock_doubles_and_has_a_longest(database: Database, fresh_tenant: str, database_urls: Any) -> None:
    locks = []
    for _ in range(18):
        with database.uow(tenant=fresh_tenant, actor="t", cause="t") as uow:
            throttle.count_attempt(uow, username="aoife", address="192.0.2.1")
        with psycopg.connect(database_urls[0], autocommit=True) as owner:
            row = owner.execute(
                "update kernel_login_attempt set locked_until = '-infinity' where tenant = %s and about like 'acc%%' "
                "returning (select round(extract(epoch from old.locked_until - old.last_at))::int "
                "from kernel_login_attempt old where old.tenant = %s and old.about like 'account%%' "
                "and old.locked_until > '-infinity') as lock_s",
                (fresh_tenant, fresh_tenant),
            ).fetchone()
        locks.append(row[0] if row else None)
    assert locks == [None] * 5 + [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]


def test_a_good_login_forgives_the_account(log_in: LogIn) -> None:
    for _ in range(3):
        wrong(log_in, 4)
        assert log_in().token


def test_one_address_may_not_try_every_name(log_in: LogIn) -> None:
    for number in range(throttle.PER_ADDRESS.free + 1):
        wrong(log_in, 1, username=f"name-{number}")
    with pytest.raises(throttle.TooManyAttempts):
        log_in()
    assert log_in(address="198.51.100.7").token


def test_a_household_of_ipv6_is_one_address() -> None:
    assert throttle._from("2001:db8:1:2::7") == throttle._from("2001:db8:1:2:ffff::1")
    assert throttle._from("2001:db8:1:3::7") != throttle._from("2001:db8:1:2::7")


def test_guesses_at_the_same_time_are_counted_each(database: Database, fresh_tenant: str) -> None:
    judged = []

    def guess() -> None:
        with database.uow(tenant=fresh_tenant, actor="t", cause="t") as uow:
            try:
                throttle.count_attempt(uow, username="aoife", address="192.0.2.1")
                judged.append(1)
            except throttle.TooManyAttempts:
                pass

    threads = [threading.Thread(target=guess) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(judged) == 6


def test_a_form_carries_the_logins_own_token(log_in: LogIn) -> None:
    one, other = log_in().login, log_in().login
    logins.require_csrf(one, one.csrf_token)
    for given in (None, "", other.csrf_token, one.csrf_token[:-1], "ü"):
        with pytest.raises(CsrfRefused):
            logins.require_csrf(one, given)


@pytest.mark.parametrize(
    ("site", "origin", "good"),
    [
        ("same-origin", "https://corrib.example", True),
        ("same-origin", None, True),
        (None, "https://corrib.example", True),
        (None, None, True),
        ("cross-site", None, False),
        ("same-site", None, False),
        (None, "https://evil.example", False),
        (None, "null", False),
        ("same-origin", "https://evil.example", False),
    ],
)
def test_an_unsafe_request_comes_from_our_own_pages(site: str | None, origin: str | None, good: bool) -> None:
    own = frozenset({"https://corrib.example"})
    if good:
        logins.require_same_site(sec_fetch_site=site, origin=origin, own_origins=own)
    else:
        with pytest.raises(CsrfRefused):
            logins.require_same_site(sec_fetch_site=site, origin=origin, own_origins=own)


def test_a_cookie_names_its_tenant_and_the_table_decides(log_in: LogIn, database: Database, desk: Mount) -> None:
    token = log_in().token
    assert logins.tenant_of_cookie(token) == token.partition(".")[0]
    assert logins.tenant_of_cookie("nonsense") is None
    with database.uow(tenant="another", actor="t", cause="t") as uow:
        assert logins.find_login(uow, token, desk) is None
        assert logins.find_login(uow, "another." + token.partition(".")[2], desk) is None


def test_a_guessed_cookie_finds_nothing(uow: Uow) -> None:
    assert logins.find_login(uow, f"{uow.tenant}.guess", Mount("my", frozenset(), 1, 1)) is None
