"""Wiring: the one place that knows every room, and opens what only the program may open.

Order matters: a room is declared after those below it, so that tables and seeds find what they stand on.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Iterator
from functools import cache
from types import ModuleType
from typing import Any

from tandem.kernel.steps import Registry
from tandem.kernel.tmf.exposure import AnyExposure
from tandem.kernel.tmf.references import References

OSS_ROOMS = (
    "oss.service_catalog",
    "oss.elements",
    "oss.inventory",
    "oss.activation",
    "oss.provisioning",
    "oss.fault",
    "oss.service_quality",
)
BSS_ROOMS = (
    "bss.party",
    "bss.catalog",
    "bss.ledger",
    "bss.subscriptions",
    "bss.charging",
    "bss.crm",
    "bss.ordering",
    "bss.billing",
    "bss.receivables",
)
KERNEL_ROOMS = ("kernel.steps", "kernel.access", "kernel.audit", "kernel.tmf")
JOURNEYS = ("bss.journeys", "oss.journeys")


def rooms_of(halves: str) -> tuple[str, ...]:
    """The rooms that a process runs: both halves, or one of them; the kernel's own always."""
    chosen = {"both": OSS_ROOMS + BSS_ROOMS + JOURNEYS, "oss": (*OSS_ROOMS, "oss.journeys")}
    return KERNEL_ROOMS + chosen.get(halves, (*BSS_ROOMS, "bss.journeys"))


def exists(module: str) -> bool:
    """Whether there is a module of that name."""
    return importlib.util.find_spec(module) is not None


@cache
def part(room: str, name: str) -> ModuleType | None:
    """One inner module of a room, such as its `http`, or none where the room has none."""
    module = f"tandem.{room}.{name}"
    return importlib.import_module(module) if exists(module) else None


def _declared(rooms: tuple[str, ...], name: str, constant: str) -> Iterator[Any]:
    for room in rooms:
        module = part(room, name)
        if module is not None:
            yield from getattr(module, constant, ())


def declare_tables() -> None:
    """Import every room's store, so that the declared schema is whole whichever halves run."""
    for room in rooms_of("both"):
        part(room, "store")
    importlib.import_module("tandem.kernel.access")
    importlib.import_module("tandem.kernel.tmf")
    importlib.import_module("tandem.app.adapters.store")


def exposures_of(halves: str) -> list[AnyExposure]:
    """Everything that the standard's APIs show of these rooms."""
    return list(_declared(rooms_of(halves), "http", "EXPOSURES"))


def references_of(halves: str) -> References:
    """How to find out whether something exists that no single exposed table answers for (a room's `REFERENCES`)."""
    references = References()
    for room in rooms_of(halves):
        for entity, exists in getattr(part(room, "http"), "REFERENCES", {}).items():
            references.add(entity, exists)
    return references


def registry_of(halves: str) -> Registry:
    """Every durable step, reaction and job of these rooms."""
    rooms = rooms_of(halves)
    registry = Registry()
    registry.add_steps(_declared(rooms, "steps", "STEPS"))
    registry.add_reactions(_declared(rooms, "reactions", "REACTIONS"))
    registry.add_jobs(_declared(rooms, "jobs", "JOBS"))
    return registry


def seeds_of(halves: str) -> list[Any]:
    """The rooms' parts of the demonstration operator, in the order in which they stand on each other."""
    return [module.seed for room in rooms_of(halves) if (module := part(room, "seed")) is not None]
