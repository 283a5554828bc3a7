"""The TM Forum engine as an ASGI application: addresses, bodies, threads; the rules are in `operations`.

Every exposure is compiled once, when the engine is made. Requests are routed by two dictionary look-ups (the
collection's address, or the address before the last slash), read whole up to a limit, and worked on in a thread pool:
one unit of work each.
"""

from __future__ import annotations

import asyncio
import contextvars
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from tandem.kernel import json
from tandem.kernel.access.policy import Caller, Policy
from tandem.kernel.errors import Forbidden, TandemError, TooLarge, Unauthenticated
from tandem.kernel.ids import new_id
from tandem.kernel.store import Database
from tandem.kernel.tmf import errors
from tandem.kernel.tmf.call import JSON, Answer, Call
from tandem.kernel.tmf.callbacks import CallbackGuard
from tandem.kernel.tmf.exposure import CREATE, DELETE, GET, LIST, PATCH, AnyExposure
from tandem.kernel.tmf.hubs import ENTITY as HUB
from tandem.kernel.tmf.hubs import HubOperations
from tandem.kernel.tmf.notifications import Notifications
from tandem.kernel.tmf.operations import Operations
from tandem.kernel.tmf.pages import PREFIX as API_PREFIX
from tandem.kernel.tmf.pages import ApiPages
from tandem.kernel.tmf.references import References
from tandem.kernel.tmf.resource import Resource

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
CallerOf = Callable[[Scope], Caller]
Handler = Callable[[Call], Answer]

TMF_PREFIX = "/tmf-api"
_HOST = re.compile(rb"[A-Za-z0-9.\-_]+(:\d{1,5})?|\[[0-9A-Fa-f:.]+\](:\d{1,5})?")


@dataclass(frozen=True, kw_only=True)
class TmfSettings:
    """What an operator may set.

    public_url: how clients reach us, for every `href`; without it the request's own host is used.
    trust_forwarded: believe `X-Forwarded-Proto` and `X-Forwarded-Host` (only behind a proxy that sets them).
    hub_allow: hosts and networks that hubs may call although they are inside; empty is the safe answer.
    """

    public_url: str | None = None
    trust_forwarded: bool = False
    most_body_octets: int = 1_048_576
    threads: int = 8
    hub_allow: tuple[str, ...] = ()


@dataclass(slots=True)
class Address:
    """What answers at one address: by method, for the collection or for one of its members."""

    entity: str
    collection: dict[str, Handler] = field(default_factory=dict)
    member: dict[str, Callable[[Call, str], Answer]] = field(default_factory=dict)


def caller_from_scope(scope: Scope) -> Caller:
    """The caller whom the web middleware found. Raises: Unauthenticated."""
    caller = scope.get("caller")
    if not isinstance(caller, Caller):
        raise Unauthenticated("Say who you are first: a bearer token is needed.")
    return caller


