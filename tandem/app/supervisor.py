"""Keeps the processes of one Tandem alive, in order, and lets none of them outlive it.

A child that dies is started again, later and later; one that dies too often stops the whole. On SIGINT or SIGTERM all
stop in reverse order. When the supervisor itself is killed, Linux kills its children (PR_SET_PDEATHSIG), and a guard
process that watches a pipe from it kills their whole process groups.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import select
import signal
import subprocess
import sys
import time
import urllib.request
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

_LIBC = ctypes.CDLL(None)  # loaded before any fork
_PR_SET_PDEATHSIG = 1
_GUARD = Path(__file__).with_name("guard.py")
_POLL_S = 0.05


@dataclass(frozen=True)
class ChildSpec:
    """One process to keep alive. `env` is added to ours; `ready` is asked until it says yes, before the next starts.

    `stop_s` is how long it may take from SIGTERM to its end before it is killed.
    """

    name: str
    argv: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)
    ready: Callable[[], bool] | None = None
    stop_s: float = 15.0


@dataclass(frozen=True)
class Limits:
    """How patient a supervisor is: with a child that dies, and with one that does not become ready."""

    first_wait_s: float = 0.2
    longest_wait_s: float = 10.0
    deaths: int = 5
    within_s: float = 60.0
    ready_s: float = 120.0


class Supervisor:
    """Starts children in order, keeps them alive, and stops them in reverse order.

    `keep` is called each second or so, to keep alive what the children stand on (the database); `on_ready` once, when
    all are ready; `on_stopped` last of all (the database stops there). `tell` gets a line for whatever happens.
    One `run` per supervisor, in the main thread of a process without other threads.
    """

    def __init__(
        self,
        children: Sequence[ChildSpec],
        *,
        keep: Callable[[], object] = lambda: None,
        on_ready: Callable[[], object] = lambda: None,
        on_stopped: Callable[[], object] = lambda: None,
        tell: Callable[[str], None] = lambda line: print(line, file=sys.stderr, flush=True),
        limits: Limits = Limits(),
    ) -> None:
        self._children = [_Child(spec, limits, tell) for spec in children]
        self._keep = keep
        self._on_ready = on_ready
        self._on_stopped = on_stopped
        self._tell = tell
        self._exit_code: int | None = None
        self._hurry = False
        self._wake_reader, self._wake_writer = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)

    def run(self) -> int:
        """Run until somebody stops it; 0 when it was asked to, the asked exit code, or 1 when it gave up."""
        with self._signals(), _guard() as guard:
            try:
                self._watch(guard)
            finally:
                for child in reversed(self._children):
                    child.stop(guard, lambda: self._hurry)
                self._on_stopped()
        return self._exit_code or 0

    def stop(self, exit_code: int = 0) -> None:
        """Ask it to stop all and return from `run`; from any thread or signal handler."""
        if self._exit_code is None:
            self._exit_code = exit_code
        with contextlib.suppress(BlockingIOError):
            os.write(self._wake_writer, b"!")

    def _watch(self, guard: _Guard) -> None:
        told = False
        while self._exit_code is None:
            self._keep()
            for child in self._children:
                if not child.tend(guard):
                    self._tell(f"{child.spec.name} does not stay up: giving up")
                    return self.stop(1)
                if not child.was_ready:
                    break  # the next one starts when this one is ready
            if not told and all(child.was_ready for child in self._children):
                told = True
                self._on_ready()
            self._sleep()

    def _sleep(self) -> None:
        """Until a signal (a child's end is one), a call of `stop`, or the next look."""
        waiting = any(not child.is_ready for child in self._children)
        select.select([self._wake_reader], [], [], _POLL_S if waiting else 1.0)
        with contextlib.suppress(BlockingIOError):
            os.read(self._wake_reader, 4096)

    @contextlib.contextmanager
    def _signals(self) -> Iterator[None]:
        def asked(number: int, _: FrameType | None) -> None:
            self._hurry = self._exit_code is not None
            self._tell(f"{signal.Signals(number).name}: stopping" + (" at once" if self._hurry else ""))
            self.stop()

        handlers = {signal.SIGINT: asked, signal.SIGTERM: asked, signal.SIGCHLD: lambda *_: None}
        before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
        wake_before = signal.set_wakeup_fd(self._wake_writer, warn_on_full_buffer=False)
        try:
            yield
        finally:
            signal.set_wakeup_fd(wake_before)
            for number, handler in before.items():
                signal.signal(number, handler)


def answers(url: str) -> Callable[[], bool]:
    """A question for `ChildSpec.ready`: whether a GET of this address is answered with 200."""

    def ask() -> bool:
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    return ask


class _Child:
    """One child: its process, whether it is ready, and when it may be started again."""

    def __init__(self, spec: ChildSpec, limits: Limits, tell: Callable[[str], None]) -> None:
        self.spec = spec
        self.was_ready = False
        self.is_ready = False
        self._limits = limits
        self._tell = tell
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._next_start_at = 0.0
        self._deaths: deque[float] = deque()

    def tend(self, guard: _Guard) -> bool:
        """Start it if it is due, note its death, ask whether it is ready; False when it died too often."""
        now = time.monotonic()
        if self._process is None:
            if now >= self._next_start_at:
                self._start(guard)
        elif self._process.poll() is not None:
            return self._bury(guard, now)
        elif not self.is_ready:
            self.is_ready = self.spec.ready is None or self.spec.ready()
            self.was_ready = self.was_ready or self.is_ready
            if not self.is_ready and now - self._started_at > self._limits.ready_s:
                self._tell(f"{self.spec.name} is not ready after {self._limits.ready_s:g} s")
                return False
        return True

    def stop(self, guard: _Guard, in_hurry: Callable[[], bool]) -> None:
        """End it and whatever it started: asked first, killed when its time is over or somebody is in a hurry."""
        process = self._process
        if process is None:
            return
        limit = time.monotonic() + self.spec.stop_s
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        while process.poll() is None and time.monotonic() < limit and not in_hurry():
            time.sleep(_POLL_S)
        if process.poll() is None:
            self._tell(f"{self.spec.name} does not stop: killed")
        _kill_group(process.pid)
        process.wait()
        guard.forget(process.pid)
        self._process = None

    def _start(self, guard: _Guard) -> None:
        supervisor = os.getpid()

        def die_with(parent: int = supervisor) -> None:
            _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
            if os.getppid() != parent:  # it was killed before we could say so
                os._exit(1)

        self._process = subprocess.Popen(
            list(self.spec.argv),
            env={**os.environ, **self.spec.env},
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=die_with,
        )
        guard.remember(self._process.pid)
        self._started_at = time.monotonic()

    def _bury(self, guard: _Guard, now: float) -> bool:
        assert self._process is not None
        code = self._process.returncode
        _kill_group(self._process.pid)
        guard.forget(self._process.pid)
        self._process, self.is_ready = None, False
        self._deaths.append(now)
        while now - self._deaths[0] > self._limits.within_s:
            self._deaths.popleft()
        wait_s = min(self._limits.first_wait_s * 2 ** (len(self._deaths) - 1), self._limits.longest_wait_s)
        self._next_start_at = now + wait_s
        how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"
        gave_up = len(self._deaths) > self._limits.deaths
        self._tell(f"{self.spec.name} {how}" + ("" if gave_up else f": starting it again in {wait_s:.1f} s"))
        return not gave_up


class _Guard:
    """The process that ends the children's groups when we are killed."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def remember(self, group: int) -> None:
        self._say(f"+{group}\n")

    def forget(self, group: int) -> None:
        self._say(f"-{group}\n")

    def _say(self, line: str) -> None:
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # somebody killed the guard; PR_SET_PDEATHSIG is left
            self._process.stdin.write(line.encode())
            self._process.stdin.flush()


@contextlib.contextmanager
def _guard() -> Iterator[_Guard]:
    argv = [sys.executable, "-I", "-S", str(_GUARD)]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, start_new_session=True) as process:
        yield _Guard(process)


def _kill_group(group: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)
