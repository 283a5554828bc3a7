"""Finance in a real browser: usage that waits is put right, balances are looked at and adjusted, charges explained."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tandem.bss.charging import public as charging
from tandem.bss.charging.terms.desks import WaitingFilter
from tandem.bss.charging.wire import Work, take_received
from tandem.bss.subscriptions import public as subscriptions
from tandem.kernel.money import Money
from tandem.kernel.period import instant
from tests.browser.support import people
from tests.browser.support.looks import faults_in, untranslated_in
from tests.browser.support.people import CUSTOMER, logged_in
from tests.browser.support.program import Program, program
from tests.bss.charging.rerating.test_rerating import correct_price
from tests.support.operator import TENANT

pytestmark = pytest.mark.browser

SUSPENDED = "/desk/finance/suspended"
RATED = "/desk/finance/rated"
FILES = "/desk/finance/usage"
RERATINGS = "/desk/finance/reratings"
REWORKS = "/desk/finance/reworks"
HEAD = "record_id,usage_type,served_number,destination,started_at,quantity\n"
NOBODY = "353209119999"


@pytest.fixture(scope="module")
def running(admin_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """An operator in October: Niamh has a plan, has used it; some of her records wait."""
    folder: Path = tmp_path_factory.mktemp("finance")
    with people.card_processor(folder), program(admin_url, folder) as opened:
        people.begin_in_october(opened)
        people.add_people(opened)
        opened.add_user("finn", "finance")
        opened.add_user("fay", "finance")
        opened.story.settle_order(opened.story.order().id, "completed")
        people.use_a_month(opened, number_of(opened))
        yield opened


def number_of(running: Program) -> str:
    """Niamh's number."""
    with running.story.uow() as uow:
        (product, *_) = subscriptions.products_of_customer(uow, customer_id=CUSTOMER)
    return product.msisdn or ""


def waits(running: Program, name: str, *lines: str) -> None:
    """A file whose lines all wait."""
    with running.story.uow("usage") as uow:
        report = charging.load_usage_file(uow, content=(HEAD + "\n".join(lines)).encode(), source=name)
    assert report.suspended == len(lines), report


def record_of(running: Program, name: str) -> str:
    """The record of a file that waits."""
    with running.story.uow() as uow:
        (found, *_) = charging.find_waiting(uow, WaitingFilter(source=name)).usage
    return found.usage_id


@pytest.fixture
def finn(running: Program, chromium: Browser) -> Iterator[Page]:
    with logged_in(running, chromium, "finn", "/desk") as page:
        yield page


@pytest.fixture
def niamh(running: Program, chromium: Browser) -> Iterator[Page]:
    with logged_in(running, chromium, "niamh", "/my") as page:
        yield page


@pytest.fixture
def ann(running: Program, chromium: Browser) -> Iterator[Page]:
    with logged_in(running, chromium, "ann", "/desk") as page:
        yield page


# -- usage that waits -------------------------------------------------------------------------------------------------


def test_a_record_that_falls_out_appears_and_is_corrected_and_rated(running: Program, finn: Page) -> None:
    finn.goto(f"{SUSPENDED}?q=typo.csv")
    expect(finn.locator("[data-live-switch]")).to_have_attribute("data-state", "live")
    waits(running, "typo.csv", f"s-1,voice,{NOBODY},353209100002,2026-10-16T18:00:00Z,120")
    row = finn.locator("tbody [data-row]")
    expect(row).to_contain_text("Nobody's number")
    row.get_by_role("link", name="+353 20 911 9999", exact=True).click()
    expect(finn.locator("#record-now")).to_contain_text("was nobody's number")
    expect(finn.locator("#record-now")).to_contain_text("typo.csv")
    finn.get_by_role("link", name="Correct").click()
    finn.get_by_label("Number").fill("no digits")
    finn.get_by_label("Quantity").fill("90")
    finn.get_by_role("button", name="Correct and release").click()
    expect(finn.get_by_role("alert")).to_contain_text("international digits")
    expect(finn.get_by_label("Quantity")).to_have_value("90")
    finn.get_by_label("Number").fill(number_of(running))
    finn.get_by_role("button", name="Correct and release").click()
    expect(finn.locator("#flashes")).to_contain_text("Released and rated.")
    expect(finn.locator("#record-now .chip").first).to_have_text("Rated")
    expect(finn.locator("#record-now")).to_contain_text("1 min 30 sec")
    expect(finn.locator(".timeline")).to_contain_text("finn")


