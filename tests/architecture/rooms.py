"""Who lives where: the one table of rooms and floors that every law reads. Highest first; one row is one floor.

Rooms on one floor are strangers. A room, kernel package or room file that is not declared here fails the check.
"""

from __future__ import annotations

HOUSE = (("app",), ("channels",), ("bss", "oss"), ("seam",), ("kernel",))

HALVES = {
    "bss": (
        ("journeys",),
        ("revenue_assurance", "fraud"),
        ("receivables",),
        ("ordering", "billing"),
        ("crm", "sales", "charging", "partners"),
        ("subscriptions",),
        ("party", "catalog", "ledger"),
    ),
    "oss": (
        ("journeys",),
        ("planning",),
        ("service_quality",),
        ("provisioning", "fault", "performance", "configuration"),
        ("activation",),
        ("inventory", "elements"),
        ("service_catalog",),
    ),
}

CHANNELS = (
    (
        "selfcare",
        "agent",
        "dealer",
        "sales",
        "marketing",
        "product",
        "finance",
        "noc",
        "fulfilment",
        "planner",
        "overview",
    ),
    ("kit",),
)

KERNEL = (
    ("web",),
    ("tmf",),
    ("audit",),
    ("access",),
    ("why",),
    ("steps",),
    ("clock",),
    ("store",),
    ("events",),
    ("json",),
    ("state",),
    ("period",),
    ("money",),
    ("ids",),
    ("errors",),
)

# Inside a room. `journeys` are exempt: they hold one file per policy.
FLOORS = (
    ("http", "wire", "reactions", "jobs", "seed", "steps", "why"),
    ("public",),
    ("commands", "queries"),
    ("store",),
    ("rules",),
    ("lifecycle",),
    ("model",),
    ("terms",),
)
# Rooms that need files of their own: their whole list of floors.
OWN_FLOORS = {
    "bss.receivables": (*FLOORS[:3], ("store", "clients", "simulated"), *FLOORS[4:]),
    "oss.elements": (*FLOORS[:3], ("drivers",), ("store", "clients", "simulated"), ("protocols",), *FLOORS[4:]),
}

PURE = ("rules", "lifecycle", "model", "terms")
DOORS = ("public", "terms")
APP_DOORS = ("http", "wire", "reactions", "jobs", "seed", "steps", "why")

# What a pure file may not import: tables, wires, clocks, chance, logs.
IMPURE_KERNEL = ("clock", "store", "steps", "access", "audit", "web", "ids")
IMPURE_LIBRARIES = (
    "argon2",
    "asyncio",
    "httpx",
    "logging",
    "multiprocessing",
    "os",
    "psycopg",
    "psycopg_pool",
    "random",
    "secrets",
    "socket",
    "starlette",
    "structlog",
    "subprocess",
    "threading",
    "time",
    "uuid",
    "uvicorn",
)


def room_names() -> tuple[str, ...]:
    """Every room as half.room, journeys excluded."""
    return tuple(
        f"{half}.{room}" for half, floors in HALVES.items() for floor in floors for room in floor if room != "journeys"
    )


def room_of(module: str) -> str | None:
    """The room (half.room) that a dotted name below the root package belongs to."""
    parts = module.split(".")
    return ".".join(parts[:2]) if parts[0] in HALVES and len(parts) > 1 else None


def table_prefix(room: str) -> str:
    """What every table of a room begins with."""
    return room.rpartition(".")[2] + "_"
