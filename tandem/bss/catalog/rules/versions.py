"""Where version 4 of TMF620 says it in another way than the stored shape, which is version 5's."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from tandem.kernel.json import Doc
from tandem.kernel.tmf.conversion import Path, Step, conversion, exchanged, related_parties, renamed


def _parent() -> Step:
    """`parentId` of version 4. Version 5's `parent` may say more than the id: then it is shown beside it."""

    def to_v4(doc: Doc) -> Doc:
        parent = doc.get("parent")
        if not isinstance(parent, dict) or "id" not in parent:
            return doc
        only_id = set(parent) <= {"id"} or parent == {"id": parent["id"], "@type": "CategoryRef"}
        rest = {name: value for name, value in doc.items() if not (only_id and name == "parent")}
        return {**rest, "parentId": parent["id"]}

    def from_v4(doc: Doc) -> Doc:
        if "parentId" not in doc:
            return doc
        rest = {name: value for name, value in doc.items() if name != "parentId"}
        known = rest.get("parent")
        same = isinstance(known, dict) and known.get("id") == doc["parentId"]
        return rest if same else {**rest, "parent": {"id": doc["parentId"], "@type": "CategoryRef"}}

    def stored_path(path: Path) -> Path:
        return ("parent", "id") if path == ("parentId",) else path

    def wire_path(path: Path) -> Path:
        return ("parentId",) if path == ("parent", "id") else path

    return replace(Step(out=to_v4, back=from_v4), stored_path=stored_path, wire_path=wire_path)


_CHARACTERISTIC: Final = "productSpecCharacteristic"

CATALOG_TO_V4, CATALOG_FROM_V4 = conversion(
    exchanged("@type", {"ProductCatalog": "Catalog"}),
    related_parties("relatedParty"),
)
CATEGORY_TO_V4, CATEGORY_FROM_V4 = conversion(_parent())
OFFERING_TO_V4, OFFERING_FROM_V4 = conversion(
    renamed("productOfferingPrice.policy", "constraint"),
    renamed("productOfferingPrice.recurringChargePeriodType", "recurringChargePeriod"),
)
PRICE_TO_V4, PRICE_FROM_V4 = conversion(renamed("policy", "constraint"))
SPECIFICATION_TO_V4, SPECIFICATION_FROM_V4 = conversion(
    renamed(f"{_CHARACTERISTIC}.charSpecRelationship", "productSpecCharRelationship"),
    renamed(f"{_CHARACTERISTIC}.characteristicValueSpecification", "productSpecCharacteristicValue"),
    related_parties("relatedParty"),
)
