"""State machines as tables, checked when they are built."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tandem.kernel.errors import Broken, Conflict, Invalid


class IllegalTransition(Conflict):
    """The state does not lead there."""

    code = "state.illegal_transition"


class StateUnknown(Invalid):
    """There is no such state."""

    code = "state.unknown"


@dataclass(frozen=True)
class StateTable:
    """Which state leads to which.

    Raises: Broken when built with an edge to an unknown state, a state that nothing reaches, or a state without a way
    out that is not named final.
    """

    name: str
    initial: tuple[str, ...]
    edges: Mapping[str, tuple[str, ...]]
    final: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        states = {*self.edges, *self.final}
        targets = {target for leads in self.edges.values() for target in leads}
        faults = {
            "unknown target": targets - states,
            "unknown initial state": set(self.initial) - states,
            "nothing reaches": states - targets - set(self.initial),
            "final, yet leads on": {state for state in self.final if self.edges.get(state)},
            "dead end, yet not final": {state for state in states if not self.edges.get(state)} - set(self.final),
        }
        for fault, which in faults.items():
            if which:
                raise Broken(f"state table {self.name}: {fault}: {', '.join(sorted(which))}", code="state.table")

    @property
    def states(self) -> frozenset[str]:
        """Every state of the table."""
        return frozenset((*self.edges, *self.final))

    def allows(self, current: str, new: str) -> bool:
        """Whether there is an edge; staying is not one."""
        return new in self.edges.get(current, ())

    def require(self, current: str, new: str, *, path: str | None = "state") -> None:
        """Raises: IllegalTransition, with the states that are allowed, unless there is an edge."""
        if not self.allows(current, new):
            allowed = ", ".join(self.edges.get(current, ())) or "none: it is final"
            raise IllegalTransition(
                f"{self.name} cannot go from {current} to {new}; from {current} it may go to: {allowed}",
                path=path,
                current=current,
                requested=new,
                allowed=list(self.edges.get(current, ())),
            )

    def check(self, before: Mapping[str, Any] | None, after: Mapping[str, Any], *, attribute: str) -> None:
        """The state that a document had (`None`: it is new) and shall have. An absent state is no state and is free.

        Raises: StateUnknown, IllegalTransition.
        """
        new = after.get(attribute)
        old = None if before is None else before.get(attribute)
        if new is None or new == old:
            return
        if new not in self.states:
            raise StateUnknown(
                f"{self.name} has no state {new!r}; it has: {', '.join(sorted(self.states))}",
                path=attribute,
                requested=str(new),
            )
        if old is not None:
            self.require(str(old), new, path=attribute)
        elif before is None and new not in self.initial:
            raise IllegalTransition(
                f"a new {self.name} begins as {' or '.join(self.initial)}, not as {new}",
                path=attribute,
                requested=new,
                allowed=list(self.initial),
            )
