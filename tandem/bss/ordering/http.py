"""What this room puts on the wire: TMF622 Product Ordering v4 and v5."""

from __future__ import annotations

from typing import Any, Final

from tandem.bss.ordering import commands, model, store
from tandem.bss.ordering.rules import versions
from tandem.kernel.tmf.exposure import CHANGES_AND_STATES, Exposure, TaskExposure
from tandem.kernel.tmf.references import BY_REFERRED_TYPE

_V4: Final[dict[str, Any]] = {
    "api": "TMF622",
    "version": "v4",
    "base": "/tmf-api/productOrderingManagement/v4",
}
_V5: Final[dict[str, Any]] = {"api": "TMF622", "version": "v5", "base": "/tmf-api/productOrderingManagement/v5"}
_ORDER: Final[dict[str, Any]] = {
    "path": "productOrder",
    "type_name": "ProductOrder",
    "table": store.PRODUCT_ORDERS,
    "model": model.ProductOrder,
    "mandatory": ("productOrderItem", "productOrderItem.id", "productOrderItem.action"),
    "server_set": (
        "id",
        "href",
        "creationDate",
        "completionDate",
        "cancellationDate",
        "productOrderMilestone",
        "productOrderErrorMessage",
        "productOrderItem.state",
    ),
    "references": {
        "billingAccount": "BillingAccount",
        "relatedParty.partyOrPartyRole": BY_REFERRED_TYPE,
        "productOrderItem.billingAccount": "BillingAccount",
        "productOrderItem.product": "Product",
        "productOrderItem.productOffering": "ProductOffering",
        "productOrderItem.product.productOffering": "ProductOffering",
    },
    "create": commands.place_product_order,
    "patch": commands.patch_product_order,
    "delete": commands.delete_product_order,
    "owner": "customer_id",
    "events": CHANGES_AND_STATES,
}
_CANCEL: Final[dict[str, Any]] = {
    "path": "cancelProductOrder",
    "type_name": "CancelProductOrder",
    "table": store.CANCEL_PRODUCT_ORDERS,
    "model": model.CancelProductOrder,
    "mandatory": ("productOrder",),
    "server_set": ("id", "href", "state", "creationDate", "effectiveCancellationDate"),
    "references": {"productOrder": "ProductOrder"},
    "create": commands.cancel_product_order,
    "owner": "customer_id",
    "events": ("Create", "StateChange"),
}

EXPOSURES: Final = (
    Exposure(**_V5, **_ORDER),
    Exposure(**_V4, **_ORDER, to_wire=versions.ORDER_TO_V4, from_wire=versions.ORDER_FROM_V4),
    TaskExposure(**_V5, **_CANCEL),
    TaskExposure(**_V4, **_CANCEL, to_wire=versions.CANCEL_TO_V4, from_wire=versions.CANCEL_FROM_V4),
)
