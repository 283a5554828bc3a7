"""What tariffs compile to: tables that the kernel reads and never changes. `compiling` makes them.

An **edition** is a version of a tariff in a piece of time in which the same of its terms are valid. A **plan** is what
fits a piece of use: its price, the allowances that may pay and the limits that count, best first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tandem.bss.catalog.terms.tariff import Allowance, Limit, Price, Tariff
from tandem.bss.charging.rules.core.layout import EVER, FOREVER, NONE
from tandem.bss.charging.rules.core.rows import I1, I2, I4, I8, Table

PER_USE, PER_DAY, PER_CYCLE = range(3)
"""Scopes."""
BY_STEPS, BY_PACKAGE, BY_VALUE = range(3)
"""Shapes of a price: steps of straight lines, pieces of a size, percent of the value."""
HALF_UP, HALF_EVEN, UP, DOWN = range(4)
EACH_CYCLE, EACH_DAY, FIXED, FIRST_USE, ROLLING = range(5)
"""Validities of an allowance."""
NOBODY, PAID_BY_MONEY, PAID_BY_INVOICE = range(3)

FIRST_DAY: Final = 10_957
"""2000-01-01 in days since 1970: where holidays and transitions begin."""
DAYS: Final = 22_281
"""Up to 2060-12-31."""


@dataclass(slots=True)
class EditionRow:
    """A version of a tariff from an instant until another. Units: `credit_limit` micros, -1 none.

    `version` is an index of `Compiled.tariffs`; `destinations`, `networks` roots of tries; `at_home` the network class
    of use without a network; `week` the first of eight DayRow, -1 without day parts; `holidays` a calendar, -1 none.
    """

    from_us: I8 = EVER
    to_us: I8 = FOREVER
    credit_limit: I8 = NONE
    version: I4 = 0
    destinations: I4 = 0
    networks: I4 = 0
    at_home: I4 = 0
    week: I4 = NONE
    holidays: I4 = NONE
    no_part: I4 = 0
    is_daily: I1 = 0
    first_payer: I1 = NOBODY
    second_payer: I1 = NOBODY


@dataclass(slots=True)
class ServiceRow:
    """A service within an edition: where its plans stand.

    The plan is `cells[cells + ((to * networks + network) * (groups + 1) + group) * parts + part]`, with `to` and
    `network` from `kinds[to_kinds + class]` and `kinds[network_kinds + class]`; group 0 is none of its rating groups.
    """

    cells: I4 = 0
    to_kinds: I4 = 0
    network_kinds: I4 = 0
    networks: I4 = 1
    first_group: I4 = 0
    groups: I4 = 0
    parts: I4 = 1
    measure: I1 = 0


@dataclass(slots=True)
class PlanRow:
    """What fits a piece. `listed[first_allowance:][:allowances]` are allowances by priority; likewise limits."""

    price: I4 = NONE
    first_allowance: I4 = 0
    allowances: I4 = 0
    first_limit: I4 = 0
    limits: I4 = 0
    prefix: I2 = 0
    network: I2 = 0


@dataclass(slots=True)
class PriceRow:
    """A price. Units: amounts micros, -1 none; `numerator`/`denominator` micros for each `size` (package) or micro.

    `first_step`.. are its lines from the first unit on, `next_step`.. those where it continues.
    """

    first_increment: I8 = 1
    next_increment: I8 = 1
    denominator: I8 = 1
    numerator: I8 = 0
    size: I8 = 1
    connect_fee: I8 = NONE
    minimum: I8 = NONE
    maximum: I8 = NONE
    digit: I8 = 10_000
    day_cap: I8 = NONE
    cycle_cap: I8 = NONE
    term: I4 = NONE
    first_step: I4 = 0
    steps: I4 = 0
    next_step: I4 = 0
    next_steps: I4 = 0
    shape: I1 = BY_STEPS
    scope: I1 = PER_USE
    mode: I1 = HALF_UP


@dataclass(slots=True)
class StepRow:
    """A straight line up to and with `up_to` units: base + rest/denominator + (y - origin) * numerator/denominator."""

    up_to: I8 = FOREVER
    origin: I8 = 0
    base: I8 = 0
    rest: I8 = 0
    numerator: I8 = 0


@dataclass(slots=True)
class AllowanceRow:
    """An allowance. Units: its measure; `length_us` microseconds. `dated[first_amount:][:amounts]` by local day."""

    first_increment: I8 = 1
    next_increment: I8 = 1
    start_us: I8 = EVER
    end_us: I8 = FOREVER
    length_us: I8 = 0
    roll_cap: I8 = NONE
    member_limit: I8 = NONE
    term: I4 = NONE
    priority: I4 = 100
    first_amount: I4 = 0
    amounts: I4 = 0
    first_percent: I4 = 0
    percents: I4 = 0
    roll_cycles: I2 = 0
    validity: I1 = EACH_CYCLE
    measure: I1 = 0
    is_prorated: I1 = 0
    is_shared: I1 = 0


@dataclass(slots=True)
class DatedRow:
    """What is granted from a local day on (days since 1970); -1 is without limit."""

    from_day: I8 = EVER
    amount: I8 = NONE


@dataclass(slots=True)
class LimitRow:
    """A limit. Units: `most` micros, or units of `measure` where `counts_units`; -1 only counts."""

    most: I8 = NONE
    term: I4 = NONE
    first_percent: I4 = 0
    percents: I4 = 0
    scope: I1 = PER_CYCLE
    measure: I1 = 0
    counts_units: I1 = 0
    of_account: I1 = 0
    stops: I1 = 0


@dataclass(slots=True)
class DayRow:
    """One kind of day (Monday to Sunday, holiday) of an edition: `times[first:][:count]`."""

    first: I4 = 0
    count: I4 = 0


@dataclass(slots=True)
class TimeRow:
    """From a minute of the local day on (until the next row's) a day part is in force."""

    minute: I4 = 0
    part: I4 = 0


class Law(NamedTuple):
    """The tables of compiled tariffs.

    Shape: tables of the rows above; `first_edition` one more than tariffs; `service_rows` editions x services;
    `children` ten a node, 0 for none; `classes` one a node, -1 for none; `holidays` calendars x DAYS.
    """

    editions: Table
    first_edition: NDArray[np.int32]
    service_rows: NDArray[np.int32]
    services: Table
    children: NDArray[np.int32]
    classes: NDArray[np.int32]
    kinds: NDArray[np.int32]
    groups: NDArray[np.int64]
    cells: NDArray[np.int32]
    plans: Table
    listed: NDArray[np.int32]
    prices: Table
    steps: Table
    allowances: Table
    dated: Table
    limits: Table
    percents: NDArray[np.int16]
    days: Table
    times: Table
    holidays: NDArray[np.int8]


LAW_ROWS: Final[dict[str, type]] = {
    "editions": EditionRow,
    "services": ServiceRow,
    "plans": PlanRow,
    "prices": PriceRow,
    "steps": StepRow,
    "allowances": AllowanceRow,
    "dated": DatedRow,
    "limits": LimitRow,
    "days": DayRow,
    "times": TimeRow,
}

LAW_NUMBERS: Final[dict[str, type[np.signedinteger[Any]]]] = {
    "first_edition": np.int32,
    "service_rows": np.int32,
    "children": np.int32,
    "classes": np.int32,
    "kinds": np.int32,
    "groups": np.int64,
    "cells": np.int32,
    "listed": np.int32,
    "percents": np.int16,
    "holidays": np.int8,
}
"""The tables that hold plain numbers, and of what size."""


@dataclass(slots=True)
class Compiled:
    """Tariffs as tables, and what their indices mean.

    `tariff_ids`, `service_names`, `term_ids` (of prices, allowances, limits) are indexed by the arrays. `tariffs` are
    the versions in the order given; `prices`, `allowances` and `limits` say of each row which version's term it is.
    """

    law: Law
    tariffs: tuple[Tariff, ...]
    tariff_ids: tuple[str, ...]
    service_names: tuple[str, ...]
    term_ids: tuple[str, ...]
    prices: tuple[tuple[int, Price], ...]
    allowances: tuple[tuple[int, Allowance], ...]
    limits: tuple[tuple[int, Limit], ...]
    most_sources: int
    for_interpreter: Law | None = None

    def tariff_index(self, tariff_id: str) -> int:
        """The index of a tariff; -1 when there is none of that id."""
        return self.tariff_ids.index(tariff_id) if tariff_id in self.tariff_ids else NONE

    def service_index(self, name: str) -> int:
        """The index of a service; -1 when no tariff has it."""
        return self.service_names.index(name) if name in self.service_names else NONE

    def term_index(self, term_id: str) -> int:
        """The index of the id of a price, an allowance or a limit; -1 when there is none."""
        return self.term_ids.index(term_id) if term_id in self.term_ids else NONE
