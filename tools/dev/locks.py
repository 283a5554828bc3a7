"""The lock files: what they are called, what they hash to, and how they are made anew."""

from __future__ import annotations

import hashlib
import re
import subprocess
from enum import Enum
from pathlib import Path

from tools.dev.place import ROOT, Stop


class Lock(Enum):
    """Which packages a command needs; the development lock holds the runtime's too."""

    SETUP = "requirements-setup.lock"
    RUNTIME = "requirements.lock"
    DEVELOPMENT = "requirements-dev.lock"

    @property
    def path(self) -> Path:
        return ROOT / self.value

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.path.read_bytes()).hexdigest()


COMPILE = ("pip", "compile", "-q", "--universal", "--python-version", "3.11", "--generate-hashes")
PLAIN = ("--no-emit-index-url", "--no-emit-find-links", "--no-header", "--no-annotate")


def write_locks(uv: Path, environment: dict[str, str], upgrade: tuple[str, ...]) -> None:
    """Resolve pyproject.toml again; packages keep their locked version unless named in `upgrade` ("all" for all)."""
    upgrades = ["--upgrade"] if "all" in upgrade else [word for name in upgrade for word in ("--upgrade-package", name)]
    runtime = ["pyproject.toml", *upgrades, "-o", Lock.RUNTIME.value]
    development = [
        "pyproject.toml",
        "--group",
        "dev",
        "-c",
        Lock.RUNTIME.value,
        *upgrades,
        "-o",
        Lock.DEVELOPMENT.value,
    ]
    setup = ["--no-deps", "--group", "setup", *upgrades, "-o", Lock.SETUP.value]
    for arguments in (runtime, development, setup):
        subprocess.run([uv, *COMPILE, *PLAIN, *arguments], cwd=ROOT, env=environment, check=True)
    for lock in Lock:
        require_portable(lock.value, lock.path.read_text())


def require_portable(name: str, text: str) -> None:
    """Refuse a lock that names a machine's path or a registry's address."""
    for line in text.splitlines():
        if re.search(r"://|^\s*-|\s/|file:|@ ", line) and not line.strip().startswith("--hash="):
            raise Stop(f"{name} must hold names, versions and hashes only, but has: {line.strip()}")


def section(text: str, package: str) -> str:
    """One package's part of a lock file, with its hashes."""
    parts = re.split(r"(?m)^(?=\S)", text)
    found = [part for part in parts if re.match(rf"{re.escape(package)}==", part)]
    if len(found) != 1:
        raise Stop(f"{package} does not stand in the lock exactly once")
    return found[0]
