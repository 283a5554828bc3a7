"""Durable steps on a real PostgreSQL: once, in order, tried again, given up, and never lost by a kill."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import ClassVar

import pytest

from tandem.kernel.errors import Refused, TandemError, Unavailable
from tandem.kernel.events import Event
from tandem.kernel.json import Doc
from tandem.kernel.period import instant
from tandem.kernel.steps import Registry, Step, Worker, list_steps, on, retry_step
from tandem.kernel.steps.jobs import prune
from tandem.kernel.store import Database, Uow, plain_table

EFFECTS = plain_table(
    "kernel_test_effect",
    "tenant text not null, n bigint generated always as identity, what text not null, primary key (tenant, n)",
)


class ThingHappened(Event, frozen=True, kw_only=True):
    entity: ClassVar[str] = "Thing"
    key: ClassVar[str] = "thing"
    thing: str
    number: int


def _effect(uow: Uow, payload: Doc) -> None:
    uow.execute("insert into kernel_test_effect (tenant, what) values (%s, %s)", (uow.tenant, payload["what"]))


def _effects(database: Database, tenant: str) -> list[str]:
    with database.uow(tenant=tenant, actor="t", cause="test") as uow:
        return [row["what"] for row in uow.all("select what from kernel_test_effect order by n")]


def _worker(database: Database, *steps: Step, threads: int = 4) -> Worker:
    registry = Registry()
    registry.add_steps(steps)
    return Worker(database, registry, threads=threads)


def test_a_step_is_done_once_however_often_it_is_asked_for(database: Database, fresh_tenant: str) -> None:
    for _ in range(3):
        with database.uow(tenant=fresh_tenant, actor="t", cause="test") as uow:
            uow.enqueue("write", {"what": "a"}, key="k")
    _worker(database, Step("write", _effect)).drain()
    assert _effects(database, fresh_tenant) == ["a"]


def test_a_rolled_back_request_asks_for_nothing(database: Database, fresh_tenant: str) -> None:
    with pytest.raises(Refused), database.uow(tenant=fresh_tenant, actor="t", cause="test") as uow:
        uow.enqueue("write", {"what": "a"})
        raise Refused("no")
    _worker(database, Step("write", _effect)).drain()
    assert _effects(database, fresh_tenant) == []


def test_a_failed_effect_leaves_nothing_and_is_tried_again(database: Database, fresh_tenant: str) -> None:
    tries: list[int] = []

    def flaky(uow: Uow, payload: Doc) -> None:
        _effect(uow, payload)
        tries.append(1)
        if len(tries) < 3:
            raise Unavailable("not now")

    with database.uow(tenant=fresh_tenant, actor="t", cause="test") as uow:
        uow.enqueue("flaky", {"what": "a"})
    worker = _worker(database, Step("flaky", flaky, backoff_s=0.0))
    worker.drain()
    assert (_effects(database, fresh_tenant), len(tries)) == (["a"], 3)


def test_a_refusal_is_given_up_at_once_and_a_person_can_repeat_it(database: Database, fresh_tenant: str) -> None:
    told: list[str] = []
    no = [True]

    def picky(uow: Uow, payload: Doc) -> None:
        if no[0]:
            raise Refused("never so", code="test.no", path="what")
        _effect(uow, payload)

    def dead(uow: Uow, payload: Doc, error: TandemError) -> None:
        told.append(error.error_code)

    with database.uow(tenant=fresh_tenant, actor="t", cause="test") as uow:
        uow.enqueue("picky", {"what": "a"})
    worker = _worker(database, Step("picky", picky, on_dead=dead))
    worker.drain()
    with database.uow(tenant=fresh_tenant, actor="t", cause="test") as uow:
        (step,) = list_steps(uow, state="dead")
        assert step.error == {"code": "test.no", "reason": "never so", "path": "what"}
        no[0] = False
        retry_step(uow, step.id)
    worker.drain()
    assert (told, _effects(database, fresh_tenant)) == (["test.no"], ["a"])


def test_a_letter_stays_dead_when_what_it_was_about_is_gone(database: Database, fresh_tenant: str) -> None:
    def refuse(uow: Uow, payload: Doc) -> None:
        raise Refused("never so", code="test.no")

    def gone(uow: Uow, payload: Doc, error: TandemError) -> None:
        _effect(uow, payload)
        raise Refused("there is no such thing any more", code="test.gone")

    with database.uow(tenant=fresh_tenant, actor="t", cause="test") as uow:
        uow.enqueue("picky", {"what": "a"})
    _worker(database, Step("picky", refuse, on_dead=gone)).drain()
    with database.uow(tenant=fresh_tenant, actor="t", cause="test") as uow:
        assert [step.error["code"] for step in list_steps(uow, state="dead") if step.error] == ["test.no"]
    assert _effects(database, fresh_tenant) == []


def test_steps_of_one_order_key_run_in_order_with_many_workers(database: Database, fresh_tenant: str) -> None:
    with database.uow(tenant=fresh_tenant, actor="t", cause="test") as uow:
        for number in range(60):
            uow.enqueue("write", {"what": f"{number % 3}/{number:03d}"}, order_key=str(number % 3))
    worker = _worker(database, Step("write", _effect))
    worker.start()
    _until(lambda: len(_effects(database, fresh_tenant)) == 60)
    worker.stop()
    done = _effects(database, fresh_tenant)
    for key in "012":
        own = [what for what in done if what.startswith(key)]
        assert own == sorted(own)


def test_an_event_reaches_its_reaction_once_and_in_order(database: Database, fresh_tenant: str) -> None:
    registry = Registry()
    registry.add_reactions(
        [on(ThingHappened, "test.note", lambda uow, event: _effect(uow, {"what": f"{event.thing}{event.number}"}))]
    )
    worker = Worker(database, registry)
    for number in range(5):
        with database.uow(tenant=fresh_tenant, actor="t", cause="test") as uow:
            uow.emit(ThingHappened(thing="a", number=number))
    worker.drain()
    worker.drain()
    assert _effects(database, fresh_tenant) == ["a0", "a1", "a2", "a3", "a4"]


def test_a_timer_waits_for_business_time(database: Database, fresh_tenant: str) -> None:
    with database.uow(tenant=fresh_tenant, actor="t", cause="test") as uow:
        uow.enqueue("write", {"what": "later"}, due_at=instant("2999-01-01T00:00:00Z"))
        uow.enqueue("write", {"what": "now"}, due_at=uow.now)
    _worker(database, Step("write", _effect)).drain()
    assert _effects(database, fresh_tenant) == ["now"]


def _until(is_so, timeout_s: float = 20.0) -> None:  # type: ignore[no-untyped-def]
    done = threading.Event()
    for _ in range(int(timeout_s / 0.05)):
        if is_so():
            return
        done.wait(0.05)
    raise AssertionError("it did not come to be")


def test_what_was_done_long_ago_is_forgotten_and_what_waits_is_not(database: Database, fresh_tenant: str) -> None:
    with database.uow(tenant=fresh_tenant, actor="t", cause="test") as uow:
        uow.enqueue("write", {"what": "old"}, key="old")
        uow.enqueue("write", {"what": "new"}, key="new")
        uow.enqueue("write", {"what": "later"}, due_at=instant("2999-01-01T00:00:00Z"))
        uow.answered_before("orders", "k", {})
    _worker(database, Step("write", _effect)).drain()
    with database.uow(tenant=fresh_tenant, actor="t", cause="test") as uow:
        uow.execute("update kernel_step set finished_at = now() - interval '91 days' where key = 'old'")
        uow.execute(
            "update kernel_idempotency set created_at = now() - interval '31 days' where tenant = %s", (fresh_tenant,)
        )
        prune(uow, uow.now)
        left = uow.all(
            "select payload ->> 'what' as what from kernel_step where tenant = %s order by id", (fresh_tenant,)
        )
        assert [row["what"] for row in left] == ["new", "later"]
        assert uow.answered_before("orders", "k", {"other": 1}) is None


def test_what_is_due_later_holds_up_nothing_that_is_due_now(database: Database, fresh_tenant: str) -> None:
    """A job's next turn was asked for, then the business clock was put back: the turn before it comes first."""
    with database.uow(tenant=fresh_tenant, actor="t", cause="test") as uow:
        uow.enqueue("write", {"what": "tomorrow"}, order_key="job", due_at=uow.now + timedelta(days=1))
        uow.enqueue("write", {"what": "today"}, order_key="job", due_at=uow.now)
    _worker(database, Step("write", _effect)).drain()
    assert _effects(database, fresh_tenant) == ["today"]


def test_strangers_who_never_answer_hold_up_nothing_else(database: Database, fresh_tenant: str) -> None:
    """As many silent hubs as there are threads, asked first: the house's own work is done all the same."""
    heard, released, done = threading.Semaphore(0), threading.Event(), threading.Event()

    def silent(uow: Uow, payload: Doc) -> None:
        heard.release()
        released.wait(20)

    def ours(uow: Uow, payload: Doc) -> None:
        _effect(uow, payload)
        uow.after_commit(done.set)

    with database.uow(tenant=fresh_tenant, actor="t", cause="test") as uow:
        for number in range(6):
            uow.enqueue("call", {}, order_key=f"hub:{number}")
    worker = _worker(database, Step("call", silent, calls_out=True), Step("write", ours), threads=4)
    worker.start()
    try:
        assert heard.acquire(timeout=10)
        with database.uow(tenant=fresh_tenant, actor="t", cause="test") as uow:
            uow.enqueue("write", {"what": "ours"})
        assert done.wait(5)
    finally:
        released.set()
        worker.stop()
    assert _effects(database, fresh_tenant) == ["ours"]
