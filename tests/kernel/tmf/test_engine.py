"""The five verbs on a toy: what is answered, kept, and refused."""

from __future__ import annotations

from typing import Any

import pytest

from tandem.kernel.access.policy import Caller, Policy, grant
from tandem.kernel.store import Database
from tests.kernel.tmf import toys
from tests.support.tmf_client import TmfClient, tmf_client

TOY: dict[str, Any] = {"name": "train"}
MISSING = "tmf.missing_attribute"


def made(client: TmfClient, **attributes: Any) -> dict[str, Any]:
    answer = client.post(f"{toys.V5}/toy", {**TOY, **attributes})
    assert answer.status_code == 201, answer.text
    doc: dict[str, Any] = answer.json()
    return doc


def test_a_created_entity_has_id_href_type_defaults_location_and_tag(client: TmfClient) -> None:
    answer = client.post(f"{toys.V5}/toy", {**TOY, "shelf": {"id": "s1", "href": "http://else.where/shelf/s1"}})
    doc = answer.json()
    assert answer.status_code == 201
    assert doc["href"] == f"http://tandem.test{toys.V5}/toy/{doc['id']}" == answer.headers["location"]
    assert (doc["@type"], doc["state"], answer.headers["etag"]) == ("Toy", "new", '"1"')
    assert doc["shelf"] == {"id": "s1", "href": "http://else.where/shelf/s1", "@type": "ShelfRef"}
    assert doc["madeOn"].endswith("+00:00")


def test_unknown_attributes_survive(client: TmfClient) -> None:
    doc = made(client, invented={"deep": [1, 2.50]})
    assert client.get(f"{toys.V5}/toy/{doc['id']}").json()["invented"] == {"deep": [1, 2.5]}


def test_one_entity_is_read_in_both_versions_and_without_the_prefix(client: TmfClient) -> None:
    party = {"role": "owner", "partyOrPartyRole": {"id": "p1", "@referredType": "Individual"}}
    doc = made(client, relatedParty=[party], externalId="N1")
    old = client.get(f"{toys.V4}/toy/{doc['id']}").json()
    assert old["toyNumber"] == "N1" and "externalId" not in old
    assert old["relatedParty"] == [{"id": "p1", "role": "owner", "@referredType": "Individual"}]
    assert old["href"] == f"http://tandem.test{toys.V4}/toy/{doc['id']}"
    assert client.get(f"/toyManagement/v5/toy/{doc['id']}").json() == doc


def test_a_body_in_the_old_shape_is_kept_in_the_new_one(client: TmfClient) -> None:
    answer = client.post(f"{toys.V4}/toy", {**TOY, "toyNumber": "N2", "relatedParty": [{"id": "p1", "role": "owner"}]})
    new = client.get(f"{toys.V5}/toy/{answer.json()['id']}").json()
    assert new["externalId"] == "N2"
    assert new["relatedParty"][0]["partyOrPartyRole"] == {"id": "p1", "@type": "PartyRef"}


@pytest.mark.parametrize(
    ("body", "code", "path"),
    [
        ({}, MISSING, "name"),
        ({"name": 5}, "tmf.wrong_type", "name"),
        ({"name": "a", "wheel": [{"id": "1", "position": ""}, {"id": ""}]}, MISSING, "wheel[1].position"),
        ({"name": "a", "wheel": [{"position": "left"}]}, MISSING, "wheel[0].id"),
        ({"name": "a", "price": {"value": "12.50"}}, "tmf.wrong_type", "price.value"),
        ({"name": "a", "madeOn": "yesterday"}, "tmf.wrong_type", "madeOn"),
        ({"name": "a", "madeOn": "2026-01-01T00:00:00"}, "tmf.wrong_type", "madeOn"),
        ({"name": "a", "state": "broken"}, "tmf.server_set_attribute", "state"),
        ({"name": "a", "id": "mine"}, "tmf.server_set_attribute", "id"),
        ({"name": "a", "shelf": {"id": "nowhere"}}, "tmf.unknown_reference", "shelf.id"),
    ],
)  # fmt: skip
def test_a_bad_body_is_refused_with_the_path_of_the_fault(
    client: TmfClient, body: dict[str, Any], code: str, path: str
) -> None:
    answer = client.post(f"{toys.V5}/toy", body)
    error = answer.json()
    assert (answer.status_code, error["code"], error["path"]) == (400, code, path)
    assert (error["status"], error["@type"]) == ("400", "Error")
    assert client.get(f"{toys.V5}/toy").headers["x-total-count"] == "0"


def test_errors_speak_the_words_of_the_version_that_was_asked(client: TmfClient) -> None:
    answer = client.post(f"{toys.V4}/toy", {"name": "a", "toyNumber": 5, "relatedParty": [{"id": 3}]})
    assert answer.json()["path"] in ("toyNumber", "relatedParty[0].id")


def test_a_reference_to_what_exists_is_accepted(client: TmfClient) -> None:
    shelf = client.post(f"{toys.V5}/shelf", {}).json()
    assert made(client, shelf={"id": shelf["id"], "href": shelf["href"]})["shelf"]["id"] == shelf["id"]


