"""What cannot be charged waits with a reason, is corrected and released, or put aside; nothing is lost (I4)."""

from __future__ import annotations

import pytest

from tandem.bss.catalog.seed import MAX_100
from tandem.bss.charging import commands
from tandem.bss.charging import public as charging
from tandem.bss.charging.terms import NotSuspended, Tally, UsageCharged, UsageInvalid
from tandem.bss.party import store as party_store
from tandem.bss.subscriptions import public as subscriptions
from tandem.bss.subscriptions.terms import NewProduct, Realization
from tandem.kernel.json import Doc
from tandem.kernel.period import instant
from tandem.kernel.state import IllegalTransition
from tandem.kernel.store import Database, Stored, Uow
from tests.bss.charging import story

NOBODY = "353209119999"


def suspension_of(stored: Stored) -> str:
    assert stored.doc["status"] == "rejected"
    code: str = stored.doc["suspension"]["code"]
    return code


def patched(uow: Uow, stored: Stored, **changed: object) -> Stored:
    return commands.patch_usage(uow, stored, {**stored.doc, **changed})


def with_number(doc: Doc, number: str) -> list[Doc]:
    return [{**one, "value": number} if one["name"] == "servedNumber" else one for one in doc["usageCharacteristic"]]


def test_a_number_that_is_nobodys_then_waits(uow: Uow, product_id: str) -> None:
    early = story.charged(uow, story.call(story.BERLIN, 60, at="2026-10-12T08:59:59Z"))
    first = story.charged(uow, story.call(story.BERLIN, 60, at="2026-10-12T09:00:00Z"))
    assert (suspension_of(early), first.doc["status"]) == ("unknown_number", "rated")
    assert early.doc["suspension"]["reason"] == "353209110001 was nobody's number at 2026-10-12T08:59:59Z"
    (waiting,) = charging.suspended_usage(uow).usage
    assert (waiting.usage_id, waiting.code, waiting.quantity) == (early.id, "unknown_number", 60)
    assert charging.suspended_usage(uow, code="no_price").total == 0
    assert charging.tally(uow) == Tally(accepted=2, rated=1, suspended=1, excluded=0)


def test_a_destination_without_a_price_waits_and_takes_nothing(uow: Uow, product_id: str) -> None:
    stored = story.charged(uow, story.call("12125550100", 60))
    assert suspension_of(stored) == "no_price"
    assert "has no price for voice to 12125550100" in stored.doc["suspension"]["reason"]
    assert charging.rated_events_of_product(uow, product_id=product_id).total == 0


def test_a_terminated_product_has_no_number_any_more(uow: Uow, product_id: str) -> None:
    subscriptions.terminate_product(uow, product_id=product_id, moment=instant("2026-10-21T00:00:00Z"))
    before = story.charged(uow, story.call(story.BERLIN, 60, at="2026-10-20T23:59:59Z"))
    after = story.charged(uow, story.call(story.BERLIN, 60, at="2026-10-21T00:00:00Z"))
    assert (before.doc["status"], suspension_of(after)) == ("rated", "unknown_number")


def test_use_while_suspended_waits_and_use_before_is_charged(database: Database, fresh_tenant: str) -> None:
    product_id = story.keep_story(database, fresh_tenant)
    with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        between = uow.now.isoformat()
    with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        subscriptions.suspend_product(uow, product_id=product_id)
        after = uow.now.isoformat()
    with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        before = story.charged(uow, story.call(story.BERLIN, 60, at=between))
        meanwhile = story.charged(uow, story.call(story.BERLIN, 60, at=after))
    assert (before.doc["status"], suspension_of(meanwhile)) == ("rated", "product_suspended")


def test_a_record_that_names_another_customer_waits(uow: Uow, product_id: str) -> None:
    other = [{"id": "cust-1002", "role": "customer", "@referredType": "Customer"}]
    told = story.charged(uow, {**story.call(story.BERLIN, 60), "relatedParty": other})
    assert suspension_of(told) == "customer_differs"
    own = [{"id": story.CUSTOMER, "role": "customer", "@referredType": "Customer"}]
    assert story.charged(uow, {**story.call(story.BERLIN, 61), "relatedParty": own}).doc["status"] == "rated"


