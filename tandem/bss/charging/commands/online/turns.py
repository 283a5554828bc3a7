"""A batch of messages while it is worked on: whose turn it is, what is counted for it, and what it comes to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

import msgspec

from tandem.bss.catalog.terms.tariff import Tariff
from tandem.bss.charging.commands.state import Situation
from tandem.bss.charging.rules.online import answers, order
from tandem.bss.charging.rules.online import state as states
from tandem.bss.charging.rules.online.answers import Terms
from tandem.bss.charging.rules.online.state import Container, GroupState, SessionState
from tandem.bss.charging.rules.radius.counters import counters_after, units_since
from tandem.bss.charging.store.sessions import SessionKey
from tandem.bss.charging.terms.online import Part, PartAnswer, SessionAnswer, SessionRequest, Used
from tandem.kernel.period import Instant

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


@dataclass(slots=True)
class PartTurn:
    """One rating group of a message: what was used of it since, by which terms it is given quota, what it is told."""

    part: Part
    group: GroupState
    containers: list[Container] = field(default_factory=list)
    answer: PartAnswer | None = None
    terms: Terms | None = None


class Payer(NamedTuple):
    """Who is charged for a message: the product and its account, and by which numbers the books know it.

    `tariff` is the one in force when the message was sent: its words on quota and on the end of it.
    """

    key: SessionKey
    situation: Situation
    subject: int
    tariff_number: int
    tariff: Tariff


@dataclass(slots=True)
class Turn:
    """One message that is charged. `place` is its own in the batch, `service` the tariff's word for what it is of."""

    place: int
    request: SessionRequest
    payer: Payer
    state: SessionState
    may_ask: bool
    is_late: bool
    is_new_place: bool
    service: str
    parts: list[PartTurn] = field(default_factory=list)
    answer: SessionAnswer | None = None

    @property
    def is_event(self) -> bool:
        """Whether there is no session: one event is charged."""
        return self.request.operation == "event"

    def answered(self, now: Instant) -> SessionAnswer:
        """What the network is told: what was decided of the whole message, else of each of its rating groups."""
        if self.answer is not None:
            return self.answer
        told = tuple(one.answer or answers.silent_part(one.part) for one in self.parts)
        return SessionAnswer(
            session=self.request.session, sequence=self.request.sequence, result="success", at=now, parts=told
        )


def rounds(places: Iterable[tuple[int, SessionKey]]) -> list[list[int]]:
    """The batch in rounds: each session at most once in a round, its messages in the order in which they came."""
    found: list[list[int]] = []
    seen: dict[SessionKey, int] = {}
    for place, key in places:
        number = seen.get(key, 0)
        seen[key] = number + 1
        if number == len(found):
            found.append([])
        found[number].append(place)
    return found


def part_turns(request: SessionRequest, state: SessionState) -> list[PartTurn]:
    """The rating groups of a message, with what they used and did not report before."""
    found: list[PartTurn] = []
    if request.operation == "event" and request.action == "refund":
        return found
    for part in request.parts:
        group = None
        if request.operation != "event":
            group = states.group_of(state, part.rating_group, part.service_id)
        if group is None:
            group = GroupState(part.rating_group, part.service_id)
            state.groups.append(group)
        told = part.used if "cumulative" not in request.facts else tuple(_since_told(request, group, part.used))
        containers = [container_of(part, used) for used in told]
        new = [one for one in containers if order.is_new_container(group, one)]
        found.append(PartTurn(part, group, new))
    return found


def _since_told(request: SessionRequest, group: GroupState, told: Sequence[Used]) -> Iterator[Used]:
    """What was used since the counters were told before, where they tell everything since the session began."""
    has_gigawords = "gigawords" in request.facts
    for used in told:
        units = units_since(group.told, used.units, has_gigawords=has_gigawords)
        started_at = instant_of(group.told_us) if group.told is not None else used.started_at
        group.told = counters_after(group.told, used.units, has_gigawords=has_gigawords)
        group.told_us = max(group.told_us, micros_since(request.at))
        yield msgspec.structs.replace(used, units=units, started_at=started_at)


def container_of(part: Part, used: Used) -> Container:
    """What was used, as it is counted and recorded."""
    units = used.units
    return Container(
        part.rating_group,
        part.service_id,
        units.time_s,
        units.total_octets,
        units.uplink_octets,
        units.downlink_octets,
        units.specific,
        micros_since(used.started_at),
        micros_since(used.ended_at) if used.ended_at is not None else 0,
        used.sequence,
        used.triggers,
    )


def micros_since(at: Instant) -> int:
    """An instant in microseconds since 1970."""
    return (at - _EPOCH) // _MICROSECOND


def instant_of(us: int) -> Instant:
    """The instant of microseconds since 1970."""
    return _EPOCH + timedelta(microseconds=us)
