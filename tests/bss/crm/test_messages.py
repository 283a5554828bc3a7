"""A message is handed over, sent to each receiver once, and says what became of it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tandem.bss.crm import public, store
from tandem.bss.crm.commands import mail, messages
from tandem.bss.crm.terms import (
    AddressInvalid,
    AttachmentInvalid,
    ChannelUnknown,
    MailAttachment,
    MessageUnderWay,
    NewMessage,
    SubjectInvalid,
)
from tandem.bss.party.terms import CustomerUnknown
from tandem.kernel.errors import Invalid, Refused
from tandem.kernel.json import Doc
from tandem.kernel.state import IllegalTransition
from tandem.kernel.steps import cancel_steps, get_step, list_steps
from tandem.kernel.store import Database, Stored, Uow
from tests.bss.crm.care import SENDER, Care, mails_in
from tests.support.smtp import mail_server

POSTED: Doc = {
    "@type": "CommunicationMessage",
    "content": "Your parcel is on its way.",
    "subject": "Your parcel",
    "messageType": "email",
    "sender": {"name": "Corrib Shop"},
    "receiver": [{"name": "Anna", "email": "anna@corrib.example"}],
}


def stored(care: Care, message_id: str) -> Stored:
    with care.uow() as uow:
        return store.MESSAGES.get(uow, message_id)


def states(care: Care, message_id: str) -> list[str]:
    """The states that a message passed through."""
    with care.uow() as uow:
        return [change.after["state"] for change in store.MESSAGES.history(uow, message_id)]


def news(care: Care) -> list[str]:
    with care.uow() as uow:
        rows = uow.all(
            "select name from kernel_outbox where tenant = %s and name like 'crm.%%' order by seq", (uow.tenant,)
        )
    return [row["name"] for row in rows]


# -- of our own -------------------------------------------------------------------------------------------------------


def test_a_message_to_a_customer_is_sent_and_kept(care: Care) -> None:
    anna = care.customer("Anna")
    new = NewMessage(
        customer_id=anna.customer_id,
        subject="Your bill for November",
        content="It is attached.\n",
        about={"bill": "b-1"},
        attachments=(MailAttachment(name="bill.pdf", mime_type="application/pdf", content=b"%PDF-1.7"),),
    )
    with care.uow() as uow:
        view = public.send_message(uow, message=new)
    assert (view.state, view.about, view.sent_at) == ("initial", {"bill": "b-1"}, None)
    assert states(care, view.id) == ["initial"]
    care.worker.drain()
    assert states(care, view.id) == ["initial", "inProgress", "completed"]
    assert news(care) == ["crm.MessageSent"]
    [sent] = mails_in(care.folder)
    assert (str(sent["From"]), str(sent["To"])) == (SENDER, "Anna Byrne <anna@corrib.example>")
    assert sent["Message-ID"] == f"<{view.id}.0@corrib.example>"
    [attachment] = list(sent.iter_attachments())
    assert (attachment.get_filename(), attachment.get_content_type()) == ("bill.pdf", "application/pdf")
    assert attachment.get_content() == b"%PDF-1.7"
    with care.uow() as uow:
        [kept] = public.messages_of_customer(uow, anna.customer_id)
    assert kept.sent_at is not None and kept.subject == "Your bill for November"


def test_what_is_said_once_is_said_once(care: Care) -> None:
    anna = care.customer("Anna")
    new = NewMessage(customer_id=anna.customer_id, subject="Welcome", content="Hello", once="welcome/anna")
    ids = set()
    for _ in range(3):
        with care.uow() as uow:
            ids.add(public.send_message(uow, message=new).id)
        care.worker.drain()
    assert len(ids) == 1
    assert care.told == [("Anna Byrne <anna@corrib.example>", "Welcome")]


def test_a_message_needs_a_customer(care: Care) -> None:
    with care.uow() as uow, pytest.raises(CustomerUnknown):
        public.send_message(uow, message=NewMessage(customer_id="nobody", subject="Welcome", content="Hello"))


def test_a_message_waits_until_it_is_due_and_may_be_called_off(care: Care) -> None:
    anna = care.customer("Anna")
    with care.uow() as uow:
        due = uow.now + timedelta(days=1)
        new = NewMessage(customer_id=anna.customer_id, subject="Tomorrow", content="It is.", send_at=due)
        message_id = public.send_message(uow, message=new).id
    care.worker.drain()
    assert (states(care, message_id), care.told) == (["initial"], [])
    with care.uow() as uow:
        present = store.MESSAGES.get(uow, message_id)
        messages.patch_message(uow, present, {**present.doc, "state": "cancelled"})
        uow.execute(
            "update kernel_step set due_at = '-infinity' where kind = 'crm.send' and tenant = %s", (uow.tenant,)
        )
    care.worker.drain()
    assert (states(care, message_id), care.told) == (["initial", "cancelled"], [])


# -- posted -----------------------------------------------------------------------------------------------------------


def test_what_is_posted_is_really_sent(care: Care) -> None:
    message_id = care.post(POSTED)
    assert states(care, message_id) == ["initial", "inProgress", "completed"]
    [sent] = mails_in(care.folder)
    assert (str(sent["From"]), str(sent["To"]), sent["Subject"]) == (
        "Corrib Shop <care@corrib.example>",
        "Anna <anna@corrib.example>",
        "Your parcel",
    )


@pytest.mark.parametrize("kind", ["Customer", "Individual"])
def test_the_address_of_a_receiver_who_is_only_named_is_looked_up(care: Care, kind: str) -> None:
    anna = care.customer("Anna")
    party_id = anna.customer_id if kind == "Customer" else anna.individual_id
    message_id = care.post({**POSTED, "receiver": [{"party": {"id": party_id, "@referredType": kind}}]})
    assert care.told == [("Anna Byrne <anna@corrib.example>", "Your parcel")]
    with care.uow() as uow:
        assert [one.id for one in public.messages_of_customer(uow, anna.customer_id)] == [message_id]


@pytest.mark.parametrize("party", [{}, {"party": {"id": "p-9", "@referredType": "Individual"}}])
def test_a_receiver_without_any_address_fails_alone(care: Care, party: Doc) -> None:
    receivers = [*POSTED["receiver"], {"name": "Nobody", **party}]
    message_id = care.post({**POSTED, "receiver": receivers})
    assert [to for to, _ in care.told] == ["Anna <anna@corrib.example>"]
    assert stored(care, message_id).doc["x-failure"] == "1 of 2 not sent: there is no mail address"
    assert states(care, message_id) == ["initial", "inProgress", "failed"]
    assert news(care) == ["crm.MessageFailed"]


@pytest.mark.parametrize(
    ("wrong", "error", "path"),
    [
        ({"messageType": "SMS"}, ChannelUnknown, "messageType"),
        ({"subject": "Hello\r\nBcc: all@corrib.example"}, SubjectInvalid, "subject"),
        ({"receiver": []}, AddressInvalid, "receiver"),
        ({"receiver": [{"email": "anna"}]}, AddressInvalid, "receiver[0].email"),
        ({"receiver": [{"email": "a..b@corrib.example"}]}, AddressInvalid, "receiver[0].email"),
        ({"sender": {"email": "x@y@z"}}, AddressInvalid, "sender.email"),
        ({"attachment": [{"name": "a", "content": "not base64!"}]}, AttachmentInvalid, "attachment[0].content"),
        ({"attachment": [{"name": "a", "url": "https://e.org/a"}]}, AttachmentInvalid, "attachment[0].content"),
        ({"state": "completed"}, IllegalTransition, "state"),
    ],
)
def test_what_could_not_be_sent_is_refused_with_its_place(
    care: Care, wrong: Doc, error: type[Refused], path: str
) -> None:
    with care.uow() as uow, pytest.raises(error) as refused:
        messages.create_message(uow, {**POSTED, **wrong})
    assert refused.value.path == path
    care.worker.drain()
    assert care.told == []


def test_what_was_sent_stands(care: Care) -> None:
    message_id = care.post(POSTED)
    changes: tuple[Doc, ...] = ({"content": "Else"}, {"receiver": []}, {"state": "initial"})
    for changed in changes:
        with care.uow() as uow, pytest.raises((MessageUnderWay, IllegalTransition)) as refused:
            present = store.MESSAGES.get(uow, message_id)
            messages.patch_message(uow, present, {**present.doc, **changed})
        assert [refused.value.path] == list(changed)
    with care.uow() as uow:
        present = store.MESSAGES.get(uow, message_id)
        messages.patch_message(uow, present, {**present.doc, "description": "Parcel 7"})
    assert stored(care, message_id).doc["description"] == "Parcel 7"


def test_nobody_says_that_a_message_was_sent_but_who_sends_it(care: Care) -> None:
    with care.uow() as uow:
        present = messages.create_message(uow, POSTED)
        with pytest.raises(MessageUnderWay):
            messages.patch_message(uow, present, {**present.doc, "state": "inProgress"})
        with pytest.raises(MessageUnderWay):
            messages.patch_message(uow, present, {**present.doc, "receiver": [{"email": "bob@corrib.example"}]})
        messages.delete_message(uow, present)
    care.worker.drain()
    assert care.told == []


# -- by a mail server -------------------------------------------------------------------------------------------------


def test_a_mail_server_is_handed_the_mail(care: Care) -> None:
    with mail_server() as server:
        public.use_mail(folder=care.folder, smtp_url=server.url, sender=SENDER)
        message_id = care.post(POSTED)
    [sent] = server.taken
    assert (sent["Subject"], sent.get_content().strip()) == ("Your parcel", "Your parcel is on its way.")
    assert stored(care, message_id).doc["state"] == "completed"
    assert care.told == []


def test_an_address_that_the_server_refuses_fails_at_once(care: Care) -> None:
    with mail_server() as server:
        server.answer = lambda address: "550 no such user" if address.startswith("bob") else "250 OK"
        public.use_mail(folder=care.folder, smtp_url=server.url, sender=SENDER)
        receivers = [{"email": "bob@corrib.example"}, {"email": "anna@corrib.example"}]
        message_id = care.post({**POSTED, "receiver": receivers})
    assert [str(sent["To"]) for sent in server.taken] == ["anna@corrib.example"]
    failure = "1 of 2 not sent: the mail server refuses it: 550 no such user"
    assert stored(care, message_id).doc["x-failure"] == failure


def test_a_server_that_says_later_is_tried_again(care: Care) -> None:
    answers = iter(["451 later", "250 OK"])
    with mail_server() as server:
        server.answer = lambda address: next(answers)
        public.use_mail(folder=care.folder, smtp_url=server.url, sender=SENDER)
        message_id = care.post(POSTED)
        assert (states(care, message_id), len(server.taken)) == (["initial", "inProgress"], 0)
        with care.uow() as uow:
            [step] = list_steps(uow, kind="crm.send")
            assert step.error is not None and step.error["code"] == "crm.mail_server_unavailable"
            uow.execute("update kernel_step set not_before = '-infinity' where id = %s", (step.id,))
        care.worker.drain()
    assert (stored(care, message_id).doc["state"], len(server.taken)) == ("completed", 1)


def test_a_server_that_is_not_there_is_tried_as_often_as_the_message_says(care: Care) -> None:
    with mail_server() as server:
        gone = server.url
    public.use_mail(folder=care.folder, smtp_url=gone, sender=SENDER)
    message_id = care.post({**POSTED, "tryTimes": 1})
    assert stored(care, message_id).doc["state"] == "failed"
    assert "(1 times)" in stored(care, message_id).doc["x-failure"]
    with care.uow() as uow:
        [step] = list_steps(uow, kind="crm.send")
        uow.execute("update kernel_step set not_before = '-infinity' where id = %s", (step.id,))
    care.worker.drain()
    with care.uow() as uow:
        assert get_step(uow, step.id).state == "done"


@pytest.mark.parametrize(
    ("url", "known"),
    [
        ("smtp://mail.corrib.example", ("mail.corrib.example", 25, None, None, False)),
        ("smtps://mail.corrib.example", ("mail.corrib.example", 465, None, None, True)),
        (
            "smtp://us%40er:pass%2Fword@mail.corrib.example:587",
            ("mail.corrib.example", 587, "us@er", "pass/word", False),
        ),
    ],
)
def test_a_mail_servers_address_is_read(url: str, known: tuple[object, ...]) -> None:
    server = mail.mail_server(url)
    assert (server.host, server.port, server.user, server.password, server.is_encrypted) == known
    assert "pass/word" not in repr(server)


def test_a_password_is_not_told_to_a_server_without_encryption(care: Care) -> None:
    with mail_server() as server:
        url = server.url.replace("smtp://", "smtp://user:secret@")
        public.use_mail(folder=care.folder, smtp_url=url, sender=SENDER)
        message_id = care.post(POSTED)
        assert (states(care, message_id), server.taken) == (["initial", "inProgress"], [])
    with care.uow() as uow:
        cancel_steps(uow, kind="crm.send", key=f"{message_id}/0")


@pytest.mark.parametrize("url", ["https://mail.corrib.example", "mail.corrib.example", "smtp://"])
def test_another_address_is_none(url: str) -> None:
    with pytest.raises(Invalid):
        mail.mail_server(url)


def test_a_sender_has_an_address(tmp_path: Path) -> None:
    with pytest.raises(Invalid):
        public.use_mail(folder=tmp_path, smtp_url=None, sender="Corrib")


# -- kept -------------------------------------------------------------------------------------------------------------


def test_what_is_personal_is_registered(uow: Uow, database: Database) -> None:
    columns = {
        table: {
            row["column_name"]
            for row in uow.all("select column_name from information_schema.columns where table_name = %s", (table,))
        }
        for table in {place.table for place in public.personal_data()}
    }
    assert all(place.subject in columns[place.table] for place in public.personal_data())
    places = [(place.table, place.path) for place in public.personal_data()]
    assert len(places) == len(set(places))
