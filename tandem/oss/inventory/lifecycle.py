"""The lives of services, numbers and SIMs."""

from __future__ import annotations

from typing import Final

from tandem.kernel.state import StateTable
from tandem.oss.inventory.terms import PoolKind

SERVICE_LIFE: Final = StateTable(
    "a service",
    initial=("feasibilityChecked", "designed", "reserved", "inactive", "active", "suspended"),
    edges={
        "feasibilityChecked": ("designed", "reserved", "inactive", "active", "terminated"),
        "designed": ("reserved", "inactive", "active", "terminated"),
        "reserved": ("inactive", "active", "terminated"),
        "inactive": ("active", "terminated"),
        "active": ("inactive", "suspended", "terminated"),
        "suspended": ("active", "inactive", "terminated"),
    },
    final=("terminated",),
)
"""Standard: TMF638 ServiceStateType. A planned service may become active at once, as networks find it."""

NUMBER_LIFE: Final = StateTable(
    "a number",
    initial=("available",),
    edges={
        "available": ("reserved",),
        "reserved": ("in_use", "available"),
        "in_use": ("quarantined", "ported_out", "reserved"),
        "quarantined": ("available",),
        "ported_out": ("quarantined",),
    },
)
"""`in_use` → `reserved` is the way back when an activation is undone; who had it never used it."""

SIM_LIFE: Final = StateTable(
    "a SIM",
    initial=("in_stock",),
    edges={
        "in_stock": ("reserved", "lost", "terminated"),
        "reserved": ("active", "in_stock"),
        "active": ("suspended", "terminated", "lost", "reserved"),
        "suspended": ("active", "terminated", "lost"),
        "lost": ("terminated",),
    },
    final=("terminated",),
)

LIVES: Final[dict[PoolKind, StateTable]] = {"number": NUMBER_LIFE, "sim": SIM_LIFE}
FREE: Final[dict[PoolKind, str]] = {"number": "available", "sim": "in_stock"}
USED: Final[dict[PoolKind, str]] = {"number": "in_use", "sim": "active"}
