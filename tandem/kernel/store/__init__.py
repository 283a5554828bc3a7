"""The store: units of work on PostgreSQL, documents with promoted columns and their history, the declared schema.

It owns the transaction: rooms never commit. It knows no entity by name.
"""

from tandem.kernel.store import tables
from tandem.kernel.store.database import BUSINESS_NOW, Database, begin, read_clock, set_clock
from tandem.kernel.store.entity import Change, Column, EntityTable, EntityView, Stored
from tandem.kernel.store.schema import DeclaredTable, declare, declared_tables, fresh_statements, plain_table, view
from tandem.kernel.store.uow import AlreadyTaken, KeyReused, Uow, lock_number

__all__ = [
    "BUSINESS_NOW",
    "AlreadyTaken",
    "Change",
    "Column",
    "Database",
    "DeclaredTable",
    "EntityTable",
    "EntityView",
    "KeyReused",
    "Stored",
    "Uow",
    "begin",
    "declare",
    "declared_tables",
    "fresh_statements",
    "lock_number",
    "plain_table",
    "view",
    "read_clock",
    "set_clock",
    "tables",
]
