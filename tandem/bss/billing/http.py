"""What this room puts on the wire: TMF678 Customer Bill Management, versions 4 and 5."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from tandem.bss.billing import model, store
from tandem.bss.billing.commands import issuing, sending
from tandem.bss.billing.rules import versions
from tandem.kernel.tmf import READ, Exposure
from tandem.kernel.tmf.exposure import CREATE, GET, LIST, PATCH

_BASE: Final = "/tmf-api/customerBillManagement"
_OURS: Final = tuple(
    field.encode_name
    for field in msgspec.structs.fields(model.CustomerBill)
    if field.encode_name not in ("state", "relatedParty", "@type", "@baseType", "@schemaLocation")
)
"""All of a bill but its state is what was drawn up. Versions word a related party differently: its values count."""
_PARTY: Final = tuple(f"relatedParty.{path}" for path in ("role", "partyOrPartyRole.id", "partyOrPartyRole.name"))

_BILL: Final[dict[str, Any]] = {
    "api": "TMF678",
    "path": "customerBill",
    "type_name": "CustomerBill",
    "table": store.BILLS,
    "model": model.CustomerBill,
    "verbs": frozenset({LIST, GET, PATCH}),
    "server_set": (*_OURS, *_PARTY, "timeZone"),
    "patch": sending.patch_bill,
    "owner": "customer_id",
    "events": ("Create", "StateChange"),
}
_RATE: Final[dict[str, Any]] = {
    "api": "TMF678",
    "path": "appliedCustomerBillingRate",
    "type_name": "AppliedCustomerBillingRate",
    "table": store.RATES,
    "model": model.AppliedCustomerBillingRate,
    "verbs": READ,
    "owner": "customer_id",
    "events": (),
}
_ON_DEMAND: Final[dict[str, Any]] = {
    "api": "TMF678",
    "path": "customerBillOnDemand",
    "type_name": "CustomerBillOnDemand",
    "table": store.ON_DEMAND,
    "model": model.CustomerBillOnDemand,
    "verbs": frozenset({LIST, GET, CREATE}),
    "mandatory": ("billingAccount",),
    "server_set": ("id", "href", "state", "customerBill", "lastUpdate"),
    "references": {"billingAccount": "BillingAccount"},
    "create": issuing.create_on_demand,
    "owner": "customer_id",
    "events": ("Create", "StateChange"),
}

EXPOSURES: Final = (
    Exposure(version="v5", base=f"{_BASE}/v5", **_BILL),
    Exposure(version="v5", base=f"{_BASE}/v5", **_RATE),
    Exposure(version="v5", base=f"{_BASE}/v5", **_ON_DEMAND),
    Exposure(
        api="TMF678",
        version="v5",
        base=f"{_BASE}/v5",
        path="billCycle",
        type_name="BillCycle",
        table=store.BILL_CYCLES,
        model=model.BillCycle,
        verbs=READ,
        events=(),
    ),
    Exposure(
        version="v4",
        base=f"{_BASE}/v4",
        to_wire=versions.BILL_TO_V4,
        from_wire=versions.BILL_FROM_V4,
        **_BILL,
    ),
    Exposure(
        version="v4",
        base=f"{_BASE}/v4",
        to_wire=versions.RATE_TO_V4,
        from_wire=versions.RATE_FROM_V4,
        **_RATE,
    ),
    Exposure(
        version="v4",
        base=f"{_BASE}/v4",
        to_wire=versions.ON_DEMAND_TO_V4,
        from_wire=versions.ON_DEMAND_FROM_V4,
        **_ON_DEMAND,
    ),
)
