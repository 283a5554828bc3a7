"""The simulated home register as a program: `python -m tandem.oss.elements.simulated.hlr --data FILE`.

It prints one line of JSON when it listens: `{"ctrl": port, "gsup": port}`; port 0 takes a free one.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Final

from tandem.oss.elements.protocols import ctrl, gsup, ipa
from tandem.oss.elements.protocols.ctrl import CtrlMessage
from tandem.oss.elements.protocols.errors import Garbled
from tandem.oss.elements.protocols.ipa import Deframer, Frame
from tandem.oss.elements.simulated.control import Control
from tandem.oss.elements.simulated.faults import FaultBoard, FaultKind
from tandem.oss.elements.simulated.register import HomeProcedures
from tandem.oss.elements.simulated.subscribers import Subscribers

FAULT_VARIABLE: Final = "simulated.fault"
_READ_OCTETS: Final = 65536

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class LinkEnds(Exception):
    """This link is to be closed."""


class SimulatedHlr:
    """Two listeners over one set of subscribers."""

    def __init__(self, host: str, ctrl_port: int, gsup_port: int, data: Path) -> None:
        self._host = host
        self._ports = {"ctrl": ctrl_port, "gsup": gsup_port}
        self._subscribers = Subscribers(data)
        self._control = Control(self._subscribers)
        self._faults = FaultBoard()
        self._servers: list[asyncio.Server] = []
        self._links: set[asyncio.StreamWriter] = set()

    async def listen(self) -> dict[str, int]:
        """Begin; gives the ports."""
        for name, handler in (("ctrl", self._serve_ctrl), ("gsup", self._serve_gsup)):
            server = await asyncio.start_server(self._link(handler), self._host, self._ports[name], reuse_address=True)
            self._ports[name] = server.sockets[0].getsockname()[1]
            self._servers.append(server)
        return dict(self._ports)

    def stop_listening(self) -> None:
        """End all links and listeners."""
        for server in self._servers:
            server.close()
        self._servers.clear()
        for link in list(self._links):
            link.transport.abort()

    async def _restart(self) -> None:
        self.stop_listening()
        self._subscribers.reload()
        await self.listen()

    def _link(self, handler: Handler) -> Handler:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            self._links.add(writer)
            try:
                with contextlib.suppress(LinkEnds, ConnectionError, Garbled):
                    await handler(reader, writer)
            finally:
                self._links.discard(writer)
                writer.close()

        return serve

    async def _serve_ctrl(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async for frame in _frames(reader):
            message = frame.extended(ipa.CTRL)
            if message is None:
                continue
            request, reply = self._read_ctrl(message)
            fault = self._faults.take(f"{request.verb} {request.variable}") if reply is None else None
            if fault is not FaultKind.SILENCE:
                answer = reply or self._carry_out(request, fault)
                await self._send(writer, ipa.extended_frame(ipa.CTRL, ctrl.encode(answer)), fault)

    def _read_ctrl(self, message: bytes) -> tuple[CtrlMessage, CtrlMessage | None]:
        """The request, and the answer already where it is none or is about the faults themselves."""
        try:
            request = ctrl.decode(message)
        except Garbled:
            garbled = CtrlMessage(ctrl.ERROR, ctrl.NO_ID, "", "Request malformed")
            return garbled, garbled
        if request.variable != FAULT_VARIABLE:
            return request, None
        if request.verb == ctrl.GET:
            return request, CtrlMessage(ctrl.GET_REPLY, request.id, request.variable, str(self._faults))
        try:
            self._faults.set(request.value)
        except ValueError:
            return request, CtrlMessage(ctrl.ERROR, request.id, "", "Value failed verification.")
        return request, CtrlMessage(ctrl.SET_REPLY, request.id, request.variable, "OK")

    def _carry_out(self, request: CtrlMessage, fault: FaultKind | None) -> CtrlMessage:
        if fault is FaultKind.REFUSE:
            return CtrlMessage(ctrl.ERROR, request.id, "", "Refused on demand.")
        if fault is FaultKind.WRONG_READ_BACK and request.verb == ctrl.SET:
            return CtrlMessage(ctrl.SET_REPLY, request.id, request.variable, "OK")
        return self._control.answer(request)

    async def _serve_gsup(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(ipa.encode_frame(ipa.identity_request()))
        procedures: HomeProcedures | None = None
        async for frame in _frames(reader):
            if frame.stream == ipa.LINK:
                procedures = self._serve_link_message(frame, writer) or procedures
            octets = frame.extended(ipa.GSUP)
            if octets is None or procedures is None:
                continue
            request = gsup.decode(octets)
            fault = self._faults.take(request.kind.name)
            answer = None if fault is FaultKind.SILENCE else procedures.answer(request)
            if answer is not None:
                await self._send(writer, ipa.extended_frame(ipa.GSUP, gsup.encode(answer)), fault)

    def _serve_link_message(self, frame: Frame, writer: asyncio.StreamWriter) -> HomeProcedures | None:
        kind = frame.payload[:1]
        if kind == bytes([ipa.PING]):
            writer.write(ipa.encode_frame(Frame(ipa.LINK, bytes([ipa.PONG]))))
        if kind == bytes([ipa.IDENTITY_RESPONSE]):
            return HomeProcedures(self._subscribers, ipa.read_identity(frame.payload))
        return None

    async def _send(self, writer: asyncio.StreamWriter, frame: Frame, fault: FaultKind | None) -> None:
        octets = ipa.encode_frame(frame)
        if fault is FaultKind.LOST_ANSWER:
            return
        if fault is FaultKind.RESTART:
            await self._restart()
            raise LinkEnds
        if fault is FaultKind.PARTIAL:
            writer.write(octets[: len(octets) // 2])
            await writer.drain()
            raise LinkEnds
        writer.write(octets)
        await writer.drain()


async def _frames(reader: asyncio.StreamReader) -> AsyncIterator[Frame]:
    deframer = Deframer()
    while octets := await reader.read(_READ_OCTETS):
        for frame in deframer.feed(octets):
            yield frame


async def _run(options: argparse.Namespace) -> None:
    register = SimulatedHlr(options.host, options.ctrl, options.gsup, options.data)
    print(json.dumps(await register.listen()), flush=True)
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    await stopped.wait()
    register.stop_listening()


def main(arguments: list[str] | None = None) -> None:
    """Run until told to stop."""
    parser = argparse.ArgumentParser(prog="tandem.oss.elements.simulated.hlr", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--ctrl", type=int, default=4259, help="port of the CTRL interface, 0 for a free one")
    parser.add_argument("--gsup", type=int, default=4222, help="port of the GSUP interface, 0 for a free one")
    parser.add_argument("--data", type=Path, required=True, help="file that keeps the subscribers")
    asyncio.run(_run(parser.parse_args(arguments)))


if __name__ == "__main__":
    main()