@pytest.mark.parametrize("body", [b"{", b'{"name": "a",}', b"", b"[]", b'{"a": \x00}', b'{"name":"\xff"}'])
def test_malformed_json_is_refused(client: TmfClient, body: bytes) -> None:
    answer = client.post(f"{toys.V5}/toy", body)
    assert answer.status_code == 400
    assert answer.json()["reason"]


def test_malformed_json_is_told_by_line_and_column(client: TmfClient) -> None:
    answer = client.post(f"{toys.V5}/toy", b'{"name": "a",\n  "x" 5}')
    assert "line 2, column 7" in answer.json()["reason"]


def test_a_body_over_the_limit_is_413(client: TmfClient) -> None:
    answer = client.post(f"{toys.V5}/toy", {"name": "x" * 1_100_000})
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


@pytest.mark.parametrize(
    ("content_type", "patch"),
    [
        ("application/json", {"weight": 5, "colour": None}),
        ("application/merge-patch+json; charset=utf-8", {"weight": 5, "colour": None}),
        (
            "application/json-patch+json",
            [{"op": "add", "path": "/weight", "value": 5}, {"op": "remove", "path": "/colour"}],
        ),
    ],
)
def test_the_three_kinds_of_patch_do_the_same(client: TmfClient, content_type: str, patch: Any) -> None:
    doc = made(client, colour=["red"])
    answer = client.patch(f"{toys.V5}/toy/{doc['id']}", patch, content_type=content_type)
    assert answer.status_code == 200, answer.text
    assert answer.json()["weight"] == 5 and "colour" not in answer.json()
    assert answer.headers["etag"] == '"2"'


def test_a_patch_keeps_what_the_client_repeats_and_refuses_what_it_must_not_set(client: TmfClient) -> None:
    doc = made(client)
    url = f"{toys.V5}/toy/{doc['id']}"
    assert client.patch(url, {**doc, "weight": 1}).status_code == 200
    for attribute in ("id", "href", "state"):
        answer = client.patch(url, {attribute: "other" if attribute != "state" else "broken"})
        assert (answer.status_code, answer.json()["path"]) == (400, attribute)
    assert client.get(url).headers["etag"] == '"2"'


def test_a_patch_of_another_media_type_is_415(client: TmfClient) -> None:
    doc = made(client)
    answer = client.patch(f"{toys.V5}/toy/{doc['id']}", b"<a/>", content_type="text/xml")
    assert answer.status_code == 415
    assert "application/merge-patch+json" in answer.headers["accept-patch"]
    assert client.post(f"{toys.V5}/toy", b"<a/>", content_type="text/xml").status_code == 415


@pytest.mark.parametrize(
    ("operation", "status", "code"),
    [
        ({"op": "test", "path": "/name", "value": "ship"}, 409, "tmf.patch_test_failed"),
        ({"op": "remove", "path": "/nothing"}, 400, "tmf.bad_patch"),
        ({"op": "explode", "path": "/name"}, 400, "tmf.bad_patch"),
        ({"op": "replace", "path": "/name"}, 400, "tmf.bad_patch"),
        ({"op": "add", "path": "name", "value": 1}, 400, "tmf.bad_patch"),
    ],
)
def test_a_json_patch_that_cannot_be_done_is_refused(
    client: TmfClient, operation: dict[str, Any], status: int, code: str
) -> None:
    doc = made(client)
    answer = client.patch(f"{toys.V5}/toy/{doc['id']}", [operation], content_type="application/json-patch+json")
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_stale_tag_is_412_and_a_present_one_passes(client: TmfClient) -> None:
    doc = made(client)
    url = f"{toys.V5}/toy/{doc['id']}"
    assert client.patch(url, {"weight": 1}, if_match='"1"').status_code == 200
    answer = client.patch(url, {"weight": 2}, if_match='"1"')
    assert (answer.status_code, answer.json()["code"], answer.json()["path"]) == (412, "stale", "If-Match")
    assert client.delete(url, if_match='"1"').status_code == 412
    assert client.delete(url, if_match='W/"2"').status_code == 204


def test_an_unchanged_entity_is_304(client: TmfClient) -> None:
    doc = made(client)
    answer = client.get(f"{toys.V5}/toy/{doc['id']}", if_none_match='"1"')
    assert (answer.status_code, answer.content) == (304, b"")


def test_a_deleted_entity_is_gone_and_its_past_is_not(client: TmfClient, toy_database: Database) -> None:
    doc = made(client)
    url = f"{toys.V5}/toy/{doc['id']}"
    assert client.delete(url).status_code == 204
    assert (client.get(url).status_code, client.delete(url).status_code) == (404, 404)
    with toy_database.uow(tenant=client.caller.tenant, actor="tester", cause="test") as uow:
        assert [change.change for change in toys.TOYS.history(uow, doc["id"])] == ["create", "delete"]


