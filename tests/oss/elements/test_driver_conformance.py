"""What every home register's driver must do, against the simulated and the real register alike."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest

from tandem.kernel.errors import TandemError
from tandem.oss.elements.drivers.osmo_hlr.driver import OsmoHlrDriver
from tandem.oss.elements.drivers.osmo_hlr.launch import RunningHlr
from tandem.oss.elements.protocols import ctrl
from tandem.oss.elements.protocols.ctrl import CtrlMessage
from tandem.oss.elements.terms import (
    MASK,
    Authentication2g,
    Authentication3g,
    ElementRefused,
    ElementUnavailable,
    MobileSubscriber,
    NoSubscriber,
    NumberTaken,
    ReadBackDiffers,
    SecretKey,
    SubjectUnknown,
    SubscriberChange,
)
from tests.support.elements import OP, OPC, OTHER_KEY, K, Talk, a_subscriber, driver_to, go_between

OTHER_SIM = Authentication3g(k=SecretKey(OTHER_KEY), op=SecretKey(OP), ind_bitlen=7)


def put(driver: OsmoHlrDriver, subscriber: MobileSubscriber) -> MobileSubscriber:
    staged = driver.stage(subscriber)
    driver.commit(staged)
    driver.confirm(staged)
    return subscriber


def attributes_of(driver: OsmoHlrDriver, imsi: str) -> dict[str, Any] | None:
    attributes = driver.read_back(imsi).attributes
    return None if attributes is None else dict(attributes)


def test_staging_changes_nothing(driver: OsmoHlrDriver) -> None:
    staged = driver.stage(a_subscriber())
    assert not staged.before.exists
    assert not driver.read_back(staged.subject).exists


def test_a_diff_names_each_attribute_and_shows_no_key(driver: OsmoHlrDriver) -> None:
    subscriber = a_subscriber(msisdn="353861230001", ps_enabled=False)
    diff = driver.diff(driver.stage(subscriber))
    assert (diff.what, diff.subject) == ("create", subscriber.imsi)
    assert diff.lines() == [
        "authentication_3g.algorithm: none -> milenage",
        "authentication_3g.ind_bitlen: none -> 5",
        f"authentication_3g.k: none -> {MASK}",
        f"authentication_3g.opc: none -> {MASK}",
        "cs_enabled: none -> yes",
        "msisdn: none -> 353861230001",
        "ps_enabled: none -> no",
    ]


def test_a_diff_of_another_key_says_so_without_showing_either(driver: OsmoHlrDriver) -> None:
    subscriber = put(driver, a_subscriber())
    change = SubscriberChange(
        imsi=subscriber.imsi, authentication_3g=Authentication3g(k=SecretKey(OTHER_KEY), opc=SecretKey(OPC))
    )
    assert driver.diff(driver.stage(change)).lines() == ["authentication_3g.k: another key"]


def test_a_commit_makes_the_subscriber_in_order_and_reads_back_the_same(driver: OsmoHlrDriver) -> None:
    subscriber = a_subscriber(ps_enabled=False, authentication_2g=Authentication2g(algorithm="xor", ki=SecretKey(K)))
    staged = driver.stage(subscriber)
    receipt = driver.commit(staged)
    at = f"SET subscriber.by-imsi-{subscriber.imsi}"
    assert [(exchange.request, exchange.outcome) for exchange in receipt.exchanges] == [
        (f"SET subscriber.create {subscriber.imsi}", "done"),
        (f"{at}.ps-enabled 0", "done"),
        (f"{at}.msisdn {subscriber.msisdn}", "done"),
        (f"{at}.aud2g xor,{MASK}", "done"),
        (f"{at}.aud3g milenage,{MASK},OPC,{MASK},5", "done"),
    ]
    assert {exchange.answer for exchange in receipt.exchanges[1:]} == {"OK"}
    assert driver.confirm(staged).attributes == subscriber.applied_to(None)
    assert not driver.diff(staged)


def test_applying_twice_is_applying_once(driver: OsmoHlrDriver) -> None:
    staged = driver.stage(a_subscriber())
    driver.commit(staged)
    once = driver.read_back(staged.subject)
    assert driver.commit(staged).exchanges == ()
    assert driver.read_back(staged.subject) == once


def test_suspend_and_resume_touch_nothing_else(driver: OsmoHlrDriver) -> None:
    subscriber = put(driver, a_subscriber())
    full = attributes_of(driver, subscriber.imsi)
    assert full is not None
    suspended = driver.stage(SubscriberChange(imsi=subscriber.imsi, cs_enabled=False, ps_enabled=False))
    assert [exchange.request.rpartition(".")[2] for exchange in driver.commit(suspended).exchanges] == [
        "cs-enabled 0",
        "ps-enabled 0",
    ]
    assert attributes_of(driver, subscriber.imsi) == full | {"cs_enabled": False, "ps_enabled": False}
    driver.commit(driver.stage(SubscriberChange(imsi=subscriber.imsi, cs_enabled=True, ps_enabled=True)))
    assert attributes_of(driver, subscriber.imsi) == full


def test_a_change_of_the_number_leaves_the_sims_sequence_number_alone(driver: OsmoHlrDriver) -> None:
    subscriber = put(driver, a_subscriber())
    assert driver.attach(subscriber.imsi).accepted
    sequence_number = driver.read_back(subscriber.imsi).facts["aud3g.sqn"]
    assert int(sequence_number) >= 5 * 32
    put(driver, a_subscriber(imsi=subscriber.imsi))
    assert driver.read_back(subscriber.imsi).facts["aud3g.sqn"] == sequence_number


@pytest.mark.parametrize(
    "change",
    [
        {"msisdn": None},
        {"msisdn": "353861230002"},
        {"authentication_3g": OTHER_SIM},
        {"authentication_3g": None},
        {"authentication_2g": None, "ps_enabled": False},
        {"authentication_2g": Authentication2g(algorithm="comp128v1", ki=SecretKey(OTHER_KEY)), "cs_enabled": False},
    ],
    ids=lambda change: "+".join(change),
)
def test_a_rollback_restores_what_was_changed(driver: OsmoHlrDriver, change: dict[str, Any]) -> None:
    subscriber = put(driver, a_subscriber(authentication_2g=Authentication2g(algorithm="xor", ki=SecretKey(K))))
    before = attributes_of(driver, subscriber.imsi)
    staged = driver.stage(SubscriberChange(imsi=subscriber.imsi, **change))
    driver.commit(staged)
    driver.confirm(staged)
    assert attributes_of(driver, subscriber.imsi) != before
    driver.rollback(staged)
    assert attributes_of(driver, subscriber.imsi) == before


def test_a_rollback_deletes_what_was_made(driver: OsmoHlrDriver) -> None:
    staged = driver.stage(a_subscriber())
    driver.commit(staged)
    assert [exchange.request for exchange in driver.rollback(staged).exchanges] == [
        f"SET subscriber.delete {staged.subject}"
    ]
    assert not driver.read_back(staged.subject).exists
    assert driver.rollback(staged).exchanges == ()


def test_a_rollback_makes_again_what_was_deleted(driver: OsmoHlrDriver) -> None:
    subscriber = put(driver, a_subscriber(cs_enabled=False))
    staged = driver.stage(NoSubscriber(imsi=subscriber.imsi))
    driver.commit(staged)
    assert not driver.confirm(staged).exists
    driver.rollback(staged)
    assert attributes_of(driver, subscriber.imsi) == subscriber.applied_to(None)


def test_a_subscriber_made_after_another_was_deleted_has_no_keys_of_it(driver: OsmoHlrDriver) -> None:
    subscriber = put(driver, a_subscriber())
    driver.commit(driver.stage(NoSubscriber(imsi=subscriber.imsi)))
    bare = put(driver, a_subscriber(authentication_3g=None, msisdn=None))
    assert attributes_of(driver, bare.imsi) == {"cs_enabled": True, "ps_enabled": True}


def test_a_number_that_another_has_is_refused_and_a_rollback_leaves_nothing(driver: OsmoHlrDriver) -> None:
    holder = put(driver, a_subscriber())
    staged = driver.stage(a_subscriber(msisdn=holder.msisdn))
    with pytest.raises(NumberTaken) as refusal:
        driver.commit(staged)
    assert refusal.value.error_code == "elements.number_taken"
    assert refusal.value.facts["answer"] == "Update MSISDN failed"
    assert refusal.value.facts["held_by"] == holder.imsi
    assert [exchange["outcome"] for exchange in refusal.value.facts["exchanges"]] == ["done", "refused"]
    driver.rollback(staged)
    assert not driver.read_back(staged.subject).exists
    assert attributes_of(driver, holder.imsi) == holder.applied_to(None)


def test_a_change_of_a_subscriber_that_is_not_there_is_refused(driver: OsmoHlrDriver) -> None:
    with pytest.raises(SubjectUnknown):
        driver.stage(SubscriberChange(imsi=a_subscriber().imsi, ps_enabled=False))


def test_deleting_what_is_not_there_is_done_already(driver: OsmoHlrDriver) -> None:
    staged = driver.stage(NoSubscriber(imsi=a_subscriber().imsi))
    assert driver.diff(staged).what == "nothing"
    assert driver.commit(staged).exchanges == ()
    assert not driver.confirm(staged).exists


def test_a_phone_attaches_and_its_number_is_told_to_the_network(driver: OsmoHlrDriver) -> None:
    subscriber = put(driver, a_subscriber())
    for domain in ("PS", "CS"):
        result = driver.attach(subscriber.imsi, domain)
        assert (result.accepted, result.step, result.cause) == (True, "attached", None)
        assert (result.msisdn, result.vectors, result.generations) == (subscriber.msisdn, 5, ("2G", "3G"))


def test_a_phone_without_a_number_attaches_without_one(driver: OsmoHlrDriver) -> None:
    subscriber = put(driver, a_subscriber(msisdn=None))
    assert driver.attach(subscriber.imsi).accepted
    assert driver.attach(subscriber.imsi).msisdn is None


@pytest.mark.parametrize(("domain", "cause"), [("PS", 0x07), ("CS", 0x0B)])
def test_a_suspended_phone_is_refused_with_the_cause_and_attaches_when_resumed(
    driver: OsmoHlrDriver, domain: str, cause: int
) -> None:
    subscriber = put(driver, a_subscriber())
    driver.commit(driver.stage(SubscriberChange(imsi=subscriber.imsi, cs_enabled=False, ps_enabled=False)))
    refused = driver.attach(subscriber.imsi, domain)
    assert (refused.accepted, refused.step, refused.cause) == (False, "location", cause)
    driver.commit(driver.stage(SubscriberChange(imsi=subscriber.imsi, cs_enabled=True, ps_enabled=True)))
    assert driver.attach(subscriber.imsi, domain).accepted


def test_data_can_be_suspended_alone(driver: OsmoHlrDriver) -> None:
    subscriber = put(driver, a_subscriber(ps_enabled=False))
    assert not driver.attach(subscriber.imsi, "PS").accepted
    assert driver.attach(subscriber.imsi, "CS").accepted


def test_an_unknown_phone_is_refused(driver: OsmoHlrDriver) -> None:
    result = driver.attach(a_subscriber().imsi)
    assert (result.accepted, result.step, result.cause) == (False, "authentication", 0x02)
    assert result.cause_name == "IMSI unknown in the home register"


def test_a_phone_without_keys_is_not_authenticated(driver: OsmoHlrDriver) -> None:
    subscriber = put(driver, a_subscriber(authentication_3g=None))
    result = driver.attach(subscriber.imsi)
    assert (result.accepted, result.step, result.vectors) == (False, "authentication", 0)


def test_an_attach_leaves_no_location_behind(driver: OsmoHlrDriver) -> None:
    subscriber = put(driver, a_subscriber())
    driver.attach(subscriber.imsi)
    assert driver.read_back(subscriber.imsi).facts["ms_purged_ps"] == "1"


def test_a_probe_says_that_the_register_answers(driver: OsmoHlrDriver) -> None:
    reachability = driver.probe()
    assert (reachability.answers, reachability.detail) == (True, "answers")
    assert 0 < reachability.latency_ms < 1000


def test_twenty_threads_at_once_get_each_their_own(patient_driver: OsmoHlrDriver) -> None:
    subscribers = [a_subscriber(msisdn=f"35387{number:07}") for number in range(100)]

    def provision(subscriber: MobileSubscriber) -> tuple[Any, str | None]:
        put(patient_driver, subscriber)
        return attributes_of(patient_driver, subscriber.imsi), patient_driver.attach(subscriber.imsi).msisdn

    with ThreadPoolExecutor(20) as threads:
        results = list(threads.map(provision, subscribers))
    assert results == [(subscriber.applied_to(None), subscriber.msisdn) for subscriber in subscribers]


def test_twenty_threads_that_apply_the_same_end_in_one_subscriber(patient_driver: OsmoHlrDriver) -> None:
    subscriber = a_subscriber()
    with ThreadPoolExecutor(20) as threads:
        list(threads.map(lambda _: put(patient_driver, subscriber), range(20)))
    assert attributes_of(patient_driver, subscriber.imsi) == subscriber.applied_to(None)


# What goes wrong on the way.


def on_setting(number: int, do: Callable[[CtrlMessage, Talk], None]) -> Callable[[CtrlMessage, Talk], None]:
    """A verdict that passes all on but the number-th SET, counted from 1."""
    counted, lock = 0, threading.Lock()

    def verdict(request: CtrlMessage, talk: Talk) -> None:
        nonlocal counted
        with lock:
            counted += request.verb == ctrl.SET
            is_it = request.verb == ctrl.SET and counted == number
        do(request, talk) if is_it else talk.pass_on(request)

    return verdict


@pytest.mark.parametrize("setting", [1, 2, 3, 4])
@pytest.mark.parametrize("carried_out", [True, False], ids=["answer-lost", "request-lost"])
def test_a_register_killed_in_mid_commit_ends_as_intended_after_a_retry(
    mortal_hlr: RunningHlr, setting: int, carried_out: bool
) -> None:
    def kill(request: CtrlMessage, talk: Talk) -> None:
        if carried_out:
            talk.ask_register(request)
        mortal_hlr.kill()
        talk.hang_up()

    subscriber = a_subscriber(ps_enabled=False)
    with go_between(mortal_hlr) as between, driver_to(between.address) as driver:
        between.verdict = on_setting(setting, kill)
        staged = driver.stage(subscriber)
        with pytest.raises(ElementUnavailable):
            driver.commit(staged)
        with pytest.raises(ElementUnavailable):
            driver.commit(staged)
        mortal_hlr.start_again()
        driver.commit(staged)
        assert driver.confirm(staged).attributes == subscriber.applied_to(None)
        driver.rollback(staged)
        assert not driver.read_back(subscriber.imsi).exists


def test_what_was_committed_outlives_a_kill_of_the_register(mortal_hlr: RunningHlr) -> None:
    with driver_to(mortal_hlr.address) as driver:
        subscriber = put(driver, a_subscriber())
        before = driver.read_back(subscriber.imsi)
        mortal_hlr.kill()
        assert not driver.probe().answers
        mortal_hlr.start_again()
        assert driver.probe().answers
        assert driver.read_back(subscriber.imsi) == before
        assert driver.attach(subscriber.imsi).accepted


def test_a_half_commit_is_rolled_back_to_what_was_there(hlr: RunningHlr) -> None:
    with go_between(hlr) as between, driver_to(between.address) as driver:
        subscriber = put(driver, a_subscriber())
        before = attributes_of(driver, subscriber.imsi)
        staged = driver.stage(a_subscriber(imsi=subscriber.imsi, authentication_3g=OTHER_SIM, cs_enabled=False))
        between.verdict = on_setting(3, lambda request, talk: talk.hang_up())
        with pytest.raises(ElementUnavailable):
            driver.commit(staged)
        assert attributes_of(driver, subscriber.imsi) != before
        driver.rollback(staged)
        assert attributes_of(driver, subscriber.imsi) == before


def test_a_register_that_says_yes_and_does_nothing_is_found_out(hlr: RunningHlr) -> None:
    def lie(request: CtrlMessage, talk: Talk) -> None:
        talk.answer(CtrlMessage(ctrl.SET_REPLY, request.id, request.variable, "OK"))

    with go_between(hlr) as between, driver_to(between.address) as driver:
        between.verdict = on_setting(3, lie)
        staged = driver.stage(a_subscriber())
        driver.commit(staged)
        with pytest.raises(ReadBackDiffers) as found:
            driver.confirm(staged)
        assert found.value.facts["differences"] == [
            "authentication_3g.algorithm: none -> milenage",
            "authentication_3g.ind_bitlen: none -> 5",
            f"authentication_3g.k: none -> {MASK}",
            f"authentication_3g.opc: none -> {MASK}",
        ]
        driver.rollback(staged)
        assert not driver.read_back(staged.subject).exists


def test_a_refusal_is_told_with_the_registers_answer_and_what_was_done_before(hlr: RunningHlr) -> None:
    def refuse(request: CtrlMessage, talk: Talk) -> None:
        talk.answer(CtrlMessage(ctrl.ERROR, request.id, "", "Disk full."))

    with go_between(hlr) as between, driver_to(between.address) as driver:
        between.verdict = on_setting(3, refuse)
        staged = driver.stage(a_subscriber())
        with pytest.raises(ElementRefused) as refusal:
            driver.commit(staged)
        facts = refusal.value.facts
        assert (facts["answer"], facts["element"], facts["subject"]) == ("Disk full.", driver.name, staged.subject)
        assert facts["request"].endswith(f".aud3g milenage,{MASK},OPC,{MASK},5")
        assert [exchange["outcome"] for exchange in facts["exchanges"]] == ["done", "done", "refused"]


def test_silence_ends_in_unavailable_within_the_time_limit(hlr: RunningHlr) -> None:
    with go_between(hlr) as between, driver_to(between.address, timeout_s=0.3) as driver:
        between.verdict = lambda request, talk: None
        started = time.monotonic()
        with pytest.raises(ElementUnavailable) as fault:
            driver.read_back(a_subscriber().imsi)
        assert 0.3 <= time.monotonic() - started < 0.8
        assert fault.value.facts["timed_out"] is True
        assert not driver.probe().answers
        between.verdict = lambda request, talk: talk.pass_on(request)
        put(driver, a_subscriber())


def test_a_late_answer_is_never_taken_for_the_next_ones(hlr: RunningHlr) -> None:
    with go_between(hlr) as between, driver_to(between.address, timeout_s=0.2) as driver:
        subscriber, other = put(driver, a_subscriber()), put(driver, a_subscriber())
        given_up, answered = threading.Event(), threading.Event()

        def late(request: CtrlMessage, talk: Talk) -> None:
            answer = talk.ask_register(request)
            given_up.wait(5)
            with suppress(OSError):
                talk.answer(answer)
            answered.set()

        between.verdict = late
        with pytest.raises(ElementUnavailable):
            driver.read_back(subscriber.imsi)
        given_up.set()
        assert answered.wait(5)
        between.verdict = lambda request, talk: talk.pass_on(request)
        assert attributes_of(driver, other.imsi) == other.applied_to(None)


def test_half_an_answer_is_unavailable_and_the_next_question_is_asked_afresh(hlr: RunningHlr) -> None:
    def half(request: CtrlMessage, talk: Talk) -> None:
        talk.answer(talk.ask_register(request), octets=20)
        talk.hang_up()

    with go_between(hlr) as between, driver_to(between.address) as driver:
        subscriber = a_subscriber()
        staged = driver.stage(subscriber)
        between.verdict = on_setting(1, half)
        with pytest.raises(ElementUnavailable):
            driver.commit(staged)
        driver.commit(staged)
        assert driver.confirm(staged).attributes == subscriber.applied_to(None)


def test_a_register_that_is_not_there_is_unavailable_at_once(mortal_hlr: RunningHlr) -> None:
    mortal_hlr.stop()
    with driver_to(mortal_hlr.address) as driver:
        started = time.monotonic()
        for ask in (lambda: driver.stage(a_subscriber()), lambda: driver.attach("001010000000001")):
            with pytest.raises(ElementUnavailable):
                ask()
        assert not driver.probe().answers
        assert time.monotonic() - started < 1


def test_links_that_a_restart_ended_are_opened_again_without_anybody_noticing(mortal_hlr: RunningHlr) -> None:
    with driver_to(mortal_hlr.address) as driver:
        with ThreadPoolExecutor(4) as threads:
            list(threads.map(lambda _: put(driver, a_subscriber()), range(8)))
        mortal_hlr.stop()
        mortal_hlr.start_again()
        put(driver, a_subscriber())


def test_no_key_is_in_anything_that_may_be_kept_or_shown(hlr: RunningHlr) -> None:
    shown: list[str] = []
    with driver_to(hlr.address) as driver:
        subscriber = a_subscriber(authentication_2g=Authentication2g(algorithm="xor", ki=SecretKey(OTHER_KEY)))
        staged = driver.stage(subscriber)
        shown += [repr(subscriber), repr(staged), repr(driver.diff(staged).to_doc())]
        shown += [repr(driver.commit(staged)), repr(driver.confirm(staged)), repr(driver.read_back(staged.subject))]
        shown += [repr(staged.before.shown()), repr(staged.intended.shown()), repr(driver.rollback(staged).to_doc())]
    with go_between(hlr) as between, driver_to(between.address) as driver:
        for verdict in (_refuse_keys, _garble):
            between.verdict = verdict
            with pytest.raises(TandemError) as fault:
                driver.commit(driver.stage(subscriber))
            shown += [repr(fault.value.to_doc()), str(fault.value), repr(fault.value.__cause__)]
    for text in shown:
        assert not any(key in text.lower() for key in (K, OPC, OTHER_KEY))


def _refuse_keys(request: CtrlMessage, talk: Talk) -> None:
    if ".aud" in request.variable:
        talk.answer(CtrlMessage(ctrl.ERROR, request.id, "", f"Cannot: {request.value}"))
    else:
        talk.pass_on(request)


def _garble(request: CtrlMessage, talk: Talk) -> None:
    talk.answer(CtrlMessage(ctrl.GET_REPLY, request.id, request.variable, f"\nno tabulator {K}"))


def test_a_go_between_is_fair(hlr: RunningHlr) -> None:
    """The means of these tests do not themselves change what the register says."""
    with go_between(hlr) as between, driver_to(between.address) as through, driver_to(hlr.address) as directly:
        subscriber = put(through, a_subscriber())
        assert through.read_back(subscriber.imsi) == directly.read_back(subscriber.imsi)
