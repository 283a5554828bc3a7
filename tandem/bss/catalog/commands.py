"""Changes to the catalogue. An offering is launched only when the static check finds nothing against it."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from tandem.bss.catalog import lifecycle, model, store
from tandem.bss.catalog.rules import files
from tandem.bss.catalog.rules.launch import findings, findings_through_time
from tandem.bss.catalog.rules.plan import Versioned
from tandem.bss.catalog.rules.tariff.reading import check_words
from tandem.bss.catalog.terms import (
    ImportRefused,
    InUse,
    OfferingLaunched,
    OfferingNotLaunchable,
    OfferingRetired,
    QueryRefused,
)
from tandem.kernel.errors import Refused, TandemError
from tandem.kernel.json import Doc
from tandem.kernel.period import text_of
from tandem.kernel.store import EntityTable, Stored, Uow
from tandem.kernel.tmf.types import view

STATUS: Final = "lifecycleStatus"


# -- entries of every kind --------------------------------------------------------------------------------------------


def add_entry(table: EntityTable, uow: Uow, doc: Doc) -> Stored:
    """Keep a new specification, price, category or catalog. Raises: PriceTermsInvalid with the place."""
    lifecycle.ENTRY.check(None, doc, attribute=STATUS)
    _require_readable(table, doc)
    return table.add(uow, _stamped(uow, doc))


def change_entry(table: EntityTable, uow: Uow, stored: Stored, doc: Doc) -> Stored:
    """Keep what changed about one; its earlier content stays readable as of then. Raises: PriceTermsInvalid."""
    lifecycle.ENTRY.check(stored.doc, doc, attribute=STATUS)
    _require_readable(table, doc)
    if _without_stamp(doc) == _without_stamp(stored.doc):
        return stored
    return table.save(uow, stored.id, _stamped(uow, doc), expected_version=stored.version)


def _require_readable(table: EntityTable, doc: Doc) -> None:
    """What is told in typed words is refused at once where it cannot be read, a draft's too."""
    if table in (store.PRICES, store.OFFERINGS):
        check_words(doc)


def _stamped(uow: Uow, doc: Doc) -> Doc:
    return {**doc, "lastUpdate": text_of(uow.now)}


def _without_stamp(doc: Doc) -> Doc:
    return {name: value for name, value in doc.items() if name != "lastUpdate"}


def change_part(table: EntityTable, uow: Uow, stored: Stored, doc: Doc) -> Stored:
    """Keep what changed about a price or a specification. Raises: OfferingNotLaunchable when an offering that is for
    sale could no longer be charged or delivered with it.
    """
    kept = change_entry(table, uow, stored, doc)
    for offering in store.launched_with(uow, table, kept.id):
        _require_launchable(uow, offering)
    return kept


def delete_price(uow: Uow, stored: Stored) -> None:
    """Remove a price or a table of words that no offering names. Raises: InUse."""
    _refuse_used(stored, "price", store.naming(uow, store.OFFERINGS, "productOfferingPrice", stored.id))
    _refuse_used(stored, "table", store.including(uow, stored.id))
    store.PRICES.delete(uow, stored.id, expected_version=stored.version)


def delete_specification(uow: Uow, stored: Stored) -> None:
    """Remove a specification that no offering sells. Raises: InUse."""
    _refuse_used(stored, "specification", store.offering_of_specification(uow, stored.id))
    store.SPECIFICATIONS.delete(uow, stored.id, expected_version=stored.version)


def delete_category(uow: Uow, stored: Stored) -> None:
    """Remove a category that no offering is in. Raises: InUse."""
    _refuse_used(stored, "category", store.naming(uow, store.OFFERINGS, "category", stored.id))
    store.CATEGORIES.delete(uow, stored.id, expected_version=stored.version)


def _refuse_used(stored: Stored, what: str, offering: Stored | None) -> None:
    if offering is not None:
        raise InUse(f"offering {offering.id} stands on {what} {stored.id}", offering=offering.id)


# -- offerings --------------------------------------------------------------------------------------------------------


def create_offering(uow: Uow, doc: Doc) -> Stored:
    """Keep a new offering. Raises: OfferingNotLaunchable when it shall be launched at once; PriceTermsInvalid."""
    lifecycle.OFFERING.check(None, doc, attribute=STATUS)
    _require_readable(store.OFFERINGS, doc)
    stored = store.OFFERINGS.add(uow, _stamped(uow, doc))
    return _told(uow, None, stored)