def test_a_cause_is_filtered_and_its_picked_records_are_put_aside(running: Program, finn: Page) -> None:
    waits(
        running,
        "test-calls.csv",
        f"t-1,voice,{NOBODY},353209100002,2026-10-16T18:00:00Z,1",
        f"t-2,voice,{NOBODY},353209100002,2026-10-16T18:01:00Z,2",
    )
    finn.goto(f"{SUSPENDED}?q=test-calls.csv&cause=unknown_number&started_from=2026-10-16&started_to=2026-10-16")
    expect(finn.locator("tbody [data-row]")).to_have_count(2)
    for box in finn.locator("tbody input[type=checkbox]").all():
        box.check()
    finn.get_by_role("group", name="For the picked rows").get_by_role("button", name="Put aside").click()
    finn.get_by_label("Reason").fill("Calls of our own test set")
    finn.get_by_role("button", name="Put aside").click()
    expect(finn.locator("#flashes")).to_contain_text("2 rows done")
    finn.goto(f"{SUSPENDED}?q=test-calls.csv")
    expect(finn.locator("tbody [data-row]")).to_have_count(0)


def test_a_release_that_changes_nothing_says_why_it_still_waits(running: Program, finn: Page) -> None:
    waits(running, "still.csv", f"u-9,voice,{NOBODY},353209100002,2026-10-16T18:00:00Z,7")
    finn.goto(f"{SUSPENDED}/{record_of(running, 'still.csv')}")
    finn.get_by_role("button", name="Release").click()
    expect(finn.locator("#flashes")).to_contain_text("It still waits")
    finn.get_by_role("link", name="Put aside").click()
    finn.get_by_label("Reason").fill("A test call")
    finn.get_by_role("button", name="Put the record aside").click()
    expect(finn.locator("#record-now .chip").first).to_have_text("Put aside")


def test_what_waits_can_be_taken_along(running: Program, finn: Page) -> None:
    waits(running, "export.csv", f"e-1,voice,{NOBODY},353209100002,2026-10-16T18:00:00Z,7")
    exported = finn.context.request.get(f"{SUSPENDED}?q=export.csv&export=csv").text()
    assert "unknown_number" in exported and "export.csv, line 2" in exported


def test_an_agent_reads_why_a_record_waits_and_changes_nothing(running: Program, ann: Page) -> None:
    waits(running, "read.csv", f"r-1,voice,{NOBODY},353209100002,2026-10-16T18:00:00Z,7")
    ann.goto(f"{SUSPENDED}/{record_of(running, 'read.csv')}")
    expect(ann.locator("#record-now")).to_contain_text("was nobody's number")
    expect(ann.get_by_role("button", name="Release")).to_have_count(0)
    answer = ann.goto(f"{SUSPENDED}/{record_of(running, 'read.csv')}/correct")
    assert answer is not None and answer.status == 403


# -- many at once, and files ------------------------------------------------------------------------------------------


def test_all_of_a_file_are_mapped_to_the_right_number_and_released(running: Program, finn: Page) -> None:
    waits(
        running,
        "mapped.csv",
        f"m-1,voice,{NOBODY},353209100002,2026-10-16T18:00:00Z,60",
        f"m-2,voice,{NOBODY},353209100002,2026-10-16T18:01:00Z,60",
    )
    finn.goto(SUSPENDED)
    finn.get_by_role("link", name=re.compile("Work on all.*Nobody's number")).click()
    expect(finn.get_by_label("Cause")).to_have_value("unknown_number")
    finn.get_by_label("Another number instead").check()
    finn.get_by_role("button", name="Begin").click()
    expect(finn.get_by_role("alert")).to_contain_text("Say what to put there.")
    finn.get_by_label("File", exact=False).first.fill("mapped.csv")
    finn.get_by_role("textbox", name="Instead of").fill(NOBODY)
    finn.get_by_label("Put this").fill(number_of(running))
    finn.get_by_role("button", name="Begin").click()
    expect(finn.locator("#rework-now .chip").first).to_have_text("Done")
    expect(finn.locator(".counters")).to_contain_text("Rated")
    expect(finn.locator(".counters dd").first).to_have_text("2")
    with running.story.uow() as uow:
        assert charging.find_waiting(uow, WaitingFilter(source="mapped.csv")).total == 0


