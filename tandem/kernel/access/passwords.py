"""Passwords: Argon2id at rest, the same time for a user who does not exist, and a floor under what is accepted.

Standards: RFC 9106 (Argon2id), OWASP's parameters (19 MiB, 2 passes, 1 lane), NIST SP 800-63B 5.1.1.2 (length, no
composition rules).
"""

from __future__ import annotations

import threading
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from tandem.kernel.errors import Invalid

SHORTEST: Final = 10
LONGEST: Final = 256
_AT_ONCE: Final = 4

_hasher: Final = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# Each hash takes 19 MiB while it runs: a flood of logins waits here instead of taking the machine's memory.
_room: Final = threading.BoundedSemaphore(_AT_ONCE)
_NOBODY: Final = _hasher.hash("no user has this password, and no user has this hash")


class PasswordTooWeak(Invalid):
    """The new password is too short, too long, or is the user's own name."""

    code = "access.password_too_weak"


def hash_password(password: str, *, username: str) -> str:
    """The text to keep.

    Raises: PasswordTooWeak.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise PasswordTooWeak(f"A password has {SHORTEST} to {LONGEST} characters.", path="password")
    if password.casefold() == username.casefold():
        raise PasswordTooWeak("A password must not be the user name.", path="password")
    with _room:
        return _hasher.hash(password)


def is_password(kept: str | None, password: str) -> bool:
    """Whether the password is the kept one; without a kept one it takes as long and says no."""
    with _room:
        try:
            matches = _hasher.verify(kept or _NOBODY, password[: LONGEST + 1])
        except (VerificationError, InvalidHashError):
            return False
    return matches and kept is not None


def is_outdated(kept: str) -> bool:
    """Whether the parameters have moved on since this was hashed."""
    return _hasher.check_needs_rehash(kept)
