"""The two roles on any PostgreSQL: made by whoever may, refused clearly otherwise, and never able to pass tenants."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from tandem.kernel.errors import Unavailable
from tandem.kernel.store.embedded import EmbeddedPostgres
from tandem.kernel.store.embedded.binaries import iter_installed
from tandem.kernel.store.embedded.cluster import SUPERUSER
from tandem.kernel.store.roles import DatabaseUrls, RolesRefused, check_roles, ensure_roles, url_for

pytestmark = pytest.mark.postgres


@pytest.fixture(scope="module", params=[15, 18])
def admin_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The administrator of somebody's PostgreSQL, which knows nothing of Tandem."""
    fitting = [binaries.folder for binaries in iter_installed() if binaries.major == request.param]
    if not fitting:
        pytest.skip(f"PostgreSQL {request.param} is not installed")
    folder = Path(tempfile.mkdtemp(prefix="tandem-test-"))
    folder.chmod(0o755)
    postgres = EmbeddedPostgres(folder / "data", binaries=fitting[0])
    postgres.start()
    url = postgres.url(SUPERUSER, "postgres")
    run(url, "drop database tandem")
    run(url, "drop role tandem_app")
    run(url, "drop role tandem_owner")
    yield url
    postgres.stop(force=True)
    shutil.rmtree(folder)


@pytest.fixture
def fresh(admin_url: str) -> Iterator[str]:
    """The same server without the roles, databases and users that a test made."""
    yield admin_url
    for (name,) in run(admin_url, "select datname from pg_database where datname not like 'template%'"):
        if name != "postgres":
            run(admin_url, f"drop database {name} with (force)")
    for (name,) in run(admin_url, "select rolname from pg_roles where rolname !~ '^(pg_|postgres$)' order by 1 desc"):
        run(admin_url, f"drop owned by {name} cascade")
        run(admin_url, f"drop role {name}")


def run(url: str, statement: str) -> list[Any]:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(statement)  # type: ignore[call-overload]
        return cursor.fetchall() if cursor.description else []


def test_a_superuser_makes_roles_and_database_and_the_second_time_nothing(fresh: str) -> None:
    urls = ensure_roles(fresh)
    run(urls.owner, "create table kept (id int); grant select on kept to tandem_app")
    assert run(urls.app, "select current_user, current_database()") == [("tandem_app", "tandem")]
    assert run(urls.app, "select * from kept") == []
    assert ensure_roles(fresh) == urls
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        run(urls.app, "create table mine (id int)")


def test_a_database_made_by_hand_is_opened_where_the_roles_are_known_already(fresh: str) -> None:
    ensure_roles(fresh)
    run(fresh, "create database second")
    urls = ensure_roles(url_for(fresh, "postgres", conninfo_to_dict(fresh).get("password"), "second"))
    run(urls.owner, "create table thing (id text)")
    assert run(urls.app, "select current_database()") == [("second",)]


def test_a_database_sorts_by_code_point_and_knows_the_case_of_every_script(fresh: str) -> None:
    urls = ensure_roles(fresh)
    assert run(urls.app, "select lower('ÓSCAR ÑÄΣ'), 'Z' < 'a', 'z' < 'é'") == [("óscar ñäσ", True, True)]


def test_a_user_who_may_make_roles_and_databases_is_enough(fresh: str) -> None:
    run(fresh, "create role operator login createrole createdb password 'secret'")
    urls = ensure_roles(url_for(fresh, "operator", "secret", "postgres"), database="corrib")
    run(urls.owner, "create extension btree_gist; create table kept (id int)")
    assert run(urls.app, "select current_database()") == [("corrib",)]


def test_a_user_who_may_not_is_refused_with_the_statements_for_an_administrator(fresh: str) -> None:
    run(fresh, "create role guest login password 'secret'")
    with pytest.raises(RolesRefused, match="guest may not make roles") as refusal:
        ensure_roles(url_for(fresh, "guest", "secret", "postgres"))
    statements = refusal.value.facts["statements"].replace("…", "secret")
    for statement in statements.split(";\n"):
        run(fresh, statement)
    urls = DatabaseUrls(
        url_for(fresh, "tandem_owner", "secret", "tandem"), url_for(fresh, "tandem_app", "secret", "tandem")
    )
    check_roles(urls)
    run(urls.owner, "create table kept (id int)")


def test_roles_follow_a_changed_administrator(fresh: str) -> None:
    first = ensure_roles(fresh)
    run(fresh, "create role operator login superuser password 'another'")
    second = ensure_roles(url_for(fresh, "operator", "another", "postgres"))
    assert first != second
    assert run(second.app, "select 1") == [(1,)]


@pytest.mark.parametrize("right", ["superuser", "bypassrls"])
def test_a_program_role_that_could_pass_tenants_is_refused(fresh: str, right: str) -> None:
    ensure_roles(fresh)
    run(fresh, f"alter role tandem_app {right}")
    with pytest.raises(RolesRefused, match="tenants would not be apart"):
        ensure_roles(fresh)


def test_a_program_role_that_owns_tables_is_refused(fresh: str) -> None:
    urls = ensure_roles(fresh)
    run(urls.owner, "create table kept (id int)")
    run(fresh, "grant tandem_owner to tandem_app")
    with pytest.raises(RolesRefused, match="owns tables"):
        check_roles(urls)


def test_a_server_that_does_not_answer_is_unavailable(admin_url: str) -> None:
    with pytest.raises(Unavailable):
        ensure_roles("postgresql://postgres@127.0.0.1:1/postgres")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("postgresql://a:b@db:5433/x", "postgresql://r:p%2F@db:5433/t"),
        ("postgresql://a@db/x?sslmode=require", "postgresql://r:p%2F@db/t?sslmode=require"),
        (
            "postgresql://a@/x?host=/run/postgresql&port=5433",
            "postgresql://r:p%2F@/t?host=%2Frun%2Fpostgresql&port=5433",
        ),
        ("host=one,two port=1,2 dbname=x", "postgresql://r:p%2F@/t?host=one%2Ctwo&port=1%2C2"),
    ],
)
def test_a_url_keeps_the_place_and_changes_the_login(given: str, expected: str) -> None:
    assert url_for(given, "r", "p/", "t") == expected
