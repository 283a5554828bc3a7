"""A network that behaves as networks do: it sends again, loses, overtakes itself, and goes on without an answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any

from tandem.bss.charging.terms.online import Part, Protocol, SessionAnswer, SessionRequest, Units, Used
from tandem.kernel.period import Instant
from tests.bss.charging.online.family import LINES, number_of
from tests.bss.charging.online.network import MB

SESSIONS = 16
_GROUP = 10


@dataclass
class Session:
    """One session as the network has it: what it may use, what it used and has not seen acknowledged."""

    name: str
    protocol: Protocol
    subscriber: str
    reports: int
    sequence: int = -1
    granted: int = 0
    containers: int = 0
    unheard: list[Used] = field(default_factory=list)
    is_over: bool = False
    waits_for: int | None = None


@dataclass
class Crowd:
    """Sixteen sessions of four lines of one family, from a seed.

    `arrived` are the containers that charging has heard of, `first` what each message was answered first.
    """

    account: str
    random: Random
    sessions: list[Session] = field(default_factory=list)
    late: list[SessionRequest] = field(default_factory=list)
    arrived: dict[tuple[str, int], int] = field(default_factory=dict)
    first: dict[tuple[str, int], SessionAnswer] = field(default_factory=dict)
    repeated: int = 0

    def __post_init__(self) -> None:
        most = self.random.randint(1, 4)
        for place in range(SESSIONS):
            self.sessions.append(
                Session(
                    name=f"{self.account}/{place}",
                    protocol=self.random.choice(("nchf", "gy")),
                    subscriber=number_of(self.account, place % LINES),
                    reports=self.random.randint(1, most),
                )
            )

    @property
    def is_quiet(self) -> bool:
        """Whether nothing more is to be sent."""
        return all(one.is_over for one in self.sessions) and not self.late

    def messages(self, now: Instant) -> list[SessionRequest]:
        """What is sent now: some sessions go on, some send again, some of what was late arrives."""
        found: list[SessionRequest] = []
        for one in self.sessions:
            if not one.is_over and self.random.random() < 0.6:
                found += self._turn(one, now)
        arriving = [message for message in self.late if self.random.random() < 0.5]
        self.late = [message for message in self.late if message not in arriving]
        return found + arriving

    def _turn(self, one: Session, now: Instant) -> list[SessionRequest]:
        message = self._next(one, now)
        fate = self.random.random()
        if fate < 0.1:  # it will be late, or is lost, and the network does not wait for it
            if fate < 0.05:
                self.late.append(message)
            one.is_over = message.operation == "release"
            return []
        one.waits_for = message.sequence
        if fate < 0.25:
            self.repeated += 1
            return [message, message]
        if fate < 0.35:
            self.repeated += 1
            self.late.append(message)
        return [message]

    def _next(self, one: Session, now: Instant) -> SessionRequest:
        """Everything that was used and not acknowledged is told again: its numbers know it."""
        if one.sequence >= 0 and one.granted:
            one.containers += 1
            most = one.granted // MB  # whole megabytes: what they cost has no fraction of a micro
            used = (most if self.random.random() < 0.5 else self.random.randint(0, most)) * MB
            one.unheard.append(Used(units=Units(total_octets=used), started_at=now, sequence=one.containers))
            one.granted = 0
        one.sequence += 1
        is_last = one.sequence > one.reports
        operation: Any = "create" if one.sequence == 0 else "release" if is_last else "update"
        part = Part(rating_group=_GROUP, used=tuple(one.unheard), wanted=None if is_last else Units())
        return SessionRequest(
            protocol=one.protocol,
            operation=operation,
            session=one.name,
            sequence=one.sequence,
            subscriber=one.subscriber,
            subscriber_kind="msisdn",
            at=now,
            service="data",
            parts=(part,),
        )

    def hear(self, message: SessionRequest, answer: SessionAnswer) -> None:
        """An answer came: the first time it counts, and whenever it comes it is the same."""
        assert self.first.setdefault((message.session, message.sequence), answer) == answer
        one = next(one for one in self.sessions if one.name == message.session)
        if answer.result == "success":
            for used in message.parts[0].used:
                assert used.sequence is not None and used.units.total_octets is not None
                self.arrived[message.session, used.sequence] = used.units.total_octets
                one.unheard = [kept for kept in one.unheard if kept.sequence != used.sequence]
        if one.waits_for != message.sequence:
            return
        one.waits_for = None
        granted = answer.parts[0].granted if answer.parts else None
        one.granted = (granted.total_octets or 0) if granted else 0
        one.is_over = message.operation == "release"
