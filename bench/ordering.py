"""Product orders over HTTP: how many are taken in, read, listed; and from confirmed to active on the register."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterable

from bench._load import Load, fire, request
from bench._operator import Operator, operator
from bench.row import Row
from tandem.kernel import json

ORDERS = "/tmf-api/productOrderingManagement/v5/productOrder"
MANY = 100_000
AT_ONCE = 20


def rows(quick: bool) -> Iterable[Row]:
    """One API process takes orders in; then API and worker carry some out against the register."""
    with operator(["api"]) as running:
        yield from _engine_rows(running, quick)
    with operator(["worker", "api"]) as running:
        yield from _activation_rows(running, 1 if quick else 5)


def _order(number: int, octets: int = 1024) -> bytes:
    """An order as a client sends it, padded to a size by its description."""
    doc = {
        "@type": "ProductOrder",
        "category": "B2C",
        "externalId": [{"id": f"bench-{number}", "@type": "ExternalIdentifier"}],
        "relatedParty": [
            {
                "role": "customer",
                "@type": "RelatedPartyRefOrPartyRoleRef",
                "partyOrPartyRole": {"id": "cust-1001", "@type": "PartyRoleRef", "@referredType": "Customer"},
            }
        ],
        "billingAccount": {"id": "acct-1001", "@type": "BillingAccountRef"},
        "productOrderItem": [
            {
                "id": "1",
                "action": "add",
                "@type": "ProductOrderItem",
                "productOffering": {"id": "offer-max-100", "@type": "ProductOfferingRef"},
            }
        ],
        "description": "",
    }
    doc["description"] = "x" * (octets - len(json.dumps(doc)))
    return json.dumps(doc)


def _engine_rows(running: Operator, quick: bool) -> Iterable[Row]:
    def post(number: int) -> bytes:
        return request("POST", ORDERS, host=running.host, token=running.token, body=_order(number))

    def load(make: object, count: int, connections: int, *, keep: bool = False) -> Load:
        return fire(running.host, running.port, make, count=count, connections=connections, keep=keep)  # type: ignore[arg-type]

    load(post, 400, 8)
    posts = [load(post, 1000 if quick else 3000, 16, keep=True) for _ in range(1 if quick else 3)]
    assert all(list(one.statuses) == [201] for one in posts), posts[0].statuses
    yield Row(
        work="TMF622 POST of a 1 KB order, one process, fsync on, 16 connections",
        figure=statistics.median(one.rate for one in posts),
        unit="1/s",
        at_least=400,
        aim=1000,
        compared_with="load generator on the same 2 cores",
    )
    yield Row(
        work="the same, p99",
        figure=statistics.median(one.percentile(0.99) for one in posts) * 1000,
        unit="ms",
        at_most=50,
    )
    ids = [json.loads(body)["id"] for body in posts[0].bodies]

    def get(number: int) -> bytes:
        return request("GET", f"{ORDERS}/{ids[number % len(ids)]}", host=running.host, token=running.token)

    load(get, 500, 8)
    gets = [load(get, 2000 if quick else 6000, 16) for _ in range(1 if quick else 3)]
    yield Row(
        work="GET of an order by id", figure=statistics.median(one.rate for one in gets), unit="1/s", at_least=1500
    )
    yield from _list_rows(running, quick)


def _list_rows(running: Operator, quick: bool) -> Iterable[Row]:
    _fill(running, MANY)
    path = f"{ORDERS}?state=completed&billingAccount.id=acct-1002&sort=-creationDate&limit=50"

    def ask(number: int) -> bytes:
        return request("GET", path, host=running.host, token=running.token)

    fire(running.host, running.port, ask, count=10, connections=1)
    load = fire(running.host, running.port, ask, count=50 if quick else 200, connections=1, keep=True)
    assert len(json.loads(load.bodies[0])) == 50, load.bodies[0][:200]
    yield Row(
        work=f"filtered, sorted list of 50 out of {MANY:,} orders",
        figure=load.percentile(0.5) * 1000,
        unit="ms",
        at_most=20,
        compared_with=f"p95 {load.percentile(0.95) * 1000:.1f} ms",
    )


def _fill(running: Operator, count: int) -> None:
    """Orders as they are kept, written in bulk."""
    with running.owner() as connection:
        connection.execute(
            """
            insert into ordering_product_order (tenant, id, doc, version, created_at, updated_at, state, customer_id,
              billing_account_id, category, creation_date)
            select 'corrib', 'bulk-' || n, jsonb_build_object('id', 'bulk-' || n, '@type', 'ProductOrder',
              'state', case mod(n, 10) when 0 then 'completed' else 'cancelled' end,
              'creationDate', '2026-01-01T00:00:00Z', 'billingAccount', jsonb_build_object('id', 'acct-1002'),
              'productOrderItem', jsonb_build_array(jsonb_build_object('id', '1', 'action', 'add'))),
              1, now(), now(), case mod(n, 10) when 0 then 'completed' else 'cancelled' end, 'cust-1002', 'acct-1002',
              'B2C',
              timestamptz '2026-01-01' + make_interval(secs => n)
            from generate_series(1, %s) n
            """,
            (count,),
        )
        connection.commit()
        connection.autocommit = True
        connection.execute("analyze ordering_product_order")


def _activation_rows(running: Operator, rounds: int) -> Iterable[Row]:
    waits: list[float] = []
    accepted: list[float] = []
    for round_number in range(rounds + 1):
        placed_a_second, took = _activate(running, round_number)
        if round_number:  # the first round warms up
            waits += took
            accepted.append(placed_a_second)
    ordered = sorted(waits)
    yield Row(
        work=f"order confirmed → active with read-back, p95, {AT_ONCE} orders at once",
        figure=ordered[int(len(ordered) * 0.95) - 1],
        unit="s",
        at_most=2.0,
        compared_with=running.register,
    )
    yield Row(
        work=f"orders accepted while the worker carries them out, {AT_ONCE} at once",
        figure=statistics.median(accepted),
        unit="1/s",
        at_least=20,
        compared_with=f"carried out {len(waits) / rounds / max(waits):.0f}/s; median {statistics.median(waits):.2f} s",
    )


def _activate(running: Operator, round_number: int) -> tuple[float, list[float]]:
    """Place orders at once: how many a second were accepted, and seconds until each is completed."""

    def post(number: int) -> bytes:
        body = _order(round_number * AT_ONCE + number)
        return request("POST", ORDERS, host=running.host, token=running.token, body=body)

    started = time.perf_counter()
    placed = fire(running.host, running.port, post, count=AT_ONCE, connections=AT_ONCE, keep=True)
    waiting = {json.loads(body)["id"] for body in placed.bodies}
    took: list[float] = []
    while waiting and time.perf_counter() - started < 60:
        completed = _completed(running, waiting)
        took += [time.perf_counter() - started] * len(completed)
        waiting -= completed
        time.sleep(0.02)
    assert not waiting, f"{len(waiting)} orders were not completed"
    return placed.rate, took


def _completed(running: Operator, ids: set[str]) -> set[str]:
    with running.owner() as connection:
        rows = connection.execute(
            "select id from ordering_product_order where state = 'completed' and id = any(%s)", (list(ids),)
        )
        return {row[0] for row in rows}