def patch_offering(uow: Uow, stored: Stored, doc: Doc) -> Stored:
    """Keep what changed about an offering. Raises: OfferingNotLaunchable; a launched one is checked at every change."""
    lifecycle.OFFERING.check(stored.doc, doc, attribute=STATUS)
    _require_readable(store.OFFERINGS, doc)
    if _without_stamp(doc) == _without_stamp(stored.doc):
        return stored
    kept = store.OFFERINGS.save(uow, stored.id, _stamped(uow, doc), expected_version=stored.version)
    return _told(uow, stored, kept)


def _told(uow: Uow, before: Stored | None, kept: Stored) -> Stored:
    status, version = kept.doc.get(STATUS), str(kept.doc.get("version") or "")
    if status == lifecycle.LAUNCHED:
        _require_launchable(uow, kept)
    if before is not None and before.doc.get(STATUS) == status:
        return kept
    if status == lifecycle.LAUNCHED:
        uow.emit(OfferingLaunched(offering_id=kept.id, version=version))
    elif status == lifecycle.RETIRED:
        uow.emit(OfferingRetired(offering_id=kept.id, version=version))
    return kept


def _require_launchable(uow: Uow, offering: Stored) -> None:
    found = findings(Versioned(offering.doc, offering.version), store.surroundings(uow, offering))
    found = found or findings_through_time(store.tariff_history(uow, offering.id), uow.now)
    if found:
        raise OfferingNotLaunchable(
            f"offering {offering.id} cannot be launched: {'; '.join(finding.reason for finding in found)}",
            path=found[0].path,
            next_action="put these right, then launch it",
            findings=[{"code": finding.code, "reason": finding.reason, "path": finding.path} for finding in found],
        )


def delete_offering(uow: Uow, stored: Stored) -> None:
    """Remove an offering that was never for sale. Raises: InUse."""
    if stored.doc.get(STATUS) in (lifecycle.LAUNCHED, lifecycle.RETIRED):
        raise InUse(
            f"offering {stored.id} is or was for sale",
            next_action="retire it instead (lifecycleStatus Retired)",
            status=stored.doc.get(STATUS),
        )
    bundle = store.naming(uow, store.OFFERINGS, "bundledProductOffering", stored.id)
    _refuse_used(stored, "offering", bundle)
    store.OFFERINGS.delete(uow, stored.id, expected_version=stored.version)


def change_offering_status(uow: Uow, *, offering_id: str, status: str, reason: str | None = None) -> Stored:
    """Move an offering along its table. Idempotent: by the status."""
    stored = store.OFFERINGS.get_for_update(uow, offering_id)
    told: dict[str, Any] = {STATUS: status} if reason is None else {STATUS: status, "statusReason": reason}
    return patch_offering(uow, stored, {**stored.doc, **told})


# -- files ------------------------------------------------------------------------------------------------------------

EXPORT_STEP: Final = "catalog.export"
IMPORT_STEP: Final = "catalog.import"
_MODELS: Final[dict[str, type[msgspec.Struct]]] = {
    "ProductSpecification": model.ProductSpecification,
    "ProductOfferingPrice": model.ProductOfferingPrice,
    "ProductOffering": model.ProductOffering,
    "Category": model.Category,
    "ProductCatalog": model.ProductCatalog,
}
_SCOPES: Final = {name[0].lower() + name[1:]: name for name in _MODELS}


def ask_for_export(uow: Uow, doc: Doc) -> Stored:
    """Take an export job on; a step writes its file behind the commit.

    `path` narrows it to one kind of entry (`/productOffering`), `query` to a status (`lifecycleStatus=Launched`).
    Raises: RemoteFileRefused, QueryRefused.
    """
    if doc.get("url"):
        files.require_inline(doc["url"])
    _kinds_asked(doc)
    _status_asked(doc)
    return _taken_on(store.EXPORT_JOBS, EXPORT_STEP, uow, doc)


def ask_for_import(uow: Uow, doc: Doc) -> Stored:
    """Take an import job on; a step reads its file behind the commit. Raises: RemoteFileRefused, ImportRefused."""
    files.content_of(str(doc.get("url") or ""))
    return _taken_on(store.IMPORT_JOBS, IMPORT_STEP, uow, doc)


