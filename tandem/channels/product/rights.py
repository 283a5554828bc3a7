"""Which roles work at this desk, and which only read its pages."""

from __future__ import annotations

from typing import Final

from tandem.channels.kit.visit import Visit, roles

ACT: Final = roles("product_manager", "admin")
READ: Final = roles("product_manager", "admin", "executive")


def may_act(visit: Visit) -> bool:
    """Whether whoever came may ask for work here."""
    return visit.has_role(*ACT)
