"""The API and the pages of one process, on a database that is ready."""

from __future__ import annotations

import os
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import uvicorn
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from tandem import channels
from tandem.app import seam_binding, wiring
from tandem.app.adapters import listening
from tandem.app.bill_documents import document_routes
from tandem.app.installation import sealing_key_file, signing_key_file
from tandem.app.mail import bind_mail
from tandem.app.policy import MOUNTS, POLICY, ROLES
from tandem.app.settings import Settings
from tandem.channels.finance.incoming import keep_uploads_in
from tandem.channels.kit.doors import ProgramDoors
from tandem.channels.kit.pages import Pages
from tandem.channels.kit.visit import Desk
from tandem.kernel.access.issuers import issuers_in_file
from tandem.kernel.access.sealed import SealingKeys, use_sealing_keys
from tandem.kernel.access.signing import SigningKeys
from tandem.kernel.access.tokens import Issuer, Tokens, own_issuer
from tandem.kernel.store import Database
from tandem.kernel.tmf.engine import TmfEngine, TmfSettings
from tandem.kernel.web.application import WebApplication, WebParts, web_application
from tandem.kernel.web.logs import configure_logs
from tandem.kernel.web.owners import owners_by
from tandem.kernel.web.sessions import Sessions

OPERATOR = "Corrib Communications"
ZONE = "Europe/Dublin"
_UPLOAD_OCTETS = 64 * 1024 * 1024


@dataclass(frozen=True)
class Server:
    """A built application with what must be closed behind it."""

    application: WebApplication
    engine: TmfEngine
    database: Database

    def close(self) -> None:
        """Finish what is being done, and give connections back."""
        self.engine.close()
        self.database.close()


def build(settings: Settings, database_url: str, *, pseudo: bool = False) -> Server:
    """Everything that answers on HTTP: the standard's APIs first, the desks' pages behind.

    `pseudo` adds the languages that tests look for untranslated words in.
    """
    use_keys(settings)
    wiring.declare_tables()
    database = Database(database_url, min_size=2, max_size=settings.threads + 4)
    seam_binding.bind_other_half(settings)
    bind_mail(settings)
    keep_uploads_in(settings.data / "usage")
    engine = engine_of(settings, database)
    mounts = MOUNTS if settings.halves != "oss" else tuple(one for one in MOUNTS if one.name == "desk")
    sessions = Sessions(database, MOUNTS, settings.tenant, trust_forwarded=settings.trust_forwarded)
    doors = ProgramDoors(database, sessions, operator=OPERATOR, zone=ZONE)
    exposures = [resource.exposure for resource in engine.resources]
    SigningKeys.from_file(signing_key_file(settings))
    pages = Pages.of(list(desks_of(settings.halves)), doors, pseudo=pseudo)
    parts = WebParts(
        database=database,
        policy=POLICY,
        tokens=Tokens(_issuers(settings), roles=frozenset(ROLES)),
        owners_of=owners_by(database, exposures),
        threads=settings.threads,
        api=engine,
        routes=[
            *_front_doors(settings.halves),
            *seam_binding.listener_routes(settings, database),
            *document_routes(database),
            *pages.routes(),
        ],
        mounts=mounts,
        error_page=pages.error_page,
        signing_key_file=signing_key_file(settings),
        public_url=settings.public_url or "",
        larger_bodies={"/desk/finance/usage": _UPLOAD_OCTETS, listening.PREFIX: _UPLOAD_OCTETS},
    )
    return Server(web_application(parts), engine, database)


def engine_of(settings: Settings, database: Database) -> TmfEngine:
    """The engine with every exposure of the halves that run here, and who answers for references."""
    return TmfEngine(
        wiring.exposures_of(settings.halves),
        database=database,
        policy=POLICY,
        settings=TmfSettings(
            public_url=settings.public_url,
            trust_forwarded=settings.trust_forwarded,
            threads=settings.threads,
            hub_allow=settings.hub_allow,
        ),
        references=wiring.references_of(settings.halves),
    )


def use_keys(settings: Settings) -> None:
    """Let this process seal and open secrets with the installation's keys."""
    use_sealing_keys(SealingKeys.from_file(sealing_key_file(settings)))


def desks_of(halves: str) -> Iterator[Desk]:
    """Every desk that has pages: a folder of channels with a `desk.py` that exports `DESK`."""
    network = {"kit", "noc", "planner", "fulfilment"}
    wanted = {"oss": network, "bss": {"kit", "selfcare", "agent", "fulfilment", "finance", "product"}}.get(halves)
    for folder in pkgutil.iter_modules(channels.__path__):
        name = f"{channels.__name__}.{folder.name}.desk"
        if (wanted is None or folder.name in wanted) and wiring.exists(name):
            yield import_module(name).make_desk()


def _issuers(settings: Settings) -> list[Issuer]:
    """Whose tokens count: our own, and those that the operator's file names (OpenID Connect)."""
    file = os.environ.get("TANDEM_ISSUERS_FILE")
    others = issuers_in_file(Path(file), roles=frozenset(ROLES)) if file else []
    return [own_issuer(signing_key_file(settings)), *others]


def _front_doors(halves: str) -> list[BaseRoute]:
    """Where somebody ends who names no address: customers' pages, where there are any."""

    async def front(request: Request) -> Response:
        return RedirectResponse("/desk" if halves == "oss" else "/my", status_code=303)

    return [Route("/", front)]


def start_log(settings: Settings, name: str) -> None:
    """JSON lines, each with its cause: to the installation's `logs` folder under `up`, else to standard error."""
    level = os.environ.get("TANDEM_LOG_LEVEL", "INFO")
    if "TANDEM_APP_URL" not in os.environ:
        configure_logs(level=level)
        return
    folder = settings.data / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    configure_logs(level=level, stream=open(folder / f"{name}.log", "a", buffering=1))  # noqa: SIM115 - for ever


def run(settings: Settings, database_url: str) -> None:
    """Serve until asked to stop."""
    start_log(settings, "api")
    server = build(settings, database_url)
    try:
        uvicorn.run(
            server.application,
            host=settings.host,
            port=settings.port,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=5,
            lifespan="on",
        )
    finally:
        server.close()