def test_everything_at_once_is_refused_and_what_was_typed_stays(finn: Page) -> None:
    finn.goto("/desk/finance/reworks/new")
    finn.get_by_label("Put them aside").check()
    finn.get_by_label("Reason").fill("All of them")
    finn.get_by_role("button", name="Begin").click()
    expect(finn.get_by_role("alert")).to_contain_text("nothing is done to everything at once")
    expect(finn.get_by_label("Reason")).to_have_value("All of them")


def test_a_file_is_taken_in_rated_and_its_refused_lines_are_listed(running: Program, finn: Page) -> None:
    lines = [f"f-1,voice,{number_of(running)},353209100002,2026-10-16T19:00:00Z,60", "f-2,voice,x,y,z,1"]
    finn.goto("/desk/finance/usage")
    finn.get_by_role("link", name="Take a file in").click()
    finn.get_by_label("Who sent it").fill("shop floor")
    finn.get_by_role("button", name="Take it in").click()
    expect(finn.get_by_role("alert")).to_contain_text("Choose a file.")
    expect(finn.get_by_label("Who sent it")).to_have_value("shop floor")
    content = (HEAD + "\n".join(lines)).encode()
    finn.get_by_label("Usage file").set_input_files({"name": "hand.csv", "mimeType": "text/csv", "buffer": content})
    finn.get_by_role("button", name="Take it in").click()
    expect(finn.locator("#file-now .chip").first).to_have_text("Waits for its turn")
    expect(finn.locator("[data-live-switch]")).to_have_attribute("data-state", "live")
    take_received(Work(running.story.database, TENANT, "system", "test"))
    expect(finn.locator("#file-now .chip").first).to_have_text("Done")
    expect(finn.get_by_role("region", name="Progress")).to_contain_text("100%")
    expect(finn.get_by_role("group", name="Refused lines")).to_contain_text("served_number")
    exported = finn.context.request.get(finn.url + "?export=csv").text()
    assert "served_number" in exported
    finn.goto("/desk/finance/usage")
    expect(finn.locator("tbody [data-row]").first).to_contain_text("shop floor")


# -- charges and balances ---------------------------------------------------------------------------------------------


def test_a_charge_is_found_by_number_and_explained(running: Program, finn: Page) -> None:
    finn.goto(f"{RATED}?q={number_of(running)}")
    row = finn.locator("tbody [data-row]", has_text="Germany")
    expect(row).to_contain_text("€2.00")
    expect(row).to_contain_text("Invoice")
    row.get_by_role("link").first.click()
    expect(finn.locator(".why .sum")).to_contain_text("€2.00")
    expect(finn.get_by_role("heading", level=1)).to_contain_text("€2.00")
    finn.goto(f"{RATED}?q=acct-1001&service=data")
    finn.locator("tbody [data-row] a").first.click()
    expect(finn.get_by_role("group", name="What it took of each balance")).to_contain_text("12.5 GB")
    finn.locator("dl.facts a", has_text="-").first.click()
    expect(finn.locator("#record-now .chip").first).to_have_text("Rated")


def test_a_balance_is_adjusted_with_a_reason_and_never_below_nothing(finn: Page) -> None:
    finn.goto("/desk/finance/balances?q=fennelly")
    finn.get_by_role("link", name="acct-1001").click()
    expect(finn.locator("#balances-now")).to_contain_text("87.5 GB left")
    finn.locator("#balances-now a", has_text="Adjust").first.click()
    finn.get_by_label("Take away").check()
    finn.get_by_label("Amount").fill("1000")
    finn.get_by_label("Reason").fill("A test")
    finn.get_by_role("button", name="Adjust").click()
    expect(finn.get_by_role("alert")).to_be_visible()
    expect(finn.get_by_label("Reason")).to_have_value("A test")
    finn.get_by_label("Give more").check()
    finn.get_by_label("Amount").fill("2.5")
    finn.get_by_role("button", name="Adjust").click()
    expect(finn.locator("#flashes")).to_contain_text("The balance is put right.")
    expect(finn.locator("#balances-now")).to_contain_text("90 GB left")
    expect(finn.locator(".timeline")).to_contain_text("Adjusted by 2.5 GB")
    expect(finn.locator(".timeline")).to_contain_text("A test")


