"""The way back: the home register dies, exactly who feels it is told, it comes back, and all of it clears by itself."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default
from functools import partial
from pathlib import Path

import pytest

from tandem.app.network import HLR
from tandem.bss.crm import public as crm
from tandem.bss.subscriptions import public as subscriptions
from tandem.bss.subscriptions.terms import NewProduct, Realization
from tandem.oss.elements.wire import ReachabilityWatch
from tandem.oss.fault import public as fault
from tandem.oss.fault.terms import AlarmFilter, AlarmView
from tandem.oss.inventory import public as inventory
from tandem.oss.inventory.terms import NewResource, NewService
from tandem.oss.service_quality import public as service_quality
from tests.support.elements import BOTH
from tests.support.operator import TENANT, Operator, operator

FIRST, SECOND, THIRD, FOURTH = (f"cust-{number}" for number in (1001, 1002, 1003, 1004))
ALARM_WITHIN_S = 5.0
BEGUN, RESTORED = "Your service is interrupted", "Your service works again"


@dataclass
class Story:
    """A running operator: worker and watch in threads of their own. What the test waits for, it looks for."""

    operator: Operator
    folder: Path

    def until(self, comes: Callable[[], bool], within_s: float = 20.0) -> float:
        """Look until it comes; how many seconds that took."""
        started, pause = time.monotonic(), threading.Event()
        while not comes():
            if time.monotonic() - started > within_s:
                pytest.fail(f"it did not come within {within_s} s")
            pause.wait(0.02)
        return time.monotonic() - started

    def ordered(self, customer: str) -> str:
        return self.operator.order(customer=customer).id

    def completed(self, order_id: str) -> bool:
        return self.operator.order_of(order_id).state == "completed"

    def alarms(self, *, include_cleared: bool = False) -> tuple[AlarmView, ...]:
        with self.operator.uow() as uow:
            return fault.list_alarms(uow, wanted=AlarmFilter(include_cleared=include_cleared)).alarms

    def services_of(self, customer: str) -> list[str]:
        with self.operator.uow() as uow:
            return [one.id for one in inventory.list_services_of_party(uow, party_id=customer) if one.state == "active"]

    def told(self) -> list[tuple[str, str]]:
        """(address, subject) of each mail in the sink."""
        mails = [message_from_bytes(path.read_bytes(), policy=default) for path in self.folder.glob("*.eml")]
        return sorted((str(mail["To"].addresses[0].addr_spec), str(mail["Subject"])) for mail in mails)

    def notices_of(self, customer: str) -> list[str]:
        with self.operator.uow() as uow:
            return [notice.subject for notice in crm.active_notices_of_customer(uow, customer)]


@contextmanager
def running(made: Operator) -> Iterator[None]:
    """The worker's threads, and the watch over the elements."""
    watch = ReachabilityWatch(made.database, tenant=TENANT)
    watching = threading.Thread(target=watch.run, name="element-watch", daemon=True)
    made.worker.start()
    watching.start()
    try:
        yield
    finally:
        watch.stop()
        watching.join(timeout=10)
        made.worker.stop()


@pytest.fixture(params=BOTH)
def story(request: pytest.FixtureRequest, admin_url: str, tmp_path: Path) -> Iterator[Story]:
    with operator(admin_url, tmp_path, hlr=request.param) as made, running(made):
        yield Story(made, made.settings.mail)


def give_fibre(story: Story, customer: str) -> str:
    """A product whose service stands on another element than the home register; the service's id."""
    number = customer.rpartition("-")[2]
    with story.operator.uow() as uow:
        port = NewResource(name="Port 3", category="port", specification_id="res-port", specification_name="Port")
        port_id = inventory.create_resource(uow, new=port)
        fibre = NewService(
            name="Fibre",
            specification_id="svc-fibre",
            specification_name="Fibre",
            party_id=customer,
            resources=(port_id,),
        )
        service_id = inventory.create_service(uow, new=fibre)
        inventory.activate_service(uow, service_id=service_id)
        new = NewProduct(
            name="Fibre 500",
            customer_id=customer,
            billing_account_id=f"acct-{number}",
            offering_id="offer-max-100",
            order_id=f"order-{number}",
            order_item_id="1",
        )
        product_id = subscriptions.create_pending_product(uow, new=new).id
        given = Realization(service_ids=(service_id,))
        subscriptions.activate_product(uow, product_id=product_id, moment=uow.now, given=given)
    return service_id


