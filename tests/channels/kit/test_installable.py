"""An installable mount: its manifest, its worker, and what it says of its pages. Without a browser."""

from __future__ import annotations

import hashlib
import json
import re
import struct

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.testclient import TestClient

from tandem.channels.kit.assets import Assets
from tandem.channels.kit.cookies import keep_flash
from tandem.channels.kit.pages import Pages
from tandem.channels.kit.templates import HERE
from tandem.channels.kit.visit import DESK, MY, Desk, Flash, Visit, roles
from tandem.channels.selfcare.desk import make_desk
from tandem.kernel.errors import NotFound
from tests.browser.support.kit_app import COOKIE, SampleDoors


def small_desk() -> Desk:
    desk = Desk("small", MY, HERE, roles("customer", "other"))

    @desk.get("/my/thing/{what}", kept=True)
    def show(visit: Visit) -> Response:
        if visit.named("what") == "gone":
            raise NotFound("There is no such thing.")
        return Response("<p>thing</p>")

    @desk.get("/my/form")
    def form(visit: Visit) -> Response:
        return Response("<form>")

    return desk


class PersonDoors(SampleDoors):
    """Everybody is in one role, whatever they are called."""

    def person(self, request: Request) -> str:
        return "Niamh Byrne" if COOKIE in request.cookies else ""


@pytest.fixture
def client() -> TestClient:
    app = Starlette(routes=Pages.of([small_desk()], PersonDoors()).routes())
    return TestClient(app, cookies={COOKIE: "customer"}, follow_redirects=False)


def test_the_manifest_names_the_operator_and_icons_that_are_there(client: TestClient) -> None:
    client.cookies.clear()
    answer = client.get("/my/manifest.webmanifest")
    assert answer.headers["content-type"] == "application/manifest+json"
    manifest = answer.json()
    assert (manifest["name"], manifest["start_url"], manifest["scope"], manifest["display"]) == (
        "Corrib",
        "/my",
        "/my",
        "standalone",
    )
    drawn = {(icon["sizes"], icon["purpose"]) for icon in manifest["icons"]}
    assert drawn == {("any", "any"), ("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")}
    for icon in manifest["icons"]:
        body = client.get(icon["src"])
        assert (body.status_code, body.headers["content-type"]) == (200, icon["type"])
        if icon["type"] == "image/png":
            width, height = struct.unpack(">II", body.content[16:24])
            assert f"{width}x{height}" == icon["sizes"]


def test_the_worker_has_the_mounts_scope_and_is_asked_for_anew(client: TestClient) -> None:
    client.cookies.clear()
    answer = client.get("/my/worker.js")
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["service-worker-allowed"] == "/my"
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["content-security-policy"] == "default-src 'self'"
    told = json.loads(re.match(r"self\.tandem = (.*);\n", answer.text)[1])  # type: ignore[index]
    assert (told["mount"], told["offline"]) == ("/my", "/my/offline")
    assert Assets().url("kit.css") in told["files"]
    assert [client.get(address).status_code for address in (*told["files"], told["offline"])] == [200] * 5


def test_the_page_in_place_of_a_missing_one_is_nobodys(client: TestClient) -> None:
    page = client.get("/my/offline")
    assert page.status_code == 200
    assert "You are offline" in page.text
    assert "Niamh" not in page.text
    assert "csrf" not in page.text


def test_only_a_whole_page_that_was_shown_may_be_kept(client: TestClient) -> None:
    whole = client.get("/my/thing/a")
    assert whole.headers["tandem-keep"] == "1"
    assert "tandem-keep" not in client.get("/my/form").headers
    assert "tandem-keep" not in client.get("/my/thing/gone").headers
    part = client.get("/my/thing/a", headers={"HX-Request": "true", "HX-Target": "section#a"})
    assert "tandem-keep" not in part.headers


def test_each_answer_says_whose_it_is_without_telling_who(client: TestClient) -> None:
    hers = client.get("/my/form").headers["tandem-visitor"]
    assert (
        hers == client.get("/my/thing/a").headers["tandem-visitor"] == client.get("/my/login").headers["tandem-visitor"]
    )
    assert "customer" not in hers
    client.cookies.set(COOKIE, "other")
    assert client.get("/my/form").headers["tandem-visitor"] not in (hers, "nobody")
    client.cookies.clear()
    assert client.get("/my/login").headers["tandem-visitor"] == "nobody"
    assert "tandem-keep" not in client.get("/my/thing/a").headers


def test_the_frame_names_manifest_and_worker(client: TestClient) -> None:
    page = client.get("/my/thing/gone").text
    assert '<link rel="manifest" href="/my/manifest.webmanifest">' in page
    assert 'data-worker="/my/worker.js"' in page


def test_a_mount_that_is_not_installable_has_none_of_it() -> None:
    desk = Desk("small", DESK, HERE, roles("customer"))
    desk.get("/desk/small", kept=True)(lambda visit: visit.page("kit/offline.html"))
    client = TestClient(Starlette(routes=Pages.of([desk], SampleDoors()).routes()), cookies={COOKIE: "customer"})
    assert client.get("/desk/worker.js").status_code == 404
    assert client.get("/desk/manifest.webmanifest").status_code == 404
    answer = client.get("/desk/small")
    assert "tandem-keep" not in answer.headers
    assert "tandem-visitor" not in answer.headers


def test_what_is_kept_of_a_customer_is_home_usage_and_bills() -> None:
    kept = {page.path for page in make_desk().pages if page.kept}
    assert kept == {"/my", "/my/usage", "/my/bills", "/my/bills/{bill_id}", "/my/bills/{bill_id}/why/{rate_id}"}


def test_the_worker_changes_when_a_file_does() -> None:
    files = Assets()
    served = TestClient(Starlette(routes=Pages.of([small_desk()], SampleDoors()).routes())).get("/my/worker.js").text
    for name in ("kit.css", "kit.js", "icons.svg"):
        assert hashlib.sha256(files.named(name).body).hexdigest()[:10] in served


def test_a_message_waits_for_the_page_that_a_person_sees(client: TestClient) -> None:
    left = Response()
    keep_flash(left, Flash("You are logged out.", "good"))
    message = left.headers["set-cookie"].partition(";")[0]
    quietly = client.get("/my/login", headers={"cookie": message, "Tandem-Live": "1"})
    assert "You are logged out." not in quietly.text and "tandem_flash" not in quietly.headers.get("set-cookie", "")
    seen = client.get("/my/login", headers={"cookie": message})
    assert "You are logged out." in seen.text and "tandem_flash" in seen.headers["set-cookie"]
