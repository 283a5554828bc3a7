"""Messages as documents; how each receiver's went, the faults that were told and to whom, as narrow rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tandem.bss.crm.rules import documents
from tandem.kernel.access.personal import PersonalData
from tandem.kernel.period import Instant
from tandem.kernel.store import Column, EntityTable, Stored, Uow, plain_table
from tandem.seam.terms import Severity

MESSAGES: Final = EntityTable(
    entity="CommunicationMessage",
    table="crm_communication_message",
    columns=(
        Column("state", "text", "state"),
        Column("message_type", "text", "messageType"),
        Column("customer_id", "text", documents.customer_of),
        Column("once", "text", documents.ONCE),
        Column("send_time", "timestamptz", "sendTime"),
    ),
    state_attribute="state",
    indexes=("customer_id, created_at", "state"),
    unique=("once",),
)

DELIVERY: Final = plain_table(
    "crm_delivery",
    """
    tenant text not null,
    message_id text collate "C" not null,
    place integer not null,
    failure text,
    at timestamptz not null,
    primary key (tenant, message_id, place)
    """,
)
IMPACT: Final = plain_table(
    "crm_impact",
    """
    tenant text not null,
    impact_id text collate "C" not null,
    alarm_id text collate "C" not null,
    severity text not null,
    since timestamptz not null,
    primary key (tenant, impact_id)
    """,
)
FELT: Final = plain_table(
    "crm_felt_service",
    """
    tenant text not null,
    impact_id text collate "C" not null,
    service_id text collate "C" not null,
    customer_id text collate "C",
    over_at timestamptz,
    primary key (tenant, impact_id, service_id)
    """,
    also=(
        "create index crm_felt_service_customer on crm_felt_service (tenant, impact_id, customer_id)",
        "create index crm_felt_service_lasting on crm_felt_service (tenant, service_id) where over_at is null",
    ),
)
NOTICE: Final = plain_table(
    "crm_notice",
    """
    tenant text not null,
    impact_id text collate "C" not null,
    customer_id text collate "C" not null,
    message_id text collate "C" not null,
    over_at timestamptz,
    primary key (tenant, impact_id, customer_id)
    """,
    also=("create index crm_notice_lasting on crm_notice (tenant, customer_id) where over_at is null",),
)

PERSONAL_DATA: Final = (
    *(
        PersonalData(table="crm_communication_message", path=path, kind="contact", subject="customer_id")
        for path in ("receiver", "sender", "subject", "content", "attachment", "description")
    ),
    PersonalData(table="crm_communication_message", path="characteristic", kind="relation", subject="customer_id"),
    PersonalData(table="crm_communication_message", path="x-customerId", kind="identity", subject="customer_id"),
    PersonalData(table="crm_felt_service", path="customer_id", kind="identity", subject="customer_id"),
    PersonalData(table="crm_notice", path="customer_id", kind="identity", subject="customer_id"),
)
"""What was said to somebody, and to whom; a message's state and times tell nothing about her."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpactRow:
    """A fault as the other half told it."""

    impact_id: str
    alarm_id: str
    severity: Severity
    since: Instant


# -- messages ---------------------------------------------------------------------------------------------------------


def lock_once(uow: Uow, once: str) -> None:
    """One at a time says what is said once."""
    uow.lock(f"crm/once/{once}")


def said_before(uow: Uow, once: str) -> Stored | None:
    """The message that was said already."""
    return next(iter(MESSAGES.where(uow, "once = %s", (once,), limit=1)), None)


def messages_of_customer(uow: Uow, customer_id: str, limit: int) -> list[Stored]:
    """A customer's messages, the newest first."""
    return MESSAGES.where(uow, "customer_id = %s", (customer_id,), order_by="created_at desc, id desc", limit=limit)


def messages_by_id(uow: Uow, ids: Iterable[str]) -> dict[str, Stored]:
    """These messages by id, those that exist."""
    return {one.id: one for one in MESSAGES.where(uow, "id = any(%s)", (list(ids),))}


def keep_delivery(uow: Uow, message_id: str, place: int, failure: str | None) -> None:
    """How it went for one receiver, once and for all."""
    uow.execute(
        "insert into crm_delivery (tenant, message_id, place, failure, at) values (%s, %s, %s, %s, %s)",
        (uow.tenant, message_id, place, failure, uow.now),
    )


def deliveries(uow: Uow, message_id: str) -> Mapping[int, str | None]:
    """By the receiver's place: none where it was sent, else why it could not be."""
    rows = uow.all(
        "select place, failure from crm_delivery where tenant = %s and message_id = %s order by place",
        (uow.tenant, message_id),
    )
    return {row["place"]: row["failure"] for row in rows}


# -- faults -----------------------------------------------------------------------------------------------------------


def lock_impact(uow: Uow, impact_id: str) -> None:
    """One at a time tells of a fault."""
    uow.lock(f"crm/impact/{impact_id}")


def put_impact(uow: Uow, impact: ImpactRow) -> None:
    """A fault as it was told last."""
    uow.execute(
        "insert into crm_impact (tenant, impact_id, alarm_id, severity, since) values (%s, %s, %s, %s, %s) "
        "on conflict (tenant, impact_id) do update set severity = excluded.severity",
        (uow.tenant, impact.impact_id, impact.alarm_id, impact.severity, impact.since),
    )


