"""What every driver does."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from tandem.oss.elements.terms.values import Diff, ElementState, Intent, Reachability, Receipt, Staged


@runtime_checkable
class ElementDriver(Protocol):
    """Four beats and the reading back; free of the database, safe to use from several threads.

    Every verb raises ElementUnavailable within the driver's own time limit, and ElementRefused with what the element
    answered.
    """

    def stage(self, intent: Intent) -> Staged:
        """Read what the element holds and work out what it is to hold. Changes nothing."""

    def diff(self, staged: Staged) -> Diff:
        """What the element holds now against what it is to hold."""

    def commit(self, staged: Staged) -> Receipt:
        """Bring the element there. Idempotent: does only what is still missing, so that it may be tried again."""

    def confirm(self, staged: Staged) -> ElementState:
        """Read back and compare. Raises: ReadBackDiffers, with the differing attributes."""

    def rollback(self, staged: Staged) -> Receipt:
        """Bring the element back to what it held when it was staged. Idempotent, and right after half a commit."""

    def read_back(self, subject: str) -> ElementState:
        """What the element holds now."""

    def probe(self) -> Reachability:
        """Ask something harmless. Never raises."""

    def close(self) -> None:
        """Let the connections go."""
