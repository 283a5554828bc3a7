"""Exactly the customers who feel a fault are told, each once, and once more when it is over."""

from __future__ import annotations

import pytest

from tandem.bss.crm import public
from tandem.bss.crm.commands import languages, notices
from tandem.bss.crm.rules import wording
from tandem.bss.subscriptions import public as subscriptions
from tandem.kernel.events import from_doc
from tandem.seam.terms import Severity
from tests.bss.crm.care import OVER, SINCE, Care, mails_in

BEGUN = "Your service is interrupted"
RESTORED = "Your service works again"


def test_exactly_the_customers_with_a_product_on_it_are_told(care: Care) -> None:
    anna, bob, carl = (care.customer(name) for name in ("Anna", "Bob", "Carl"))
    care.product(anna, "s1")
    care.product(bob, "s2")
    care.product(carl, "s3")
    care.fault("s1", "s2", "s-nobody")
    assert care.told == [("Anna Byrne <anna@corrib.example>", BEGUN), ("Bob Byrne <bob@corrib.example>", BEGUN)]


def test_what_she_is_told(care: Care) -> None:
    care.product(care.customer("Anna"), "s1", number="353890000001")
    care.fault("s1")
    [mail] = mails_in(care.folder)
    assert (mail["From"], mail["Auto-Submitted"]) == ("Corrib Communications <care@corrib.example>", "auto-generated")
    assert mail.get_content().replace("\r\n", "\n") == (
        "Hello Anna Byrne,\n\n"
        "since 2 November 2026, 10:00 a fault in our network interrupts:\n\n"
        "- Max 100 (+353890000001)\n\n"
        "We are working on it and will write to you as soon as it works again. You need not do anything.\n\n"
        "Corrib Communications\n"
    )


def test_she_is_told_in_her_language(care: Care) -> None:
    care.product(care.customer("Anna", language="fr-CA"), "s1")
    care.fault("s1", severity="degraded")
    care.mended("s1")
    worse, again = sorted(mails_in(care.folder), key=lambda mail: "nouveau" in mail["Subject"])
    assert worse["Subject"] == "Votre service fonctionne moins bien que d’habitude"
    assert "depuis le 2 novembre 2026, 10:00" in worse.get_content()
    assert again["Subject"] == "Votre service fonctionne de nouveau"
    assert "commencée le 2 novembre 2026, 10:00 a été réparée le 2 novembre 2026, 10:04" in again.get_content()


def test_several_products_are_one_message(care: Care) -> None:
    anna = care.customer("Anna")
    care.product(anna, "s1", number="353890000001")
    care.product(anna, "s2", "s3", number="353890000002")
    care.fault("s1", "s2", "s3")
    [mail] = mails_in(care.folder)
    assert [line for line in mail.get_content().splitlines() if line.startswith("-")] == [
        "- Max 100 (+353890000001)",
        "- Max 100 (+353890000002)",
    ]


def test_nobody_is_told_twice_of_one_fault(care: Care) -> None:
    anna = care.customer("Anna")
    care.product(anna, "s1")
    care.product(anna, "s2")
    care.fault("s1", severity="degraded")
    care.fault("s2", severity="degraded")
    care.fault("s1", "s2", severity="outage")
    assert [subject for _, subject in care.told] == ["Your service works worse than usual"]
    with care.uow() as uow:
        [notice] = public.active_notices_of_customer(uow, anna.customer_id)
    assert (notice.severity, len(notice.products)) == ("outage", 2)


def test_another_fault_is_told_anew(care: Care) -> None:
    care.product(care.customer("Anna"), "s1")
    care.fault("s1")
    care.mended("s1")
    care.fault("s1", impact="i2")
    assert [subject for _, subject in care.told] == [BEGUN, BEGUN, RESTORED]


def test_her_page_shows_it_as_long_as_it_lasts(care: Care) -> None:
    anna = care.customer("Anna")
    product_id = care.product(anna, "s1")
    care.fault("s1")
    with care.uow() as uow:
        [notice] = public.active_notices_of_customer(uow, anna.customer_id)
        [message] = public.messages_of_customer(uow, anna.customer_id)
    assert (notice.impact_id, notice.severity, notice.since) == ("i1", "outage", SINCE)
    assert (notice.products, notice.subject) == (((product_id, "Max 100"),), BEGUN)
    assert (notice.message_id, notice.content) == (message.id, message.content)
    assert message.about == {"impact": "i1", "alarm": "1", "kind": "outage", "language": "en"}
    assert (message.state, message.addresses, message.failure) == ("completed", ("anna@corrib.example",), None)
    care.mended("s1")
    with care.uow() as uow:
        assert public.active_notices_of_customer(uow, anna.customer_id) == []
        assert [one.subject for one in public.messages_of_customer(uow, anna.customer_id)] == [RESTORED, BEGUN]


