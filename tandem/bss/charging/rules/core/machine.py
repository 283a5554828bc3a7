"""Marks what is to be compiled. In the interpreter a marked function is what it was."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

MARKED: Final[list[Callable[..., Any]]] = []
"""Every function of the kernel, in the order in which the files name them."""

_Function = TypeVar("_Function", bound=Callable[..., Any])


def machine(function: _Function) -> _Function:
    """Mark a function of the kernel."""
    MARKED.append(function)
    return function


def world_at(listed: Any) -> Any:
    """The world that an entry is given: in the interpreter itself, compiled where its tables are listed."""
    return listed


def prefetch(_table: Any, _index: int) -> None:
    """Machine code asks the memory for a row that it will need soon; the interpreter does nothing."""
