"""The gatherer between the online wires and the door: one commit for many, bounded, in order, never for ever."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime

import pytest

from tandem.bss.charging.terms.online import Overloaded, SessionAnswer, SessionRequest, Unanswered
from tandem.bss.charging.wire.gathering import Gatherer, Limits
from tests.support.loops import finish

AT = datetime(2026, 11, 24, 10, tzinfo=UTC)


def request(session: str, sequence: int = 0, *, subscriber: str = "", priority: int = 0) -> SessionRequest:
    return SessionRequest(
        protocol="nchf",
        operation="update",
        session=session,
        sequence=sequence,
        subscriber=subscriber or session,
        subscriber_kind="imsi",
        at=AT,
        service="data",
        priority=priority,
    )


def answer(asked: SessionRequest) -> SessionAnswer:
    return SessionAnswer(session=asked.session, sequence=asked.sequence, result="success", at=AT)


class Door:
    """Answers when it is let; keeps the batches it was asked."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.threads: set[str] = set()
        self.asked = threading.Semaphore(0)
        self.let = threading.Semaphore(0)

    def __call__(self, requests: Sequence[SessionRequest]) -> list[SessionAnswer]:
        self.batches.append([each.session for each in requests])
        self.threads.add(threading.current_thread().name)
        self.asked.release()
        assert self.let.acquire(timeout=10)
        return [answer(each) for each in requests]

    async def until_asked(self) -> None:
        assert await asyncio.to_thread(self.asked.acquire, timeout=10)


def told(story: Callable[[Gatherer, Door], Awaitable[None]], **limits: float) -> Door:
    """The door after a story with a gatherer that was stopped at the end."""

    async def tell() -> Door:
        door = Door()
        gatherer = Gatherer(door, limits=Limits(**limits))  # type: ignore[arg-type]
        try:
            await story(gatherer, door)
        finally:
            for _ in range(100):
                door.let.release()
            await gatherer.stop()
        return door

    return finish(tell())


def begin(gatherer: Gatherer, *requests: SessionRequest) -> list[asyncio.Task[SessionAnswer]]:
    return [asyncio.create_task(gatherer.ask(each)) for each in requests]


async def settled() -> None:
    """Let every task that can run reach its wait."""
    loop = asyncio.get_running_loop()
    for _ in range(5):
        turn = loop.create_future()
        loop.call_soon(turn.set_result, None)
        await turn


def test_what_arrives_during_a_commit_is_the_next_batch() -> None:
    async def story(gatherer: Gatherer, door: Door) -> None:
        first = begin(gatherer, request("a"), request("b"))
        await door.until_asked()
        later = begin(gatherer, *(request(name) for name in "cde"))
        await settled()
        assert gatherer.waiting == 5
        door.let.release()
        door.let.release()
        answers = await asyncio.gather(*first, *later)
        assert [each.session for each in answers] == list("abcde")
        assert gatherer.waiting == 0

    assert told(story).batches == [["a", "b"], ["c", "d", "e"]]


def test_the_loop_runs_on_while_the_door_is_asked() -> None:
    async def story(gatherer: Gatherer, door: Door) -> None:
        (asked,) = begin(gatherer, request("a"))
        await door.until_asked()
        assert not asked.done()

    assert all(name.startswith("charging") for name in told(story).threads)


def test_a_batch_has_a_size() -> None:
    async def story(gatherer: Gatherer, door: Door) -> None:
        tasks = begin(gatherer, *(request(name) for name in "abcde"))
        for _ in range(3):
            door.let.release()
        await asyncio.gather(*tasks)

    assert told(story, batch=2).batches == [["a", "b"], ["c", "d"], ["e"]]


def test_beyond_the_bound_it_is_refused_at_once_and_told_when_to_come_again() -> None:
    async def story(gatherer: Gatherer, door: Door) -> None:
        begin(gatherer, request("a"))
        await door.until_asked()
        begin(gatherer, request("b"), request("c"))
        await settled()
        with pytest.raises(Overloaded) as refused:
            await gatherer.ask(request("d"))
        assert refused.value.facts == {"retry_after_s": 1}

    assert told(story, waiting=2).batches == [["a"], ["b", "c"]]


