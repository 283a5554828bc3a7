"""The kit on the real edge: a real log-in, a real unit of work, and a change in the database that a page follows."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from starlette.responses import Response

from tandem.channels.kit.doors import ProgramDoors
from tandem.channels.kit.i18n import _
from tandem.channels.kit.list_view import ListRoutes
from tandem.channels.kit.lists import BulkAction, Column, ListPage, Outcome, Query, Rows, for_each
from tandem.channels.kit.pages import Pages
from tandem.channels.kit.visit import DESK, Desk, NavItem, Visit, roles
from tandem.kernel.access.logins import Mount
from tandem.kernel.access.policy import Policy, grant
from tandem.kernel.access.tokens import Tokens, own_issuer
from tandem.kernel.access.users import create_user, list_users
from tandem.kernel.errors import Conflict
from tandem.kernel.store import Database, Uow
from tandem.kernel.web.application import WebParts, web_application
from tandem.kernel.web.sessions import Sessions
from tests.browser.support.chromium import Watched
from tests.kernel.web.serving import served

pytestmark = pytest.mark.browser

GOOD = "correct horse battery"
POLICY = Policy(grant("agent", "User", "list get"), roles=("agent",))
DESK_LOGINS = Mount("desk", roles=frozenset({"agent"}), idle_s=1800, age_s=43_200)


def rename(uow: Uow, key: str) -> None:
    """Renames a user, and refuses to after it has written, so that the test sees what is undone."""
    uow.execute("update kernel_user set display_name = 'renamed' where tenant = %s and id = %s", (uow.tenant, key))
    if uow.one("select 1 from kernel_user where id = %s and username = 'bea'", (key,)):
        raise Conflict("Bea keeps her name.")


def users_desk() -> Desk:
    def rows(visit: Visit, query: Query) -> Rows:
        found = sorted(list_users(visit.uow), key=lambda user: user.username)
        return Rows(found, len(found))

    def rename_all(visit: Visit, keys: object, reason: str) -> Outcome:
        assert isinstance(keys, tuple)
        return for_each(visit, keys, rename)

    people = ListPage(
        path="/desk/people",
        title=_("People"),
        columns=(Column("username", _("Name")), Column("display_name", _("Shown as"))),
        rows=rows,
        bulk=(BulkAction("rename", _("Rename"), rename_all),),
        topics=("User",),
    )
    desk = Desk(
        "people", DESK, Path(__file__).parent, roles("agent"), (NavItem(_("People"), "/desk/people", "people"),)
    )
    desk.add(ListRoutes(people))

    @desk.post("/desk/people/half")
    def half(visit: Visit) -> Response:
        visit.uow.execute("update kernel_user set display_name = 'half' where tenant = %s", (visit.uow.tenant,))
        return Response("not like this", status_code=422)

    return desk


@pytest.fixture
def address(database: Database, fresh_tenant: str, tmp_path: Path) -> Iterator[str]:
    sessions = Sessions(database, (DESK_LOGINS,), fresh_tenant)
    with database.uow(tenant=fresh_tenant, actor="test", cause="test") as uow:
        for name in ("ann", "bea"):
            create_user(uow, POLICY, username=name, roles=["agent"], password=GOOD)
    pages = Pages.of([users_desk()], ProgramDoors(database, sessions, "Corrib", "Europe/Dublin"))
    parts = WebParts(
        database=database,
        policy=POLICY,
        tokens=Tokens([own_issuer(tmp_path / "signing.json")], roles=POLICY.roles),
        owners_of=lambda tenant, entity, ids: {},
        threads=8,
        routes=pages.routes(),
        mounts=(DESK_LOGINS,),
        error_page=pages.error_page,
    )
    with served(web_application(parts)) as url:
        yield url


@pytest.fixture
def agent(chromium: Browser, address: str) -> Iterator[Page]:
    context = chromium.new_context(base_url=address, locale="en-IE")
    tab = context.new_page()
    watched = Watched(tab, address.partition("://")[2])
    yield tab
    watched.require_clean()
    context.close()


def log_in(page: Page) -> None:
    page.get_by_label("Name").fill("ann")
    page.get_by_label("Password").fill(GOOD)
    page.keyboard.press("Enter")
    expect(page.locator("[data-live-switch]")).to_have_attribute("data-state", "live")


def test_an_agent_logs_in_follows_the_database_and_logs_out(agent: Page, database: Database, fresh_tenant: str) -> None:
    agent.goto("/desk")
    log_in(agent)
    expect(agent).to_have_url("/desk/people")
    expect(agent.locator("tbody tr")).to_have_count(2)
    with database.uow(tenant=fresh_tenant, actor="test", cause="test") as uow:
        create_user(uow, POLICY, username=f"cleo-{uuid.uuid4().hex[:6]}", roles=["agent"], password=None)
        topic = f'["{fresh_tenant}/User:1"]'
        uow.execute("select pg_notify('tandem_topics', %s)", (topic,))
    expect(agent.locator("tbody tr")).to_have_count(3)
    agent.locator("summary[aria-label='You']").click()
    agent.get_by_role("button", name="Log out").click()
    expect(agent.get_by_text("You are logged out.")).to_be_visible()
    agent.goto("/desk/people")
    expect(agent).to_have_url("/desk/login?back=/desk/people")


def test_a_refused_row_is_undone_and_the_others_are_kept(agent: Page, database: Database, fresh_tenant: str) -> None:
    agent.goto("/desk/people")
    log_in(agent)
    agent.get_by_role("checkbox", name="Pick all rows on this page").check()
    agent.get_by_role("button", name="Rename").click()
    expect(agent.get_by_text("Rename: 1 row done. 1 refused:")).to_contain_text("Bea keeps her name.")
    with database.uow(tenant=fresh_tenant, actor="test", cause="test") as uow:
        assert {user.username: user.display_name for user in list_users(uow)} == {"ann": "renamed", "bea": "bea"}


def test_what_an_unkept_answer_wrote_is_gone(agent: Page, database: Database, fresh_tenant: str) -> None:
    agent.goto("/desk/people")
    log_in(agent)
    token = agent.locator("input[name=csrf]").first.get_attribute("value")
    answer = agent.context.request.post("/desk/people/half", form={"csrf": token or ""})
    assert answer.status == 422
    refused = agent.context.request.post("/desk/people/half", form={"csrf": "forged"})
    assert refused.status == 403
    with database.uow(tenant=fresh_tenant, actor="test", cause="test") as uow:
        assert {user.display_name for user in list_users(uow)} == {"ann", "bea"}


def test_an_address_of_nobody_is_a_page_of_ours(agent: Page) -> None:
    answer = agent.goto("/nowhere")
    assert answer is not None and answer.status == 404
    expect(agent.get_by_role("heading", name="Not found")).to_be_visible()
