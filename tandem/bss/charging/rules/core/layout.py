"""What the arrays hold that go into the core and come out of it. Instants are microseconds UTC, money is micros.

A table is a structured array: `uses["start_us"]` is a column. `table_of(UseRow, n)` makes one of n untold rows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tandem.bss.charging.rules.core.rows import I1, I2, I4, I8, Table, table_of

NONE: Final = -1
"""Not there: no index, no quantity told, no limit."""
FOREVER: Final = 2**63 - 1
"""The end of what does not end."""
EVER: Final = -(2**63) + 1
"""The beginning of what always was."""

SECOND, OCTET, COUNT = 0, 1, 2
"""Measures."""

ALLOWANCE, CARRIED, GRANTED, MONEY, UNITS_COUNTER, CAP, LIMIT, CREDIT, MEMBER = range(9)
"""Kinds of buckets. ALLOWANCE: an instance of a tariff's allowance. CARRIED: what was rolled over from one. GRANTED:
units that were bought or given (a top-up, an add-on). MONEY: what was paid in. UNITS_COUNTER: units at a price within
its scope. CAP: what was charged under a cap. LIMIT: a limit's counter. CREDIT: what the invoice took in a cycle.
MEMBER: what one product took of a shared allowance."""

RATED, NO_PRICE, NO_QUANTITY, NO_TARIFF, NO_VALUE, TOO_LARGE = range(6)
"""How a use ended. NO_TARIFF: no version in force at its start. TOO_LARGE: an amount or a sum passes 63 bits."""

BY_ALLOWANCE, BY_GRANTED, BY_PRICE = range(3)
"""What a part was rated by."""

ENDED_ASKED, ENDED_UNITS, ENDED_MONEY, ENDED_CREDIT, ENDED_LIMIT, ENDED_NO_PRICE, ENDED_FAULT = range(7)
"""Why a grant ends where it ends. ENDED_ASKED: no more was asked. ENDED_UNITS: the allowances are at an end and nothing
else has a price. ENDED_MONEY, ENDED_CREDIT, ENDED_LIMIT: money, the credit limit, a limit that stops. ENDED_NO_PRICE:
nothing fits. ENDED_FAULT: see `outcome`."""

USED, MOVED, RESERVED, TOLD = range(4)
"""What of a bucket a move changed."""


@dataclass(slots=True)
class SubjectRow:
    """A product that uses. `active_from_us`: when it began; EVER where that is not known: then it has no first cycle.

    Units: `cycle_day` 1-31. `zone` is an index of `Calendar.names`, `account` one of the accounts.
    """

    active_from_us: I8 = EVER
    account: I4 = 0
    zone: I2 = 0
    cycle_day: I2 = 1


@dataclass(slots=True)
class UseRow:
    """A use, a slice of a session, or (for `reserve`) what a session asks.

    Units: seconds, octets, count and value (micros) are -1 where not told. `tariff`: index of `Compiled.tariff_ids`;
    `service`: index of `Compiled.service_names`, -1 for a name that no tariff has. `destination` and `network` are
    packed digits (`book.pack_digits`), 0 where there are none. `session`: row of `Slices.sessions`, -1 for a whole use.
    """

    start_us: I8 = 0
    seconds: I8 = NONE
    octets: I8 = NONE
    count: I8 = NONE
    value: I8 = NONE
    destination: I8 = 0
    network: I8 = 0
    subject: I4 = 0
    tariff: I4 = 0
    service: I4 = NONE
    rating_group: I4 = NONE
    session: I4 = NONE


@dataclass(slots=True)
class BucketRow:
    """One bucket, counter or limit: an instance with its period.

    It is the product's where `subject` is told, the account's where that is -1 and `account` is told. `term` is an
    index of `Compiled.term_ids` (allowance, price, limit). What is left is granted - used - moved (- reserved).
    Units: those of `measure`, or micros for MONEY, CAP, CREDIT and limits of amounts; `granted` -1 is no limit.
    `moved` was carried over to the next cycle. `services`: bit n is `Compiled.service_names[n]`, -1 is all.
    `order` breaks ties of GRANTED and MONEY (their place by id). `told`: the highest percent that was told.
    `consent` 1: a limit that stops no more. `key` is the caller's own; the core carries it and looks at nothing of it.
    `is_new` was made by this run; `is_changed` was moved by it. `next` is the chain's.
    """

    start_us: I8 = EVER
    end_us: I8 = FOREVER
    granted: I8 = NONE
    used: I8 = 0
    moved: I8 = 0
    reserved: I8 = 0
    services: I8 = -1
    key: I8 = NONE
    subject: I4 = NONE
    account: I4 = NONE
    term: I4 = NONE
    priority: I4 = 100
    order: I4 = 0
    next: I4 = NONE
    told: I2 = 0
    kind: I1 = ALLOWANCE
    measure: I1 = COUNT
    consent: I1 = 0
    is_new: I1 = 0
    is_changed: I1 = 0


@dataclass(slots=True)
class SessionRow:
    """A rating group of a session between two slices.

    `start_us` is that of its first slice, -1 before; `position` the units so far; `piece_at` where the piece
    begins in which it stands, -1 without. `fee_price` has charged the connect fee. `first` is its chain of sources.
    """

    start_us: I8 = NONE
    position: I8 = 0
    piece_at: I8 = NONE
    fee_price: I4 = NONE
    first: I4 = NONE


@dataclass(slots=True)
class SourceRow:
    """What one source of a session (an allowance or a price) has come to.

    `kind` is BY_ALLOWANCE or BY_PRICE; `term` an index of `Compiled.term_ids`. `assigned` and `counted` are the law's u
    and p. The exact value so far is `whole` micros and `rest` over the price's denominator; `charged` is its sum.
    """

    assigned: I8 = 0
    counted: I8 = 0
    whole: I8 = 0
    rest: I8 = 0
    charged: I8 = 0
    session: I4 = NONE
    term: I4 = NONE
    next: I4 = NONE
    kind: I1 = BY_PRICE
    continues: I1 = 0


@dataclass(slots=True)
class PartRow:
    """What one source paid or charged of one piece of a use.

    `row` is the row of `Compiled` that rated it (allowance or price; the bucket for BY_GRANTED), `term` its id's index.
    `before` is what the source had counted of the use; `day_part` the place in the tariff's list, its length for none.
    Units: `position`, `raw` and `counted` in the measure of the use, the rest micros. `amount` is what is charged after
    caps; `fee` of it is the connect fee. amount = paid by money + `invoiced` + `unpaid`.
    """

    at_us: I8 = 0
    position: I8 = 0
    raw: I8 = 0
    counted: I8 = 0
    before: I8 = 0
    amount: I8 = 0
    fee: I8 = 0
    waived: I8 = 0
    invoiced: I8 = 0
    unpaid: I8 = 0
    use: I4 = 0
    plan: I4 = 0
    row: I4 = NONE
    term: I4 = NONE
    day_part: I2 = 0
    source: I1 = BY_PRICE
    continues: I1 = 0


@dataclass(slots=True)
class MoveRow:
    """What a part changed of a bucket: `what` is USED, MOVED, RESERVED or TOLD; `before` is how that stood."""

    taken: I8 = 0
    before: I8 = 0
    use: I4 = 0
    part: I4 = NONE
    bucket: I4 = NONE
    what: I1 = USED


@dataclass(slots=True)
class TellRow:
    """A threshold that a use crossed, to be told once."""

    at_us: I8 = 0
    use: I4 = 0
    bucket: I4 = 0
    percent: I2 = 0


@dataclass(slots=True)
class GrantRow:
    """What an ask was granted. Units: `units` in `measure`; `cost` micros, rounded up.

    `switch_us`: the first instant at which another price, day or cycle may begin, FOREVER if there is none in a year.
    """

    units: I8 = 0
    cost: I8 = 0
    switch_us: I8 = FOREVER
    measure: I1 = COUNT
    ended: I1 = ENDED_ASKED
    outcome: I1 = RATED


@dataclass(slots=True)
class HeadRow:
    """Where the chains of a product or an account begin: instances and counters, granted units, money."""

    own: I4 = NONE
    granted: I4 = NONE
    money: I4 = NONE


@dataclass(slots=True)
class Calendar:
    """Local time of the zones. Zone z changes at `changes_us[first[z]:first[z + 1]]` to an offset of `offsets_s`.

    Shape: `first` has one more than zones. Units: microseconds UTC, seconds east. Transitions of 2000 to 2060.
    """

    names: tuple[str, ...]
    first: NDArray[np.int32]
    changes_us: NDArray[np.int64]
    offsets_s: NDArray[np.int32]


@dataclass(slots=True)
class Subjects:
    """The products that use, and of how many accounts they are. Shape: `rows` of SubjectRow."""

    rows: Table
    accounts: int


@dataclass(slots=True)
class Uses:
    """Uses in the order in which they are rated. Shape: `rows` of UseRow."""

    rows: Table


@dataclass(slots=True)
class Buckets:
    """Everything that is counted for the subjects and accounts of a batch; the core adds instances at the end.

    Shape: `rows` of BucketRow with room at the end, `count` of them filled; `of_subject` and `of_account` of HeadRow.
    """

    rows: Table
    count: int
    of_subject: Table
    of_account: Table

    @property
    def filled(self) -> Table:
        """The rows that are there."""
        return self.rows[: self.count]


@dataclass(slots=True)
class Slices:
    """Sessions between slices. Shape: `sessions` of SessionRow; `sources` of SourceRow, `count` of them filled."""

    sessions: Table = field(default_factory=lambda: table_of(SessionRow, 0))
    sources: Table = field(default_factory=lambda: table_of(SourceRow, 0))
    count: int = 0


@dataclass(slots=True)
class Rated:
    """What a batch of uses came to.

    Shape: `outcomes` one a use; `parts` of PartRow, `moves` of MoveRow, `tells` of TellRow, in order of use.
    """

    outcomes: NDArray[np.int8]
    parts: Table
    moves: Table
    tells: Table


@dataclass(slots=True)
class Granted:
    """What asks were granted. Shape: `grants` of GrantRow, one an ask; `moves` (RESERVED) of MoveRow, `use` the ask."""

    grants: Table
    moves: Table
