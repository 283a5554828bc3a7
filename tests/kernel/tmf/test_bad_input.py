"""Whatever arrives, the answer is a refusal with the standard error, never a fault of ours; nothing half-done stays."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.kernel.tmf import toys
from tests.support.tmf_client import TmfClient

NASTY: dict[str, bytes] = {
    "deep arrays": b'{"name": "a", "x": ' + b"[" * 400 + b"]" * 400 + b"}",
    "deeper arrays": b'{"name": "a", "x": ' + b"[" * 5000 + b"]" * 5000 + b"}",
    "bottomless arrays": b'{"name": "a", "x": ' + b"[" * 200_000,
    "deep objects": b'{"name": "a", "x": ' + b'{"a":' * 900 + b"1" + b"}" * 900 + b"}",
    "a null character": b'{"name": "a\\u0000b"}',
    "a null character in a name": b'{"name": "a", "x\\u0000": 1}',
    "half a character": b'{"name": "\\ud800"}',
    "a number beyond all": b'{"name": "a", "x": 1e999999}',
    "a number with many digits": b'{"name": "a", "x": ' + b"9" * 5000 + b"}",
    "a price beyond all": b'{"name": "a", "price": {"value": 1e999999}}',
    "an integer beyond all": b'{"name": "a", "weight": 99999999999999999999}',
    "not a number": b'{"name": "a", "x": NaN}',
    "a year beyond all": b'{"name": "a", "madeOn": "99999-01-01T00:00:00Z"}',
    "a list where an object is": b'{"name": "a", "shelf": [1]}',
    "a text where a list is": b'{"name": "a", "wheel": "x"}',
    "a text where a party is": b'{"name": "a", "relatedParty": ["x"]}',
    "nulls": b'{"name": null, "wheel": [null], "x": null}',
    "an empty key": b'{"name": "a", "": {"": 1}}',
    "a type that is none": b'{"name": "a", "@type": {"a": 1}}',
    "names twice": b'{"name": 5, "name": "a"}',
    "a mark before it": b'\xef\xbb\xbf{"name": "a"}',
    "another encoding": '{"name": "ä"}'.encode("utf-16"),
}


@pytest.mark.parametrize("base", [toys.V5, toys.V4])
@pytest.mark.parametrize("body", NASTY.values(), ids=NASTY.keys())
def test_a_nasty_body_never_breaks_us(client: TmfClient, base: str, body: bytes) -> None:
    answer = client.post(f"{base}/toy", body)
    assert answer.status_code in (201, 400), answer.text
    if answer.status_code == 201:
        assert client.get(f"{base}/toy/{answer.json()['id']}").json() == answer.json()
    else:
        assert answer.json()["code"] and answer.json()["reason"]
        assert client.get(f"{base}/toy").headers["x-total-count"] == "0"


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (b'{"name": "a\\u0000b"}', "name"),
        (b'{"name": "a", "wheel": [{"id": "1"}, {"id": "\\u0000"}]}', "wheel[1].id"),
        (b'{"name": "a", "shelf": {"x\\u0000": 1}}', "shelf"),
    ],
)
def test_a_null_character_is_refused_with_its_place(client: TmfClient, body: bytes, path: str) -> None:
    answer = client.post(f"{toys.V5}/toy", body)
    assert (answer.status_code, answer.json()["code"], answer.json()["path"]) == (400, "json.nul", path)


@pytest.mark.parametrize(
    "query",
    [
        "name=%ff", "name=%", "=", "&&&", ";", ";;name=a", "name=a;;;", "name.=a", ".name=a", "name..x=a",
        "wheel..id=a",
        "weight.gt=1e999999", "weight=1e400", "price.value.gt=-1e9999999", "madeOn.gt=0000-00-00", "madeOn=9999-12-31",
        "madeOn.gt=2026-13-45T99:99:99Z", "fields=", "fields=,,", "fields=a..b", "sort=,", "sort=--name", "limit=0",
        "limit=999999999999", "name.regex=(?=a)", "name.regex=%5C", "name.regex=[", "name.regex=a{99999}",
        "name.regex=",
        "characteristic.value=[1", "characteristic.value={}", "characteristic.value.gt=a", "id.gt=%00", "x" * 9000,
        "name=" + "a," * 3000, "&".join(["name=a"] * 60), "@type.gt=a", "href=x", "href.regex=x", "colour.ne=",
        "limit=%D9%A1", "offset=+1", "weight=%2B5", "isLoud=TRUE",
    ],
)  # fmt: skip
def test_a_nasty_query_never_breaks_us(client: TmfClient, query: str) -> None:
    answer = client.get(f"{toys.V5}/toy?{query}")
    assert answer.status_code in (200, 206, 400), answer.text


@pytest.mark.parametrize(
    "patch",
    [
        None, [], [[]], [{}], [{"op": "add"}], [{"op": "add", "path": "/a/b/c", "value": 1}],
        [{"op": "move", "from": "/name", "path": "/name/x"}], [{"op": "copy", "from": "/x", "path": "/y"}],
        [{"op": "remove", "path": ""}], [{"op": "replace", "path": "", "value": 5}],
        [{"op": "add", "path": 5, "value": 5}], [{"op": [], "path": "/name"}],
        [{"op": {"a": 1}, "path": -1.5, "from": []}],
        [{"op": "add", "path": "/colour/-", "value": "x"}], [{"op": "add", "path": "/wheel/99", "value": {}}],
        [{"op": "test", "path": "/~2", "value": 1}], {"op": "add"}, "text", 5,
    ],
)  # fmt: skip
def test_a_nasty_json_patch_never_breaks_us(client: TmfClient, patch: Any) -> None:
    toy = client.post(f"{toys.V5}/toy", {"name": "train"}).json()
    url = f"{toys.V5}/toy/{toy['id']}"
    answer = client.patch(url, patch, content_type="application/json-patch+json")
    assert answer.status_code in (200, 400, 409), answer.text
    if answer.status_code != 200:
        assert client.get(url).json() == toy


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("if-match", "nonsense"),
        ("if-match", ""),
        ("if-none-match", '"x", W/"1", *'),
        ("idempotency-key", ""),
        ("idempotency-key", "x" * 300),
        ("content-type", ""),
        ("content-type", ";;;"),
        ("host", "a b"),
        ("host", "evil.example/../"),
        ("x-forwarded-host", "evil.example"),
    ],
)
def test_a_nasty_header_never_breaks_us(client: TmfClient, header: str, value: str) -> None:
    answer = client.call("POST", f"{toys.V5}/toy", {"name": "a"}, **{header: value})
    assert answer.status_code in (201, 400, 415), answer.text
    if answer.status_code == 201:
        assert "evil" not in answer.json()["href"]


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
_names = st.sampled_from(
    ["name", "wheel", "shelf", "price", "madeOn", "relatedParty", "characteristic", "note", "@type", "x"]
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(_names, _json, max_size=5), st.sampled_from([toys.V4, toys.V5]))
def test_any_object_is_created_or_refused(client: TmfClient, body: dict[str, Any], base: str) -> None:
    answer = client.post(f"{base}/toy", body)
    assert answer.status_code in (201, 400), answer.text
