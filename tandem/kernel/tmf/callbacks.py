"""Calling an address that a client gave us, without becoming its way into the operator's own network.

An address is resolved, every result is judged, and the connection is made to exactly the address that was judged: a
name that resolves differently a moment later leads nowhere. Redirects are not followed.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import dataclass
from urllib.parse import urlsplit

from tandem.kernel.errors import Invalid, Refused, Unavailable

RESOLVE_LIMIT_S = 3.0
CONNECT_LIMIT_S = 3.0
WHOLE_LIMIT_S = 8.0
_TRY_AGAIN = frozenset({408, 425, 429})
_NAT64 = ipaddress.ip_network("64:ff9b::/96")

Ip = ipaddress.IPv4Address | ipaddress.IPv6Address


class CallbackRefused(Invalid):
    """The callback is no address that we call."""

    code = "tmf.callback_refused"


class CallbackAnsweredNo(Refused):
    """The subscriber answered, and not with success: trying again would not help."""

    code = "tmf.callback_answered_no"


class CallbackSilent(Unavailable):
    """The subscriber did not answer in time, or asked us to come back."""

    code = "tmf.callback_silent"


@dataclass(frozen=True, slots=True)
class Target:
    """A callback that may be called. `address` is where the connection goes, whatever the name says later."""

    scheme: str
    host: str
    port: int
    path: str
    address: str


class CallbackGuard:
    """Judges callback addresses. `allow` names hosts and networks inside that hubs may call all the same."""

    def __init__(self, allow: tuple[str, ...] = ()) -> None:
        self._hosts = frozenset(entry.lower() for entry in allow if not _is_network(entry))
        self._networks = tuple(ipaddress.ip_network(entry, strict=False) for entry in allow if _is_network(entry))

    def target(self, url: str) -> Target:
        """The target of a callback.

        Raises: CallbackRefused (never to be called), CallbackSilent (the name does not resolve now).
        """
        parts = _parts(url)
        host = parts.hostname or ""
        port = parts.port or (443 if parts.scheme == "https" else 80)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        addresses = _resolved(host, port)
        if host.lower() not in self._hosts:
            for address in addresses:
                self._judge(host, address)
        return Target(parts.scheme, host, port, path, str(addresses[0]))

    def _judge(self, host: str, address: Ip) -> None:
        real = _unwrapped(address)
        if any(real in network for network in self._networks if network.version == real.version):
            return
        if not real.is_global or real.is_multicast or _is_this_machine(real):
            raise CallbackRefused(
                f"the callback's host {host} is inside ({real}); hubs call no address that settings do not allow",
                path="callback",
                next_action="Give a public address, or have an administrator set TANDEM_HUB_ALLOW.",
            )


def _is_network(entry: str) -> bool:
    try:
        ipaddress.ip_network(entry, strict=False)
    except ValueError:
        return False
    return True


class _Url:
    """The parts of a callback address, each checked."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.scheme, self.hostname, self.path, self.query = parts.scheme, parts.hostname, parts.path, parts.query
        self.port = parts.port
        if self.scheme not in ("http", "https") or not self.hostname or parts.username or parts.password:
            raise ValueError("an http or https address without a user is needed")
        if any(ord(character) <= 32 or ord(character) == 127 for character in url):
            raise ValueError("blanks and control characters have no place in an address")


def _parts(url: str) -> _Url:
    try:
        return _Url(url)
    except ValueError as fault:
        raise CallbackRefused(f"'{url}' cannot be called: {fault}", path="callback") from fault


_RESOLVERS = ThreadPoolExecutor(4, thread_name_prefix="resolve")


def _resolved(host: str, port: int) -> list[Ip]:
    """Every address of a host. A name server that does not answer holds a thread of its own, not the caller's."""
    asked = _RESOLVERS.submit(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
    try:
        found = asked.result(timeout=RESOLVE_LIMIT_S)
    except (OSError, UnicodeError, FutureTimeout) as fault:
        asked.cancel()
        raise CallbackSilent(f"the callback's host {host} does not resolve", path="callback") from fault
    return list(dict.fromkeys(ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found))


def _unwrapped(address: Ip) -> Ip:
    """The IPv4 address that an IPv6 one stands for, where it does."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        return inner or address
    return address


def _is_this_machine(address: Ip) -> bool:
    """Only an address of this machine can be bound."""
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.bind((str(address), 0))
    except OSError:
        return False
    return True


def post(target: Target, body: bytes, headers: Mapping[str, str]) -> int:
    """Sends a body to a judged target and answers its status.

    Raises: CallbackAnsweredNo (a status that repeating will not change), CallbackSilent (worth trying again).
    """
    try:
        status = _exchange(target, body, headers)
    except (OSError, http.client.HTTPException) as fault:
        raise CallbackSilent(f"{target.host}:{target.port} did not answer: {fault or type(fault).__name__}") from fault
    if 200 <= status < 300:
        return status
    if status >= 500 or status in _TRY_AGAIN:
        raise CallbackSilent(f"{target.host}:{target.port} answered {status}", status=status)
    raise CallbackAnsweredNo(f"{target.host}:{target.port} answered {status}", status=status)


def _exchange(target: Target, body: bytes, headers: Mapping[str, str]) -> int:
    raw = socket.create_connection((target.address, target.port), timeout=CONNECT_LIMIT_S)
    # A subscriber that sends one octet now and then would outlast any time-out of single reads.
    cut = threading.Timer(WHOLE_LIMIT_S, _cut, (raw,))
    cut.daemon = True
    cut.start()
    try:
        connection = http.client.HTTPConnection(target.host, target.port)
        connection.sock = _secured(raw, target)
        connection.request("POST", target.path, body, {**headers, "Host": _host_header(target), "Connection": "close"})
        return connection.getresponse().status
    finally:
        cut.cancel()
        raw.close()


def _secured(raw: socket.socket, target: Target) -> socket.socket:
    if target.scheme == "http":
        return raw
    return ssl.create_default_context().wrap_socket(raw, server_hostname=target.host)


def _host_header(target: Target) -> str:
    host = f"[{target.host}]" if ":" in target.host else target.host
    usual = 443 if target.scheme == "https" else 80
    return host if target.port == usual else f"{host}:{target.port}"


def _cut(raw: socket.socket) -> None:
    try:
        raw.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it ended by itself in the same moment
