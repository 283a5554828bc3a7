"""The catalogue's door on a real database."""

from __future__ import annotations

import base64

import pytest

from tandem.kernel import json
from tandem.kernel.state import IllegalTransition
from tandem.kernel.store import Uow
from tandem.oss.service_catalog import commands, public, store
from tandem.oss.service_catalog.seed import seed
from tandem.oss.service_catalog.terms import (
    HLR,
    HLR_SUBSCRIBER,
    MOBILE_SUBSCRIPTION,
    MSISDN,
    NUMBER_POOL,
    SIM,
    SIM_POOL,
    CategoryCircular,
    SpecificationInUse,
    SpecificationNotUsable,
    SpecificationsCircular,
    SpecificationUnknown,
    TransferRefused,
)


def test_the_operators_mobile_service_takes_number_sim_and_subscriber(uow: Uow) -> None:
    seed(uow)
    seed(uow)
    made = public.decomposition_of(uow, spec_id=MOBILE_SUBSCRIPTION)
    number, sim, subscriber = (made.resource(one) for one in (MSISDN, SIM, HLR_SUBSCRIBER))
    assert number is not None and sim is not None and subscriber is not None
    assert (number.pool, sim.pool, subscriber.allocation) == (NUMBER_POOL, SIM_POOL, "make")
    assert (subscriber.hosted_on, set(subscriber.after)) == (HLR, {MSISDN, SIM})
    assert made.resources[-1] is subscriber
    assert {need.name for need in made.characteristics} == {"msisdn", "iccid", "voiceEnabled", "dataEnabled"}
    settled = public.settle_characteristics(uow, spec_id=MOBILE_SUBSCRIPTION, given={"msisdn": "353890000001"})
    assert settled == {"voiceEnabled": True, "dataEnabled": True, "msisdn": "353890000001"}


def test_a_specification_is_found_by_id_and_by_name(uow: Uow) -> None:
    seed(uow)
    by_name = public.find_specification(uow, name_or_id="MobileSubscription")
    by_id = public.find_specification(uow, name_or_id=MOBILE_SUBSCRIPTION)
    assert by_name == by_id and by_id is not None
    assert (by_id.status, by_id.version, by_id.usable) == ("Active", "1.0", True)
    assert public.find_specification(uow, name_or_id="nothing") is None
    hlr = public.find_resource_specification(uow, name_or_id=HLR)
    assert hlr is not None and hlr.category == "element"
    assert [one.id for one in public.list_specifications(uow)] == [MOBILE_SUBSCRIPTION]
    assert len(public.list_resource_specifications(uow)) == 4


def test_of_one_name_the_usable_one_is_found(uow: Uow) -> None:
    public.describe_service(uow, specification={"id": "old", "name": "Twin", "lifecycleStatus": "Active"})
    public.describe_service(uow, specification={"id": "new", "name": "Twin"})
    found = public.find_specification(uow, name_or_id="Twin")
    assert found is not None and found.id == "old"


def test_only_usable_specifications_decompose(uow: Uow) -> None:
    public.describe_service(uow, specification={"id": "draft", "name": "Draft"})
    with pytest.raises(SpecificationNotUsable):
        public.decomposition_of(uow, spec_id="draft")
    with pytest.raises(SpecificationUnknown):
        public.decomposition_of(uow, spec_id="nothing")


def test_an_earlier_version_decomposes_as_it_was(uow: Uow) -> None:
    public.describe_resource(uow, specification={"id": "port", "name": "Port"})
    public.describe_resource(uow, specification={"id": "box", "name": "Box"})
    doc = {"id": "dsl", "name": "DSL", "lifecycleStatus": "Active", "resourceSpecification": [{"id": "port"}]}
    public.describe_service(uow, specification=doc)
    stored = store.SERVICE_SPECIFICATIONS.get(uow, "dsl")
    both = [{"id": "port"}, {"id": "box"}]
    commands.change_service(uow, stored, {**stored.doc, "version": "2.0", "resourceSpecification": both})
    assert len(public.decomposition_of(uow, spec_id="dsl").resources) == 2
    assert len(public.decomposition_of(uow, spec_id="dsl", version="1.0").resources) == 1
    with pytest.raises(SpecificationUnknown):
        public.decomposition_of(uow, spec_id="dsl", version="3.0")


def test_lives_follow_their_table(uow: Uow) -> None:
    with pytest.raises(IllegalTransition):
        public.describe_service(uow, specification={"name": "Born old", "lifecycleStatus": "Obsolete"})
    public.describe_service(uow, specification={"id": "s", "name": "S"})
    stored = store.SERVICE_SPECIFICATIONS.get(uow, "s")
    with pytest.raises(IllegalTransition):
        commands.change_service(uow, stored, {**stored.doc, "lifecycleStatus": "Launched"})


