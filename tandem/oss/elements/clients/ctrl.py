"""A client of Osmocom's CTRL interface: one question, one answer, within a time limit."""

from __future__ import annotations

import itertools

from tandem.oss.elements.clients.link import Deadline, Endpoint, IpaLink, LinkPool
from tandem.oss.elements.protocols import ctrl, ipa
from tandem.oss.elements.protocols.ctrl import CtrlMessage
from tandem.oss.elements.protocols.errors import Garbled
from tandem.oss.elements.terms import ElementUnavailable


class CtrlRefusal(Exception):
    """The program answered ERROR, keys masked. Caught where it is known what the question meant."""

    def __init__(self, request: CtrlMessage, answer: str) -> None:
        self.request = request
        self.answer = ctrl.redact(answer)
        super().__init__(f"{request.redacted()}: {self.answer}")


class CtrlClient:
    """Safe to share between threads: each question has a link for itself while it is open.

    Units: timeout_s, for a question with all that it takes: waiting for a free link, opening one, asking, the answer.
    """

    def __init__(self, endpoint: Endpoint, *, timeout_s: float = 2.0, links: int = 4) -> None:
        self.endpoint = endpoint
        self.timeout_s = timeout_s
        self._pool = LinkPool(lambda deadline: IpaLink(endpoint, deadline), size=links)
        self._ids = itertools.count(1)

    def get(self, variable: str) -> str:
        """The variable's value. Raises: CtrlRefusal, ElementUnavailable."""
        return self._ask(CtrlMessage(ctrl.GET, self._next_id(), variable))

    def set(self, variable: str, value: str) -> str:
        """What the program answers to the new value. Raises: CtrlRefusal, ElementUnavailable."""
        return self._ask(CtrlMessage(ctrl.SET, self._next_id(), variable, value))

    def close(self) -> None:
        """Close the links that are idle."""
        self._pool.close()

    def _next_id(self) -> str:
        return str(next(self._ids) % 2_000_000_000 + 1)

    def _ask(self, request: CtrlMessage) -> str:
        deadline = Deadline(self.timeout_s)
        with self._pool.lend(deadline) as link:
            link.send(ipa.extended_frame(ipa.CTRL, ctrl.encode(request)), deadline)
            answer = self._answer_to(request, link, deadline)
        if answer.verb == ctrl.ERROR:
            raise CtrlRefusal(request, answer.value)
        return answer.value

    def _answer_to(self, request: CtrlMessage, link: IpaLink, deadline: Deadline) -> CtrlMessage:
        """The answer with the request's id. Traps pass by; whatever else comes first means that we lost our place."""
        while True:
            message = link.receive(deadline).extended(ipa.CTRL)
            try:
                answer = None if message is None else ctrl.decode(message)
            except Garbled as fault:
                raise self._lost(str(fault)) from fault
            if answer is None or answer.verb == ctrl.TRAP:
                continue
            if answer.id != request.id and answer.id != ctrl.NO_ID:
                raise self._lost(f"it answered question {answer.id} when asked {request.id}")
            return answer

    def _lost(self, what: str) -> ElementUnavailable:
        return ElementUnavailable(
            f"the element at {self.endpoint} does not keep to its protocol: {what}", address=str(self.endpoint)
        )
