"""Sessions on line, message by message, in the database. Amounts are worked out by hand."""

from __future__ import annotations

from tandem.bss.catalog import seed as catalog_seed
from tandem.bss.charging.terms.online import Part, Units, Used
from tandem.bss.subscriptions import public as subscriptions
from tests.bss.charging.online.network import DATA, GB, MB, Network


def test_a_session_is_granted_slices_and_charged_what_it_used(network: Network) -> None:
    product = network.subscribe(offering=catalog_seed.MAX_100)
    opened = network.ask(network.create())
    (part,) = opened.parts
    assert (opened.result, part.result, part.rating_group) == ("success", "success", DATA)
    assert (part.granted, part.threshold, part.validity_s, part.holding_s) == (
        Units(total_octets=100 * MB),
        20 * MB,
        3600,
        600,
    )
    bucket = network.buckets()["100 GB of data"]
    assert (bucket["granted"], bucket["used"], bucket["reserved"]) == (100 * GB, 0, 100 * MB)
    network.ask(network.update("s-1", 1, 80 * MB))
    bucket = network.buckets()["100 GB of data"]
    assert (bucket["used"], bucket["reserved"]) == (80 * MB, 100 * MB)
    closed = network.ask(network.release("s-1", 2, 15 * MB))
    assert (closed.result, closed.parts[0].granted) == ("success", None)
    bucket = network.buckets()["100 GB of data"]
    assert (bucket["used"], bucket["reserved"]) == (95 * MB, 0)
    assert network.charged(product) == [("price-max-100-data", 80 * MB, 0, 0), ("price-max-100-data", 15 * MB, 0, 0)]


def test_a_message_that_comes_again_is_answered_as_before_and_changes_nothing(network: Network) -> None:
    product = network.subscribe(offering=catalog_seed.MAX_100)
    first = network.ask(network.create())
    report = network.update("s-1", 1, 80 * MB)
    told = network.ask(report)
    network.later(minutes=5)
    before = network.buckets()
    assert network.ask(network.create()) == first
    assert network.ask(report) == told
    assert [network.ask(report), *network.send(report, report)] == [told] * 3
    assert network.buckets() == before
    assert len(network.charged(product)) == 1


def test_a_message_twice_in_one_batch_is_charged_once(network: Network) -> None:
    product = network.subscribe(offering=catalog_seed.MAX_100)
    report = network.update("s-1", 1, 80 * MB)
    answers = network.send(network.create(), report, report)
    assert answers[1] == answers[2]
    assert network.charged(product) == [("price-max-100-data", 80 * MB, 0, 0)]


def test_a_late_report_is_charged_and_granted_nothing(network: Network) -> None:
    product = network.subscribe(offering=catalog_seed.MAX_100)
    network.ask(network.create())
    network.ask(network.update("s-1", 2, 30 * MB))
    late = network.ask(network.update("s-1", 1, 50 * MB))
    assert (late.result, late.parts[0].result, late.parts[0].granted) == ("success", "success", None)
    bucket = network.buckets()["100 GB of data"]
    assert (bucket["used"], bucket["reserved"]) == (80 * MB, 100 * MB)
    assert sum(quantity for _, quantity, _, _ in network.charged(product)) == 80 * MB


def test_after_the_release_there_is_no_session_but_what_was_under_way_is_charged(network: Network) -> None:
    product = network.subscribe(offering=catalog_seed.MAX_100)
    network.ask(network.create())
    release = network.release("s-1", 3, 10 * MB)
    closed = network.ask(release)
    assert network.ask(release) == closed
    late = network.ask(network.update("s-1", 2, 20 * MB))
    assert (late.result, late.parts[0].granted) == ("success", None)
    gone = network.ask(network.update("s-1", 4, 40 * MB))
    assert (gone.result, gone.parts) == ("unknown_session", ())
    bucket = network.buckets()["100 GB of data"]
    assert (bucket["used"], bucket["reserved"]) == (30 * MB, 0)
    assert [quantity for _, quantity, _, _ in network.charged(product)] == [10 * MB, 20 * MB]
    assert [record["localRecordSequenceNumber"] for record in network.records("s-1")] == [1, 2]


def test_a_report_of_a_session_whose_beginning_was_lost_opens_it(network: Network) -> None:
    product = network.subscribe(offering=catalog_seed.MAX_100)
    told = network.ask(network.update("s-9", 4, 7 * MB))
    assert (told.result, told.parts[0].granted) == ("success", Units(total_octets=100 * MB))
    assert network.charged(product) == [("price-max-100-data", 7 * MB, 0, 0)]
    late = network.ask(network.create("s-9"))
    assert (late.result, late.parts[0].granted) == ("success", None)
    assert network.buckets()["100 GB of data"]["reserved"] == 100 * MB


def test_a_reservation_ends_by_itself_and_what_is_used_later_is_charged_all_the_same(network: Network) -> None:
    product = network.subscribe(offering=catalog_seed.MAX_100)
    network.ask(network.create())
    network.later(seconds=3600 + 59)
    network.ask(network.create("s-2"))
    assert network.buckets()["100 GB of data"]["reserved"] == 200 * MB
    network.later(seconds=2)
    network.ask(network.create("s-3"))
    assert network.buckets()["100 GB of data"]["reserved"] == 200 * MB
    network.ask(network.update("s-1", 1, 60 * MB))
    assert network.buckets()["100 GB of data"]["reserved"] == 300 * MB
    assert network.charged(product) == [("price-max-100-data", 60 * MB, 0, 0)]