def test_the_latest_of_the_least_urgent_gives_way_to_the_more_urgent() -> None:
    async def story(gatherer: Gatherer, door: Door) -> None:
        begin(gatherer, request("a"))
        await door.until_asked()
        early, urgent, late = begin(gatherer, request("b"), request("c", priority=5), request("d"))
        await settled()
        emergency = begin(gatherer, request("e", priority=9))[0]
        await settled()
        assert isinstance(late.exception(), Overloaded)
        door.let.release()
        door.let.release()
        assert [each.session for each in await asyncio.gather(early, urgent, emergency)] == list("bce")

    assert told(story, waiting=3).batches == [["a"], ["b", "c", "e"]]


def test_nobody_waits_for_ever() -> None:
    async def story(gatherer: Gatherer, door: Door) -> None:
        at_door = begin(gatherer, request("a"))[0]
        await door.until_asked()
        in_queue = begin(gatherer, request("b"))[0]
        await asyncio.wait([at_door, in_queue], timeout=5)
        assert isinstance(at_door.exception(), Unanswered)
        assert isinstance(in_queue.exception(), Overloaded)

    assert told(story, patience_s=0.05).batches == [["a"]]


def test_who_gave_up_is_not_charged() -> None:
    async def story(gatherer: Gatherer, door: Door) -> None:
        begin(gatherer, request("a"))
        await door.until_asked()
        gone, kept = begin(gatherer, request("b"), request("c"))
        await settled()
        gone.cancel()
        door.let.release()
        door.let.release()
        assert (await kept).session == "c"

    assert told(story).batches == [["a"], ["c"]]


def test_messages_of_one_subscriber_stay_in_order_over_lanes() -> None:
    seen: dict[str, list[int]] = {}

    def door(requests: Sequence[SessionRequest]) -> list[SessionAnswer]:
        for each in requests:
            seen.setdefault(each.subscriber, []).append(each.sequence)
        return [answer(each) for each in requests]

    async def tell() -> None:
        gatherer = Gatherer(door, limits=Limits(lanes=4, batch=8))
        asked = [request(f"s{n % 7}", n // 7, subscriber=f"imsi{n % 7}") for n in range(700)]
        await asyncio.gather(*(gatherer.ask(each) for each in asked))
        await gatherer.stop()

    finish(tell())
    assert seen == {f"imsi{n}": list(range(100)) for n in range(7)}


def test_a_failed_batch_is_unanswered_and_the_next_goes_on() -> None:
    def door(requests: Sequence[SessionRequest]) -> list[SessionAnswer]:
        if requests[0].session == "bad":
            raise ValueError("no database")
        return [answer(each) for each in requests]

    async def tell() -> None:
        gatherer = Gatherer(door)
        both = await asyncio.gather(gatherer.ask(request("bad")), gatherer.ask(request("b")), return_exceptions=True)
        assert [type(each) for each in both] == [Unanswered, Unanswered]
        assert both[0] is not both[1]
        assert (await gatherer.ask(request("c"))).session == "c"
        await gatherer.stop()

    finish(tell())


def test_a_door_that_forgets_an_answer_answers_nobody() -> None:
    async def tell() -> None:
        gatherer = Gatherer(lambda requests: [])
        with pytest.raises(Unanswered):
            await gatherer.ask(request("a"))
        await gatherer.stop()

    finish(tell())


def test_a_stop_answers_those_who_wait_and_refuses_who_comes() -> None:
    async def story(gatherer: Gatherer, door: Door) -> None:
        waiting = begin(gatherer, request("a"))[0]
        await door.until_asked()
        queued = begin(gatherer, request("b"))[0]
        await settled()
        stopping = asyncio.create_task(gatherer.stop())
        await settled()
        with pytest.raises(Overloaded):
            await gatherer.ask(request("c"))
        assert not stopping.done()
        door.let.release()
        door.let.release()
        assert [(await each).session for each in (waiting, queued)] == ["a", "b"]
        await stopping

    assert told(story).batches == [["a"], ["b"]]
