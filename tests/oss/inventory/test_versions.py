"""What was written in one version is read the same in it, and nothing is lost on the way through the other."""

from __future__ import annotations

from tandem.oss.inventory.rules import versions
from tests.entities.samples.inventory import (
    RESOURCE_V4,
    RESOURCE_V5,
    V4_PARTY,
    V4_PLACE,
    V5_PARTY,
    V5_PLACE,
    resource,
    service,
)

MADE = {
    "n": 1,
    "specification": {"id": "s"},
    "resource_specification": {"id": "rs"},
    "service": {"id": "s1"},
    "resource": {"id": "r1"},
}
V4_ENTITY = {"id": "x1", "role": "tool", "@referredType": "Product"}


def test_version_4_comes_back_the_same() -> None:
    for (to_wire, from_wire), body in (
        (versions.SERVICE, service(V4_PARTY, V4_PLACE, V4_ENTITY)(MADE)),
        (versions.RESOURCE, resource(RESOURCE_V4)(MADE)),
    ):
        body["x-unknown"] = [1, {"a": None}]
        assert to_wire(from_wire(body)) == body


def test_version_5_survives_version_4() -> None:
    for (to_wire, from_wire), body in (
        (versions.SERVICE, service(V5_PARTY, V5_PLACE, {"role": "tool", "entity": {"id": "x1"}})(MADE)),
        (versions.RESOURCE, resource(RESOURCE_V5)(MADE)),
    ):
        body["x-unknown"] = [1, {"a": None}]
        assert from_wire(to_wire(body)) == body


def test_version_4_is_kept_in_the_words_of_version_5() -> None:
    stored = versions.RESOURCE[1](resource(RESOURCE_V4)(MADE))
    assert (stored["administrativeState"], stored["operationalState"]) == ("shuttingDown", "enabled")
    assert stored["place"] == [{"role": "installation", "place": {k: v for k, v in V4_PLACE.items() if k != "role"}}]
    assert stored["activationFeature"][0]["policyConstraint"][0]["id"] == "c1"
    assert stored["relatedParty"][0]["partyOrPartyRole"]["name"] == "Anna"


def test_version_4_shows_a_suspended_service_as_inactive_and_keeps_it_suspended() -> None:
    to_wire, from_wire = versions.SERVICE
    shown = to_wire({"id": "s", "state": "suspended"})
    assert shown["state"] == "inactive"
    assert from_wire({**shown, "description": "changed"}) == {"id": "s", "state": "suspended", "description": "changed"}
    assert from_wire({**shown, "state": "active"}) == {"id": "s", "state": "active"}
    assert from_wire({"state": "inactive"}) == {"state": "inactive"}


def test_version_4_shows_the_first_place_and_loses_none() -> None:
    to_wire, from_wire = versions.RESOURCE
    stored = {"place": [{"role": "a", "place": {"id": "1"}}, {"role": "b", "place": {"id": "2"}}]}
    shown = to_wire(stored)
    assert shown["place"] == {"id": "1", "role": "a"}
    assert from_wire(shown) == stored
    moved = from_wire({**shown, "place": {"id": "9", "role": "a"}})
    assert [one["place"]["id"] for one in moved["place"]] == ["9", "2"]
    assert to_wire({"place": []}) == {}