def test_voucher_codes_come_once_as_a_file(running: Program, finn: Page) -> None:
    finn.goto("/desk/finance/vouchers")
    finn.get_by_role("link", name="Make a series").click()
    for label, value in (("Name of the series", "spring"), ("Worth of each", "10"), ("Currency", "EUR")):
        finn.get_by_label(label).fill(value)
    finn.get_by_label("How many").fill("3")
    finn.get_by_label("Last day").fill("2027-03-31")
    with finn.expect_download() as download:
        finn.get_by_role("button", name="Make them and download").click()
    lines = Path(download.value.path()).read_text().splitlines()
    assert len(lines) == 4 and lines[1].endswith(",10,EUR,2027-03-31")
    finn.goto("/desk/finance/vouchers")
    expect(finn.locator("#row-spring")).to_contain_text("€30.00")
    assert lines[1].split(",")[0] not in finn.content()


# -- rating again -----------------------------------------------------------------------------------------------------


def test_a_price_put_right_is_rated_again_and_agreed_to_by_another_person(
    running: Program, chromium: Browser, finn: Page
) -> None:
    with running.story.uow() as uow:
        correct_price(uow, "price-voice-germany", "0.20")
    finn.goto("/desk/finance/reratings")
    finn.get_by_role("link", name="Try rating again").click()
    finn.get_by_label("Reason").fill("Germany was too dear")
    finn.get_by_role("button", name="Work it out").click()
    expect(finn.get_by_role("alert")).to_be_visible()
    expect(finn.get_by_label("Reason")).to_have_value("Germany was too dear")
    finn.get_by_label("Price or allowance").fill("price-voice-germany")
    finn.get_by_role("button", name="Work it out").click()
    expect(finn.locator("#rerating-now")).to_contain_text("-€0.40")
    expect(finn.locator("[data-live-switch]")).to_have_attribute("data-state", "live")
    expect(finn.locator("#rerating-now")).to_contain_text("Another person than who worked it out must agree.")
    expect(finn.get_by_role("link", name="Agree and post")).to_have_count(0)
    with logged_in(running, chromium, "fay", "/desk") as fay:
        fay.goto(finn.url)
        fay.get_by_role("link", name="Agree and post").click()
        fay.get_by_role("button", name="Agree and post").click()
        expect(fay.locator("#rerating-now .chip").first).to_have_text("Done", timeout=20_000)
        fay.goto(f"{RATED}?q=acct-1001&service=voice")
        expect(fay.locator("tbody")).to_contain_text("€1.60")


# -- the customer and her agent ---------------------------------------------------------------------------------------


def test_she_tops_up_by_card_and_the_page_follows_the_payment(niamh: Page) -> None:
    niamh.goto("/my/usage")
    expect(niamh.locator("[data-live-switch]")).to_have_attribute("data-state", "live")
    niamh.get_by_role("link", name="Top up").click()
    niamh.get_by_label("Amount").fill("2")
    niamh.get_by_role("button", name="Pay and top up").click()
    expect(niamh.get_by_role("alert")).to_contain_text("At least")
    niamh.get_by_label("Amount").fill("25")
    niamh.get_by_label("Card token").fill("tok_visa")
    niamh.get_by_role("button", name="Pay and top up").click()
    expect(niamh.locator("#payment-now .chip")).to_have_text("Paid")
    niamh.get_by_role("link", name="To your wallet").click()
    expect(niamh.locator("#wallet-now")).to_contain_text("€25.00")


def test_a_voucher_works_once(running: Program, niamh: Page) -> None:
    with running.story.uow() as uow:
        (code,) = charging.make_vouchers(
            uow, series="shop", amount=Money.of(15, "EUR"), count=1, ends_at=instant("2027-01-01T00:00:00Z")
        )
    for _time in range(2):
        niamh.goto("/my/top-up")
        niamh.get_by_label("Code of the voucher").fill(f"{code[:4]} {code[4:]}")
        niamh.get_by_role("button", name="Use the voucher").click()
    expect(niamh.get_by_role("alert")).to_contain_text("no voucher of that code can be used")
    niamh.goto("/my/usage")
    expect(niamh.locator("#wallet-now")).to_contain_text("€")


