"""What this room puts on the wire: TMF637 Product Inventory, versions 4 and 5."""

from __future__ import annotations

from typing import Any, Final

from tandem.bss.subscriptions import commands, lifecycle, model, store
from tandem.bss.subscriptions.rules import versions
from tandem.kernel.tmf import CHANGES_AND_STATES, Exposure
from tandem.kernel.tmf.references import BY_REFERRED_TYPE

_BASE: Final = "/tmf-api/productInventory"
_PRODUCT: Final[dict[str, Any]] = {
    "api": "TMF637",
    "path": "product",
    "type_name": "Product",
    "table": store.PRODUCTS,
    "model": model.Product,
    "server_set": ("id", "href", "creationDate"),
    "defaults": {"status": lifecycle.CREATED},
    "references": {
        "billingAccount": "BillingAccount",
        "productOffering": "ProductOffering",
        "productSpecification": "ProductSpecification",
        "productRelationship": "Product",
        "productPrice.productOfferingPrice": "ProductOfferingPrice",
        "relatedParty.partyOrPartyRole": BY_REFERRED_TYPE,
    },
    "create": commands.create_product,
    "patch": commands.patch_product,
    "delete": commands.delete_product,
    "owner": "customer_id",
    "events": CHANGES_AND_STATES,
}

EXPOSURES: Final = (
    Exposure(version="v5", base=f"{_BASE}/v5", **_PRODUCT),
    Exposure(
        version="v4",
        base=f"{_BASE}/v4",
        to_wire=versions.PRODUCT_TO_V4,
        from_wire=versions.PRODUCT_FROM_V4,
        **_PRODUCT,
    ),
)
