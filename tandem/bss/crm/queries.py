"""Reads for customers' pages and agents' desks."""

from __future__ import annotations

from tandem.bss.crm import store
from tandem.bss.crm.rules import documents
from tandem.bss.crm.store import NoticeRow
from tandem.bss.crm.terms import MessageView, NoticeView
from tandem.bss.subscriptions import public as subscriptions
from tandem.kernel.period import instant
from tandem.kernel.store import Stored, Uow


def messages_of_customer(uow: Uow, customer_id: str, limit: int) -> list[MessageView]:
    """What a customer was told, the newest first."""
    return [view_of(one) for one in store.messages_of_customer(uow, customer_id, limit)]


def active_notices_of_customer(uow: Uow, customer_id: str) -> list[NoticeView]:
    """The faults that a customer feels now, the newest first; none of products that she no longer has."""
    rows = store.lasting_notices(uow, customer_id)
    messages = store.messages_by_id(uow, [row.message_id for row in rows])
    views = (_notice(uow, row, messages[row.message_id], customer_id) for row in rows if row.message_id in messages)
    return [view for view in views if view.products]


def _notice(uow: Uow, row: NoticeRow, message: Stored, customer_id: str) -> NoticeView:
    found = subscriptions.products_of_services(uow, service_ids=row.service_ids)
    return NoticeView(
        impact_id=row.impact_id,
        severity=row.severity,
        since=row.since,
        products=tuple((one.product_id, one.name) for one in found if one.customer_id == customer_id),
        message_id=message.id,
        subject=message.doc.get("subject", ""),
        content=message.doc.get("content", ""),
    )


def view_of(message: Stored) -> MessageView:
    """A message as a person sees it."""
    doc = message.doc
    sent = doc.get("sendTimeComplete")
    return MessageView(
        id=message.id,
        customer_id=documents.customer_of(doc),
        subject=doc.get("subject", ""),
        content=doc.get("content", ""),
        state=doc["state"],
        addresses=tuple(one["email"] for one in doc["receiver"] if one.get("email")),
        about=documents.about(doc),
        created_at=message.created_at,
        sent_at=instant(sent) if sent else None,
        failure=doc.get(documents.FAILURE),
    )