def test_the_all_clear_comes_when_the_last_of_her_services_is_well(care: Care) -> None:
    anna, bob = care.customer("Anna"), care.customer("Bob")
    care.product(anna, "s1", "s2")
    care.product(bob, "s3")
    care.fault("s1", "s2", "s3")
    care.mended("s1", "s3")
    assert [subject for to, subject in care.told if "anna" in to] == [BEGUN]
    assert [subject for to, subject in care.told if "bob" in to] == [BEGUN, RESTORED]
    care.mended("s2")
    care.mended("s2")
    assert [subject for to, subject in care.told if "anna" in to] == [BEGUN, RESTORED]


def test_who_gave_the_product_up_meanwhile_hears_no_more_of_it(care: Care) -> None:
    anna = care.customer("Anna")
    product_id = care.product(anna, "s1")
    care.fault("s1")
    with care.uow() as uow:
        subscriptions.terminate_product(uow, product_id=product_id, moment=OVER)
    with care.uow() as uow:
        assert public.active_notices_of_customer(uow, anna.customer_id) == []
    care.mended("s1")
    assert [subject for _, subject in care.told] == [BEGUN]


def test_a_suspended_product_does_not_work_again(care: Care) -> None:
    product_id = care.product(care.customer("Anna"), "s1")
    care.fault("s1")
    with care.uow() as uow:
        subscriptions.suspend_product(uow, product_id=product_id)
    care.mended("s1")
    assert [subject for _, subject in care.told] == [BEGUN]


def test_an_end_that_is_heard_of_before_the_beginning_tells_nobody(care: Care) -> None:
    anna = care.customer("Anna")
    care.product(anna, "s1")
    care.mended("s1")
    care.fault("s1")
    assert care.told == []
    with care.uow() as uow:
        assert public.active_notices_of_customer(uow, anna.customer_id) == []


def test_a_product_that_comes_into_use_while_the_fault_lasts_is_told_of(care: Care) -> None:
    care.fault("s1")
    assert care.told == []
    care.product(care.customer("Anna"), "s1")
    assert [subject for _, subject in care.told] == [BEGUN]
    care.mended("s1")
    assert [subject for _, subject in care.told] == [BEGUN, RESTORED]


def test_without_an_address_the_message_fails_and_says_why(care: Care) -> None:
    anna, bob = care.customer("Anna", email=None), care.customer("Bob")
    care.product(anna, "s1")
    care.product(bob, "s2")
    care.fault("s1", "s2")
    assert care.told == [("Bob Byrne <bob@corrib.example>", BEGUN)]
    with care.uow() as uow:
        [message] = public.messages_of_customer(uow, anna.customer_id)
        assert len(public.active_notices_of_customer(uow, anna.customer_id)) == 1
    assert (message.state, message.failure, message.sent_at) == ("failed", "there is no mail address", None)


def test_a_repeated_reaction_tells_nothing_new(care: Care) -> None:
    care.product(care.customer("Anna"), "s1")
    care.fault("s1")
    with care.uow() as uow:
        row = uow.one(
            "select doc from kernel_outbox where tenant = %s and name = 'seam.ServiceImpacted'", (uow.tenant,)
        )
        assert row is not None
        notices.tell_impact(uow, from_doc("seam.ServiceImpacted", row["doc"]))  # type: ignore[arg-type]
    care.worker.drain()
    assert len(care.told) == 1


@pytest.mark.parametrize("tag", languages.known())
@pytest.mark.parametrize("what", wording.ALL)
def test_every_text_is_there_in_every_language(tag: str, what: wording.Wording) -> None:
    say = languages.translation(tag)
    for text in (what.subject, what.content):
        assert tag == languages.ENGLISH or say(text) != text
        places = ("name", "since", "products", "sender", "ended")
        assert {place for place in places if f"{{{place}}}" in say(text)} == {
            place for place in places if f"{{{place}}}" in text
        }


@pytest.mark.parametrize(
    ("wanted", "tag"), [(None, "en"), ("fr", "fr"), ("FR_be", "fr"), ("ga", "en"), ("en-IE", "en"), ("", "en")]
)
def test_the_best_language_is_hers_or_english(wanted: str | None, tag: str) -> None:
    assert languages.best(wanted) == tag


@pytest.mark.parametrize(
    ("severity", "subject"), [("outage", BEGUN), ("degraded", "Your service works worse than usual")]
)
def test_each_severity_has_its_words(care: Care, severity: Severity, subject: str) -> None:
    care.product(care.customer("Anna"), "s1")
    care.fault("s1", severity=severity)
    assert [said for _, said in care.told] == [subject]
