"""Starts, joins and stops the PostgreSQL of a data folder."""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import time
from pathlib import Path

from tandem.kernel.store.embedded import holder
from tandem.kernel.store.embedded.account import Account, account_for
from tandem.kernel.store.embedded.binaries import Binaries, find_binaries, reachable_binaries
from tandem.kernel.store.embedded.cluster import HOST, SUPERUSER, data_major, make_cluster, write_settings
from tandem.kernel.store.embedded.folders import Folders, open_folders
from tandem.kernel.store.embedded.holder import Postmaster
from tandem.kernel.store.embedded.ports import free_port
from tandem.kernel.store.embedded.terms import DataFolderHeld, DataFolderUnusable, ServerAddress, ServerNotReady
from tandem.kernel.store.files import write_whole
from tandem.kernel.store.roles import DATABASE, RolePasswords, ensure_roles, url_for
from tandem.kernel.store.schema import APP_ROLE, OWNER_ROLE

_PORT_TRIES = 5
_UNSEEN_S = 3.0


class EmbeddedPostgres:
    """The PostgreSQL that lives in a data folder, started from programs that were installed as a package.

    It runs as the owner of the data, never as root; it outlives us when we are killed, and is joined by the next start.
    """

    def __init__(
        self, data: Path, *, binaries: Path | None = None, database: str = DATABASE, wait_s: float = 600.0
    ) -> None:
        self.data = data
        self.database = database
        self._binaries = binaries
        self._wait_s = wait_s
        self._folders: Folders | None = None
        self._address: ServerAddress | None = None
        self._in_use: int | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> ServerAddress:
        """Start the server, or join the one that runs; then make the roles and the database where they are missing.

        Idempotent: a second start gives the same address. After a kill of everything it recovers by itself.
        Locks: two starts at once on one data folder wait for each other.
        Raises: DataFolderHeld (with who holds it), DataFolderUnusable, WrongMajorVersion, NoPostgresBinaries,
        ServerNotReady (with the end of the log).
        """
        folders = self._folders = open_folders(self.data)
        with holder.start_lock(folders.lock("start"), limit_s=self._wait_s):
            account = account_for(folders.owner_uid())
            folders.prepare(account)
            lock = holder.open_lock(folders.lock("server"))
            try:
                running = self._await_running(folders, lock)
                joined = running is not None
                if running is None:
                    running = self._launch(folders, account, lock)
            finally:
                os.close(lock)
            self._note_use(folders)
            self._address = _address_of(running, joined=joined)
            _write_address(folders, self._address)
            ensure_roles(self.url(SUPERUSER, "postgres"), database=self.database, passwords=self.role_passwords())
        return self._address

    def stop(self, *, force: bool = False) -> bool:
        """Stop the server, unless others still use it (`force` stops it all the same). True when it is down.

        Idempotent: a server that does not run is down. Raises: ServerNotReady when it does not stop.
        """
        folders = self._folders = self._folders or open_folders(self.data)
        with holder.start_lock(folders.lock("start"), limit_s=self._wait_s):
            if self._used_by_others(folders) and not force:
                return False
            running = holder.read_postmaster(folders.cluster)
            if running is not None and holder.is_server_of(running.pid, folders.cluster):
                self._end(running, folders)
            self._address = None
        return True

    def revive(self) -> bool:
        """Start the server again if it died since it was started, on its port. True when it had died.

        Raises: as `start`; ServerNotReady when somebody took its port, so that those who know it would not find it.
        """
        before = self.address
        if self._folders is not None and holder.is_server_of(before.pid, self._folders.cluster):
            return False
        if self.start().port != before.port:
            raise ServerNotReady(f"port {before.port}, where PostgreSQL was reached, is taken", port=before.port)
        return True

    @property
    def address(self) -> ServerAddress:
        """Where the started server listens."""
        if self._address is None:
            raise ServerNotReady(f"the PostgreSQL of {self.data} was not started")
        return self._address

    def url(self, role: str = APP_ROLE, database: str | None = None) -> str:
        """The URL of a database as a role (`postgres`, `tandem_owner` or `tandem_app`), with the role's password."""
        address = self.address
        assert self._folders is not None, "an address comes from a start"
        password = _read_passwords(self._folders)[role]
        return url_for(f"postgresql://{address.host}:{address.port}/", role, password, database or self.database)

    def role_passwords(self) -> RolePasswords:
        """The passwords of the two roles, to make further databases with `ensure_roles`."""
        assert self._folders is not None, "passwords come from a start"
        passwords = _read_passwords(self._folders)
        return RolePasswords(owner=passwords[OWNER_ROLE], app=passwords[APP_ROLE])

    def _await_running(self, folders: Folders, lock: int) -> Postmaster | None:
        """The server that runs and is ready; or `None`, and then the server's lock is ours and no process is left.

        A server that starts or stops is waited for; backends without a postmaster are ended.
        """
        cluster = folders.cluster
        limit = time.monotonic() + self._wait_s
        unseen_since = time.monotonic()
        while time.monotonic() < limit:
            entry = holder.read_postmaster(cluster)
            alive = entry is not None and holder.is_server_of(entry.pid, cluster)
            if entry is not None and alive and entry.is_ready:
                return entry
            if not alive:
                if holder.end_orphans(cluster):
                    unseen_since = time.monotonic()
                if holder.try_lock(lock):
                    return None
                if time.monotonic() - unseen_since > _UNSEEN_S:
                    raise holder.held(folders.lock("server"), "is held, out of our sight, by")
            time.sleep(0.01)
        raise holder.held(folders.lock("server"), "has a server that neither becomes ready nor ends:")

    def _launch(self, folders: Folders, account: Account, lock: int) -> Postmaster:
        """Start the server's process, on the port it had before if that is free."""
        known = data_major(folders.cluster)
        binaries = reachable_binaries(find_binaries(self._binaries, data_major=known), account)
        if known is None:
            make_cluster(folders, binaries, account, _make_passwords(folders)[SUPERUSER])
        _read_passwords(folders)
        for _ in range(_PORT_TRIES):
            port = free_port(*_last_port(folders))
            write_settings(folders, account, port)
            _clear_stale(folders)
            running = self._run(folders, binaries, account, lock)
            if running is not None:
                return running
        raise ServerNotReady(f"no free port found in {_PORT_TRIES} tries", log=_log_end(folders))

    def _run(self, folders: Folders, binaries: Binaries, account: Account, lock: int) -> Postmaster | None:
        """Run the server until it is ready; `None` when somebody took its port in the meantime."""
        first_words = os.open(folders.log / "start.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            process = account.start(
                [binaries.program("postgres"), "-D", folders.cluster],
                home=folders.server,
                log=first_words,
                keep=lock,
            )
        finally:
            os.close(first_words)
        holder.sign(lock, process.pid)
        self._process = process
        limit = time.monotonic() + self._wait_s
        while process.poll() is None and time.monotonic() < limit:
            entry = holder.read_postmaster(folders.cluster)
            if entry is not None and entry.pid == process.pid and entry.is_ready:
                return entry
            time.sleep(0.005)
        if process.poll() is None:
            raise ServerNotReady(f"PostgreSQL is not ready after {self._wait_s:.0f} s", log=_log_end(folders))
        log = _log_end(folders)
        if "could not create any TCP/IP sockets" in log:
            return None
        raise ServerNotReady(f"PostgreSQL ended at once; its last words:\n{log}", log=log)

    def _end(self, running: Postmaster, folders: Folders) -> None:
        """Stop a server in fast mode: sessions are ended, what was committed is written out."""
        os.kill(running.pid, signal.SIGINT)

        def is_down() -> bool:
            if self._process is not None:
                self._process.poll()  # reaps it, if it is our own child
            return not holder.is_server_of(running.pid, folders.cluster)

        if not holder.wait_until(is_down, limit_s=60):
            raise ServerNotReady("PostgreSQL does not stop", pid=running.pid, log=_log_end(folders))

    def _note_use(self, folders: Folders) -> None:
        """Tell other processes, for as long as this one lives, that the server is in use."""
        if self._in_use is None:
            handle = self._in_use = holder.open_lock(folders.lock("users"))
            holder.wait_until(lambda: holder.try_lock(handle, shared=True), limit_s=self._wait_s)

    def _used_by_others(self, folders: Folders) -> bool:
        if self._in_use is not None:
            os.close(self._in_use)
            self._in_use = None
        probe = holder.open_lock(folders.lock("users"))
        try:
            return not holder.try_lock(probe)
        finally:
            os.close(probe)


