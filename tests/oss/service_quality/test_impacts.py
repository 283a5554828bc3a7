"""A fault is felt by exactly the services in use that stand on what failed, from its beginning to its end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from tandem.kernel.json import Doc
from tandem.kernel.period import instant
from tandem.kernel.steps import Worker
from tandem.kernel.store import Database, Uow
from tandem.oss.fault import public as fault
from tandem.oss.inventory import public as inventory
from tandem.oss.inventory.terms import NewResource, NewService
from tandem.oss.service_quality import commands, public
from tandem.oss.service_quality.terms import ImpactNotFound
from tests.oss.fault.alarms import seen
from tests.oss.inventory.stock import stock, subscription

AT = instant("2026-11-02T10:00:00Z")
OVER = AT + timedelta(minutes=4)
KEY = "element/hlr-1/does-not-answer"


class Network:
    """A tenant's network: what happens in it, and what the other half heard."""

    def __init__(self, database: Database, tenant: str, worker: Worker) -> None:
        self._database, self._tenant, self._worker = database, tenant, worker
        with self.uow() as uow:
            stock(uow, 6)

    @contextmanager
    def uow(self) -> Iterator[Uow]:
        with self._database.uow(tenant=self._tenant, actor="tester", cause="test") as uow:
            yield uow

    def mobile(self, order: str, *, active: bool = True) -> str:
        with self.uow() as uow:
            return subscription(uow, order, active=active)

    def fibre(self) -> str:
        """A service in use that stands on another element."""
        port = NewResource(name="Port 3", category="port", specification_id="p", specification_name="Port")
        with self.uow() as uow:
            made = inventory.create_resource(uow, new=port)
            new = NewService(name="Fibre", specification_id="s", specification_name="Fibre", resources=(made,))
            service_id = inventory.create_service(uow, new=new)
            inventory.activate_service(uow, service_id=service_id)
            return service_id

    def fails(self, severity: str = "critical") -> None:
        self._see(severity)
        self._worker.drain()

    def mends(self) -> None:
        with self.uow() as uow:
            fault.end(uow, reduction_key=KEY, at=OVER)
        self._worker.drain()

    def moves(self, move: Callable[..., None], service_id: str) -> None:
        with self.uow() as uow:
            move(uow, service_id=service_id)
        self._worker.drain()

    def goes_on(self) -> None:
        """The fault lasts a little longer: services that came into use join now."""
        with self.uow() as uow:
            uow.execute(
                "update kernel_step set due_at = '-infinity' where tenant = %s and kind = %s and state = 'ready'",
                (self._tenant, commands.JOIN),
            )
        self._worker.drain()

    def _see(self, severity: str) -> None:
        with self.uow() as uow:
            fault.observe(uow, seen=seen(reduction_key=KEY, severity=severity, object_id="hlr-1", seen_at=AT))

    def felt_by(self) -> list[str]:
        """The services of all lasting impacts."""
        with self.uow() as uow:
            return [service_id for impact in public.lasting_impacts(uow) for service_id in impact.service_ids]

    def on_alarm(self) -> tuple[str, ...]:
        with self.uow() as uow:
            return fault.get_alarm(uow, alarm_id="1").affected_service_ids

    def told(self) -> list[tuple[str, list[str]]]:
        """What the seam carried: the events' names and services."""
        return [(name, doc["service_ids"]) for name, doc in self.news()]

    def news(self) -> list[tuple[str, Doc]]:
        with self.uow() as uow:
            rows = uow.all(
                "select name, doc from kernel_outbox where tenant = %s and name like 'seam.%%' order by seq",
                (self._tenant,),
            )
        return [(row["name"].removeprefix("seam."), row["doc"]) for row in rows]


@pytest.fixture
def network(database: Database, fresh_tenant: str, worker: Worker) -> Network:
    return Network(database, fresh_tenant, worker)


def test_an_outage_names_exactly_the_services_in_use_on_it(network: Network) -> None:
    first, second = network.mobile("o1"), network.mobile("o2")
    network.mobile("o3", active=False)
    barred, ended = network.mobile("o4"), network.mobile("o5")
    network.fibre()
    network.moves(inventory.suspend_service, barred)
    network.moves(inventory.terminate_service, ended)
    network.fails()
    assert network.felt_by() == sorted([first, second])
    assert network.on_alarm() == tuple(sorted([first, second]))
    [(name, doc)] = network.news()
    assert name == "ServiceImpacted"
    assert (doc["alarm_id"], doc["severity"], doc["since"]) == ("1", "outage", "2026-11-02T10:00:00Z")
    assert doc["service_ids"] == sorted([first, second])
    assert doc["summary"] == "Port 3 is down"


def test_its_end_is_told_to_the_same_services(network: Network) -> None:
    first = network.mobile("o1")
    network.fails()
    network.mends()
    assert network.felt_by() == []
    assert network.told() == [("ServiceImpacted", [first]), ("ServiceImpactEnded", [first])]
    begun, ended = (doc for _, doc in network.news())
    assert begun["impact_id"] == ended["impact_id"]
    assert (ended["since"], ended["ended_at"]) == ("2026-11-02T10:00:00Z", "2026-11-02T10:04:00Z")
    with network.uow() as uow:
        impact = public.impact_of_alarm(uow, alarm_id="1")
    assert (impact.ended_at, impact.service_ids, impact.object_id) == (OVER, (first,), "hlr-1")