def test_a_product_that_is_billed_nowhere_waits(uow: Uow) -> None:
    story.open_shop(uow)
    new = NewProduct("Max 100", story.CUSTOMER, "acct-none", MAX_100, "order-1", "1", {"msisdn": NOBODY})
    product = subscriptions.create_pending_product(uow, new=new)
    subscriptions.activate_product(uow, product_id=product.id, moment=story.ACTIVE_FROM, given=Realization())
    stored = story.charged(uow, story.call(story.BERLIN, 60, servedNumber=NOBODY))
    assert suspension_of(stored) == "no_billing_account"


def test_a_plan_in_another_currency_than_the_accounts_waits(uow: Uow, product_id: str) -> None:
    account = party_store.BILLING_ACCOUNTS.get(uow, story.ACCOUNT)
    party_store.BILLING_ACCOUNTS.save(uow, account.id, {**account.doc, "currency": "GBP"})
    assert suspension_of(story.charged(uow, story.call(story.BERLIN, 60))) == "account_terms_invalid"


def test_what_waits_is_released_once_the_cause_is_gone(uow: Uow, product_id: str) -> None:
    waits = story.charged(uow, story.call(story.BERLIN, 440, servedNumber=NOBODY))
    assert suspension_of(charging.release(uow, usage_id=waits.id)) == "unknown_number"
    story.subscribe(uow, NOBODY)
    rated = charging.release(uow, usage_id=waits.id)
    assert rated.doc["status"] == "rated" and "suspension" not in rated.doc
    assert str(rated.doc["ratedProductUsage"][0]["taxIncludedRatingAmount"]["value"]) == "2.00"
    with pytest.raises(NotSuspended):
        charging.release(uow, usage_id=waits.id)
    assert charging.tally(uow) == Tally(accepted=1, rated=1, suspended=0, excluded=0)


def test_what_waits_is_corrected_and_recycled(uow: Uow, product_id: str) -> None:
    sent = story.call(story.BERLIN, 440, servedNumber=NOBODY)
    waits = story.charged(uow, sent)
    corrected = patched(uow, waits, usageCharacteristic=with_number(waits.doc, story.NUMBER))
    assert suspension_of(corrected) == "unknown_number"
    rated = patched(uow, corrected, status="recycled")
    assert (rated.doc["status"], rated.version) == ("rated", 3)
    assert story.charged(uow, sent).id == waits.id
    with pytest.raises(UsageCharged):
        patched(uow, rated, usageCharacteristic=with_number(rated.doc, NOBODY))
    assert patched(uow, rated, description="put right").doc["status"] == "rated"
    for status in ("received", "recycled", "billed", "rerated"):
        with pytest.raises(IllegalTransition):
            patched(uow, rated, status=status)


def test_a_correction_that_is_no_record_is_refused(uow: Uow, product_id: str) -> None:
    waits = story.charged(uow, story.call(story.BERLIN, 440, servedNumber=NOBODY))
    with pytest.raises(UsageInvalid):
        patched(uow, waits, usageCharacteristic=[])


def test_what_is_put_aside_stays_known(uow: Uow, product_id: str) -> None:
    sent = [story.call(story.BERLIN, seconds, servedNumber=NOBODY) for seconds in (1, 2)]
    first, second = (story.charged(uow, doc) for doc in sent)
    charging.exclude(uow, usage_id=first.id, because="a test call of the network")
    commands.delete_usage(uow, second)
    assert charging.tally(uow) == Tally(accepted=2, rated=0, suspended=0, excluded=2)
    assert story.charged(uow, sent[0]).doc["exclusion"]["because"] == "a test call of the network"
    with pytest.raises(UsageInvalid):
        story.charged(uow, sent[1])
    with pytest.raises(NotSuspended):
        charging.release(uow, usage_id=first.id)
    assert charging.tally(uow).accepted == 2


def test_what_was_charged_is_not_removed(uow: Uow, product_id: str) -> None:
    rated = story.charged(uow, story.call(story.BERLIN, 440))
    with pytest.raises(UsageCharged):
        commands.delete_usage(uow, rated)
    with pytest.raises(NotSuspended):
        charging.exclude(uow, usage_id=rated.id, because="no")
