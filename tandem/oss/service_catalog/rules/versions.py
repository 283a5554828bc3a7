"""How TMF634 version 4 names what the store holds in the shape of version 5."""

from __future__ import annotations

from typing import Final

from tandem.kernel.tmf.conversion import Step, conversion, related_parties, renamed

CHARACTERISTICS: Final = "resourceSpecCharacteristic"
FEATURE: Final = "featureSpecification"
FEATURE_CHARACTERISTICS: Final = f"{FEATURE}.featureSpecCharacteristic"
RELATED: Final = "resourceSpecRelationship.characteristic"


def _characteristics(path: str, prefix: str) -> tuple[Step, ...]:
    """Version 4 puts the owner's name before the words: `resourceSpecCharacteristicValue`."""
    return (
        renamed(f"{path}.charSpecRelationship.parentSpecificationId", "resourceSpecificationId"),
        renamed(f"{path}.charSpecRelationship.parentSpecificationHref", "resourceSpecificationHref"),
        renamed(f"{path}.charSpecRelationship", f"{prefix}CharRelationship"),
        renamed(f"{path}.characteristicValueSpecification", f"{prefix}CharacteristicValue"),
    )


PARTIES: Final = conversion(related_parties("relatedParty"))

SPECIFICATION: Final = conversion(
    related_parties("relatedParty"),
    renamed(f"{FEATURE}.policyConstraint", "constraint"),
    renamed(f"{FEATURE_CHARACTERISTICS}.charSpecRelationship.characteristicSpecificationId", "characteristicId"),
    *_characteristics(FEATURE_CHARACTERISTICS, "featureSpec"),
    *_characteristics(CHARACTERISTICS, "resourceSpec"),
    *_characteristics(RELATED, "resourceSpec"),
)
