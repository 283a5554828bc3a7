"""Catalogs and their categories. Standard: TMF620."""

from __future__ import annotations

from tandem.bss.catalog.model.reference import CategoryRef, ProductOfferingRef
from tandem.kernel.tmf.types import Entity, Instant, RelatedPartyRefOrPartyRoleRef, TimePeriod


class ProductCatalog(Entity):
    catalog_type: str | None = None
    category: list[CategoryRef] | None = None
    description: str | None = None
    last_update: Instant | None = None
    lifecycle_status: str | None = None
    name: str | None = None
    related_party: list[RelatedPartyRefOrPartyRoleRef] | None = None
    valid_for: TimePeriod | None = None
    version: str | None = None


class Category(Entity):
    description: str | None = None
    is_root: bool | None = None
    last_update: Instant | None = None
    lifecycle_status: str | None = None
    name: str | None = None
    parent: CategoryRef | None = None
    product_offering: list[ProductOfferingRef] | None = None
    sub_category: list[CategoryRef] | None = None
    valid_for: TimePeriod | None = None
    version: str | None = None
