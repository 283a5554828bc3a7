"""Words that others may use: what a plan costs, in exact integers, and which version of the catalogue says so.

`PlanTerms` is compiled from the documents of an offering and its prices by `rules.plan`; charging, billing and *Why?*
read nothing else of the catalogue.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from tandem.bss.catalog.terms.tariff import Tariff
from tandem.kernel.errors import Conflict, Invalid, NotFound
from tandem.kernel.events import Event
from tandem.kernel.period import Instant

UsageType = Literal["voice", "data", "message"]
Unit = Literal["second", "octet", "message"]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a term stands: the price's id, the standard's `version` of it and how often it was written."""

    price_id: str
    price_version: str
    entity_version: int


@dataclass(frozen=True, slots=True)
class RecurringTerm:
    """A charge for each period. Units: `amount_micros`, millionths of the plan's currency, per `months` months."""

    source: Source
    name: str
    amount_micros: int
    months: int
    in_advance: bool


@dataclass(frozen=True, slots=True)
class OneTimeTerm:
    """A charge made once, when the product becomes active. Units: millionths of the plan's currency."""

    source: Source
    name: str
    amount_micros: int


@dataclass(frozen=True, slots=True)
class UsageTerm:
    """A price for use.

    Units: `amount_micros` millionths of the currency for each `per_units` of `unit` (60 seconds, 1,000,000 octets).
    Rounding: use is counted up to `first_increment`, then up to whole `next_increment`s, in `unit` (60/60).
    `prefixes` are beginnings of the called number in international digits; none of them means everywhere. The longest
    prefix that matches wins.
    """

    source: Source
    name: str
    usage_type: UsageType
    zone: str
    prefixes: tuple[str, ...]
    amount_micros: int
    per_units: int
    unit: Unit
    first_increment: int
    next_increment: int


@dataclass(frozen=True, slots=True)
class AllowanceTerm:
    """Use that is paid for by the plan. Units: `amount` in `unit` per bill month; `None` is without limit.

    Counted in the same increments as use. Lower `priority` is used up first.
    """

    source: Source
    name: str
    usage_type: UsageType
    zone: str
    prefixes: tuple[str, ...]
    amount: int | None
    unit: Unit
    first_increment: int
    next_increment: int
    priority: int


@dataclass(frozen=True, slots=True)
class PlanTerms:
    """Everything that a plan costs.

    Units: `tax_rate_bp`, hundredths of a percent (23 % is 2300). `entity_version` counts the writes of the offering.
    """

    offering_id: str
    offering_name: str
    offering_version: str
    entity_version: int
    currency: str
    tax_included: bool
    tax_category: str
    tax_rate_bp: int
    recurring: tuple[RecurringTerm, ...]
    one_time: tuple[OneTimeTerm, ...]
    usage: tuple[UsageTerm, ...]
    allowances: tuple[AllowanceTerm, ...]

    @property
    def cited_as(self) -> str:
        """The catalogue version as *Why?* tells it."""
        return f"{self.offering_name} {self.offering_version} ({self.offering_id}, write {self.entity_version})"


@dataclass(frozen=True, slots=True)
class TariffSource:
    """A document that a tariff was read from: its stated version, the number of the writing, who wrote it, when, why.

    What is launched is checked as it is written: whoever wrote it approved it.
    """

    document_id: str
    name: str
    version: str
    write: int
    approved_by: str
    approved_at: Instant
    why: str | None = None

    @property
    def cited_as(self) -> str:
        """As *Why?* tells it."""
        stated = f" {self.version}" if self.version else ""
        return f"{self.name}{stated} ({self.document_id}, write {self.write})"


@dataclass(frozen=True, slots=True)
class SourcedTariff:
    """A tariff with the documents that it was read from, the offering first, then by id."""

    tariff: Tariff
    sources: tuple[TariffSource, ...]

    def source_of(self, document_id: str) -> TariffSource | None:
        """The writing of one document; none when the tariff was not read from it."""
        return next((one for one in self.sources if one.document_id == document_id), None)


@dataclass(frozen=True, slots=True)
class Unsellable:
    """Why an offering cannot be sold at an instant. `code` is one of those of `OfferingNotSellable`."""

    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Finding:
    """Why an offering should not be launched. `code` is stable, `path` is the place in the offering."""

    code: str
    reason: str
    path: str


@dataclass(frozen=True, slots=True)
class OfferingView:
    """An offering as shops show it. `monthly_micros` is the sum of its monthly charges."""

    offering_id: str
    name: str
    description: str
    version: str
    category_ids: tuple[str, ...]
    monthly_micros: int
    terms: PlanTerms


class OfferingLaunched(Event, frozen=True):
    """An offering can be sold from now on, within its validity."""

    entity: ClassVar[str] = "ProductOffering"
    key: ClassVar[str] = "offering_id"
    offering_id: str
    version: str


class OfferingRetired(Event, frozen=True):
    """An offering is no longer sold; who has it keeps it."""

    entity: ClassVar[str] = "ProductOffering"
    key: ClassVar[str] = "offering_id"
    offering_id: str
    version: str


class OfferingUnknown(NotFound):
    """There is no such offering, or there was none yet at that time."""

    code = "catalog.offering_unknown"


class OfferingNotSellable(Conflict):
    """It cannot be sold now; `facts["why"]` is one of not_launched, retired, not_yet_valid, expired, not_sold_alone."""

    code = "catalog.offering_not_sellable"


class OfferingNotLaunchable(Conflict):
    """The static check found faults; `facts["findings"]` lists them."""

    code = "catalog.offering_not_launchable"


class PriceTermsInvalid(Invalid):
    """A price does not say what it must for it to be charged; `path` is the place in the price."""

    code = "catalog.price_terms_invalid"


class InUse(Conflict):
    """Something else in the catalogue stands on it, or it is for sale."""

    code = "catalog.in_use"


class RemoteFileRefused(Invalid):
    """Files are not fetched from or sent to other hosts; they travel in the job as `data:` addresses."""

    code = "catalog.remote_file_refused"


class ImportRefused(Invalid):
    """A line of an imported file cannot be kept; nothing of the file is."""

    code = "catalog.import_refused"


class QueryRefused(Invalid):
    """The export job's `query` or `path` is not one that we know."""

    code = "catalog.query_refused"