def test_rating_groups_of_one_session_are_each_their_own(network: Network) -> None:
    product = network.subscribe(offering=catalog_seed.MAX_100)
    parts = tuple(Part(rating_group=group, wanted=Units()) for group in (10, 20))
    opened = network.ask(network.create(parts=parts))
    assert [(part.rating_group, part.granted) for part in opened.parts] == [
        (10, Units(total_octets=100 * MB)),
        (20, Units(total_octets=100 * MB)),
    ]
    used = Used(units=Units(uplink_octets=3 * MB, downlink_octets=4 * MB), started_at=network.now)
    told = network.ask(network.request("update", "s-1", 1, parts=(Part(rating_group=20, used=(used,)),)))
    assert [(part.rating_group, part.granted) for part in told.parts] == [(20, None)]
    bucket = network.buckets()["100 GB of data"]
    assert (bucket["used"], bucket["reserved"]) == (7 * MB, 100 * MB)
    network.ask(network.release("s-1", 2, None, parts=()))
    assert network.buckets()["100 GB of data"]["reserved"] == 0
    assert network.charged(product) == [("price-max-100-data", 7 * MB, 0, 0)]


def test_a_container_that_was_reported_before_is_not_charged_again(network: Network) -> None:
    product = network.subscribe(offering=catalog_seed.MAX_100)
    network.ask(network.create())
    first = Used(units=Units(total_octets=5 * MB), started_at=network.now, sequence=1)
    second = Used(units=Units(total_octets=6 * MB), started_at=network.now, sequence=2)
    network.ask(network.update("s-1", 1, None, used=(first,)))
    network.ask(network.update("s-1", 2, None, used=(first, second)))
    assert [quantity for _, quantity, _, _ in network.charged(product)] == [5 * MB, 6 * MB]


def test_who_is_not_known_or_not_served_gets_nothing(network: Network) -> None:
    product = network.subscribe(offering=catalog_seed.MAX_100)
    stranger = network.ask(network.create(subscriber="353209999999"))
    assert (stranger.result, stranger.parts) == ("unknown_subscriber", ())
    network.ask(network.create())
    network.do(lambda uow: subscriptions.suspend_product(uow, product_id=product))
    refused = network.ask(network.create("s-2"))
    assert (refused.result, refused.parts) == ("not_allowed", ())
    told = network.ask(network.update("s-1", 1, 10 * MB))
    assert (told.result, told.parts[0].result, told.parts[0].granted) == ("success", "not_allowed", None)
    bucket = network.buckets()["100 GB of data"]
    assert (bucket["used"], bucket["reserved"]) == (10 * MB, 0)


def test_a_service_without_a_price_is_refused_and_the_others_go_on(network: Network) -> None:
    network.subscribe(offering=catalog_seed.MAX_100)
    fax, data = network.send(network.create("s-1", service="fax"), network.create("s-2"))
    assert (fax.result, fax.parts[0].result) == ("success", "rating_failed")
    assert data.parts[0].granted == Units(total_octets=100 * MB)


def test_one_bad_message_does_not_spoil_the_batch(network: Network) -> None:
    network.subscribe(offering=catalog_seed.MAX_100)
    bad = network.update("s-2", 1, 2**60)
    zero, endless, good = network.send(network.create("s\0"), bad, network.create())
    assert (zero.result, endless.result) == ("invalid", "invalid")
    assert good.parts[0].granted == Units(total_octets=100 * MB)


def test_a_record_is_closed_with_the_session(network: Network) -> None:
    product = network.subscribe(offering=catalog_seed.MAX_100)
    network.ask(network.create(facts={"ratType": "NR"}))
    network.later(minutes=10)
    network.ask(network.update("s-1", 1, 30 * MB))
    network.later(minutes=5)
    network.ask(network.release("s-1", 2, 12 * MB))
    (record,) = network.records("s-1")
    assert record == {
        "recordType": 200,
        "recordingNetworkFunctionID": "tandem",
        "subscriberIdentifier": {"subscriptionIDType": "END_USER_E164", "subscriptionIDData": "353209110001"},
        "chargingSessionIdentifier": "s-1",
        "listOfMultipleUnitUsage": [
            {
                "ratingGroup": 10,
                "usedUnitContainers": [
                    {"dataTotalVolume": 30 * MB, "timeOfFirstUsage": "2026-11-10T12:10:00Z"},
                    {"dataTotalVolume": 12 * MB, "timeOfFirstUsage": "2026-11-10T12:15:00Z"},
                ],
            }
        ],
        "recordOpeningTime": "2026-11-10T12:00:00Z",
        "duration": 900,
        "localRecordSequenceNumber": 1,
        "causeForRecClosing": 0,
        "serviceType": "data",
        "productId": product,
        "information": {"ratType": "NR"},
    }
