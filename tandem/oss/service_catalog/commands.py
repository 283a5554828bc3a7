"""What can be done to the catalogue: describe, change, withdraw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import msgspec

from tandem.kernel.errors import Refused
from tandem.kernel.json import Doc
from tandem.kernel.period import text_of
from tandem.kernel.store import EntityTable, Stored, Uow
from tandem.kernel.tmf.types import view
from tandem.oss.service_catalog import store
from tandem.oss.service_catalog.lifecycle import ENTRY_LIFE, JOB_LIFE
from tandem.oss.service_catalog.model.tmf633 import ServiceSpecification
from tandem.oss.service_catalog.model.tmf634 import ResourceSpecification
from tandem.oss.service_catalog.rules import categories, transfer
from tandem.oss.service_catalog.rules.decomposition import check_no_circle
from tandem.oss.service_catalog.terms import SpecificationInUse

BEGINNING = {"lifecycleStatus": "In study", "version": "1.0"}


def add_entry(table: EntityTable, uow: Uow, doc: Doc) -> Stored:
    """Keep a new entry of the catalogue. Raises: Invalid when its life cannot begin so."""
    doc = {**BEGINNING, **doc, "lastUpdate": text_of(uow.now)}
    ENTRY_LIFE.check(None, doc, attribute="lifecycleStatus")
    return table.add(uow, doc)


def change_entry(table: EntityTable, uow: Uow, stored: Stored, doc: Doc) -> Stored:
    """Keep an entry's new content. Raises: IllegalTransition, Stale."""
    if doc == stored.doc:
        return stored
    ENTRY_LIFE.check(stored.doc, doc, attribute="lifecycleStatus")
    doc = {**doc, "lastUpdate": text_of(uow.now)}
    return table.save(uow, stored.id, doc, expected_version=stored.version)


def describe_service(uow: Uow, doc: Doc) -> Stored:
    """Keep a new service specification. Raises: SpecificationsCircular."""
    check_no_circle(doc, store.services_beneath(uow, doc))
    return add_entry(store.SERVICE_SPECIFICATIONS, uow, doc)


def change_service(uow: Uow, stored: Stored, doc: Doc) -> Stored:
    """Keep a service specification's new content. Raises: SpecificationsCircular, IllegalTransition, Stale."""
    check_no_circle(doc, store.services_beneath(uow, doc))
    return change_entry(store.SERVICE_SPECIFICATIONS, uow, stored, doc)


def withdraw_service(uow: Uow, stored: Stored) -> None:
    """Remove a service specification that nothing builds on. Raises: SpecificationInUse."""
    _refuse_in_use(stored, store.users_of_service(uow, stored.id))
    store.SERVICE_SPECIFICATIONS.delete(uow, stored.id, expected_version=stored.version)


def withdraw_resource(uow: Uow, stored: Stored) -> None:
    """Remove a resource specification that nothing builds on. Raises: SpecificationInUse."""
    _refuse_in_use(stored, store.users_of_resource(uow, stored.id))
    store.RESOURCE_SPECIFICATIONS.delete(uow, stored.id, expected_version=stored.version)


def add_category(table: EntityTable, uow: Uow, doc: Doc) -> Stored:
    """Keep a new category; it is a root when it stands below none."""
    return add_entry(table, uow, {"isRoot": "parentId" not in doc, **doc})


def change_category(table: EntityTable, uow: Uow, stored: Stored, doc: Doc) -> Stored:
    """Keep a category's new content. Raises: CategoryCircular, IllegalTransition, Stale. Locks: the tree."""
    uow.lock(f"{table.table}.tree")
    categories.check_place(doc, store.parents(uow, table))
    return change_entry(table, uow, stored, doc)


def _refuse_in_use(stored: Stored, users: list[str]) -> None:
    if users:
        raise SpecificationInUse(
            f"{stored.doc['name']} is used by {', '.join(users[:5])}",
            next_action="retire it, or remove it from the entries that use it",
            users=users[:20],
        )


