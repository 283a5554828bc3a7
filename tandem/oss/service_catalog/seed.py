"""The demonstration operator's network catalogue: one mobile service and the resources that it takes."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from tandem.kernel.json import Doc
from tandem.kernel.store import EntityTable, Uow
from tandem.kernel.tmf.shape import TypeFiller
from tandem.kernel.tmf.types import Entity
from tandem.oss.service_catalog import commands, store
from tandem.oss.service_catalog.model import tmf633, tmf634
from tandem.oss.service_catalog.terms import (
    HLR,
    HLR_SUBSCRIBER,
    MOBILE_SUBSCRIPTION,
    MSISDN,
    NUMBER_POOL,
    SIM,
    SIM_POOL,
)

VERSION: Final = "1.0"
IN_USE: Final = {"version": VERSION, "lifecycleStatus": "Active"}


def seed(uow: Uow) -> None:
    """Describe everything that is not described yet. Idempotent: by id."""
    for table, model, docs in _entries():
        typed = TypeFiller(model, table.entity)
        create = commands.describe_service if table is store.SERVICE_SPECIFICATIONS else None
        for doc in docs:
            if not table.exists(uow, doc["id"]):
                (create or partial(commands.add_entry, table))(uow, typed({**IN_USE, **doc}))


def _entries() -> tuple[tuple[EntityTable, type[Entity], tuple[Doc, ...]], ...]:
    return (
        (store.RESOURCE_SPECIFICATIONS, tmf634.ResourceSpecification, (_msisdn(), _sim(), _hlr(), _hlr_subscriber())),
        (store.RESOURCE_CATEGORIES, tmf634.ResourceCategory, (_category("res-cat-mobile", "Mobile resources"),)),
        (
            store.RESOURCE_CATALOGS,
            tmf634.ResourceCatalog,
            (_catalog("res-catalog", "Network resources", "res-cat-mobile"),),
        ),
        (store.SERVICE_SPECIFICATIONS, tmf633.ServiceSpecification, (_mobile_subscription(),)),
        (store.SERVICE_CATEGORIES, tmf633.ServiceCategory, (_category("svc-cat-mobile", "Mobile services"),)),
        (store.SERVICE_CANDIDATES, tmf633.ServiceCandidate, (_mobile_candidate(),)),
        (
            store.SERVICE_CATALOGS,
            tmf633.ServiceCatalog,
            (_catalog("svc-catalog", "Network services", "svc-cat-mobile"),),
        ),
    )


def _mobile_subscription() -> Doc:
    return {
        "@type": "CustomerFacingServiceSpecification",
        "@baseType": "ServiceSpecification",
        "id": MOBILE_SUBSCRIPTION,
        "name": "MobileSubscription",
        "description": "A subscriber who can attach, call and use data: one number, one SIM, one entry in the HLR.",
        "isBundle": False,
        "specCharacteristic": [
            _characteristic("msisdn", "string", regex=r"\+?[1-9][0-9]{6,14}"),
            _characteristic("iccid", "string", regex=r"[0-9]{18,20}"),
            _characteristic("voiceEnabled", "boolean", default=True),
            _characteristic("dataEnabled", "boolean", default=True),
        ],
        "resourceSpecification": [
            _ref(MSISDN, "MSISDN", "ResourceSpecification"),
            _ref(SIM, "SIM", "ResourceSpecification"),
            _ref(HLR_SUBSCRIBER, "HLR subscriber", "ResourceSpecification"),
        ],
    }


def _mobile_candidate() -> Doc:
    return {
        "id": "svc-candidate-mobile-subscription",
        "name": "Mobile subscription",
        "category": [_ref("svc-cat-mobile", "Mobile services", "ServiceCategory")],
        "serviceSpecification": _ref(MOBILE_SUBSCRIPTION, "MobileSubscription", "ServiceSpecification"),
    }


def _msisdn() -> Doc:
    return {
        "@type": "LogicalResourceSpecification",
        "id": MSISDN,
        "name": "MSISDN",
        "description": "A subscriber's number, taken from the operator's pool.",
        "category": "number",
        "resourceSpecCharacteristic": [
            _characteristic("pool", "string", default=NUMBER_POOL),
            _characteristic("msisdn", "string", regex=r"[1-9][0-9]{6,14}"),
        ],
    }


def _sim() -> Doc:
    return {
        "@type": "PhysicalResourceSpecification",
        "id": SIM,
        "name": "SIM",
        "description": "A card with its identity (ICCID, IMSI); its keys are kept sealed and stand in no document.",
        "category": "sim",
        "resourceSpecCharacteristic": [
            _characteristic("pool", "string", default=SIM_POOL),
            _characteristic("iccid", "string", regex=r"[0-9]{18,20}"),
            _characteristic("imsi", "string", regex=r"[0-9]{14,15}"),
        ],
    }


def _hlr() -> Doc:
    return {
        "@type": "ResourceFunctionSpecification",
        "id": HLR,
        "name": "HLR",
        "description": "The register of home subscribers: a network element.",
        "category": "element",
        "resourceSpecCharacteristic": [_characteristic("elementId", "string")],
    }


def _hlr_subscriber() -> Doc:
    return {
        "@type": "LogicalResourceSpecification",
        "id": HLR_SUBSCRIBER,
        "name": "HLR subscriber",
        "description": "One subscriber's entry in the HLR, made for one service.",
        "category": "subscriber",
        "resourceSpecCharacteristic": [
            _characteristic("imsi", "string", regex=r"[0-9]{14,15}"),
            _characteristic("msisdn", "string", regex=r"[1-9][0-9]{6,14}"),
            _characteristic("algorithm", "string", default="milenage"),
        ],
        "resourceSpecRelationship": [
            _related(MSISDN, "MSISDN", "requires"),
            _related(SIM, "SIM", "requires"),
            _related(HLR, "HLR", "hostedOn"),
        ],
    }


def _category(entry_id: str, name: str) -> Doc:
    return {"id": entry_id, "name": name, "isRoot": True}


def _catalog(entry_id: str, name: str, category: str) -> Doc:
    kind = "ServiceCategory" if category.startswith("svc") else "ResourceCategory"
    return {"id": entry_id, "name": name, "category": [_ref(category, name, kind)]}


def _ref(entry_id: str, name: str, referred: str) -> Doc:
    return {"id": entry_id, "name": name, "version": VERSION, "@referredType": referred}


def _related(entry_id: str, name: str, relationship: str) -> Doc:
    return {"id": entry_id, "name": name, "relationshipType": relationship, "minimumQuantity": 1, "maximumQuantity": 1}


def _characteristic(name: str, value_type: str, *, default: Any = None, regex: str | None = None) -> Doc:
    doc: Doc = {"name": name, "valueType": value_type, "configurable": True, "minCardinality": 0, "maxCardinality": 1}
    if regex is not None:
        doc["regex"] = regex
    if default is not None:
        doc["characteristicValueSpecification"] = [{"value": default, "valueType": value_type, "isDefault": True}]
    return doc
