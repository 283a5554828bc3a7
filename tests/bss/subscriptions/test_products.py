"""What a customer has: its life, its number in time, who is affected by a service."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tandem.bss.catalog import seed as catalog_seed
from tandem.bss.catalog.terms import OfferingUnknown
from tandem.bss.subscriptions import commands, public, store
from tandem.bss.subscriptions.terms import (
    EndsBeforeStart,
    NewProduct,
    NumberTaken,
    ProductInUse,
    ProductUnknown,
    Realization,
)
from tandem.kernel.json import Doc
from tandem.kernel.period import Period, instant
from tandem.kernel.state import IllegalTransition
from tandem.kernel.store import Uow

OCTOBER = Period(instant("2026-09-30T23:00:00Z"), instant("2026-11-01T00:00:00Z"))
NOVEMBER = Period(instant("2026-11-01T00:00:00Z"), instant("2026-12-01T00:00:00Z"))
ACTIVE_AT = instant("2026-10-12T09:30:00Z")
NUMBER = "353209100777"


@pytest.fixture(autouse=True)
def plans(uow: Uow) -> None:
    catalog_seed.seed(uow)


def ordered(uow: Uow, order: str = "o1", account: str = "acct-1") -> str:
    """A product that is ordered and not delivered."""
    new = NewProduct(
        name="Max 100",
        customer_id="cust-1",
        billing_account_id=account,
        offering_id=catalog_seed.MAX_100,
        order_id=order,
        order_item_id="1",
        characteristics={"iccid": "8935301000000000001"},
    )
    return public.create_pending_product(uow, new=new).id


def active(uow: Uow, order: str = "o1", number: str = NUMBER) -> str:
    """A product that was delivered with a number and a service."""
    product_id = ordered(uow, order)
    given = Realization(service_ids=(f"svc-{order}",), resource_ids=("sim-1",), characteristics={"msisdn": number})
    public.activate_product(uow, product_id=product_id, moment=ACTIVE_AT, given=given)
    return product_id


def news(uow: Uow) -> list[Doc]:
    """What this room has told in this unit of work, oldest first."""
    uow.flush()
    rows = uow.all(
        "select name, doc from kernel_outbox where tenant = %s and name like 'subscriptions.%%' order by seq",
        (uow.tenant,),
    )
    return [{"name": row["name"].removeprefix("subscriptions."), **row["doc"]} for row in rows]


# -- life -------------------------------------------------------------------------------------------------------------


def test_an_ordered_product_says_what_was_ordered_and_costs(uow: Uow) -> None:
    product = public.get_product(uow, product_id=ordered(uow)).doc
    assert product["status"] == "pendingActive"
    assert product["productOffering"]["id"] == "offer-max-100"
    assert (product["productOffering"]["name"], product["productOffering"]["version"]) == ("Max 100", "2026.10")
    charge = product["productPrice"][0]
    assert charge["price"]["taxIncludedAmount"] == {"unit": "EUR", "value": 30}
    assert (charge["price"]["taxRate"], charge["recurringChargePeriod"]) == (23, "month")
    one = public.products_of_order(uow, order_id="o1")[0]
    assert (one.customer_id, one.billing_account_id, one.active_from, one.msisdn) == ("cust-1", "acct-1", None, None)


def test_an_offering_that_is_not_there_is_not_ordered(uow: Uow) -> None:
    with pytest.raises(OfferingUnknown):
        public.create_pending_product(uow, new=NewProduct("X", "c", "a", "none", "o", "1"))


def test_activation_gives_it_its_start_its_number_and_what_carries_it(uow: Uow) -> None:
    product_id = active(uow)
    one = public.get_subscription(uow, product_id=product_id)
    assert (one.status, one.active_from, one.active_to, one.msisdn) == ("active", ACTIVE_AT, None, NUMBER)
    doc = public.get_product(uow, product_id=product_id).doc
    assert [ref["id"] for ref in doc["realizingService"]] == ["svc-o1"]
    assert [ref["id"] for ref in doc["realizingResource"]] == ["sim-1"]
    values = {one["name"]: one["value"] for one in doc["productCharacteristic"]}
    assert values == {"iccid": "8935301000000000001", "msisdn": NUMBER}
    told = news(uow)
    assert [one["name"] for one in told] == ["ProductActivated"]
    assert (told[0]["product_id"], told[0]["msisdn"]) == (product_id, NUMBER)
    assert instant(told[0]["at"]) == ACTIVE_AT


def test_a_second_activation_changes_and_tells_nothing(uow: Uow) -> None:
    product_id = active(uow)
    before = public.get_product(uow, product_id=product_id)
    other = Realization(service_ids=("svc-other",))
    assert public.activate_product(uow, product_id=product_id, moment=uow.now, given=other) == before
    assert len(news(uow)) == 1


def test_a_product_is_suspended_resumed_and_ended_and_each_is_told_once(uow: Uow) -> None:
    product_id = active(uow)
    public.suspend_product(uow, product_id=product_id)
    public.suspend_product(uow, product_id=product_id)
    public.resume_product(uow, product_id=product_id)
    public.begin_termination(uow, product_id=product_id)
    public.terminate_product(uow, product_id=product_id, moment=instant("2026-11-20T00:00:00Z"))
    assert [one["name"] for one in news(uow)] == [
        "ProductActivated",
        "ProductSuspended",
        "ProductResumed",
        "ProductTerminated",
    ]
    one = public.get_subscription(uow, product_id=product_id)
    assert (one.status, one.active_to) == ("terminated", instant("2026-11-20T00:00:00Z"))


def test_a_product_that_was_never_delivered_is_given_up(uow: Uow) -> None:
    public.cancel_product(uow, product_id=ordered(uow, "o1"))
    public.abort_product(uow, product_id=ordered(uow, "o2"))
    assert [(one["name"], one.get("aborted", False)) for one in news(uow)] == [
        ("ProductGivenUp", False),
        ("ProductGivenUp", True),
    ]


def test_what_has_ended_does_not_come_back(uow: Uow) -> None:
    product_id = active(uow)
    public.terminate_product(uow, product_id=product_id, moment=uow.now)
    for again in (public.resume_product, public.suspend_product):
        with pytest.raises(IllegalTransition):
            again(uow, product_id=product_id)
    with pytest.raises(IllegalTransition):
        public.cancel_product(uow, product_id=product_id)


def test_it_does_not_end_before_it_began(uow: Uow) -> None:
    with pytest.raises(EndsBeforeStart):
        public.terminate_product(uow, product_id=active(uow), moment=ACTIVE_AT - timedelta(seconds=1))


def test_what_a_customer_has_is_not_deleted(uow: Uow) -> None:
    product_id = active(uow)
    with pytest.raises(ProductInUse):
        commands.delete_product(uow, store.PRODUCTS.get(uow, product_id))
    commands.delete_product(uow, store.PRODUCTS.get(uow, ordered(uow, "o2")))
    with pytest.raises(ProductUnknown):
        public.get_product(uow, product_id="none")


# -- numbers in time --------------------------------------------------------------------------------------------------


def test_a_number_is_the_products_from_its_start_and_however_it_is_written(uow: Uow) -> None:
    product_id = active(uow)
    for written in (NUMBER, "+353 20 910 0777"):
        found = public.product_by_msisdn(uow, msisdn=written, moment=ACTIVE_AT)
        assert found is not None and found.product_id == product_id
    assert public.product_by_msisdn(uow, msisdn=NUMBER, moment=ACTIVE_AT - timedelta(microseconds=1)) is None
    assert public.product_by_msisdn(uow, msisdn="353209100778", moment=ACTIVE_AT) is None


def test_one_number_has_one_product_at_a_time(uow: Uow) -> None:
    active(uow)
    with pytest.raises(NumberTaken) as refused:
        active(uow, "o2")
    assert refused.value.facts["number"] == NUMBER


def test_usage_of_a_moment_finds_who_had_the_number_then(uow: Uow) -> None:
    first = active(uow)
    handed_over = instant("2026-10-20T00:00:00Z")
    public.terminate_product(uow, product_id=first, moment=handed_over)
    second = ordered(uow, "o2")
    given = Realization(characteristics={"msisdn": NUMBER})
    public.activate_product(uow, product_id=second, moment=handed_over, given=given)
    periods = public.identifier_periods(uow, msisdns=[f"+{NUMBER}"])
    assert [(one.product_id, one.start, one.end) for one in periods] == [
        (first, ACTIVE_AT, handed_over),
        (second, handed_over, None),
    ]
    before = public.period_in_force(periods, handed_over - timedelta(seconds=1))
    after = public.period_in_force(periods, handed_over)
    assert before is not None and before.product_id == first
    assert after is not None and after.product_id == second
    assert public.period_in_force(periods, ACTIVE_AT - timedelta(seconds=1)) is None


def test_a_new_number_begins_with_the_change_and_the_old_one_ends(uow: Uow) -> None:
    product_id = active(uow)
    product = store.PRODUCTS.get(uow, product_id)
    changed = [{"@type": "StringCharacteristic", "name": "msisdn", "value": "353209100888"}]
    commands.patch_product(uow, product, {**product.doc, "productCharacteristic": changed})
    old, new = public.identifier_periods(uow, msisdns=[NUMBER, "353209100888"])
    assert (old.start, old.end) == (ACTIVE_AT, uow.now)
    assert (new.identifier, new.start, new.end) == ("353209100888", uow.now, None)


def test_a_corrected_start_moves_the_numbers_period(uow: Uow) -> None:
    product_id = active(uow)
    product = store.PRODUCTS.get(uow, product_id)
    earlier = ACTIVE_AT - timedelta(hours=1)
    commands.patch_product(uow, product, {**product.doc, "startDate": earlier.isoformat()})
    assert [one.start for one in public.identifier_periods(uow, msisdns=[NUMBER])] == [earlier]


@pytest.mark.parametrize("text", ["+353 20 910 07", "00353209100777", "020 910", "353209100777"])
def test_a_customer_is_found_by_the_beginning_of_her_number(uow: Uow, text: str) -> None:
    active(uow)
    assert public.customer_ids_by_number(uow, text=text) == ["cust-1"]


@pytest.mark.parametrize("text", ["", "Max", "020 911", "+49", "353209100778"])
def test_what_is_nobodys_number_finds_nobody(uow: Uow, text: str) -> None:
    active(uow)
    assert public.customer_ids_by_number(uow, text=text) == []


# -- who has what -----------------------------------------------------------------------------------------------------


def test_an_accounts_products_of_a_period_are_those_held_during_some_of_it(uow: Uow) -> None:
    product_id = active(uow)
    ordered(uow, "o2")

    def held(period: Period) -> list[str]:
        found = public.active_products_of_account(uow, billing_account_id="acct-1", period=period)
        return [one.product_id for one in found]

    assert held(OCTOBER) == held(NOVEMBER) == [product_id]
    public.terminate_product(uow, product_id=product_id, moment=NOVEMBER.start)
    assert held(OCTOBER) == [product_id]
    assert held(NOVEMBER) == []
    assert held(Period(instant("2026-09-01T00:00:00Z"), ACTIVE_AT)) == []


def test_a_customers_products_come_with_the_newest_first(uow: Uow) -> None:
    first, second = active(uow), ordered(uow, "o2")
    assert [one.product_id for one in public.products_of_customer(uow, customer_id="cust-1")] == [second, first]
    assert set(public.subscriptions_by_id(uow, product_ids=[first, "none"])) == {first}


def test_a_fault_of_a_service_is_felt_by_exactly_who_has_it(uow: Uow) -> None:
    first = active(uow)
    second = active(uow, "o2", "353209100888")
    active(uow, "o3", "353209100889")
    assert {one.product_id for one in public.products_of_services(uow, service_ids=["svc-o1", "svc-o2"])} == {
        first,
        second,
    }
    public.terminate_product(uow, product_id=second, moment=uow.now)
    assert [one.product_id for one in public.products_of_services(uow, service_ids=["svc-o1", "svc-o2"])] == [first]
