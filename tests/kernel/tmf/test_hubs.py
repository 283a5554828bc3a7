"""Subscriptions: what is told, signed, in order, to whom, and what happens when the subscriber does not answer."""

from __future__ import annotations

import hashlib
import hmac
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from tandem.kernel.access.policy import Caller, Policy, grant
from tandem.kernel.access.sealed import SealingKeys, use_sealing_keys
from tandem.kernel.steps.queue import list_steps
from tandem.kernel.steps.registry import Registry
from tandem.kernel.steps.worker import Worker
from tandem.kernel.store import Database
from tandem.kernel.tmf import callbacks, notifications
from tandem.kernel.tmf.engine import TmfSettings
from tests.kernel.tmf import toys
from tests.support.listener import Listener, listening
from tests.support.tmf_client import TmfClient, tmf_client

POLICY = Policy(
    (*grant("admin", "*", "*"), *grant("customer", "Toy Hub", "list get create patch delete", "own")),
    roles=("admin", "customer"),
)


@pytest.fixture
def client(toy_database: Database, fresh_tenant: str) -> Iterator[TmfClient]:
    use_sealing_keys(SealingKeys("test", {"test": b"k" * 32}))
    settings = TmfSettings(hub_allow=("127.0.0.0/8",))
    made = tmf_client(toys.EXPOSURES, toy_database, fresh_tenant, policy=POLICY, settings=settings)
    yield made
    made.engine.close()


@pytest.fixture
def worker(client: TmfClient, toy_database: Database) -> Worker:
    registry = Registry()
    registry.add_steps([client.engine.notifications.step])
    return Worker(toy_database, registry, fanouts=[client.engine.notifications.fanout])


@pytest.fixture
def listener() -> Iterator[Listener]:
    with listening() as made:
        yield made


def subscribed(client: TmfClient, listener: Listener, query: str = "", base: str = toys.V5) -> dict[str, Any]:
    answer = client.post(f"{base}/hub", {"callback": listener.url, "query": query})
    assert answer.status_code == 201, answer.text
    doc: dict[str, Any] = answer.json()
    return doc


def hurry(worker: Worker) -> None:
    """Let what waits to be tried again be tried now, until nothing is left."""
    for _ in range(12):
        with worker.database.connection() as connection:
            connection.execute("update kernel_step set not_before = '-infinity' where state = 'ready'")
        if not worker.drain():
            return


def test_a_subscriber_is_told_each_change_in_order_and_signed(
    client: TmfClient, worker: Worker, listener: Listener
) -> None:
    hub = subscribed(client, listener)
    toy = client.post(f"{toys.V5}/toy", {"name": "train"}).json()
    client.patch(f"{toys.V5}/toy/{toy['id']}", {"weight": 5})
    client.post(f"{toys.V5}/breakToy", {"toy": {"id": toy["id"]}})
    client.delete(f"{toys.V5}/toy/{toy['id']}")
    worker.drain()
    assert [told.doc["eventType"] for told in listener.told] == [
        "ToyCreateEvent", "ToyAttributeValueChangeEvent", "ToyStateChangeEvent", "ToyDeleteEvent",
    ]  # fmt: skip
    first = listener.told[0]
    assert first.doc["event"]["toy"] == toy
    assert (first.doc["@type"], first.doc["domain"]) == ("ToyCreateEvent", "toyManagement")
    signed = first.headers["x-tandem-timestamp"].encode() + b"." + first.body
    expected = hmac.new(hub["secret"].encode(), signed, hashlib.sha256).hexdigest()
    assert first.headers["x-tandem-signature"] == f"sha256={expected}"
    assert [told.doc["event"]["toy"].get("weight") for told in listener.told] == [None, 5, 5, 5]


def test_each_version_tells_in_its_own_shape(client: TmfClient, worker: Worker, listener: Listener) -> None:
    subscribed(client, listener, base=toys.V4)
    client.post(f"{toys.V5}/toy", {"name": "train", "externalId": "X"})
    worker.drain()
    (told,) = listener.told
    assert told.doc["event"]["toy"]["toyNumber"] == "X"
    assert toys.V4 in told.doc["event"]["toy"]["href"]
    assert "timeOcurred" in told.doc and "@type" not in told.doc


def test_a_filter_is_met_or_nothing_is_told(client: TmfClient, worker: Worker, listener: Listener) -> None:
    subscribed(client, listener, "eventType=ToyCreateEvent&event.toy.weight.gt=5&event.toy.name.regex=^t")
    for name, weight in (("train", 6), ("train", 5), ("ship", 7)):
        client.post(f"{toys.V5}/toy", {"name": name, "weight": weight})
    worker.drain()
    assert [told.doc["event"]["toy"]["weight"] for told in listener.told] == [6]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("event.toy.nothing=1", "query.unknown_attribute"),
        ("event.game.name=1", "query.unknown_attribute"),
        ("fields=eventType", "query.unknown_attribute"),
        ("eventType=ToyCreateEvent,ToyFlownAwayEvent", "query.bad_value"),
        ("nonsense", "query.bad_filter"),
        ("event.toy.name.regex=(", "query.bad_pattern"),
    ],
)
def test_a_filter_that_is_none_is_refused(client: TmfClient, listener: Listener, query: str, code: str) -> None:
    answer = client.post(f"{toys.V5}/hub", {"callback": listener.url, "query": query})
    assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_the_secret_is_shown_once_and_kept_sealed(
    client: TmfClient, listener: Listener, toy_database: Database
) -> None:
    hub = subscribed(client, listener)
    for doc in (client.get(f"{toys.V5}/hub/{hub['id']}").json(), client.get(f"{toys.V5}/hub").json()[0]):
        assert (doc["id"], doc["callback"]) == (hub["id"], listener.url)
        assert "secret" not in doc
    with toy_database.connection() as connection:
        row = connection.execute("select secret from kernel_hub where id = %s", (hub["id"],)).fetchone()
    assert row is not None and hub["secret"] not in row["secret"]