def test_an_entity_can_be_read_as_of_an_instant(client: TmfClient, toy_database: Database) -> None:
    doc = made(client, weight=1)
    url = f"{toys.V5}/toy/{doc['id']}"
    with toy_database.uow(tenant=client.caller.tenant, actor="tester", cause="test") as uow:
        between = uow.now.isoformat().replace("+", "%2B")
    client.patch(url, {"weight": 2})
    assert client.get(f"{url}?asOf={between}").json()["weight"] == 1
    assert client.get(url).json()["weight"] == 2
    assert client.get(f"{url}?asOf=2020-01-01").status_code == 404
    assert client.get(f"{url}?asOf=soon").json()["path"] == "asOf"


def test_methods_and_addresses_that_are_not_there(client: TmfClient) -> None:
    doc = made(client)
    answer = client.call("PUT", f"{toys.V5}/toy/{doc['id']}", {})
    assert (answer.status_code, answer.headers["allow"]) == (405, "DELETE, GET, HEAD, OPTIONS, PATCH")
    assert client.get(f"{toys.V5}/game").json()["code"] == "http.unknown_path"
    assert client.get(f"{toys.V5}/breakToy").status_code == 405
    head = client.call("HEAD", f"{toys.V5}/toy/{doc['id']}")
    assert (head.status_code, head.content) == (200, b"")


def test_an_idempotency_key_gives_the_stored_answer_and_refuses_other_content(client: TmfClient) -> None:
    first = client.post(f"{toys.V5}/toy", TOY, idempotency_key="k1")
    again = client.post(f"{toys.V5}/toy", TOY, idempotency_key="k1")
    assert (again.status_code, again.json(), again.headers["location"]) == (
        201,
        first.json(),
        first.headers["location"],
    )
    other = client.post(f"{toys.V5}/toy", {"name": "ship"}, idempotency_key="k1")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency.key_reused")
    assert client.get(f"{toys.V5}/toy").headers["x-total-count"] == "1"


def test_a_refused_call_leaves_its_key_free(client: TmfClient) -> None:
    assert client.post(f"{toys.V5}/toy", {}, idempotency_key="k2").status_code == 400
    assert client.post(f"{toys.V5}/toy", TOY, idempotency_key="k2").status_code == 201


def test_a_task_does_its_work_and_one_without_a_table_answers_a_document(client: TmfClient) -> None:
    doc = made(client)
    answer = client.post(f"{toys.V5}/breakToy", {"toy": {"id": doc["id"]}})
    assert (answer.status_code, answer.json()["state"]) == (201, "broken")
    answer = client.post(f"{toys.V5}/weighToy", {"toy": {"id": "x"}, "reason": "why"})
    assert (answer.status_code, answer.json()) == (202, {"@type": "WeighToy", "result": 7, "asked": "why"})


OWN = Policy(
    (*grant("admin", "*", "*"), *grant("customer", "Toy", "list get create patch", "own")), roles=("admin", "customer")
)


def mine(party: str) -> dict[str, Any]:
    return {"name": party, "relatedParty": [{"role": "owner", "partyOrPartyRole": {"id": party}}]}


def test_own_scope_shows_and_changes_only_what_is_the_callers(toy_database: Database, fresh_tenant: str) -> None:
    client = tmf_client(toys.EXPOSURES, toy_database, fresh_tenant, policy=OWN)
    other = client.post(f"{toys.V5}/toy", mine("p2")).json()
    client.caller = Caller(fresh_tenant, "ann", frozenset({"customer"}), party_id="p1")
    own = client.post(f"{toys.V5}/toy", mine("p1")).json()
    assert [doc["id"] for doc in client.get(f"{toys.V5}/toy").json()] == [own["id"]]
    assert client.get(f"{toys.V5}/toy?name=p2").json() == []
    assert client.get(f"{toys.V5}/toy/{other['id']}").status_code == 404
    assert client.patch(f"{toys.V5}/toy/{other['id']}", {"weight": 1}).status_code == 404
    assert client.patch(f"{toys.V5}/toy/{own['id']}", {"weight": 1}).status_code == 200
    assert client.post(f"{toys.V5}/toy", mine("p2")).status_code == 403


def test_a_refused_write_is_audited_and_nobody_is_401(toy_database: Database, fresh_tenant: str) -> None:
    client = tmf_client(toys.EXPOSURES, toy_database, fresh_tenant, policy=OWN)
    client.caller = Caller(fresh_tenant, "ann", frozenset({"customer"}), party_id="p1")
    assert client.delete(f"{toys.V5}/toy/t9").status_code == 403
    with toy_database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        rows = uow.all(
            "select actor, verb, entity, entity_id, outcome from kernel_audit where tenant = %s", (fresh_tenant,)
        )
    assert [tuple(row.values()) for row in rows] == [("ann", "delete", "Toy", "t9", "refused")]
    client.caller = Caller(fresh_tenant, "nobody")
    answer = client.get(f"{toys.V5}/toy")
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")


def test_tenants_do_not_see_each_other(client: TmfClient) -> None:
    doc = made(client)
    client.caller = Caller(client.caller.tenant + "-other", "tester", frozenset({"admin"}))
    assert client.get(f"{toys.V5}/toy/{doc['id']}").status_code == 404
    assert client.get(f"{toys.V5}/toy").json() == []