@pytest.mark.parametrize("severity", ["minor", "warning", "indeterminate"])
def test_a_small_fault_is_felt_by_nobody(network: Network, severity: str) -> None:
    network.mobile("o1")
    network.fails(severity)
    assert (network.felt_by(), network.told(), network.on_alarm()) == ([], [], ())
    with network.uow() as uow, pytest.raises(ImpactNotFound):
        public.impact_of_alarm(uow, alarm_id="1")


def test_a_fault_that_is_seen_again_is_told_once(network: Network) -> None:
    first = network.mobile("o1")
    network.fails()
    network.fails()
    with network.uow() as uow:
        commands.weigh(uow, "1")
    assert network.told() == [("ServiceImpacted", [first])]


def test_a_fault_that_becomes_worse_is_told_with_its_new_severity(network: Network) -> None:
    network.mobile("o1")
    network.fails("minor")
    network.fails("major")
    network.fails("critical")
    assert [doc["severity"] for _, doc in network.news()] == ["degraded", "outage"]
    assert len({doc["impact_id"] for _, doc in network.news()}) == 1


def test_a_fault_that_becomes_small_is_over_for_services_and_may_come_back(network: Network) -> None:
    first = network.mobile("o1")
    network.fails("critical")
    network.fails("minor")
    assert network.felt_by() == []
    network.fails("critical")
    assert network.felt_by() == [first]
    assert [name for name, _ in network.told()] == ["ServiceImpacted", "ServiceImpactEnded", "ServiceImpacted"]
    assert len({doc["impact_id"] for _, doc in network.news()}) == 2


def test_a_service_that_comes_into_use_meanwhile_joins(network: Network) -> None:
    first, ordered = network.mobile("o1"), network.mobile("o2", active=False)
    network.fails("major")
    network.moves(inventory.activate_service, ordered)
    network.fibre()
    network.fails("major")
    assert network.felt_by() == [first]
    network.goes_on()
    assert network.felt_by() == sorted([first, ordered])
    assert set(network.on_alarm()) == {first, ordered}
    network.mends()
    assert network.told() == [
        ("ServiceImpacted", [first]),
        ("ServiceImpacted", [ordered]),
        ("ServiceImpactEnded", sorted([first, ordered])),
    ]


def test_a_fault_that_nobody_felt_at_first_is_felt_by_who_comes(network: Network) -> None:
    ordered = network.mobile("o1", active=False)
    network.fails("major")
    assert (network.felt_by(), network.told()) == ([], [])
    network.moves(inventory.activate_service, ordered)
    network.goes_on()
    assert network.told() == [("ServiceImpacted", [ordered])]


def test_a_service_that_comes_into_use_just_before_the_end_feels_nothing(network: Network) -> None:
    first, ordered = network.mobile("o1"), network.mobile("o2", active=False)
    network.fails()
    network.moves(inventory.activate_service, ordered)
    network.mends()
    network.goes_on()
    assert network.told() == [("ServiceImpacted", [first]), ("ServiceImpactEnded", [first])]


@pytest.mark.parametrize("move", [inventory.terminate_service, inventory.suspend_service])
def test_a_service_that_goes_out_of_use_leaves(network: Network, move: Callable[..., None]) -> None:
    first, second = network.mobile("o1"), network.mobile("o2")
    network.fails()
    network.moves(move, first)
    assert network.felt_by() == [second]
    assert network.on_alarm() == (second,)
    assert [name for name, _ in network.told()] == ["ServiceImpacted"]
    network.mends()
    assert network.told()[1:] == [("ServiceImpactEnded", sorted([first, second]))]


def test_a_service_that_is_back_while_the_fault_lasts_feels_it_again(network: Network) -> None:
    first = network.mobile("o1")
    network.fails()
    network.moves(inventory.suspend_service, first)
    network.moves(inventory.resume_service, first)
    network.goes_on()
    assert network.felt_by() == [first]
    assert network.told() == [("ServiceImpacted", [first]), ("ServiceImpacted", [first])]


def test_an_alarm_that_ended_before_it_was_weighed_is_felt_by_nobody(network: Network) -> None:
    network.mobile("o1")
    network._see("critical")
    network.mends()
    assert network.told() == []


def test_an_alarm_about_a_service_is_felt_by_it(network: Network) -> None:
    fibre = network.fibre()
    network.mobile("o1")
    with network.uow() as uow:
        fault.observe(uow, seen=seen(object_id=fibre, severity="critical"))
    network._worker.drain()
    assert network.told() == [("ServiceImpacted", [fibre])]


def test_impacts_are_found_by_the_services_that_feel_them(network: Network) -> None:
    services = sorted(network.mobile(f"o{number}") for number in range(3))
    network.fails()
    with network.uow() as uow:
        assert [one.service_ids for one in public.lasting_impacts(uow, service_ids=services[:1])] == [tuple(services)]
        assert public.lasting_impacts(uow, service_ids=["another"]) == []
