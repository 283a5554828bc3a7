"""Makes the environment in .venv what the lock files say, and does nothing when it is already so."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tools import vendor
from tools.dev import package_index
from tools.dev.locks import Lock, section
from tools.dev.place import PYTHON, ROOT, VENV, Stop

STAMP = VENV / "tandem-locks.json"
TOOLBOX = VENV / "setup"  # uv and the unpacked django-htmx wheel: beside the environment, not importable from it
NO_VENV = """\
This Python cannot make a virtual environment (its ensurepip is missing), and neither pip nor uv is installed.
Install one of them and run the same command again, for example:
    Debian, Ubuntu     apt-get install python3-venv
    Fedora, RHEL       dnf install python3-pip
    openSUSE           zypper install python3-pip
    Alpine             apk add py3-pip"""


def ensure(lock: Lock) -> None:
    """Bring .venv to `lock`. Idempotent: a stamp in .venv names the locks that it already holds."""
    if _is_current(lock):
        return
    with _one_at_a_time():
        if _is_current(lock):
            return
        _say(f"setting up .venv from {lock.value} (only what changed)")
        _make_venv()
        _fill_toolbox()
        if not vendor.is_placed(ROOT):
            vendor.place(TOOLBOX, ROOT)
        _sync(lock)
        _write_stamp(lock)


def uv_command() -> tuple[Path, dict[str, str]]:
    """The locked uv and the environment in which it finds packages where pip does.

    Raises: Stop when this machine has no uv.
    """
    uv = TOOLBOX / "bin" / "uv"
    if not uv.exists():
        raise Stop("uv has no build for this machine; locks are made on one that has it")
    return uv, package_index.uv_environment(package_index.read_pip_settings(_pip()))


def _is_current(lock: Lock) -> bool:
    return PYTHON.exists() and vendor.is_placed(ROOT) and _stamped().get(lock.name) == lock.digest


def _stamped() -> dict[str, str]:
    try:
        return dict(json.loads(STAMP.read_text()))
    except (OSError, ValueError):
        return {}


def _write_stamp(lock: Lock) -> None:
    held = [Lock.SETUP, Lock.RUNTIME, *([Lock.DEVELOPMENT] if lock is Lock.DEVELOPMENT else [])]
    STAMP.write_text(json.dumps({each.name: each.digest for each in held}, indent=1) + "\n")


def _make_venv() -> None:
    if PYTHON.exists():
        return
    if importlib.util.find_spec("ensurepip"):
        _run([sys.executable, "-m", "venv", VENV])
    elif shutil.which("uv"):
        _run(["uv", "venv", "--seed", "--python", sys.executable, VENV])
    elif importlib.util.find_spec("pip"):
        _run([sys.executable, "-m", "venv", "--without-pip", VENV])
    else:
        raise Stop(NO_VENV)


def _pip() -> list[str]:
    inside = subprocess.run([PYTHON, "-c", "import pip"], capture_output=True)
    if inside.returncode == 0:
        return [str(PYTHON), "-m", "pip"]
    return [sys.executable, "-m", "pip", "--python", str(PYTHON)]


def _fill_toolbox() -> None:
    if TOOLBOX.exists() and _stamped().get(Lock.SETUP.name) == Lock.SETUP.digest:
        return
    shutil.rmtree(TOOLBOX, ignore_errors=True)
    try:
        _pip_install("--no-deps", "--target", str(TOOLBOX), "-r", str(Lock.SETUP.path))
    except subprocess.CalledProcessError:
        _say("uv has no build for this machine, pip installs instead")
        shutil.rmtree(TOOLBOX, ignore_errors=True)
        with tempfile.NamedTemporaryFile("w", suffix=".lock") as only_files:
            only_files.write(section(Lock.SETUP.path.read_text(), "django-htmx"))
            only_files.flush()
            _pip_install("--no-deps", "--target", str(TOOLBOX), "-r", only_files.name)


def _sync(lock: Lock) -> None:
    uv = TOOLBOX / "bin" / "uv"
    if uv.exists():
        environment = package_index.uv_environment(package_index.read_pip_settings(_pip()))
        environment.setdefault("UV_LINK_MODE", "copy")
        command = [str(uv), "pip", "sync", "-q", "--require-hashes", "--python", str(PYTHON), str(lock.path)]
        if subprocess.run(command, env=environment, cwd=ROOT).returncode == 0:
            return
        _say("uv could not install, pip tries")
    _pip_install("-r", str(lock.path))


def _pip_install(*arguments: str) -> None:
    _run([*_pip(), "install", "-q", "--disable-pip-version-check", "--require-hashes", *arguments])


def _run(command: list[str | Path]) -> None:
    subprocess.run(command, cwd=ROOT, check=True)


def _say(text: str) -> None:
    print(f"dev: {text}", file=sys.stderr, flush=True)


@contextlib.contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Two starts at once must not build the environment together; the lock goes with the process."""
    if os.name != "posix":
        yield
        return
    import fcntl

    with (ROOT / "dev").open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
