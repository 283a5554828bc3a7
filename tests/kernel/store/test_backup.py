"""Backups and restores of real databases, across major versions, damaged, and killed at any line."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tandem.kernel.store import backup as backup_module
from tandem.kernel.store.backup import BackupRefused, RestoreBroken, backup, read_contents, read_manifest, restore
from tandem.kernel.store.database import Database
from tandem.kernel.store.embedded import EmbeddedPostgres
from tandem.kernel.store.embedded.binaries import iter_installed
from tandem.kernel.store.embedded.cluster import SUPERUSER
from tandem.kernel.store.roles import ensure_roles
from tests.support.kill import killed_at_line, lines_to_try
from tests.support.postgres import fresh_database

pytestmark = pytest.mark.postgres

BACKUP_CODE = Path(backup_module.__file__)

# One of everything that a schema of ours has, or may come to have.
SCHEMA = """
create extension if not exists btree_gist;
create type colour as enum ('red', 'green');
create table parent (tenant text, id text collate "C", doc jsonb not null, version integer default 1,
    seen timestamptz, net numeric(20, 6), parts text[], validity tstzrange, raw bytea,
    ratio double precision, hue colour, label text generated always as (doc ->> 'name') stored,
    primary key (tenant, id), exclude using gist (id with =, validity with &&));
create index parent_label on parent (tenant, label);
alter table parent enable row level security;
create policy tenant on parent using (tenant = current_setting('tandem.tenant', true));
create table child (seq bigint generated always as identity primary key, tenant text, parent_id text collate "C",
    foreign key (tenant, parent_id) references parent (tenant, id) deferrable);
create table usage (tenant text, at timestamptz, octets bigint, primary key (tenant, at)) partition by range (at);
create table usage_october partition of usage for values from ('2026-10-01+00') to ('2026-11-01+00');
create table usage_rest partition of usage default;
create table "Empty Table" (id int);
create sequence bill_number start 1000;
create function touched() returns trigger language plpgsql as
    $$ begin raise exception 'a restore must fire no trigger'; end $$;
create view totals as select tenant, sum(octets) as octets from usage group by tenant;
grant select, insert on parent, usage to tandem_app;
"""
ROWS = r"""
insert into parent (tenant, id, doc, seen, net, parts, validity, raw, ratio, hue) values
    ('corrib', 'a', '{"name": "Ó\tBriain\\n", "n": 1.10}', 'infinity', 19.350000, array['x,y', null, '"z"'],
        '[2026-10-12 00:00+01, infinity)', '\xdeadbeef00', 0.1::float8 + 0.2, 'green'),
    ('corrib', E'b\n\\N\t', '{}', '2026-10-25 01:30:00.123456+01', null, '{}', null, '', 'NaN', null),
    ('other', 'a', '{"name": null}', null, 99999999999999.999999, null, 'empty', null, '-Infinity', 'red');
insert into child (tenant, parent_id) select 'corrib', 'a' from generate_series(1, 500);
delete from child where seq between 100 and 200;
insert into usage select 'corrib', '2026-10-20'::timestamptz + n * interval '1 hour', n::bigint * 1000000007
    from generate_series(1, 1000) n;
