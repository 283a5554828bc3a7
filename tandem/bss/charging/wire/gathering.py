"""Group commit: what arrives while one batch is being committed becomes the next batch, and one commit answers it all.

Nothing waits for ever and nothing waits without bound. The loop never blocks: the door is asked in threads of its own.
"""

from __future__ import annotations

import asyncio
import math
from collections import Counter, deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import TypeAlias

import msgspec
import structlog

from tandem.bss.charging.terms.online import Overloaded, SessionAnswer, SessionRequest, Unanswered
from tandem.kernel.errors import Broken, TandemError

log = structlog.get_logger("tandem.charging")

Ask: TypeAlias = Callable[[Sequence[SessionRequest]], list[SessionAnswer]]


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """How much is gathered. A subscriber always has the same lane; each lane has one batch at the door at a time.

    `waiting` bounds each lane, the batch at the door not counted. `patience_s` runs from arrival to answer.
    """

    lanes: int = 1
    batch: int = 256
    waiting: int = 4_096
    patience_s: float = 3


class Gatherer:
    """Asks the online door for many at once. Belongs to one event loop.

    Messages of one subscriber reach the door in the order of their arrival.
    """

    def __init__(self, ask: Ask, *, limits: Limits | None = None) -> None:
        limits = limits or Limits()
        self._threads = ThreadPoolExecutor(limits.lanes, thread_name_prefix="charging")
        self._lanes = [_Lane(ask, self._threads, limits) for _ in range(limits.lanes)]

    @property
    def waiting(self) -> int:
        """How many have no answer yet."""
        return sum(lane.unanswered for lane in self._lanes)

    async def ask(self, request: SessionRequest) -> SessionAnswer:
        """The answer to one message.

        Raises: Overloaded, at once or when a more urgent message takes the place; Unanswered, when the door failed or
        did not answer in time. The message may have been charged then: sent again, it gets the answer that was kept.
        """
        lane = self._lanes[0] if len(self._lanes) == 1 else self._lanes[hash(request.subscriber) % len(self._lanes)]
        return await lane.enter(request)

    async def stop(self) -> None:
        """Refuse what comes from now on; end when what waits has its answer or has lost its patience."""
        await asyncio.gather(*(lane.close() for lane in self._lanes))
        self._threads.shutdown(wait=False, cancel_futures=True)


class _Waiting:
    __slots__ = ("answer", "request", "since")

    def __init__(self, request: SessionRequest, answer: asyncio.Future[SessionAnswer], since: float) -> None:
        self.request = request
        self.answer = answer
        self.since = since

    def fail(self, fault: TandemError) -> None:
        if not self.answer.done():
            self.answer.set_exception(fault)


class _Lane:
    """One queue, one batch at the door."""

    def __init__(self, ask: Ask, threads: ThreadPoolExecutor, limits: Limits) -> None:
        self._ask = ask
        self._threads = threads
        self._limits = limits
        self._queue: deque[_Waiting] = deque()
        self._urgencies: Counter[int] = Counter()
        self._at_door: list[_Waiting] = []
        self._is_begun = self._is_closed = self._is_watched = False
        self._batch_s: float = 0

    @property
    def unanswered(self) -> int:
        return len(self._queue) + len(self._at_door)

    def enter(self, request: SessionRequest) -> asyncio.Future[SessionAnswer]:
        if self._is_closed:
            raise self._overloaded("the charging process is stopping")
        if len(self._queue) >= self._limits.waiting:
            self._make_room(request.priority)
        loop = asyncio.get_running_loop()
        waiting = _Waiting(request, loop.create_future(), loop.time())
        self._queue.append(waiting)
        self._urgencies[request.priority] += 1
        if not self._is_begun:
            # Not at once: what the loop reads from the network in this same turn shall be in the batch too.
            self._is_begun = True
            loop.call_soon(self._begin, loop)
        if not self._is_watched:
            self._is_watched = True
            loop.call_later(self._limits.patience_s, self._watch, loop)
        return waiting.answer

    def _make_room(self, priority: int) -> None:
        """The latest of the least urgent gives way to what is more urgent; else the new one is refused."""
        least = min(self._urgencies)
        if least >= priority:
            raise self._overloaded("more is waiting than can be answered in time")
        place = next(at for at in range(len(self._queue) - 1, -1, -1) if self._queue[at].request.priority == least)
        self._queue[place].fail(self._overloaded("a more urgent message took the place"))
        self._forget(self._queue[place])
        del self._queue[place]

    def _next(self) -> _Waiting:
        waiting = self._queue.popleft()
        self._forget(waiting)
        return waiting

    def _forget(self, waiting: _Waiting) -> None:
        urgency = waiting.request.priority
        self._urgencies[urgency] -= 1
        if not self._urgencies[urgency]:
            del self._urgencies[urgency]

    def _overloaded(self, reason: str) -> Overloaded:
        batches = math.ceil(len(self._queue) / self._limits.batch)
        return Overloaded(reason, retry_after_s=max(1, math.ceil(batches * self._batch_s)))

    def _begin(self, loop: asyncio.AbstractEventLoop) -> None:
        """Send the next batch to the door; who gave up waiting is not charged."""
        batch: list[_Waiting] = []
        while self._queue and len(batch) < self._limits.batch:
            waiting = self._next()
            if not waiting.answer.done():
                batch.append(waiting)
        self._at_door = batch
        self._is_begun = bool(batch)
        if batch:
            asked = loop.run_in_executor(self._threads, self._ask, [waiting.request for waiting in batch])
            begun = loop.time()
            asked.add_done_callback(lambda done: self._answered(loop, done, begun))

    def _answered(
        self, loop: asyncio.AbstractEventLoop, done: asyncio.Future[list[SessionAnswer]], begun: float
    ) -> None:
        batch, self._batch_s = self._at_door, loop.time() - begun
        fault = done.exception()
        if fault is None and len(done.result()) != len(batch):
            fault = Broken("the door gave back another number of answers", asked=len(batch), given=len(done.result()))
        if fault is None:
            for waiting, answer in zip(batch, done.result(), strict=True):
                if not waiting.answer.done():
                    waiting.answer.set_result(answer)
        else:
            log.error("charging.batch.failed", requests=len(batch), exc_info=fault)
            for waiting in batch:
                waiting.fail(Unanswered("charging failed"))
        self._begin(loop)

    def _watch(self, loop: asyncio.AbstractEventLoop) -> None:
        """Answer for those who have waited too long. One timer for all: they lose patience in the order of arrival."""
        late = loop.time() - self._limits.patience_s
        for waiting in self._at_door:
            if waiting.since <= late:
                waiting.fail(Unanswered("charging did not answer in time"))
        while self._queue and self._queue[0].since <= late:
            self._next().fail(self._overloaded("it waited too long for its turn"))
        unanswered = [waiting.since for waiting in chain(self._at_door, self._queue) if waiting.since > late]
        self._is_watched = bool(unanswered)
        if unanswered:
            loop.call_later(max(0, min(unanswered) - late), self._watch, loop)

    async def close(self) -> None:
        self._is_closed = True
        left = [waiting.answer for waiting in chain(self._at_door, self._queue) if not waiting.answer.done()]
        if left:
            await asyncio.wait(left)
