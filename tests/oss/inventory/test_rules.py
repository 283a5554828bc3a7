"""What states mean, how things follow each other, and what stands on what."""

from __future__ import annotations

import pytest

from tandem.kernel.tmf.types import view
from tandem.oss.inventory.lifecycle import NUMBER_LIFE, SIM_LIFE
from tandem.oss.inventory.model.tmf639 import Resource
from tandem.oss.inventory.rules import documents, following, links, standing
from tandem.oss.inventory.terms import KeyInDocument, NewResource


def test_every_state_of_numbers_and_sims_has_its_standing() -> None:
    for state in NUMBER_LIFE.states | SIM_LIFE.states:
        view(Resource, {**standing.standing_of(state)})


def test_only_what_may_be_taken_stands_as_available() -> None:
    available = {
        state
        for state in NUMBER_LIFE.states | SIM_LIFE.states
        if standing.standing_of(state)["resourceStatus"] == "available"
    }
    assert available == {"available", "in_stock"}


def test_a_new_standing_replaces_our_facts_and_keeps_the_clients() -> None:
    doc = {"resourceCharacteristic": [{"name": "colour", "value": "red"}, {"name": "heldFor", "value": "o1"}]}
    after = standing.with_standing(doc, "in_use", {"serviceId": "s1", "heldFor": None})
    assert standing.values_of(after["resourceCharacteristic"]) == {
        "colour": "red",
        "poolState": "in_use",
        "serviceId": "s1",
    }
    assert (after["resourceStatus"], after["usageState"]) == ("reserved", "busy")
    assert standing.differs(doc, after) == "resourceStatus"
    assert standing.differs(after, {**after, "description": "new"}) is None
    fewer = {**after, "resourceCharacteristic": after["resourceCharacteristic"][:1]}
    assert standing.differs(after, fewer) == "resourceCharacteristic"


@pytest.mark.parametrize(
    ("kind", "present", "service_state", "expected"),
    [
        ("number", "reserved", "active", "in_use"),
        ("number", "in_use", "suspended", None),
        ("number", "in_use", "terminated", "quarantined"),
        ("number", "reserved", "terminated", "available"),
        ("number", "ported_out", "terminated", None),
        ("sim", "suspended", "active", "active"),
        ("sim", "active", "inactive", "suspended"),
        ("sim", "active", "terminated", "terminated"),
        ("sim", "lost", "terminated", None),
    ],
)
def test_numbers_and_sims_follow_their_service(kind: str, present: str, service_state: str, expected: str) -> None:
    assert following.next_pool_state(kind, present, service_state) == expected  # type: ignore[arg-type]


def test_a_state_tells_a_service_its_facts_once() -> None:
    began = following.with_state_facts({"state": "reserved"}, {"state": "active"}, "2026-10-12T09:00:00Z")
    assert (began["startDate"], began["hasStarted"], began["isServiceEnabled"]) == ("2026-10-12T09:00:00Z", True, True)
    again = following.with_state_facts({"state": "suspended"}, {**began, "state": "active"}, "2026-11-01T09:00:00Z")
    assert again["startDate"] == "2026-10-12T09:00:00Z"
    unchanged = {"state": "active", "name": "new"}
    assert following.with_state_facts({"state": "active"}, unchanged, "x") is unchanged


def test_links_lead_down_from_services_and_resources() -> None:
    service = {
        "supportingResource": [{"id": "r1"}, {"id": "r1"}],
        "supportingService": [{"id": "s2"}],
        "serviceRelationship": [
            {"relationshipType": "requires", "service": {"id": "s3"}},
            {"relationshipType": "substitutes", "service": {"id": "s4"}},
        ],
    }
    assert links.links_of_service("s1", service) == {
        ("service/s1", "resource/r1"),
        ("service/s1", "service/s2"),
        ("service/s1", "service/s3"),
    }
    assert links.links_of_service("s1", {**service, "state": "terminated"}) == set()
    resource = {
        "supportingResource": [{"id": "r2"}],
        "resourceRelationship": [
            {"relationshipType": "hostedOn", "resource": {"id": "hlr"}},
            {"relationshipType": "contains", "resource": {"id": "card"}},
            {"relationshipType": "hostedOn"},
        ],
    }
    assert links.links_of_resource("r1", resource) == {
        ("resource/r1", "resource/r2"),
        ("resource/r1", "resource/hlr"),
        ("resource/card", "resource/r1"),
    }


def test_no_document_holds_a_key() -> None:
    new = NewResource(
        name="x", category="sim", specification_id="s", specification_name="SIM", characteristics={"Ki": "0011"}
    )
    with pytest.raises(KeyInDocument) as refusal:
        documents.resource_doc(new, "2026-01-01T00:00:00Z")
    assert refusal.value.path == "resourceCharacteristic[0].name"


def test_attachments_get_an_id_where_they_have_none() -> None:
    doc = {"attachment": [{"id": "a"}, {"name": "photo"}]}
    assert documents.with_attachment_ids(doc) == {"attachment": [{"id": "a"}, {"id": "2", "name": "photo"}]}
    assert documents.with_attachment_ids({"name": "x"}) == {"name": "x"}
