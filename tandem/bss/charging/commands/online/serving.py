"""Who is charged for a message: the product that has the number or another name, and the account that pays for it."""

from __future__ import annotations

from collections.abc import Sequence

from tandem.bss.charging.commands.online.turns import micros_since
from tandem.bss.charging.commands.state import Situation
from tandem.bss.charging.commands.subscribers import subscribers_of
from tandem.bss.charging.terms.online import SessionRequest
from tandem.bss.subscriptions import public as subscriptions
from tandem.kernel.store import Uow


def served(uow: Uow, asked: Sequence[tuple[int, SessionRequest]]) -> dict[int, Situation]:
    """The product and the account of each message, by its place; who is not known to be charged is left out."""
    names = {identifier_of(request) for _, request in asked}
    numbers = sorted(names)
    owners = subscribers_of(uow).owners(uow, numbers)
    periods: dict[str, list[tuple[int, int, int]]] = {}
    columns = (owners.number.tolist(), owners.start_us.tolist(), owners.end_us.tolist(), owners.product.tolist())
    for number, start_us, end_us, product in zip(*columns, strict=True):
        periods.setdefault(numbers[number], []).append((start_us, end_us, product))
    found: dict[int, Situation] = {}
    for place, request in asked:
        at_us = micros_since(request.at)
        for start_us, end_us, product in periods.get(identifier_of(request), ()):
            situation = owners.of[product]
            if start_us <= at_us < end_us and isinstance(situation, Situation):
                found[place] = situation
    return found


def identifier_of(request: SessionRequest) -> str:
    """What a subscriber is known by: a number as it is, any other name with its kind before it."""
    return subscriptions.identifier(kind=request.subscriber_kind, value=request.subscriber)
