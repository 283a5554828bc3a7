"""When allowances are granted, for how long, and what is carried over: section 9 of the page."""

from __future__ import annotations

from tests.bss.charging.reference.calendar import Span, cycle_span, local_day
from tests.bss.charging.reference.state import Book, Bucket, Journal, Owner, account, product
from tests.bss.charging.reference.words import NEVER, Allowance, Subscriber, fair_use_octets


def owner_of(allowance: Allowance, subscriber: Subscriber) -> Owner:
    """Whose an allowance is."""
    return account(subscriber.account) if allowance.is_shared else product(subscriber.id)


class Granting:
    """Finds the instance of an allowance that holds an instant; grants it where there is none."""

    def __init__(self, book: Book) -> None:
        self.book = book

    def instance(self, allowance: Allowance, subscriber: Subscriber, at: int, journal: Journal) -> Bucket | None:
        """The instance that pays at an instant, if there is one or one is granted."""
        shelf = self._shelf(allowance, subscriber)
        for bucket in shelf:
            if bucket.start <= at < bucket.end:
                return bucket
        day = local_day(at, subscriber.zone)
        if allowance.kind == "cycle":
            cycle = cycle_span(day.first, subscriber.cycle_day, subscriber.zone)
            return self._grant_cycle(allowance, subscriber, cycle, journal)
        if allowance.kind == "day":
            return self._grant(allowance, subscriber, (day.start, day.end), journal)
        if allowance.kind == "fixed":
            holds = allowance.start <= at < allowance.end
            return self._grant(allowance, subscriber, (allowance.start, allowance.end), journal) if holds else None
        if shelf and (allowance.kind == "firstUse" or any(bucket.start > at for bucket in shelf)):
            return None
        return self._grant(allowance, subscriber, (at, at + allowance.length), journal)

    def carried(self, allowance: Allowance, subscriber: Subscriber, at: int) -> list[Bucket]:
        """What was carried over and is valid, the earliest end first."""
        shelf = self.book.carried.get((owner_of(allowance, subscriber), allowance.id), ())
        return sorted((one for one in shelf if one.holds(at)), key=lambda one: one.end)

    def _shelf(self, allowance: Allowance, subscriber: Subscriber) -> list[Bucket]:
        return self.book.own.setdefault((owner_of(allowance, subscriber), allowance.id), [])

    def _grant(self, allowance: Allowance, subscriber: Subscriber, period: tuple[int, int], journal: Journal) -> Bucket:
        owner = owner_of(allowance, subscriber)
        granted = allowance.granted
        if allowance.monthly is not None:
            granted = fair_use_octets(allowance.monthly, local_day(period[0], subscriber.zone).first)
        bucket = Bucket(owner, allowance.id, "allowance", *period, granted, allowance.priority)
        journal.grant(bucket, self._shelf(allowance, subscriber))
        return bucket

    def _grant_cycle(self, allowance: Allowance, subscriber: Subscriber, cycle: Span, journal: Journal) -> Bucket:
        bucket = self._grant(allowance, subscriber, (cycle.start, cycle.end), journal)
        if bucket.granted is None:
            return bucket
        if allowance.is_prorated and cycle.start <= subscriber.active_from < cycle.end:
            began = local_day(subscriber.active_from, subscriber.zone).first
            bucket.granted = bucket.granted * (cycle.after - began).days // cycle.days
        if allowance.carried_cycles and subscriber.active_from < cycle.start:
            self._carry_over(allowance, subscriber, cycle, journal)
        return bucket

    def _before(self, allowance: Allowance, subscriber: Subscriber, at: int, journal: Journal) -> Bucket | None:
        """The cycle before; if nobody looked at it and the product's beginning is told, it is granted."""
        if subscriber.active_from > -NEVER:
            return self.instance(allowance, subscriber, at, journal)
        return next((bucket for bucket in self._shelf(allowance, subscriber) if bucket.holds(at)), None)

    def _carry_over(self, allowance: Allowance, subscriber: Subscriber, cycle: Span, journal: Journal) -> None:
        """Move what the cycle before leaves."""
        before = self._before(allowance, subscriber, cycle.start - 1, journal)
        if before is None or before.free is None:  # an earlier version had no limit: nothing is left over of that
            return
        units = before.free if allowance.carried_cap is None else min(before.free, allowance.carried_cap)
        if units <= 0:
            return
        journal.carry(before, units)
        last = cycle
        for _ in range(allowance.carried_cycles - 1):
            last = cycle_span(last.after, subscriber.cycle_day, subscriber.zone)
        owner = owner_of(allowance, subscriber)
        carried = Bucket(owner, allowance.id, "carried", cycle.start, last.end, units, allowance.priority)
        journal.grant(carried, self.book.carried.setdefault((owner, allowance.id), []))