def impacts_on(uow: Uow, service_ids: Sequence[str]) -> list[ImpactRow]:
    """The faults that any of these services feels now."""
    rows = uow.all(
        "select impact_id, alarm_id, severity, since from crm_impact i where tenant = %s and impact_id in ("
        "select impact_id from crm_felt_service where tenant = %s and service_id = any(%s) and over_at is null) "
        "order by since, impact_id",
        (uow.tenant, uow.tenant, list(service_ids)),
    )
    return [ImpactRow(**row) for row in rows]


def put_felt(uow: Uow, impact_id: str, service_ids: Sequence[str]) -> list[str]:
    """Services that feel a fault; those for which it is not over, also when its end was heard of first."""
    uow.execute(
        "insert into crm_felt_service (tenant, impact_id, service_id) "
        "select %s, %s, service_id from unnest(%s::text[]) as service_id on conflict do nothing",
        (uow.tenant, impact_id, list(service_ids)),
    )
    return feeling(uow, impact_id, service_ids)


def feeling(uow: Uow, impact_id: str, service_ids: Sequence[str]) -> list[str]:
    """Those of these services that feel a fault now."""
    rows = uow.all(
        "select service_id from crm_felt_service where tenant = %s and impact_id = %s and service_id = any(%s) "
        "and over_at is null order by service_id",
        (uow.tenant, impact_id, list(service_ids)),
    )
    return [row["service_id"] for row in rows]


def put_customer(uow: Uow, impact_id: str, customer_id: str, service_ids: Sequence[str]) -> None:
    """Whose services these are."""
    uow.execute(
        "update crm_felt_service set customer_id = %s where tenant = %s and impact_id = %s and service_id = any(%s)",
        (customer_id, uow.tenant, impact_id, list(service_ids)),
    )


def put_over(uow: Uow, impact_id: str, service_ids: Sequence[str], at: Instant) -> None:
    """A fault is over for these services."""
    uow.execute(
        "insert into crm_felt_service (tenant, impact_id, service_id, over_at) "
        "select %s, %s, service_id, %s from unnest(%s::text[]) as service_id "
        "on conflict (tenant, impact_id, service_id) do update set over_at = excluded.over_at",
        (uow.tenant, impact_id, at, list(service_ids)),
    )


# -- notices ----------------------------------------------------------------------------------------------------------


def is_noticed(uow: Uow, impact_id: str, customer_id: str) -> bool:
    """Whether a customer was told of a fault."""
    return (
        uow.one(
            "select 1 as one from crm_notice where tenant = %s and impact_id = %s and customer_id = %s",
            (uow.tenant, impact_id, customer_id),
        )
        is not None
    )


def add_notice(uow: Uow, impact_id: str, customer_id: str, message_id: str) -> None:
    """A customer was told of a fault by a message."""
    uow.execute(
        "insert into crm_notice (tenant, impact_id, customer_id, message_id) values (%s, %s, %s, %s)",
        (uow.tenant, impact_id, customer_id, message_id),
    )


def end_notices(uow: Uow, impact_id: str, at: Instant) -> list[str]:
    """End the notices of those customers none of whose services feels a fault any more; who they are."""
    rows = uow.all(
        "update crm_notice n set over_at = %s where tenant = %s and impact_id = %s and over_at is null "
        "and not exists (select from crm_felt_service f where f.tenant = n.tenant and f.impact_id = n.impact_id "
        "and f.customer_id = n.customer_id and f.over_at is null) returning customer_id",
        (at, uow.tenant, impact_id),
    )
    return sorted(row["customer_id"] for row in rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRow:
    """A fault that a customer was told of and that lasts."""

    impact_id: str
    severity: Severity
    since: Instant
    message_id: str
    service_ids: tuple[str, ...]


def lasting_notices(uow: Uow, customer_id: str) -> list[NoticeRow]:
    """The faults that a customer was told of and that last, the newest first."""
    rows = uow.all(
        "select i.impact_id, i.severity, i.since, n.message_id, "
        "array(select service_id from crm_felt_service f where f.tenant = n.tenant and f.impact_id = n.impact_id "
        "and f.customer_id = n.customer_id and f.over_at is null order by service_id) as service_ids "
        "from crm_notice n join crm_impact i on i.tenant = n.tenant and i.impact_id = n.impact_id "
        "where n.tenant = %s and n.customer_id = %s and n.over_at is null order by i.since desc, i.impact_id",
        (uow.tenant, customer_id),
    )
    return [NoticeRow(**{**row, "service_ids": tuple(row["service_ids"])}) for row in rows]


def services_of_customer(uow: Uow, impact_id: str, customer_id: str) -> list[str]:
    """The services of a customer that felt a fault, also when it is over."""
    rows = uow.all(
        "select service_id from crm_felt_service where tenant = %s and impact_id = %s and customer_id = %s "
        "order by service_id",
        (uow.tenant, impact_id, customer_id),
    )
    return [row["service_id"] for row in rows]
