"""A fresh database with the declared schema, for tests, on the PostgreSQL that the run was given."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql

from tandem.kernel.store.schema import APP_ROLE, OWNER_ROLE, fresh_statements


def _run(connection: psycopg.Connection, statements: list[str]) -> None:
    for statement in statements:
        connection.execute(statement)


def _ensure_role(connection: psycopg.Connection, role: str) -> None:
    with connection.transaction():
        connection.execute("select pg_advisory_xact_lock(726001)")
        if connection.execute("select 1 from pg_roles where rolname = %s", (role,)).fetchone() is None:
            connection.execute(sql.SQL("create role {} login password 'tandem'").format(sql.Identifier(role)))


def url_for(admin_url: str, *, role: str, name: str) -> str:
    """The address of a database for a role, on the server of `admin_url`."""
    parts = psycopg.conninfo.conninfo_to_dict(admin_url)
    parts.update(user=role, dbname=name, password="tandem")
    return psycopg.conninfo.make_conninfo(**{key: value for key, value in parts.items() if value is not None})


@contextmanager
def fresh_database(admin_url: str, *, with_schema: bool = True) -> Iterator[tuple[str, str]]:
    """A new database, dropped at the end. Yields (owner's address, program's address)."""
    name = f"tandem_test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(admin_url, autocommit=True) as admin:
        for role in (OWNER_ROLE, APP_ROLE):
            _ensure_role(admin, role)
        admin.execute(
            sql.SQL(
                "create database {} owner {} template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C.UTF-8'"
            ).format(sql.Identifier(name), sql.Identifier(OWNER_ROLE))
        )
    owner_url = url_for(admin_url, role=OWNER_ROLE, name=name)
    try:
        if with_schema:
            with psycopg.connect(owner_url) as owner:
                _run(owner, fresh_statements())
        yield owner_url, url_for(admin_url, role=APP_ROLE, name=name)
    finally:
        with psycopg.connect(admin_url, autocommit=True) as admin:
            admin.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))
