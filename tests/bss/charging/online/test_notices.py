"""What the network is told unasked, until it hears."""

from __future__ import annotations

from datetime import timedelta

from tandem.bss.catalog import seed as catalog_seed
from tandem.bss.charging import reactions
from tandem.bss.charging.terms.balances import BalanceToppedUp
from tandem.bss.charging.terms.online import SessionNotice, Units
from tandem.bss.charging.wire import process
from tandem.bss.subscriptions import public as subscriptions
from tandem.bss.subscriptions.terms import ProductSuspended
from tandem.kernel.events import event_name, from_doc
from tests.bss.charging.online.network import ACCOUNT, MB, NUMBER, Network


def spent(network: Network) -> str:
    """A session on *Prepaid* that came to the end of its money."""
    product = network.subscribe(offering=catalog_seed.PREPAID)
    network.top_up("2.00")
    network.ask(network.create())
    assert network.ask(network.update("s-1", 1, 100 * MB)).parts[0].final == "redirect"
    return product


def topped_up(network: Network) -> None:
    event = from_doc(event_name(BalanceToppedUp), network.told("BalanceToppedUp")[-1])
    assert isinstance(event, BalanceToppedUp)
    network.do(lambda uow: reactions.topped_up(uow, event))


def test_money_that_comes_in_is_told_to_sessions_that_wait_for_it_once(network: Network) -> None:
    spent(network)
    network.ask(network.create("s-2", service="voice", destination="35391555010"))
    network.top_up("1.00", cause="top-up-2")
    topped_up(network)
    topped_up(network)
    told = network.notices()
    assert ("nchf", "s-1", "reauthorise", [10]) in told
    assert len(told) == len({session for _, session, _, _ in told})


def test_a_notice_is_tried_again_later_and_later_until_it_is_heard(network: Network) -> None:
    spent(network)
    network.top_up("1.00", cause="top-up-2")
    topped_up(network)
    at = network.now
    for wait_s in (1, 2, 4, 8):
        (waiting,) = network.do(lambda uow, at=at: process.take_notices(uow, at=at))
        assert waiting.notice == SessionNotice(
            protocol="nchf",
            session="s-1",
            notify_at="http://smf.example/notify",
            kind="reauthorise",
            rating_groups=(10,),
            subscriber=NUMBER,
        )
        network.do(lambda uow, w=waiting, at=at: process.settle_notices(uow, delivered=(), failed=[w], at=at))
        early = at + timedelta(seconds=wait_s) - timedelta(milliseconds=1)
        assert network.do(lambda uow, at=early: process.take_notices(uow, at=at)) == []
        at += timedelta(seconds=wait_s)
    (waiting,) = network.do(lambda uow: process.take_notices(uow, at=at))
    network.do(lambda uow: process.settle_notices(uow, delivered=[waiting], failed=(), at=at))
    assert network.do(lambda uow: process.take_notices(uow, at=at + timedelta(days=1))) == []


def test_what_one_session_gives_back_is_told_to_another_that_had_nothing(network: Network) -> None:
    network.subscribe(offering=catalog_seed.PREPAID)
    network.top_up("2.00")
    network.ask(network.create())
    refused = network.ask(network.create("s-2")).parts[0]
    assert (refused.granted, refused.final) == (Units(total_octets=0), "redirect")
    network.ask(network.release("s-1", 1, 30 * MB))
    assert network.notices() == [("nchf", "s-2", "reauthorise", [10])]
    again = network.ask(network.update("s-2", 1, 0)).parts[0]
    assert again.granted == Units(total_octets=70 * MB)


def test_the_sessions_of_a_product_that_is_suspended_are_told_to_end(network: Network) -> None:
    product = spent(network)
    network.ask(network.create("s-2"))
    network.do(lambda uow: subscriptions.suspend_product(uow, product_id=product))
    (doc,) = network.told("ProductSuspended")
    event = from_doc(event_name(ProductSuspended), doc)
    assert isinstance(event, ProductSuspended)
    network.do(lambda uow: reactions.stopped(uow, event))
    assert {(session, kind) for _, session, kind, _ in network.notices()} >= {("s-1", "abort"), ("s-2", "abort")}
    assert event.billing_account_id == ACCOUNT
