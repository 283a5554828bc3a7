"""What was written in one version is read the same in it, whatever the other version calls it."""

from __future__ import annotations

from tandem.oss.service_catalog.rules import versions
from tests.entities.samples.service_catalog import V4_PARTY, V5_PARTY, resource_v4, resource_v5

MADE = {"n": 1, "specification": {"id": "s1", "name": "Base resource"}}


def test_a_specification_of_version_4_comes_back_the_same() -> None:
    to_wire, from_wire = versions.SPECIFICATION
    body = {**resource_v4(MADE), "x-unknown": {"deep": [1]}}
    assert to_wire(from_wire(body)) == body


def test_a_specification_of_version_5_survives_version_4() -> None:
    to_wire, from_wire = versions.SPECIFICATION
    body = {**resource_v5(MADE), "relatedParty": [{"role": "owner", "partyOrPartyRole": {"id": "p1"}}]}
    assert from_wire(to_wire(body)) == body


def test_version_4_is_kept_in_the_words_of_version_5() -> None:
    stored = versions.SPECIFICATION[1](resource_v4(MADE))
    characteristic = stored["resourceSpecCharacteristic"][0]
    assert characteristic["characteristicValueSpecification"][0]["value"] == "10 m"
    assert characteristic["charSpecRelationship"] == [
        {"name": "with", "relationshipType": "with", "parentSpecificationId": "r0"}
    ]
    feature = stored["featureSpecification"][0]
    assert feature["policyConstraint"] == [{"id": "c1", "name": "Below ground"}]
    relation = feature["featureSpecCharacteristic"][0]["charSpecRelationship"][0]
    assert relation == {
        "name": "with",
        "relationshipType": "with",
        "characteristicSpecificationId": "ch1",
        "featureId": "f0",
    }
    assert stored["relatedParty"][0]["partyOrPartyRole"]["id"] == "p1"


def test_parties_go_both_ways() -> None:
    to_wire, from_wire = versions.PARTIES
    assert to_wire(from_wire({"relatedParty": [V4_PARTY]})) == {"relatedParty": [V4_PARTY]}
    shown = to_wire({"relatedParty": [V5_PARTY]})["relatedParty"][0]
    assert (shown["id"], shown["role"], shown["name"]) == ("p1", "owner", "Corrib")
