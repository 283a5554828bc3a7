"""The charging process: it gathers what the networks ask, answers when it is durable, and tells them unasked.

Nothing but the database keeps state: a process that is killed loses nothing, and several may run side by side.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import threading
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import structlog

from tandem.app import server, wiring
from tandem.app.charging_figures import ChargingFigures, serve_figures
from tandem.app.charging_form import ChargingForm, read_form
from tandem.app.settings import Settings
from tandem.bss.charging import public as charging
from tandem.bss.charging.terms.online import SessionAnswer, SessionNotice, SessionRequest, WaitingNotice
from tandem.bss.charging.terms.spending import SpendingChange, SpendingNotice, SpendingStatus, SpendingWatch
from tandem.bss.charging.wire import process
from tandem.bss.charging.wire.diameter import serve_diameter
from tandem.bss.charging.wire.gathering import Gatherer, Limits
from tandem.bss.charging.wire.nchf import Notifier, serve_nchf
from tandem.bss.charging.wire.radius import serve_radius
from tandem.kernel.errors import TandemError, Unavailable
from tandem.kernel.ids import new_id
from tandem.kernel.period import Instant
from tandem.kernel.store import Database, Uow

log = structlog.get_logger("tandem.charging")

_EVERY_S: Final = 0.25
_FILES_EVERY_S: Final = 60.0
_NOTICES: Final = 100
_YIELDING: Final = 10
"""The niceness of the thread that compiles."""

Notify = Callable[[SessionNotice], Awaitable[bool]]
"""How a network is told: whether it heard."""


class Compiling:
    """Has the rating core made machine code beside the work, once there is so much of it that it is worth it.

    Why not at once: an operator without traffic saves a hundred megabytes, and a minute after an installation.
    """

    def __init__(self, after: int | None) -> None:
        self._left = after
        self._lock = threading.Lock()

    def note(self, messages: int) -> None:
        """So many were answered."""
        with self._lock:
            if self._left is None:
                return
            self._left -= messages
            if self._left > 0:
                return
            self._left = None
        threading.Thread(target=self._compile, name="compiling", daemon=True).start()

    def _compile(self) -> None:
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _YIELDING)
        started = time.monotonic()
        process.compile_core()
        log.info("charging.compiled", took_s=round(time.monotonic() - started, 1))


@dataclass
class ChargingDoor:
    """Charging as the wires ask it, in transactions of its own. `compiling` is begun when there is work for it."""

    database: Database
    tenant: str
    figures: ChargingFigures
    compiling: Compiling

    def uow(self, cause: str) -> contextlib.AbstractContextManager[Uow]:
        """A unit of work of the network's."""
        return self.database.uow(tenant=self.tenant, actor="network", cause=f"{cause}:{new_id()}")

    def ask(self, requests: Sequence[SessionRequest]) -> list[SessionAnswer]:
        """The answers of a batch, durable. What is refused of a batch is looked for, so that it fails alone."""
        started = time.perf_counter()
        try:
            with self.uow("charging") as uow:
                answers = charging.charge_online(uow, requests)
        except Unavailable:
            raise
        except TandemError as fault:
            log.error("charging.batch.refused", requests=len(requests), fault=fault.reason)
            if len(requests) == 1:
                raise
            half = len(requests) // 2
            return [*self.ask(requests[:half]), *self.ask(requests[half:])]
        self.figures.note(requests, answers, time.perf_counter() - started)
        self.compiling.note(len(requests))
        return answers

    def close_sessions_of(self, nas: str) -> None:
        """End the sessions of a server that began anew."""
        with self.uow("radius-reset") as uow:
            closed = process.close_sessions_of(uow, nas=nas)
        log.info("charging.radius.reset", nas=nas, sessions=closed)


