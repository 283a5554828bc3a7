"""A service and what carries it live together: activated, suspended, resumed, terminated, or undone."""

from __future__ import annotations

import pytest

from tandem.kernel.errors import NotFound
from tandem.kernel.state import IllegalTransition
from tandem.kernel.store import Uow
from tandem.oss.inventory import public
from tandem.oss.inventory.store.entities import RESOURCES, SERVICES
from tandem.oss.inventory.terms import NewService, NotHeld, ResourceOwned, ResourceUnknown
from tests.oss.inventory.stock import NUMBERS, soon, stock, subscription


def states(uow: Uow, service_id: str) -> dict[str, str | None]:
    """The state of everything that carries a service, by category."""
    return {str(one.category): one.state for one in public.list_resources_of(uow, service_id=service_id)}


def test_a_new_service_is_reserved_and_owns_what_carries_it(uow: Uow) -> None:
    stock(uow)
    service_id = subscription(uow, "o1", active=False)
    service = public.get_service(uow, service_id=service_id)
    assert (service.state, service.party_id, service.product_id) == ("reserved", "anna", "product-o1")
    assert service.characteristics == {"msisdn": "353890000000", "dataEnabled": True}
    assert states(uow, service_id) == {"number": "reserved", "sim": "reserved", "subscriber": "available"}
    assert [public.owner_of(uow, resource_id=one) for one in service.resource_ids] == [service_id] * 3


def test_services_are_told_by_their_ids_and_their_parties_counted(uow: Uow) -> None:
    stock(uow)
    services = [subscription(uow, "o1"), subscription(uow, "o2"), subscription(uow, "o3", party="ben")]
    public.terminate_service(uow, service_id=services[1])
    assert [one.id for one in public.list_services(uow, service_ids=services)] == [services[0], services[2]]
    assert public.count_parties(uow, service_ids=services) == 2
    assert public.count_parties(uow, service_ids=[]) == 0


def test_activation_takes_number_and_sim_into_use(uow: Uow) -> None:
    stock(uow)
    service_id = subscription(uow, "o1")
    doc = SERVICES.get(uow, service_id).doc
    assert (doc["state"], doc["operatingStatus"], doc["isServiceEnabled"]) == ("active", "running", True)
    assert doc["startDate"]
    assert states(uow, service_id) == {"number": "in_use", "sim": "active", "subscriber": "reserved"}
    levels = {level.pool: dict(level.by_state) for level in public.pool_levels(uow)}
    assert levels == {"numbers": {"available": 2, "in_use": 1}, "sims": {"in_stock": 2, "active": 1}}


def test_suspension_bars_the_sim_and_keeps_the_number(uow: Uow) -> None:
    stock(uow)
    service_id = subscription(uow, "o1")
    public.suspend_service(uow, service_id=service_id)
    assert states(uow, service_id) == {"number": "in_use", "sim": "suspended", "subscriber": "suspended"}
    assert SERVICES.get(uow, service_id).doc["isServiceEnabled"] is False
    public.resume_service(uow, service_id=service_id)
    assert states(uow, service_id) == {"number": "in_use", "sim": "active", "subscriber": "reserved"}


def test_the_end_lets_the_number_rest_and_retires_the_rest(uow: Uow) -> None:
    stock(uow)
    service_id = subscription(uow, "o1")
    public.terminate_service(uow, service_id=service_id)
    assert states(uow, service_id) == {"number": "quarantined", "sim": "terminated", "subscriber": "unknown"}
    owned = [
        public.owner_of(uow, resource_id=one) for one in SERVICES.get(uow, service_id).doc["supportingResource"][0:0]
    ]
    assert owned == []
    number = public.find_number(uow, msisdn="353890000000")
    assert number is not None and public.owner_of(uow, resource_id=number.id) is None
    assert number.characteristics["restsUntil"] > "2026"
    subscriber = public.list_resources_of(uow, service_id=service_id)[2]
    doc = RESOURCES.get(uow, subscriber.id).doc
    assert (doc["lifecycleState"], doc["operationalState"]) == ("pendingRemoval", "disabled")
    assert public.services_depending_on(uow, resource_id="hlr-1") == []


