"""A mail server that speaks SMTP, keeps what it takes, and refuses what the test wants. Standard: RFC 5321."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import cast


@dataclass
class MailServerDouble:
    """Where it listens, what it took, and its answer to each receiver: `answer` gets the address, gives a reply."""

    port: int = 0
    taken: list[EmailMessage] = field(default_factory=list)
    answer: Callable[[str], str] = lambda address: "250 OK"

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"


@contextmanager
def mail_server() -> Iterator[MailServerDouble]:
    """A server for as long as the block lasts."""
    double = MailServerDouble()

    class Conversation(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self._say("220 double")
            while line := self.rfile.readline().decode().strip():
                verb = line.split(" ")[0].upper()
                if verb == "QUIT":
                    self._say("221 bye")
                    return
                if verb == "RCPT":
                    self._say(double.answer(line.partition("<")[2].partition(">")[0]))
                elif verb == "DATA":
                    self._take()
                else:
                    self._say("250 OK")

        def _take(self) -> None:
            self._say("354 go on")
            lines = iter(self.rfile.readline, b".\r\n")
            content = b"".join(line.removeprefix(b".") if line.startswith(b"..") else line for line in lines)
            double.taken.append(cast(EmailMessage, message_from_bytes(content, policy=default)))
            self._say("250 taken")

        def _say(self, text: str) -> None:
            self.wfile.write(f"{text}\r\n".encode())

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Conversation) as server:
        double.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield double
        finally:
            server.shutdown()
