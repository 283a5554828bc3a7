"""Names under which this machine's processes ask a home register: few, and no two links with one name.

Why: a register keeps a slot of the SIMs' sequence numbers for each name that ever asked (3GPP TS 33.102, C.1.1.1; 32
slots are usual), so names must not be made up afresh; and it sends all answers for a name to the link that came first.
"""

from __future__ import annotations

import fcntl
import os
import socket
import tempfile
from pathlib import Path

from tandem.oss.elements.terms import ElementUnavailable

NAMES_OF_A_MACHINE = 8


class ClaimedName:
    """A name that is ours until we let it go or die: a lock on a file of this machine."""

    def __init__(self, name: str, descriptor: int) -> None:
        self.name = name
        self._descriptor = descriptor

    def release(self) -> None:
        """Let others have it."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def claim_name(register: str) -> ClaimedName:
    """A name that no other link of this machine to that register has. Raises: ElementUnavailable if all are taken."""
    folder = Path(tempfile.gettempdir()) / f"tandem-gsup-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    for number in range(NAMES_OF_A_MACHINE):
        descriptor = os.open(folder / f"{register}-{number}", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            continue
        return ClaimedName(f"tandem-{socket.gethostname()[:24]}-{number}", descriptor)
    raise ElementUnavailable(f"all {NAMES_OF_A_MACHINE} of this machine's names towards {register} are in use")
