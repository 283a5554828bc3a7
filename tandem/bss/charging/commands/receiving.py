"""Files that come in at the door: kept on disk, whole, before they are known; a worker rates them."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from tandem.bss.charging.commands import files
from tandem.bss.charging.commands.files import FileAsFound
from tandem.bss.charging.rules.files import guessing
from tandem.bss.charging.rules.files.form import form_of
from tandem.bss.charging.terms import UsageInvalid
from tandem.kernel.ids import new_id
from tandem.kernel.store import Uow
from tandem.kernel.store.files import sync_folder, write_whole

INCOMING: Final = "incoming"
_MANY: Final = 1 << 20
_LONGEST_NAME: Final = 150
_STRANGE: Final = re.compile(r"[^\w.\-]+")


@dataclass(frozen=True)
class ReceivedFile:
    """What came in. `form`: a form's name or its JSON; empty where it is found by how the file begins."""

    name: str
    content: BinaryIO
    source: str
    form: str = ""


def receive_file(uow: Uow, received: ReceivedFile, *, folder: Path) -> str:
    """Keep a file below `folder` and note that it waits; answers its id.

    Raises: UsageInvalid for a form that is none, or a file without anything in it.
    """
    named = _form_name(received.form)
    incoming = folder / INCOMING
    incoming.mkdir(parents=True, exist_ok=True)
    path = incoming / f"{new_id()}-{_safe(received.name)}"
    sha256, size = _keep(path, received.content)
    if size == 0:
        path.unlink()
        raise UsageInvalid("the file is empty", path="file")
    if received.form.lstrip().startswith("{"):
        write_whole(form_beside(path), received.form.encode())
    return files.note_received(uow, FileAsFound(received.source, received.name, sha256, size, named, str(path)))


def form_beside(path: Path) -> Path:
    """Where the form of a received file stands, if it came with one."""
    return path.with_name(f".{path.name}.form.json")


def _form_name(form: str) -> str:
    """Raises: UsageInvalid."""
    if not form:
        return ""
    return form_of(form.encode()).name if form.lstrip().startswith("{") else guessing.named(form).name


def _safe(name: str) -> str:
    """A name that is one file of ours, whatever it was."""
    return _STRANGE.sub("_", Path(name).name).lstrip(".")[-_LONGEST_NAME:] or "usage"


def _keep(path: Path, content: BinaryIO) -> tuple[bytes, int]:
    """The octets on the disk under another name, then under theirs; answers what they are known by."""
    unfinished = path.with_name(f".{path.name}.unfinished")
    found, size = hashlib.sha256(), 0
    try:
        with unfinished.open("wb") as file:
            while octets := content.read(_MANY):
                found.update(octets)
                size += len(octets)
                file.write(octets)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(path)
    finally:
        unfinished.unlink(missing_ok=True)
    sync_folder(path.parent)
    return found.digest(), size
