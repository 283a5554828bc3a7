"""An application with a little of everything behind the edge, and people and programs who ask it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from tandem.kernel import errors
from tandem.kernel.access.logins import Mount
from tandem.kernel.access.policy import Policy, grant
from tandem.kernel.access.sealed import Secret
from tandem.kernel.access.signing import SigningKeys
from tandem.kernel.access.tokens import Tokens, issue_token, own_issuer
from tandem.kernel.access.users import create_user
from tandem.kernel.store import Database
from tandem.kernel.web.application import WebApplication, WebParts, web_application
from tandem.kernel.web.scope import caller_of, login_of
from tandem.kernel.web.sessions import Sessions
from tests.kernel.web.serving import served

TENANT = "webedge"
GOOD = "correct horse battery"
POLICY = Policy(
    (*grant("agent", "ProductOrder Alarm", "list get"), *grant("customer", "ProductOrder", "list get", "own")),
    roles=("agent", "customer", "admin"),
)
DESK = Mount("desk", roles=frozenset({"agent"}), idle_s=1800, age_s=43_200)
OWNERS = {"o-1": "party-1", "o-2": "party-2"}


def owners_of(tenant: str, entity: str, ids: Collection[str]) -> Mapping[str, str | None]:
    return {key: OWNERS.get(key) for key in ids}


class Echo:
    """Stands where the standard's APIs stand: answers with who asked and how much was sent."""

    def owns(self, path: str) -> bool:
        return path.startswith("/tmf-api/")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await Request(scope, receive).body()
        caller = caller_of(scope)
        if caller is None:
            raise errors.Unauthenticated("Who are you?")
        doc = {"actor": caller.actor, "octets": len(body), "request": scope["request_id"]}
        await JSONResponse(doc)(scope, receive, send)


def routes(sessions: Sessions) -> list[Route]:
    async def log_in(request: Request) -> Response:
        form = await request.form()
        await run_in_threadpool(
            sessions.log_in,
            request,
            "desk",
            username=str(form["username"]),
            password=Secret(str(form["password"])),
        )
        response = RedirectResponse("/desk", status_code=303)
        sessions.keep(request, response)
        return response

    def home(request: Request) -> Response:
        login = login_of(request.scope)
        return PlainTextResponse(f"{login.user.username} {sessions.csrf_token(request)}" if login else "nobody")

    def act(request: Request) -> Response:
        holds = sessions.csrf_holds(request, request.headers.get("x-form-token", ""))
        return PlainTextResponse("done" if holds else "refused", status_code=200 if holds else 403)

    def log_out(request: Request) -> Response:
        response = PlainTextResponse("out")
        sessions.log_out(request, response, everywhere="all" in request.query_params)
        return response

    def broken(request: Request) -> Response:
        raise ZeroDivisionError("a secret of the inside")

    def own_headers(request: Request) -> Response:
        return PlainTextResponse("x", headers={"cache-control": "max-age=60"})

    return [
        Route("/desk/login", log_in, methods=["POST"]),
        Route("/desk", home),
        Route("/desk/act", act, methods=["POST"]),
        Route("/desk/logout", log_out, methods=["POST"]),
        Route("/broken/{what}", broken),
        Route("/cached", own_headers),
    ]


@pytest.fixture(scope="module")
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keys") / "signing.json"


@pytest.fixture(scope="module")
def application(database: Database, key_file: Path) -> WebApplication:
    sessions = Sessions(database, (DESK,), TENANT)
    with database.uow(tenant=TENANT, actor="t", cause="t") as uow:
        if uow.one("select 1 from kernel_user where tenant = %s and username = 'aoife'", (TENANT,)) is None:
            create_user(uow, POLICY, username="aoife", roles=["agent"], password=GOOD)
    parts = WebParts(
        database=database,
        policy=POLICY,
        tokens=Tokens([own_issuer(key_file)], roles=POLICY.roles),
        owners_of=owners_of,
        threads=8,
        api=Echo(),
        routes=routes(sessions),
        mounts=(DESK,),
        signing_key_file=key_file,
        most_body_octets=1000,
        larger_bodies={"/tmf-api/upload": 5000},
    )
    return web_application(parts)


@pytest.fixture(scope="module")
def address(application: WebApplication) -> Iterator[str]:
    with served(application) as url:
        yield url


@pytest.fixture(scope="module")
def bearer(key_file: Path) -> Any:
    keys = SigningKeys.from_file(key_file)

    def header(role: str = "agent", party_id: str | None = None) -> dict[str, str]:
        token = issue_token(keys, role=role, tenant=TENANT, subject=role, ttl_s=600, party_id=party_id)
        return {"authorization": f"Bearer {token}"}

    return header
