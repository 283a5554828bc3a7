"""Logins of the demonstration operator: one for each role, with passwords made at install and kept in one file."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from tandem.app.policy import POLICY
from tandem.app.settings import Settings
from tandem.kernel.access import users
from tandem.kernel.store import Database

FILE = "logins.txt"
CUSTOMERS = {"niamh": "cust-1001", "sean": "cust-1002", "ioana": "cust-1003", "diarmuid": "cust-1004"}
STAFF = (
    "agent",
    "finance",
    "fulfilment",
    "noc",
    "product_manager",
    "planner",
    "sales",
    "marketing",
    "executive",
    "admin",
)


@dataclass(frozen=True)
class MadeLogin:
    """A login as it is printed."""

    mount: str
    username: str
    password: str
    role: str


def make_logins(database: Database, settings: Settings) -> list[MadeLogin]:
    """Make the logins that are missing, and write them to the installation's `logins.txt`, readable by its owner only.

    Idempotent: by user name; a login that exists keeps its password and is read back from the file.
    """
    made = []
    with database.uow(tenant=settings.tenant, actor="system", cause="seed:logins") as uow:
        for username, party_id in CUSTOMERS.items():
            if users.find_user(uow, username=username) is None:
                login = MadeLogin("/my", username, secrets.token_urlsafe(9), "customer")
                users.create_user(
                    uow, POLICY, username=username, password=login.password, roles=["customer"], party_id=party_id
                )
                made.append(login)
        for role in STAFF:
            if users.find_user(uow, username=role) is None:
                login = MadeLogin("/desk", role, secrets.token_urlsafe(9), role)
                users.create_user(uow, POLICY, username=role, password=login.password, roles=[role])
                made.append(login)
        if made:
            _append(settings.data / FILE, made)
    return read_logins(settings)


def read_logins(settings: Settings) -> list[MadeLogin]:
    """The logins of the file."""
    path = settings.data / FILE
    if not path.exists():
        return []
    return [MadeLogin(*line.split("\t")) for line in path.read_text().splitlines() if line.count("\t") == 3]


def _append(path: Path, logins: list[MadeLogin]) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "w") as file:
        for one in logins:
            file.write(f"{one.mount}\t{one.username}\t{one.password}\t{one.role}\n")
