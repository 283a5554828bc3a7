"""A service and a number tell why they are as they are."""

from __future__ import annotations

from tandem.kernel.store import Uow
from tandem.oss.inventory import public
from tandem.oss.inventory.why import explain_resource, explain_service
from tests.oss.inventory.stock import stock, subscription


def test_a_service_names_what_carries_it_and_its_changes(uow: Uow) -> None:
    stock(uow)
    service_id = subscription(uow, "o1")
    why = explain_service(uow, service_id)
    assert why.what == "Mobile subscription is active"
    assert why.facts["party"] == "anna"
    told = [one.what for one in why.because]
    assert told[:2] == [
        "it stands on the number 353890000000, in use",
        "it stands on the sim 8935399000000000016, active",
    ]
    assert told[-2:] == ["Service stateChange (version 2)", "Service create (version 1)"]


def test_a_number_names_its_service(uow: Uow) -> None:
    stock(uow)
    service_id = subscription(uow, "o1")
    number = public.get_service(uow, service_id=service_id).resource_ids[0]
    why = explain_resource(uow, number)
    assert (why.what, why.because[0].id) == ("353890000000 is in use", service_id)
    assert [leaf.what for leaf in why.because[-1].leaves()] != []
