"""Which addresses hubs may call, and that the judged address is the one that is called."""

from __future__ import annotations

import socket
import threading
import time

import pytest

from tandem.kernel.tmf import callbacks
from tandem.kernel.tmf.callbacks import CallbackGuard, CallbackRefused, CallbackSilent, Target, post


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/x",
        "http://localhost:5432/",
        "http://[::1]/",
        "http://0.0.0.0/",
        "http://10.1.2.3/",
        "http://192.168.0.1/",
        "http://172.16.0.1/",
        "http://169.254.169.254/latest/meta-data",
        "http://100.64.0.1/",
        "http://224.0.0.1/",
        "http://[fe80::1]/",
        "http://[fc00::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[2002:7f00:1::]/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://user:secret@8.8.8.8/",
        "ftp://8.8.8.8/",
        "file:///etc/passwd",
        "gopher://8.8.8.8/",
        "//8.8.8.8/",
        "http:///x",
        "http://8.8.8.8:99999/",
        "http://8.8.8.8/a b",
        "http://8.8.8.8/\r\nX: y",
        "",
    ],
)
def test_addresses_inside_and_what_is_no_address_are_refused(url: str) -> None:
    with pytest.raises(CallbackRefused) as refused:
        CallbackGuard().target(url)
    assert refused.value.path == "callback"


def test_a_public_address_is_taken_as_it_is() -> None:
    target = CallbackGuard().target("https://8.8.8.8/told?x=1")
    assert target == Target("https", "8.8.8.8", 443, "/told?x=1", "8.8.8.8")


@pytest.mark.parametrize("allow", ["127.0.0.1", "127.0.0.0/8"])
def test_settings_allow_an_address_inside(allow: str) -> None:
    assert CallbackGuard((allow,)).target("http://127.0.0.1:8080/").port == 8080


def test_settings_allow_a_host_by_name_only() -> None:
    assert CallbackGuard(("localhost",)).target("http://localhost/").host == "localhost"
    with pytest.raises(CallbackRefused):
        CallbackGuard(("localhost",)).target("http://127.0.0.1/")


def test_a_name_with_one_address_inside_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 80)) for ip in ("8.8.8.8", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **named: found)
    with pytest.raises(CallbackRefused):
        CallbackGuard().target("http://rebinding.example/")


def test_a_name_that_does_not_resolve_is_tried_again() -> None:
    with pytest.raises(CallbackSilent):
        CallbackGuard().target("http://no-such-host.invalid/")


def test_a_name_server_that_does_not_answer_holds_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = threading.Event()
    monkeypatch.setattr(callbacks, "RESOLVE_LIMIT_S", 0.1)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **named: ended.wait(5))
    with pytest.raises(CallbackSilent):
        CallbackGuard().target("http://slow.example/")
    ended.set()


def test_the_connection_goes_to_the_judged_address_whatever_the_name_says(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[tuple[str, int]] = []

    def refuse(address: tuple[str, int], timeout: float) -> socket.socket:
        called.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", refuse)
    with pytest.raises(CallbackSilent):
        post(Target("http", "some.example", 80, "/", "8.8.4.4"), b"", {})
    assert called == [("8.8.4.4", 80)]


@pytest.mark.parametrize("drip", [b"", b"H"])
def test_a_subscriber_that_never_answers_is_left(monkeypatch: pytest.MonkeyPatch, drip: bytes) -> None:
    """It takes the connection and says nothing, or says one octet again and again."""
    monkeypatch.setattr(callbacks, "WHOLE_LIMIT_S", 0.4)
    ended = threading.Event()

    def serve(server: socket.socket) -> None:
        peer, _ = server.accept()
        with peer:
            while not ended.wait(0.05):
                try:
                    peer.sendall(drip)
                except OSError:
                    return

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve, args=(server,), daemon=True)
        thread.start()
        started = time.monotonic()
        with pytest.raises(CallbackSilent):
            post(Target("http", "127.0.0.1", server.getsockname()[1], "/", "127.0.0.1"), b"{}", {})
        assert time.monotonic() - started < 2
        ended.set()
        thread.join(timeout=5)
