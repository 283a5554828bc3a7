"""Events without a session: debited at once, kept after the fact, asked for, given back. Amounts are by hand.

A message costs 0.10 on every plan, from money that was paid in on *Prepaid*.
"""

from __future__ import annotations

from tandem.bss.catalog import seed as catalog_seed
from tandem.bss.charging import public as charging
from tandem.bss.charging.terms.online import SessionRequest, Units, Used
from tests.bss.charging.online.network import MB, Network

GALWAY = "35391555010"


def message(network: Network, session: str, action: str, *, count: int = 1, **told: object) -> SessionRequest:
    asked = {"service": "sms", "destination": GALWAY, "action": action, "wanted": Units(specific=count), **told}
    return network.request("event", session, 0, rating_group=0, **asked)


def wallet(network: Network) -> tuple[int, int]:
    (row,) = (row for row in network.buckets().values() if row["currency"] and row["kind"] == 3)
    return row["used"], row["reserved"]


def test_an_event_is_debited_whole_or_not_at_all(network: Network) -> None:
    product = network.subscribe(offering=catalog_seed.PREPAID)
    network.top_up("0.35")
    paid = network.ask(message(network, "e-1", "debit", count=3))
    assert (paid.result, paid.parts[0].granted) == ("success", Units(specific=3))
    assert wallet(network) == (300_000, 0)
    refused = network.ask(message(network, "e-2", "debit"))
    assert (refused.result, refused.parts) == ("credit_limit", ())
    assert wallet(network) == (300_000, 0)
    assert network.ask(message(network, "e-1", "debit", count=3)) == paid
    assert network.charged(product) == [("price-message-national", 3, 300_000, 0)]
    assert [record["causeForRecClosing"] for record in network.records("e-1")] == [0]


def test_what_was_used_is_kept_after_the_fact_and_what_nobody_pays_is_said(network: Network) -> None:
    product = network.subscribe(offering=catalog_seed.PREPAID)
    network.top_up("0.15")
    used = Used(units=Units(specific=2), started_at=network.now)
    told = network.ask(message(network, "e-1", "post", used=(used,), wanted=None))
    assert told.result == "success"
    assert wallet(network) == (150_000, 0)
    assert network.charged(product) == [("price-message-national", 2, 200_000, 50_000)]


def test_asking_moves_nothing(network: Network) -> None:
    product = network.subscribe(offering=catalog_seed.PREPAID)
    network.top_up("0.25")
    enough = network.ask(message(network, "e-1", "check", count=2))
    short = network.ask(message(network, "e-2", "check", count=3))
    price = network.ask(message(network, "e-3", "enquire", count=7))
    assert (enough.result, short.result) == ("success", "credit_limit")
    assert (price.result, price.cost_micros, price.currency) == ("success", 700_000, "EUR")
    assert wallet(network) == (0, 0)
    assert network.charged(product) == []


def test_an_event_is_given_back_once_exactly(network: Network) -> None:
    product = network.subscribe(offering=catalog_seed.PREPAID)
    network.top_up("1.00")
    network.ask(message(network, "e-1", "debit", count=4))
    back = message(network, "r-1", "refund", facts={"refund_of": "e-1"})
    given = network.ask(back)
    assert given.result == "success"
    assert wallet(network) == (0, 0)
    assert sum(amount for _, _, amount, _ in network.charged(product)) == 0
    assert network.ask(back) == given
    again = network.ask(message(network, "r-2", "refund", facts={"refund_of": "e-1"}))
    assert again.result == "not_applicable"
    unknown = network.ask(message(network, "r-3", "refund", facts={"refund_of": "e-9"}))
    assert unknown.result == "not_applicable"
    assert wallet(network) == (0, 0)


def test_many_events_of_one_wallet_in_one_batch_stop_where_it_ends(network: Network) -> None:
    network.subscribe(offering=catalog_seed.PREPAID)
    network.top_up("0.35")
    answers = network.send(*(message(network, f"e-{place}", "debit") for place in range(5)))
    assert [answer.result for answer in answers] == ["success"] * 3 + ["credit_limit"] * 2
    assert wallet(network) == (300_000, 0)


def test_use_without_a_price_waits_among_the_usage_records(network: Network) -> None:
    product = network.subscribe(offering=catalog_seed.MAX_100)
    call = Used(units=Units(time_s=60), started_at=network.now)
    told = network.ask(
        network.request("update", "s-1", 1, service="voice", destination="88213000000", used=(call,), rating_group=0)
    )
    assert (told.result, told.parts[0].result) == ("success", "rating_failed")
    page = network.do(lambda uow: charging.suspended_usage(uow))
    assert [(one.code, one.usage_type, one.quantity, one.destination) for one in page.usage] == [
        ("no_price", "voice", 60, "88213000000")
    ]
    assert network.charged(product) == []


def test_a_session_that_ended_is_one_usage_record(network: Network) -> None:
    product = network.subscribe(offering=catalog_seed.MAX_100)
    network.ask(network.create())
    network.ask(network.update("s-1", 1, 30 * MB))
    network.ask(network.release("s-1", 2, 12 * MB))
    tally = network.do(charging.tally)
    assert (tally.accepted, tally.rated, tally.suspended) == (1, 1, 0)
    page = network.do(lambda uow: charging.rated_events_of_product(uow, product_id=product))
    assert sorted(event.quantity for event in page.events) == [12 * MB, 30 * MB]
    why = network.do(lambda uow: charging.why_rated(uow, rated_event_id=page.events[0].id))
    assert why.amount is not None and why.amount.micros == 0
