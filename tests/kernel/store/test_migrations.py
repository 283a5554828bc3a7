"""Migrations: an empty database migrated equals a fresh one, and what is in a database survives each of them."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tandem.app import wiring
from tandem.app.installation import MIGRATIONS
from tandem.kernel.access.sealed import SealingKeys, use_sealing_keys
from tandem.kernel.errors import Broken
from tandem.kernel.store import Database
from tandem.kernel.store.migrate import (
    DatabaseIsNewer,
    Migration,
    MigrationChanged,
    catalogue_of,
    differences,
    migrate,
    read_migrations,
)
from tests.kernel.store.filling import Rows, fill, rows_of
from tests.support.postgres import fresh_database
from tests.support.shared import ROOT

RELEASED = read_migrations(MIGRATIONS)
NEXT = Migration(
    len(RELEASED) + 1,
    "next",
    """
    alter table kernel_history add column noted_by text;
    update kernel_history set noted_by = actor;
    create table test_later (tenant text not null, id text not null, primary key (tenant, id));
    insert into test_later select distinct tenant, id from kernel_history;
    """,
)


@pytest.fixture
def empty(admin_url: str) -> Iterator[tuple[str, str]]:
    """(owner's address, program's address) of a database with nothing in it."""
    with fresh_database(admin_url, with_schema=False) as urls:
        yield urls


def declared_by(code: str) -> list[str]:
    """The fresh schema's statements after some code, in a process where no test has declared a table of its own."""
    tell = "import json; from tandem.kernel.store import fresh_statements; print(json.dumps(fresh_statements()))"
    answer = subprocess.run([sys.executable, "-c", code + tell], cwd=ROOT, check=True, capture_output=True)
    found: list[str] = json.loads(answer.stdout)
    return found


WIRED = "from tandem.app import wiring; wiring.declare_tables();"
WALKED = """
import importlib, pkgutil, tandem
for module in pkgutil.walk_packages(tandem.__path__, "tandem."):
    if module.name.endswith(".store") or ".store." in module.name or module.name.startswith("tandem.kernel."):
        importlib.import_module(module.name)
"""


def test_an_empty_database_migrated_equals_a_fresh_one(admin_url: str, empty: tuple[str, str]) -> None:
    assert migrate(empty[0], RELEASED) == RELEASED
    with fresh_database(admin_url, with_schema=False) as (fresh, _):
        with psycopg.connect(fresh) as owner:
            for statement in declared_by(WIRED):
                owner.execute(statement.encode())
        assert differences(catalogue_of(fresh), catalogue_of(empty[0])) == []


def test_the_wiring_declares_every_table_of_the_tree() -> None:
    assert sorted(declared_by(WALKED)) == sorted(declared_by(WIRED))


def test_a_drift_is_told(admin_url: str, empty: tuple[str, str]) -> None:
    one = Migration(1, "one", "create table a (id text primary key, n integer not null)")
    migrate(empty[0], [one])
    with fresh_database(admin_url, with_schema=False) as (other, _):
        migrate(other, [replace(one, sql="create table a (id text primary key, n bigint)")])
        told = differences(catalogue_of(empty[0]), catalogue_of(other))
    assert told[0].startswith("columns a.n: declared integer NO") and "migrated bigint YES" in told[0]
    assert all("a_n_not_null" in further for further in told[1:]), "a constraint of its own from version 18 on"