class Spending:
    """Spending limits as Nchf asks for them, each call in a transaction of its own."""

    def __init__(self, door: ChargingDoor) -> None:
        self._door = door

    def subscribe(self, watch: SpendingWatch) -> SpendingStatus:
        """Begin to watch. Raises: SubscriberUnknown, NoCounters, CountersUnknown."""
        with self._door.uow("spending") as uow:
            return process.watch_spending(uow, watch)

    def modify(self, subscription: str, change: SpendingChange) -> SpendingStatus:
        """Watch other counters, or tell somewhere else. Raises: WatchUnknown, CountersUnknown."""
        with self._door.uow("spending") as uow:
            return process.change_spending_watch(uow, subscription=subscription, change=change)

    def unsubscribe(self, subscription: str) -> None:
        """Stop watching. Raises: WatchUnknown."""
        with self._door.uow("spending") as uow:
            process.end_spending_watch(uow, subscription=subscription)

    def statuses(self, subscription: str) -> SpendingStatus:
        """How the counters stand. Raises: WatchUnknown."""
        with self._door.uow("spending") as uow:
            return process.spending_status(uow, subscription=subscription)


class Gathered:
    """What the wires ask: the gatherer, and what is asked beside it."""

    def __init__(self, door: ChargingDoor, form: ChargingForm) -> None:
        told = form.gathering
        limits = Limits(lanes=told.lanes, batch=told.batch, waiting=told.waiting, patience_s=told.patience_ms / 1000)
        self._door = door
        self.spending = Spending(door)
        self.gatherer = Gatherer(door.ask, limits=limits)

    async def ask(self, request: SessionRequest) -> SessionAnswer:
        """The answer to one message. Raises: Overloaded, Unanswered."""
        return await self.gatherer.ask(request)

    async def close_sessions_of(self, nas: str, *, at: Instant) -> None:
        """End every session of a server that began anew."""
        await asyncio.to_thread(self._door.close_sessions_of, nas)


