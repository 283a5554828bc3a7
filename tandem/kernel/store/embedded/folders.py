"""Where things lie in a data folder, and how it is made usable by the account that the server runs as."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path

from tandem.kernel.store.embedded.account import Account
from tandem.kernel.store.embedded.binaries import SHARED_PLACE, shared_place
from tandem.kernel.store.embedded.terms import DataFolderUnusable

_LONGEST_SOCKET_PATH = 107
_LONGEST_SOCKET_NAME = len("/.s.PGSQL.65535.lock")


@dataclass(frozen=True)
class Folders:
    """The part `postgres/` of a data folder. `root` is ours; what is in `server` belongs to the server's account."""

    root: Path

    @property
    def server(self) -> Path:
        """What the server reads and writes; elsewhere, behind a link, where `root` is closed to its account."""
        return self._entry.resolve()

    @property
    def _entry(self) -> Path:
        return self.root / "server"

    @property
    def cluster(self) -> Path:
        """PostgreSQL's own data directory."""
        return self.server / "cluster"

    @property
    def log(self) -> Path:
        """The server's log, one file for each day of the week."""
        return self.server / "log"

    @property
    def sockets(self) -> Path | None:
        """The folder of the Unix socket, or none where its path would be longer than the system allows."""
        folder = self.server / "sockets"
        return folder if len(str(folder)) + _LONGEST_SOCKET_NAME <= _LONGEST_SOCKET_PATH else None

    @property
    def passwords(self) -> Path:
        """The roles' passwords, readable by us only."""
        return self.root / "passwords.json"

    @property
    def address(self) -> Path:
        """Where the server listens, or listened last."""
        return self.root / "address.json"

    def lock(self, name: str) -> Path:
        """A lock file: `start`, `server` (held by every process of the server) or `users`."""
        return self.root / f"{name}.lock"

    def owner_uid(self) -> int | None:
        """Who owns the data; `None` when there are none yet."""
        return self.cluster.stat().st_uid if self.cluster.exists() else None

    def prepare(self, account: Account) -> None:
        """Make what is missing and give the server's part to its account.

        Raises: DataFolderUnusable when that account cannot get there.
        """
        self._check_link()
        if not self._entry.exists():
            self._place(account)
        account.own(self.server)
        if not account.can_run(self.server):
            raise DataFolderUnusable(
                f"the account {account.name}, which PostgreSQL must run as, cannot enter {self.server}",
                next_action="let it pass through the folders above (chmod o+x), or choose another data folder",
                folder=self.server,
            )
        for folder in (self.log, self.sockets):
            if folder is not None:
                folder.mkdir(mode=0o700, exist_ok=True)
                account.own(folder)

    def _check_link(self) -> None:
        if self._entry.is_symlink() and not self._entry.exists():
            raise DataFolderUnusable(
                f"{self._entry} points to {self._entry.readlink()}, which is not there",
                next_action="mount or restore what it points to; remove the link only to begin with empty data",
                folder=self._entry,
            )

    def _place(self, account: Account) -> None:
        """Make the server's folder here, or where its account can get to, with a link from here."""
        if account.can_run(self.root):
            self._entry.mkdir(mode=0o700)
            return
        try:
            place = shared_place() / f"data-{secrets.token_hex(6)}"
            place.mkdir(mode=0o700)
        except OSError as fault:
            raise DataFolderUnusable(
                f"the account {account.name}, which PostgreSQL must run as, cannot enter {self.root}, "
                f"and {SHARED_PLACE} cannot be used instead: {fault}",
                next_action="choose a data folder that all accounts can pass through",
                folder=self.root,
            ) from fault
        (place / "belongs-to").write_text(f"{self.root}\n")
        self._entry.symlink_to(place)


def open_folders(data: Path) -> Folders:
    """The folders of a data folder, which is made when it is missing."""
    data.mkdir(parents=True, exist_ok=True)
    root = data.resolve() / "postgres"
    if not root.exists():
        root.mkdir(mode=0o711, exist_ok=True)
        root.chmod(0o711)
    return Folders(root)
