"""The standard's REST rules (TM Forum TMF630), for any entity that a room exposes.

Rooms describe with `Exposure` and `TaskExposure` what they show; this package serves it: fields, filters, sorting,
pages, patches, versions, errors, hubs, OpenAPI documents. It knows no entity by name.
"""

from tandem.kernel.tmf.exposure import (
    ALL,
    CHANGES,
    CHANGES_AND_STATES,
    NO_DELETE,
    READ,
    AnyExposure,
    Exposure,
    TaskExposure,
)

__all__ = [
    "ALL",
    "CHANGES",
    "CHANGES_AND_STATES",
    "NO_DELETE",
    "READ",
    "AnyExposure",
    "Exposure",
    "TaskExposure",
]