def test_the_same_subscription_twice_is_a_conflict(client: TmfClient, listener: Listener) -> None:
    subscribed(client, listener)
    answer = client.post(f"{toys.V5}/hub", {"callback": listener.url})
    assert (answer.status_code, answer.json()["code"]) == (409, "tmf.already_subscribed")


def test_a_deleted_hub_is_told_no_more(client: TmfClient, worker: Worker, listener: Listener) -> None:
    hub = subscribed(client, listener)
    client.post(f"{toys.V5}/toy", {"name": "train"})
    assert client.delete(f"{toys.V5}/hub/{hub['id']}").status_code == 204
    worker.drain()
    assert listener.told == []
    assert client.delete(f"{toys.V5}/hub/{hub['id']}").status_code == 404


def test_a_busy_subscriber_is_tried_again_in_order(client: TmfClient, worker: Worker, listener: Listener) -> None:
    subscribed(client, listener)
    listener.status = lambda told: 503 if len(listener.told) < 3 else 204
    for name in ("one", "two"):
        client.post(f"{toys.V5}/toy", {"name": name})
    hurry(worker)
    assert [told.doc["event"]["toy"]["name"] for told in listener.told] == ["one", "one", "one", "two"]


def test_a_refusing_subscriber_gets_a_dead_letter_that_can_be_replayed(
    client: TmfClient, worker: Worker, listener: Listener, toy_database: Database
) -> None:
    hub = subscribed(client, listener)
    listener.status = lambda told: 400
    client.post(f"{toys.V5}/toy", {"name": "train"})
    worker.drain()
    assert client.get(f"{toys.V5}/hub/{hub['id']}").json()["lastError"]["code"] == "tmf.callback_answered_no"
    with toy_database.uow(tenant=client.caller.tenant, actor="tester", cause="test") as uow:
        assert [step.state for step in list_steps(uow, kind=notifications.KIND)] == ["dead"]
        assert notifications.replay(uow, hub["id"]) == 1
    listener.status = lambda told: 204
    worker.drain()
    assert len(listener.told) == 2
    assert "lastError" not in client.get(f"{toys.V5}/hub/{hub['id']}").json()


def test_redirects_are_not_followed(client: TmfClient, worker: Worker, listener: Listener) -> None:
    subscribed(client, listener)
    listener.status = lambda told: 307
    listener.answer_headers = {"Location": listener.url + "/elsewhere"}
    client.post(f"{toys.V5}/toy", {"name": "train"})
    worker.drain()
    assert [told.path for told in listener.told] == ["/listener"]


def test_a_subscriber_is_told_only_what_its_owner_may_read(
    client: TmfClient, worker: Worker, listener: Listener
) -> None:
    tenant = client.caller.tenant
    client.caller = Caller(tenant, "ann", frozenset({"customer"}), party_id="p1")
    subscribed(client, listener)
    client.caller = Caller(tenant, "tester", frozenset({"admin"}))
    for party in ("p1", "p2"):
        related = [{"role": "owner", "partyOrPartyRole": {"id": party}}]
        client.post(f"{toys.V5}/toy", {"name": party, "relatedParty": related})
    worker.drain()
    assert [told.doc["event"]["toy"]["name"] for told in listener.told] == ["p1"]
    assert client.get(f"{toys.V5}/hub").json()[0]["callback"] == listener.url


def test_what_was_rolled_back_is_not_told(client: TmfClient, worker: Worker, listener: Listener) -> None:
    subscribed(client, listener)
    assert client.post(f"{toys.V5}/toy", {"name": "a", "shelf": {"id": "none"}}).status_code == 400
    worker.drain()
    assert listener.told == []


def test_a_silent_subscriber_does_not_hold_up_others(
    client: TmfClient, worker: Worker, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(callbacks, "WHOLE_LIMIT_S", 5.0)
    ended = threading.Event()
    with listening() as silent:
        silent.status = lambda told: 204 if ended.wait(10) else 500
        subscribed(client, silent)
        subscribed(client, listener)
        for number in range(3):
            client.post(f"{toys.V5}/toy", {"name": f"t{number}"})
        worker.start()
        try:
            assert listener.wait_for(3, timeout_s=4)
            assert [told.doc["event"]["toy"]["name"] for told in listener.told] == ["t0", "t1", "t2"]
            assert len(silent.told) == 1
        finally:
            ended.set()
            worker.stop()
