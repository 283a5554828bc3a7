"""What an exposure refuses, and whom."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from tandem.kernel.access.policy import Caller
from tandem.kernel.tmf.exposure import CREATE, GET, LIST, PATCH
from tandem.kernel.tmf.references import BY_REFERRED_TYPE
from tests.entities.bench import Bench, creates, needs
from tests.entities.sample import Doc


class RefusingSuite:
    """Inherited by every exposure; see `suite`."""

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
        for path, entity in bench.exposure.references.items():
            body = copy.deepcopy(bench.body(full=True))
            ref = _first(body, path.split("."))
            if not isinstance(ref, dict) or "id" not in ref:
                continue
            kind = ref.get("@referredType", "") if entity == BY_REFERRED_TYPE else entity
            if not bench.client.engine.references.knows(kind):
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


def _first(value: Any, segments: list[str]) -> Any:
    """The first value at a path of a body, or `None`."""
    for name in segments:
        if isinstance(value, list):
            value = value[0] if value else None
        value = value.get(name) if isinstance(value, dict) else None
    return value[0] if isinstance(value, list) and value else value
