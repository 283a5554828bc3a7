"""An agent's way in a real browser: find anybody by anything, order for her, follow it, explain a bill to the end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tandem.bss.billing import public as billing
from tandem.bss.subscriptions import public as subscriptions
from tests.browser.support import people
from tests.browser.support.looks import OPEN_ALL, faults_in, untranslated_in
from tests.browser.support.people import CUSTOMER, logged_in, order_a_plan
from tests.browser.support.program import Program, program

pytestmark = pytest.mark.browser

HER = f"/desk/agent/customers/{CUSTOMER}"
TABS = ("products", "orders", "bills", "usage", "messages", "history")


@pytest.fixture(scope="module")
def running(admin_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """An operator in November: Niamh has had a plan since 12 October, has used it, and has a bill."""
    folder: Path = tmp_path_factory.mktemp("agent")
    with people.card_processor(folder), program(admin_url, folder) as opened:
        people.begin_in_october(opened)
        people.add_people(opened)
        opened.add_user("finn", "finance")
        opened.story.settle_order(opened.story.order().id, "completed")
        with opened.story.uow() as uow:
            (product,) = subscriptions.products_of_customer(uow, customer_id=CUSTOMER)
        people.use_a_month(opened, product.msisdn or "")
        people.turn_the_month(opened)
        yield opened


@pytest.fixture
def ann(running: Program, chromium: Browser) -> Iterator[Page]:
    with logged_in(running, chromium, "ann", "/desk") as page:
        yield page


@pytest.fixture
def niamh(running: Program, chromium: Browser) -> Iterator[Page]:
    with logged_in(running, chromium, "niamh", "/my") as page:
        yield page


def bill_of(running: Program) -> tuple[str, str]:
    """Id and number of her bill."""
    with running.story.uow() as uow:
        bill = billing.bills_of_customer(uow, customer_id=CUSTOMER)[-1]
    return bill.bill_id, bill.number


def order_of(running: Program) -> str:
    with running.story.uow() as uow:
        return subscriptions.products_of_customer(uow, customer_id=CUSTOMER)[-1].order_id or ""


def test_she_is_found_by_anything_from_anywhere(running: Program, ann: Page) -> None:
    bill_id, bill_number = bill_of(running)
    with running.story.uow() as uow:
        number = subscriptions.products_of_customer(uow, customer_id=CUSTOMER)[-1].msisdn or ""
    asked = ("niamh fen", "0209100001", f"+{number}", "customer1001@corrib.example", CUSTOMER, "acct-1001")
    for text in (*asked, order_of(running), bill_number, bill_id):
        ann.goto("/desk/agent/orders")
        ann.keyboard.press("/")
        ann.locator(".global-search input").fill(text)
        ann.keyboard.press("Enter")
        expect(ann.locator("tbody tr")).to_have_count(1)
        expect(ann.locator("tbody tr")).to_contain_text("Niamh Fennelly")
    expect(ann.get_by_role("link", name=f"bill {bill_number}")).to_be_visible()
    ann.get_by_role("link", name="Niamh Fennelly").click()
    expect(ann.get_by_role("heading", name="Niamh Fennelly")).to_be_visible()


def test_one_screen_tells_everything(ann: Page) -> None:
    ann.goto(HER)
    expect(ann.locator("#account-tree")).to_contain_text("owes €51.35")
    expect(ann.locator("#customer-tab")).to_contain_text("Active since")
    ann.get_by_role("link", name="Usage").click()
    expect(ann.locator("#customer-tab tbody tr")).to_have_count(3)
    ann.locator("#customer-tab tbody tr").first.get_by_role("link", name="Why?").click()
    expect(ann.get_by_text("The last lines add up to the whole:")).to_contain_text("€2.00")
    ann.goto(HER)
    ann.get_by_role("link", name="History").click()
    expect(ann.locator(".timeline")).to_contain_text("Max 100 became active")
    expect(ann.locator(".timeline")).to_contain_text("€51.35")


def test_a_bill_line_leads_down_to_usage_tariff_and_catalogue(running: Program, ann: Page) -> None:
    ann.goto(f"{HER}?tab=bills")
    ann.get_by_role("link", name=bill_of(running)[1]).click()
    ann.get_by_role("row", name="Calls to Germany").get_by_role("link", name="Why?").click()
    ann.evaluate(OPEN_ALL)
    why = ann.locator(".why")
    for told in ("a call of 7:20", "usage record", "october.csv", "2026.10", "offer-max-100"):
        expect(why).to_contain_text(told)
    expect(ann.locator(".sum[data-tone=good]")).to_contain_text("€2.00")
    ann.go_back()
    ann.get_by_role("link", name="Why?", exact=True).first.click()
    expect(ann.locator(".sum[data-tone=good]")).to_contain_text("€51.35")


def test_an_order_tells_its_story_down_to_the_registers_answers(running: Program, ann: Page) -> None:
    ann.goto(f"/desk/agent/orders/{order_of(running)}")
    expect(ann.locator(".tracker li[data-state=done]")).to_have_count(5)
    expect(ann.locator(".timeline li")).not_to_have_count(0)
    ann.locator(".timeline details summary").first.click()
    expect(ann.locator(".timeline table").first).to_contain_text("state")
    expect(ann.get_by_text("Reserve the number")).to_be_visible()
    ann.get_by_role("link", name="Why?").click()
    ann.evaluate(OPEN_ALL)
    expect(ann.locator(".why")).to_contain_text("subscriber")
    expect(ann.locator(".why")).to_contain_text("imsi")


def test_her_own_order_shows_on_the_agents_open_page(niamh: Page, ann: Page) -> None:
    ann.goto(f"{HER}?tab=orders")
    expect(ann.locator("[data-live-switch]")).to_have_attribute("data-state", "live")
    before = ann.locator("#customer-tab tbody tr").count()
    order_a_plan(niamh, "offer-flex-20")
    expect(ann.locator("#customer-tab tbody tr")).to_have_count(before + 1)
    expect(ann.locator("#customer-tab tbody tr").first).to_contain_text("Flex 20")
    expect(ann.locator("#customer-tab tbody tr").first).to_contain_text("Completed")


def test_an_agent_orders_for_a_customer_with_the_keyboard_alone(running: Program, ann: Page) -> None:
    ann.goto("/desk/agent/customers/cust-1004")
    people.tab_to(ann, "New order")
    ann.keyboard.press("Enter")
    expect(ann.get_by_role("heading", name="New order for Diarmuid")).to_be_visible()
    ann.get_by_role("button", name="Place the order").click()
    expect(ann.get_by_role("alert")).to_contain_text("Plan")
    ann.locator("input[name=offering]").first.focus()
    ann.keyboard.press("Space")
    ann.locator("#f-told").focus()
    ann.keyboard.press("Space")
    people.tab_to(ann, "Place the order")
    ann.keyboard.press("Enter")
    expect(ann.get_by_text("The order is placed.")).to_be_visible()
    expect(ann.locator("#order-now .chip", has_text="Completed")).to_be_visible()
    expect(ann.locator(".timeline")).to_contain_text("ann")
    assert running.story.count("ordering_product_order", "customer_id = 'cust-1004'") == 1


def test_an_order_that_waits_says_why_and_is_called_off_with_a_reason(running: Program, ann: Page) -> None:
    running.story.hlr.kill()
    order = running.story.order(customer="cust-1003")
    ann.goto(f"/desk/agent/orders/{order.id}")
    expect(ann.locator("#order-now .chip").first).to_contain_text("Waiting for the network")
    expect(ann.locator("#order-now .banner")).to_contain_text("does not answer")
    ann.get_by_role("link", name="Cancel the order").click()
    ann.get_by_label("Reason").fill("The customer changed her mind")
    ann.get_by_role("button", name="Cancel the order").click()
    expect(ann.locator("#order-now .head .chip")).to_contain_text("Cancelled")
    expect(ann.get_by_role("region", name="Asked to cancel")).to_contain_text("The customer changed her mind")
    running.story.reconnect(running.story.hlr.start_again())


def test_orders_are_filtered_sorted_and_exported(ann: Page) -> None:
    ann.goto("/desk/agent/orders?state=completed&sort=customer")
    expect(ann.locator("th[aria-sort=ascending]")).to_contain_text("Customer")
    expect(ann.locator("tbody tr").first).to_contain_text("Completed")
    exported = ann.context.request.get("/desk/agent/orders?state=completed&export=csv").text()
    assert "completed" in exported and CUSTOMER in exported
    ann.goto("/desk/agent/orders?q=fennelly")
    expect(ann.locator("tbody tr").first).to_contain_text(CUSTOMER)


def test_finance_sees_money_and_orders_nothing(running: Program, chromium: Browser) -> None:
    with logged_in(running, chromium, "finn", "/desk") as page:
        page.goto(f"{HER}?tab=bills")
        expect(page.locator("#customer-tab")).to_contain_text("€51.35")
        expect(page.get_by_role("link", name="New order")).to_have_count(0)
        answer = page.goto(f"{HER}/order")
        assert answer is not None and answer.status == 403


def test_the_bill_comes_as_a_pdf(running: Program, ann: Page) -> None:
    ann.goto(f"/desk/agent/bills/{bill_of(running)[0]}")
    pdf = ann.context.request.get(ann.get_by_role("link", name="PDF").get_attribute("href") or "")
    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.body().startswith(b"%PDF")


def test_who_is_nobody_is_said(ann: Page) -> None:
    answer = ann.goto("/desk/agent/customers/nobody")
    assert answer is not None and answer.status == 404
    expect(ann.get_by_role("heading", name="Not found")).to_be_visible()
    ann.goto("/desk/agent?q=zz")
    expect(ann.get_by_text("Nothing matches these filters.")).to_be_visible()
    expect(ann).to_have_url(re.compile("q=zz"))


def addresses(running: Program) -> list[str]:
    """Every page of the desk."""
    bill, order = f"/desk/agent/bills/{bill_of(running)[0]}", f"/desk/agent/orders/{order_of(running)}"
    lists = ["/desk/agent", "/desk/agent?q=niamh", "/desk/agent/orders"]
    return [*lists, *(f"{HER}?tab={tab}" for tab in TABS), f"{HER}/order", order, f"{order}/why", bill, f"{bill}/why"]


def test_axe_finds_nothing_and_nothing_is_too_wide(running: Program, ann: Page) -> None:
    assert faults_in(ann, addresses(running)) == []


def test_every_word_was_given_for_translation(running: Program, ann: Page) -> None:
    assert untranslated_in(ann, addresses(running)) == []
