"""The edge: ids, headers, limits, proofs and errors, asked over a real socket."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.kernel.web.conftest import GOOD

API = "/tmf-api/thing/v4/thing"


@pytest.fixture
def client(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address) as opened:
        yield opened


@pytest.fixture
def desk(client: httpx.Client) -> httpx.Client:
    """A browser that is logged in."""
    answer = client.post("/desk/login", data={"username": "aoife", "password": GOOD})
    assert answer.status_code == 303
    return client


def chunks(size: int) -> Iterator[bytes]:
    for _ in range(size // 100):
        yield b"x" * 100


def test_a_request_id_goes_in_and_out(client: httpx.Client, bearer: Any) -> None:
    answer = client.get(API, headers={**bearer(), "x-request-id": "abc-1"})
    assert answer.headers["x-request-id"] == "abc-1"
    assert answer.json()["request"] == "abc-1"
    made = client.get("/health", headers={"x-request-id": "x" * 65 + "\t<script>"}).headers["x-request-id"]
    assert re.fullmatch(r"[0-9a-f-]{36}", made)


def test_every_answer_has_the_security_headers(client: httpx.Client) -> None:
    for path in ("/health", "/desk", "/nothing", "/broken/x"):
        headers = client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert "default-src 'self'" in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["referrer-policy"] == "same-origin"
        assert headers["cache-control"] == "no-store"
    assert client.get("/cached").headers.get_list("cache-control") == ["max-age=60"]


def test_a_program_gets_the_standards_error_body(client: httpx.Client) -> None:
    answer = client.get("/nothing/here")
    assert answer.status_code == 404
    doc = answer.json()
    assert (doc["code"], doc["status"], doc["path"]) == ("http.unknown_path", "404", "/nothing/here")
    assert doc["referenceError"] == str(client.base_url.join("/api/errors#http.unknown_path"))
    assert client.post("/desk/nothing").status_code == 404
    refused = client.put("/cached")
    assert (refused.status_code, refused.json()["code"]) == (405, "http.method_not_allowed")
    assert set(refused.headers["allow"].split(", ")) == {"GET", "HEAD"}


def test_a_browser_gets_a_page(client: httpx.Client) -> None:
    answer = client.get("/nothing", headers={"accept": "text/html,*/*"})
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["x-request-id"] in answer.text


def test_an_error_of_ours_tells_nothing_of_the_inside(client: httpx.Client) -> None:
    for accept in ("application/json", "text/html"):
        answer = client.get("/broken/x", headers={"accept": accept})
        assert answer.status_code == 500
        assert "inside" not in answer.text
        assert "Zero" not in answer.text


@pytest.mark.parametrize("path", [API, "/desk/act"])
def test_a_body_over_the_limit_is_refused_declared_or_chunked(client: httpx.Client, bearer: Any, path: str) -> None:
    for content in (b"x" * 1001, chunks(1100)):
        answer = client.post(API, headers=bearer(), content=content)
        assert answer.status_code == 413
        assert answer.json()["code"] == "http.body_too_large"
    assert client.post(API, headers=bearer(), content=chunks(1000)).json()["octets"] == 1000


def test_an_upload_has_a_limit_of_its_own(client: httpx.Client, bearer: Any) -> None:
    assert client.post("/tmf-api/upload", headers=bearer(), content=chunks(5000)).json()["octets"] == 5000
    assert client.post("/tmf-api/upload", headers=bearer(), content=chunks(5100)).status_code == 413


def test_a_bearer_token_is_who_asks(client: httpx.Client, bearer: Any) -> None:
    for _ in range(2):
        assert client.get(API, headers=bearer()).json()["actor"] == "token:agent"


@pytest.mark.parametrize("proof", ["Bearer nonsense", "Basic YTpi", "Bearer", "bearer a.b.c"])
def test_a_wrong_proof_is_refused_not_ignored(client: httpx.Client, proof: str) -> None:
    for path in (API, "/desk", "/health"):
        answer = client.get(path, headers={"authorization": proof})
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
        assert answer.json()["code"] == "access.token_refused"


def test_no_proof_is_nobody(client: httpx.Client) -> None:
    assert client.get(API).status_code == 401
    assert client.get("/desk").text == "nobody"


def test_a_login_is_a_cookie_of_its_mount(desk: httpx.Client) -> None:
    cookie = next(iter(desk.cookies.jar))
    assert (cookie.name, cookie.path, cookie.secure) == ("tandem_desk", "/desk", False)
    assert cookie.has_nonstandard_attr("HttpOnly")
    assert cookie.get_nonstandard_attr("SameSite") == "lax"
    assert desk.get("/desk").text.startswith("aoife ")
    assert desk.get(API).status_code == 401, "a cookie is no proof for the APIs"


def test_a_wrong_password_is_no_cookie(client: httpx.Client) -> None:
    answer = client.post("/desk/login", data={"username": "aoife", "password": "wrong"})
    assert (answer.status_code, answer.json()["code"]) == (401, "access.wrong_password")
    assert not client.cookies
    client.post("/desk/login", data={"username": "aoife", "password": GOOD})


def test_a_form_needs_the_logins_token(desk: httpx.Client) -> None:
    token = desk.get("/desk").text.split()[1]
    assert desk.post("/desk/act").status_code == 403
    assert desk.post("/desk/act", headers={"x-form-token": token}).text == "done"


@pytest.mark.parametrize(
    "headers", [{"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"origin": "https://evil.example"}]
)
def test_a_form_of_another_site_is_refused(desk: httpx.Client, headers: dict[str, str]) -> None:
    token = desk.get("/desk").text.split()[1]
    answer = desk.post("/desk/act", headers={**headers, "x-form-token": token})
    assert (answer.status_code, answer.json()["code"]) == (403, "access.csrf_refused")
    assert desk.post("/desk/login", headers=headers).status_code == 403
    assert desk.get("/desk", headers=headers).status_code == 200, "following a link is no harm"


def test_our_own_form_may_say_where_it_comes_from(desk: httpx.Client, address: str) -> None:
    headers = {"sec-fetch-site": "same-origin", "origin": address, "x-form-token": desk.get("/desk").text.split()[1]}
    assert desk.post("/desk/act", headers=headers).text == "done"


@pytest.mark.parametrize("query", ["", "?all"])
def test_logging_out_ends_the_login_and_takes_the_cookie(desk: httpx.Client, query: str) -> None:
    kept = "; ".join(f"{name}={value}" for name, value in desk.cookies.items())
    assert desk.post(f"/desk/logout{query}").text == "out"
    assert not desk.cookies
    assert desk.get("/desk", headers={"cookie": kept}).text == "nobody"
    assert desk.post("/desk/logout").text == "out"


def test_health_and_the_public_keys_are_for_everybody(client: httpx.Client) -> None:
    assert client.get("/health").json() == {"status": "ok", "database": "ok"}
    (key,) = client.get("/.well-known/jwks.json").json()["keys"]
    assert (key["kty"], key["alg"]) == ("EC", "ES256")
    assert "d" not in key


def test_metrics_count_by_route_and_not_by_what_strangers_send(client: httpx.Client, bearer: Any) -> None:
    for number in range(3):
        client.get(f"{API}/{number}", headers=bearer())
        client.get(f"/wp-admin-{number}")
        client.get(f"/broken/{number}")
    text = client.get("/metrics").text
    assert f'tandem_request_seconds_count{{method="GET",route="{API}/{{id}}",status="200"}} 3.0' in text
    assert "wp-admin" not in text
    assert 'route="elsewhere",status="404"' in text
    for name in ("tandem_database_up 1.0", "tandem_outbox_lag_seconds", 'tandem_steps{state="dead"}', "tandem_pool"):
        assert name in text
