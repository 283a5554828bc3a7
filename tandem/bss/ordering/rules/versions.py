"""Where version 4 of TMF622 says it in another way than the stored shape, which is version 5's."""

from __future__ import annotations

from typing import Any, Final

from tandem.kernel.tmf.conversion import conversion, flattened, listed, mapped, related_parties, renamed

_V5_ONLY: Final = {"draft": "pending", "inProgress.accepted": "inProgress"}


def _external_id_out(value: Any) -> Any:
    return value.get("id") if isinstance(value, dict) else value


def _external_id_back(value: Any) -> Any:
    return {"id": value, "@type": "ExternalIdentifier"} if isinstance(value, str) else value


def _same(value: Any) -> Any:
    return value


ORDER_TO_V4, ORDER_FROM_V4 = conversion(
    renamed("creationDate", "orderDate"),
    listed("externalId"),
    mapped("externalId", out=_external_id_out, back=_external_id_back),
    mapped("state", out=lambda state: _V5_ONLY.get(state, state), back=_same),
    flattened("channel", under="channel"),
    related_parties("relatedParty"),
    related_parties("productOrderItem.product.relatedParty"),
    flattened("productOrderItem.product.place", under="place"),
    renamed("productOrderItem.product.agreementItem", "agreement"),
)
CANCEL_TO_V4, CANCEL_FROM_V4 = conversion()
