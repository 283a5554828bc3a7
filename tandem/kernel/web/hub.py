"""The hub of live pages: hears topics from the relay by LISTEN, tells every open stream what it listens to.

A frame is encoded once and handed to all who listen. What is missed is never guessed: a stream that was away too long,
or a hub that lost its connection, is told `refresh`, and the page fetches everything anew.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Sequence
from typing import Final, LiteralString

import msgspec
import psycopg
import structlog
from starlette.concurrency import run_in_threadpool

from tandem.kernel.errors import TandemError
from tandem.kernel.store.database import TOPICS_CHANNEL
from tandem.kernel.web.metrics import Metrics
from tandem.kernel.web.topics import Changed, OwnersOf, Topic

log = structlog.get_logger("tandem.stream")

REFRESH: Final = "refresh"
_REMEMBERED: Final = 2_000
_MOST_PENDING: Final = 256
_GATHER_S: Final = 0.03
_START_S: Final = 2.0
_ASK_AGAIN_S: Final = 20.0
_HEARTBEAT_S: Final = 15.0
_LISTEN_AGAIN_S: Final = (0.2, 0.5, 1.0, 2.0, 5.0)
_LISTEN: Final[LiteralString] = f"listen {TOPICS_CHANNEL}"
HEARTBEAT: Final = b": still here\n\n"

Told = defaultdict[tuple[str, str], list[str]]
"""(where the hub finds who listens, the event's name) → the things that changed."""


class Stream:
    """One browser's stream: what it listens to, and the frames that wait to be sent to it."""

    __slots__ = ("_pending", "_wake", "closed", "keys", "narrowed")

    def __init__(self, topics: Sequence[Topic]) -> None:
        self.keys = frozenset(topic.key for topic in topics)
        self.narrowed = frozenset((topic.tenant, topic.entity) for topic in topics if topic.party is not None)
        self.closed = False
        self._pending: list[bytes] = []
        self._wake = asyncio.Event()

    def push(self, frame: bytes, otherwise: bytes) -> None:
        """Leaves a frame; a browser that is too slow for its frames gets `otherwise` instead of all of them."""
        if len(self._pending) >= _MOST_PENDING:
            self._pending = [otherwise]
        else:
            self._pending.append(frame)
        self._wake.set()

    def close(self) -> None:
        """Ends the stream after what waits."""
        self.closed = True
        self._wake.set()

    async def frames(self) -> bytes:
        """What waits, joined; waits for something. Empty when the stream was closed."""
        await self._wake.wait()
        self._wake.clear()
        joined = b"".join(self._pending)
        self._pending.clear()
        return joined


class Hub:
    """All open streams of this process. Lives on one event loop."""

    def __init__(self, database_url: str, *, owners_of: OwnersOf, metrics: Metrics) -> None:
        self._url = database_url
        self._owners_of = owners_of
        self._metrics = metrics
        self._boot = secrets.token_hex(4)
        self._number = 0
        self._streams: set[Stream] = set()
        self._listening: defaultdict[str, set[Stream]] = defaultdict(set)
        self._narrowed: Counter[tuple[str, str]] = Counter()
        self._remembered: deque[tuple[int, str, bytes]] = deque(maxlen=_REMEMBERED)
        self._waiting: dict[Changed, None] = {}
        self._arrived = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._connected = False
        self.listens = asyncio.Event()

    async def start(self) -> None:
        """Begins to listen, and waits a little until it does; a database that is late is waited for behind."""
        self._tasks = [asyncio.create_task(act()) for act in (self._listen, self._fan_out, self._beat)]
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.listens.wait(), _START_S)

    async def stop(self) -> None:
        """Ends all streams and stops listening."""
        for stream in list(self._streams):
            stream.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # -- streams ------------------------------------------------------------------------------------------------

    def open(self, topics: Sequence[Topic], last_event_id: str | None) -> Stream:
        """A stream that listens from now on, after what it missed since the event that it saw last."""
        stream = Stream(topics)
        self._streams.add(stream)
        for key in stream.keys:
            self._listening[key].add(stream)
        self._narrowed.update(stream.narrowed)
        self._metrics.streams.set(len(self._streams))
        for frame in self._missed(stream, last_event_id):
            stream.push(frame, self._refresh_frame())
        return stream

    def drop(self, stream: Stream) -> None:
        """The browser is gone. Idempotent."""
        if stream not in self._streams:
            return
        self._streams.remove(stream)
        self._narrowed.subtract(stream.narrowed)
        for key in stream.keys:
            listening = self._listening[key]
            listening.discard(stream)
            if not listening:
                del self._listening[key]
        self._metrics.streams.set(len(self._streams))

    def _missed(self, stream: Stream, last_event_id: str | None) -> list[bytes]:
        here = [_frame(f"{self._boot}-{self._number}", "open", [])]
        if not last_event_id:
            return here
        boot, _, number = last_event_id.partition("-")
        oldest = self._remembered[0][0] if self._remembered else self._number + 1
        if boot != self._boot or not number.isdigit() or int(number) < oldest - 1:
            return [self._refresh_frame()]
        if stream.narrowed and int(number) != self._number:
            return [self._refresh_frame()]  # what nobody listened to was not told apart by owner
        return [frame for seq, key, frame in self._remembered if seq > int(number) and key in stream.keys] or here

    # -- what changed -------------------------------------------------------------------------------------------

    def hear(self, texts: Iterable[str]) -> None:
        """Takes topics in; they are told together with what arrives in the next moment."""
        changes = [Changed.parsed(text) for text in texts]
        self._waiting.update({change: None for change in changes if change is not None})
        self._arrived.set()

    def refresh_all(self) -> None:
        """Tells every stream that anything may have changed."""
        self._number += 1
        self._remembered.clear()
        frame = self._refresh_frame()
        for stream in self._streams:
            stream.push(frame, frame)

    async def _fan_out(self) -> None:
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            changes, self._waiting = list(self._waiting), {}
            self._metrics.topics.inc(len(changes))
            told = self._by_listener(changes)
            for (key, event), names in [*told.items(), *(await self._by_owner(changes)).items()]:
                self._tell(key, event, names)
            await asyncio.sleep(_GATHER_S)

    def _by_listener(self, changes: Sequence[Changed]) -> Told:
        """What streams hear that may hear of all."""
        told: Told = defaultdict(list)
        for change in changes:
            for event in (change.entity, change.name):
                told[f"{change.tenant}/{event}", event].append(change.name)
        return told

    async def _by_owner(self, changes: Sequence[Changed]) -> Told:
        """What streams hear that hear only of their own party's things; asks only if there are such."""
        asked: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        for change in changes:
            if self._narrowed[change.tenant, change.entity] > 0:
                asked[change.tenant, change.entity].append(change.id)
        told: Told = defaultdict(list)
        for (tenant, entity), ids in asked.items():
            for key, owner in (await self._owners(tenant, entity, ids)).items():
                told[f"{tenant}/{entity}@{owner}", entity].append(f"{entity}:{key}")
        return told

    async def _owners(self, tenant: str, entity: str, ids: list[str]) -> dict[str, str | None]:
        try:
            return dict(await run_in_threadpool(self._owners_of, tenant, entity, ids))
        except TandemError as fault:
            log.warning("stream.owners_unknown", entity=entity, reason=fault.reason)
            return {}

    def _tell(self, key: str, event: str, names: list[str]) -> None:
        """Numbers and keeps a frame, and hands the same octets to everybody who listens."""
        self._number += 1
        frame = _frame(f"{self._boot}-{self._number}", event, names)
        self._remembered.append((self._number, key, frame))
        listening = self._listening.get(key)
        if listening:
            otherwise = self._refresh_frame()
            for stream in listening:
                stream.push(frame, otherwise)

    def _refresh_frame(self) -> bytes:
        return _frame(f"{self._boot}-{self._number}", REFRESH, [])

    # -- the connection -----------------------------------------------------------------------------------------

    async def _listen(self) -> None:
        lost = 0
        while True:
            try:
                await self._listen_once()
            except psycopg.Error as fault:
                log.warning("stream.listen_again", reason=str(fault))
            lost = 0 if self._connected else lost + 1
            await asyncio.sleep(_LISTEN_AGAIN_S[min(lost, len(_LISTEN_AGAIN_S) - 1)])

    async def _listen_once(self) -> None:
        """Listens on one connection until it is lost."""
        self._connected = False
        async with await psycopg.AsyncConnection.connect(self._url, autocommit=True) as connection:
            await connection.execute(_LISTEN)
            self._connected = True
            if self.listens.is_set():
                self.refresh_all()
            self.listens.set()
            await self._hear_from(connection)

    async def _hear_from(self, connection: psycopg.AsyncConnection) -> None:
        while True:
            async for notice in connection.notifies(timeout=_ASK_AGAIN_S):
                self._take(notice.payload)
            await connection.execute("select 1")  # a connection that died without a word is found here

    def _take(self, payload: str) -> None:
        try:
            self.hear(msgspec.json.decode(payload, type=list[str]))
        except msgspec.DecodeError:
            log.warning("stream.strange_notice", octets=len(payload))

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(_HEARTBEAT_S)
            for stream in self._streams:
                stream.push(HEARTBEAT, self._refresh_frame())


def _frame(number: str, event: str, names: list[str]) -> bytes:
    """One event of the stream. Standard: HTML, server-sent events."""
    data = msgspec.json.encode(names).decode()
    return f"id: {number}\nevent: {event}\ndata: {data}\n\n".encode()
