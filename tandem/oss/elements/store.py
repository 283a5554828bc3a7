"""The room's tables: the elements that we know, the changes made on them, and how the last probes went."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from tandem.kernel.json import Doc
from tandem.kernel.store import Column, EntityTable, Stored, Uow, lock_number, plain_table
from tandem.kernel.store.uow import Connection
from tandem.oss.elements.terms import Element, ElementChange, ElementContact, ElementNotFound, Reachability

ELEMENTS: Final = EntityTable(
    entity="Element",
    table="elements_element",
    columns=(
        Column("name", "text", "name"),
        Column("kind", "text", "kind"),
        Column("administrative_state", "text", "administrativeState"),
    ),
    state_attribute="administrativeState",
    unique=("name",),
)

CHANGES: Final = EntityTable(
    entity="ElementChange",
    table="elements_change",
    columns=(
        Column("element_id", "text", "elementId"),
        Column("subject", "text", "subject"),
        Column("state", "text", "state"),
    ),
    state_attribute="state",
    indexes=("element_id, subject", "subject"),
)

CONTACT: Final = plain_table(
    "elements_contact",
    """
    tenant text not null,
    element_id text collate "C" not null,
    answers boolean not null,
    latency_ms double precision not null,
    detail text not null,
    tried_at timestamptz not null,
    answered_at timestamptz,
    primary key (tenant, element_id)
    """,
)


def element_of(stored: Stored) -> Element:
    """The element as others may see it."""
    return msgspec.convert(stored.doc, Element)


def change_of(stored: Stored) -> ElementChange:
    """The change as others may see it: without what is sealed."""
    return msgspec.structs.replace(msgspec.convert(stored.doc, ElementChange), changed_at=stored.updated_at)


def get_element(uow: Uow, element_id: str) -> Element:
    """The element of this id. Raises: ElementNotFound."""
    stored = ELEMENTS.find(uow, element_id)
    if stored is None:
        raise ElementNotFound(f"there is no element {element_id}", id=element_id)
    return element_of(stored)


def find_element_by_name(uow: Uow, name: str) -> Stored | None:
    """The element of that name."""
    return next(iter(ELEMENTS.where(uow, "name = %s", (name,), limit=1)), None)


def list_elements(uow: Uow, *, kind: str | None, administrative_state: str | None = None) -> list[Stored]:
    """Elements by name, of a kind and in a state if those are given."""
    condition = "(%s::text is null or kind = %s) and (%s::text is null or administrative_state = %s)"
    params = (kind, kind, administrative_state, administrative_state)
    return ELEMENTS.where(uow, condition, params, order_by="name")


def list_changes(uow: Uow, *, element_id: str | None, subject: str | None, limit: int) -> list[Stored]:
    """Changes, the newest first, of an element or a subject if those are given."""
    condition = "(%s::text is null or element_id = %s) and (%s::text is null or subject = %s)"
    return CHANGES.where(uow, condition, (element_id, element_id, subject, subject), order_by="id desc", limit=limit)


def lock_name(uow: Uow, name: str) -> None:
    """Nobody else registers an element of that name until the end of the transaction."""
    uow.lock(f"elements.name/{name}")


def put_contact(uow: Uow, element_id: str, reachability: Reachability) -> None:
    """Keep how a probe went."""
    uow.execute(
        "insert into elements_contact as c (tenant, element_id, answers, latency_ms, detail, tried_at, answered_at) "
        "values (%s, %s, %s, %s, %s, %s, %s) "
        "on conflict (tenant, element_id) do update set answers = excluded.answers, latency_ms = excluded.latency_ms, "
        "detail = excluded.detail, tried_at = excluded.tried_at, "
        "answered_at = coalesce(excluded.answered_at, c.answered_at)",
        (uow.tenant, element_id, reachability.answers, reachability.latency_ms, reachability.detail)
        + (uow.now, uow.now if reachability.answers else None),
    )


def list_contacts(uow: Uow, *, element_id: str | None = None) -> list[ElementContact]:
    """How the last probes went, of one element or of all."""
    rows = uow.all(
        "select element_id, answers, latency_ms, detail, tried_at, answered_at from elements_contact "
        "where tenant = %s and (%s::text is null or element_id = %s) order by element_id",
        (uow.tenant, element_id, element_id),
    )
    return [ElementContact(**row) for row in rows]


def believes_answering(uow: Uow, element_id: str) -> bool | None:
    """What the last kept probe said; None where there was none. Locks: the row, until the end."""
    row = uow.one(
        "select answers from elements_contact where tenant = %s and element_id = %s for update",
        (uow.tenant, element_id),
    )
    return None if row is None else bool(row["answers"])


def try_to_lead(connection: Connection, tenant: str) -> bool:
    """Become the one process that probes this tenant's elements, for as long as the connection lasts."""
    row: dict[str, Any] | None = connection.execute(
        "select pg_try_advisory_lock(%s) as leads", (lock_number(f"{tenant}/elements.watch"),)
    ).fetchone()
    return bool(row and row["leads"])


def stop_leading(connection: Connection, tenant: str) -> None:
    """Let another process probe."""
    connection.execute("select pg_advisory_unlock(%s)", (lock_number(f"{tenant}/elements.watch"),))


def with_answers(doc: Doc, *, state: str, exchanges: list[Any], read_back: Doc | None = None) -> Doc:
    """The change's document after a beat: its state, and what the element answered added to what it had."""
    answered = {**doc, "state": state, "exchanges": [*doc.get("exchanges", ()), *exchanges]}
    return answered if read_back is None else {**answered, "readBack": read_back}