@dataclass(frozen=True)
class Side:
    """The service or the resource half of the catalogue, as jobs see it."""

    specifications: EntityTable
    model: type[msgspec.Struct]
    imports: EntityTable
    exports: EntityTable


SIDES: Final = {
    "service": Side(store.SERVICE_SPECIFICATIONS, ServiceSpecification, store.SERVICE_IMPORTS, store.SERVICE_EXPORTS),
    "resource": Side(
        store.RESOURCE_SPECIFICATIONS, ResourceSpecification, store.RESOURCE_IMPORTS, store.RESOURCE_EXPORTS
    ),
}
IMPORT_STEP: Final = "service_catalog.import"
EXPORT_STEP: Final = "service_catalog.export"


def ask_for_import(side: str, uow: Uow, doc: Doc) -> Stored:
    """Keep an import job, to be run behind the commit. Raises: TransferRefused when its file cannot be read."""
    transfer.read_inline(doc.get("url", ""))
    return _ask(SIDES[side].imports, IMPORT_STEP, side, uow, doc)


def ask_for_export(side: str, uow: Uow, doc: Doc) -> Stored:
    """Keep an export job, to be run behind the commit. Raises: TransferRefused when it has no place for the file."""
    transfer.read_inline(doc.get("url", ""))
    return _ask(SIDES[side].exports, EXPORT_STEP, side, uow, doc)


def _ask(table: EntityTable, step: str, side: str, uow: Uow, doc: Doc) -> Stored:
    stored = table.add(uow, {**doc, "status": JOB_LIFE.initial[0], "creationDate": text_of(uow.now)})
    uow.enqueue(step, {"side": side, "job": stored.id}, key=stored.id)
    return stored


def run_import(uow: Uow, payload: Doc) -> None:
    """Take in every specification of a job's file; what is refused stands in the error log, line by line."""
    side = SIDES[payload["side"]]
    job = _begun(uow, side.imports, payload["job"])
    try:
        entries_found = transfer.documents_in(transfer.read_inline(job.doc["url"]))
    except Refused as fault:
        _end(uow, side.imports, job, {"status": "Failed", "errorLog": fault.reason})
        return
    refused = [
        f"{number}: {reason}"
        for number, entry in entries_found
        if (reason := entry if isinstance(entry, str) else _take_in(uow, side, entry)) is not None
    ]
    taken = len(entries_found) - len(refused)
    outcome = {"status": "Succeeded" if taken or not refused else "Failed"}
    _end(uow, side.imports, job, outcome | ({"errorLog": "\n".join(refused)} if refused else {}))


def _take_in(uow: Uow, side: Side, doc: Doc) -> str | None:
    """Keep one specification, new or changed; the reason when it is refused."""
    try:
        view(side.model, doc)
        present = side.specifications.find(uow, doc["id"]) if "id" in doc else None
        if present is None:
            add_entry(side.specifications, uow, doc)
        else:
            change_entry(side.specifications, uow, present, {**present.doc, **doc})
    except (Refused, msgspec.ValidationError) as fault:
        return str(fault)
    return None


def run_export(uow: Uow, payload: Doc) -> None:
    """Write the specifications that a job asks for into its file."""
    side = SIDES[payload["side"]]
    job = _begun(uow, side.exports, payload["job"])
    found = [one.doc for one in side.specifications.where(uow) if transfer.wanted(one.doc, job.doc.get("query"))]
    outcome = {"status": "Succeeded", "url": transfer.write_inline(found), "contentType": transfer.MEDIA}
    _end(uow, side.exports, job, outcome)


def _begun(uow: Uow, table: EntityTable, job_id: str) -> Stored:
    job = table.get_for_update(uow, job_id)
    JOB_LIFE.require(job.doc["status"], "Running", path="status")
    return table.save(uow, job.id, {**job.doc, "status": "Running"})


def _end(uow: Uow, table: EntityTable, job: Stored, outcome: Doc) -> None:
    JOB_LIFE.require(job.doc["status"], outcome["status"], path="status")
    table.save(uow, job.id, {**job.doc, **outcome, "completionDate": text_of(uow.now)})