def test_an_ended_service_stays_ended(uow: Uow) -> None:
    stock(uow)
    service_id = subscription(uow, "o1")
    public.terminate_service(uow, service_id=service_id)
    with pytest.raises(IllegalTransition):
        public.activate_service(uow, service_id=service_id)


@pytest.mark.parametrize("active", [False, True])
def test_an_undone_service_gives_number_and_sim_back_unused(uow: Uow, active: bool) -> None:
    stock(uow)
    service_id = subscription(uow, "o1", active=active)
    public.discard_service(uow, service_id=service_id)
    public.discard_service(uow, service_id=service_id)
    assert states(uow, service_id) == {"number": "available", "sim": "in_stock", "subscriber": "unknown"}
    assert public.get_service(uow, service_id=service_id).state == "terminated"
    again = subscription(uow, "o2")
    assert public.get_service(uow, service_id=again).characteristics["msisdn"] == "353890000000"


def test_a_resource_has_one_owner(uow: Uow) -> None:
    stock(uow)
    first = public.get_service(uow, service_id=subscription(uow, "o1"))
    new = NewService(name="thief", specification_id="s", specification_name="s", resources=(first.resource_ids[2],))
    with pytest.raises(ResourceOwned) as refusal:
        public.create_service(uow, new=new)
    assert refusal.value.facts["owner"] == first.id


def test_a_number_held_for_another_order_is_refused(uow: Uow) -> None:
    stock(uow)
    held = public.reserve_number(uow, pool=NUMBERS, for_order="o1", until=soon(uow))
    new = NewService(
        name="thief", specification_id="s", specification_name="s", held_for="o2", resources=(held.resource_id,)
    )
    with pytest.raises(NotHeld):
        public.create_service(uow, new=new)


def test_a_service_on_nothing_known_is_refused(uow: Uow) -> None:
    new = NewService(name="x", specification_id="s", specification_name="s", resources=("nowhere",))
    with pytest.raises(ResourceUnknown):
        public.create_service(uow, new=new)
    with pytest.raises(NotFound):
        public.activate_service(uow, service_id="nowhere")


def test_a_lost_sim_is_replaced_and_the_number_stays(uow: Uow) -> None:
    stock(uow)
    service_id = subscription(uow, "o1")
    number, old, subscriber = public.get_service(uow, service_id=service_id).resource_ids
    public.lose_sim(uow, resource_id=old)
    fresh = public.reserve_sim(uow, pool="sims", for_order="swap-1", until=soon(uow))
    public.assign(uow, resource_id=fresh.resource_id, service_id=service_id, for_order="swap-1")
    public.detach_resources(uow, service_id=service_id, resource_ids=(old,))
    assert public.get_service(uow, service_id=service_id).resource_ids == (number, subscriber, fresh.resource_id)
    assert states(uow, service_id) == {"number": "in_use", "sim": "active", "subscriber": "reserved"}
    assert public.get_resource(uow, resource_id=old).state == "lost"


def test_a_number_finds_its_service_and_a_party_hers(uow: Uow) -> None:
    stock(uow)
    service_id = subscription(uow, "o1")
    found = public.find_service_by_number(uow, msisdn="+353 89 000 0000")
    assert found is not None and found.id == service_id
    assert [one.id for one in public.list_services_of_party(uow, party_id="anna")] == [service_id]
    assert public.find_service_by_number(uow, msisdn="353890000001") is None


def test_new_characteristics_join_the_others(uow: Uow) -> None:
    stock(uow)
    service_id = subscription(uow, "o1")
    public.change_characteristics(uow, service_id=service_id, values={"dataEnabled": False, "plan": "Max 100"})
    facts = public.get_service(uow, service_id=service_id)
    assert facts.characteristics == {"msisdn": "353890000000", "dataEnabled": False, "plan": "Max 100"}