def _address_of(running: Postmaster, *, joined: bool) -> ServerAddress:
    return ServerAddress(running.pid, running.started_at, HOST, running.port, running.sockets, joined)


def _write_address(folders: Folders, address: ServerAddress) -> None:
    doc = {
        "host": address.host,
        "port": address.port,
        "sockets": str(address.sockets) if address.sockets else None,
        "pid": address.pid,
        "startedAt": address.started_at.isoformat(),
    }
    write_whole(folders.address, json.dumps(doc, indent=1).encode() + b"\n")


def _last_port(folders: Folders) -> list[int]:
    try:
        return [int(json.loads(folders.address.read_bytes())["port"])]
    except (FileNotFoundError, ValueError, KeyError):
        return []


def _make_passwords(folders: Folders) -> dict[str, str]:
    """New passwords for a new cluster, on the disk before the cluster knows them."""
    passwords = {role: secrets.token_urlsafe(24) for role in (SUPERUSER, OWNER_ROLE, APP_ROLE)}
    write_whole(folders.passwords, json.dumps(passwords, indent=1).encode() + b"\n", mode=0o600)
    return passwords


def _read_passwords(folders: Folders) -> dict[str, str]:
    try:
        passwords: dict[str, str] = json.loads(folders.passwords.read_bytes())
    except FileNotFoundError as fault:
        raise DataFolderUnusable(
            f"{folders.passwords} is missing, and without it nobody can log in to the data",
            next_action="put it back from the backup of the data folder",
        ) from fault
    except PermissionError as fault:
        raise DataFolderHeld(
            f"the data folder belongs to uid {folders.passwords.stat().st_uid}, and its passwords are closed to us",
            next_action="start Tandem as that account, or choose another data folder",
        ) from fault
    return passwords


def _clear_stale(folders: Folders) -> None:
    """Remove what a killed server left behind. The server's lock is ours: no process of it lives, here or elsewhere.

    Why: after a restart of the machine the old process id may belong to somebody else, and PostgreSQL would refuse.
    """
    (folders.cluster / "postmaster.pid").unlink(missing_ok=True)
    for leftover in folders.sockets.iterdir() if folders.sockets else ():
        leftover.unlink()


def _log_end(folders: Folders, lines: int = 12) -> str:
    files = sorted(folders.log.glob("*.log"), key=lambda path: path.stat().st_mtime)
    text = [line for path in files[-2:] for line in path.read_text(errors="replace").splitlines()[-lines:]]
    return "\n".join(text)
