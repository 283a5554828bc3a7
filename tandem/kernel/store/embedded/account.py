"""The system account that the server runs as: our own, or an unprivileged one when we are root."""

from __future__ import annotations

import grp
import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tandem.kernel.store.embedded.terms import DataFolderUnusable

UNPRIVILEGED = ("postgres", "nobody")


@dataclass(frozen=True)
class Account:
    """A user and group of the system. `switch` says that programs must be started as somebody else than we are."""

    name: str
    uid: int
    gid: int
    switch: bool

    def run(self, argv: list[str | Path], *, home: Path) -> subprocess.CompletedProcess[str]:
        """Run a program as this account to its end, with a bare environment."""
        return subprocess.run(
            argv,
            env=bare_environment(home),
            cwd=home,
            capture_output=True,
            text=True,
            check=False,
            user=self.uid if self.switch else None,
            group=self.gid if self.switch else None,
            extra_groups=[] if self.switch else None,
        )

    def start(self, argv: list[str | Path], *, home: Path, log: int, keep: int) -> subprocess.Popen[bytes]:
        """Start a program that outlives us, as this account; it keeps the file descriptor `keep` open."""
        return subprocess.Popen(
            argv,
            env=bare_environment(home),
            cwd=home,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=(keep,),
            start_new_session=True,
            user=self.uid if self.switch else None,
            group=self.gid if self.switch else None,
            extra_groups=[] if self.switch else None,
        )

    def can_run(self, program: Path) -> bool:
        """Whether this account can execute a program (or enter a folder), by trying as that account."""
        if not self.switch:
            return os.access(program, os.X_OK)
        tried = self.run(["test", "-x", program], home=Path("/"))
        return tried.returncode == 0

    def own(self, path: Path) -> None:
        """Give a file or folder to this account."""
        if self.switch:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)


def bare_environment(home: Path) -> dict[str, str]:
    """The environment of a server: nothing of ours, no PG* or locale variable that would change what it does."""
    return {"PATH": "/usr/bin:/bin", "HOME": str(home), "LC_ALL": "C", "TZ": "UTC"}


def account_for(owner_uid: int | None) -> Account:
    """The account to run the server as: the owner of existing data, else our own, or an unprivileged one for root.

    Raises: DataFolderUnusable when the data belong to somebody whom we cannot become, or to root.
    """
    own_uid = os.geteuid()
    if owner_uid is None:
        return _account(own_uid, switch=False) if own_uid != 0 else _unprivileged()
    if owner_uid == 0:
        raise DataFolderUnusable(
            "the data belong to root, and PostgreSQL refuses to run as root",
            next_action=f"give them to an unprivileged account (chown -R {UNPRIVILEGED[0]})",
        )
    if own_uid not in (0, owner_uid):
        raise DataFolderUnusable(
            f"the data belong to {_account(owner_uid, switch=False).name}, and we run as uid {own_uid}",
            next_action="start Tandem as the account that owns the data, or choose another data folder",
            owner_uid=owner_uid,
        )
    return _account(owner_uid, switch=own_uid == 0)


def _unprivileged() -> Account:
    for name in UNPRIVILEGED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid, switch=True)
    raise DataFolderUnusable(
        f"PostgreSQL refuses to run as root, and there is no account {' or '.join(UNPRIVILEGED)}",
        next_action="start Tandem as an ordinary user, or make one of these accounts",
    )


def _account(uid: int, *, switch: bool) -> Account:
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:  # a container may run with a uid that has no name
        return Account(str(uid), uid, os.getegid() if not switch else _nogroup(), switch)
    return Account(entry.pw_name, uid, entry.pw_gid, switch)


def _nogroup() -> int:
    try:
        return grp.getgrnam("nogroup").gr_gid
    except KeyError:
        return 65534
