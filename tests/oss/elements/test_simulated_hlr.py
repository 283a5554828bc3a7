"""The simulated register's faults, and that what it answered it keeps."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tandem.oss.elements.clients.ctrl import CtrlClient, CtrlRefusal
from tandem.oss.elements.clients.link import Endpoint
from tandem.oss.elements.drivers.osmo_hlr.driver import OsmoHlrDriver
from tandem.oss.elements.drivers.osmo_hlr.launch import RunningHlr
from tandem.oss.elements.simulated.hlr import FAULT_VARIABLE
from tandem.oss.elements.simulated.subscribers import NumberInUse, Subscribers
from tandem.oss.elements.terms import ElementRefused, ElementUnavailable, ReadBackDiffers
from tests.support.elements import a_subscriber, driver_to, register, until_it_answers


@pytest.fixture(scope="module")
def hlr(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHlr]:
    with register("simulated", tmp_path_factory.mktemp("faulty")) as running:
        yield running


@pytest.fixture
def control(hlr: RunningHlr) -> Iterator[CtrlClient]:
    """Where faults are asked for; what a test left over is taken away."""
    client = CtrlClient(Endpoint(hlr.address.host, hlr.address.ctrl_port))
    yield client
    client.set(FAULT_VARIABLE, "none")
    client.close()


@pytest.fixture
def driver(hlr: RunningHlr) -> Iterator[OsmoHlrDriver]:
    with driver_to(hlr.address, timeout_s=0.4) as made:
        yield made


@pytest.mark.parametrize(
    ("fault", "is_done"),
    [
        ("silence,1,.msisdn", False),
        ("lost-answer,1,.msisdn", True),
        ("partial,1,.msisdn", True),
        ("restart,1,.msisdn", True),
    ],
)
def test_a_lost_answer_is_unavailable_and_a_retry_ends_as_intended(
    control: CtrlClient, driver: OsmoHlrDriver, fault: str, is_done: bool
) -> None:
    subscriber = a_subscriber()
    staged = driver.stage(subscriber)
    control.set(FAULT_VARIABLE, fault)
    with pytest.raises(ElementUnavailable):
        driver.commit(staged)
    until_it_answers(driver)
    attributes = driver.read_back(subscriber.imsi).attributes
    assert attributes is not None
    assert ("msisdn" in attributes) is is_done
    driver.commit(staged)
    assert driver.confirm(staged).attributes == subscriber.applied_to(None)


def test_a_wrong_read_back_is_found(control: CtrlClient, driver: OsmoHlrDriver) -> None:
    staged = driver.stage(a_subscriber())
    control.set(FAULT_VARIABLE, "wrong-read-back,1,.aud3g")
    driver.commit(staged)
    with pytest.raises(ReadBackDiffers):
        driver.confirm(staged)


def test_a_refusal_on_demand_is_told(control: CtrlClient, driver: OsmoHlrDriver) -> None:
    control.set(FAULT_VARIABLE, "refuse,1,subscriber.create")
    with pytest.raises(ElementRefused) as refusal:
        driver.commit(driver.stage(a_subscriber()))
    assert refusal.value.facts["answer"] == "Refused on demand."


def test_a_fault_comes_as_often_as_asked_and_for_what_was_asked(control: CtrlClient) -> None:
    control.set(FAULT_VARIABLE, "refuse,2,GET subscriber")
    assert control.get(FAULT_VARIABLE) == "refuse,2,GET subscriber"
    answers = []
    for _ in range(3):
        with pytest.raises(CtrlRefusal) as refusal:
            control.get("subscriber.by-id-0.info")
        answers.append(refusal.value.answer)
    assert answers == ["Refused on demand.", "Refused on demand.", "No such subscriber."]
    assert control.get(FAULT_VARIABLE) == "none"


def test_faults_reach_gsup_too(control: CtrlClient, driver: OsmoHlrDriver) -> None:
    staged = driver.stage(a_subscriber())
    driver.commit(staged)
    for kind in ("SEND_AUTH_INFO_REQUEST", "INSERT_DATA_RESULT"):
        control.set(FAULT_VARIABLE, f"partial,1,{kind}")
        with pytest.raises(ElementUnavailable):
            driver.attach(staged.subject)
    assert driver.attach(staged.subject).accepted


@pytest.mark.parametrize("fault", ["earthquake", "silence,many", ""])
def test_a_fault_that_there_is_not_is_refused(control: CtrlClient, fault: str) -> None:
    with pytest.raises(CtrlRefusal):
        control.set(FAULT_VARIABLE, fault or "x")


def test_a_journal_that_was_cut_short_gives_all_that_was_answered(tmp_path: Path) -> None:
    journal = tmp_path / "hlr.journal"
    kept = Subscribers(journal)
    row = kept.create("001010000000001")
    kept.change(row, msisdn="353851234567")
    kept.delete(kept.create("001010000000002"))
    assert kept.slot_of("peer-a") == 1
    kept.close()
    with journal.open("ab") as file:
        file.write(b'{"put":{"id":3,"imsi":"00101')
    again = Subscribers(journal)
    assert again.find("001010000000001") == again.find_by_number("353851234567") == again.find_by_id(1)
    assert again.find("001010000000002") is None
    assert (again.slot_of("peer-a"), again.slot_of("peer-b")) == (1, 2)
    assert again.create("001010000000003").id == 2
    assert journal.stat().st_mode & 0o777 == 0o600
    again.close()


def test_a_number_belongs_to_one_and_is_free_when_let_go(tmp_path: Path) -> None:
    subscribers = Subscribers(tmp_path / "hlr.journal")
    first, second = subscribers.create("001010000000001"), subscribers.create("001010000000002")
    subscribers.change(first, msisdn="1")
    with pytest.raises(NumberInUse):
        subscribers.change(second, msisdn="1")
    held = subscribers.find(first.imsi)
    assert held is not None
    subscribers.change(held, msisdn="")
    subscribers.change(second, msisdn="1")
    assert subscribers.find_by_number("1") == subscribers.find(second.imsi)
    subscribers.close()
