"""The catalogue's tables: one for each entity of TMF633 and TMF634."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from psycopg.types.json import Jsonb

from tandem.kernel.json import Doc
from tandem.kernel.store import Column, EntityTable, Uow
from tandem.oss.service_catalog.rules.decomposition import stands_on

_NAME: Final = Column("name", "text", "name")
_STATUS: Final = Column("status", "text", "lifecycleStatus")
_CATEGORY: Final = Column("category", "text", "category")
_PARENT: Final = Column("parent_id", "text", "parentId")


def _entries(entity: str, table: str, *more: Column) -> EntityTable:
    return EntityTable(
        entity=entity,
        table=f"service_catalog_{table}",
        columns=(_NAME, _STATUS, *more),
        state_attribute="lifecycleStatus",
        indexes=("name",),
    )


def _jobs(entity: str, table: str) -> EntityTable:
    return EntityTable(
        entity=entity,
        table=f"service_catalog_{table}",
        columns=(Column("status", "text", "status"),),
        state_attribute="status",
    )


SERVICE_CATALOGS: Final = _entries("ServiceCatalog", "service_catalog")
SERVICE_CATEGORIES: Final = _entries("ServiceCategory", "service_category", _PARENT)
SERVICE_CANDIDATES: Final = _entries(
    "ServiceCandidate",
    "service_candidate",
    Column("specification_id", "text", "serviceSpecification.id"),
)
SERVICE_SPECIFICATIONS: Final = _entries("ServiceSpecification", "service_specification")
SERVICE_IMPORTS: Final = _jobs("ServiceCatalogImportJob", "service_import_job")
SERVICE_EXPORTS: Final = _jobs("ServiceCatalogExportJob", "service_export_job")

RESOURCE_CATALOGS: Final = _entries("ResourceCatalog", "resource_catalog")
RESOURCE_CATEGORIES: Final = _entries("ResourceCategory", "resource_category", _PARENT)
RESOURCE_CANDIDATES: Final = _entries(
    "ResourceCandidate",
    "resource_candidate",
    Column("specification_id", "text", "resourceSpecification.id"),
)
RESOURCE_SPECIFICATIONS: Final = _entries("ResourceSpecification", "resource_specification", _CATEGORY)
RESOURCE_IMPORTS: Final = _jobs("ResourceCatalogImportJob", "resource_import_job")
RESOURCE_EXPORTS: Final = _jobs("ResourceCatalogExportJob", "resource_export_job")


def documents(uow: Uow, table: EntityTable, ids: Iterable[str]) -> dict[str, Doc]:
    """Those of the documents that exist, by id."""
    return {one.id: one.doc for one in table.where(uow, "id = any(%s)", (list(ids),))}


def services_beneath(uow: Uow, service: Doc) -> dict[str, Doc]:
    """Every service specification that one stands on, directly or by way of others, by id."""
    found: dict[str, Doc] = {}
    wanted = set(stands_on(service))
    while wanted:
        layer = documents(uow, SERVICE_SPECIFICATIONS, wanted)
        found |= layer
        wanted = {inner for one in layer.values() for inner in stands_on(one)} - found.keys()
    return found


def parents(uow: Uow, categories: EntityTable) -> dict[str, str | None]:
    """Each category's parent."""
    found = categories.where(uow, "parent_id is not null")
    return {one.id: one.doc.get("parentId") for one in found}


def users_of_service(uow: Uow, specification_id: str) -> list[str]:
    """Names of the entries that build on a service specification."""
    by_relation = SERVICE_SPECIFICATIONS.where(
        uow, "doc @> jsonb_build_object('serviceSpecRelationship', %s)", (_ref(specification_id),)
    )
    candidates = SERVICE_CANDIDATES.where(uow, "specification_id = %s", (specification_id,))
    return [str(one.doc.get("name", one.id)) for one in (*by_relation, *candidates)]


def users_of_resource(uow: Uow, specification_id: str) -> list[str]:
    """Names of the entries that build on a resource specification."""
    ref = _ref(specification_id)
    found = (
        *SERVICE_SPECIFICATIONS.where(uow, "doc @> jsonb_build_object('resourceSpecification', %s)", (ref,)),
        *RESOURCE_SPECIFICATIONS.where(uow, "doc @> jsonb_build_object('resourceSpecRelationship', %s)", (ref,)),
        *RESOURCE_CANDIDATES.where(uow, "specification_id = %s", (specification_id,)),
    )
    return [str(one.doc.get("name", one.id)) for one in found]


def _ref(specification_id: str) -> Jsonb:
    return Jsonb([{"id": specification_id}])
