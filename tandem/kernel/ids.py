"""Identifiers that sort by the time of their making."""

from __future__ import annotations

import os
import time
import uuid


def new_id() -> str:
    """A UUID version 7 (RFC 9562, 5.7) as text: 48 bits of real milliseconds, then random bits."""
    millis = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10), "big")
    value = (millis << 80) | (0x7 << 76) | (((random >> 62) & 0xFFF) << 64) | (0b10 << 62) | (random & ((1 << 62) - 1))
    return str(uuid.UUID(int=value))


def stable_id(*parts: str) -> str:
    """The same identifier for the same parts, always: for what must be made once however often it is tried."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, "\x1f".join(parts)))


def stamp() -> tuple[int, int]:
    """Real milliseconds and 40 bits of chance: what the names of many things made at once begin with."""
    return time.time_ns() // 1_000_000, int.from_bytes(os.urandom(5), "big")
