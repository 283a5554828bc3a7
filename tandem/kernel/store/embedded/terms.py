"""Words of the embedded server: where it listens, and how starting it can fail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tandem.kernel.errors import Refused, Unavailable


class NoPostgresBinaries(Refused):
    """There is no PostgreSQL program to start."""

    code = "store.no_postgres_binaries"


class WrongMajorVersion(Refused):
    """The data were written by another major version of PostgreSQL than the programs at hand."""

    code = "store.wrong_major_version"


class DataFolderHeld(Refused):
    """Somebody else holds the data folder; `facts` say who and since when."""

    code = "store.data_folder_held"


class DataFolderUnusable(Refused):
    """The data folder cannot be used by the account that the server must run as."""

    code = "store.data_folder_unusable"


class ServerNotReady(Unavailable):
    """PostgreSQL was started and did not become ready, or was told to stop and did not."""

    code = "store.server_not_ready"


@dataclass(frozen=True)
class ServerAddress:
    """A running server: its process, when it started, and where it listens.

    `sockets` is the folder of its Unix socket (none where the path would be too long for one); `joined` says that it
    was running before this start.
    """

    pid: int
    started_at: datetime
    host: str
    port: int
    sockets: Path | None
    joined: bool
