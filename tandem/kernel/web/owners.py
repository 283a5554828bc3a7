"""Whose a thing is, read through the exposures: for streams of people who may only hear of their own."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from tandem.kernel.store import Database
from tandem.kernel.tmf.exposure import AnyExposure, Exposure
from tandem.kernel.web.topics import OwnersOf


def owners_by(database: Database, exposures: Iterable[AnyExposure]) -> OwnersOf:
    """Asks the promoted column that an exposure names as the owner; a kind without one belongs to nobody."""
    owned = {
        exposure.table.entity: (exposure.table.shown, exposure.owner)
        for exposure in exposures
        if isinstance(exposure, Exposure) and exposure.owner is not None
    }

    def owners_of(tenant: str, entity: str, ids: Collection[str]) -> Mapping[str, str | None]:
        if entity not in owned:
            return {}
        table, owner = owned[entity]
        with database.uow(tenant=tenant, actor="system", cause="stream") as uow:
            rows = uow.all(
                f"select id, {owner} as owner from {table} where tenant = %s and id = any(%s)", (tenant, list(ids))
            )
        return {row["id"]: row["owner"] for row in rows}

    return owners_of
