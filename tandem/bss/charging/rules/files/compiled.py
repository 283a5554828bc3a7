"""Loops over octets: one source, compiled where there is much to do, interpreted where compiling would cost more.

A kernel takes the octets first. Interpreted, they are `bytes` (an index gives a Python integer); compiled, an array.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

import numpy as np

SMALL: Final = 1 << 15
"""Octets up to which a kernel that is not compiled yet is interpreted: some milliseconds, compiling takes seconds."""

Function = TypeVar("Function", bound=Callable[..., Any])
_parts: list[tuple[Callable[..., Any], str]] = []


def part(function: Function) -> Function:
    """A function that kernels call: compiled together with them."""
    _parts.append((function, "never"))
    return function


def inlined(function: Function) -> Function:
    """A part that stands within its callers: for what is called for each element, where a call costs most."""
    _parts.append((function, "always"))
    return function


class Kernel:
    """A function over octets that is compiled when it first meets many of them."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self._compiled: Callable[..., Any] | None = None

    def __call__(self, octets: bytes | bytearray | memoryview, *rest: Any) -> Any:
        if self._compiled is None and len(octets) <= SMALL:
            with np.errstate(over="ignore"):
                return self.function(bytes(octets), *rest)
        return self.compiled()(np.frombuffer(octets, np.uint8), *rest)

    def compiled(self) -> Callable[..., Any]:
        """The machine code; kept on disk where that can be written."""
        if self._compiled is None:
            import numba  # late: it takes a second that small files need not wait

            while _parts:
                one, inline = _parts.pop()
                numba.extending.register_jitable(inline=inline)(one)
            try:
                self._compiled = numba.njit(cache=True, nogil=True)(self.function)
            except RuntimeError:  # there is no folder for the cache
                self._compiled = numba.njit(nogil=True)(self.function)
        return self._compiled
