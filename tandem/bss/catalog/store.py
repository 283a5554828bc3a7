"""The room's tables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from psycopg.types.json import Jsonb

from tandem.bss.catalog.rules.in_force import Writing
from tandem.bss.catalog.rules.launch import Surroundings
from tandem.bss.catalog.rules.plan import Versioned
from tandem.bss.catalog.rules.tariff.history import TariffHistory, documents_named, named_by, prices_named
from tandem.bss.catalog.rules.tariff.words import TARIFF
from tandem.bss.catalog.terms import OfferingUnknown
from tandem.kernel.json import Doc, at, values_at
from tandem.kernel.period import Instant, instant
from tandem.kernel.store import Change, Column, EntityTable, Stored, Uow, plain_table

_ENTRY: Final = (
    Column("name", "text", "name"),
    Column("stated_version", "text", "version"),
    Column("lifecycle_status", "text", "lifecycleStatus"),
    Column("valid_from", "timestamptz", "validFor.startDateTime"),
    Column("valid_to", "timestamptz", "validFor.endDateTime"),
)


plain_table("catalog_revision", "tenant text not null, revision bigint not null, primary key (tenant)")


class PricedTable(EntityTable):
    """What tariffs are read from: every write moves the tariff revision.

    Locks: the revision, before anything else, until the end: two who change prices wait for each other.
    """

    def add(self, uow: Uow, doc: Doc, *, why: str | None = None) -> Stored:
        """As of every entity."""
        _move_tariff_revision(uow)
        return super().add(uow, doc, why=why)

    def save(
        self, uow: Uow, entity_id: str, doc: Doc, *, expected_version: int | None = None, why: str | None = None
    ) -> Stored:
        """As of every entity."""
        _move_tariff_revision(uow)
        return super().save(uow, entity_id, doc, expected_version=expected_version, why=why)

    def delete(self, uow: Uow, entity_id: str, *, expected_version: int | None = None, why: str | None = None) -> None:
        """As of every entity."""
        _move_tariff_revision(uow)
        super().delete(uow, entity_id, expected_version=expected_version, why=why)


def _move_tariff_revision(uow: Uow) -> None:
    uow.execute(
        "insert into catalog_revision (tenant, revision) values (%s, 1) "
        "on conflict (tenant) do update set revision = catalog_revision.revision + 1",
        (uow.tenant,),
    )


def tariff_revision(uow: Uow) -> int:
    """How often offerings and prices were written; 0 before the first time that this was counted."""
    row = uow.one("select revision from catalog_revision where tenant = %s", (uow.tenant,))
    return int(row["revision"]) if row else 0


def _entries(
    entity: str, table: str, *more: Column, indexes: tuple[str, ...] = (), kind: type[EntityTable] = EntityTable
) -> EntityTable:
    return kind(
        entity=entity,
        table=table,
        columns=(*_ENTRY, *more),
        state_attribute="lifecycleStatus",
        indexes=("name", "lifecycle_status", *indexes),
    )


CATALOGS: Final = _entries("ProductCatalog", "catalog_product_catalog", Column("catalog_type", "text", "catalogType"))
CATEGORIES: Final = _entries(
    "Category",
    "catalog_category",
    Column("parent_id", "text", "parent.id"),
    Column("is_root", "boolean", "isRoot"),
    indexes=("parent_id",),
)
OFFERINGS: Final = _entries(
    "ProductOffering",
    "catalog_product_offering",
    Column("specification_id", "text", "productSpecification.id"),
    Column("is_bundle", "boolean", "isBundle"),
    Column("is_sellable", "boolean", "isSellable"),
    indexes=("specification_id",),
    kind=PricedTable,
)
PRICES: Final = _entries(
    "ProductOfferingPrice",
    "catalog_product_offering_price",
    Column("price_type", "text", "priceType"),
    Column("currency", "text", "price.unit"),
    Column("amount", "numeric", "price.value"),
    indexes=("price_type",),
    kind=PricedTable,
)
SPECIFICATIONS: Final = _entries(
    "ProductSpecification",
    "catalog_product_specification",
    Column("product_number", "text", "productNumber"),
    Column("brand", "text", "brand"),
    indexes=("product_number",),
)


def _jobs(entity: str, table: str) -> EntityTable:
    columns = (Column("status", "text", "status"), Column("started_from", "text", "path"))
    return EntityTable(entity=entity, table=table, columns=columns, state_attribute="status", indexes=("status",))


IMPORT_JOBS: Final = _jobs("ImportJob", "catalog_import_job")
EXPORT_JOBS: Final = _jobs("ExportJob", "catalog_export_job")

BY_TYPE: Final[dict[str, EntityTable]] = {
    "ProductSpecification": SPECIFICATIONS,
    "ProductOfferingPrice": PRICES,
    "ProductOffering": OFFERINGS,
    "Category": CATEGORIES,
    "ProductCatalog": CATALOGS,
}
"""The tables whose entries travel in files, in the order in which each stands on those before it."""


def by_ids(uow: Uow, table: EntityTable, ids: Iterable[str]) -> list[Stored]:
    """The entries of these ids, those that exist."""
    wanted = list(ids)
    return table.where(uow, "id = any(%s)", (wanted,)) if wanted else []


def offerings_for_sale(uow: Uow, moment: Instant) -> list[Stored]:
    """Offerings that are launched and within their validity, by name."""
    return OFFERINGS.where(
        uow,
        "lifecycle_status = 'Launched' and is_sellable is distinct from false "
        "and (valid_from is null or valid_from <= %s) and (valid_to is null or valid_to > %s)",
        (moment, moment),
        order_by="name, id",
    )


def naming(uow: Uow, table: EntityTable, attribute: str, entry_id: str) -> Stored | None:
    """One entry whose references under an attribute (a list) name an id."""
    found = table.where(uow, "doc @> %s", (Jsonb({attribute: [{"id": entry_id}]}),), limit=1)
    return found[0] if found else None


def offering_of_specification(uow: Uow, specification_id: str) -> Stored | None:
    """One offering that sells a specification."""
    found = OFFERINGS.where(uow, "specification_id = %s", (specification_id,), limit=1)
    return found[0] if found else None


def launched_with(uow: Uow, table: EntityTable, entry_id: str) -> list[Stored]:
    """The launched offerings that stand directly on a price, a table of words, or a specification."""
    if table is PRICES:
        names = (Jsonb({"productOfferingPrice": [{"id": entry_id}]}), _includes(entry_id))
    elif table is SPECIFICATIONS:
        names = (Jsonb({"productSpecification": {"id": entry_id}}),) * 2
    else:
        return []
    return OFFERINGS.where(uow, "lifecycle_status = 'Launched' and (doc @> %s or doc @> %s)", names)


def including(uow: Uow, table_id: str) -> Stored | None:
    """One offering whose tariff includes a table of words."""
    found = OFFERINGS.where(uow, "doc @> %s", (_includes(table_id),), limit=1)
    return found[0] if found else None


def _includes(table_id: str) -> Jsonb:
    told = {"name": TARIFF, "productSpecCharacteristicValue": [{"value": {"include": [table_id]}}]}
    return Jsonb({"prodSpecCharValueUse": [told]})


def specifications_with_parts(uow: Uow, ids: list[str]) -> dict[str, Doc]:
    """Specifications by id with all that they bundle, however deep."""
    known: dict[str, Doc] = {}
    while ids:
        found = by_ids(uow, SPECIFICATIONS, ids)
        known.update({spec.id: spec.doc for spec in found})
        parts = {str(part) for spec in found for part in values_at(spec.doc, "bundledProductSpecification.id")}
        ids = sorted(parts - known.keys()) if found else []
    return known


def surroundings(uow: Uow, offering: Stored) -> Surroundings:
    """Everything that an offering stands on, as the static check wants it."""
    named = prices_named(offering.doc)
    prices = by_ids(uow, PRICES, named_by(offering.doc))
    spec_id = at(offering.doc, "productSpecification.id")
    parts = by_ids(uow, OFFERINGS, [str(part) for part in values_at(offering.doc, "bundledProductOffering.id")])
    return Surroundings(
        prices={price.id: Versioned(price.doc, price.version) for price in prices}
        | {price_id: Versioned(by_value, offering.version) for price_id, by_value in named if by_value is not None},
        specifications=specifications_with_parts(uow, [str(spec_id)] if spec_id else []),
        offerings={part.id: part.doc for part in parts},
    )


def known_at(uow: Uow, table: EntityTable, entry_id: str, moment: Instant) -> Stored | None:
    """The entry as it stood at an instant. Before it was first written here, the first writing counts if its own
    `validFor` had begun by then: an operator who moves in brings tariffs that were in force before.
    """
    found = table.as_of(uow, entry_id, moment)
    if found is not None or not table.exists(uow, entry_id):
        return found
    first = table.at_version(uow, entry_id, 1)
    return first if _begun_by(first.doc, moment) else None


def tariff_histories(uow: Uow, offering_ids: Iterable[str]) -> dict[str, TariffHistory]:
    """What was ever written of these offerings, their prices and tables, by offering. Two statements for all."""
    offerings = {entry_id: _writings(changes) for entry_id, changes in OFFERINGS.histories(uow, offering_ids).items()}
    named = {entry_id for written in offerings.values() for entry_id in documents_named(written)}
    documents = price_writings(uow, named)
    return {entry_id: TariffHistory(written, documents) for entry_id, written in offerings.items()}


def tariff_history(uow: Uow, offering_id: str) -> TariffHistory:
    """What was ever written of one offering's tariff. Raises: OfferingUnknown."""
    found = tariff_histories(uow, [offering_id]).get(offering_id)
    if found is None:
        raise OfferingUnknown(f"there is no offering {offering_id}", offering=offering_id)
    return found


def price_writings(uow: Uow, price_ids: Iterable[str]) -> dict[str, tuple[Writing, ...]]:
    """Every writing of these prices and tables, oldest first, by id."""
    return {entry_id: _writings(changes) for entry_id, changes in PRICES.histories(uow, price_ids).items()}


def _writings(changes: Iterable[Change]) -> tuple[Writing, ...]:
    return tuple(
        Writing(one.after, one.version, one.at, one.actor, one.why, removed=one.change == "delete") for one in changes
    )


def _begun_by(doc: Doc, moment: Instant) -> bool:
    start = at(doc, "validFor.startDateTime")
    return start is not None and instant(start) <= moment
