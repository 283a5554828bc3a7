"""Which roles work at this desk, and which only read its pages."""

from __future__ import annotations

from typing import Final

from tandem.channels.kit.visit import Visit, roles

ACT: Final = roles("finance", "admin")
AGREE: Final = roles("finance")
READ: Final = roles("finance", "admin", "agent", "executive")


def may_act(visit: Visit) -> bool:
    """Whether whoever came may change something here."""
    return visit.has_role(*ACT)
