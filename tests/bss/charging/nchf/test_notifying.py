"""Network functions are told at the place they named, over HTTP/2 with prior knowledge."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from granian.constants import HTTPModes
from granian.server.embed import Server

from tandem.bss.charging.terms.online import SessionNotice
from tandem.bss.charging.terms.spending import CounterStatus, SpendingNotice
from tandem.bss.charging.wire.nchf import Notifier
from tandem.kernel.json import loads
from tandem.kernel.store.embedded.ports import free_port
from tests.bss.charging.nchf.messages import CHARGING, SPENDING, Doc, checked, story


class Function:
    """A network function that speaks HTTP/2 only; it answers each path with a status."""

    def __init__(self, **statuses: int) -> None:
        self.told: list[tuple[str, str, Doc]] = []
        self._statuses = statuses

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        self.told.append((scope.http_version, scope.path, loads(await protocol())))
        status = self._statuses.get(scope.path.strip("/"), 204)
        headers = [("location", "/moved-here")] if status in (307, 308) else []
        protocol.response_empty(status, headers)


@asynccontextmanager
async def listens(function: Function) -> AsyncIterator[str]:
    port = free_port()
    server = Server(function, port=port, http=HTTPModes.http2, websockets=False, log_enabled=False)
    serving = asyncio.create_task(server.serve())
    try:
        while not await _answers(port):
            await asyncio.wait([serving], timeout=1 / 100)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.stop()
        await serving


async def _answers(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except ConnectionRefusedError:
        return False
    writer.close()
    return True


def notice(notify_at: str, **more: Any) -> SessionNotice:
    return SessionNotice(**{"protocol": "nchf", "session": "s", "notify_at": notify_at, "kind": "reauthorise", **more})


def test_a_function_is_told_to_ask_again_for_its_rating_groups() -> None:
    function = Function()

    async def told() -> None:
        async with listens(function) as root, Notifier() as notifier:
            assert await notifier.notify(notice(f"{root}/smf/1", rating_groups=(10, 20)))
            assert await notifier.notify(notice(f"{root}/smf/2", kind="abort"))

    story(told)
    for _, _, doc in function.told:
        checked(CHARGING, "ChargingNotifyRequest", doc)
    groups = {"reauthorizationDetails": [{"ratingGroup": 10}, {"ratingGroup": 20}]}
    assert function.told == [
        ("2", "/smf/1", {"notificationType": "REAUTHORIZATION", **groups}),
        ("2", "/smf/2", {"notificationType": "ABORT_CHARGING"}),
    ]


@pytest.mark.parametrize(
    ("status", "is_delivered"), [(200, True), (204, True), (404, True), (410, True), (400, False), (503, False)]
)
def test_what_is_delivered_and_what_is_told_again(status: int, is_delivered: bool) -> None:
    async def told() -> bool:
        async with listens(Function(smf=status)) as root, Notifier() as notifier:
            return await notifier.notify(notice(f"{root}/smf"))

    assert story(told) is is_delivered


def test_a_function_that_moved_is_followed() -> None:
    function = Function(smf=307)

    async def told() -> bool:
        async with listens(function) as root, Notifier() as notifier:
            return await notifier.notify(notice(f"{root}/smf"))

    assert story(told) is True
    assert [path for _, path, _ in function.told] == ["/smf", "/moved-here"]
    assert function.told[1][2] == {"notificationType": "REAUTHORIZATION"}


@pytest.mark.parametrize("place", ["http://127.0.0.1:{port}/", "mailto:smf", "no place", "http://[", ""])
def test_a_place_that_cannot_be_reached_is_not_delivered(place: str) -> None:
    async def told() -> bool:
        async with Notifier() as notifier:
            return await notifier.notify(notice(place.replace("{port}", str(free_port()))))

    assert story(told) is False


def spent(notify_at: str, *counters: CounterStatus) -> SpendingNotice:
    return SpendingNotice(
        subscription="w",
        notify_at=notify_at,
        subscriber="262011234567890",
        subscriber_kind="imsi",
        counters=counters,
        notify_id="pcf-7",
    )


def test_a_policy_function_is_told_of_counters_and_of_a_subscriber_who_is_gone() -> None:
    function = Function()

    async def told() -> None:
        async with listens(function) as root, Notifier() as notifier:
            assert await notifier.notify_spending(spent(f"{root}/pcf", CounterStatus(counter="data", status="low")))
            assert await notifier.notify_spending(spent(f"{root}/pcf/"))

    story(told)
    (_, changed_at, changed), (_, gone_at, gone) = function.told
    assert (changed_at, gone_at) == ("/pcf/notify", "/pcf/terminate")
    checked(SPENDING, "SpendingLimitStatus", changed)
    checked(SPENDING, "SubscriptionTerminationInfo", gone)
    assert changed == {
        "supi": "imsi-262011234567890",
        "notifId": "pcf-7",
        "statusInfos": {"data": {"policyCounterId": "data", "currentStatus": "low"}},
    }
    assert gone == {"supi": "imsi-262011234567890", "notifId": "pcf-7", "termCause": "REMOVED_SUBSCRIBER"}
