"""Chooses a free port of this machine that will probably be free next time too."""

from __future__ import annotations

import random
import socket

from tandem.kernel.store.embedded.cluster import HOST

# Below the range that systems hand out to outgoing connections (32768 on Linux), above the registered crowd.
_FIRST, _LAST = 21000, 31999
_TRIES = 200


def free_port(*preferred: int) -> int:
    """The first of the preferred ports that is free, else any free one."""
    tried = [*preferred, *(random.randint(_FIRST, _LAST) for _ in range(_TRIES))]
    for port in tried:
        if _is_free(port):
            return port
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
        assert isinstance(port, int)
        return port


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True
