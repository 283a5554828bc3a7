"""Messages: drawn up or posted, handed over to be sent, changed, called off."""

from __future__ import annotations

from tandem.bss.crm import lifecycle, store
from tandem.bss.crm.commands import sending
from tandem.bss.crm.commands.mail import mail
from tandem.bss.crm.rules import documents
from tandem.bss.crm.terms import MessageUnderWay, NewMessage
from tandem.bss.party import public as party
from tandem.bss.party.terms import CustomerUnknown
from tandem.kernel import json
from tandem.kernel.json import Doc
from tandem.kernel.store import Stored, Uow


def send_message(uow: Uow, new: NewMessage) -> Stored:
    """Say something to a customer. Idempotent: by `once`. Raises: CustomerUnknown."""
    if new.once is not None:
        store.lock_once(uow, new.once)
        present = store.said_before(uow, new.once)
        if present is not None:
            return present
    contact = party.contact_of(uow, customer_id=new.customer_id)
    receiver = documents.receiver_of(new.customer_id, contact.name, contact.email)
    return _hand_over(uow, documents.drawn_up(new, receiver, mail().sender))


def create_message(uow: Uow, doc: Doc) -> Stored:
    """A message that was posted; it is really sent. Where a receiver is only named, her address is looked up.

    Raises: ChannelUnknown, SubjectInvalid, AddressInvalid, AttachmentInvalid, IllegalTransition.
    """
    documents.require_sendable(doc)
    lifecycle.MESSAGE.check(None, doc, attribute="state")
    return _hand_over(uow, {**doc, "receiver": [_with_address(uow, one) for one in doc["receiver"]]})


def _hand_over(uow: Uow, doc: Doc) -> Stored:
    customer_id = _customer_of(uow, doc)
    owned = {documents.CUSTOMER: customer_id} if customer_id else {}
    message = store.MESSAGES.add(uow, {**doc, **owned, "state": lifecycle.INITIAL})
    return sending.ask_for(uow, message)


def _customer_of(uow: Uow, doc: Doc) -> str | None:
    for receiver in doc["receiver"]:
        found = _customer_behind(uow, receiver)
        if found is not None:
            return found
    return None


def _customer_behind(uow: Uow, receiver: Doc) -> str | None:
    party_id, kind = (json.at(receiver, f"party.{name}") for name in ("id", "@referredType"))
    if party_id is None or kind == "Customer":
        return party_id if isinstance(party_id, str) else None
    return party.customer_id_of_party(uow, party_id=str(party_id))


def _with_address(uow: Uow, receiver: Doc) -> Doc:
    customer_id = None if receiver.get("email") else _customer_behind(uow, receiver)
    if customer_id is None:
        return receiver
    try:
        contact = party.contact_of(uow, customer_id=customer_id)
    except CustomerUnknown:
        return receiver
    found = {"name": receiver.get("name") or contact.name, "email": contact.email}
    return {**receiver, **{name: value for name, value in found.items() if value}}


def patch_message(uow: Uow, stored: Stored, doc: Doc) -> Stored:
    """Change what describes a message, or call it off while it waits. Raises: MessageUnderWay, IllegalTransition."""
    state = stored.doc["state"]
    late = documents.changed_too_late(stored.doc, doc, is_initial=state == lifecycle.INITIAL)
    if late is not None:
        raise MessageUnderWay(
            f"{late} stands: the message was handed over",
            path=late,
            next_action="call it off while it is initial, and send another one",
        )
    documents.require_sendable(doc)
    if doc.get("state") != state:
        _require_called_off(state, str(doc.get("state")))
    return store.MESSAGES.save(uow, stored.id, doc, expected_version=stored.version)


def _require_called_off(before: str, after: str) -> None:
    lifecycle.MESSAGE.require(before, after)
    if after != lifecycle.CANCELLED:
        raise MessageUnderWay(f"a message becomes {after} by being sent", path="state", next_action="wait")


def delete_message(uow: Uow, stored: Stored) -> None:
    """Remove a message that waits, or is over. Raises: MessageUnderWay."""
    if stored.doc["state"] == lifecycle.IN_PROGRESS:
        raise MessageUnderWay("the message is being sent", path="state", next_action="wait until it is sent or failed")
    store.MESSAGES.delete(uow, stored.id, expected_version=stored.version)
