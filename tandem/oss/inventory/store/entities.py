"""Services and resources as documents."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from tandem.kernel import json
from tandem.kernel.json import Doc
from tandem.kernel.store import Column, EntityTable, Stored, Uow
from tandem.oss.inventory.rules.documents import CUSTOMER_ROLE, PRODUCT_ROLE


def party_of(doc: Doc) -> Any:
    """Whose a service is: the customer, else the first related party."""
    parties = doc.get("relatedParty", ())
    wanted = next((one for one in parties if one.get("role") == CUSTOMER_ROLE), next(iter(parties), None))
    return json.at(wanted, "partyOrPartyRole.id")


def product_of(doc: Doc) -> Any:
    """The product that a service was sold as."""
    wanted = next((one for one in doc.get("relatedEntity", ()) if one.get("role") == PRODUCT_ROLE), None)
    return json.at(wanted, "entity.id")


SERVICES: Final = EntityTable(
    entity="Service",
    table="inventory_service",
    columns=(
        Column("name", "text", "name"),
        Column("state", "text", "state"),
        Column("specification_id", "text", "serviceSpecification.id"),
        Column("party_id", "text", party_of),
        Column("product_id", "text", product_of),
    ),
    state_attribute="state",
    indexes=("party_id", "specification_id", "state"),
)

RESOURCES: Final = EntityTable(
    entity="Resource",
    table="inventory_resource",
    columns=(
        Column("name", "text", "name"),
        Column("category", "text", "category"),
        Column("specification_id", "text", "resourceSpecification.id"),
        Column("value", "text", "value"),
        Column("resource_status", "text", "resourceStatus"),
    ),
    state_attribute="resourceStatus",
    indexes=("category", "specification_id", "value"),
)

_BATCH: Final = 1_000


def by_ids(uow: Uow, table: EntityTable, ids: Iterable[str]) -> list[Stored]:
    """Those of the documents that exist, in batches that PostgreSQL plans well."""
    wanted = list(ids)
    batches = [wanted[start : start + _BATCH] for start in range(0, len(wanted), _BATCH)]
    return [found for batch in batches for found in table.where(uow, "id = any(%s)", (batch,))]


def count_parties(uow: Uow, service_ids: list[str]) -> int:
    """How many parties these services belong to."""
    row = uow.one(
        "select count(distinct party_id) as n from inventory_service where tenant = %s and id = any(%s)",
        (uow.tenant, service_ids),
    )
    return int(row["n"]) if row else 0


def services_of_number(uow: Uow, msisdn: str) -> list[Stored]:
    """The living services that stand on the number of these digits."""
    return SERVICES.where(
        uow,
        "state <> 'terminated' and id in (select o.service_id from inventory_owner o "
        "join inventory_pool_item i on i.tenant = o.tenant and i.resource_id = o.resource_id "
        "where o.tenant = %s and i.kind = 'number' and i.value = %s)",
        (uow.tenant, msisdn),
    )


def free_number_digits(uow: Uow, pool: str, pattern: str, limit: int) -> list[str]:
    """Free numbers of a pool whose digits match an SQL pattern, in order."""
    rows = uow.all(
        "select value from inventory_pool_item where tenant = %s and kind = 'number' and pool = %s "
        "and state = 'available' and value like %s order by value limit %s",
        (uow.tenant, pool, pattern, limit),
    )
    return [row["value"] for row in rows]
