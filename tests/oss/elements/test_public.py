"""The room's door: elements are known once, changes are kept between their beats, silence and return are told."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import partial

import pytest

from tandem.kernel.access.sealed import SealingKeys, use_sealing_keys
from tandem.kernel.errors import Invalid
from tandem.kernel.state import IllegalTransition
from tandem.kernel.store import Database, Uow
from tandem.oss.elements import public
from tandem.oss.elements.drivers.osmo_hlr.launch import RunningHlr
from tandem.oss.elements.rules.reachability import Turn
from tandem.oss.elements.terms import (
    MASK,
    Element,
    ElementLocked,
    ElementNotFound,
    NoSubscriber,
    NumberTaken,
    SubscriberChange,
    UnknownKind,
)
from tandem.oss.elements.why import explain_change
from tandem.oss.elements.wire import ReachabilityWatch
from tests.support.elements import OPC, K, a_subscriber


@pytest.fixture(scope="module", autouse=True)
def sealing_keys(tmp_path_factory: pytest.TempPathFactory) -> None:
    use_sealing_keys(SealingKeys.from_file(tmp_path_factory.mktemp("keys") / "sealing.json"))


def known(uow: Uow, hlr: RunningHlr) -> Element:
    return public.register_element(uow, name="hlr-1", kind="osmo_hlr", address=hlr.address_doc, software=hlr.software)


def told(uow: Uow) -> list[str]:
    uow.flush()
    return [
        row["name"] for row in uow.all("select name from kernel_outbox where tenant = %s order by seq", (uow.tenant,))
    ]


def wait_for(database: Database, tenant: str, seen: Callable[[Uow], bool], timeout_s: float = 10.0) -> None:
    pause, until = threading.Event(), time.monotonic() + timeout_s
    while time.monotonic() < until:
        with database.uow(tenant=tenant, actor="tester", cause="test") as uow:
            if seen(uow):
                return
        pause.wait(0.05)
    pytest.fail(f"not seen within {timeout_s:g} s")


def test_an_element_is_known_once_by_its_name_and_moves(uow: Uow, simulated_hlr: RunningHlr) -> None:
    first = known(uow, simulated_hlr)
    moved = public.register_element(uow, name="hlr-1", kind="osmo_hlr", address={"host": "192.0.2.7"})
    assert moved.id == first.id == "hlr-1"
    assert [element.address for element in public.list_elements(uow)] == [{"host": "192.0.2.7"}]
    assert public.find_element(uow, name="hlr-1") == public.get_element(uow, element_id=first.id) == moved
    assert public.find_element(uow, name="hlr-2") is None
    assert moved.administrative_state == "unlocked"
    assert (first.software, first.simulated, moved.simulated) == ("simulated", True, False)


def test_an_element_of_no_kind_or_without_address_is_refused(uow: Uow) -> None:
    with pytest.raises(UnknownKind):
        public.register_element(uow, name="x", kind="abacus", address={})
    with pytest.raises(Invalid) as refusal:
        public.register_element(uow, name="x", kind="osmo_hlr", address={"port": 1})
    assert refusal.value.path == "address"
    for name in ("", "h l r", "../hlr", "h" * 64):
        with pytest.raises(Invalid) as refusal:
            public.register_element(uow, name=name, kind="osmo_hlr", address={"host": "127.0.0.1"})
        assert (refusal.value.error_code, refusal.value.path) == ("elements.malformed_name", "name")
    assert public.list_elements(uow) == []
    with pytest.raises(ElementNotFound):
        public.get_element(uow, element_id="x")


def test_a_change_is_kept_through_its_beats_with_the_elements_answers(uow: Uow, hlr: RunningHlr) -> None:
    element = known(uow, hlr)
    subscriber = a_subscriber()
    staged = public.stage_change(uow, element_id=element.id, intent=subscriber)
    assert (staged.state, staged.what, staged.subject, staged.cause) == ("staged", "create", subscriber.imsi, "test")
    assert {change.attribute: change.after for change in staged.changes}["authentication_3g.k"] == MASK
    committed = public.commit_change(uow, change_id=staged.id)
    assert committed.state == "committed"
    assert [
        (exchange.request.split()[1].rpartition(".")[2], exchange.answer) for exchange in committed.exchanges[1:]
    ] == [
        ("msisdn", "OK"),
        ("aud3g", "OK"),
    ]
    confirmed = public.confirm_change(uow, change_id=staged.id)
    assert confirmed.state == "confirmed"
    assert confirmed.read_back is not None
    assert confirmed.read_back["attributes"]["msisdn"] == subscriber.msisdn
    assert public.apply_change(uow, change_id=staged.id).exchanges == committed.exchanges
    assert public.can_attach(uow, element_id=element.id, imsi=subscriber.imsi).accepted
    assert public.list_changes(uow, subject=subscriber.imsi) == [public.get_change(uow, change_id=staged.id)]
    assert public.read_back(uow, element_id=element.id, subject=subscriber.imsi).exists


def test_a_change_explains_itself_by_the_elements_answers(uow: Uow, hlr: RunningHlr) -> None:
    element = known(uow, hlr)
    change = public.stage_change(uow, element_id=element.id, intent=a_subscriber(authentication_3g=None))
    public.apply_change(uow, change_id=change.id)
    why = explain_change(uow, change.id)
    assert why.what == f"create of {change.subject} on hlr-1: confirmed"
    assert [cause.what.partition(" to ")[0] for cause in why.because[1:]] == ["hlr-1 answered 'OK'", "caused by"]
    assert why.because[0].facts == {"outcome": "done"}


def test_keys_are_kept_sealed_only(uow: Uow, simulated_hlr: RunningHlr) -> None:
    element = known(uow, simulated_hlr)
    change = public.stage_change(uow, element_id=element.id, intent=a_subscriber())
    public.apply_change(uow, change_id=change.id)
    uow.flush()
    kept = [
        str(row)
        for table in ("elements_change", "kernel_history", "kernel_audit", "kernel_outbox")
        for row in uow.all(f"select * from {table} where tenant = %s", (uow.tenant,))
    ]
    assert len(kept) > 8
    assert not any(key in text.lower() for text in kept for key in (K, OPC))


def test_a_kept_change_is_rolled_back_from_any_beat(uow: Uow, hlr: RunningHlr) -> None:
    element = known(uow, hlr)
    for beats in ((), (public.commit_change,), (public.commit_change, public.confirm_change)):
        change = public.stage_change(uow, element_id=element.id, intent=a_subscriber())
        for beat in beats:
            beat(uow, change_id=change.id)
        assert public.roll_back_change(uow, change_id=change.id).state == "rolledBack"
        assert public.roll_back_change(uow, change_id=change.id).state == "rolledBack"
        assert not public.read_back(uow, element_id=element.id, subject=change.subject).exists
        with pytest.raises(IllegalTransition):
            public.commit_change(uow, change_id=change.id)


def test_a_change_survives_a_kill_between_and_within_its_beats(
    database: Database, fresh_tenant: str, hlr: RunningHlr
) -> None:
    """A transaction that is lost after the element was changed is what a kill leaves behind."""
    subscriber = a_subscriber()

    class Killed(Exception):
        pass

    unit = partial(database.uow, tenant=fresh_tenant, actor="tester", cause="test")

    with unit() as uow:
        element = known(uow, hlr)
    with unit() as uow:
        change = public.stage_change(uow, element_id=element.id, intent=subscriber)
    with pytest.raises(Killed), unit() as uow:
        public.apply_change(uow, change_id=change.id)
        raise Killed
    with unit() as uow:
        assert public.get_change(uow, change_id=change.id).state == "staged"
        assert public.read_back(uow, element_id=element.id, subject=subscriber.imsi).exists
        assert public.apply_change(uow, change_id=change.id).state == "confirmed"
    with unit() as uow:
        public.roll_back_change(uow, change_id=change.id)
        assert not public.read_back(uow, element_id=element.id, subject=subscriber.imsi).exists


def test_a_refusal_leaves_the_change_staged_to_be_rolled_back(uow: Uow, hlr: RunningHlr) -> None:
    element = known(uow, hlr)
    holder = public.stage_change(uow, element_id=element.id, intent=a_subscriber(msisdn="353860000777"))
    public.apply_change(uow, change_id=holder.id)
    change = public.stage_change(uow, element_id=element.id, intent=a_subscriber(msisdn="353860000777"))
    with pytest.raises(NumberTaken):
        public.apply_change(uow, change_id=change.id)
    assert public.get_change(uow, change_id=change.id).state == "staged"
    public.roll_back_change(uow, change_id=change.id)
    public.apply_change(
        uow, change_id=public.stage_change(uow, element_id=element.id, intent=NoSubscriber(imsi=holder.subject)).id
    )
    assert not public.read_back(uow, element_id=element.id, subject=change.subject).exists


def test_a_suspended_phone_cannot_attach(uow: Uow, hlr: RunningHlr) -> None:
    element = known(uow, hlr)
    subscriber = a_subscriber()
    for intent, accepted in (
        (subscriber, True),
        (SubscriberChange(imsi=subscriber.imsi, ps_enabled=False), False),
        (SubscriberChange(imsi=subscriber.imsi, ps_enabled=True), True),
    ):
        public.apply_change(uow, change_id=public.stage_change(uow, element_id=element.id, intent=intent).id)
        assert public.can_attach(uow, element_id=element.id, imsi=subscriber.imsi).accepted is accepted


def test_a_locked_element_is_not_changed(uow: Uow, simulated_hlr: RunningHlr) -> None:
    element = known(uow, simulated_hlr)
    change = public.stage_change(uow, element_id=element.id, intent=a_subscriber())
    locked = public.set_administrative_state(uow, element_id=element.id, state="locked")
    assert locked.administrative_state == "locked"
    for change_it in (
        lambda: public.stage_change(uow, element_id=element.id, intent=a_subscriber()),
        lambda: public.commit_change(uow, change_id=change.id),
        lambda: public.roll_back_change(uow, change_id=change.id),
    ):
        with pytest.raises(ElementLocked):
            change_it()
    assert not public.read_back(uow, element_id=element.id, subject=change.subject).exists
    public.set_administrative_state(uow, element_id=element.id, state="unlocked")
    assert public.apply_change(uow, change_id=change.id).state == "confirmed"


def test_silence_is_told_after_two_probes_and_the_return_after_one(
    database: Database, fresh_tenant: str, mortal_hlr: RunningHlr
) -> None:
    with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        element = known(uow, mortal_hlr)
    watch = ReachabilityWatch(database, tenant=fresh_tenant)
    turns = [watch.look()["hlr-1"] for _ in range(2)]
    mortal_hlr.kill()
    turns += [watch.look()["hlr-1"] for _ in range(3)]
    mortal_hlr.start_again()
    turns += [watch.look()["hlr-1"] for _ in range(2)]
    assert turns == [Turn.NONE, Turn.NONE, Turn.NONE, Turn.STOPPED, Turn.NONE, Turn.BACK, Turn.NONE]
    with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        events = [name for name in told(uow) if name.startswith("elements.")]
        assert events == ["elements.ElementStoppedAnswering", "elements.ElementAnswered"]
        (contact,) = public.list_contacts(uow, element_id=element.id)
        assert contact.answers and contact.answered_at is not None


def test_a_watch_that_takes_over_clears_what_another_raised(
    database: Database, fresh_tenant: str, mortal_hlr: RunningHlr
) -> None:
    with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        known(uow, mortal_hlr)
    mortal_hlr.kill()
    first = ReachabilityWatch(database, tenant=fresh_tenant)
    assert [first.look()["hlr-1"] for _ in range(2)] == [Turn.NONE, Turn.STOPPED]
    mortal_hlr.start_again()
    assert ReachabilityWatch(database, tenant=fresh_tenant).look() == {"hlr-1": Turn.BACK}


def test_a_running_watch_tells_of_a_killed_register_within_five_seconds(
    database: Database, fresh_tenant: str, mortal_hlr: RunningHlr
) -> None:
    with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        known(uow, mortal_hlr)
    watches = [ReachabilityWatch(database, tenant=fresh_tenant, every_s=0.5) for _ in range(2)]
    threads = [threading.Thread(target=watch.run) for watch in watches]
    for thread in threads:
        thread.start()
    try:
        wait_for(database, fresh_tenant, lambda uow: bool(public.list_contacts(uow)))
        mortal_hlr.kill()
        killed_at = time.monotonic()
        wait_for(database, fresh_tenant, lambda uow: "elements.ElementStoppedAnswering" in told(uow))
        assert time.monotonic() - killed_at < 5
        mortal_hlr.start_again()
        wait_for(database, fresh_tenant, lambda uow: "elements.ElementAnswered" in told(uow))
    finally:
        for watch in watches:
            watch.stop()
        for thread in threads:
            thread.join(5)
    with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        assert [name for name in told(uow) if name.startswith("elements.")] == [
            "elements.ElementStoppedAnswering",
            "elements.ElementAnswered",
        ]


def test_a_locked_element_is_not_probed(database: Database, fresh_tenant: str) -> None:
    with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        element = public.register_element(
            uow, name="gone", kind="osmo_hlr", address={"host": "127.0.0.1", "ctrlPort": 1}
        )
        public.set_administrative_state(uow, element_id=element.id, state="locked")
    assert ReachabilityWatch(database, tenant=fresh_tenant).look() == {}
