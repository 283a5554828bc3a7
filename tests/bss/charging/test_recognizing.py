"""Prepaid money is earned by the clock: each day, once, also what came late and what waited while everything stood."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tandem.bss.catalog.seed import PREPAID
from tandem.bss.charging import public as charging
from tandem.bss.charging.commands import recognizing
from tandem.bss.charging.jobs import JOBS
from tandem.bss.charging.terms.balances import TopUp
from tandem.bss.ledger import public as ledger
from tandem.bss.ledger.terms import Entry
from tandem.kernel.clock import drag_to
from tandem.kernel.errors import Broken
from tandem.kernel.money import Money
from tandem.kernel.period import Instant, instant
from tandem.kernel.steps import schedule
from tandem.kernel.store import Database, set_clock
from tests.bss.billing import november
from tests.bss.charging import story

NOON = instant("2026-10-20T12:00:00Z")
(JOB,) = [job for job in JOBS if job.name == "charging.recognize_prepaid"]


@pytest.fixture
def clock(database: Database, fresh_tenant: str) -> Iterator[Database]:
    """A prepaid customer with 20.00 from the 12th on, at noon on 20 October, and the job waiting for midnight."""
    set_clock(database, story.ACTIVE_FROM, fixed=True)
    with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        story.open_shop(uow)
        story.subscribe(uow, offering_id=PREPAID)
        charging.top_up(uow, wanted=TopUp(story.ACCOUNT, Money.of("20.00", "EUR"), "given", "gift"))
        schedule(uow, JOB, after=NOON)
    set_clock(database, NOON, fixed=True)
    yield database
    set_clock(database, None)


def use(clock: Database, tenant: str, octets: int, *, at: str) -> None:
    with clock.uow(tenant=tenant, actor="network", cause="test") as uow:
        story.charged(uow, story.data(octets, at=at))


def earned(clock: Database, tenant: str) -> list[tuple[Instant, str]]:
    """When was booked that use took how much."""

    def taken(entry: Entry) -> str:
        return str(next(line.amount.amount for line in entry.lines if line.ledger_account == "prepaid"))

    with clock.uow(tenant=tenant, actor="tester", cause="test") as uow:
        assert ledger.imbalance(uow) == {}
        booked = ledger.entries_of_account(uow, billing_account_id=story.ACCOUNT)
        return [(one.booked_at, taken(one)) for one in booked if one.kind == "prepaid_used"]


def midnight(day: int) -> Instant:
    return instant(f"2026-10-{day}T00:00:00Z")


def test_each_midnight_earns_what_the_day_took(clock: Database, fresh_tenant: str) -> None:
    worker = november.worker(clock)
    use(clock, fresh_tenant, 50_000_000, at="2026-10-20T10:00:00Z")
    drag_to(clock, instant("2026-10-21T12:00:00Z"), settle=worker.drain)
    assert earned(clock, fresh_tenant) == [(midnight(21), "1.00")]
    use(clock, fresh_tenant, 25_000_000, at="2026-10-21T10:00:00Z")
    use(clock, fresh_tenant, 100_000_000, at="2026-10-13T10:00:00Z")
    drag_to(clock, instant("2026-10-23T12:00:00Z"), settle=worker.drain)
    assert earned(clock, fresh_tenant) == [(midnight(21), "1.00"), (midnight(22), "2.50")]


def test_what_waited_while_everything_stood_is_earned_once(clock: Database, fresh_tenant: str) -> None:
    use(clock, fresh_tenant, 50_000_000, at="2026-10-20T10:00:00Z")
    set_clock(clock, instant("2026-10-25T12:00:00Z"), fixed=True)
    for _ in range(2):
        november.worker(clock).drain()
    assert [amount for _, amount in earned(clock, fresh_tenant)] == ["1.00"]


def test_charges_that_do_not_come_to_what_balances_say_are_not_booked(clock: Database, fresh_tenant: str) -> None:
    use(clock, fresh_tenant, 50_000_000, at="2026-10-20T10:00:00Z")
    payload = {"account": story.ACCOUNT, "due": "2026-10-21T00:00:00Z"}
    with clock.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        uow.execute("update charging_bucket set used = used + 1 where tenant = %s and kind = 3", (fresh_tenant,))
    with pytest.raises(Broken) as refused, clock.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        recognizing.recognize_account(uow, payload)
    assert refused.value.error_code == "charging.prepaid_differs"
    assert earned(clock, fresh_tenant) == []
