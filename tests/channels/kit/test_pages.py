"""The engine: who may come, what is kept, what a part is, how forms are guarded. Without a browser or a database."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.testclient import TestClient

from tandem.channels.kit import transport
from tandem.channels.kit.assets import Assets
from tandem.channels.kit.pages import Pages
from tandem.channels.kit.templates import HERE
from tandem.channels.kit.visit import DESK, Desk, Visit, roles
from tandem.kernel.access.policy import Caller
from tandem.kernel.errors import Broken, Conflict, NotFound
from tandem.kernel.store import Uow
from tests.browser.support.kit_app import COOKIE, SampleDoors, Stream, build
from tests.browser.support.kit_app import FORM_TOKEN as TOKEN


class CountingDoors(SampleDoors):
    """Remembers how each unit of work ended."""

    def __init__(self) -> None:
        super().__init__()
        self.ends: list[str] = []

    @contextmanager
    def counted(self) -> Iterator[Uow | None]:
        try:
            yield None
        except BaseException:
            self.ends.append("undone")
            raise
        self.ends.append("kept")

    def uow(self, request: Request, caller: Caller):  # type: ignore[no-untyped-def]
        return self.counted()


def small_desk() -> Desk:
    desk = Desk("small", DESK, HERE, roles("noc"))

    @desk.get("/desk/small/{what}")
    def show(visit: Visit) -> Response:
        if visit.named("what") == "gone":
            raise NotFound("There is no such thing.", next_action="Look elsewhere.", code="small.gone")
        return Response(status_code=422 if visit.named("what") == "wrong" else 200)

    @desk.post("/desk/small/do")
    def act(visit: Visit) -> Response:
        if visit.sent("refuse"):
            raise Conflict("It is closed.")
        return visit.see(visit.back("/desk/small/ok"), "Done <b>well</b>.")

    return desk


@pytest.fixture
def doors() -> CountingDoors:
    return CountingDoors()


@pytest.fixture
def client(doors: CountingDoors) -> TestClient:
    app = Starlette(routes=Pages.of([small_desk()], doors, pseudo=True).routes())
    return TestClient(app, cookies={COOKIE: "noc"}, follow_redirects=False, raise_server_exceptions=True)


@pytest.fixture
def gallery() -> TestClient:
    return TestClient(build(Stream()), cookies={COOKIE: "admin"}, follow_redirects=False)


def test_a_stranger_is_sent_to_the_log_in_and_back(client: TestClient) -> None:
    client.cookies.clear()
    answer = client.get("/desk/small/ok?a=1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/login?back=/desk/small/ok%3Fa%3D1")
    part = client.get("/desk/small/ok", headers={"HX-Request": "true"})
    assert part.headers["hx-redirect"] == "/desk/login?back=/desk/small/ok"


def test_a_caller_without_the_role_is_told_so(client: TestClient, doors: CountingDoors) -> None:
    client.cookies.set(COOKIE, "sales")
    answer = client.get("/desk/small/ok")
    assert answer.status_code == 403
    assert "None of your roles" in answer.text
    assert doors.ends == []


@pytest.mark.parametrize(("what", "ends"), [("ok", ["kept"]), ("wrong", ["undone"]), ("gone", ["undone"])])
def test_an_answer_of_400_or_more_keeps_nothing(
    client: TestClient, doors: CountingDoors, what: str, ends: list[str]
) -> None:
    client.get(f"/desk/small/{what}")
    assert doors.ends == ends


def test_a_refusal_says_why_what_to_do_and_the_code(client: TestClient) -> None:
    answer = client.get("/desk/small/gone")
    assert answer.status_code == 404
    for words in ("There is no such thing.", "Look elsewhere.", "small.gone"):
        assert words in answer.text


@pytest.mark.parametrize("sent", [{}, {"csrf": "another's"}])
def test_a_form_without_its_token_does_nothing(client: TestClient, doors: CountingDoors, sent: dict[str, str]) -> None:
    assert client.post("/desk/small/do", data=sent).status_code == 403
    assert doors.ends == []


def test_a_form_leads_on_and_its_message_is_shown_once_and_escaped(client: TestClient) -> None:
    answer = client.post("/desk/small/do", data={"csrf": TOKEN})
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/small/ok")
    shown = client.get("/desk/small/gone")
    assert "Done &lt;b&gt;well&lt;/b&gt;." in shown.text
    assert "Done" not in client.get("/desk/small/gone").text


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "/\\evil.example", "evil"])
def test_a_form_leads_to_our_own_pages_only(client: TestClient, back: str) -> None:
    answer = client.post("/desk/small/do", data={"csrf": TOKEN, "back": back})
    assert answer.headers["location"] == "/desk/small/ok"


def test_a_page_is_sent_with_the_strict_policy_and_never_stored(client: TestClient) -> None:
    headers = client.get("/desk/small/gone").headers
    assert headers["content-security-policy"].startswith("default-src 'self';")
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"
    assert "HX-Target" in headers["vary"]


def test_preferences_are_kept_in_a_cookie_and_only_sound_ones(client: TestClient) -> None:
    sent = {"csrf": TOKEN, "theme": "dark", "density": "huge", "language": "fr", "zone": "Mars/Base", "back": "/desk/x"}
    answer = client.post("/desk/preferences", data=sent)
    assert answer.headers["location"] == "/desk/x"
    page = client.get("/desk/small/gone").text
    assert 'lang="fr"' in page
    assert 'data-theme="dark"' in page
    assert 'data-density="comfortable"' in page
    assert "Introuvable" in page


def test_the_wrong_password_and_the_right_one(client: TestClient) -> None:
    client.cookies.clear()
    wrong = client.post("/desk/login", data={"username": "noc", "password": "shut", "back": "/desk/small/ok"})
    assert wrong.status_code == 422
    assert "The name or the password is wrong." in wrong.text
    assert 'value="noc"' in wrong.text
    assert "shut" not in wrong.text
    right = client.post("/desk/login", data={"username": "noc", "password": "open", "back": "/desk/small/ok"})
    assert (right.status_code, right.headers["location"]) == (303, "/desk/small/ok")
    assert right.cookies[COOKIE] == "noc"


def test_a_part_is_the_block_of_its_name_and_nothing_around_it(gallery: TestClient) -> None:
    whole = gallery.get("/desk/kit/list?state=failed").text
    part = gallery.get(
        "/desk/kit/list?state=failed", headers={"HX-Request": "true", "HX-Target": "section#list"}
    ).text.strip()
    assert part.startswith('<section id="list" data-topics="Sample">')
    assert part.endswith("</section>")
    assert "<html" in whole

    def without_keys(text: str) -> str:
        return re.sub(r"\s+", " ", re.sub(r'name="csrf" value="[^"]+"', "", text))

    assert without_keys(part) in without_keys(whole)


def test_a_target_that_is_no_part_gets_the_whole_page(gallery: TestClient) -> None:
    for target in ("section#nothing", "body", "x#title"):
        answer = gallery.get("/desk/kit", headers={"HX-Request": "true", "HX-Target": target})
        assert answer.status_code == 200


def test_a_bulk_action_tells_what_was_done_and_what_was_refused(gallery: TestClient) -> None:
    sent = {"csrf": TOKEN, "action": "retry", "pick": ["o001", "o003"]}
    answer = gallery.post("/desk/kit/list?state=held", data=sent)
    assert answer.headers["location"] == "/desk/kit/list?state=held"
    assert "Retry: 1 row done. 1 refused: PO-10419: It is completed." in gallery.get("/desk/kit/list").text


def test_a_bulk_action_that_needs_a_reason_asks_for_it_first(gallery: TestClient) -> None:
    sent = {"csrf": TOKEN, "action": "cancel", "pick": ["o001", "o003"]}
    asked = gallery.post("/desk/kit/list", data=sent)
    assert asked.status_code == 200
    assert "2 rows are picked." in asked.text
    missing = gallery.post("/desk/kit/list", data={**sent, "confirmed": "1", "reason": " "})
    assert "Please give a reason." in missing.text
    assert "137" in gallery.get("/desk/kit/list").text
    done = gallery.post("/desk/kit/list", data={**sent, "confirmed": "1", "reason": "twice"})
    assert done.status_code == 303
    assert "of 135" in gallery.get("/desk/kit/list").text


def test_an_unknown_bulk_action_or_no_row_does_nothing(gallery: TestClient) -> None:
    for sent in ({"action": "explode", "pick": ["o001"]}, {"action": "cancel"}):
        gallery.post("/desk/kit/list", data={"csrf": TOKEN, **sent})
        assert "Pick at least one row first." in gallery.get("/desk/kit/list").text


@pytest.mark.parametrize(("kind", "start"), [("csv", b"\xef\xbb\xbfOrder,"), ("xlsx", b"PK")])
def test_a_list_is_downloaded_as_it_is_filtered(gallery: TestClient, kind: str, start: bytes) -> None:
    answer = gallery.get(f"/desk/kit/list?state=failed&export={kind}")
    assert answer.headers["content-disposition"] == f'attachment; filename="desk-kit-list.{kind}"'
    assert answer.content.startswith(start)
    if kind == "csv":
        assert answer.text.count("\n") == 1 + 19


def test_a_wizard_goes_step_by_step_and_checks_the_answers(gallery: TestClient) -> None:
    assert gallery.get("/desk/kit/order").headers["location"] == "/desk/kit/order/plan"
    assert gallery.get("/desk/kit/order/plan?given=plan").status_code == 422
    second = gallery.get("/desk/kit/order/plan?given=plan&plan=max100").headers["location"]
    assert second == "/desk/kit/order/customer?plan=max100"
    check = gallery.get(f"{second}&given=customer&customer=Ann+Byrne").headers["location"]
    assert check == "/desk/kit/order/check?plan=max100&customer=Ann+Byrne"
    assert "Ann Byrne" in gallery.get(check).text
    early = gallery.get("/desk/kit/order/check?plan=max100").headers["location"]
    assert early == "/desk/kit/order/customer?plan=max100&given=customer"
    sent = {"csrf": TOKEN, "plan": "max100", "customer": "Ann Byrne"}
    assert gallery.post("/desk/kit/order/check", data=sent).headers["location"] == "/desk/kit"


def test_static_files_are_kept_for_ever_and_compressed() -> None:
    assets = Assets()
    client = TestClient(Starlette(routes=Pages.of([small_desk()], SampleDoors()).routes()))
    for encoding in ("br", "gzip", "identity"):
        answer = client.get(assets.url("kit.css"), headers={"Accept-Encoding": encoding})
        assert answer.headers.get("content-encoding", "identity") == encoding
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["content-type"] == "text/css; charset=utf-8"
        assert answer.text.startswith("/* The palette")
    assert client.get("/static/kit.0000000000.css").status_code == 404
    assert client.get("/static/../pages.py").status_code == 404


def test_an_error_of_ours_tells_nothing_of_itself(doors: CountingDoors) -> None:
    pages = Pages.of([small_desk()], doors)
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/desk/small/x",
        "query_string": b"",
        "headers": [],
        "request_id": "r-7",
    }
    page = pages.error_page(scope, Broken("the ledger does not balance", code="ledger.broken"), 500).decode()
    assert "Something broke" in page
    assert "r-7" in page
    assert "balance" not in page


def test_a_token_never_looks_the_same_twice_and_comes_back_whole() -> None:
    assert transport.masked("secret") != transport.masked("secret")
    assert transport.unmasked(transport.masked("secret")) == "secret"
    for strange in ("", "secret", "é", "====", "QQ"):
        assert transport.unmasked(strange) != "secret"
