"""Home registers for tests, real and simulated, and a go-between that breaks the talk with them."""

from __future__ import annotations

import itertools
import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import pytest

from tandem.oss.elements.drivers.osmo_hlr.driver import HlrAddress, OsmoHlrDriver
from tandem.oss.elements.drivers.osmo_hlr.launch import (
    RunningHlr,
    find_osmo_hlr,
    find_running_hlr,
    start_osmo_hlr,
    start_simulated_hlr,
)
from tandem.oss.elements.protocols import ctrl, ipa
from tandem.oss.elements.protocols.ctrl import CtrlMessage
from tandem.oss.elements.terms import Authentication3g, MobileSubscriber, SecretKey

# Test set 1 of 3GPP TS 35.208, 4.3: not a secret.
K: Final = "465b5ce8b199b49faa5f0a2ee238a6bc"
OP: Final = "cdc202d5123e20f62b6d676ac72cb318"
OPC: Final = "cd63cb71954a9f4e48a5994e37a02baf"
OTHER_KEY: Final = "00112233445566778899aabbccddeeff"

REAL = pytest.param("real", marks=pytest.mark.hlr)
BOTH: Final = ("simulated", REAL)

_numbers = itertools.count(os.getpid() % 10_000 * 10_000)


def start_register(kind: str, folder: Path) -> RunningHlr:
    """A register of either kind; skips the test, with the reason, where the real one is not installed."""
    if kind == "simulated":
        return start_simulated_hlr(folder)
    if find_osmo_hlr() is None:
        pytest.skip("osmo-hlr is not installed here")
    return start_osmo_hlr(folder)


@contextmanager
def register(kind: str, folder: Path) -> Iterator[RunningHlr]:
    """A register for as long as the block lasts, were it killed and started again within."""
    running = start_register(kind, folder)
    try:
        yield running
    finally:
        running.stop()
        again = find_running_hlr(folder)
        if again is not None:
            again.stop()


@contextmanager
def driver_to(address: HlrAddress, **changes: Any) -> Iterator[OsmoHlrDriver]:
    """A driver for as long as the block lasts."""
    fields = {"host": address.host, "ctrl_port": address.ctrl_port, "gsup_port": address.gsup_port} | changes
    driver = OsmoHlrDriver("hlr-under-test", HlrAddress(**fields))
    try:
        yield driver
    finally:
        driver.close()


def a_subscriber(**attributes: Any) -> MobileSubscriber:
    """One that nobody else in this run has."""
    number = next(_numbers)
    given: dict[str, Any] = {
        "imsi": f"00101{number:010}",
        "msisdn": f"35385{number:09}",
        "authentication_3g": Authentication3g(k=SecretKey(K), opc=SecretKey(OPC)),
    }
    return MobileSubscriber(**(given | attributes))


def until_it_answers(driver: OsmoHlrDriver) -> None:
    """Wait for a register that starts again."""
    pause = threading.Event()
    for _ in range(500):
        if driver.probe().answers:
            return
        pause.wait(0.01)
    pytest.fail("the register does not answer")


Verdict = Callable[[CtrlMessage, "Talk"], None]


class Talk:
    """One client's link through the go-between, and what can be done with a request on it."""

    def __init__(self, client: socket.socket, upstream: socket.socket) -> None:
        self._client = client
        self._upstream = upstream
        self._answers = ipa.Deframer()

    def pass_on(self, request: CtrlMessage) -> None:
        """The register gets it, the client gets the answer."""
        self.answer(self.ask_register(request))

    def ask_register(self, request: CtrlMessage) -> CtrlMessage:
        """The register gets it; the client hears nothing yet."""
        self._upstream.sendall(ipa.encode_frame(ipa.extended_frame(ipa.CTRL, ctrl.encode(request))))
        while True:
            for frame in self._answers.feed(_received(self._upstream)):
                message = frame.extended(ipa.CTRL)
                assert message is not None
                return ctrl.decode(message)

    def answer(self, answer: CtrlMessage, *, octets: int | None = None) -> None:
        """The client gets this answer, or its first octets."""
        frame = ipa.encode_frame(ipa.extended_frame(ipa.CTRL, ctrl.encode(answer)))
        self._client.sendall(frame[:octets])

    def hang_up(self) -> None:
        """The link ends."""
        raise ConnectionAbortedError


def _received(source: socket.socket) -> bytes:
    octets = source.recv(65536)
    if not octets:
        raise ConnectionResetError
    return octets


class GoBetween:
    """Stands between a driver and a register and decides, request by request, what becomes of it."""

    def __init__(self, address: HlrAddress) -> None:
        self.verdict: Verdict = lambda request, talk: talk.pass_on(request)
        self._upstream = address
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._links: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def address(self) -> HlrAddress:
        """Where drivers find it; GSUP goes past it."""
        return HlrAddress(host="127.0.0.1", ctrl_port=self._listener.getsockname()[1])

    def close(self) -> None:
        """End all."""
        self._listener.close()
        for link in self._links:
            link.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self._links.append(client)
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with suppress(OSError), client, self._to_register() as upstream:
            talk = Talk(client, upstream)
            for request in _requests(client):
                self.verdict(request, talk)

    def _to_register(self) -> socket.socket:
        return socket.create_connection((self._upstream.host, self._upstream.ctrl_port), 5)


def _requests(client: socket.socket) -> Iterator[CtrlMessage]:
    requests = ipa.Deframer()
    while True:
        for frame in requests.feed(_received(client)):
            message = frame.extended(ipa.CTRL)
            assert message is not None
            yield ctrl.decode(message)


@contextmanager
def go_between(running: RunningHlr) -> Iterator[GoBetween]:
    """A go-between for as long as the block lasts."""
    between = GoBetween(running.address)
    try:
        yield between
    finally:
        between.close()
