"""The suite that every exposure inherits: whatever a room puts on the wire keeps the standard's promises.

A room adds nothing but a sample. Each test takes a `bench` (one exposure, its sample, a tenant of its own).
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import msgspec
import pytest

from tandem.kernel.access.policy import Caller
from tandem.kernel.tmf.exposure import CREATE, DELETE, GET, LIST, PATCH, Exposure, TaskExposure
from tests.entities.bench import Bench
from tests.entities.sample import Doc
from tests.support.listener import Listener

MERGE, OPERATIONS = "application/merge-patch+json", "application/json-patch+json"


def needs(bench: Bench, *verbs: str) -> None:
    """Skips where the standard gives this exposure no such verb."""
    missing = [verb for verb in verbs if verb not in bench.exposure.verbs]
    if missing:
        pytest.skip(f"{bench.exposure.type_name} has no {', '.join(missing)}")
    if isinstance(bench.exposure, TaskExposure) and bench.exposure.table is None and GET in verbs:
        pytest.skip("a task that keeps nothing")


def creates(bench: Bench) -> None:
    if CREATE not in bench.exposure.verbs or bench.sample.stored is not None:
        pytest.skip("no client creates one")


def scalars(doc: Doc) -> Iterator[tuple[str, str]]:
    """Top-level attributes that a filter can name, with the text of their values."""
    for name, value in doc.items():
        if isinstance(value, bool):
            yield name, str(value).lower()
        elif isinstance(value, str | int | float) and value != "":
            yield name, str(value).replace("\\", "\\\\").replace(",", "\\,").replace(";", "\\;")


def removed(body: Doc, path: str) -> tuple[Doc, str] | None:
    """The body without the first value at a path, and where that was; `None` where it has none."""
    copied = copy.deepcopy(body)
    holder: Any = copied
    place = ""
    segments = path.split(".")
    for depth, name in enumerate(segments):
        if isinstance(holder, list):
            if not holder:
                return None
            holder, place = holder[0], f"{place}[0]"
        if not isinstance(holder, dict) or name not in holder:
            return None
        place = f"{place}.{name}" if place else name
        if depth == len(segments) - 1:
            del holder[name]
            return copied, place
        holder = holder[name]
    return None


class ExposureSuite:
    """Tests for one exposure; `bench` is parametrised by the subclass's module."""

    # -- create ---------------------------------------------------------------------------------------------------

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

    # -- read -----------------------------------------------------------------------------------------------------

    def test_an_entity_is_read_as_it_was_answered(self, bench: Bench) -> None:
        needs(bench, GET)
        doc = bench.entity(full=True)
        answer = bench.client.get(f"{bench.url}/{doc['id']}")
        assert answer.status_code == 200
        bench.require_valid(answer.json())
        assert answer.json()["id"] == doc["id"]
        assert bench.client.get(f"{bench.url}/{doc['id']}", if_none_match=answer.headers["etag"]).status_code == 304
        bare = bench.url.removeprefix("/tmf-api")
        assert bench.client.get(f"{bare}/{doc['id']}").json() == answer.json()

    def test_what_does_not_exist_is_404(self, bench: Bench) -> None:
        needs(bench, GET)
        answer = bench.client.get(f"{bench.url}/there-is-none")
        assert answer.status_code == 404
        bench.require_valid(answer.json(), type_name="Error")

    def test_fields_choose_attributes(self, bench: Bench) -> None:
        needs(bench, GET)
        doc = bench.entity(full=True)
        always = {"id", "href", "@type", "@baseType", "@schemaLocation"}
        none = bench.client.get(f"{bench.url}/{doc['id']}?fields=none").json()
        assert {"id", "href"} <= none.keys() <= always
        for name in doc.keys() - always:
            answer = bench.client.get(f"{bench.url}/{doc['id']}?fields={quote(name)}").json()
            assert answer.keys() - always == {name}
            bench.require_valid(answer, partial=True)

    # -- lists ----------------------------------------------------------------------------------------------------

    def test_a_list_holds_valid_entities_and_its_counts(self, bench: Bench) -> None:
        needs(bench, LIST)
        doc = bench.entity(full=True)
        answer = bench.client.get(f"{bench.url}?limit=1000")
        assert answer.status_code == 200
        assert int(answer.headers["x-result-count"]) == len(answer.json()) == int(answer.headers["x-total-count"])
        assert doc["id"] in [each["id"] for each in answer.json()]
        for each in answer.json():
            bench.require_valid(each)

    def test_pages_are_partial_and_their_links_lead_through_all(self, bench: Bench) -> None:
        needs(bench, LIST)
        wanted = {bench.entity()["id"] for _ in range(3)}
        found: list[str] = []
        url: str | None = f"{bench.url}?limit=2&sort=id"
        while url is not None:
            answer = bench.client.get(url)
            found += [doc["id"] for doc in answer.json()]
            links = {
                part.split('rel="')[1][:-1]: part[1 : part.index(">")] for part in answer.headers["link"].split(", ")
            }
            assert answer.status_code == 206
            url = links.get("next")
        assert wanted <= set(found) and found == sorted(set(found))

    def test_sorting_goes_both_ways(self, bench: Bench) -> None:
        needs(bench, LIST)
        for _ in range(2):
            bench.entity()
        ids = [doc["id"] for doc in bench.client.get(f"{bench.url}?sort=id&limit=1000").json()]
        back = [doc["id"] for doc in bench.client.get(f"{bench.url}?sort=-id&limit=1000").json()]
        assert ids == sorted(ids) == back[::-1]

    def test_every_simple_attribute_can_be_filtered_by(self, bench: Bench) -> None:
        needs(bench, LIST)
        doc = bench.entity(full=True)
        checked = 0
        for name, text in scalars(doc):
            if bench.client.get(f"{bench.url}?{quote(name)}={quote(text)}").status_code == 400:
                assert name.startswith("x-") or name not in _model_names(bench), f"{name} cannot be filtered by"
                continue
            checked += 1
            same = bench.client.get(f"{bench.url}?{quote(name)}={quote(text)}&id={doc['id']}")
            other = bench.client.get(f"{bench.url}?{quote(name)}.ne={quote(text)}&id={doc['id']}")
            assert [each["id"] for each in same.json()] == [doc["id"]], f"{name}={text}: {same.text}"
            assert other.json() == [], name
        assert checked >= 2

    def test_operators_and_alternatives_work_on_the_id(self, bench: Bench) -> None:
        needs(bench, LIST)
        one, two = sorted(bench.entity()["id"] for _ in range(2))
        for query, found in (
            (f"id={one},{two}", [one, two]),
            (f"id={one};id={two}", [one, two]),
            (f"id.gt={one}&id.lte={two}", [two]),
            (f"id.gte={one}&id.lt={two}&id.ne={one}", None),
            (f"id.regex=^{one}$", [one]),
            ("id=there-is-none", []),
        ):
            answer = bench.client.get(f"{bench.url}?{query}&sort=id")
            assert answer.status_code in (200, 206), answer.text
            ids = [doc["id"] for doc in answer.json() if doc["id"] in (one, two)]
            assert ids == (found if found is not None else [])

    @pytest.mark.parametrize(
        "query",
        ["nothingLikeIt=1", "id.like=1", "limit=-1", "offset=x", "sort=nothingLikeIt", "id.regex=(", "noFilter"],
    )
    def test_a_filter_that_is_none_is_refused(self, bench: Bench, query: str) -> None:
        needs(bench, LIST)
        answer = bench.client.get(f"{bench.url}?{query}")
        assert answer.status_code == 400
        assert answer.json()["path"]
        bench.require_valid(answer.json(), type_name="Error")

    # -- patch ----------------------------------------------------------------------------------------------------

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
            changes = [change.change for change in table.history(uow, doc["id"])]
        assert changes[0] == "create" and len(changes) >= 2

    # -- delete ---------------------------------------------------------------------------------------------------

    def test_a_deleted_entity_is_gone(self, bench: Bench) -> None:
        needs(bench, DELETE)
        doc = bench.entity()
        answer = bench.client.delete(f"{bench.url}/{doc['id']}")
        assert (answer.status_code, answer.content) == (204, b""), answer.text
        assert bench.client.get(f"{bench.url}/{doc['id']}").status_code == 404
        assert bench.client.delete(f"{bench.url}/{doc['id']}").status_code == 404

    # -- notifications --------------------------------------------------------------------------------------------

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
        bench.notifications(doc["id"])
        assert bench.client.delete(f"{bench.exposure.base}/hub/{hub['id']}").status_code == 204
        kinds = [told.doc["eventType"] for told in listener.told]
        if "Create" in bench.exposure.events:
            assert kinds[0] == f"{bench.exposure.type_name}CreateEvent"
        for told in listener.told:
            if bench.schema is not None and bench.schema.knows(told.doc["eventType"]):
                bench.require_valid(told.doc, type_name=told.doc["eventType"])
            payload = next(iter(told.doc["event"].values()))
            bench.require_valid(payload)

    # -- what is refused ------------------------------------------------------------------------------------------

    @pytest.mark.parametrize("text", [b"{", b'{"a": }', b"", b"[]", b'"a"', b"nonsense", b'{"a":"\xff"}'])
    def test_what_is_no_json_object_is_refused(self, bench: Bench, text: bytes) -> None:
        creates(bench)
        answer = bench.client.post(bench.url, text)
        assert answer.status_code == 400
        bench.require_valid(answer.json(), type_name="Error")

    def test_a_mandatory_attribute_that_is_missing_is_named(self, bench: Bench) -> None:
        creates(bench)
        body = bench.body()
        for stored_path in bench.exposure.mandatory:
            found = removed(body, stored_path)
            if found is None:
                continue
            answer = bench.post(found[0])
            assert answer.status_code == 400, f"without {stored_path}: {answer.text}"
            assert answer.json()["path"] == found[1]
            bench.require_valid(answer.json(), type_name="Error")

    def test_a_wrong_type_is_refused_with_its_path(self, bench: Bench) -> None:
        creates(bench)
        body, path = self._wrong(bench)
        answer = bench.post(body)
        assert answer.status_code == 400, answer.text
        assert answer.json()["path"].startswith(path)
        bench.require_valid(answer.json(), type_name="Error")

    def _wrong(self, bench: Bench) -> tuple[Doc, str]:
        if bench.sample.wrong is not None:
            wrong, path = bench.sample.wrong
            return (wrong(bench.made) if callable(wrong) else wrong), path
        body = bench.body()
        for name, value in body.items():
            if name.startswith("@"):
                continue
            return {**body, name: 17 if isinstance(value, str | list | dict) else "seventeen"}, name
        return {**body, "@type": 17}, "@type"

    def test_what_only_we_set_is_refused(self, bench: Bench) -> None:
        creates(bench)
        for name in bench.exposure.server_set:
            if "." in name:
                continue
            answer = bench.post({**bench.body(), name: "mine"})
            assert answer.status_code == 400, f"{name}: {answer.text}"
            assert answer.json()["path"] == name or bench.exposure.to_wire is not None

    def test_a_reference_to_nothing_is_refused_with_its_path(self, bench: Bench) -> None:
        creates(bench)
        for path in bench.exposure.references:
            body = copy.deepcopy(bench.body(full=True))
            ref = _first(body, path.split("."))
            if not isinstance(ref, dict) or "id" not in ref:
                continue
            ref["id"] = "there-is-none"
            ref.pop("href", None)
            answer = bench.post(body)
            assert answer.status_code == 400, f"{path}: {answer.text}"
            assert answer.json()["path"].endswith("id")

    def test_a_method_that_is_not_offered_is_405(self, bench: Bench) -> None:
        answer = bench.client.call("PUT", bench.url, {})
        assert answer.status_code == 405
        assert ("POST" in answer.headers["allow"]) == (CREATE in bench.exposure.verbs)
        bench.require_valid(answer.json(), type_name="Error")

    # -- who may --------------------------------------------------------------------------------------------------

    def test_nobody_gets_nothing(self, bench: Bench) -> None:
        admin = bench.client.caller
        try:
            for caller, status in (
                (Caller(admin.tenant, "nobody"), 401),
                (Caller(admin.tenant, "stranger", frozenset({"no-such-role"})), 403),
            ):
                bench.client.caller = caller
                if LIST in bench.exposure.verbs:
                    assert bench.client.get(bench.url).status_code == status
                if CREATE in bench.exposure.verbs:
                    answer = bench.client.post(bench.url, {})
                    assert answer.status_code == status
                    bench.require_valid(answer.json(), type_name="Error")
        finally:
            bench.client.caller = admin
        with bench.database.uow(tenant=admin.tenant, actor="tester", cause="test") as uow:
            row = uow.one(
                "select count(*) as n from kernel_audit "
                "where tenant = %s and actor = 'stranger' and outcome = 'refused'",
                (admin.tenant,),
            )
        assert row is not None and (row["n"] >= 1) == (CREATE in bench.exposure.verbs)

    def test_another_tenant_sees_nothing(self, bench: Bench) -> None:
        needs(bench, GET)
        doc = bench.entity()
        admin = bench.client.caller
        bench.client.caller = Caller(f"{admin.tenant}-2", "tester", frozenset({"admin"}))
        try:
            assert bench.client.get(f"{bench.url}/{doc['id']}").status_code == 404
            if LIST in bench.exposure.verbs:
                assert bench.client.get(bench.url).json() == []
        finally:
            bench.client.caller = admin

    def test_whose_it_is_not_sees_nothing(self, bench: Bench) -> None:
        needs(bench, GET)
        if bench.exposure.owner is None:
            pytest.skip("nobody owns one")
        doc = bench.entity()
        admin = bench.client.caller
        bench.client.caller = Caller(admin.tenant, "someone", frozenset({"owner-only"}), party_id="not-the-owner")
        try:
            assert bench.client.get(f"{bench.url}/{doc['id']}").status_code == 404
            if LIST in bench.exposure.verbs:
                assert bench.client.get(bench.url).json() == []
            if PATCH in bench.exposure.verbs:
                assert bench.client.patch(f"{bench.url}/{doc['id']}", {}).status_code == 404
        finally:
            bench.client.caller = admin


def _model_names(bench: Bench) -> set[str]:
    return {field.encode_name for field in msgspec.structs.fields(bench.exposure.model)}


def _first(value: Any, segments: list[str]) -> Any:
    """The first value at a path of a body, or `None`."""
    for name in segments:
        if isinstance(value, list):
            value = value[0] if value else None
        value = value.get(name) if isinstance(value, dict) else None
    return value[0] if isinstance(value, list) and value else value
