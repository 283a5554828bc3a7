"""A row in every table of a schema that is known only by its catalogue: what an upgrade must keep."""

from __future__ import annotations

import re
from typing import Any

import psycopg
from psycopg import sql

Rows = dict[str, list[dict[str, Any]]]

_COLUMNS = """
    select a.attname, format_type(a.atttypid, null), a.attidentity <> '' or a.attgenerated <> '' as by_server
    from pg_attribute a where a.attrelid = %s::regclass and a.attnum > 0 and not a.attisdropped order by a.attnum
"""
_TABLES = """
    select c.relname from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
    and not c.relispartition and c.relname <> 'kernel_migration' order by c.relname
"""
_CHECKS = "select pg_get_constraintdef(oid) from pg_constraint where conrelid = %s::regclass and contype = 'c'"
_WORD = re.compile(r"\(?(\w+) = (?:ANY \(ARRAY\[)?'([^']+)'::text")
_VALUES = {
    "text": "one",
    "jsonb": '{"id": "one", "name": "Ó Briain", "n": 1.10}',
    "timestamp with time zone": "2026-10-12 09:00:00.123456+00",
    "date": "2026-10-12",
    "interval": "3 days",
    "integer": "1",
    "bigint": "1000000007",
    "smallint": "1",
    "numeric": "19.350000",
    "double precision": "0.5",
    "boolean": "true",
    "bytea": "\\xdeadbeef",
    "xid8": "7",
    "text[]": '{"x,y",z}',
    "bigint[]": "{1,2}",
    "integer[]": "{1,2}",
    "jsonb[]": '{"{}"}',
    "tstzrange": "[2026-10-12 00:00+00,infinity)",
    "daterange": "[2026-10-12,2026-11-01)",
}


def fill(owner_url: str) -> list[str]:
    """Put one row into each table, those that others refer to first; the names of the tables that got one."""
    with psycopg.connect(owner_url) as connection:
        waiting = [name for (name,) in connection.execute(_TABLES).fetchall()]
        filled: list[str] = []
        while waiting:
            now = [name for name in waiting if _is_filled(connection, name)]
            assert now, f"these refer to each other in a circle: {waiting}"
            filled += now
            waiting = [name for name in waiting if name not in now]
        return filled


def _is_filled(connection: psycopg.Connection[Any], table: str) -> bool:
    """Whether it has a row now; not while what the row refers to is not there."""
    try:
        with connection.transaction():
            _put(connection, table)
    except psycopg.errors.ForeignKeyViolation:
        return False
    return True


def _put(connection: psycopg.Connection[Any], table: str) -> None:
    columns = connection.execute(_COLUMNS, (table,)).fetchall()
    checks = " ".join(text for (text,) in connection.execute(_CHECKS, (table,)))
    words: dict[str, str] = {}
    for name, word in _WORD.findall(checks):
        words.setdefault(name, word)
    values = {name: words.get(name) or _value(table, name, kind) for name, kind, by_server in columns if not by_server}
    statement = sql.SQL("insert into {} ({}) values ({}) on conflict do nothing").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, values)),
        sql.SQL(", ").join(sql.Placeholder() * len(values)),
    )
    connection.execute(statement, list(values.values()))


def _value(table: str, name: str, kind: str) -> str:
    assert kind in _VALUES, f"{table}.{name} is a {kind}: say in tests/kernel/store/filling.py what may stand there"
    return _VALUES[kind]


def rows_of(owner_url: str) -> Rows:
    """Every row of every table as an object, in the order of their texts."""
    with psycopg.connect(owner_url) as connection:
        names = [name for (name,) in connection.execute(_TABLES).fetchall()]
        return {name: [row for (row,) in connection.execute(_select(name))] for name in names}


def _select(table: str) -> sql.Composed:
    return sql.SQL("select to_jsonb(t) from {} t order by t::text").format(sql.Identifier(table))
