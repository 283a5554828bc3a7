"""What this room puts on the wire: TMF620 Product Catalog, versions 4 and 5."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from tandem.bss.catalog import commands, lifecycle, model, store
from tandem.bss.catalog.rules import versions
from tandem.kernel.store import EntityTable
from tandem.kernel.tmf import ALL, CHANGES_AND_STATES, Exposure
from tandem.kernel.tmf.references import BY_REFERRED_TYPE

_RELATED: Final = {"relatedParty.partyOrPartyRole": BY_REFERRED_TYPE}
BEGINNING: Final = {"lifecycleStatus": lifecycle.OFFERING.initial[0]}
_BASE: Final = "/tmf-api/productCatalogManagement"


def _both(changed: Mapping[str, Any], **common: Any) -> tuple[Exposure, ...]:
    """One entity in both versions; `changed` is what version 4 has otherwise."""
    return (
        Exposure(api="TMF620", version="v5", base=f"{_BASE}/v5", **common),
        Exposure(api="TMF620", version="v4", base=f"{_BASE}/v4", **{**common, **changed}),
    )


def _entry(table: EntityTable, changed: Mapping[str, Any], **rest: Any) -> tuple[Exposure, ...]:
    commonly: dict[str, Any] = {
        "mandatory": ("name",),
        "defaults": BEGINNING,
        "events": CHANGES_AND_STATES,
        "create": partial(commands.add_entry, table),
        "patch": partial(commands.change_entry, table),
        **rest,
    }
    return _both(changed, table=table, **commonly)


def _job(table: EntityTable, **rest: Any) -> tuple[Exposure, ...]:
    return _both(
        {},
        table=table,
        verbs=ALL - {"patch"},
        server_set=("id", "href", "status", "creationDate", "completionDate", "errorLog"),
        **rest,
    )


ENTRIES: Final = (
    *_entry(
        store.CATALOGS,
        {
            "path": "catalog",
            "type_name": "Catalog",
            "to_wire": versions.CATALOG_TO_V4,
            "from_wire": versions.CATALOG_FROM_V4,
        },
        path="productCatalog",
        type_name="ProductCatalog",
        model=model.ProductCatalog,
        defaults={**BEGINNING, "@type": "ProductCatalog"},
        references={"category": "Category", **_RELATED},
    ),
    *_entry(
        store.CATEGORIES,
        {"to_wire": versions.CATEGORY_TO_V4, "from_wire": versions.CATEGORY_FROM_V4},
        path="category",
        type_name="Category",
        model=model.Category,
        references={"parent": "Category", "subCategory": "Category", "productOffering": "ProductOffering"},
        delete=commands.delete_category,
    ),
    *_entry(
        store.OFFERINGS,
        {"to_wire": versions.OFFERING_TO_V4, "from_wire": versions.OFFERING_FROM_V4},
        path="productOffering",
        type_name="ProductOffering",
        model=model.ProductOffering,
        references={
            "category": "Category",
            "productSpecification": "ProductSpecification",
            "productOfferingPrice": "ProductOfferingPrice",
            "bundledProductOffering": "ProductOffering",
        },
        create=commands.create_offering,
        patch=commands.patch_offering,
        delete=commands.delete_offering,
    ),
    *_entry(
        store.PRICES,
        {"to_wire": versions.PRICE_TO_V4, "from_wire": versions.PRICE_FROM_V4},
        path="productOfferingPrice",
        type_name="ProductOfferingPrice",
        model=model.ProductOfferingPrice,
        references={"bundledPopRelationship": "ProductOfferingPrice", "popRelationship": "ProductOfferingPrice"},
        patch=partial(commands.change_part, store.PRICES),
        delete=commands.delete_price,
    ),
    *_entry(
        store.SPECIFICATIONS,
        {"to_wire": versions.SPECIFICATION_TO_V4, "from_wire": versions.SPECIFICATION_FROM_V4},
        path="productSpecification",
        type_name="ProductSpecification",
        model=model.ProductSpecification,
        references={"category": "Category", "bundledProductSpecification": "ProductSpecification", **_RELATED},
        patch=partial(commands.change_part, store.SPECIFICATIONS),
        delete=commands.delete_specification,
    ),
)
JOBS: Final = (
    *_job(
        store.EXPORT_JOBS,
        path="exportJob",
        type_name="ExportJob",
        model=model.ExportJob,
        create=commands.ask_for_export,
    ),
    *_job(
        store.IMPORT_JOBS,
        path="importJob",
        type_name="ImportJob",
        model=model.ImportJob,
        mandatory=("url",),
        create=commands.ask_for_import,
    ),
)

EXPOSURES: Final[tuple[Exposure, ...]] = (*ENTRIES, *JOBS)