def test_a_circle_is_refused_when_it_would_close(uow: Uow) -> None:
    public.describe_service(uow, specification={"id": "a", "name": "A"})
    on_a = [{"id": "a", "relationshipType": "requires"}]
    public.describe_service(uow, specification={"id": "b", "name": "B", "serviceSpecRelationship": on_a})
    stored = store.SERVICE_SPECIFICATIONS.get(uow, "a")
    on_b = [{"id": "b", "relationshipType": "requires"}]
    with pytest.raises(SpecificationsCircular):
        commands.change_service(uow, stored, {**stored.doc, "serviceSpecRelationship": on_b})


def test_what_others_build_on_is_not_withdrawn(uow: Uow) -> None:
    seed(uow)
    with pytest.raises(SpecificationInUse) as refusal:
        commands.withdraw_resource(uow, store.RESOURCE_SPECIFICATIONS.get(uow, MSISDN))
    assert refusal.value.facts["users"] == ["MobileSubscription", "HLR subscriber"]
    with pytest.raises(SpecificationInUse):
        commands.withdraw_service(uow, store.SERVICE_SPECIFICATIONS.get(uow, MOBILE_SUBSCRIPTION))


def test_a_category_never_stands_below_itself(uow: Uow) -> None:
    table = store.SERVICE_CATEGORIES
    top = commands.add_category(table, uow, {"id": "top", "name": "Top"})
    commands.add_category(table, uow, {"id": "mid", "name": "Mid", "parentId": "top"})
    assert top.doc["isRoot"] is True
    with pytest.raises(CategoryCircular):
        commands.change_category(table, uow, top, {**top.doc, "parentId": "mid"})


def inline(*docs: object) -> str:
    """Documents as the file of a job."""
    content = b"\n".join(doc if isinstance(doc, bytes) else json.dumps(doc) for doc in docs)
    return f"data:application/x-ndjson;base64,{base64.b64encode(content).decode()}"


def test_an_import_takes_good_lines_and_tells_bad_ones(uow: Uow) -> None:
    public.describe_service(uow, specification={"id": "known", "name": "Known", "lifecycleStatus": "Active"})
    lines = inline(
        {"id": "new", "name": "New"},
        {"id": "known", "name": "Known", "description": "better"},
        {"description": "nameless"},
        b"{broken",
        {"id": "odd", "name": 17},
        {"id": "old", "name": "Old", "lifecycleStatus": "Obsolete"},
    )
    job = commands.ask_for_import("service", uow, {"url": lines})
    assert job.doc["status"] == "Not Started"
    commands.run_import(uow, {"side": "service", "job": job.id})
    done = store.SERVICE_IMPORTS.get(uow, job.id).doc
    assert (done["status"], [line.partition(":")[0] for line in done["errorLog"].splitlines()]) == (
        "Succeeded",
        ["3", "4", "5", "6"],
    )
    assert store.SERVICE_SPECIFICATIONS.get(uow, "known").doc["description"] == "better"
    assert store.SERVICE_SPECIFICATIONS.get(uow, "known").doc["lifecycleStatus"] == "Active"
    assert public.find_specification(uow, name_or_id="new") is not None
    with pytest.raises(IllegalTransition):
        commands.run_import(uow, {"side": "service", "job": job.id})


def test_an_import_without_a_good_line_failed(uow: Uow) -> None:
    job = commands.ask_for_import("resource", uow, {"url": inline({"description": "nameless"})})
    commands.run_import(uow, {"side": "resource", "job": job.id})
    done = store.RESOURCE_IMPORTS.get(uow, job.id).doc
    assert (done["status"], done["errorLog"]) == ("Failed", "1: a specification needs its name")


def test_a_file_that_we_would_have_to_fetch_is_refused(uow: Uow) -> None:
    for url in ("https://inside.example/specs.json", "data:no-comma", "data:x;base64,***"):
        with pytest.raises(TransferRefused):
            commands.ask_for_import("service", uow, {"url": url})


def test_an_export_can_be_imported_again(uow: Uow) -> None:
    seed(uow)
    job = commands.ask_for_export("resource", uow, {"url": "data:,", "query": "category=element"})
    commands.run_export(uow, {"side": "resource", "job": job.id})
    done = store.RESOURCE_EXPORTS.get(uow, job.id).doc
    assert (done["status"], done["contentType"]) == ("Succeeded", "application/x-ndjson")
    exported = json.loads(base64.b64decode(done["url"].partition(",")[2]))
    assert exported == store.RESOURCE_SPECIFICATIONS.get(uow, HLR).doc
    again = commands.ask_for_import("resource", uow, {"url": done["url"]})
    commands.run_import(uow, {"side": "resource", "job": again.id})
    assert "errorLog" not in store.RESOURCE_IMPORTS.get(uow, again.id).doc
