"""What a client writes through an exposure: create, patch, delete, and the notifications about it."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from tandem.kernel.tmf.exposure import CREATE, DELETE, GET, PATCH, Exposure, TaskExposure
from tests.entities.bench import Bench, creates, needs
from tests.support.listener import Listener

MERGE, OPERATIONS = "application/merge-patch+json", "application/json-patch+json"


class WritingSuite:
    """Inherited by every exposure; see `suite`."""

    def test_the_least_body_creates_a_valid_entity(self, bench: Bench) -> None:
        creates(bench)
        answer = bench.post(bench.body())
        exposure = bench.exposure
        expected = exposure.status if isinstance(exposure, TaskExposure) else 201
        assert answer.status_code == expected, answer.text
        doc = answer.json()
        bench.require_valid(doc)
        if isinstance(exposure, Exposure):
            assert doc["href"] == f"http://tandem.test{bench.url}/{doc['id']}" == answer.headers["location"]
            assert answer.headers["etag"].startswith('"')
            assert doc["@type"]

    def test_a_full_body_creates_a_valid_entity_that_keeps_its_attributes(self, bench: Bench) -> None:
        creates(bench)
        body = bench.body(full=True)
        answer = bench.post(body)
        assert answer.status_code in (201, 202), answer.text
        bench.require_valid(answer.json())
        if isinstance(bench.exposure, Exposure):
            assert body.keys() <= answer.json().keys()

    def test_attributes_that_we_do_not_know_survive(self, bench: Bench) -> None:
        creates(bench)
        needs(bench, GET)
        if isinstance(bench.exposure, TaskExposure):
            pytest.skip("a task keeps what it needs")
        doc = bench.post({**bench.body(), "x-invented": {"deep": [1, "a"]}}).json()
        assert bench.read(doc["id"])["x-invented"] == {"deep": [1, "a"]}

    def test_a_repeated_key_gives_the_stored_answer_and_other_content_is_refused(self, bench: Bench) -> None:
        creates(bench)
        key = f"{bench.url}-{id(bench)}"
        body = bench.body()
        first = bench.post(body, idempotency_key=key)
        again = bench.post(body, idempotency_key=key)
        assert (first.status_code, again.status_code) == (first.status_code, first.status_code), again.text
        assert again.json() == first.json()
        other = bench.post({**body, "x-other": True}, idempotency_key=key)
        assert (other.status_code, other.json()["code"]) == (422, "idempotency.key_reused")

    @pytest.mark.parametrize("content_type", ["application/json", MERGE, OPERATIONS])
    def test_a_patch_changes_what_it_names_and_nothing_else(self, bench: Bench, content_type: str) -> None:
        needs(bench, PATCH)
        patch = bench.sample.patch
        assert patch, "an exposure that can be patched has a sample of it"
        doc = bench.entity(full=True)
        body: Any = patch
        if content_type == OPERATIONS:
            body = [{"op": "add", "path": f"/{name}", "value": value} for name, value in patch.items()]
        answer = bench.client.patch(f"{bench.url}/{doc['id']}", body, content_type=content_type)
        assert answer.status_code == 200, answer.text
        bench.require_valid(answer.json())
        changed = answer.json()
        assert {name: changed.get(name) for name in patch if not isinstance(patch[name], dict | list)} == {
            name: value for name, value in patch.items() if not isinstance(value, dict | list)
        }
        assert changed["id"] == doc["id"] and doc.keys() <= changed.keys()
        assert bench.read(doc["id"]) == changed

    def test_a_stale_tag_is_refused_and_changes_nothing(self, bench: Bench) -> None:
        needs(bench, PATCH)
        doc = bench.entity()
        assert bench.sample.patch
        answer = bench.client.patch(f"{bench.url}/{doc['id']}", bench.sample.patch, if_match='"0"')
        assert (answer.status_code, answer.json()["path"]) == (412, "If-Match")
        bench.require_valid(answer.json(), type_name="Error")
        assert bench.read(doc["id"]) == doc

    def test_the_id_is_never_changed(self, bench: Bench) -> None:
        needs(bench, PATCH)
        doc = bench.entity()
        answer = bench.client.patch(f"{bench.url}/{doc['id']}", {"id": "another"})
        assert (answer.status_code, answer.json()["path"]) == (400, "id")

    def test_another_media_type_is_415(self, bench: Bench) -> None:
        if PATCH in bench.exposure.verbs:
            doc = bench.entity()
            assert bench.client.patch(f"{bench.url}/{doc['id']}", b"<a/>", content_type="text/xml").status_code == 415
        if CREATE in bench.exposure.verbs:
            assert bench.client.post(bench.url, b"<a/>", content_type="text/xml").status_code == 415

    def test_the_past_can_be_read(self, bench: Bench) -> None:
        needs(bench, PATCH)
        table, patch = bench.exposure.table, bench.sample.patch
        assert table is not None and patch
        doc = bench.entity()
        with bench.database.uow(tenant=bench.client.caller.tenant, actor="tester", cause="test") as uow:
            between = quote(uow.now.isoformat())
        bench.client.patch(f"{bench.url}/{doc['id']}", patch)
        assert bench.client.get(f"{bench.url}/{doc['id']}?asOf={between}").json() == doc
        with bench.database.uow(tenant=bench.client.caller.tenant, actor="tester", cause="test") as uow:
            changes = [change.change for change in table.history(uow, str(doc["id"]))]
        assert changes[0] == "create" and len(changes) >= 2

    def test_a_deleted_entity_is_gone(self, bench: Bench) -> None:
        needs(bench, DELETE)
        doc = bench.deletable()
        answer = bench.client.delete(f"{bench.url}/{doc['id']}")
        assert (answer.status_code, answer.content) == (204, b""), answer.text
        assert bench.client.get(f"{bench.url}/{doc['id']}").status_code == 404
        assert bench.client.delete(f"{bench.url}/{doc['id']}").status_code == 404

    def test_a_hub_is_told_in_the_published_shape(self, bench: Bench, listener: Listener) -> None:
        if bench.exposure.table is None or not bench.exposure.events:
            pytest.skip("the standard has no notification of it")
        answer = bench.client.post(f"{bench.exposure.base}/hub", {"callback": listener.url})
        assert answer.status_code == 201, answer.text
        hub = answer.json()
        hub_type = "EventSubscription" if bench.exposure.version == "v4" else "Hub"
        bench.require_valid(hub, type_name=hub_type)
        doc = bench.entity(full=True)
        if PATCH in bench.exposure.verbs:
            bench.client.patch(f"{bench.url}/{doc['id']}", bench.sample.patch)
        if DELETE in bench.exposure.verbs:
            bench.client.delete(f"{bench.url}/{doc['id']}")
        bench.notifications(str(doc["id"]))
        assert bench.client.delete(f"{bench.exposure.base}/hub/{hub['id']}").status_code == 204
        kinds = [told.doc["eventType"] for told in listener.told]
        if "Create" in bench.exposure.events:
            assert kinds[0] == f"{bench.exposure.type_name}CreateEvent"
        for told in listener.told:
            if bench.schema is not None and bench.schema.knows(told.doc["eventType"]):
                bench.require_valid(told.doc, type_name=told.doc["eventType"])
            payload = next(iter(told.doc["event"].values()))
            bench.require_valid(payload)
