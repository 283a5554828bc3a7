"""Files that hold keys: outside the source tree, readable by their owner only, made once by whoever comes first."""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

import tandem
from tandem.kernel.errors import Broken

_OWNER_ONLY: Final = 0o600


class KeyFileUnsafe(Broken):
    """A key file can be read by others, lies in the source tree, or cannot be read at all."""

    code = "access.key_file_unsafe"


def key_file_beside(data: Path, name: str) -> Path:
    """Where a key of this data folder lives: beside the folder, so that a copy of the data does not carry it.

    A data folder inside the source tree keeps its keys in the user's state folder instead.
    """
    folder = data.resolve()
    if not _in_source_tree(folder.parent):
        return folder.parent / f".{folder.name}-keys" / name
    state = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    return state / "tandem" / hashlib.sha256(str(folder).encode()).hexdigest()[:16] / name


def read_or_make(path: Path, make: Callable[[], bytes]) -> bytes:
    """The file's bytes; made first if there is none. Two processes that start at once agree on one file.

    Raises: KeyFileUnsafe.
    """
    if not path.exists():
        write_new(path, make())
    return read(path)


def read(path: Path) -> bytes:
    """The bytes of a key file that nobody else can read.

    Raises: KeyFileUnsafe.
    """
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        content = path.read_bytes()
    except OSError as error:
        raise KeyFileUnsafe(f"The key file {path} cannot be read: {error.strerror}.") from error
    if mode & 0o077:
        raise KeyFileUnsafe(
            f"The key file {path} can be read by others (mode {mode:04o}).", next_action=f"chmod 600 {path}"
        )
    return content


def write_new(path: Path, content: bytes) -> bool:
    """Puts the file there complete, or leaves the one that somebody else was quicker to put. Says which."""
    scratch = _written_beside(path, content)
    try:
        os.link(scratch, path)
    except FileExistsError:
        return False
    finally:
        scratch.unlink()
    return True


def replace(path: Path, content: bytes) -> None:
    """Puts a new content in the place of the old one, never half of it."""
    _written_beside(path, content).replace(path)


def _written_beside(path: Path, content: bytes) -> Path:
    if _in_source_tree(path):
        raise KeyFileUnsafe(
            f"A key must not lie in the source tree: {path}.", next_action="Name a file elsewhere in the settings."
        )
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, scratch = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    with os.fdopen(handle, "wb") as file:
        os.fchmod(handle, _OWNER_ONLY)
        file.write(content)
        file.flush()
        os.fsync(handle)
    return Path(scratch)


def _in_source_tree(path: Path) -> bool:
    """Only a checkout counts: an installed package has no `pyproject.toml` above it."""
    root = Path(tandem.__file__).resolve().parents[1]
    return (root / "pyproject.toml").exists() and path.resolve().is_relative_to(root)
