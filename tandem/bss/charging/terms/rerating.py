"""The words of rating again and of asking what would have been."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from tandem.bss.catalog.terms.tariff import Tariff
from tandem.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from tandem.kernel.period import Instant, Period

RERATING: Final = "Rerating"
WHAT_IF: Final = "WhatIf"
ReratingState = Literal["drafting", "drafted", "running", "stopped", "done"]


@dataclass(frozen=True, slots=True)
class Selection:
    """Whose use is rated again: everything that is told must hold; at least one thing must be told.

    An account is rated again from the first such charge on, since what comes later counts on it. `tariff_version` goes
    with `offering_id`; `price_id` is the price or allowance that a charge cites.
    """

    customer_id: str | None = None
    billing_account_id: str | None = None
    product_id: str | None = None
    offering_id: str | None = None
    tariff_version: str | None = None
    price_id: str | None = None
    usage_ids: tuple[str, ...] = ()
    first: Instant | None = None
    end: Instant | None = None


@dataclass(frozen=True, slots=True)
class Rerating:
    """A rating again: what was chosen, who agreed, how far it is, and what changes.

    Shape: `accounts` looked at are those that do not wait; `changed_accounts` of them change, `posted` are done,
    `differing` were found to change otherwise than shown and were left alone. `uses` counts what was rated again,
    `changed_uses` what came out otherwise, `refused_uses` what has no price any more. Units: micros by currency, after
    less before: `charged` in all, `invoiced` on invoices. `buckets` move.
    """

    id: str
    state: ReratingState
    selection: Selection
    because: str
    drafted_by: str
    approved_by: str | None
    believed_at: Instant | None
    accounts: int
    waiting: int
    changed_accounts: int
    changed_customers: int
    posted: int
    differing: int
    uses: int
    changed_uses: int
    refused_uses: int
    buckets: int
    charged: Mapping[str, int]
    invoiced: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class AccountChange:
    """How rating again changes an account. Units: micros of `currency`. `state`: shown, posted or differs."""

    billing_account_id: str
    customer_id: str | None
    state: str
    currency: str
    uses: int
    changed: int
    refused: int
    before_micros: int
    after_micros: int
    invoiced_micros: int
    buckets: int

    @property
    def delta_micros(self) -> int:
        """What changes: less than nothing is given back."""
        return self.after_micros - self.before_micros


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a histogram: customers whose change lies in [`lower`, `upper`). Units: micros."""

    lower_micros: int
    upper_micros: int
    customers: int


@dataclass(frozen=True, slots=True)
class Gain:
    """A customer before and after. Units: micros."""

    customer_id: str
    before_micros: int
    after_micros: int

    @property
    def delta_micros(self) -> int:
        """What she pays more."""
        return self.after_micros - self.before_micros


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What the use of a period would have cost under a draft. Nothing of it is kept but this answer.

    Winners are customers who would have paid less, losers who would have paid more. `uncovered` uses have no price in
    the draft and stand with nothing in `after_micros`. `checked` charges were rated again under the tariff as it is
    believed, and `reproduced` of them came out exactly: where that is not all, the comparison is worth less.
    """

    id: str
    state: Literal["running", "done"]
    offering_id: str
    draft: Tariff
    asked_by: str
    asked_at: Instant
    period: Period
    currency: str
    accounts: int
    waiting: int
    uses: int
    before_micros: int
    after_micros: int
    winners: int
    losers: int
    unchanged: int
    uncovered: int
    checked: int
    reproduced: int
    top: tuple[Gain, ...] = ()
    histogram: tuple[Bar, ...] = field(default=())

    @property
    def is_sound(self) -> bool:
        """Whether the unchanged tariff gave back every charge as it stands."""
        return self.checked == self.reproduced


class SelectionInvalid(Invalid):
    """It chooses nothing, or names what goes only with something else."""

    code = "charging.selection_invalid"


class ReratingUnknown(NotFound):
    """There is no such rating again."""

    code = "charging.rerating_unknown"


class ReratingNotReady(Conflict):
    """It is in another state than this needs."""

    code = "charging.rerating_not_ready"


class ReratingSameHands(Forbidden):
    """Another person than who drafted it must agree."""

    code = "charging.rerating_same_hands"


class WhatIfUnknown(NotFound):
    """There is no such question."""

    code = "charging.what_if_unknown"


class DraftInvalid(Invalid):
    """The draft is no tariff of the offering that can be priced."""

    code = "charging.draft_invalid"