class BusinessClock:
    """The business clock, read every second, for messages that do not tell their time."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._shift = timedelta(0)

    def now(self) -> Instant:
        """Its reading, at most a second old."""
        return datetime.now(UTC) + self._shift

    def read(self) -> None:
        """Look again; a database that is away leaves it as it was."""
        with contextlib.suppress(TandemError):
            self._shift = self._database.clock() - datetime.now(UTC)


@dataclass(frozen=True)
class Telling:
    """How networks are told unasked: about sessions by protocol, about spending."""

    sessions: Mapping[str, Notify]
    spending: Callable[[SpendingNotice], Awaitable[bool]]


# -- what is done beside answering ------------------------------------------------------------------------------------


class Aside:
    """Delivers notices, files records and reads the clock, each in its turn, until it is stopped."""

    def __init__(self, door: ChargingDoor, clock: BusinessClock, folder: Path) -> None:
        self._door = door
        self._clock = clock
        self._folder = folder
        self._next_files = 0.0

    async def run(self, telling: Telling, stop: asyncio.Event) -> None:
        """Do it until asked to stop; what the database does not let us do now is done the next time."""
        while not stop.is_set():
            try:
                await asyncio.to_thread(self._clock.read)
                while await self._deliver(telling.sessions) == _NOTICES:
                    pass
                await self._tell_spending(telling)
                await asyncio.to_thread(self._file)
            except (TandemError, OSError) as fault:
                log.warning("charging.aside", fault=str(fault))
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(stop.wait(), _EVERY_S)

    async def _deliver(self, notify: Mapping[str, Notify]) -> int:
        waiting = await asyncio.to_thread(self._take)
        if not waiting:
            return 0
        told = await asyncio.gather(*(_told(notify, one) for one in waiting))
        delivered = [one for one, heard in zip(waiting, told, strict=True) if heard]
        failed = [one for one, heard in zip(waiting, told, strict=True) if not heard]
        await asyncio.to_thread(self._settle, delivered, failed)
        return len(waiting)

    async def _tell_spending(self, telling: Telling) -> None:
        changes = await asyncio.to_thread(self._take_changes)
        heard = await asyncio.gather(
            *(_always() if notice is None else telling.spending(notice) for _, notice in changes)
        )
        told = [change for change, was_heard in zip(changes, heard, strict=True) if was_heard]
        if told:
            await asyncio.to_thread(self._settle_changes, told)

    def _take_changes(self) -> list[process.SpendingChanged]:
        with self._door.uow("spending") as uow:
            return process.take_spending_changes(uow, at=datetime.now(UTC))

    def _settle_changes(self, told: Sequence[process.SpendingChanged]) -> None:
        with self._door.uow("spending") as uow:
            process.settle_spending_changes(uow, told)

    def _take(self) -> list[WaitingNotice]:
        """Notices whose turn it is, put off first: one that we are killed with is told again."""
        now = datetime.now(UTC)
        with self._door.uow("notices") as uow:
            taken = process.take_notices(uow, at=now, limit=_NOTICES)
            process.settle_notices(uow, delivered=(), failed=taken, at=now)
            return taken

    def _settle(self, delivered: Sequence[WaitingNotice], failed: Sequence[WaitingNotice]) -> None:
        with self._door.uow("notices") as uow:
            process.settle_notices(uow, delivered=delivered, failed=(), at=datetime.now(UTC))
        self._door.figures.note_notices(len(delivered), len(failed))

    def _file(self) -> None:
        """Write closed records; both files are there whole, or neither, before it is noted."""
        if time.monotonic() < self._next_files:
            return
        self._next_files = time.monotonic() + _FILES_EVERY_S
        with self._door.uow("records") as uow:
            made = process.file_records(uow)
            if made is not None:
                self._folder.mkdir(parents=True, exist_ok=True)
                write_whole(self._folder / f"{made.name}.csv", made.text)
                write_whole(self._folder / f"{made.name}.ber", made.ber)


async def _always() -> bool:
    return True


async def _told(notify: Mapping[str, Notify], waiting: WaitingNotice) -> bool:
    told = notify.get(waiting.notice.protocol)
    return told is not None and await told(waiting.notice)


def write_whole(path: Path, content: bytes) -> None:
    """A file that is there whole and durable, or not at all."""
    unnamed = path.with_suffix(f"{path.suffix}.new")
    with unnamed.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unnamed.rename(path)


# -- the process ------------------------------------------------------------------------------------------------------


def run(settings: Settings, database_url: str) -> None:
    """Charge on line until asked to stop."""
    server.start_log(settings, "charging")
    wiring.declare_tables()
    form = read_form(settings)
    process.use_session_policy(form.sessions)
    with Database(database_url, min_size=2, max_size=form.gathering.lanes + 4) as database:
        asyncio.run(_serve(settings, form, database))


async def _serve(settings: Settings, form: ChargingForm, database: Database) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    figures = ChargingFigures()
    door = ChargingDoor(database, settings.tenant, figures, Compiling(form.gathering.compile_after))
    clock = BusinessClock(database)
    clock.read()
    gathered = Gathered(door, form)
    async with contextlib.AsyncExitStack() as stack:
        figures.waiting = lambda: gathered.gatherer.waiting
        telling = await _open_wires(stack, form, gathered, clock)
        await stack.enter_async_context(serve_figures(settings, figures, database))
        log.info("charging.ready", nchf=len(form.nchf), diameter=len(form.diameter), radius=len(form.radius))
        aside = asyncio.create_task(Aside(door, clock, settings.data / "cdr").run(telling, stop))
        await stop.wait()
        await aside
    await gathered.gatherer.stop()


async def _open_wires(
    stack: contextlib.AsyncExitStack, form: ChargingForm, gathered: Gathered, clock: BusinessClock
) -> Telling:
    """Listen everywhere; how each network is told."""
    notify: dict[str, Notify] = {}
    for listening in form.listenings():
        await stack.enter_async_context(serve_nchf(gathered, listening=listening, spending=gathered.spending))
    notifier = await stack.enter_async_context(Notifier())
    notify["nchf"] = notifier.notify
    for diameter in form.diameters():
        opened = await serve_diameter(diameter, gathered, now=clock.now)
        stack.push_async_callback(opened.stop)
        notify["gy"] = opened.notify
    for radius in form.radiuses():
        taken = await serve_radius(radius, gathered, now=clock.now)
        stack.push_async_callback(taken.stop)
        notify["radius"] = taken.notify
    return Telling(notify, notifier.notify_spending)
