"""Migrations: numbered SQL files, each applied once in a transaction of its own, and a check that nothing drifted.

The declared schema is what the program expects; the files are how a database with data in it gets there.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tandem.kernel.errors import Broken, Refused
from tandem.kernel.store.schema import declared_tables, fresh_statements
from tandem.kernel.store.uow import lock_number

_TABLE = """
create table if not exists kernel_migration (
    number integer primary key,
    name text not null,
    digest text not null,
    applied_at timestamptz not null default clock_timestamp()
);
grant select on kernel_migration to tandem_app
"""
_FILE = re.compile(r"(\d{4})_([a-z0-9_]+)\.sql")


class MigrationChanged(Refused):
    """A migration that was applied has another text now."""

    code = "store.migration_changed"


class DatabaseIsNewer(Refused):
    """The database was migrated by a later version of the program."""

    code = "store.database_is_newer"


@dataclass(frozen=True, slots=True)
class Migration:
    """One file: its number, name, text and the digest of its text."""

    number: int
    name: str
    sql: str

    @property
    def digest(self) -> str:
        """SHA-256 of the text."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


def read_migrations(folder: Path) -> list[Migration]:
    """The files of a folder in order. Raises: Broken on a gap in the numbers or a name that is not one."""
    found = []
    for path in sorted(folder.glob("*.sql")):
        match = _FILE.fullmatch(path.name)
        if match is None:
            raise Broken(f"{path.name} is not NNNN_name.sql", code="store.migration_name")
        found.append(Migration(int(match[1]), match[2], path.read_text()))
    if [migration.number for migration in found] != list(range(1, len(found) + 1)):
        raise Broken("migrations are numbered without a gap from 0001", code="store.migration_gap")
    return found


def migrate(owner_url: str, migrations: Sequence[Migration]) -> list[Migration]:
    """Apply what is missing, in order. Returns what was applied.

    Locks: one migrating process at a time; others wait and find it done. Idempotent.
    Raises: MigrationChanged, DatabaseIsNewer.
    """
    applied = []
    with psycopg.connect(owner_url, autocommit=True) as connection:
        connection.execute("select pg_advisory_lock(%s)", (lock_number("kernel.migrate"),))
        connection.execute("set client_min_messages = warning")
        connection.execute(_TABLE)
        done = {
            row[0]: (row[1], row[2]) for row in connection.execute("select number, name, digest from kernel_migration")
        }
        _check_known(done, migrations)
        for migration in migrations:
            if migration.number in done:
                continue
            with connection.transaction():
                connection.execute(migration.sql)
                connection.execute(
                    "insert into kernel_migration (number, name, digest) values (%s, %s, %s)",
                    (migration.number, migration.name, migration.digest),
                )
            applied.append(migration)
    return applied


def _check_known(done: dict[int, tuple[str, str]], migrations: Sequence[Migration]) -> None:
    known = {migration.number: migration for migration in migrations}
    for number, (name, digest) in sorted(done.items()):
        if number not in known:
            raise DatabaseIsNewer(
                f"the database has migration {number:04d}_{name}, which this program does not know",
                next_action="start it with the version of Tandem that it was last used with, or a later one",
            )
        if known[number].digest != digest:
            raise MigrationChanged(
                f"migration {number:04d}_{name} was applied with another text",
                next_action="never change a migration that was released: add one",
            )


def fresh_sql() -> str:
    """The declared schema as one SQL text: what the first migration is made of."""
    return ";\n\n".join(fresh_statements()) + ";\n"


_CATALOGUE = {
    "columns": """
        select table_name || '.' || column_name, data_type || ' ' || is_nullable || ' ' || coalesce(column_default, '')
          || ' ' || coalesce(collation_name, '') || ' ' || is_identity
        from information_schema.columns where table_schema = 'public'""",
    "indexes": "select indexname, indexdef from pg_indexes where schemaname = 'public'",
    "constraints": """
        select conrelid::regclass || '.' || conname, pg_get_constraintdef(oid) from pg_constraint
        where connamespace = 'public'::regnamespace""",
    "views": "select viewname, definition from pg_views where schemaname = 'public'",
    "policies": """
        select tablename || '.' || policyname, coalesce(qual, '') || ' / ' || coalesce(with_check, '')
        from pg_policies where schemaname = 'public'""",
    "security": """
        select relname, relrowsecurity::text from pg_class
        where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')""",
    "grants": """
        select table_name || '.' || privilege_type, grantee from information_schema.role_table_grants
        where table_schema = 'public' and grantee = 'tandem_app'""",
}


def catalogue_of(url: str) -> dict[str, str]:
    """Everything that a schema is made of, as comparable texts by kind and name; the migration table left out."""
    with psycopg.connect(url) as connection:
        rows = [(kind, *row) for kind, query in _CATALOGUE.items() for row in connection.execute(query)]
    return {f"{kind} {name}": text for kind, name, text in rows if not str(name).startswith("kernel_migration")}


def differences(fresh: dict[str, str], migrated: dict[str, str]) -> list[str]:
    """What a migrated schema lacks, has too much, or has differently; empty when nothing drifted."""
    names = sorted({*fresh, *migrated})
    return [
        f"{name}: declared {fresh.get(name, 'not at all')}; migrated {migrated.get(name, 'not at all')}"
        for name in names
        if fresh.get(name) != migrated.get(name)
    ]


def draft(migrated: dict[str, str]) -> str:
    """The text of a next migration: whole statements for tables that are new; the rest is written by hand."""
    present = {name.split(" ", 1)[1].split(".")[0] for name in migrated if name.startswith("columns ")}
    statements = [text for table in declared_tables() if table.name not in present for text in table.statements()]
    return ";\n\n".join(dict.fromkeys(statements)) + (";\n" if statements else "")
