"""A TCP link that carries IPA frames, and a pool of such links to one element."""

from __future__ import annotations

import select
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, Protocol, TypeVar

import msgspec

from tandem.oss.elements.protocols.ipa import LINK, PING, PONG, Deframer, Frame, encode_frame
from tandem.oss.elements.terms import ElementUnavailable

_READ_OCTETS = 65536


class Endpoint(msgspec.Struct, frozen=True):
    """Where an element listens."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


class Deadline:
    """An instant of real time until which a request may take, all its parts together. Units: seconds."""

    def __init__(self, timeout_s: float) -> None:
        self.timeout_s = timeout_s
        self._until = time.monotonic() + timeout_s

    def left_s(self) -> float:
        """What is left of it, never below zero."""
        return max(0.0, self._until - time.monotonic())


class IpaLink:
    """One open link. Not safe to share: the pool lends it to one thread at a time."""

    def __init__(self, endpoint: Endpoint, deadline: Deadline) -> None:
        """Opens it. Raises: ElementUnavailable."""
        self.endpoint = endpoint
        self._deframer = Deframer()
        self._ready: deque[Frame] = deque()
        try:
            self._socket = socket.create_connection((endpoint.host, endpoint.port), timeout=_positive(deadline))
        except OSError as fault:
            raise self._unavailable("cannot be reached", deadline, fault) from fault
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, frame: Frame, deadline: Deadline) -> None:
        """Raises: ElementUnavailable."""
        try:
            self._socket.settimeout(_positive(deadline))
            self._socket.sendall(encode_frame(frame))
        except OSError as fault:
            raise self._unavailable("does not take the request", deadline, fault) from fault

    def receive(self, deadline: Deadline) -> Frame:
        """The next frame that is not the link's own ping, which is answered here. Raises: ElementUnavailable."""
        while True:
            while not self._ready:
                self._ready.extend(self._deframer.feed(self._read(deadline)))
            frame = self._ready.popleft()
            if frame.stream != LINK or frame.payload[:1] not in (bytes([PING]), bytes([PONG])):
                return frame
            if frame.payload[0] == PING:
                self.send(Frame(LINK, bytes([PONG])), deadline)

    def is_usable(self) -> bool:
        """Whether it is still open and nothing unasked for lies in it: an idle link that is readable has ended."""
        if self._ready or not self._deframer.is_between_frames:
            return False
        readable, _, _ = select.select([self._socket], [], [], 0)
        return not readable

    def close(self) -> None:
        """Let it go."""
        self._socket.close()

    def _read(self, deadline: Deadline) -> bytes:
        try:
            self._socket.settimeout(_positive(deadline))
            octets = self._socket.recv(_READ_OCTETS)
        except OSError as fault:
            raise self._unavailable("does not answer", deadline, fault) from fault
        if not octets:
            raise self._unavailable("closed the link before it answered", deadline, None)
        return octets

    def _unavailable(self, what: str, deadline: Deadline, fault: OSError | None) -> ElementUnavailable:
        cause = f"nothing within {deadline.timeout_s:g} s" if isinstance(fault, TimeoutError) else fault
        return ElementUnavailable(
            f"the element at {self.endpoint} {what}" + (f": {cause}" if cause else ""),
            address=str(self.endpoint),
            timed_out=isinstance(fault, TimeoutError),
            next_action="It is tried again by itself; if this lasts, look at the element.",
        )


def _positive(deadline: Deadline) -> float:
    left = deadline.left_s()
    if left <= 0:
        raise TimeoutError("timed out")
    return left


class IdleCheckedLink(Protocol):
    """What a pool keeps: something that can tell whether it is still good, and can be closed."""

    def is_usable(self) -> bool:
        """Whether it may be lent again."""

    def close(self) -> None:
        """Let it go."""


L = TypeVar("L", bound=IdleCheckedLink)


class LinkPool(Generic[L]):
    """Up to `size` links to one element, opened when wanted and lent to one thread at a time; the last used first."""

    def __init__(self, open_link: Callable[[Deadline], L], *, size: int) -> None:
        self._open = open_link
        self._places = threading.BoundedSemaphore(size)
        self._idle: list[L] = []
        self._lock = threading.Lock()

    @contextmanager
    def lend(self, deadline: Deadline) -> Iterator[L]:
        """A link for as long as the block lasts. It is kept only if the block ends well: after an error nobody knows
        which answers are still to come on it. Raises: ElementUnavailable.
        """
        if not self._places.acquire(timeout=deadline.left_s()):
            raise ElementUnavailable(
                f"all links to the element are busy and none came free within {deadline.timeout_s:g} s", timed_out=True
            )
        try:
            link = self._take() or self._open(deadline)
            try:
                yield link
            except BaseException:
                link.close()
                raise
            with self._lock:
                self._idle.append(link)
        finally:
            self._places.release()

    def close(self) -> None:
        """Close the links that nobody uses now."""
        with self._lock:
            links, self._idle = self._idle, []
        for link in links:
            link.close()

    def _take(self) -> L | None:
        while True:
            with self._lock:
                if not self._idle:
                    return None
                link = self._idle.pop()
            if link.is_usable():
                return link
            link.close()
