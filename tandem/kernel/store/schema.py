"""The declared schema: every room registers its tables when its `store` is imported; a fresh database is made of them.

A database that came by migrations must equal a fresh one; a test compares the two catalogues.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from tandem.kernel.errors import Broken

APP_ROLE = "tandem_app"
OWNER_ROLE = "tandem_owner"


@dataclass(frozen=True)
class DeclaredTable:
    """One table with everything that belongs to it.

    `tenant_scoped` tables lead with a column `tenant` and are closed to other tenants by row-level security.
    `append_only` tables may be read and added to by the program, never changed; `read_only` ones, views, only be read.
    """

    name: str
    create: str
    also: tuple[str, ...] = ()
    tenant_scoped: bool = True
    append_only: bool = False
    needs: tuple[str, ...] = field(default=())
    read_only: bool = False

    def statements(self) -> Iterable[str]:
        """The statements that make the table, its indexes, its policy and its grants, in order."""
        for extension in self.needs:
            yield f"create extension if not exists {extension}"
        yield self.create
        yield from self.also
        if self.tenant_scoped:
            yield f"alter table {self.name} enable row level security"
            yield (
                f"create policy tenant on {self.name} using (tenant = current_setting('tandem.tenant', true)) "
                "with check (tenant = current_setting('tandem.tenant', true))"
            )
        verbs = "select, insert" if self.append_only else "select, insert, update, delete"
        verbs = "select" if self.read_only else verbs
        yield f"grant {verbs} on {self.name} to {APP_ROLE}"


_tables: dict[str, DeclaredTable] = {}


def declare(table: DeclaredTable) -> DeclaredTable:
    """Register a table. Raises: Broken when another of that name is declared differently."""
    present = _tables.setdefault(table.name, table)
    if present != table:
        raise Broken(f"table {table.name} is declared twice, differently", code="store.declared_twice")
    return table


def declared_tables() -> list[DeclaredTable]:
    """Every declared table, the kernel's first, then by the order of declaration within a room."""
    return sorted(_tables.values(), key=lambda table: not table.name.startswith("kernel_"))


def fresh_statements() -> list[str]:
    """The statements that make the whole declared schema in an empty database."""
    statements = [statement for table in declared_tables() for statement in table.statements()]
    statements.append(f"grant usage on all sequences in schema public to {APP_ROLE}")
    return list(dict.fromkeys(statements))


def plain_table(
    name: str,
    columns: str,
    *,
    also: tuple[str, ...] = (),
    tenant_scoped: bool = True,
    append_only: bool = False,
    needs: tuple[str, ...] = (),
) -> DeclaredTable:
    """Declare a narrow table by its columns and constraints (SQL text between the parentheses)."""
    create = f"create table {name} ({columns.strip()})"
    return declare(DeclaredTable(name, create, also, tenant_scoped, append_only, needs))


def view(name: str, query: str) -> DeclaredTable:
    """Declare a view of tables that were declared before. Who reads it is held to their policies."""
    create = f"create view {name} with (security_invoker = true) as {query.strip()}"
    return declare(DeclaredTable(name, create, tenant_scoped=False, read_only=True))
