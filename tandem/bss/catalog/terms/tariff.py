"""The tariff vocabulary: how use is priced, as a typed JSON form. `docs/how/tariffs.md` says what every word does.

One form in three places: a file of the sandbox, the `tariff` and `rating` characteristics of TMF620 offerings and
prices, and what a rated event keeps. Its JSON Schema is made from these types. Amounts of money are decimal text
(`"0.15"`), quantities are text with a unit (`"100 GB"`, `"1 minute"`) or whole numbers of the smallest unit.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

Word = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z][A-Za-z0-9_.-]{0,62}$", description="A name")]
Digits = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,15}$", description="Beginning of an international number")]
NetworkCode = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{3}([0-9]{2,3})?$", description="MCC, or MCC and MNC")]
Amount = Annotated[str, msgspec.Meta(pattern=r"^-?[0-9]{1,12}(\.[0-9]{1,6})?$", description="Decimal text")]
Quantity = (
    Annotated[int, msgspec.Meta(ge=0)]
    | Annotated[
        str, msgspec.Meta(pattern=r"^[0-9]{1,15}(\.[0-9]{1,12})? ?[A-Za-z]+$", description="A number and its unit")
    ]
)
Clock = Annotated[str, msgspec.Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$", description="Local time")]
Holiday = Annotated[str, msgspec.Meta(pattern=r"^\d{4}-\d{2}-\d{2}$")]
Country = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$")]
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun", "holiday"]
Scope = Literal["use", "day", "cycle"]
"""Over what something is counted: one use, a local day, a bill cycle."""


class _Form(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True, omit_defaults=True):
    """What all parts of the vocabulary have in common: unknown words are refused."""


class TimePeriod(_Form, frozen=True, kw_only=True):
    """From an instant until before another; RFC 3339."""

    start_date_time: str | None = None
    end_date_time: str | None = None


class DayPart(_Form, frozen=True, kw_only=True):
    """A part of the week with a name. Of several that hold an instant, the first of the list is in force.

    On a holiday the day is `holiday`, not its weekday. No `days`: every day. `from` after `to` goes over midnight.
    """

    name: Word
    days: tuple[Day, ...] = ()
    start: Clock = msgspec.field(name="from", default="00:00")
    end: Clock = msgspec.field(name="to", default="24:00")


class Rounding(_Form, frozen=True, kw_only=True):
    """How an amount is rounded: to how many decimals, by which mode, and where.

    `increment`: the price of each increment is rounded, then multiplied. `charge`: what one use costs at one price.
    `bill`: charges keep six decimals and the bill rounds its sums.
    """

    mode: Literal["halfUp", "halfEven", "up", "down"] = "halfUp"
    digits: Annotated[int, msgspec.Meta(ge=0, le=6)] = 2
    place: Literal["increment", "charge", "bill"] = "charge"


class FirstInterval(_Form, frozen=True, kw_only=True):
    """The beginning of a use has a price of its own, charged whole."""

    length: Quantity
    amount: Amount


class TierStep(_Form, frozen=True, kw_only=True):
    """One step of a tier table: up to and with `upTo` units (none: without end).

    Graduated and volume: `amount` for each `per`. Stair-step: `amount` for everything.
    """

    up_to: Quantity | None = None
    amount: Amount
    per: Quantity | None = None


class Tiers(_Form, frozen=True, kw_only=True):
    """A price that depends on how much was used within the scope.

    graduated: each unit at the price of the step that it falls in. volume: all units at the price of the step that the
    sum reaches. stairStep: one amount, that of the step that the sum reaches.
    """

    kind: Literal["graduated", "volume", "stairStep"]
    scope: Scope = "use"
    steps: Annotated[tuple[TierStep, ...], msgspec.Meta(min_length=1)]


class Package(_Form, frozen=True, kw_only=True):
    """Sold in pieces: each begun piece costs the amount."""

    size: Quantity
    amount: Amount


class FreeUnits(_Form, frozen=True, kw_only=True):
    """The first units of a use, a day or a cycle cost nothing at this price."""

    amount: Quantity
    scope: Scope = "use"


class Cap(_Form, frozen=True, kw_only=True):
    """No more than this is charged at the price within a day or cycle; what is used beyond it is free."""

    amount: Amount
    scope: Literal["day", "cycle"]


class Target(_Form, frozen=True, kw_only=True):
    """What use a term is for. Left out means all; names are those of the tariff."""

    service: Word
    rating_groups: tuple[int, ...] = ()
    to: tuple[Word, ...] = ()
    within: tuple[Word, ...] = msgspec.field(name="in", default=())
    during: tuple[Word, ...] = ()


class Price(Target, frozen=True, kw_only=True):
    """A price for use: exactly one of `amount` (for each `per`), `flat`, `package`, `tiers`, `percent` of the value."""

    id: str
    name: str = ""
    version: str = ""
    valid_for: TimePeriod | None = None
    amount: Amount | None = None
    per: Quantity | None = None
    flat: Amount | None = None
    package: Package | None = None
    tiers: Tiers | None = None
    percent: Amount | None = None
    first_interval: FirstInterval | None = None
    free_units: FreeUnits | None = None
    connect_fee: Amount | None = None
    minimum: Amount | None = None
    maximum: Amount | None = None
    increments: Annotated[str, msgspec.Meta(pattern=r"^[1-9][0-9]{0,14}/[1-9][0-9]{0,14}$")] = "1/1"
    rounding: Rounding = Rounding()
    caps: tuple[Cap, ...] = ()


class Validity(_Form, frozen=True, kw_only=True):
    """How long an allowance lasts.

    cycle, day: a new one each bill cycle or local day. fixed: once, within `start` and `end`. firstUse: once, for
    `length` from its first use. rolling: for `length` from its first use, and anew with the first use after that.
    """

    kind: Literal["cycle", "day", "fixed", "firstUse", "rolling"] = "cycle"
    start: str | None = None
    end: str | None = None
    length: Quantity | None = None


class RollOver(_Form, frozen=True, kw_only=True):
    """What is left at the end of a cycle can be used in the following `cycles`, at most `cap`, before the new one."""

    cap: Quantity | None = None
    cycles: Annotated[int, msgspec.Meta(ge=1, le=12)] = 1


class FairUse(_Form, frozen=True, kw_only=True):
    """An amount that a regulation gives: the rule pack's name and the monthly price without tax."""

    rule: Literal["eu-roaming"]
    monthly: Amount


