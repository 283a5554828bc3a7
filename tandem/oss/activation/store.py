"""Activation's tables: the monitors of both APIs."""

from __future__ import annotations

from typing import Final

from tandem.kernel.store import Column, EntityTable, Uow


def _monitors(entity: str, table: str) -> EntityTable:
    return EntityTable(
        entity=entity,
        table=table,
        columns=(Column("state", "text", "state"), Column("source_href", "text", "sourceHref")),
        state_attribute="state",
        indexes=("source_href",),
    )


SERVICE_MONITORS: Final = _monitors("ServiceMonitor", "activation_service_monitor")
RESOURCE_MONITORS: Final = _monitors("ResourceMonitor", "activation_resource_monitor")


def find_in_progress(uow: Uow, monitors: EntityTable, source_href: str) -> str | None:
    """The monitor of what goes on with one service or resource."""
    found = monitors.where(uow, "source_href = %s and state = 'InProgress'", (source_href,), limit=1)
    return found[0].id if found else None
