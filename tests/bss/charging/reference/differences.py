"""Where two raters differ: the smallest play that shows it, as JSON that can be replayed by hand."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import msgspec

from tests.bss.charging.reference.calendar import text_of_us
from tests.bss.charging.reference.events import Event, Outcome, Play, Row, by_reference
from tests.bss.charging.reference.on_core import COLUMNS, OnCore
from tests.bss.charging.reference.state import Bucket
from tests.bss.charging.reference.words import NEVER, Subscriber

Result = tuple[list[Outcome], dict[Row, tuple[int, ...]]]
Rater = Callable[[Play], Result]


def by_core(play: Play, *, compiled: bool) -> Result:
    """What the core makes of a play in one batch, and the book at the end."""
    core = OnCore(play)
    return core.rate(compiled=compiled), core.book()


def assert_equal(play: Play, expected: Result, found: Result, rater: Rater) -> None:
    """Raises: AssertionError with the smallest play on which the rater differs from the reference."""
    account = _where(play, expected, found)
    if account is not None:
        raise AssertionError("the raters differ:\n" + told(smallest(_of(play, account), rater), rater))


def _where(play: Play, expected: Result, found: Result) -> str | None:
    """The account of the first event that came to something else, or of a bucket that stands otherwise."""
    accounts = {one.id: one.account for one in play.subscribers}
    for event, one, other in zip(play.events, expected[0], found[0], strict=True):
        if one != other:
            return accounts[event.use.subscriber]
    for row in expected[1].keys() | found[1].keys():
        if expected[1].get(row) != found[1].get(row):
            return accounts.get(row[2], row[2])
    return None


def _of(play: Play, account: str) -> Play:
    return play.of_account(account, len(play.events))


def smallest(play: Play, rater: Rater) -> Play:
    """Fewer and fewer of the events, as long as the raters still differ on what is left."""
    size = max(1, len(play.events) // 2)
    while True:
        shorter = next((one for one in _without(play, size) if by_reference(one) != rater(one)), None)
        if shorter is not None:
            play = shorter
        elif size == 1:
            return play
        else:
            size = size // 2


def _without(play: Play, size: int) -> Sequence[Play]:
    """The play without so many events in a row, from each place on; the last of them first."""
    starts = range(0, len(play.events), size)
    return [replace(play, events=play.events[:at] + play.events[at + size :]) for at in reversed(starts)]


def told(play: Play, rater: Rater) -> str:
    """The play as files of the sandbox (`tandem rate`), and what both made of it."""
    expected, found = by_reference(play), rater(play)
    rows = sorted(expected[1].keys() | found[1].keys())
    document = files_of(play) | {
        "results": [
            {"reference": _outcome(one), "core": _outcome(other)}
            for one, other in zip(expected[0], found[0], strict=True)
        ],
        "books": [
            {"row": " ".join(map(str, row)), "reference": expected[1].get(row), "core": found[1].get(row)}
            for row in rows
            if expected[1].get(row) != found[1].get(row)
        ],
    }
    return json.dumps(document, indent=1)


def files_of(play: Play) -> dict[str, Any]:
    """The sandbox's tariffs, state and lines of usage; without buckets for services that no tariff has."""
    services = {term.service for one in play.tariffs for term in (*one.prices, *one.allowances)}
    return {
        "tariffs": [msgspec.to_builtins(one) for one in play.tariffs],
        "state": {
            "subscribers": [_person(one) for one in play.subscribers],
            "buckets": [_bucket(one, services) for one in play.granted if not one.services or one.services & services],
        },
        "usage": [_line(play, event) for event in play.events],
    }


def _person(one: Subscriber) -> dict[str, Any]:
    found = {
        "id": one.id,
        "account": one.account,
        "tariff": one.tariff,
        "timeZone": one.zone,
        "cycleDay": one.cycle_day,
    }
    return found | ({"activeFrom": text_of_us(one.active_from)} if one.active_from > -NEVER else {})


def _bucket(bucket: Bucket, services: set[str]) -> dict[str, Any]:
    kind, owner = bucket.owner
    granted = bucket.granted or 0
    found = {
        "kind": bucket.kind,
        "id": bucket.term,
        {"product": "subscriber"}.get(kind, kind): owner,
        "granted": _decimal(granted) if bucket.kind == "money" else granted,
        "priority": bucket.priority,
        "services": sorted(bucket.services & services),
    }
    found |= {"measure": bucket.measure} if bucket.measure else {}
    found |= {"start": text_of_us(bucket.start)} if bucket.start > -NEVER else {}
    return found | ({"end": text_of_us(bucket.end)} if bucket.end < NEVER else {})


def _line(play: Play, event: Event) -> dict[str, Any]:
    use = event.use
    column = COLUMNS[play.measure(use.subscriber, use.service)]
    line = {
        "id": use.id,
        "subscriber": use.subscriber,
        "service": use.service,
        "start": text_of_us(event.at),
        "duration" if column == "seconds" else column: event.quantity,
        "destination": use.destination,
        "network": use.network,
        "ratingGroup": use.rating_group,
        "value": _decimal(use.value),
        "session": event.slice_of,
    }
    return {name: value for name, value in line.items() if value not in ("", None)}


def _outcome(outcome: Outcome) -> dict[str, Any]:
    names = ("units", "counted", "amount", "waived", "invoiced", "unpaid", "fromUnits", "fromMoney")
    parts = [
        {"source": kind, "term": term} | {name: value for name, value in zip(names, row, strict=True) if value}
        for (kind, term), row in outcome.sums.items()
    ]
    return {"reason": outcome.reason, "parts": parts, "told": outcome.told}


def _decimal(micros: int) -> str:
    return f"{micros // 10**6}.{micros % 10**6:06}"