select nextval('bill_number'), nextval('bill_number');
create trigger touched before insert on child for each row execute function touched();
"""


class Server:
    """An embedded server of one major version that hands out new databases."""

    def __init__(self, binaries: Path) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="tandem-test-"))
        self.folder.chmod(0o755)
        self.postgres = EmbeddedPostgres(self.folder / "data", binaries=binaries)
        self.postgres.start()
        self.databases = 0

    def database(self, *statements: str) -> str:
        self.databases += 1
        name = f"backup_{self.databases}"
        ensure_roles(self.postgres.url(SUPERUSER, "postgres"), database=name, passwords=self.postgres.role_passwords())
        url = self.postgres.url("tandem_owner", name)
        for statement in statements:
            run(url, statement)
        return url

    def close(self) -> None:
        self.postgres.stop(force=True)
        shutil.rmtree(self.folder)


@pytest.fixture(scope="module")
def servers() -> Iterator[list[Server]]:
    """One server of each major version that is installed, the oldest first."""
    majors = {binaries.major: binaries.folder for binaries in iter_installed()}
    made = [Server(majors[major]) for major in sorted(majors)]
    yield made
    for server in made:
        server.close()


@pytest.fixture
def server(servers: list[Server]) -> Server:
    return servers[-1]


def run(url: str, statement: str) -> list[Any]:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(statement)  # type: ignore[call-overload]
        return cursor.fetchall() if cursor.description else []


def test_a_restored_database_equals_the_one_backed_up_in_every_table(servers: list[Server], tmp_path: Path) -> None:
    for number, (source, target) in enumerate((a, b) for a in servers for b in servers):
        before = source.database(SCHEMA, ROWS)
        made = backup(before, tmp_path / f"{number}.backup", schema_version="0007")
        after = target.database()
        assert restore(tmp_path / f"{number}.backup", after) == made
        assert read_contents(before) == read_contents(after) == made.tables
        assert {name: table.rows for name, table in made.tables.items()} == {
            "public.Empty Table": 0, "public.child": 399, "public.parent": 3,
            "public.usage_october": 287, "public.usage_rest": 713,
        }  # fmt: skip
        for table in ("parent", "child", "usage", '"Empty Table"', "totals"):
            rows = f"select t::text from {table} t order by 1"
            assert run(before, rows) == run(after, rows)


def test_the_declared_schema_of_all_rooms_comes_back(
    admin_url: str, database_urls: tuple[str, str], database: Database, fresh_tenant: str, tmp_path: Path
) -> None:
    with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        uow.audit("try", "Backup", "1")
    before = read_contents(database_urls[0])
    made = backup(database_urls[0], tmp_path / "a.backup")
    with fresh_database(admin_url, with_schema=False) as (owner_url, _):
        restore(tmp_path / "a.backup", owner_url)
        assert read_contents(owner_url) == before == made.tables
    assert len(before) > 10
    assert made.rows > 0


def test_a_restore_brings_back_what_is_not_rows(server: Server, tmp_path: Path) -> None:
    before = server.database(SCHEMA, ROWS)
    backup(before, tmp_path / "a.backup")
    after = server.database()
    restore(tmp_path / "a.backup", after)
    for catalogue in (
        "select indexdef from pg_indexes where schemaname = 'public' order by 1",
        "select tablename, policyname, qual from pg_policies order by 1, 2",
        "select conrelid::regclass::text, conname, pg_get_constraintdef(oid) from pg_constraint"
        " where connamespace = 'public'::regnamespace order by 1, 2",
        "select relname, relrowsecurity, relacl::text from pg_class"
        " where relnamespace = 'public'::regnamespace order by 1",
    ):
        assert run(before, catalogue) == run(after, catalogue)
    assert run(after, "select nextval('bill_number')") == [(1002,)]
    with pytest.raises(psycopg.errors.RaiseException, match="fire no trigger"):
        run(after, "insert into child (tenant, parent_id) values ('corrib', 'a')")


def test_a_backup_is_one_instant_while_work_goes_on(server: Server, tmp_path: Path) -> None:
    url = server.database("create table a (id int)", "create table b (id int)")
    with psycopg.connect(url) as writer:
        writer.execute("insert into a values (1); insert into b values (1)")
        made = backup(url, tmp_path / "a.backup")
        writer.commit()
    assert (made.tables["public.a"].rows, made.tables["public.b"].rows) == (0, 0)


def test_a_backup_is_closed_to_others_and_overwrites_nothing(server: Server, tmp_path: Path) -> None:
    url = server.database("create table a (id int)")
    target = tmp_path / "a.backup"
    backup(url, target)
    assert target.stat().st_mode & 0o777 == 0o600
    content = target.read_bytes()
    with pytest.raises(BackupRefused, match="exists"):
        backup(url, target)
    assert target.read_bytes() == content


def test_a_database_that_is_not_empty_is_refused_unless_told(server: Server, tmp_path: Path) -> None:
    before = server.database(SCHEMA, ROWS)
    backup(before, tmp_path / "a.backup")
    after = server.database(SCHEMA, "create schema more", "create table more.left_over (id int)")
    contents = read_contents(after)
    with pytest.raises(BackupRefused, match="not empty"):
        restore(tmp_path / "a.backup", after)
    assert read_contents(after) == contents
    restore(tmp_path / "a.backup", after, replace=True)
    assert read_contents(after) == read_contents(before)


def test_a_database_in_use_is_refused(server: Server, tmp_path: Path) -> None:
    url = server.database("create table a (id int)")
    backup(url, tmp_path / "a.backup")
    with psycopg.connect(url) as other:
        other.execute("insert into a values (1)")
        with pytest.raises(BackupRefused, match="in use"):
            restore(tmp_path / "a.backup", url, replace=True, lock_wait_s=0.1)


@pytest.mark.parametrize("kind", ["nothing", "cut", "no archive", "flipped", "newer"])
def test_a_damaged_backup_is_refused_and_changes_nothing(server: Server, tmp_path: Path, kind: str) -> None:
    url = server.database(
        "create table a (note text)", "insert into a select repeat('x', 100) || n from generate_series(1, 999) n"
    )
    source = tmp_path / "a.backup"
    backup(url, source)
    content = source.read_bytes()
    middle = content.index(b"tables/public.a") + 200
    damaged = {
        "nothing": b"",
        "cut": content[:-100],
        "no archive": b"PGDMP" + bytes(1000),
        "flipped": content[:middle] + bytes([content[middle] ^ 0xFF]) + content[middle + 1 :],
    }
    if kind == "newer":
        source.unlink()
        with zipfile.ZipFile(source, "w") as archive:
            archive.writestr("manifest.json", '{"format": 2}')
    else:
        source.write_bytes(damaged[kind])
    after = server.database()
    with pytest.raises(BackupRefused):
        restore(source, after)
    assert read_contents(after) == {}


def test_rows_that_are_not_those_backed_up_are_found_and_undone(server: Server, tmp_path: Path) -> None:
    url = server.database("create table a (id int)", "insert into a values (1), (2)")
    backup(url, tmp_path / "a.backup")
    with zipfile.ZipFile(tmp_path / "a.backup") as old, zipfile.ZipFile(tmp_path / "b.backup", "w") as new:
        for name in old.namelist():
            new.writestr(name, b"1\n3\n" if name == "tables/public.a" else old.read(name))
    after = server.database()
    with pytest.raises(RestoreBroken, match=r"public\.a"):
        restore(tmp_path / "b.backup", after)
    assert read_contents(after) == {}


@pytest.mark.slow
def test_a_backup_killed_at_any_line_leaves_no_half_file(server: Server, tmp_path: Path) -> None:
    url = server.database(
        "create table a (id int)", "insert into a select generate_series(1, 60)", "create table b (id int)"
    )
    target = tmp_path / "a.backup"
    for number in lines_to_try(stride=6):
        killed = killed_at_line(number, lambda: backup(url, target), of=BACKUP_CODE)
        if not killed or target.exists():
            assert read_manifest(target).rows == 60
            target.unlink()
        if not killed:
            break
    assert number > 100
    assert backup(url, target).rows == 60
    assert [path.name for path in tmp_path.iterdir()] == ["a.backup"]


@pytest.mark.slow
def test_a_restore_killed_at_any_line_did_all_or_nothing(server: Server, tmp_path: Path) -> None:
    before = server.database(
        "create table a (id int)", "insert into a select generate_series(1, 60)", "create table b (id int)"
    )
    backup(before, tmp_path / "a.backup")
    whole = read_contents(before)
    after = server.database()
    for number in lines_to_try(stride=6):
        killed = killed_at_line(number, lambda: restore(tmp_path / "a.backup", after, replace=True), of=BACKUP_CODE)
        assert read_contents(after) in ([whole] if not killed else [{}, whole])
        if not killed:
            break
    assert number > 100


def test_a_server_newer_than_every_pg_dump_is_refused(server: Server, servers: list[Server], tmp_path: Path) -> None:
    if len(servers) < 2:
        pytest.skip("only one major version of PostgreSQL is installed")
    oldest = next(binaries for binaries in reversed(list(iter_installed())))
    with pytest.raises(BackupRefused, match="no pg_dump of PostgreSQL"):
        backup(server.database(), tmp_path / "a.backup", binaries=oldest.folder)
    assert list(tmp_path.iterdir()) == []