def test_two_migrators_at_once_apply_each_migration_once(empty: tuple[str, str]) -> None:
    applied: list[list[Migration]] = []
    threads = [threading.Thread(target=lambda: applied.append(migrate(empty[0], RELEASED))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(len, applied)) == [0, 0, 0, len(RELEASED)]
    assert migrate(empty[0], RELEASED) == []


def test_a_migration_that_fails_leaves_nothing_and_can_be_mended(empty: tuple[str, str]) -> None:
    bad = Migration(1, "one", "create table a (id text); create table a (id text)")
    with pytest.raises(psycopg.errors.DuplicateTable):
        migrate(empty[0], [bad])
    assert catalogue_of(empty[0]) == {}
    assert migrate(empty[0], [replace(bad, sql="create table a (id text)")])[0].number == 1


def test_a_migration_with_another_text_is_refused(empty: tuple[str, str]) -> None:
    migrate(empty[0], [Migration(1, "one", "create table a (id text)")])
    with pytest.raises(MigrationChanged) as refused:
        migrate(empty[0], [Migration(1, "one", "create table a (id text); "), Migration(2, "two", "select 1")])
    assert "0001_one" in refused.value.reason and refused.value.next_action
    with psycopg.connect(empty[0]) as connection:
        assert connection.execute("select number from kernel_migration").fetchall() == [(1,)]


def test_a_database_of_a_later_version_is_refused(empty: tuple[str, str]) -> None:
    first, second = Migration(1, "one", "select 1"), Migration(2, "two", "select 2")
    migrate(empty[0], [first, second])
    with pytest.raises(DatabaseIsNewer) as refused:
        migrate(empty[0], [first])
    assert "0002_two" in refused.value.reason


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (("0001_one.sql", "0003_three.sql"), "store.migration_gap"),
        (("0002_two.sql",), "store.migration_gap"),
        (("0001_one.sql", "0001_uno.sql"), "store.migration_gap"),
        (("0001-one.sql",), "store.migration_name"),
    ],
)
def test_a_folder_with_a_gap_or_a_wrong_name_is_broken(tmp_path: Path, names: tuple[str, ...], code: str) -> None:
    for name in names:
        (tmp_path / name).write_text("select 1")
    with pytest.raises(Broken) as broken:
        read_migrations(tmp_path)
    assert broken.value.error_code == code


def test_files_are_read_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    for number, name in ((2, "two"), (1, "one")):
        (tmp_path / f"{number:04d}_{name}.sql").write_text(f"select {number}")
    found = [(each.number, each.name, each.sql) for each in read_migrations(tmp_path)]
    assert found == [(1, "one", "select 1"), (2, "two", "select 2")]


# -- with data in it --------------------------------------------------------------------------------------------------


CONVERTED = {
    4: (
        "billing_line_cause",
        "charging_bucket",
        "charging_rated_event",
        "charging_usage_identity",
    )
}
"""Tables whose rows a migration gives another form; `tests/bss/charging/test_migration.py` says which."""


def kept(before: Rows, after: Rows) -> list[str]:
    """The tables in which a row, or a value of a row, is no more."""
    return [name for name, rows in before.items() if not all(_is_in(row, after.get(name, [])) for row in rows)]


def _is_in(row: dict[str, Any], rows: list[dict[str, Any]]) -> bool:
    return any(all(name in other and other[name] == value for name, value in row.items()) for other in rows)


@pytest.mark.parametrize("number", range(1, len(RELEASED)))
def test_an_upgrade_keeps_every_row(empty: tuple[str, str], number: int) -> None:
    migrate(empty[0], RELEASED[:number])
    filled = fill(empty[0])
    before = rows_of(empty[0])
    assert len(filled) > 50
    migrate(empty[0], RELEASED[: number + 1])
    assert kept(before, rows_of(empty[0])) == sorted(CONVERTED.get(number + 1, ()))


def test_every_table_of_the_schema_can_hold_a_row_for_that(empty: tuple[str, str]) -> None:
    migrate(empty[0], RELEASED)
    fill(empty[0])
    assert [name for name, rows in rows_of(empty[0]).items() if not rows] == []


def test_a_running_operator_keeps_its_rows_and_their_history(empty: tuple[str, str], tmp_path: Path) -> None:
    migrate(empty[0], RELEASED)
    use_sealing_keys(SealingKeys.from_file(tmp_path / "sealing.json"))
    with (
        Database(empty[1], max_size=2) as database,
        database.uow(tenant="corrib", actor="system", cause="seed:test") as uow,
    ):
        for plant in wiring.seeds_of("both"):
            plant(uow)
    before = rows_of(empty[0])
    assert len(before["kernel_history"]) > 1000
    assert migrate(empty[0], [*RELEASED, NEXT]) == [NEXT]
    after = rows_of(empty[0])
    assert {name: len(rows) for name, rows in after.items() if name in before} == {
        name: len(rows) for name, rows in before.items()
    }
    noted = after.pop("kernel_history")
    assert all(row.pop("noted_by") == row["actor"] for row in noted)
    assert noted == before.pop("kernel_history")
    assert {(row["tenant"], row["id"]) for row in after.pop("test_later")} == {
        (row["tenant"], row["id"]) for row in noted
    }
    assert after == before