def test_an_agent_sees_balances_as_bars_and_why_each_use_cost_what(ann: Page) -> None:
    ann.goto(f"/desk/agent/customers/{CUSTOMER}?tab=usage")
    expect(ann.get_by_role("region", name="Balances of the account")).to_contain_text("left")
    expect(ann.locator("#customer-tab [role=meter]")).not_to_have_count(0)
    ann.locator("#customer-tab tbody tr").first.get_by_role("link", name="Why?").click()
    expect(ann.locator(".why")).to_be_visible()
    ann.goto(f"/desk/agent/customers/{CUSTOMER}?tab=usage")
    ann.get_by_role("link", name="History").last.click()
    expect(ann.locator("#balances-now")).to_be_visible()
    expect(ann.get_by_role("link", name="Adjust")).to_have_count(0)


# -- what every page is held to ---------------------------------------------------------------------------------------


def test_release_needs_only_the_keyboard(running: Program, finn: Page) -> None:
    waits(running, "keys.csv", f"k-1,voice,{NOBODY},353209100002,2026-10-16T18:00:00Z,7")
    finn.goto(f"{SUSPENDED}?q=keys.csv")
    expect(finn.locator("tbody [data-row]")).to_have_count(1)
    finn.keyboard.press("j")
    finn.keyboard.press("Enter")
    expect(finn.locator("#record-now")).to_be_visible()
    people.tab_to(finn, "Correct")
    finn.keyboard.press("Enter")
    finn.get_by_label("Number", exact=True).focus()
    finn.keyboard.press("Control+A")
    finn.keyboard.type(number_of(running))
    people.tab_to(finn, "Correct and release")
    finn.keyboard.press("Enter")
    expect(finn.locator("#record-now .chip").first).to_have_text("Rated")


def addresses(running: Program) -> list[str]:
    """Every page of the desk."""
    with running.story.uow("usage") as uow:
        line = f"l-1,voice,{NOBODY},353209100002,2026-10-16T18:00:00Z,7"
        charging.load_usage_file(uow, content=(HEAD + line).encode(), source="looked-at.csv")
    record = f"{SUSPENDED}/{record_of(running, 'looked-at.csv')}"
    with running.story.uow() as uow:
        event = charging.rated_events_of_account(uow, billing_account_id="acct-1001").events[-1]
        balance = charging.balances_of_account(uow, billing_account_id="acct-1001")[0]
        files = charging.usage_files(uow).files
        works = charging.reworks(uow)
        runs = charging.list_reratings(uow)
        charging.make_vouchers(
            uow, series="looked-at", amount=Money.of(15, "EUR"), count=4, ends_at=instant("2027-01-01T00:00:00Z")
        )
    account = "/desk/finance/balances/acct-1001"
    return [
        *(SUSPENDED, f"{SUSPENDED}?q=nothing-like-it", record, f"{record}/correct", f"{record}/exclude"),
        *(
            "/desk/finance/reworks",
            "/desk/finance/reworks/new",
            *(f"/desk/finance/reworks/{one.id}" for one in works[:1]),
        ),
        *("/desk/finance/usage", "/desk/finance/usage/new", *(f"/desk/finance/usage/{one.id}" for one in files[:1])),
        *(RATED, f"{RATED}?q=acct-1001", f"{RATED}/{event.id}"),
        *("/desk/finance/balances?q=fennelly", account, f"{account}/adjust?bucket={balance.bucket_id}"),
        *(RERATINGS, f"{RERATINGS}/new", *(f"{RERATINGS}/{one.id}" for one in runs[:1])),
        *("/desk/finance/vouchers", "/desk/finance/vouchers/new"),
    ]


def test_axe_finds_nothing_and_nothing_is_too_wide(running: Program, finn: Page, niamh: Page) -> None:
    assert faults_in(finn, addresses(running)) == []
    assert faults_in(niamh, ("/my/usage", "/my/top-up")) == []


def test_every_word_was_given_for_translation(running: Program, finn: Page, niamh: Page) -> None:
    assert untranslated_in(finn, addresses(running)) == []
    assert untranslated_in(niamh, ("/my/usage", "/my/top-up")) == []
