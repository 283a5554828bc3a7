"""What this room puts on the wire: TMF676 Payment, version 4 (there is no other)."""

from __future__ import annotations

from functools import partial
from typing import Final

from tandem.bss.receivables import model, store
from tandem.bss.receivables.commands import recording, refunding
from tandem.kernel.tmf import CHANGES_AND_STATES, Exposure
from tandem.kernel.tmf.exposure import CREATE, GET, LIST
from tandem.kernel.tmf.references import BY_REFERRED_TYPE

_exposure = partial(
    Exposure, api="TMF676", version="v4", base="/tmf-api/payment/v4", verbs=frozenset({LIST, GET, CREATE}),
    mandatory=("account", "paymentMethod", "totalAmount"), owner="customer_id", events=CHANGES_AND_STATES,
)  # fmt: skip

EXPOSURES: Final = (
    _exposure(
        path="payment",
        type_name="Payment",
        table=store.PAYMENTS,
        model=model.Payment,
        mandatory=("account", "paymentMethod", "totalAmount", "paymentItem.item"),
        server_set=("id", "href", "status", "statusDate", "statusReason", "paymentDate"),
        references={"account": "BillingAccount", "paymentItem.item": BY_REFERRED_TYPE},
        create=recording.create_payment,
    ),
    _exposure(
        path="refund",
        type_name="Refund",
        table=store.REFUNDS,
        model=model.Refund,
        mandatory=("account", "paymentMethod", "totalAmount", "payment"),
        server_set=("id", "href", "status", "statusDate", "statusReason", "authorizationCode", "cause"),
        references={"account": "BillingAccount", "payment": "Payment"},
        create=refunding.create_refund,
    ),
)
