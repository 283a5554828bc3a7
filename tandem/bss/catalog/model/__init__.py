"""The room's entities as typed views of their documents."""

from tandem.bss.catalog.model.catalog import Category, ProductCatalog
from tandem.bss.catalog.model.job import ExportJob, ImportJob
from tandem.bss.catalog.model.offering import ProductOffering
from tandem.bss.catalog.model.price import ProductOfferingPrice
from tandem.bss.catalog.model.specification import ProductSpecification

__all__ = [
    "Category",
    "ExportJob",
    "ImportJob",
    "ProductCatalog",
    "ProductOffering",
    "ProductOfferingPrice",
    "ProductSpecification",
]
