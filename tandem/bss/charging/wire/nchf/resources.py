"""The resources of Nchf: which path and method asks what, and how an answer goes back. No decision is taken here."""

from __future__ import annotations

import asyncio
import math
from typing import Final, NamedTuple, Protocol, TypeAlias

import msgspec

from tandem.bss.charging.rules.nchf import answering
from tandem.bss.charging.rules.nchf import spending as limits
from tandem.bss.charging.rules.nchf.messages import MANDATORY, ChargingDataRequest
from tandem.bss.charging.rules.nchf.problems import Problem, read
from tandem.bss.charging.rules.nchf.reading import USUAL_PRIORITY, read_request, session_of
from tandem.bss.charging.terms.online import Operation, Overloaded, SessionAnswer, SessionRequest
from tandem.bss.charging.terms.spending import SpendingLimits
from tandem.kernel.errors import Refused, Unavailable

CONVERGED: Final = "/nchf-convergedcharging/v3/chargingdata"
OFFLINE: Final = "/nchf-offlineonlycharging/v1/offlinechargingdata"
SPENDING: Final = "/nchf-spendinglimitcontrol/v1/subscriptions"
JSON: Final = "application/json"
PROBLEM_JSON: Final = "application/problem+json"
LARGEST_BODY: Final = 1_000_000
_ROOTS: Final = tuple(base.rpartition("/")[0] + "/" for base in (CONVERGED, OFFLINE, SPENDING))

Headers: TypeAlias = list[tuple[str, str]]


class Asks(Protocol):
    """Whatever answers online charging: a gatherer, or a script."""

    async def ask(self, request: SessionRequest) -> SessionAnswer: ...


class Asked(NamedTuple):
    """One request as it came. `root` is scheme and authority as the client knows them."""

    method: str
    path: str
    body: bytes
    content_type: str | None = None
    priority: str | None = None
    root: str = ""


class Told(NamedTuple):
    """One answer as it goes."""

    status: int
    headers: Headers = []
    body: bytes = b""


