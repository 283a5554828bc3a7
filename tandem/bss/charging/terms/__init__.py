"""Words that others may use: what was used, what it costs and by which term, what is left of an allowance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from tandem.bss.catalog.terms import Source, Unit
from tandem.kernel.errors import Conflict, Invalid, NotFound
from tandem.kernel.events import Event
from tandem.kernel.money import Money
from tandem.kernel.period import Instant, Period

USAGE = "Usage"
RATED_EVENT = "RatedEvent"
BUCKET = "Bucket"
USAGE_FILE = "UsageFile"

Outcome = Literal["rated", "suspended"]
SuspensionCode = Literal[
    "unknown_number",
    "no_billing_account",
    "product_suspended",
    "customer_differs",
    "account_terms_invalid",
    "plan_terms_invalid",
    "no_price",
    "no_quantity",
    "no_value",
    "too_large",
    "waiting_for_parts",
]
"""Why a usage record waits: it can be corrected and released, or excluded."""


@dataclass(frozen=True, slots=True)
class UsageRecord:
    """One use of a product, whatever way it came.

    Units: `quantity` in seconds (voice), octets (data) or messages. `served` and `destination` are international
    digits; `destination` is empty where there is none (data). `record_id` is the sender's own, where it gives one;
    `details` is everything else that it told, `customer_id` whose use it says that it is. `network` is MCC and MNC of
    the serving network, empty at home; `rating_group` and `value_micros` (of bought content) are none where not told.
    """

    usage_type: str
    served: str
    destination: str
    started_at: Instant
    quantity: int
    record_id: str | None = None
    details: Mapping[str, str] = field(default_factory=dict)
    customer_id: str | None = None
    network: str = ""
    rating_group: int | None = None
    value_micros: int | None = None


@dataclass(frozen=True, slots=True)
class Suspension:
    """Why a usage record could not be charged."""

    code: SuspensionCode
    reason: str


@dataclass(frozen=True, slots=True)
class BucketMove:
    """What a charge moved of a bucket (an allowance, money, a counter). Units: the bucket's.

    `used_before` is how it stood then. `n` is the bucket's number within the account, `kind` and `what` the core's.
    """

    price_id: str
    period: Period
    used_before: int
    taken: int
    n: int
    kind: int
    what: int
    name: str


@dataclass(frozen=True, slots=True)
class RatedEvent:
    """One charge for one usage record by one term of the plan: a record that an allowance covers in part has two.

    Units: `quantity` is the part of the use that this charge is for, `charged_units` what it counts as after
    increments, both in `unit`. `place` orders the charges of one record, from 0. `amount` holds tax when
    `tax_included`; it is what money paid, what the invoice takes and what nobody paid; `waived` was taken off by a cap.
    `tax_rate_bp`: hundredths of a percent. `tariff_key` names what it was rated by, as it is kept.
    """

    id: str
    usage_id: str
    place: int
    billing_account_id: str
    product_id: str
    usage_type: str
    started_at: Instant
    destination: str
    quantity: int
    charged_units: int
    unit: Unit
    amount: Money
    waived: Money
    invoiced: Money
    unpaid: Money
    tax_included: bool
    tax_category: str
    tax_rate_bp: int
    term: Source
    term_name: str
    zone: str
    offering_id: str
    offering_version: str
    offering_entity_version: int
    moves: tuple[BucketMove, ...]
    is_within_allowance: bool
    rule: str
    tariff_key: bytes
    rated_at: Instant
    bill_id: str | None
    reversed_by: str | None
    reversal_of: str | None

    @property
    def paid(self) -> Money:
        """What money paid."""
        return self.amount - self.invoiced - self.unpaid


@dataclass(frozen=True, slots=True)
class TermCharges:
    """What one product was charged by one version of one term: a line of a bill.

    Units as in `RatedEvent`; `first_at` and `last_at` are the first and the last start. `corrects` is the earlier bill
    of which charges were taken back: then it is what they cost now less what they cost there, by whatever term.
    """

    product_id: str
    offering_id: str
    term: Source
    term_name: str
    zone: str
    usage_type: str
    unit: Unit
    within_allowance: bool
    event_ids: tuple[str, ...]
    quantity: int
    charged_units: int
    amount: Money
    tax_included: bool
    tax_category: str
    tax_rate_bp: int
    first_at: Instant
    last_at: Instant
    corrects: str | None = None


@dataclass(frozen=True, slots=True)
class AccountCharges:
    """Everything of an account that a bill has to charge for use, by event and by term."""

    billing_account_id: str
    events: tuple[RatedEvent, ...]
    by_term: tuple[TermCharges, ...]


@dataclass(frozen=True, slots=True)
class BucketView:
    """An allowance of a product in a bill month. `granted` and `left` are `None` where there is no limit."""

    price_id: str
    name: str
    usage_type: str
    unit: Unit
    period: Period
    granted: int | None
    used: int

    @property
    def left(self) -> int | None:
        """What can still be used."""
        return None if self.granted is None else self.granted - self.used


@dataclass(frozen=True, slots=True)
class UsageSummary:
    """What a customer sees of a product in a bill month: its allowances, and what was charged beside them."""

    product_id: str
    period: Period
    buckets: tuple[BucketView, ...]
    charged: Money
    event_count: int


@dataclass(frozen=True, slots=True)
class RatedEventPage:
    """Some rated events, the newest use first, and how many there are in all."""

    events: tuple[RatedEvent, ...]
    total: int


@dataclass(frozen=True, slots=True)
class SuspendedUsage:
    """A usage record that waits for a person."""

    usage_id: str
    code: str
    reason: str
    usage_type: str
    served: str
    destination: str
    started_at: Instant
    quantity: int
    source: str
    since: Instant


@dataclass(frozen=True, slots=True)
class SuspendedPage:
    """Some suspended usage records, the oldest first, and how many there are in all."""

    usage: tuple[SuspendedUsage, ...]
    total: int


@dataclass(frozen=True, slots=True)
class RejectedLine:
    """A line of a usage file that is no usage record: its number from 1, the column at fault, and why."""

    line: int
    field: str
    reason: str


@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of a usage file: `lines` = `rated` + `suspended` + `duplicates` + the rejected ones."""

    source: str
    lines: int
    rated: int
    suspended: int
    duplicates: int
    rejected: tuple[RejectedLine, ...]

    @property
    def accepted(self) -> int:
        """Lines that are kept now and were not before."""
        return self.rated + self.suspended


