"""Network operations in a real browser: the register dies, the alarm comes by itself, two people see who takes care."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tandem.app.network import HLR
from tandem.oss.fault import public as fault
from tandem.oss.fault.terms import Observation, Severity
from tests.browser.support.looks import faults_in, untranslated_in
from tests.browser.support.program import Program, program

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def running(admin_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    folder: Path = tmp_path_factory.mktemp("noc")
    with program(admin_url, folder) as opened:
        opened.story.order()
        yield opened


@pytest.fixture(scope="module")
def nora(running: Program, chromium: Browser) -> Iterator[BrowserContext]:
    context = running.profile(chromium, "nora", "noc")
    yield context
    context.close()


@pytest.fixture
def page(running: Program, nora: BrowserContext) -> Iterator[Page]:
    with running.tab(nora) as tab:
        yield tab
        tab.close()


def see(running: Program, problem: str, severity: Severity = "major") -> str:
    """A fault that some source saw; the alarm's id."""
    with running.story.uow("probe") as uow:
        alarm = fault.observe(
            uow,
            seen=Observation(
                reduction_key=problem,
                severity=severity,
                alarm_type="equipmentAlarm",
                probable_cause="equipmentMalfunction",
                problem=problem,
                object_id="site-7",
                object_type="Equipment",
                source="probe",
                seen_at=uow.now,
            ),
        )
        assert alarm is not None
        return alarm.id


def live(page: Page, path: str) -> None:
    page.goto(path)
    expect(page.locator("[data-live-switch]")).to_have_attribute("data-state", "live")


def test_an_acknowledgement_with_a_note_shows_on_another_open_page_by_itself(
    running: Program, chromium: Browser, page: Page
) -> None:
    alarm_id = see(running, "Fan 2 has stopped")
    live(page, "/desk/noc/alarms")
    colleague = running.profile(chromium, "omar", "noc")
    with running.tab(colleague) as second:
        live(second, f"/desk/noc/alarms/{alarm_id}")
        second.get_by_label("Note").fill("I was just about to")
        page.get_by_role("checkbox", name=f"Pick {alarm_id}", exact=True).check()
        page.get_by_role("group", name="For the picked rows").get_by_role("button", name="Acknowledge").click()
        page.get_by_label("Reason").fill("On my way with a new fan")
        page.get_by_role("button", name="Acknowledge", exact=True).click()
        expect(page.locator(f"#row-{alarm_id}")).to_contain_text("by nora")
        expect(second.locator("#alarm-notes")).to_contain_text("On my way with a new fan")
        expect(second.locator("#alarm-facts")).to_contain_text("by nora")
        expect(second.get_by_label("Note")).to_have_value("I was just about to")
        second.close()
    colleague.close()


def test_a_new_alarm_comes_by_itself_stands_first_and_is_marked_for_a_while(running: Program, page: Page) -> None:
    see(running, "Door open", "minor")
    live(page, "/desk/noc/alarms")
    page.wait_for_timeout(600)
    alarm_id = see(running, "Link to Galway is down", "critical")
    expect(page.locator(f"#row-{alarm_id}.fresh")).to_have_count(1)
    assert page.locator("tbody tr").first.get_attribute("id") == f"row-{alarm_id}"
    expect(page.locator("#overview")).to_contain_text("Critical")


def test_a_paused_list_stays_as_it_is(running: Program, page: Page) -> None:
    live(page, "/desk/noc/alarms")
    page.wait_for_timeout(600)
    switch = page.get_by_role("button", name="Live updates")
    switch.click()
    alarm_id = see(running, "Battery is low", "warning")
    page.wait_for_timeout(1_200)
    expect(page.locator(f"#row-{alarm_id}")).to_have_count(0)
    switch.click()
    expect(page.locator(f"#row-{alarm_id}")).to_have_count(1)


def test_filters_stand_in_the_address(running: Program, page: Page) -> None:
    major = see(running, "Disk is 94 % full")
    warning = see(running, "Certificate expires in 12 days", "warning")
    live(page, "/desk/noc/alarms?severity=warning")
    expect(page.locator(f"#row-{warning}")).to_have_count(1)
    expect(page.locator(f"#row-{major}")).to_have_count(0)
    page.get_by_role("searchbox", name="Problem, object or number").fill("certificate")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{running.address}/desk/noc/alarms?q=certificate&severity=warning")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.goto("/desk/noc/alarms?hide_acknowledged=1")
    page.locator(f"#row-{warning}").get_by_role("button", name="Acknowledge").click()
    expect(page.locator("#flashes")).to_contain_text("is acknowledged")
    page.goto("/desk/noc/alarms?hide_acknowledged=1")
    expect(page.locator(f"#row-{major}")).to_have_count(1)
    expect(page.locator(f"#row-{warning}")).to_have_count(0)


