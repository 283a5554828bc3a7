"""Makes a cluster (PostgreSQL's data directory), whole or not at all, and writes its settings."""

from __future__ import annotations

import shutil
from pathlib import Path

from tandem.kernel.store.embedded.account import Account
from tandem.kernel.store.embedded.binaries import Binaries
from tandem.kernel.store.embedded.folders import Folders
from tandem.kernel.store.embedded.terms import ServerNotReady
from tandem.kernel.store.files import write_whole

SUPERUSER = "postgres"
HOST = "127.0.0.1"

# For two shared cores and a few hundred MB. Nothing here trades durability for speed.
_SETTINGS = {
    "max_connections": "200",
    "shared_buffers": "128MB",
    "effective_cache_size": "1GB",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "random_page_cost": "1.1",
    "jit": "off",
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "wal_compression": "on",
    "max_wal_size": "1GB",
    "max_locks_per_transaction": "256",
    "max_logical_replication_workers": "0",
    "autovacuum_naptime": "15s",
    "autovacuum_max_workers": "2",
    "client_connection_check_interval": "5s",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "logging_collector": "on",
    "log_filename": "postgres-%a.log",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
    "log_truncate_on_rotation": "on",
    "log_line_prefix": "%m [%p] %q%u@%d %a ",
    "log_min_duration_statement": "1s",
    "log_lock_waits": "on",
}

_ACCESS = f"""\
# Written by Tandem at each start: this machine only, and nobody without a password.
local all all            scram-sha-256
host  all all {HOST}/32 scram-sha-256
"""


def data_major(cluster: Path) -> int | None:
    """The major version that wrote a cluster; `None` when there is no cluster yet."""
    try:
        return int((cluster / "PG_VERSION").read_text())
    except FileNotFoundError:
        return None


def make_cluster(folders: Folders, binaries: Binaries, account: Account, password: str) -> None:
    """Make an empty cluster: UTF-8, C collation, checksums, passwords for all.

    Idempotent: a cluster that was left half made is thrown away; it gets its name only when it is whole.
    """
    unfinished = folders.cluster.with_name("cluster.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    secret = folders.server / "password.initial"
    write_whole(secret, password.encode(), mode=0o600, own=account.own)
    made = account.run(
        [
            binaries.program("initdb"),
            f"--pgdata={unfinished}",
            f"--username={SUPERUSER}",
            f"--pwfile={secret}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--data-checksums",
            "--no-instructions",
        ],
        home=folders.server,
    )
    secret.unlink()
    if made.returncode != 0:
        raise ServerNotReady(f"initdb failed: {made.stderr.strip() or made.stdout.strip()}", folder=unfinished)
    unfinished.rename(folders.cluster)


def write_settings(folders: Folders, account: Account, port: int) -> None:
    """Write our settings and who may connect; an operator's `postgres/server/operator.conf` has the last word."""
    settings = {
        **_SETTINGS,
        "listen_addresses": HOST,
        "port": str(port),
        "unix_socket_directories": str(folders.sockets or ""),
        "log_directory": str(folders.log),
    }
    lines = [f"{name} = '{value}'" for name, value in settings.items()]
    lines.append(f"include_if_exists '{folders.server / 'operator.conf'}'")
    text = "\n".join(["# Written by Tandem at each start.", *lines, ""])
    _give(folders.cluster / "tandem.conf", text, account)
    _give(folders.cluster / "pg_hba.conf", _ACCESS, account)
    main = folders.cluster / "postgresql.conf"
    written = main.read_text()
    if "include 'tandem.conf'" not in written:
        _give(main, f"{written}\ninclude 'tandem.conf'\n", account)


def _give(path: Path, text: str, account: Account) -> None:
    if not path.exists() or path.read_text() != text:
        write_whole(path, text.encode(), mode=0o600, own=account.own)
