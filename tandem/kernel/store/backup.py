"""Backs up a database into one file, and restores it into an empty one, of the same or another major version.

The file is a ZIP: the schema as SQL (by pg_dump), each table's rows as COPY text, and last the manifest with counts,
digests and the sequences' values. All of it is one instant of the database. Keys that seal values, and the roles'
passwords, are not in the database and not in the file.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import subprocess
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from tandem.kernel.errors import Broken, Refused
from tandem.kernel.store.embedded.binaries import Binaries, iter_installed, read_binaries
from tandem.kernel.store.files import sync_folder
from tandem.kernel.store.roles import connect, url_for

FORMAT = 1
_SECTIONS = ("pre-data", "post-data")
_BLOCK_OCTETS = 1 << 20
_DIGEST_SPACE = 1 << 256

# Rows read back the same on every server: only these decide how values are written as text.
_SESSION = (
    "set client_encoding to 'UTF8'; set datestyle to 'ISO, YMD'; set timezone to 'UTC'; set intervalstyle to postgres;"
    " set extra_float_digits to 1; set bytea_output to hex; set xmloption to content; set row_security to off;"
    " set statement_timeout to 0; set idle_in_transaction_session_timeout to 0"
)

_OURS = """nspname !~ '^(pg_|information_schema)' and not exists (
    select from pg_depend where classid = 'pg_class'::regclass and objid = c.oid and deptype = 'e')"""
_TABLES = f"""
    select nspname, relname, array(
        select attname::text from pg_attribute
        where attrelid = c.oid and attnum > 0 and not attisdropped and attgenerated = '' order by attnum)
    from pg_class c join pg_namespace n on n.oid = relnamespace where relkind = 'r' and {_OURS} order by 1, 2"""
_SEQUENCES = f"""
    select nspname, relname from pg_class c join pg_namespace n on n.oid = relnamespace
    where relkind = 'S' and {_OURS} order by 1, 2"""
# What stands in the way of a restore: a kind, and the statement that drops it. Extensions may stay.
_PRESENT = f"""
    select 'schema', format('drop schema %I cascade', nspname), 1 from pg_namespace
    where nspname !~ '^(pg_|information_schema|public$)'
    union all
    select 'table', format('drop %s if exists %s cascade', case relkind when 'v' then 'view'
        when 'm' then 'materialized view' when 'S' then 'sequence' else 'table' end, c.oid::regclass),
        case relkind when 'S' then 3 else 2 end
    from pg_class c join pg_namespace n on n.oid = relnamespace where relkind in ('r', 'p', 'v', 'm', 'S') and {_OURS}
    union all
    select 'routine', format('drop routine if exists %s cascade', p.oid::regprocedure), 4
    from pg_proc p join pg_namespace n on n.oid = pronamespace where nspname = 'public' and not exists (
        select from pg_depend where classid = 'pg_proc'::regclass and objid = p.oid and deptype = 'e')
    union all
    select 'type', format('drop type if exists %s cascade', t.oid::regtype), 5
    from pg_type t join pg_namespace n on n.oid = typnamespace where nspname = 'public' and typtype in ('e', 'd')
    order by 3"""

# Lines of pg_dump's SQL that are for psql, or that an older server does not know.
_SKIPPED_LINES = ("\\restrict ", "\\unrestrict ", "SET transaction_timeout =", "COMMENT ON EXTENSION ")


class BackupRefused(Refused):
    """The backup or restore cannot be done as asked; nothing was changed."""

    code = "store.backup_refused"


class RestoreBroken(Broken):
    """What was restored is not what was backed up; the restore was undone."""

    code = "store.restore_broken"


@dataclass(frozen=True)
class TableContent:
    """How many rows a table holds, and a digest of them that their order does not change.

    The digest is the sum of the rows' SHA-256, each row as COPY text, modulo 2^256.
    """

    columns: list[str]
    rows: int
    digest: str


@dataclass(frozen=True)
class Manifest:
    """What a backup holds. Tables and sequences are named `schema.name`; a sequence has its value and `is_called`."""

    format: int
    made_at: str
    server_version: str
    schema_version: str | None
    tables: dict[str, TableContent]
    sequences: dict[str, tuple[int, bool]]

    @property
    def rows(self) -> int:
        """All rows of all tables."""
        return sum(table.rows for table in self.tables.values())


def backup(
    database_url: str, target: Path, *, schema_version: str | None = None, binaries: Path | None = None
) -> Manifest:
    """Write a backup of the whole database, as it is at one instant, into a new file that is whole or absent.

    `database_url` is the owner's. Work goes on meanwhile.
    Raises: BackupRefused when the target exists, is being written, or there is no pg_dump for this server.
    """
    if target.exists():
        raise BackupRefused(f"{target} exists", next_action="name a new file, or move that one away", target=target)
    with connect(database_url) as connection, _unfinished(target) as file:
        dump = _pg_dump(connection, binaries)
        connection.execute(_SESSION)
        with connection.transaction(), zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            connection.execute("set transaction isolation level repeatable read, read only")
            snapshot = _one(connection, "select pg_export_snapshot()")[0]
            tables = _tables(connection)
            if tables:
                connection.execute(sql.SQL("lock table {} in access share mode").format(_comma(map(_name, tables))))
            for section in _SECTIONS:
                archive.writestr(f"schema/{section}.sql", _schema(dump, database_url, section, str(snapshot)))
            contents = {table: _save(connection, archive, table, columns) for table, columns in tables.items()}
            manifest = Manifest(
                FORMAT,
                f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
                str(_one(connection, "show server_version")[0]),
                schema_version,
                contents,
                _sequences(connection),
            )
            archive.writestr("manifest.json", json.dumps(asdict(manifest), indent=1))
    return manifest


def restore(source: Path, database_url: str, *, replace: bool = False, lock_wait_s: float = 10.0) -> Manifest:
    """Restore a backup into an empty database, in one transaction, and check every table's count and digest.

    `database_url` is the owner's; the roles must be there (`ensure_roles`). With `replace` what is there is dropped.
    Raises: BackupRefused when the file is no whole backup or the database is not empty or in use; RestoreBroken when
    a table came out different. In every case nothing was changed.
    """
    manifest = read_manifest(source)
    with connect(database_url) as connection, zipfile.ZipFile(source) as archive:
        connection.execute(_SESSION)
        with _refusals(source), connection.transaction():
            connection.execute("select set_config('lock_timeout', %s, true)", (f"{lock_wait_s * 1000:.0f}ms",))
            _make_room(connection, replace=replace)
            _run(connection, archive, "pre-data")
            for table, content in manifest.tables.items():
                _load(connection, archive, table, content)
            for sequence, (value, is_called) in manifest.sequences.items():
                connection.execute("select setval(%s, %s, %s)", (_name(sequence).as_string(), value, is_called))
            _run(connection, archive, "post-data")
            _verify(connection, manifest)
        connection.execute("analyze")
    return manifest


def read_manifest(source: Path) -> Manifest:
    """What a backup says that it holds. Raises: BackupRefused when it is no whole backup, or of a newer kind."""
    try:
        with zipfile.ZipFile(source) as archive:
            doc = json.loads(archive.read("manifest.json"))
    except (OSError, zipfile.BadZipFile, KeyError, ValueError) as fault:
        raise BackupRefused(f"{source} is not a whole backup: {fault}", source=source) from fault
    if doc.get("format") != FORMAT:
        raise BackupRefused(
            f"{source} is of format {doc.get('format')}, and this program reads {FORMAT}", source=source
        )
    doc["tables"] = {name: TableContent(**content) for name, content in doc["tables"].items()}
    doc["sequences"] = {name: (value, is_called) for name, (value, is_called) in doc["sequences"].items()}
    return Manifest(**doc)


def read_contents(database_url: str) -> dict[str, TableContent]:
    """Count and digest of every table of a database, at one instant, to compare two databases."""
    with connect(database_url) as connection:
        connection.execute(_SESSION)
        with connection.transaction():
            connection.execute("set transaction isolation level repeatable read, read only")
            return {name: _content(connection, name, columns) for name, columns in _tables(connection).items()}


@contextmanager
def _refusals(source: Path) -> Iterator[None]:
    """Tell what stopped a restore in the words of the one who asked for it."""
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, psycopg.DataError) as fault:
        raise BackupRefused(f"{source} is damaged: {fault}", source=source) from fault
    except psycopg.errors.LockNotAvailable as fault:
        raise BackupRefused(
            "the database is in use", next_action="stop all that works with it, then restore"
        ) from fault
    except psycopg.errors.UndefinedObject as fault:
        raise BackupRefused(
            f"the database lacks what the backup needs: {fault}",
            next_action="make the roles first: start Tandem once with this database",
        ) from fault


@contextmanager
def _unfinished(target: Path) -> Iterator[IO[bytes]]:
    """A file under another name that becomes `target` when the block ends well.

    The name is always the same and locked, so that what a killed run left is written over by the next.
    """
    path = target.with_name(f".{target.name}.unfinished")
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "w+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as fault:
            raise BackupRefused(f"another backup is writing {target}", target=target) from fault
        if not path.exists() or not os.path.samestat(os.fstat(file.fileno()), path.stat()):
            raise BackupRefused(f"another backup has just written {target}", target=target)
        try:
            file.truncate()
            yield file
            file.flush()
            os.fsync(file.fileno())
            path.rename(target)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
    sync_folder(target.parent)


def _pg_dump(connection: psycopg.Connection, given: Path | None) -> Path:
    """The pg_dump that understands this server: of its version or a later one."""
    major = connection.info.server_version // 10000
    at_hand: Iterable[Binaries] = [read_binaries(given)] if given else iter_installed()
    for binaries in at_hand:
        if binaries.major >= major and (binaries.folder / "pg_dump").exists():
            return binaries.program("pg_dump")
    raise BackupRefused(
        f"no pg_dump of PostgreSQL {major} or later at hand",
        next_action=f"install PostgreSQL {major}'s programs, and name their folder in TANDEM_POSTGRES_BIN",
    )


def _schema(dump: Path, database_url: str, section: str, snapshot: str) -> str:
    """One section of the schema as SQL that any supported server runs."""
    parts = conninfo_to_dict(database_url)
    environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "PGPASSWORD": str(parts.get("password") or "")}
    url = url_for(database_url, str(parts.get("user") or ""), "", str(parts.get("dbname") or ""))
    argv = [str(dump), "--schema-only", f"--section={section}", f"--snapshot={snapshot}", "--no-owner"]
    argv += ["--no-tablespaces", "--no-publications", "--no-subscriptions", "--no-security-labels", f"--dbname={url}"]
    done = subprocess.run(argv, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BackupRefused(f"pg_dump failed: {done.stderr.strip()}")
    return "".join(line for line in done.stdout.splitlines(keepends=True) if not line.startswith(_SKIPPED_LINES))


def _tables(connection: psycopg.Connection) -> dict[str, list[str]]:
    """Every table that holds rows (partitions, not what they are parts of), with its columns."""
    return {f"{schema}.{name}": columns for schema, name, columns in connection.execute(_TABLES)}


def _sequences(connection: psycopg.Connection) -> dict[str, tuple[int, bool]]:
    names = [f"{schema}.{name}" for schema, name in connection.execute(_SEQUENCES)]
    values = [connection.execute(sql.SQL("select last_value, is_called from {}").format(_name(name))) for name in names]
    rows = [value.fetchone() for value in values]
    return {name: (row[0], row[1]) for name, row in zip(names, rows, strict=True) if row is not None}


def _save(connection: psycopg.Connection, archive: zipfile.ZipFile, table: str, columns: list[str]) -> TableContent:
    with archive.open(f"tables/{table}", "w", force_zip64=True) as entry:
        return _content(connection, table, columns, entry.write)


def _content(
    connection: psycopg.Connection,
    table: str,
    columns: list[str],
    write: Callable[[bytearray], object] = lambda block: None,
) -> TableContent:
    """Read a table's rows, count and digest them, and write them on in blocks."""
    rows, total = 0, 0
    block = bytearray()
    for row in _iter_rows(connection, table, columns):
        rows += 1
        total += int.from_bytes(hashlib.sha256(row).digest(), "big")
        block += row
        if len(block) >= _BLOCK_OCTETS:
            write(block)
            block.clear()
    write(block)
    return TableContent(columns, rows, f"{total % _DIGEST_SPACE:064x}")


