"""Words of the sandbox: its files, and what is not told in them.

One use a line, and the state from which a run begins and in which it ends; their JSON Schemas (`docs/schemas`) are made
from these types.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Literal

import msgspec

from tandem.bss.catalog.terms.tariff import Amount, Tariff, Word
from tandem.kernel.period import Instant

Moment = Annotated[str, msgspec.Meta(description="RFC 3339 with its offset")]
Whole = Annotated[int, msgspec.Meta(ge=0, lt=2**61)]
CycleDay = Annotated[int, msgspec.Meta(ge=1, le=31)]
Number = Annotated[str, msgspec.Meta(pattern=r"^\+?[0-9]{1,15}$", description="An international number")]
Network = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{3}([0-9]{2,3})?$", description="MCC, or MCC and MNC")]
Stood = (
    Annotated[int, msgspec.Meta(ge=0, lt=2**62)]
    | Annotated[str, msgspec.Meta(pattern=r"^[0-9]+(\.[0-9]+)?( ?[A-Za-z]+)?$")]
)
"""Whole units, a quantity with its unit, or an amount of money as decimal text."""
Kind = Literal["units", "money", "allowance", "carried", "counter", "cap", "limit", "invoice", "member"]


class _Form(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True, omit_defaults=True):
    """Unknown words are refused."""


class TariffFile(_Form, frozen=True, kw_only=True):
    """Several tariffs, or several versions of one, in one file."""

    tariffs: Annotated[tuple[Tariff, ...], msgspec.Meta(min_length=1)]


class UsageLine(_Form, frozen=True, kw_only=True):
    """One use. The quantity that counts is that of the service's measure; no count is one.

    `session` names the session of which the use is a slice, in order of the lines. `tariff` is needed only where there
    are several and the subscriber's is not told in the state.
    """

    subscriber: Annotated[str, msgspec.Meta(min_length=1)]
    service: Word
    start: Moment
    id: str | None = None
    duration: Whole | None = None
    octets: Whole | None = None
    count: Whole | None = None
    destination: Number | None = None
    network: Network | None = None
    rating_group: Annotated[int, msgspec.Meta(ge=0, lt=2**31)] | None = None
    value: Amount | None = None
    session: str | None = None
    tariff: str | None = None


class SubscriberState(_Form, frozen=True, kw_only=True):
    """A product that uses: its account (its own if none is told), local calendar, beginning and tariff."""

    id: Annotated[str, msgspec.Meta(min_length=1)]
    account: str | None = None
    time_zone: str | None = None
    cycle_day: CycleDay | None = None
    active_from: Moment | None = None
    tariff: str | None = None


class BucketState(_Form, frozen=True, kw_only=True):
    """A bucket or a counter, of a subscriber or of an account.

    `units` and `money` are what was bought or paid in: they have an `id` and what was `granted`. The other kinds are
    what a run leaves behind: instances of allowances, what was carried over, counters. `term` is the id of the
    allowance, price or limit. Text without a unit is an amount of money (`"5.00"`); text with one (`"10 GB"`) and
    whole numbers are units. No `granted`: without limit.
    """

    kind: Kind
    id: str = ""
    subscriber: str | None = None
    account: str | None = None
    term: str | None = None
    granted: Stood | None = None
    used: Stood = 0
    moved: Whole = 0
    reserved: Stood = 0
    measure: Literal["second", "octet", "count"] = "count"
    services: tuple[Word, ...] = ()
    priority: int = 100
    start: Moment | None = None
    end: Moment | None = None
    told: Annotated[int, msgspec.Meta(ge=0, le=100)] = 0
    consent: bool = False


class StateFile(_Form, frozen=True, kw_only=True):
    """What is there before the first use."""

    subscribers: tuple[SubscriberState, ...] = ()
    buckets: tuple[BucketState, ...] = ()


class Refusal(_Form, frozen=True, kw_only=True):
    """What could not be taken: of which file, in which line (0 for the whole file), at which place, and why."""

    file: str
    line: int
    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class SandboxFile:
    """A file by its name, in lines."""

    name: str
    lines: Iterable[bytes]

    @property
    def data(self) -> bytes:
        """All of it."""
        return b"".join(self.lines)


@dataclass(frozen=True, slots=True)
class Manner:
    """How subscribers live that the state does not tell of, and what was believed when."""

    time_zone: str = "UTC"
    cycle_day: int = 1
    believed_at: Instant | None = None
