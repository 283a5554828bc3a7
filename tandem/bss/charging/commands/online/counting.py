"""One round of a batch in the core: give back what was reserved, charge what was used, reserve anew."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tandem.bss.charging.commands.online.turns import PartTurn, Turn
from tandem.bss.charging.rules.core import running
from tandem.bss.charging.rules.core.book import pack_digits
from tandem.bss.charging.rules.core.law import Compiled
from tandem.bss.charging.rules.core.layout import (
    ALLOWANCE,
    CARRIED,
    GRANTED,
    NONE,
    OCTET,
    SECOND,
    Buckets,
    Calendar,
    Granted,
    Rated,
    Subjects,
    UseRow,
    Uses,
)
from tandem.bss.charging.rules.core.rows import dtype_of
from tandem.bss.charging.rules.online.answers import Grant
from tandem.bss.charging.rules.online.slices import carried_in, carry_out
from tandem.bss.charging.rules.online.state import Container, GroupState, Held

_USE: Final = dtype_of(UseRow)
_UNITS: Final = (ALLOWANCE, CARRIED, GRANTED)


class Amounts(NamedTuple):
    """How much, by each measure; the core takes the one of the service. -1 is not told."""

    seconds: int = NONE
    octets: int = NONE
    number: int = NONE
    value: int = NONE


class Counted(NamedTuple):
    """One use or ask of the core, and whose it is. `is_whole`: no slice of its rating group, but whole in itself."""

    turn: Turn
    part: PartTurn
    start_us: int
    amounts: Amounts
    is_whole: bool = False


_packed = lru_cache(maxsize=65_536)(pack_digits)
_ALSO: Final = {"sms": "message", "mms": "message"}
"""What a wire calls by a narrower word than tariffs often do."""


class Names(NamedTuple):
    """Where the names of compiled tariffs stand: services, terms, tariffs."""

    services: dict[str, int]
    terms: dict[str, int]
    tariffs: dict[str, int]

    def service_of(self, told: str) -> str:
        """The tariffs' word for what a wire calls a service."""
        return told if told in self.services else _ALSO.get(told, told)


@dataclass(slots=True)
class Table:
    """What a batch is counted on: the core's arrays, and where names stand in them."""

    compiled: Compiled
    calendar: Calendar
    subjects: Subjects
    buckets: Buckets
    names: Names


def give_back(buckets: Buckets, groups: Iterable[GroupState]) -> None:
    """Release what these rating groups hold of buckets that are at hand."""
    rows = buckets.rows
    for group in groups:
        for held in group.held:
            if held.bucket >= 0:
                rows["reserved"][held.bucket] -= held.amount
                rows["is_changed"][held.bucket] = 1
        group.held = [held for held in group.held if held.bucket < 0]
        group.held_until_us = group.held_until_us if group.held else 0


def owed(table: Table) -> dict[int, dict[int, int]]:
    """Units that are reserved of allowances and bought units and are not there. Shape: by account and measure."""
    filled = table.buckets.filled
    missing = filled["used"] + filled["moved"] + filled["reserved"] - filled["granted"]
    places = np.flatnonzero((filled["granted"] >= 0) & (missing > 0) & np.isin(filled["kind"], _UNITS))
    found: dict[int, dict[int, int]] = {}
    for place in places.tolist():
        row = filled[place]
        account = int(row["account"] if row["subject"] < 0 else table.subjects.rows["account"][row["subject"]])
        units = found.setdefault(account, {})
        units[int(row["measure"])] = units.get(int(row["measure"]), 0) + int(missing[place])
    return found


def charge(table: Table, uses: Sequence[Counted]) -> tuple[Uses, Rated]:
    """Rate uses in their order and move the buckets; where each rating group stands is kept in it.

    Answers the uses as the core had them, and what they came to.
    """
    groups, places = _groups_of(uses)
    slices = carried_in(groups, terms=table.names.terms)
    rows = Uses(_rows(table, uses, places))
    rated = running.rate(table.compiled, table.calendar, table.subjects, rows, table.buckets, slices)
    carry_out(slices, groups, table.compiled.term_ids)
    return rows, rated


def reserve(table: Table, asks: Sequence[Counted]) -> list[Grant]:
    """Reserve what is asked as far as there is something, and note in the rating groups what they hold."""
    groups, places = _groups_of(asks)
    slices = carried_in(groups, terms=table.names.terms)
    rows = Uses(_rows(table, asks, places))
    granted = running.reserve(table.compiled, table.calendar, table.subjects, rows, table.buckets, slices)
    shared = _hold(asks, granted)
    return [
        Grant(units, measure, ended, outcome, switch_us, place in shared)
        for place, (units, _, switch_us, measure, ended, outcome) in enumerate(granted.grants.tolist())
    ]


def _hold(asks: Sequence[Counted], granted: Granted) -> set[int]:
    """Answers the asks that draw on what others hold too."""
    shared: set[int] = set()
    moves = granted.moves
    for ask, bucket, taken, before in zip(
        moves["use"].tolist(), moves["bucket"].tolist(), moves["taken"].tolist(), moves["before"].tolist(), strict=True
    ):
        group = asks[ask].part.group
        group.held = [*group.held, Held(bucket, taken)]
        if before > 0:
            shared.add(ask)
    return shared


def _groups_of(counted: Sequence[Counted]) -> tuple[list[GroupState], dict[int, int]]:
    """The rating groups of what is sliced, each once, and their places by identity."""
    groups: list[GroupState] = []
    places: dict[int, int] = {}
    for one in counted:
        group = one.part.group
        if not one.is_whole and id(group) not in places:
            places[id(group)] = len(groups)
            groups.append(group)
    return groups, places


def _rows(table: Table, counted: Sequence[Counted], places: dict[int, int]) -> NDArray[np.void]:
    rows = []
    for turn, part, start_us, amounts, is_whole in counted:
        request = turn.request
        destination = request.destination or turn.state.destination
        rows.append(
            (start_us, *amounts)
            + (_packed(destination), _packed(request.network), turn.payer.subject, turn.payer.tariff_number)
            + (table.names.services.get(turn.service, NONE), part.part.rating_group)
            + (NONE if is_whole else places[id(part.group)],)
        )
    return np.array(rows, _USE)


def only(measure: int, amount: int) -> Amounts:
    """So much of one measure, by the core's number."""
    if measure == OCTET:
        return Amounts(octets=amount)
    return Amounts(seconds=amount) if measure == SECOND else Amounts(number=amount)


def amounts_of(container: Container) -> Amounts:
    """What a container says was used."""
    octets = container.total_octets
    if octets is None and (container.uplink_octets is not None or container.downlink_octets is not None):
        octets = (container.uplink_octets or 0) + (container.downlink_octets or 0)
    return Amounts(_told(container.time_s), _told(octets), _told(container.specific))


def _told(amount: int | None) -> int:
    return NONE if amount is None else amount
