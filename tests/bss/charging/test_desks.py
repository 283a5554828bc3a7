"""What desks ask of charging: records that wait by what is told of them, one put right, a balance put right."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tandem.bss.charging import public as charging
from tandem.bss.charging.terms import NotSuspended, UsageInvalid
from tandem.bss.charging.terms.balances import BucketUnknown, NotEnough, TopUp
from tandem.bss.charging.terms.desks import Correction, UsageUnknown, WaitingFilter
from tandem.kernel.audit.trail import deeds_of
from tandem.kernel.money import Money
from tandem.kernel.period import instant
from tandem.kernel.store import Uow
from tests.bss.charging import story

NOBODY = "353209119999"
HEAD = "record_id,usage_type,served_number,destination,started_at,quantity\n"
LINES = (
    f"w-1,voice,{NOBODY},{story.BERLIN},2026-10-20T10:00:00Z,60",
    f"w-2,data,{NOBODY},,2026-10-21T10:00:00Z,1000",
    f"w-3,voice,{story.NUMBER},12125550100,2026-10-22T10:00:00Z,30",
)


@pytest.fixture
def waiting(uow: Uow, product_id: str) -> Uow:
    """Three records that wait: two for nobody's number, one for a price."""
    report = charging.load_usage_file(uow, content=(HEAD + "\n".join(LINES)).encode(), source="day.csv")
    assert report.suspended == len(LINES)
    return uow


def told(uow: Uow, **wanted: Any) -> list[str]:
    found = charging.find_waiting(uow, replace(WaitingFilter(), **wanted), sort="started")
    assert found.total == len(found.usage)
    return [charging.get_record(uow, usage_id=one.usage_id).record.record_id or "" for one in found.usage]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, ["w-1", "w-2", "w-3"]),
        ({"codes": ("unknown_number",)}, ["w-1", "w-2"]),
        ({"codes": ("unknown_number", "no_price")}, ["w-1", "w-2", "w-3"]),
        ({"services": ("data",)}, ["w-2"]),
        ({"number": "9999"}, ["w-1", "w-2"]),
        ({"number": "1212"}, ["w-3"]),
        ({"source": "day"}, ["w-1", "w-2", "w-3"]),
        ({"source": "night"}, []),
        ({"first_at": instant("2026-10-21T10:00:00Z")}, ["w-2", "w-3"]),
        ({"end_at": instant("2026-10-21T10:00:00Z")}, ["w-1"]),
        ({"codes": ("no_price",), "services": ("data",)}, []),
    ],
)
def test_records_are_found_by_everything_that_is_told(
    waiting: Uow, wanted: dict[str, Any], expected: list[str]
) -> None:
    assert told(waiting, **wanted) == expected


def test_a_page_has_the_total_of_all(waiting: Uow) -> None:
    page = charging.find_waiting(waiting, WaitingFilter(), sort="started", descending=True, limit=1, offset=1)
    assert (page.total, [one.usage_type for one in page.usage]) == (3, ["data"])


def test_causes_are_counted_the_most_first(waiting: Uow) -> None:
    counted = charging.count_waiting(waiting, WaitingFilter())
    assert [(one.code, one.count) for one in counted] == [("unknown_number", 2), ("no_price", 1)]


def test_a_record_says_where_it_came_from(waiting: Uow) -> None:
    (found,) = charging.find_waiting(waiting, WaitingFilter(codes=("no_price",))).usage
    view = charging.get_record(waiting, usage_id=found.usage_id)
    assert (view.state, view.source, view.line, view.code) == ("suspended", "day.csv", 4, "no_price")
    with pytest.raises(UsageUnknown):
        charging.get_record(waiting, usage_id="nobody")


def test_a_corrected_record_is_charged_and_keeps_what_was_not_told(waiting: Uow) -> None:
    (found, _other) = charging.find_waiting(waiting, WaitingFilter(codes=("unknown_number",)), sort="started").usage
    charging.correct(waiting, usage_id=found.usage_id, correction=Correction(served=story.NUMBER))
    view = charging.get_record(waiting, usage_id=found.usage_id)
    assert (view.state, view.record.served, view.record.destination, view.record.quantity) == (
        "rated",
        story.NUMBER,
        story.BERLIN,
        60,
    )
    (event,) = charging.rated_events_of_usage(waiting, usage_id=found.usage_id)
    assert event.amount.micros > 0
    with pytest.raises(NotSuspended):
        charging.correct(waiting, usage_id=found.usage_id, correction=Correction(served=story.NUMBER))


@pytest.mark.parametrize(
    ("correction", "path"),
    [
        (Correction(served="none"), "served"),
        (Correction(destination="x"), "destination"),
        (Correction(network="12"), "network"),
        (Correction(usage_type="fax"), "usage_type"),
    ],
)
def test_a_correction_that_cannot_be_names_its_field(waiting: Uow, correction: Correction, path: str) -> None:
    found = charging.find_waiting(waiting, WaitingFilter(codes=("no_price",))).usage[0]
    with pytest.raises(UsageInvalid) as refused:
        charging.correct(waiting, usage_id=found.usage_id, correction=correction)
    assert refused.value.path == path


def test_a_balance_is_put_right_once_for_a_key(uow: Uow, product_id: str) -> None:
    wanted = TopUp(story.ACCOUNT, Money.of(10, "EUR"), "given", "test-1")
    bucket_id = charging.top_up(uow, wanted=wanted)
    made = [
        charging.adjust(uow, bucket_id=bucket_id, amount=-2_500_000, reason="too much", key="k-1") for _ in range(2)
    ]
    assert made[0] == made[1]
    (view,) = charging.balances_of_account(uow, billing_account_id=story.ACCOUNT)
    assert view.left == 7_500_000
    with pytest.raises(NotEnough):
        charging.adjust(uow, bucket_id=bucket_id, amount=-8_000_000, reason="far too much", key="k-2")
    with pytest.raises(BucketUnknown):
        charging.adjust(uow, bucket_id=f"{story.ACCOUNT}.77", amount=1, reason="nothing", key="k-3")
    uow.flush()
    verbs = [deed.verb for deed in deeds_of(uow, "Bucket", [bucket_id])]
    assert verbs == ["charging.balance.adjust", "charging.balance.top_up"]
