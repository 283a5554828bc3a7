"""Sending: one durable step for each receiver, so that a repeat never reaches those who have theirs.

What is sent is sent before it is written down: after a kill in between, the same mail goes once more under the same
name and Message-ID, by which a folder and a mail server know it again.
"""

from __future__ import annotations

from typing import Final

from tandem.bss.crm import lifecycle, store
from tandem.bss.crm.commands.mail import mail
from tandem.bss.crm.rules import documents
from tandem.bss.crm.rules.mail import mail_of
from tandem.bss.crm.terms import AddressMissing, MessageFailed, MessageSent
from tandem.kernel.errors import TandemError
from tandem.kernel.json import Doc
from tandem.kernel.period import instant, text_of
from tandem.kernel.store import Stored, Uow

SEND: Final = "crm.send"


def ask_for(uow: Uow, message: Stored) -> Stored:
    """Ask for a message to be sent to each receiver, when it is due."""
    due = message.doc.get("scheduledSendTime")
    for place in range(len(message.doc["receiver"])):
        uow.enqueue(
            SEND,
            {"message": message.id, "place": place},
            key=f"{message.id}/{place}",
            due_at=instant(due) if due else None,
        )
    return message


def send(uow: Uow, payload: Doc) -> None:
    """Send a message to one receiver. Raises: AddressMissing, MailRefused, MailServerUnavailable, MailNotSet."""
    message = _under_way(uow, payload)
    if message is None:
        return
    place = payload["place"]
    if documents.address_of(message.doc["receiver"][place]) is None:
        raise AddressMissing("there is no mail address", path=f"receiver[{place}].email", message=message.id)
    ours = mail()
    ours.sink.take(mail_of(message.doc, place, uow.now, sender=ours.sender), f"{message.id}.{place}")
    _settle(uow, _begun(uow, message), place, None)


def send_waits(uow: Uow, payload: Doc, fault: TandemError, attempt: int) -> None:
    """The mail server did not take it: it is tried again, as often as the message says."""
    message = _under_way(uow, payload)
    if message is None:
        return
    begun = _begun(uow, message)
    if attempt >= message.doc.get("tryTimes", attempt + 1):
        _settle(uow, begun, payload["place"], f"{fault.reason} ({attempt} times)")


def send_failed(uow: Uow, payload: Doc, fault: TandemError) -> None:
    """It cannot be sent to this receiver."""
    message = _under_way(uow, payload)
    if message is not None:
        _settle(uow, _begun(uow, message), payload["place"], fault.reason)


def _under_way(uow: Uow, payload: Doc) -> Stored | None:
    """The message, locked; none when it is gone or called off, or when this receiver's went already."""
    if not store.MESSAGES.exists(uow, payload["message"]):
        return None
    message = store.MESSAGES.get_for_update(uow, payload["message"])
    is_over = message.doc["state"] in lifecycle.MESSAGE.final
    return None if is_over or payload["place"] in store.deliveries(uow, message.id) else message


def _begun(uow: Uow, message: Stored) -> Stored:
    if message.doc["state"] != lifecycle.INITIAL:
        return message
    return _move(uow, message, {**message.doc, "sendTime": text_of(uow.now)}, lifecycle.IN_PROGRESS)


def _settle(uow: Uow, message: Stored, place: int, failure: str | None) -> None:
    """Keep how it went for one receiver; with the last one the message is over."""
    store.keep_delivery(uow, message.id, place, failure)
    went = store.deliveries(uow, message.id)
    if len(went) < len(message.doc["receiver"]):
        return
    failures = [why for why in went.values() if why is not None]
    customer_id = documents.customer_of(message.doc)
    if failures:
        reason = failures[0] if len(went) == 1 else f"{len(failures)} of {len(went)} not sent: {failures[0]}"
        _move(uow, message, {**message.doc, documents.FAILURE: reason}, lifecycle.FAILED)
        uow.emit(MessageFailed(message_id=message.id, customer_id=customer_id, reason=reason))
    else:
        _move(uow, message, {**message.doc, "sendTimeComplete": text_of(uow.now)}, lifecycle.COMPLETED)
        uow.emit(MessageSent(message_id=message.id, customer_id=customer_id))


def _move(uow: Uow, message: Stored, doc: Doc, state: str) -> Stored:
    lifecycle.MESSAGE.require(message.doc["state"], state)
    return store.MESSAGES.save(uow, message.id, {**doc, "state": state})