Record = Callable[[str, object], None]


def test_a_dead_register_is_felt_and_told_and_clears_by_itself(story: Story, record_property: Record) -> None:
    for order_id in [story.ordered(FIRST), story.ordered(SECOND)]:
        story.until(partial(story.completed, order_id))
    give_fibre(story, THIRD)
    mobiles = sorted(story.services_of(FIRST) + story.services_of(SECOND))
    assert (len(mobiles), story.alarms(), story.told()) == (2, (), [])
    alarm = the_register_dies(story, record_property)
    exactly_who_feels_it_is_told(story, alarm, mobiles)
    waiting = an_order_waits_and_says_so(story)
    the_register_comes_back(story, waiting, record_property)
    everything_has_cleared(story, alarm)


def the_register_dies(story: Story, record: Record) -> AlarmView:
    story.operator.hlr.kill()
    died = time.monotonic()
    story.until(lambda: bool(story.alarms()), ALARM_WITHIN_S)
    record("alarm_after_s", time.monotonic() - died)
    story.until(lambda: len(story.told()) == 2)
    record("messages_after_s", time.monotonic() - died)
    [alarm] = story.alarms()
    assert (alarm.severity, alarm.state, alarm.count) == ("critical", "raised", 1)
    assert (alarm.object_id, alarm.reduction_key) == (HLR, f"element/{HLR}/does-not-answer")
    assert alarm.first_at == alarm.last_at
    return alarm


def exactly_who_feels_it_is_told(story: Story, alarm: AlarmView, mobiles: list[str]) -> None:
    with story.operator.uow() as uow:
        [impact] = service_quality.lasting_impacts(uow)
    assert (impact.severity, impact.alarm_id, sorted(impact.service_ids)) == ("outage", alarm.id, mobiles)
    assert sorted(story.alarms()[0].affected_service_ids) == mobiles
    assert story.told() == [("customer1001@corrib.example", BEGUN), ("customer1002@corrib.example", BEGUN)]
    assert [story.notices_of(one) for one in (FIRST, SECOND, THIRD, FOURTH)] == [[BEGUN], [BEGUN], [], []]


def an_order_waits_and_says_so(story: Story) -> str:
    waiting = story.ordered(FOURTH)
    story.until(lambda: story.operator.order_of(waiting).problem is not None)
    order = story.operator.order_of(waiting)
    assert order.problem is not None
    said = (order.state, order.problem.waits, order.problem.code)
    assert said == ("inProgress", True, "elements.element_unavailable")
    assert "by itself" in order.problem.next_action
    return waiting


def the_register_comes_back(story: Story, waiting: str, record: Record) -> None:
    story.operator.hlr = story.operator.hlr.start_again()
    back = time.monotonic()
    story.until(lambda: not story.alarms(), ALARM_WITHIN_S)
    record("cleared_after_s", time.monotonic() - back)
    story.until(partial(story.completed, waiting))
    record("order_after_s", time.monotonic() - back)
    story.until(lambda: len(story.told()) == 4)
    assert len(story.services_of(FOURTH)) == 1


def everything_has_cleared(story: Story, alarm: AlarmView) -> None:
    [ended] = story.alarms(include_cleared=True)
    assert (ended.id, ended.state, ended.severity, ended.count) == (alarm.id, "cleared", "cleared", 1)
    with story.operator.uow() as uow:
        assert service_quality.lasting_impacts(uow) == []
        assert service_quality.impact_of_alarm(uow, alarm_id=alarm.id).ended_at == ended.cleared_at
    assert story.told() == [
        ("customer1001@corrib.example", BEGUN),
        ("customer1001@corrib.example", RESTORED),
        ("customer1002@corrib.example", BEGUN),
        ("customer1002@corrib.example", RESTORED),
    ]
    assert [story.notices_of(one) for one in (FIRST, SECOND, THIRD, FOURTH)] == [[], [], [], []]
