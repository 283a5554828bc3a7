"""The catalogue on the wire: TMF633 v4, TMF634 v4 and v5."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

import msgspec

from tandem.kernel.store import EntityTable
from tandem.kernel.tmf import ALL, CHANGES_AND_STATES, AnyExposure, Exposure
from tandem.oss.service_catalog import commands, store
from tandem.oss.service_catalog.commands import BEGINNING
from tandem.oss.service_catalog.model import tmf633, tmf634
from tandem.oss.service_catalog.model.words import ExportJob, ImportJob
from tandem.oss.service_catalog.rules import versions

SERVICES_V4: Final = {"api": "TMF633", "version": "v4", "base": "/tmf-api/serviceCatalogManagement/v4"}
RESOURCES_V4: Final = {"api": "TMF634", "version": "v4", "base": "/tmf-api/resourceCatalog/v4"}
RESOURCES_V5: Final = {"api": "TMF634", "version": "v5", "base": "/tmf-api/resourceCatalog/v5"}

SET_BY_US: Final = ("id", "href", "lastUpdate")
JOB_SET_BY_US: Final = ("id", "href", "status", "creationDate", "completionDate", "errorLog")
NO_PATCH: Final = ALL - {"patch"}


def _entry(where: dict[str, str], path: str, model: type[msgspec.Struct], table: EntityTable, **more: Any) -> Exposure:
    """An entry of the catalogue; `more` says what differs from the plain one."""
    plain: dict[str, Any] = {
        "mandatory": ("name",),
        "server_set": SET_BY_US,
        "defaults": BEGINNING,
        "create": partial(commands.add_entry, table),
        "patch": partial(commands.change_entry, table),
        "events": CHANGES_AND_STATES,
    }
    return Exposure(path=path, type_name=model.__name__, table=table, model=model, **{**where, **plain, **more})


def _category(table: EntityTable) -> dict[str, Any]:
    return {
        "create": partial(commands.add_category, table),
        "patch": partial(commands.change_category, table),
    }


def _jobs(where: dict[str, str], side: str) -> tuple[AnyExposure, ...]:
    """Import and export jobs of one half of the catalogue."""
    plain: dict[str, Any] = {
        **where,
        "verbs": NO_PATCH,
        "mandatory": ("url",),
        "server_set": JOB_SET_BY_US,
        "events": ("Create", "StateChange", "Delete"),
    }
    halves = commands.SIDES[side]
    return (
        Exposure(
            path="importJob",
            type_name="ImportJob",
            model=ImportJob,
            table=halves.imports,
            entity="ImportJob",
            create=partial(commands.ask_for_import, side),
            **plain,
        ),
        Exposure(
            path="exportJob",
            type_name="ExportJob",
            model=ExportJob,
            table=halves.exports,
            entity="ExportJob",
            create=partial(commands.ask_for_export, side),
            **plain,
        ),
    )


SERVICE_EXPOSURES: Final[tuple[AnyExposure, ...]] = (
    _entry(
        SERVICES_V4,
        "serviceCatalog",
        tmf633.ServiceCatalog,
        store.SERVICE_CATALOGS,
        references={"category": "ServiceCategory"},
    ),
    _entry(
        SERVICES_V4,
        "serviceCategory",
        tmf633.ServiceCategory,
        store.SERVICE_CATEGORIES,
        references={"category": "ServiceCategory", "serviceCandidate": "ServiceCandidate"},
        **_category(store.SERVICE_CATEGORIES),
    ),
    _entry(
        SERVICES_V4,
        "serviceCandidate",
        tmf633.ServiceCandidate,
        store.SERVICE_CANDIDATES,
        mandatory=("name", "serviceSpecification"),
        references={"category": "ServiceCategory", "serviceSpecification": "ServiceSpecification"},
    ),
    _entry(
        SERVICES_V4,
        "serviceSpecification",
        tmf633.ServiceSpecification,
        store.SERVICE_SPECIFICATIONS,
        references={
            "resourceSpecification": "ResourceSpecification",
            "serviceSpecRelationship": "ServiceSpecification",
        },
        create=commands.describe_service,
        patch=commands.change_service,
        delete=commands.withdraw_service,
    ),
    *_jobs(SERVICES_V4, "service"),
)


def _resource_exposures(where: dict[str, str], *, as_v4: bool) -> tuple[AnyExposure, ...]:
    """The resource half in one version: the store has the shape of version 5."""
    to_parties, from_parties = versions.PARTIES if as_v4 else (None, None)
    to_specification, from_specification = versions.SPECIFICATION if as_v4 else (None, None)
    return (
        _entry(
            where,
            "resourceCatalog",
            tmf634.ResourceCatalog,
            store.RESOURCE_CATALOGS,
            references={"category": "ResourceCategory"},
            to_wire=to_parties,
            from_wire=from_parties,
        ),
        _entry(
            where,
            "resourceCategory",
            tmf634.ResourceCategory,
            store.RESOURCE_CATEGORIES,
            references={"category": "ResourceCategory", "resourceCandidate": "ResourceCandidate"},
            to_wire=to_parties,
            from_wire=from_parties,
            **_category(store.RESOURCE_CATEGORIES),
        ),
        _entry(
            where,
            "resourceCandidate",
            tmf634.ResourceCandidate,
            store.RESOURCE_CANDIDATES,
            references={"category": "ResourceCategory", "resourceSpecification": "ResourceSpecification"},
        ),
        _entry(
            where,
            "resourceSpecification",
            tmf634.ResourceSpecification,
            store.RESOURCE_SPECIFICATIONS,
            references={"resourceSpecRelationship": "ResourceSpecification"},
            delete=commands.withdraw_resource,
            to_wire=to_specification,
            from_wire=from_specification,
        ),
        *_jobs(where, "resource"),
    )


EXPOSURES: Final[tuple[AnyExposure, ...]] = (
    *SERVICE_EXPOSURES,
    *_resource_exposures(RESOURCES_V4, as_v4=True),
    *_resource_exposures(RESOURCES_V5, as_v4=False),
)
