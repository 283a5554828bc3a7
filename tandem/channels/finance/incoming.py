"""Where uploaded usage files are kept in this process: the wiring names the folder."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from tandem.kernel.errors import Unavailable

_in_use: Final[list[Path]] = []


class UploadNotSet(Unavailable):
    """This process was not told where uploaded files go."""

    code = "finance.upload_not_set"


def keep_uploads_in(folder: Path) -> None:
    """Name the folder; the last naming counts."""
    _in_use[:] = [folder]


def uploads() -> Path:
    """The folder. Raises: UploadNotSet."""
    if not _in_use:
        raise UploadNotSet("this process was not told where uploads go", next_action="name a folder in the wiring")
    return _in_use[0]