def _iter_rows(
    connection: psycopg.Connection, table: str, columns: list[str]
) -> Iterator[bytes | bytearray | memoryview]:
    statement = sql.SQL("copy {} ({}) to stdout").format(_name(table), _identifiers(columns))
    with connection.cursor().copy(statement) as copy:
        yield from copy


def _load(connection: psycopg.Connection, archive: zipfile.ZipFile, table: str, content: TableContent) -> None:
    statement = sql.SQL("copy {} ({}) from stdin").format(_name(table), _identifiers(content.columns))
    with archive.open(f"tables/{table}") as entry, connection.cursor().copy(statement) as copy:
        while block := entry.read(_BLOCK_OCTETS):
            copy.write(block)


def _run(connection: psycopg.Connection, archive: zipfile.ZipFile, section: str) -> None:
    """Run a section of the schema. Its names are all qualified; its own settings end with it."""
    connection.execute(archive.read(f"schema/{section}.sql"))
    connection.execute(_SESSION)


def _make_room(connection: psycopg.Connection, *, replace: bool) -> None:
    """Check that the database is empty, or empty it."""
    present = connection.execute(_PRESENT).fetchall()
    if present and not replace:
        kinds = sorted({kind for kind, _, _ in present})
        raise BackupRefused(
            f"the database is not empty: {len(present)} things are there ({', '.join(kinds)})",
            next_action="name an empty database, or say that what is there shall be replaced",
        )
    for _, statement, _ in present:
        connection.execute(statement)


def _verify(connection: psycopg.Connection, manifest: Manifest) -> None:
    restored = {name: _content(connection, name, columns) for name, columns in _tables(connection).items()}
    wrong = sorted(name for name in manifest.tables | restored if manifest.tables.get(name) != restored.get(name))
    if wrong:
        raise RestoreBroken(f"restored otherwise than backed up: {', '.join(wrong)}", tables=wrong)


def _one(connection: psycopg.Connection, statement: str) -> tuple[object, ...]:
    row = connection.execute(statement).fetchone()
    assert row is not None, "such a statement answers with one row"
    return tuple(row)


def _name(table: str) -> sql.Identifier:
    return sql.Identifier(*table.split(".", 1))


def _identifiers(columns: list[str]) -> sql.Composed:
    return _comma(sql.Identifier(column) for column in columns)


def _comma(parts: Iterable[sql.Composable]) -> sql.Composed:
    return sql.SQL(", ").join(parts)
