"""The embedded PostgreSQL: one server for one data folder, started from programs that come as a package.

It knows processes, accounts, folders and locks of the system; it knows nothing of our tables. Linux.
"""

from tandem.kernel.store.embedded.binaries import Binaries, find_binaries
from tandem.kernel.store.embedded.server import EmbeddedPostgres
from tandem.kernel.store.embedded.terms import (
    DataFolderHeld,
    DataFolderUnusable,
    NoPostgresBinaries,
    ServerAddress,
    ServerNotReady,
    WrongMajorVersion,
)

__all__ = [
    "Binaries",
    "DataFolderHeld",
    "DataFolderUnusable",
    "EmbeddedPostgres",
    "NoPostgresBinaries",
    "ServerAddress",
    "ServerNotReady",
    "WrongMajorVersion",
    "find_binaries",
]