def _taken_on(table: EntityTable, step: str, uow: Uow, doc: Doc) -> Stored:
    told = {"status": "Not Started", "creationDate": text_of(uow.now), "contentType": files.MEDIA}
    job = table.add(uow, {**doc, **told})
    uow.enqueue(step, {"job": job.id}, key=job.id)
    return job


def run_export(uow: Uow, payload: Doc) -> None:
    """Write the file of an export job into the job. Idempotent: by the job's status."""
    job = store.EXPORT_JOBS.get_for_update(uow, payload["job"])
    if job.doc["status"] != "Not Started":
        return
    status = _status_asked(job.doc)
    condition, params = ("lifecycle_status = %s", (status,)) if status else ("true", ())
    entries = [
        {"@type": kind, **entry.doc}
        for kind in _kinds_asked(job.doc)
        for entry in store.BY_TYPE[kind].where(uow, condition, params)
    ]
    _ended(uow, store.EXPORT_JOBS, job, {"status": "Succeeded", "url": files.address_of(files.lines_of(entries))})


def run_import(uow: Uow, payload: Doc) -> None:
    """Keep every entry of an import job's file, or none. Idempotent: by the job's status. Raises: ImportRefused."""
    job = store.IMPORT_JOBS.get_for_update(uow, payload["job"])
    if job.doc["status"] != "Not Started":
        return
    entries = list(files.entries_of(files.content_of(job.doc["url"])))
    for kind in _MODELS:
        for number, entry in entries:
            if _kind_of(number, entry) == kind:
                _take_in(uow, kind, number, entry)
    _ended(uow, store.IMPORT_JOBS, job, {"status": "Succeeded"})


def fail_export(uow: Uow, payload: Doc, error: TandemError) -> None:
    """Say in the job why it failed."""
    _failed(uow, store.EXPORT_JOBS, payload, error)


def fail_import(uow: Uow, payload: Doc, error: TandemError) -> None:
    """Say in the job why it failed."""
    _failed(uow, store.IMPORT_JOBS, payload, error)


def _failed(uow: Uow, table: EntityTable, payload: Doc, error: TandemError) -> None:
    job = table.get_for_update(uow, payload["job"])
    _ended(uow, table, job, {"status": "Failed", "errorLog": error.reason})


def _ended(uow: Uow, table: EntityTable, job: Stored, told: Doc) -> None:
    lifecycle.JOB.require(job.doc["status"], told["status"], path="status")
    table.save(uow, job.id, {**job.doc, **told, "completionDate": text_of(uow.now)})


def _kinds_asked(job: Doc) -> list[str]:
    path = str(job.get("path") or "").strip("/")
    if not path:
        return list(_MODELS)
    if path not in _SCOPES:
        raise QueryRefused(f"a path is one of {', '.join(_SCOPES)}", path="path", got=path)
    return [_SCOPES[path]]


def _status_asked(job: Doc) -> str | None:
    query = str(job.get("query") or "")
    name, _, value = query.partition("=")
    if query and (name != STATUS or not value):
        raise QueryRefused(f"a query is {STATUS}=…", path="query", got=query)
    return value or None


def _kind_of(number: int, entry: Doc) -> str:
    kind = {"Catalog": "ProductCatalog"}.get(entry.get("@type", ""), entry.get("@type", ""))
    if kind not in _MODELS:
        raise ImportRefused(
            f"line {number}: @type is one of {', '.join(_MODELS)}", path="url", line=number, got=str(entry.get("@type"))
        )
    return kind


def _take_in(uow: Uow, kind: str, number: int, entry: Doc) -> None:
    try:
        view(_MODELS[kind], entry)
        _keep(uow, kind, entry)
    except (Refused, msgspec.ValidationError) as fault:
        reason = fault.reason if isinstance(fault, Refused) else str(fault)
        raise ImportRefused(f"line {number}: {reason}", path="url", line=number) from fault


def _keep(uow: Uow, kind: str, entry: Doc) -> None:
    table = store.BY_TYPE[kind]
    present = table.find(uow, str(entry.get("id") or ""))
    entry = {STATUS: lifecycle.OFFERING.initial[0], **entry, "@type": kind}
    if kind == "ProductOffering":
        patch_offering(uow, present, entry) if present else create_offering(uow, entry)
    elif present:
        change_part(table, uow, present, entry)
    else:
        add_entry(table, uow, entry)