class Allowance(Target, frozen=True, kw_only=True):
    """Use that is paid for already: `amount`, or `unlimited`, or by `fairUse`. Lower `priority` is used first."""

    id: str
    name: str = ""
    version: str = ""
    valid_for: TimePeriod | None = None
    amount: Quantity | None = None
    unlimited: bool = False
    fair_use: FairUse | None = None
    increments: Annotated[str, msgspec.Meta(pattern=r"^[1-9][0-9]{0,14}/[1-9][0-9]{0,14}$")] = "1/1"
    priority: int = 100
    validity: Validity = Validity()
    roll_over: RollOver | None = None
    first_period: Literal["whole", "prorated"] = "whole"
    shared: bool = False
    member_limit: Quantity | None = None
    thresholds: tuple[Annotated[int, msgspec.Meta(ge=1, le=100)], ...] = ()


class Limit(_Form, frozen=True, kw_only=True):
    """A counter beside the charges, with what happens at its limit. No `service` counts all that has a price.

    counts: `amount` of money or `units` (then `service` is needed). stop: no more is granted, unless consent was
    recorded where `consent` is true. inform: only the thresholds are told. level `account` counts all its products.
    The limit is `amount` or `units`, as `counts` says; without one it only counts.
    """

    id: str
    name: str = ""
    counts: Literal["amount", "units"] = "amount"
    service: Word | None = None
    rating_groups: tuple[int, ...] = ()
    to: tuple[Word, ...] = ()
    within: tuple[Word, ...] = msgspec.field(name="in", default=())
    scope: Literal["day", "cycle"] = "cycle"
    amount: Amount | None = None
    units: Quantity | None = None
    thresholds: tuple[Annotated[int, msgspec.Meta(ge=1, le=100)], ...] = ()
    when_reached: Literal["stop", "inform"] = "inform"
    consent: bool = False
    level: Literal["product", "account"] = "product"


class WhenSpent(_Form, frozen=True, kw_only=True):
    """What the network does with a session when nothing more can be granted."""

    action: Literal["terminate", "redirect", "restrict"] = "terminate"
    redirect_to: str | None = None
    restrict_to: tuple[str, ...] = ()


class Payment(_Form, frozen=True, kw_only=True):
    """Who pays what is not included, in order: `money` is what was paid in before, `invoice` is the next bill.

    `creditLimit` is the most that the invoice takes in a bill cycle.
    """

    order: tuple[Literal["money", "invoice"], ...] = ("invoice",)
    credit_limit: Amount | None = None
    when_spent: WhenSpent = WhenSpent()


class Quota(_Form, frozen=True, kw_only=True):
    """How much the network is given at a time, for a service (and some of its rating groups).

    slice: a quantity. lastSlice: the least that is worth granting near a limit. validity and holding: seconds or text.
    threshold: percent of the slice that is used when the network asks again.
    """

    service: Word
    rating_groups: tuple[int, ...] = ()
    slice: Quantity
    last_slice: Quantity | None = None
    validity: Quantity | None = None
    holding: Quantity | None = None
    threshold: Annotated[int, msgspec.Meta(ge=1, le=99)] | None = None


class Tariff(_Form, frozen=True, kw_only=True):
    """Everything that decides what a use costs.

    `validFor` is when it is in force, `approvedAt` since when it is believed: of the versions in force when a use began
    the one that was approved last counts. `destinations` are sets of beginnings of called numbers, `networks` sets of
    serving networks; use without a network is in `home`. `taxRate` is percent.
    """

    id: str
    name: str = ""
    version: str = ""
    valid_for: TimePeriod | None = None
    approved_at: str | None = None
    currency: Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{3}$")]
    tax_included: bool = False
    tax_category: str = ""
    tax_rate: Amount = "0"
    destinations: dict[Word, tuple[Digits, ...]] = {}
    networks: dict[Word, tuple[NetworkCode, ...]] = {}
    day_parts: tuple[DayPart, ...] = ()
    holidays: tuple[Holiday, ...] = ()
    holiday_country: Country | None = None
    prices: tuple[Price, ...] = ()
    allowances: tuple[Allowance, ...] = ()
    limits: tuple[Limit, ...] = ()
    payment: Payment = Payment()
    quota: tuple[Quota, ...] = ()