class TmfEngine:
    """All exposures, served. Mount it in front of the pages: `owns(path)` tells what is its own."""

    def __init__(
        self,
        exposures: Iterable[AnyExposure],
        *,
        database: Database,
        policy: Policy,
        settings: TmfSettings | None = None,
        references: References | None = None,
        caller_of: CallerOf = caller_from_scope,
    ) -> None:
        self.settings = settings or TmfSettings()
        self.references = references or References()
        self.operations = Operations(database, policy, self.references)
        self.resources = [Resource(exposure) for exposure in exposures]
        self.pages = ApiPages(resource.exposure for resource in self.resources)
        self._caller_of = caller_of
        self._addresses: dict[str, Address] = {}
        self._threads = ThreadPoolExecutor(self.settings.threads, thread_name_prefix="tmf")
        self._own_hosts = _hosts_of(self.settings.public_url)
        guard = CallbackGuard(self.settings.hub_allow)
        self.notifications = Notifications(self.resources, policy=policy, guard=guard)
        for resource in self.resources:
            self._take(resource)
        for base in dict.fromkeys(resource.exposure.base for resource in self.resources):
            own = [resource for resource in self.resources if resource.exposure.base == base]
            self._take_hub(HubOperations(base, own, database=database, policy=policy, guard=guard))

    def close(self) -> None:
        """Finish what is being done and give the threads back."""
        self._threads.shutdown(wait=True)

    def owns(self, path: str) -> bool:
        """Whether an address is under one of our bases (also where nothing answers there)."""
        ours = path.startswith((TMF_PREFIX + "/", API_PREFIX + "/")) or path == API_PREFIX
        return ours or self._find(path) is not None or path.endswith("/openapi.json")

    def add_address(self, path: str, address: Address) -> None:
        """Answer at another address, with and without `/tmf-api`."""
        for each in dict.fromkeys((path, path.removeprefix(TMF_PREFIX))):
            assert each not in self._addresses, f"two exposures answer at {each}"
            self._addresses[each] = address

    def _take(self, resource: Resource) -> None:
        operations, verbs, address = self.operations, resource.exposure.verbs, Address(resource.exposure.type_name)
        if LIST in verbs:
            address.collection["GET"] = lambda call: operations.list(resource, call)
        if CREATE in verbs:
            address.collection["POST"] = lambda call: operations.create(resource, call)
        if GET in verbs:
            address.member["GET"] = lambda call, key: operations.get(resource, call, key)
        if PATCH in verbs:
            address.member["PATCH"] = lambda call, key: operations.patch(resource, call, key)
        if DELETE in verbs:
            address.member["DELETE"] = lambda call, key: operations.delete(resource, call, key)
        if resource.table is not None:
            self.references.add_table(resource.exposure.type_name, resource.table)
        self.add_address(resource.url, address)

    def _take_hub(self, hub: HubOperations) -> None:
        address = Address(HUB, {"GET": hub.list_own, "POST": hub.create}, {"GET": hub.get, "DELETE": hub.delete})
        self.add_address(f"{hub.base}/hub", address)

    # -- one request ----------------------------------------------------------------------------------------------

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"])
        base_url = self._base_url(scope, headers)
        try:
            made = await self._answer(scope, headers, receive, base_url)
        except TandemError as fault:
            made = _error_answer(fault, base_url)
        await _send(send, made, is_head=scope["method"] == "HEAD")

    async def _answer(self, scope: Scope, headers: dict[bytes, bytes], receive: Receive, base_url: str) -> Answer:
        if scope["method"] in ("GET", "HEAD"):
            page = self.pages.answer(scope["path"])
            if page is not None:
                return page
        body = await self._body(headers, receive)
        call = self._call(scope, headers, body, base_url)
        work = contextvars.copy_context().run  # so that log lines of the thread carry the request's cause
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, self.handle, call)

    def handle(self, call: Call) -> Answer:
        """Does what a call asks for, in the calling thread. Our errors become answers here, others at the edge."""
        address: Address | None = None
        try:
            address, handler = self._handler(call)
            return handler(call)
        except TandemError as fault:
            if isinstance(fault, Forbidden) and address is not None and call.method not in ("GET", "HEAD"):
                self.operations.audit_refusal(call, address.entity, fault)
            return _error_answer(fault, call.base_url)

    def _handler(self, call: Call) -> tuple[Address, Handler]:
        found = self._find(call.path)
        if found is None:
            raise errors.UnknownPath(f"nothing answers at {call.path}", path=call.path)
        address, member = found
        method = "GET" if call.method == "HEAD" else call.method
        allowed: Mapping[str, Any] = address.collection if member is None else address.member
        if method == "OPTIONS":
            return address, lambda _: Answer(204, b"", [(b"allow", _allow(allowed).encode())])
        if method not in allowed:
            raise errors.MethodNotAllowed(f"{method} is not for {call.path}", allow=_allow(allowed))
        act = allowed[method]
        return address, act if member is None else lambda call: act(call, member)

    def _find(self, path: str) -> tuple[Address, str | None] | None:
        """The address and, where the path goes one further, the member's id."""
        address = self._addresses.get(path.rstrip("/"))
        if address is not None:
            return address, None
        parent, _, member = path.rpartition("/")
        address = self._addresses.get(parent)
        return (address, member) if address is not None and address.member and member else None

    def _call(self, scope: Scope, headers: dict[bytes, bytes], body: bytes, base_url: str) -> Call:
        host = headers.get(b"host", b"").decode("latin-1")
        return Call(
            method=scope["method"],
            path=scope["path"],
            query=scope["query_string"],
            headers=headers,
            body=body,
            caller=self._caller_of(scope),
            base_url=base_url,
            hosts=self._own_hosts | {host, base_url.partition("//")[2]},
            cause=f"request:{scope.get('request_id') or new_id()}",
        )

    async def _body(self, headers: dict[bytes, bytes], receive: Receive) -> bytes:
        most = self.settings.most_body_octets
        declared = headers.get(b"content-length", b"0")
        if declared.isdigit() and int(declared) > most:
            raise TooLarge(f"the body has more than {most} octets", limit=most)
        chunks: list[bytes] = []
        size, more = 0, True
        while more:
            message = await receive()
            chunks.append(message.get("body", b""))
            size += len(chunks[-1])
            more = message.get("more_body", False)
            if size > most:
                raise TooLarge(f"the body has more than {most} octets", limit=most)
        return b"".join(chunks) if len(chunks) > 1 else chunks[0]

    def _base_url(self, scope: Scope, headers: dict[bytes, bytes]) -> str:
        if self.settings.public_url:
            return self.settings.public_url.rstrip("/")
        scheme, host = scope.get("scheme", "http").encode(), headers.get(b"host", b"")
        if self.settings.trust_forwarded:
            scheme = headers.get(b"x-forwarded-proto", scheme)
            host = headers.get(b"x-forwarded-host", host)
        return base_url_of(scheme, host)


def base_url_of(scheme: bytes, host: bytes) -> str:
    """Where a request says that it found us; what cannot be an address is not repeated."""
    if scheme not in (b"http", b"https") or not _HOST.fullmatch(host):
        return "http://localhost"
    return f"{scheme.decode()}://{host.decode()}"


def _hosts_of(public_url: str | None) -> frozenset[str]:
    return frozenset({public_url.partition("//")[2].partition("/")[0]}) if public_url else frozenset()


def _allow(methods: Mapping[str, Any]) -> str:
    extra = {"HEAD"} if "GET" in methods else set()
    return ", ".join(sorted({*methods, *extra, "OPTIONS"}))


def _error_answer(fault: BaseException, base_url: str) -> Answer:
    status, doc, headers = errors.error_doc(fault, base_url)
    return Answer(status, json.dumps(doc), [JSON, *headers])


async def _send(send: Send, made: Answer, *, is_head: bool) -> None:
    headers = made.headers
    if made.status not in (204, 304):
        headers = [*headers, (b"content-length", str(len(made.body)).encode())]
    await send({"type": "http.response.start", "status": made.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if is_head else made.body})
