"""Words of desks: which records are looked for, and how one that waits stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tandem.bss.charging.terms import UsageRecord
from tandem.kernel.errors import NotFound
from tandem.kernel.period import Instant

STATES: Final = ("rated", "suspended", "excluded", "billed", "rerated")
"""How a record stands, by the number that its row has."""


@dataclass(frozen=True, slots=True)
class WaitingFilter:
    """Which records that wait are meant: all that agree with everything told. `number`: a part of the served or the
    other number; `source` how the name of the file (or the sender) begins. `first_at` and `end_at` bound the start.
    """

    codes: tuple[str, ...] = ()
    source: str | None = None
    services: tuple[str, ...] = ()
    number: str | None = None
    first_at: Instant | None = None
    end_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class CauseCount:
    """How many records wait for one reason, and since when the longest does."""

    code: str
    count: int
    oldest_at: Instant


@dataclass(frozen=True, slots=True)
class RecordView:
    """A usage record as it stands, with where it came from. `state` is one of `STATES`; `line` counts from 1."""

    usage_id: str
    state: str
    record: UsageRecord
    source: str
    line: int | None
    code: str | None
    reason: str | None
    product_id: str | None
    billing_account_id: str | None
    taken_at: Instant


@dataclass(frozen=True, slots=True)
class Correction:
    """What a person puts right in a record; what is not told stays. `quantity` in the record's own unit."""

    usage_type: str | None = None
    served: str | None = None
    destination: str | None = None
    network: str | None = None
    quantity: int | None = None
    started_at: Instant | None = None


class UsageUnknown(NotFound):
    """There is no such usage record."""

    code = "charging.usage_unknown"
