"""What a network asks while a subscriber uses a service, and what it is told: the same words for Nchf, Gy and RADIUS.

A wire translates its protocol into a `SessionRequest` and the `SessionAnswer` back; it decides nothing. Standards:
3GPP TS 32.290 (principles), TS 32.291 (Nchf), TS 32.299 and RFC 8506 (Diameter), RFC 2866 (RADIUS accounting).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal, NamedTuple

import msgspec

from tandem.kernel.errors import NotFound, Unavailable
from tandem.kernel.events import Event
from tandem.kernel.period import Instant

Protocol = Literal["nchf", "gy", "radius"]
Operation = Literal["create", "update", "release", "event"]
"""A session begins, goes on, ends; or there is none and one event is charged."""

Action = Literal["debit", "post", "refund", "check", "enquire"]
"""What an event asks: debit now (IEC), keep what was used (PEC), give back, is there enough, what would it cost."""

SubscriberKind = Literal["msisdn", "imsi", "nai", "line"]

Result = Literal[
    "success",
    "unknown_session",
    "unknown_subscriber",
    "not_allowed",
    "credit_limit",
    "not_applicable",
    "rating_failed",
    "invalid",
]
"""How a request ended. Diameter: 2001, 5002, 5030, 4010, 4012, 4011, 5031, 5012. Nchf: TS 32.291, table 6.1.7.3-1."""

FinalAction = Literal["terminate", "redirect", "restrict"]


class Units(msgspec.Struct, frozen=True, array_like=True):
    """An amount of use or of quota, each measure by itself; `None` is not told.

    Units: seconds, octets, and `specific` for messages, events or what else a service counts.
    """

    time_s: int | None = None
    total_octets: int | None = None
    uplink_octets: int | None = None
    downlink_octets: int | None = None
    specific: int | None = None


class Used(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """Units that were used since the last report, from the first packet to the last.

    `sequence` numbers the containers of a session where the network numbers them. `triggers` are the standard's names
    of why it was reported (VALIDITY_TIME, QUOTA_EXHAUSTED, TARIFF_TIME_CHANGE, FINAL…).
    """

    units: Units
    started_at: Instant
    ended_at: Instant | None = None
    sequence: int | None = None
    triggers: tuple[str, ...] = ()
    after_switch: bool = False


class Part(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """One rating group of a request. `wanted`: `None` asks for no quota, empty `Units()` leaves the amount to us."""

    rating_group: int
    service_id: int | None = None
    used: tuple[Used, ...] = ()
    wanted: Units | None = None


class SessionRequest(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """One message of the network.

    `session` is the network's name of the session, `sequence` its number within it: the two know a message again, and
    a message that came before is answered as it was then. `network` is the serving one, MCC and MNC digits, empty at
    home. `destination` is international digits, empty where there is none. `facts` go to the charging data record.
    `value` is the price of bought content as decimal text. `notify_at` is where the network wants to be told that
    it must ask again or stop (Nchf: a URI; Diameter: its host). `priority`: 0 is the usual, more is more urgent.
    """

    protocol: Protocol
    operation: Operation
    session: str
    sequence: int
    subscriber: str
    subscriber_kind: SubscriberKind
    at: Instant
    service: str
    network: str = ""
    destination: str = ""
    parts: tuple[Part, ...] = ()
    action: Action = "debit"
    value: str | None = None
    currency: str | None = None
    notify_at: str | None = None
    is_retransmission: bool = False
    priority: int = 0
    facts: Mapping[str, str] = {}


class PartAnswer(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """What one rating group is told.

    `granted` is `None` where nothing was asked or nothing can be. `threshold` is what may remain before the network
    asks again, in the measure of the grant. `switch_at`: what is used after it is to be reported apart. `final`: what
    happens when the grant is used up, and there will be no other. Units: seconds.
    """

    rating_group: int
    service_id: int | None = None
    result: Result = "success"
    granted: Units | None = None
    threshold: int | None = None
    validity_s: int | None = None
    holding_s: int | None = None
    switch_at: Instant | None = None
    final: FinalAction | None = None
    redirect_to: str | None = None
    restrict_to: tuple[str, ...] = ()


class SessionAnswer(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """The answer to one message. `cost_micros` answers an enquiry; `reason` says more where the result is a refusal."""

    session: str
    sequence: int
    result: Result
    at: Instant
    parts: tuple[PartAnswer, ...] = ()
    reason: str = ""
    cost_micros: int | None = None
    currency: str | None = None


class SessionNotice(msgspec.Struct, frozen=True, kw_only=True):
    """What the network is told unasked: ask again (a balance changed), or stop. No rating group means all of them."""

    protocol: Protocol
    session: str
    notify_at: str
    kind: Literal["reauthorise", "abort"]
    rating_groups: tuple[int, ...] = ()
    subscriber: str = ""


class SessionPolicy(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """How sessions are kept. Units: seconds, octets.

    `opens_unknown`: an update or release whose session nobody began begins it. `silence_s`: a session of which nothing
    is heard for so long is closed. `record_…`: when a charging data record is closed although its session goes on.
    """

    opens_unknown: bool = True
    silence_s: Annotated[int, msgspec.Meta(ge=60)] = 86_400
    record_octets: Annotated[int, msgspec.Meta(ge=1)] = 5_000_000_000
    record_s: Annotated[int, msgspec.Meta(ge=1)] = 86_400
    record_containers: Annotated[int, msgspec.Meta(ge=1, le=100)] = 20


class PriceAbroad(msgspec.Struct, frozen=True, kw_only=True):
    """What a service costs in a network: `amount` for each `per`; no amount: it is included."""

    service: str
    currency: str
    amount: str | None = None
    per: str = "1"


class WaitingNotice(NamedTuple):
    """A notice that is to be delivered, by its row. `attempts`: how often it was tried."""

    account: str
    id: str
    attempts: int
    notice: SessionNotice


class CountryEntered(Event, frozen=True, kw_only=True):
    """A product is used in another country than before: told once for each entry, not for coming home.

    `country` is the mobile country code, `network` the serving network.
    """

    entity: ClassVar[str] = "Product"
    key: ClassVar[str] = "product_id"
    product_id: str
    billing_account_id: str
    customer_id: str
    offering_id: str
    country: str
    network: str
    at: Instant


class ConsentRecorded(Event, frozen=True, kw_only=True):
    """A customer wants to go on past a limit, until its period ends."""

    entity: ClassVar[str] = "Bucket"
    key: ClassVar[str] = "bucket_id"
    bucket_id: str
    limit_id: str
    product_id: str
    billing_account_id: str


class NoSuchLimit(NotFound):
    """The product has no such limit, or nothing was counted under it in this period."""

    code = "charging.no_such_limit"


class Overloaded(Unavailable):
    """More is waiting than can be answered in time; `facts["retry_after_s"]` says when to come again."""

    code = "charging.overloaded"


class Unanswered(Unavailable):
    """Charging failed, or did not answer in time. What was asked may be done: asked again, it is not done twice."""

    code = "charging.unanswered"
