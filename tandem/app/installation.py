"""An installation made ready: its database started or found, migrated, and seeded once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tandem.app import wiring
from tandem.app.settings import Settings
from tandem.kernel.access import keyfiles, sealed, signing
from tandem.kernel.store import Database
from tandem.kernel.store.embedded import EmbeddedPostgres
from tandem.kernel.store.migrate import Migration, migrate, read_migrations
from tandem.kernel.store.roles import DatabaseUrls, ensure_roles

MIGRATIONS = Path(__file__).parent / "migrations"


@dataclass(frozen=True)
class Installation:
    """A database that is ready, and the embedded server behind it where there is one."""

    settings: Settings
    urls: DatabaseUrls
    postgres: EmbeddedPostgres | None
    migrated: tuple[Migration, ...]

    def stop(self) -> None:
        """Stop the embedded server, unless others still use it."""
        if self.postgres is not None:
            self.postgres.stop()


def prepare(settings: Settings) -> Installation:
    """Start or find the database, make its roles, migrate it, and name the keys that seal secrets.

    Idempotent; safe when two start at once.
    """
    wiring.declare_tables()
    postgres, urls = find_database(settings)
    migrated = tuple(migrate(urls.owner, read_migrations(MIGRATIONS)))
    sealed.use_sealing_keys(sealed.SealingKeys.from_file(sealing_key_file(settings)))
    return Installation(settings, urls, postgres, migrated)


def find_database(settings: Settings) -> tuple[EmbeddedPostgres | None, DatabaseUrls]:
    """The operator's own PostgreSQL, or the embedded one, started or joined."""
    settings.data.mkdir(parents=True, exist_ok=True)
    if settings.database_url:
        return None, ensure_roles(settings.database_url)
    postgres = EmbeddedPostgres(settings.data)
    postgres.start()
    return postgres, DatabaseUrls(owner=postgres.url("tandem_owner"), app=postgres.url("tandem_app"))


@contextmanager
def opened(settings: Settings, *, max_size: int = 4) -> Iterator[Database]:
    """The database of an installation for a command that runs beside the server, or without one."""
    installation = prepare(settings)
    try:
        with Database(installation.urls.app, max_size=max_size) as database:
            yield database
    finally:
        installation.stop()


def seed(database: Database, settings: Settings) -> bool:
    """Put the demonstration operator into an empty tenant, all or nothing. Returns whether it was put there now.

    Idempotent: a tenant that was seeded, or that holds anything, is left alone.
    """
    with database.uow(tenant=settings.tenant, actor="system", cause="seed:demonstration") as uow:
        uow.lock("seed")
        if uow.one("select 1 as one from kernel_history where tenant = %s limit 1", (settings.tenant,)):
            return False
        for plant in wiring.seeds_of(settings.halves):
            plant(uow)
    return True


def signing_key_file(settings: Settings) -> Path:
    """Where the token issuer's keys are: the environment's file, else beside the data folder."""
    return _key_file(settings, signing.KEY_FILE_SETTING, "signing.json")


def sealing_key_file(settings: Settings) -> Path:
    """Where the keys that seal secrets are: the environment's file, else beside the data folder."""
    return _key_file(settings, sealed.KEY_FILE_SETTING, "sealing.json")


def _key_file(settings: Settings, variable: str, name: str) -> Path:
    given = os.environ.get(variable)
    return Path(given) if given else keyfiles.key_file_beside(settings.data, name)
