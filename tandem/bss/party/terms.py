"""Words that others may use: who a customer is, who pays and how, and what the room refuses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tandem.kernel.errors import Conflict, Invalid, NotFound
from tandem.kernel.events import Event
from tandem.kernel.json import Doc


@dataclass(frozen=True, slots=True)
class CustomerFound:
    """One row of a search: enough to tell two people of one name apart."""

    customer_id: str
    name: str
    status: str
    phone: str | None
    email: str | None
    billing_account_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ContactPoint:
    """How to reach a customer. `language` is an ISO 639 code, where one is known."""

    name: str
    email: str | None
    phone: str | None
    language: str | None
    address: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ContactChange:
    """How a customer wants to be reached from now on. What is `None` is taken out; a language of `None` stays."""

    email: str | None
    phone: str | None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class CustomerFilter:
    """Which customers are wanted. No statuses means all of them."""

    statuses: tuple[str, ...] = ()
    descending: bool = False


@dataclass(frozen=True, slots=True)
class CustomerView:
    """A customer with the party behind the role and everything that it pays by."""

    customer: Doc
    party: Doc | None
    contact: ContactPoint
    billing_accounts: tuple[Doc, ...]


@dataclass(frozen=True, slots=True)
class BillingTerms:
    """How an account is billed. `bill_day` is the day of the month on which a bill month begins, in `zone_name`."""

    billing_account_id: str
    customer_id: str
    name: str
    state: str
    bill_day: int
    zone_name: str
    currency: str
    payment_due_days: int


@dataclass(frozen=True, slots=True)
class Registration:
    """What a new person gives: who she is, how she is reached and in which money she pays."""

    given_name: str
    family_name: str
    email: str | None = None
    phone: str | None = None
    street: str | None = None
    city: str | None = None
    post_code: str | None = None
    country: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Registered:
    """The three entities that a registration makes."""

    individual_id: str
    customer_id: str
    billing_account_id: str


class CustomerRegistered(Event, frozen=True):
    """A party became a customer."""

    entity: ClassVar[str] = "Customer"
    key: ClassVar[str] = "customer_id"
    customer_id: str


class CustomerStatusChanged(Event, frozen=True):
    """A customer's status moved along its table."""

    entity: ClassVar[str] = "Customer"
    key: ClassVar[str] = "customer_id"
    customer_id: str
    before: str
    after: str


class CustomerUnknown(NotFound):
    """There is no such customer."""

    code = "party.customer_unknown"


class AccountUnknown(NotFound):
    """There is no such billing account."""

    code = "party.account_unknown"


class CustomerNotServed(Conflict):
    """The customer's status does not let us sell to her."""

    code = "party.customer_not_served"


class StillNeeded(Conflict):
    """Something else stands on it, so it cannot be deleted."""

    code = "party.still_needed"


class SearchTooShort(Invalid):
    """A search needs at least two characters, or it would find everybody."""

    code = "party.search_too_short"


class BillingTermsInvalid(Invalid):
    """The account's bill structure or currency cannot be billed by."""

    code = "party.billing_terms_invalid"