@dataclass(frozen=True, slots=True)
class ColumnsReport:
    """What became of records that came as columns: `records` = `rated` + `suspended` + `excluded` + `duplicates` +
    `differing` ones (whose record id came before with other content). `suspensions` says of what, `events` how many
    charges were made. Units: `micros` charged in all, by currency.
    """

    records: int
    rated: int
    excluded: int
    duplicates: int
    suspensions: Mapping[str, int]
    differing: tuple[RejectedLine, ...]
    events: int
    micros: Mapping[str, int]

    @property
    def suspended(self) -> int:
        """Records that wait."""
        return sum(self.suspensions.values())


@dataclass(frozen=True, slots=True)
class Tally:
    """Where every usage record that was ever accepted ended (invariant I4): `accepted` is the sum of the rest."""

    accepted: int
    rated: int
    suspended: int
    excluded: int


class UsageRated(Event, frozen=True, kw_only=True):
    """A usage record was charged. Units: `amount_micros`, millionths of `currency`, over all its rated events."""

    entity: ClassVar[str] = USAGE
    key: ClassVar[str] = "usage_id"
    usage_id: str
    billing_account_id: str
    product_id: str
    amount_micros: int
    currency: str


class UsageSuspended(Event, frozen=True, kw_only=True):
    """A usage record could not be charged and waits."""

    entity: ClassVar[str] = USAGE
    key: ClassVar[str] = "usage_id"
    usage_id: str
    suspension: str
    reason: str


class UsageExcluded(Event, frozen=True, kw_only=True):
    """A suspended usage record was put aside for good and will not be charged."""

    entity: ClassVar[str] = USAGE
    key: ClassVar[str] = "usage_id"
    usage_id: str
    because: str


class ThresholdCrossed(Event, frozen=True, kw_only=True):
    """So much of an allowance, or of a limit, is used; told once in the life of the bucket `bucket` of the account.

    Units: `percent` of `granted`; `granted` and `used` in what the bucket counts. No product: the account shares it.
    """

    entity: ClassVar[str] = BUCKET
    key: ClassVar[str] = "bucket"
    bucket: str
    billing_account_id: str
    product_id: str | None
    term_id: str
    name: str
    percent: int
    granted: int
    used: int
    at: Instant


class UsageReversed(Event, frozen=True, kw_only=True):
    """The charges of a usage record were taken back. Units: `amount_micros`, millionths, what was given back."""

    entity: ClassVar[str] = USAGE
    key: ClassVar[str] = "usage_id"
    usage_id: str
    billing_account_id: str
    amount_micros: int
    currency: str
    because: str


class UsageRerated(Event, frozen=True, kw_only=True):
    """Use of an account was rated again. Units: micros of `currency`, after less before; less than 0 is given back."""

    entity: ClassVar[str] = "BillingAccount"
    key: ClassVar[str] = "billing_account_id"
    rerating_id: str
    billing_account_id: str
    customer_id: str | None
    uses: int
    amount_micros: int
    invoiced_micros: int
    currency: str
    because: str


class UsageFileEnded(Event, frozen=True, kw_only=True):
    """A usage file was read to its end, or refused, or stopped."""

    entity: ClassVar[str] = USAGE_FILE
    key: ClassVar[str] = "file_id"
    file_id: str
    source: str
    name: str
    state: str
    rated: int
    suspended: int
    excluded: int
    duplicates: int
    rejected: int
    reason: str = ""


class UsageFileMissing(Event, frozen=True, kw_only=True):
    """Files of a source did not come: one with a higher number did. Told once for each gap."""

    entity: ClassVar[str] = USAGE_FILE
    key: ClassVar[str] = "file_id"
    file_id: str
    source: str
    first: int
    last: int


class UsageInvalid(Invalid):
    """It is no usage record that can be charged; `path` names the fault."""

    code = "charging.usage_invalid"


class UsageDiffers(Conflict):
    """The sender's record id came before with other content."""

    code = "charging.usage_differs"


class UsageCharged(Conflict):
    """A usage record that was charged is not changed or removed."""

    code = "charging.usage_charged"


class NotSuspended(Conflict):
    """Only a suspended usage record can be released or excluded."""

    code = "charging.not_suspended"


class RatedEventUnknown(NotFound):
    """There is no such rated event."""

    code = "charging.rated_event_unknown"


class AlreadyBilled(Conflict):
    """A rated event stands on another bill."""

    code = "charging.already_billed"


class AlreadyReversed(Conflict):
    """A charge was taken back before."""

    code = "charging.already_reversed"


class SpecificationInUse(Conflict):
    """Usage records refer to the specification."""

    code = "charging.specification_in_use"
