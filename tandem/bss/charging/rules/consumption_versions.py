"""Where version 4 of TMF677 says it in another way than the stored shape, which is version 5's."""

from __future__ import annotations

from typing import Final

from tandem.kernel.tmf.conversion import Step, beneath, conversion, exchanged, filled, related_parties, renamed

_TYPES: Final = {"UsageConsumptionReport": "UsageConsumption"}


def _consumption(path: str) -> tuple[Step, ...]:
    """A report, where it stands; version 4 says of each that it is done."""
    return (
        *beneath(path, renamed("bucket", "bucketRefOrValue"), related_parties("relatedParty")),
        exchanged(f"{path}.@type", _TYPES),
    )


CONSUMPTION_TO_V4, CONSUMPTION_FROM_V4 = conversion(
    renamed("creationDate", "queryUsageConsumptionDate"),
    related_parties("relatedParty"),
    *_consumption("searchCriteria"),
    *_consumption("usageConsumption"),
    filled("usageConsumption", state=lambda _: "done"),
)
