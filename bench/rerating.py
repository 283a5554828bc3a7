"""A month of use rated again: looked at with nothing changed, after a correction, posted; and asked under a draft."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Final

import msgspec

from bench._place import fresh_place
from bench._subscribers import open_shop, subscribe
from bench._usage_text import write_usage
from bench.row import Row
from tandem.bss.catalog import commands as catalog_commands
from tandem.bss.catalog import public as catalog
from tandem.bss.catalog import seed as catalog_seed
from tandem.bss.catalog import store as catalog_store
from tandem.bss.charging import public as charging
from tandem.bss.charging.steps import STEPS
from tandem.bss.charging.terms.rerating import Rerating, Selection
from tandem.bss.charging.wire import Work, rate_file
from tandem.kernel.period import Period, instant
from tandem.kernel.steps import Registry, Worker
from tandem.kernel.store import Database

TENANT: Final = "corrib"
_ACCOUNTS_EACH: Final = 50
"""Records of an account."""
_PERIOD: Final = Period(instant("2026-01-01T00:00:00Z"), instant("2027-01-01T00:00:00Z"))
_PRICE: Final = "price-voice-germany"


def rows(quick: bool) -> Iterable[Row]:
    """20,000 accounts, a million records."""
    records = 100_000 if quick else 1_000_000
    accounts = records // _ACCOUNTS_EACH
    with (
        tempfile.TemporaryDirectory(prefix="tandem-bench-") as folder,
        fresh_place(max_size=6) as (database, owner_url),
    ):
        open_shop(database, TENANT)
        subscribe(database, owner_url, accounts, tenant=TENANT)
        path = Path(folder) / "month.csv"
        write_usage(path, records=records, subscribers=accounts, seed=1)
        file = rate_file(Work(database, TENANT, "bench", "bench"), path)
        assert file.state == "done", file
        what = f"{records:,} records of {accounts:,} accounts"
        found, took_s = _timed_draft(database)
        assert found.changed_uses == 0, found
        yield Row(work=f"look at {what} again, nothing changed", figure=took_s, unit="s", at_most=60, aim=15)
        _correct(database)
        found, took_s = _timed_draft(database)
        yield Row(work=f"the same after a correction of {found.changed_uses:,}", figure=took_s, unit="s", at_most=60)
        yield Row(work="post it", figure=_timed_post(database, found), unit="s", at_most=60, aim=15)
        yield Row(work=f"what if, {what}, each rated twice", figure=_timed_what_if(database), unit="s", at_most=120)


def _drain(database: Database) -> None:
    Worker(database, Registry(steps={step.kind: step for step in STEPS}), threads=2).drain()


def _timed_draft(database: Database) -> tuple[Rerating, float]:
    started = time.perf_counter()
    with database.uow(tenant=TENANT, actor="ann", cause="bench") as uow:
        drafted = charging.rerating_dry_run(uow, selection=Selection(first=_PERIOD.start, end=_PERIOD.end))
    _drain(database)
    took_s = time.perf_counter() - started
    with database.uow(tenant=TENANT, actor="ann", cause="bench") as uow:
        found = charging.get_rerating(uow, rerating_id=drafted.id)
    assert found.state == "drafted", found
    return found, took_s


def _timed_post(database: Database, found: Rerating) -> float:
    started = time.perf_counter()
    with database.uow(tenant=TENANT, actor="bob", cause="bench") as uow:
        charging.rerate(uow, rerating_id=found.id)
    _drain(database)
    took_s = time.perf_counter() - started
    with database.uow(tenant=TENANT, actor="bob", cause="bench") as uow:
        done = charging.get_rerating(uow, rerating_id=found.id)
    assert (done.state, done.posted, done.differing) == ("done", found.changed_accounts, 0), done
    return took_s


def _correct(database: Database) -> None:
    with database.uow(tenant=TENANT, actor="bench", cause="bench") as uow:
        price = catalog_store.PRICES.get_for_update(uow, _PRICE)
        cheaper = {**price.doc, "price": {"unit": "EUR", "value": Decimal("0.20")}, "version": "2026.10.1"}
        catalog_commands.change_part(catalog_store.PRICES, uow, price, cheaper)


def _timed_what_if(database: Database) -> float:
    started = time.perf_counter()
    with database.uow(tenant=TENANT, actor="ann", cause="bench") as uow:
        tariff = catalog.tariff_at(uow, offering_id=catalog_seed.MAX_100, moment=_PERIOD.start)
        prices = tuple(
            msgspec.structs.replace(one, amount="0.30") if one.id == _PRICE else one for one in tariff.prices
        )
        draft = msgspec.structs.replace(tariff, prices=prices)
        asked = charging.what_if(uow, offering_id=catalog_seed.MAX_100, draft=draft, period=_PERIOD)
    _drain(database)
    with database.uow(tenant=TENANT, actor="ann", cause="bench") as uow:
        answered = charging.get_what_if(uow, what_if_id=asked.id)
    assert answered.state == "done" and answered.is_sound, answered
    return time.perf_counter() - started
