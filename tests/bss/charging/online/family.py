"""Families that share a pool and a wallet, many in one tenant, and what must hold of each at any instant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from psycopg.types.json import Jsonb

from tandem.bss.catalog import commands as catalog_commands
from tandem.bss.catalog import seed as catalog_seed
from tandem.bss.catalog import store as catalog_store
from tandem.bss.catalog.seed.documents import allowance, per, usage
from tandem.bss.charging.rules.core.layout import ALLOWANCE, MONEY
from tandem.bss.charging.rules.online.state import unpacked
from tandem.kernel.json import Doc
from tandem.kernel.store import Uow
from tests.bss.charging.online.network import ACCOUNT, MB, Network

OFFERING = "offer-pool"
POOL = 20_000 * MB
SLICE = 1_000 * MB
WALLET = 5_000_000
PER_MB = 2_000
LINES = 4


def open_families(network: Network, count: int) -> list[str]:
    """So many accounts, each with four lines on one pool of 20 GB and 5.00 to go on with, at 2.00 a GB."""
    network.open_shop()
    network.do(_offer)
    template = network.subscribe("353200000000", offering=OFFERING)
    accounts = [f"fam-{place:04d}" for place in range(count)]
    network.do(lambda uow: _copy(uow, template, accounts))
    for account in accounts:
        network.top_up("5.00", account=account, cause=f"top-up-{account}")
    return accounts


def number_of(account: str, line: int) -> str:
    """A family's number."""
    return f"3532{account.removeprefix('fam-')}{line:03d}"


def _offer(uow: Uow) -> None:
    shared: dict[str, Any] = {"service": "data", "shared": True}
    exact = {"mode": "halfUp", "digits": 6, "place": "bill"}
    for doc in (
        allowance("price-pool-data", "Pool", per(20, "GB"), **shared),
        usage("price-pool-past", "Data past the pool", "2.00", "GB", service="data", rounding=exact),
    ):
        catalog_commands.add_entry(catalog_store.PRICES, uow, doc)
    words: Doc = {
        "payment": {"order": ["money"], "whenSpent": {"action": "redirect", "redirectTo": "http://top-up.example/"}},
        "quota": [{"service": "data", "slice": "1 GB", "lastSlice": "100 MB", "validity": "1 hour", "threshold": 80}],
    }
    catalog_commands.create_offering(
        uow,
        {
            "id": OFFERING,
            "name": "Pool",
            "version": "1",
            "lifecycleStatus": "Launched",
            "validFor": {"startDateTime": "2026-01-01T00:00:00Z"},
            "productSpecification": {"id": catalog_seed.MOBILE_PLAN},
            "productOfferingPrice": [{"id": "price-pool-data"}, {"id": "price-pool-past"}],
            "prodSpecCharValueUse": [{"name": "tariff", "productSpecCharacteristicValue": [{"value": words}]}],
        },
    )


def _copy(uow: Uow, template: str, accounts: list[str]) -> None:
    """Accounts and lines like those that the doors made: a thousand by hand take as long as the test."""
    lines = [(account, number_of(account, line)) for account in accounts for line in range(LINES)]
    _copied(uow, "party_billing_account", ACCOUNT, [({"id": account}, {"id": account}) for account in accounts])
    _copied(
        uow,
        "subscriptions_product",
        template,
        [
            (
                {"id": f"p-{number}", "billing_account_id": account, "msisdn": number},
                {"id": f"p-{number}", "billingAccount": {"id": account}},
            )
            for account, number in lines
        ],
    )
    uow.many(
        "insert into subscriptions_identifier (tenant, identifier, product_id, valid) "
        "select tenant, %s, %s, valid from subscriptions_identifier where tenant = %s and product_id = %s",
        [(number, f"p-{number}", uow.tenant, template) for _, number in lines],
    )


def _copied(uow: Uow, table: str, template: str, copies: list[tuple[Doc, Doc]]) -> None:
    """Rows like the template's. Shape: what is other in its columns, and in its document."""
    columns = [
        row["column_name"]
        for row in uow.all(
            "select column_name from information_schema.columns where table_name = %s order by ordinal_position",
            (table,),
        )
    ]
    for told, doc in copies:
        marks = ["%s" if name in told else "doc || %s" if name == "doc" else name for name in columns]
        params = [told[name] if name in told else Jsonb(doc) for name in columns if name in told or name == "doc"]
        uow.execute(
            f"insert into {table} ({', '.join(columns)}) select {', '.join(marks)} from {table} "
            "where tenant = %s and id = %s",
            (*params, uow.tenant, template),
        )


@dataclass(frozen=True)
class Standing:
    """How a family's books stand. Units: octets of the pool, micros of the wallet and the charges."""

    pool_used: int
    pool_held: int
    wallet_used: int
    wallet_held: int
    octets: int
    amount: int
    unpaid: int


def standing_of(uow: Uow, account: str) -> Standing:
    """What the rows say."""
    buckets = uow.all(
        "select kind, term_id, used, reserved from charging_bucket where tenant = %s and billing_account_id = %s",
        (uow.tenant, account),
    )
    charged = uow.one(
        "select coalesce(sum(quantity), 0)::bigint as octets, coalesce(sum(amount_micros), 0)::bigint as amount, "
        "coalesce(sum(unpaid_micros), 0)::bigint as unpaid from charging_rated_event "
        "where tenant = %s and billing_account_id = %s",
        (uow.tenant, account),
    )
    assert charged is not None
    pool = [row for row in buckets if row["kind"] == ALLOWANCE]
    wallet = [row for row in buckets if row["kind"] == MONEY]
    return Standing(
        pool_used=sum(row["used"] for row in pool),
        pool_held=sum(row["reserved"] for row in pool),
        wallet_used=sum(row["used"] for row in wallet),
        wallet_held=sum(row["reserved"] for row in wallet),
        octets=charged["octets"],
        amount=charged["amount"],
        unpaid=charged["unpaid"],
    )


def require_held_is_reserved(uow: Uow) -> None:
    """What sessions hold is what buckets have reserved, and no bucket gave more than it had.

    What is used is paid in the tariff's order, whoever holds what: a pool may owe a session what its wallet then pays.
    """
    held: dict[tuple[str, int], int] = {}
    rows = uow.all("select billing_account_id, state from charging_session where tenant = %s", (uow.tenant,))
    for row in rows:
        for group in unpacked(bytes(row["state"])).groups:
            for one in group.held:
                key = (row["billing_account_id"], one.bucket)
                held[key] = held.get(key, 0) + one.amount
    buckets = uow.all(
        "select billing_account_id, n, granted, used, reserved from charging_bucket where tenant = %s", (uow.tenant,)
    )
    for row in buckets:
        assert row["reserved"] == held.get((row["billing_account_id"], row["n"]), 0), row
        assert row["granted"] is None or 0 <= row["used"] <= row["granted"], row
