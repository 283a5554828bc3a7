"""Which roles open this desk, which may order for a customer, and which see money."""

from __future__ import annotations

from typing import Final

from tandem.channels.kit.visit import roles

ACT: Final = roles("agent", "sales", "admin")
MONEY: Final = roles("agent", "finance", "admin", "executive")
READ: Final = ACT | MONEY
