"""The product manager in a real browser: a price is tried on typed uses, a draft on a month as it was."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tandem.bss.catalog import public as catalog
from tandem.bss.catalog.store import OFFERINGS as OFFERINGS_KEPT
from tandem.bss.catalog.store import PRICES
from tandem.bss.charging import public as charging
from tandem.bss.subscriptions import public as subscriptions
from tandem.kernel.period import instant
from tandem.kernel.store import set_clock
from tests.browser.support import people
from tests.browser.support.looks import faults_in, untranslated_in
from tests.browser.support.people import CUSTOMER, logged_in
from tests.browser.support.program import Program, program

pytestmark = pytest.mark.browser

OFFERINGS = "/desk/product/offerings"
TRY = "/desk/product/try"
WHAT_IF = "/desk/product/what-if"
MAX_100 = "offer-max-100"
# 440 seconds to Germany: 480 / 60 × 0.25 = 2.00; two national minutes are within the plan
TRIED = (
    f"{TRY}?offering={MAX_100}"
    "&service=voice&to=4930123456&when=2026-10-12T20:58&amount=440&network="
    "&service=voice&to=353209100002&when=2026-10-12T21:30&amount=2+minute&network="
)


@pytest.fixture(scope="module")
def running(admin_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """An operator in October: Niamh has a plan and has used it."""
    folder: Path = tmp_path_factory.mktemp("product")
    with people.card_processor(folder), program(admin_url, folder) as opened:
        people.begin_in_october(opened)
        people.add_people(opened)
        opened.add_user("prue", "product_manager")
        opened.add_user("eve", "executive")
        opened.story.settle_order(opened.story.order().id, "completed")
        with opened.story.uow() as uow:
            (product, *_) = subscriptions.products_of_customer(uow, customer_id=CUSTOMER)
        people.use_a_month(opened, product.msisdn or "")
        yield opened


@pytest.fixture
def prue(running: Program, chromium: Browser) -> Iterator[Page]:
    with logged_in(running, chromium, "prue", "/desk") as page:
        yield page


@pytest.fixture
def eve(running: Program, chromium: Browser) -> Iterator[Page]:
    with logged_in(running, chromium, "eve", "/desk") as page:
        yield page


# -- a price is tried -------------------------------------------------------------------------------------------------


def test_a_call_is_priced_by_the_present_tariff_and_explained(prue: Page) -> None:
    prue.goto(f"{TRY}?offering={MAX_100}")
    prue.get_by_label("Service of use 1").select_option("voice")
    prue.get_by_label("Number called by use 1").fill("+49 30 123456")
    prue.get_by_label("When use 1 begins").fill("2026-10-12T20:58")
    prue.get_by_label("How much of use 1").fill("440")
    prue.get_by_role("button", name="Try it", exact=True).click()
    result = prue.locator("#trial-result")
    expect(result.locator(".big")).to_have_text("€2.00")
    expect(result.locator("details").nth(1)).to_contain_text("Calls to Germany")
    expect(result).to_contain_text("8 min")
    expect(result).to_contain_text("Beginning of the number")
    expect(result.locator("svg rect.pillar")).to_have_count(1)
    expect(prue.get_by_label("How much of use 1")).to_have_value("440")
    prue.reload()
    expect(prue.locator("#trial-result .big")).to_have_text("€2.00")


def test_an_address_shows_a_trial_and_what_pays_it(prue: Page) -> None:
    prue.goto(TRIED)
    expect(prue.locator("#trial-result .big")).to_have_text("€2.00")
    national = prue.locator("#trial-result details", has_text="353209100002").last
    expect(national).to_contain_text("1000 national minutes")
    expect(national).to_contain_text("Allowance")
    expect(national.get_by_role("group", name="What moved in the balances")).to_contain_text("2 min")


def test_an_edited_tariff_is_tried_and_stands_in_the_address(prue: Page) -> None:
    prue.goto(TRIED)
    text = prue.get_by_label("Tariff (JSON)").input_value()
    assert text.count('"0.25"') == 1
    prue.get_by_label("Tariff (JSON)").fill(text.replace('"0.25"', '"0.10"'))
    prue.get_by_role("button", name="Try it", exact=True).click()
    # 480 / 60 × 0.10
    expect(prue.locator("#trial-result .big")).to_have_text("€0.80")
    prue.goto(prue.url)
    expect(prue.locator("#trial-result .big")).to_have_text("€0.80")


def test_money_pays_before_nobody_does(prue: Page) -> None:
    prue.goto(
        f"{TRY}?offering=offer-prepaid&money=0.30&service=voice&to=353209100002&when=2026-10-12T11:00&amount=2+minute"
    )
    result = prue.locator("#trial-result")
    # a Monday morning: 2 × 0.20 by day, of which 0.30 is there
    expect(result.locator(".big")).to_have_text("€0.40")
    expect(result.locator(".links").first).to_contain_text("Paid-in money: €0.30")
    expect(result.locator(".links").first).to_contain_text("Nobody: €0.10")


def test_what_is_wrong_is_told_where_it_is_and_what_was_typed_stays(prue: Page) -> None:
    prue.goto(TRIED)
    prue.get_by_label("How much of use 2").fill("2 GB")
    prue.get_by_role("button", name="Try it", exact=True).click()
    expect(prue.locator("#e-use-2")).to_contain_text("not measured in seconds")
    expect(prue.locator("#trial-result")).to_have_count(0)
    expect(prue.get_by_label("Number called by use 1")).to_have_value("4930123456")
    text = prue.get_by_label("Tariff (JSON)").input_value()
    line = next(n for n, one in enumerate(text.split("\n"), start=1) if '"0.25"' in one)
    prue.get_by_label("Tariff (JSON)").fill(text.replace('"0.25"', "0.25"))
    prue.get_by_role("button", name="Try it with this tariff").click()
    alert = prue.get_by_role("alert")
    expect(alert).to_contain_text(f"Line {line}")
    expect(alert).to_contain_text("].amount")
    expect(prue.get_by_label("Tariff (JSON)")).to_have_value(text.replace('"0.25"', "0.25"))


# -- what is sold -----------------------------------------------------------------------------------------------------


def test_an_offering_says_what_it_costs_in_plain_words(prue: Page) -> None:
    prue.goto(f"{OFFERINGS}?state=Launched&q=max")
    row = prue.locator("tbody [data-row]")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("€30.00")
    row.get_by_role("link", name="Max 100").click()
    expect(prue.get_by_role("group", name="By time")).to_contain_text("€30.00 a month")
    expect(prue.get_by_role("group", name="Included")).to_contain_text("100 GB")
    germany = prue.get_by_role("group", name="Prices for use").locator("tr", has_text="Calls to Germany")
    expect(germany).to_contain_text("€0.25 for each 1 min")
    expect(germany).to_contain_text("counted by 1 min")
    limit = prue.get_by_role("group", name="Limits")
    expect(limit).to_contain_text("€61.50 a bill month")
    expect(limit).to_contain_text("stops until the customer agrees to go on")
    expect(prue.get_by_text("The launch check finds nothing.")).to_be_visible()
    expect(prue.get_by_role("group", name="Who approved what")).to_contain_text("Calls to Germany")


def test_what_speaks_against_launching_is_told_with_its_place(running: Program, prue: Page) -> None:
    with running.story.uow() as uow:
        sold = OFFERINGS_KEPT.get(uow, MAX_100).doc
        draft = {**sold, "id": "offer-draft", "name": "Draft", "lifecycleStatus": "In Design"}
        OFFERINGS_KEPT.add(uow, {**draft, "productOfferingPrice": []})
    prue.goto(f"{OFFERINGS}?state=In+Design")
    prue.locator("tbody [data-row]").get_by_role("link", name="Draft").click()
    found = prue.get_by_role("group", name="What speaks against launching it")
    expect(found).to_contain_text("price_missing")
    expect(found.locator("code").first).to_have_text("productOfferingPrice")


# -- a month as it was ------------------------------------------------------------------------------------------------


def ask(page: Page, before: str, after: str) -> None:
    """Ask what this month would have cost with one word of the tariff changed."""
    page.goto(f"{WHAT_IF}/new?offering={MAX_100}")
    page.get_by_label("Month").select_option("2026-10")
    text = page.get_by_label("Tariff (JSON)").input_value()
    page.get_by_label("Tariff (JSON)").fill(text.replace(before, after))
    page.get_by_role("button", name="Price the month again").click()


def test_a_cheaper_minute_is_tried_on_the_month_as_it_was(prue: Page) -> None:
    ask(prue, '"0.25"', '"0.10"')
    now = prue.locator("#what-if-now")
    expect(now.locator(".chip").first).to_have_text("Answered")
    # Niamh's call to Germany: 8 minutes at 0.10 instead of 0.25
    expect(now.locator(".kpis")).to_contain_text("€2.00")
    expect(now.locator(".kpis")).to_contain_text("€0.80")
    expect(now.get_by_role("group", name="The largest changes")).to_contain_text("-€1.20")
    expect(now).to_contain_text("The unchanged tariff reproduces 3 of 3 charges.")
    expect(now.get_by_role("group", name="What the draft changes")).to_contain_text("prices.price-voice-germany.amount")
    exported = prue.context.request.get(prue.url + "?export=csv").text()
    assert exported.splitlines()[1] == f"{CUSTOMER},2.00,EUR,0.80,EUR,-1.20,EUR"
    prue.goto(WHAT_IF)
    expect(prue.locator("tbody [data-row]").first).to_contain_text("October 2026")


def test_the_tariff_in_force_changes_nobody(prue: Page) -> None:
    ask(prue, "nothing of it", "")
    now = prue.locator("#what-if-now")
    expect(now).to_contain_text("Nobody pays more or less.")
    expect(now).to_contain_text("Nothing: it is the tariff in force.")


def test_a_draft_that_cannot_be_priced_is_refused_with_its_line(prue: Page) -> None:
    ask(prue, '"service": "voice"', '"service": "voice", "perhaps": 1')
    expect(prue.get_by_role("alert")).to_contain_text("perhaps")
    expect(prue.get_by_label("Month")).to_have_value("2026-10")
    assert '"perhaps"' in prue.get_by_label("Tariff (JSON)").input_value()


def test_an_executive_reads_and_does_not_ask(prue: Page, eve: Page) -> None:
    ask(prue, '"0.25"', '"0.30"')
    expect(prue.locator("#what-if-now")).to_contain_text("€2.40")
    eve.goto(prue.url)
    expect(eve.locator("#what-if-now")).to_contain_text("€2.40")
    expect(eve.get_by_role("link", name="Change the draft")).to_have_count(0)
    assert eve.context.request.get(f"{WHAT_IF}/new").status == 403


# -- two times ---------------------------------------------------------------------------------------------------------


def test_a_correction_is_seen_by_what_was_approved_until_then(running: Program, chromium: Browser) -> None:
    with running.story.uow() as uow:
        approved = catalog.tariff_at(uow, offering_id=MAX_100, moment=uow.now).approved_at
    set_clock(running.story.database, instant(approved or "") + timedelta(days=2))
    with running.story.uow() as uow:
        price = PRICES.get(uow, "price-voice-germany")
        changed = {**price.doc, "version": "2026.10.1", "price": {"unit": "EUR", "value": 0.20}}
        PRICES.save(uow, price.id, changed, why="Wrong by five cents")
        before = uow.now - timedelta(days=1)
    with logged_in(running, chromium, "prue", "/desk") as prue:
        prue.goto(f"{OFFERINGS}/{MAX_100}")
        germany = prue.get_by_role("group", name="Prices for use").locator("tr", has_text="Calls to Germany")
        expect(germany).to_contain_text("€0.20")
        approved_by = prue.get_by_role("group", name="Who approved what").locator("tr", has_text="Calls to Germany")
        expect(approved_by).to_contain_text("Wrong by five cents")
        expect(approved_by).to_contain_text("2026.10.1")
        expect(prue.locator(".timeline li").first).to_contain_text("Calls to Germany 2026.10.1, writing 2")
        prue.get_by_label("By what was approved until").fill(f"{before:%Y-%m-%dT%H:%M}")
        prue.get_by_role("button", name="Show").click()
        expect(germany).to_contain_text("€0.25")
        prue.get_by_role("link", name="Now", exact=True).click()
        expect(germany).to_contain_text("€0.20")


# -- what every page is held to ---------------------------------------------------------------------------------------


def addresses(running: Program) -> list[str]:
    """Every page of the desk."""
    with running.story.uow() as uow:
        answers = [f"{WHAT_IF}/{one.id}" for one in charging.list_what_ifs(uow, limit=1)]
        offered = [f"{OFFERINGS}/{one.id}" for one in catalog.list_offerings(uow)]
    shown = [OFFERINGS, *offered, f"{OFFERINGS}/{MAX_100}?at=2020-01-01T00:00"]
    trials = [TRY, TRIED, f"{TRIED}&service=voice&to=12&when=x&amount=y&network="]
    return [*shown, *trials, WHAT_IF, f"{WHAT_IF}/new", f"{WHAT_IF}/new?offering={MAX_100}", *answers]


def test_axe_finds_nothing_and_nothing_is_too_wide(running: Program, prue: Page) -> None:
    assert faults_in(prue, addresses(running)) == []


def test_every_word_was_given_for_translation(running: Program, prue: Page) -> None:
    assert untranslated_in(prue, addresses(running)) == []
