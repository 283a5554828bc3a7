"""What a service takes, worked out by hand on small catalogues."""

from __future__ import annotations

from typing import Any

import pytest

from tandem.oss.service_catalog.rules.decomposition import check_no_circle, decompose
from tandem.oss.service_catalog.terms import DecomposesToNothing, SpecificationsCircular, SpecificationUnknown

Doc = dict[str, Any]


def service(spec_id: str, *, on: tuple[str, ...] = (), resources: tuple[str, ...] = (), **more: Any) -> Doc:
    """A service specification."""
    return {
        "id": spec_id,
        "name": spec_id.title(),
        "version": "1.0",
        "serviceSpecRelationship": [{"id": one, "relationshipType": "requires"} for one in on],
        "resourceSpecification": [{"id": one} for one in resources],
        **more,
    }


def resource(spec_id: str, *, on: tuple[str, ...] = (), host: str | None = None, **defaults: Any) -> Doc:
    """A resource specification with default values."""
    related = [{"id": one, "relationshipType": "requires"} for one in on]
    related += [{"id": host, "relationshipType": "hostedOn"}] if host else []
    return {
        "id": spec_id,
        "name": spec_id.title(),
        "@type": "LogicalResourceSpecification",
        "category": "thing",
        "resourceSpecCharacteristic": [
            {"name": name, "characteristicValueSpecification": [{"value": value, "isDefault": True}]}
            for name, value in defaults.items()
        ],
        "resourceSpecRelationship": related,
    }


def by_id(*docs: Doc) -> dict[str, Doc]:
    return {doc["id"]: doc for doc in docs}


MOBILE = service("mobile", resources=("subscriber", "sim", "number"))
MOBILE_RESOURCES = by_id(
    resource("number", pool="numbers"),
    resource("sim", pool="sims"),
    resource("subscriber", on=("number", "sim"), host="hlr", algorithm="milenage"),
)


def test_resources_come_in_an_order_in_which_they_can_be_provided() -> None:
    made = decompose(MOBILE, {}, MOBILE_RESOURCES)
    assert (made.specification_id, made.name, made.version) == ("mobile", "Mobile", "1.0")
    assert {need.specification_id for need in made.resources[:2]} == {"number", "sim"}
    assert made.resources[2].specification_id == "subscriber"


def test_a_resource_with_a_pool_is_taken_from_it_and_any_other_is_made() -> None:
    made = decompose(MOBILE, {}, MOBILE_RESOURCES)
    number, subscriber = made.resource("number"), made.resource("subscriber")
    assert number is not None and subscriber is not None
    assert (number.allocation, number.pool, number.characteristics) == ("pool", "numbers", {})
    assert (subscriber.allocation, subscriber.pool) == ("make", None)
    assert (subscriber.after, subscriber.hosted_on) == (("number", "sim"), "hlr")
    assert subscriber.characteristics == {"algorithm": "milenage"}
    assert (subscriber.kind, subscriber.category) == ("LogicalResource", "thing")
    assert made.resource("nothing") is None


def test_services_beneath_bring_their_resources_the_deepest_first() -> None:
    beneath = by_id(service("access", on=("line",), resources=("port",)), service("line", resources=("fibre",)))
    top = service("office", on=("access",), resources=("phone",))
    made = decompose(top, beneath, by_id(resource("phone"), resource("port"), resource("fibre")))
    assert [one.specification_id for one in made.services] == ["line", "access"]
    assert {one.specification_id for one in made.resources} == {"phone", "port", "fibre"}


def test_a_resource_that_two_services_share_is_needed_once() -> None:
    beneath = by_id(service("a", resources=("port",)), service("b", resources=("port",)))
    made = decompose(service("top", on=("a", "b")), beneath, by_id(resource("port")))
    assert [one.specification_id for one in made.resources] == ["port"]


def test_a_service_that_takes_nothing_is_refused() -> None:
    with pytest.raises(DecomposesToNothing):
        decompose(service("air"), {}, {})


def test_a_reference_to_nothing_is_refused() -> None:
    with pytest.raises(SpecificationUnknown):
        decompose(MOBILE, {}, {})
    with pytest.raises(SpecificationUnknown):
        decompose(service("top", on=("gone",)), {}, {})


def test_circles_are_refused() -> None:
    ring = by_id(service("a", on=("b",)), service("b", on=("a",)))
    with pytest.raises(SpecificationsCircular):
        decompose(ring["a"], ring, {})
    with pytest.raises(SpecificationsCircular):
        check_no_circle(ring["a"], ring)
    check_no_circle(service("c", on=("not-yet",)), {})
    circular = by_id(resource("number", on=("sim",)), resource("sim", on=("number",)))
    with pytest.raises(SpecificationsCircular):
        decompose(service("mobile", resources=("number", "sim")), {}, circular)


def test_relations_of_another_kind_are_passed_over() -> None:
    top = service("top", resources=("port",))
    top["serviceSpecRelationship"] = [{"id": "old", "relationshipType": "substitution"}]
    assert decompose(top, {}, by_id(resource("port"))).services == ()
