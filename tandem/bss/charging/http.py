"""What this room puts on the wire: TMF635 Usage, version 4 (there is no other)."""

from __future__ import annotations

from typing import Final

from tandem.bss.charging import commands, model, store
from tandem.kernel.tmf import CHANGES, CHANGES_AND_STATES, Exposure
from tandem.kernel.tmf.references import BY_REFERRED_TYPE

BASE: Final = "/tmf-api/usageManagement/v4"

EXPOSURES: Final = (
    Exposure(
        api="TMF635",
        version="v4",
        base=BASE,
        path="usage",
        type_name="Usage",
        table=store.USAGE,
        model=model.Usage,
        mandatory=("usageType", "usageDate", "usageCharacteristic"),
        server_set=("id", "href", "ratedProductUsage", "usageSource", "suspension", "exclusion"),
        references={"usageSpecification": "UsageSpecification", "relatedParty": BY_REFERRED_TYPE},
        create=commands.record_usage,
        patch=commands.patch_usage,
        delete=commands.delete_usage,
        owner="customer_id",
        events=CHANGES_AND_STATES,
    ),
    Exposure(
        api="TMF635",
        version="v4",
        base=BASE,
        path="usageSpecification",
        type_name="UsageSpecification",
        table=store.SPECIFICATIONS,
        model=model.UsageSpecification,
        mandatory=("name",),
        server_set=("id", "href", "lastUpdate"),
        references={"relatedParty": BY_REFERRED_TYPE},
        create=commands.create_specification,
        patch=commands.patch_specification,
        delete=commands.delete_specification,
        events=CHANGES,
    ),
)