def test_what_was_typed_stays_when_there_is_nothing_to_note(running: Program, page: Page) -> None:
    alarm_id = see(running, "Humidity is high", "warning")
    live(page, f"/desk/noc/alarms/{alarm_id}")
    page.get_by_role("button", name="Only note it").click()
    expect(page.get_by_role("alert")).to_contain_text("a comment has text")
    page.get_by_label("Note").fill("Rain came in")
    page.get_by_role("button", name="Only note it").click()
    expect(page.locator("#alarm-notes")).to_contain_text("Rain came in")
    expect(page.locator("#alarm-facts")).to_contain_text("Not yet")


def test_an_alarm_is_cleared_by_hand_with_a_reason(running: Program, page: Page) -> None:
    alarm_id = see(running, "Test alarm", "minor")
    live(page, f"/desk/noc/alarms/{alarm_id}")
    page.get_by_role("link", name="Clear").click()
    page.get_by_role("button", name="Clear the alarm").click()
    page.get_by_label("Reason").fill("It was a test")
    page.get_by_role("button", name="Clear the alarm").click()
    expect(page.locator("#alarm-head .chip")).to_have_text("Cleared")
    expect(page.locator("#alarm-notes")).to_contain_text("It was a test")
    page.goto("/desk/noc/alarms")
    expect(page.locator(f"#row-{alarm_id}")).to_have_count(0)


def test_a_silent_register_raises_an_alarm_that_names_whom_it_touches_and_clears_by_itself(
    running: Program, page: Page
) -> None:
    follow_a_silence(running, page)
    page.goto(f"/desk/noc/elements/{HLR}")
    expect(page.locator("#element")).to_contain_text("Answers")
    page.locator("details.diff summary").first.click()
    expect(page.locator("details.diff[open]")).to_contain_text("SET subscriber")


@pytest.mark.hlr
def test_the_real_register_is_killed_and_the_page_says_so_within_five_seconds(
    admin_url: str, tmp_path: Path, chromium: Browser
) -> None:
    with program(admin_url, tmp_path, hlr="real") as running:
        running.story.order()
        context = running.profile(chromium, "rita", "noc")
        with running.tab(context) as page:
            follow_a_silence(running, page)
        context.close()


def follow_a_silence(running: Program, page: Page) -> None:
    """The register dies: the list, the alarm and whom it touches; it comes back: all of it is over."""
    live(page, "/desk/noc/elements")
    expect(page.locator(f"#row-{HLR}")).to_contain_text("Answers")
    running.story.hlr.kill()
    expect(page.locator(f"#row-{HLR}").get_by_role("link", name="Critical")).to_be_visible(timeout=5_000)
    page.locator(f"#row-{HLR}").get_by_role("link", name="Critical").click()
    expect(page.locator("#alarm-felt")).to_contain_text("1 service, 1 customer")
    expect(page.locator("#alarm-felt")).to_contain_text("Outage")
    expect(page.locator("#alarm-why")).to_contain_text(f"{HLR} does not answer")
    running.story.reconnect(running.story.hlr.start_again())
    expect(page.locator("#alarm-head .chip")).to_have_text("Cleared", timeout=15_000)


def test_a_storm_is_said(running: Program, page: Page) -> None:
    live(page, "/desk/noc/alarms")
    for number in range(20):
        see(running, f"Cell {number} is out", "minor")
    expect(page.locator("#overview")).to_contain_text("Alarm storm")


def test_acknowledging_needs_only_the_keyboard(running: Program, page: Page) -> None:
    alarm_id = see(running, "Rectifier 3 has failed", "critical")
    live(page, "/desk/noc/alarms?q=rectifier")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=f"Alarm {alarm_id}")).to_be_visible()
    page.get_by_label("Note").focus()
    page.keyboard.type("Power team is told")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#alarm-facts")).to_contain_text("by nora")
    expect(page.locator("#alarm-notes")).to_contain_text("Power team is told")


def test_the_list_can_be_taken_along(running: Program, page: Page) -> None:
    see(running, "Cooling has failed", "critical")
    page.goto("/desk/noc/alarms")
    page.locator("summary", has_text="Export").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Table as CSV").click()
    text = Path(download.value.path()).read_text("utf-8-sig")
    assert text.startswith("Severity,Alarm,Problem,Services,Last,Acknowledged")
    assert "Cooling has failed" in text


def test_somebody_else_stays_outside(running: Program, chromium: Browser) -> None:
    context = running.profile(chromium, "fiona", "fulfilment")
    answer = context.request.get("/desk/noc/alarms")
    assert answer.status == 403
    context.close()


def test_every_page_is_accessible_in_its_room_and_translatable(running: Program, page: Page) -> None:
    alarm_id = see(running, "Air filter is dirty", "indeterminate")
    paths = (
        "/desk/noc",
        "/desk/noc/alarms?cleared=1",
        "/desk/noc/alarms?q=nothing-like-it",
        f"/desk/noc/alarms/{alarm_id}",
        f"/desk/noc/alarms/{alarm_id}/clear",
        "/desk/noc/elements",
        f"/desk/noc/elements/{HLR}",
    )
    assert faults_in(page, paths) == []
    assert untranslated_in(page, paths) == []
