"""A toy of the standard, with everything an exposure can say: only for the engine's own tests."""

from __future__ import annotations

from typing import Any, Literal

from tandem.kernel.store import Column, EntityTable, Stored, Uow, declared_tables, schema
from tandem.kernel.tmf import CHANGES_AND_STATES, Exposure, TaskExposure
from tandem.kernel.tmf.conversion import conversion, related_parties, renamed
from tandem.kernel.tmf.types import (
    Characteristic,
    Entity,
    EntityRef,
    Extensible,
    Instant,
    Money,
    Note,
    RelatedPartyOrPartyRole,
)

V4, V5 = "/tmf-api/toyManagement/v4", "/tmf-api/toyManagement/v5"


class ShelfRef(EntityRef):
    """Where a toy lies."""


class Wheel(Extensible, kw_only=True):
    id: str
    size: int | None = None
    position: str | None = None
    spoke: list[Wheel] | None = None


class Toy(Entity):
    name: str | None = None
    state: Literal["new", "broken", "mended"] | None = None
    colour: list[str] | None = None
    made_on: Instant | None = None
    weight: int | None = None
    is_loud: bool | None = None
    price: Money | None = None
    shelf: ShelfRef | None = None
    wheel: list[Wheel] | None = None
    note: list[Note] | None = None
    external_id: str | None = None
    characteristic: list[Characteristic] | None = None
    related_party: list[RelatedPartyOrPartyRole] | None = None


def owner_of(doc: dict[str, Any]) -> str | None:
    """The party with the role owner."""
    parties = doc.get("relatedParty", [])
    owners = (party for party in parties if party.get("role") == "owner")
    return next((party.get("partyOrPartyRole", {}).get("id") for party in owners), None)


TOYS = EntityTable(
    entity="Toy",
    table="toy_toy",
    columns=(
        Column("state", "text", "state"),
        Column("name", "text", "name"),
        Column("weight", "integer", "weight"),
        Column("owner_id", "text", owner_of),
    ),
    state_attribute="state",
    indexes=("state", "owner_id"),
)
SHELVES = EntityTable(entity="Shelf", table="toy_shelf")
DECLARED = [table for table in declared_tables() if table.name.startswith("toy_")]
for _table in DECLARED:  # the toys are no part of the product's schema, which other tests compare
    schema._tables.pop(_table.name)

to_v4, from_v4 = conversion(related_parties("relatedParty"), renamed("externalId", "toyNumber"))
_common: dict[str, Any] = {
    "api": "TMF999",
    "type_name": "Toy",
    "path": "toy",
    "table": TOYS,
    "model": Toy,
    "mandatory": ("name", "wheel.position"),
    "server_set": ("id", "href", "state"),
    "defaults": {"state": "new", "madeOn": lambda uow, doc: uow.now.isoformat()},
    "references": {"shelf": "Shelf"},
    "owner": "owner_id",
    "events": CHANGES_AND_STATES,
}
TOY_V5 = Exposure(version="v5", base=V5, **_common)
TOY_V4 = Exposure(version="v4", base=V4, to_wire=to_v4, from_wire=from_v4, **_common)
SHELF = Exposure(api="TMF999", version="v5", base=V5, path="shelf", type_name="Shelf", table=SHELVES, model=Entity)


class Breaking(Entity, kw_only=True):
    toy: EntityRef
    reason: str | None = None


def break_toy(uow: Uow, doc: dict[str, Any]) -> Stored:
    """Breaks the toy that the task names and answers with it."""
    toy = TOYS.get_for_update(uow, doc["toy"]["id"])
    return TOYS.save(uow, toy.id, {**toy.doc, "state": "broken"})


def weigh(uow: Uow, doc: dict[str, Any]) -> dict[str, Any]:
    """A task that keeps nothing."""
    return {"result": 7, "asked": doc.get("reason")}


BREAK = TaskExposure(
    api="TMF999", version="v5", base=V5, path="breakToy", type_name="BreakToy", model=Breaking, create=break_toy,
    references={"toy": "Toy"}, verb="toys.toy.break",
)  # fmt: skip
WEIGH = TaskExposure(
    api="TMF999", version="v5", base=V5, path="weighToy", type_name="WeighToy", model=Breaking, create=weigh, status=202
)
EXPOSURES = (TOY_V5, TOY_V4, SHELF, BREAK, WEIGH)
