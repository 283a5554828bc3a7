"""Just enough SIP for one call through a proxy: who calls, who is called, and what they hear."""

from __future__ import annotations

import asyncio
from typing import Any

_BODY = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8\r\n"


class Phone(asyncio.DatagramProtocol):
    """One end of a call. It answers whoever calls it, and agrees to the end of a call."""

    def __init__(self) -> None:
        self.heard: asyncio.Queue[str] = asyncio.Queue()
        self.port = 0
        self._transport: Any = None
        self._said: tuple[bytes, tuple[str, int]] = b"", ("", 0)

    @classmethod
    async def plug_in(cls) -> Phone:
        _, phone = await asyncio.get_running_loop().create_datagram_endpoint(cls, local_addr=("127.0.0.1", 0))
        return phone

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self.port = transport.get_extra_info("sockname")[1]

    def datagram_received(self, data: bytes, addr: Any) -> None:
        message = data.decode()
        first = message.partition("\r\n")[0]
        self.heard.put_nowait(message)
        if first.startswith(("INVITE", "BYE")):
            self._transport.sendto(self._agree(message).encode(), addr)

    def _agree(self, message: str) -> str:
        (to,) = lines(message, "To")
        if "tag=" not in to:
            to += ";tag=called"
        kept = [*lines(message, "Via"), *lines(message, "Record-Route"), *lines(message, "From"), to]
        kept += [*lines(message, "Call-ID"), *lines(message, "CSeq"), f"Contact: <sip:phone@127.0.0.1:{self.port}>"]
        return "\r\n".join(["SIP/2.0 200 OK", *kept, "Content-Length: 0", "", ""])

    async def hears(self, beginning: str) -> str:
        """The next message that begins so; what was said is said again every second, as over UDP it may be lost."""
        async with asyncio.timeout(15):
            while not (message := await self._listen()).startswith(beginning):
                pass
            return message

    async def _listen(self) -> str:
        """The next message; nothing after a second, when what was said is said again."""
        try:
            return await asyncio.wait_for(self.heard.get(), 1)
        except TimeoutError:
            if self._said[0]:
                self._transport.sendto(*self._said)
            return ""

    def call(self, number: str, *, at: int, by: int) -> None:
        """Call a number at a port, by the proxy at another."""
        self._say("INVITE", f"sip:{number}@127.0.0.1:{at}", by, [f"To: <sip:{number}@home.example>"], _BODY)

    def say(self, method: str, answer: str, *, at: int, by: int) -> None:
        """ACK or BYE in the dialogue that an answer to the call began."""
        routes = [f"Route: {line.partition(':')[2].strip()}" for line in lines(answer, "Record-Route")]
        self._say(method, f"sip:phone@127.0.0.1:{at}", by, [*routes, *lines(answer, "To")], "")

    def _say(self, method: str, uri: str, by: int, more: list[str], body: str) -> None:
        sequence = 2 if method == "BYE" else 1
        head = [
            f"{method} {uri} SIP/2.0",
            f"Via: SIP/2.0/UDP 127.0.0.1:{self.port};branch=z9hG4bK{method}",
            "Max-Forwards: 70",
            "From: <sip:+491700000001@visited.example>;tag=caller",
            "Call-ID: call-1",
            f"CSeq: {sequence} {method}",
            f"Contact: <sip:caller@127.0.0.1:{self.port}>",
            "P-Asserted-Identity: <sip:+491700000001@visited.example>",
            *(["Content-Type: application/sdp"] if body else []),
            *more,
            f"Content-Length: {len(body)}",
        ]
        self._said = "\r\n".join([*head, "", body]).encode(), ("127.0.0.1", by)
        self._transport.sendto(*self._said)

    def hang_up(self) -> None:
        self._transport.close()


def lines(message: str, name: str) -> list[str]:
    """The header lines of a name."""
    return [line for line in message.split("\r\n") if line.lower().startswith(f"{name.lower()}:")]