class Nchf:
    """The resources over the online door. `home`: networks that are not roaming. Holds no state of sessions."""

    def __init__(
        self, charging: Asks, *, spending: SpendingLimits | None = None, home: frozenset[str] = frozenset()
    ) -> None:
        self._charging = charging
        self._spending = spending
        self._home = home
        self._requests = msgspec.json.Decoder(ChargingDataRequest)
        self._contexts = msgspec.json.Decoder(limits.SpendingLimitContext)
        self._encode = msgspec.json.Encoder().encode

    async def answer(self, asked: Asked) -> Told:
        """The answer to a request, whatever it is; a refusal is an answer too."""
        try:
            return await self._routed(asked)
        except Problem as problem:
            return self._refused(problem)
        except Overloaded as fault:
            return self._overloaded(fault, asked)
        except Unavailable as fault:
            return self._refused(Problem(500, "SYSTEM_FAILURE", fault.reason))
        except Refused as fault:
            return self._refused(limits.problem_of(fault))

    def _refused(self, problem: Problem, *more: tuple[str, str]) -> Told:
        details = problem.details
        return Told(details.status, [("content-type", PROBLEM_JSON), *more], self._encode(details))

    def _overloaded(self, fault: Overloaded, asked: Asked) -> Told:
        """The usual is told that we are overloaded, the less urgent that it is too much. Standard: TS 29.500 6.4."""
        is_less = _priority(asked.priority) > USUAL_PRIORITY
        problem = Problem(429, "NF_CONGESTION_RISK", fault.reason) if is_less else Problem(503, "NF_CONGESTION")
        return self._refused(problem, ("retry-after", str(math.ceil(fault.facts["retry_after_s"]))))

    async def _routed(self, asked: Asked) -> Told:
        path = asked.path
        if path.startswith(CONVERGED):
            return await self._charge(asked, CONVERGED, is_offline=False)
        if path.startswith(OFFLINE):
            return await self._charge(asked, OFFLINE, is_offline=True)
        if self._spending is not None and path.startswith(SPENDING):
            return await self._watch(asked, self._spending)
        if path.startswith(_ROOTS):
            raise Problem(404, "RESOURCE_URI_STRUCTURE_NOT_FOUND")
        raise Problem(400, "INVALID_API", "no such API, or no such version of it")

    async def _charge(self, asked: Asked, base: str, *, is_offline: bool) -> Told:
        session, operation = _charging_place(asked.path[len(base) :])
        if asked.method != "POST":
            return self._refused(Problem(405, "UNSPECIFIED_MSG_FAILURE", "only POST"), ("allow", "POST"))
        request = read(self._requests, _body(asked), mandatory=MANDATORY)
        if operation == "create":
            session = session_of(request)
            operation = "event" if request.one_time_event else "create"
        priority = _priority(asked.priority)
        answer = await self._charging.ask(read_request(request, operation, session, home=self._home, priority=priority))
        problem = answering.refusal(answer)
        if problem is not None:
            return self._refused(problem)
        if operation == "release":
            return Told(204)
        told = answering.offline_response(request, answer) if is_offline else answering.response(request, answer)
        body = self._encode(told)
        if operation == "update":
            return Told(200, [("content-type", JSON)], body)
        return Told(201, [("content-type", JSON), ("location", f"{asked.root}{base}/{session}")], body)

    async def _watch(self, asked: Asked, spending: SpendingLimits) -> Told:
        """The store is asked in a thread: it blocks, and policy functions ask seldom."""
        name = asked.path[len(SPENDING) :]
        if not name:
            if asked.method != "POST":
                return self._refused(Problem(405, "UNSPECIFIED_MSG_FAILURE", "only POST"), ("allow", "POST"))
            context = read(self._contexts, _body(asked), mandatory=frozenset())
            status = await asyncio.to_thread(spending.subscribe, limits.watch_of(context))
            place = ("location", f"{asked.root}{SPENDING}/{status.subscription}")
            return Told(201, [("content-type", JSON), place], self._encode(limits.status_of(context, status)))
        subscription = name.removeprefix("/")
        if not name.startswith("/") or not subscription or "/" in subscription:
            raise Problem(404, "RESOURCE_URI_STRUCTURE_NOT_FOUND")
        if asked.method == "DELETE":
            await asyncio.to_thread(spending.unsubscribe, subscription)
            return Told(204)
        if asked.method != "PUT":
            return self._refused(Problem(405, "UNSPECIFIED_MSG_FAILURE", "PUT or DELETE"), ("allow", "PUT, DELETE"))
        context = read(self._contexts, _body(asked), mandatory=frozenset())
        status = await asyncio.to_thread(spending.modify, subscription, limits.change_of(context))
        return Told(200, [("content-type", JSON)], self._encode(limits.status_of(context, status)))


def _charging_place(rest: str) -> tuple[str, Operation]:
    """Which session a path below the collection names, and what is asked of it. Raises: Problem."""
    if not rest:
        return "", "create"
    empty, _, tail = rest.partition("/")
    session, _, operation = tail.partition("/")
    if empty or not session or operation not in ("update", "release"):
        raise Problem(404, "RESOURCE_URI_STRUCTURE_NOT_FOUND")
    return session, "update" if operation == "update" else "release"


def _body(asked: Asked) -> bytes:
    if asked.content_type is not None and asked.content_type.partition(";")[0].strip().lower() != JSON:
        raise Problem(415, "UNSPECIFIED_MSG_FAILURE", f"bodies are {JSON}")
    if len(asked.body) > LARGEST_BODY:
        raise Problem(413, "UNSPECIFIED_MSG_FAILURE", f"no more than {LARGEST_BODY} octets")
    return asked.body


def _priority(told: str | None) -> int:
    """3gpp-Sbi-Message-Priority; what is no priority is the usual. Standard: TS 29.500 clause 5.2.3.2.2."""
    if told is None or not told.isascii() or not told.isdigit():
        return USUAL_PRIORITY
    return min(int(told[:3]), 31)
