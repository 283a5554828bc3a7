"""What the three edits of docs/how/add-an-attribute.md bring; run by test_attribute.py in a tree that has them."""

from __future__ import annotations

import pytest

from tandem.bss.party import http, store
from tandem.kernel.store import Database
from tandem.kernel.tmf.openapi import api_documents
from tests.entities.sample import Doc
from tests.support.tmf_client import TmfClient, tmf_client

INDIVIDUALS, CUSTOMERS = "/tmf-api/partyManagement/v5/individual", "/tmf-api/customer/v5/customer"


@pytest.fixture
def client(database: Database, fresh_tenant: str) -> TmfClient:
    return tmf_client(http.EXPOSURES, database, fresh_tenant)


def _body(client: TmfClient, **more: object) -> Doc:
    person = client.post(INDIVIDUALS, {"@type": "Individual", "givenName": "Aoife", "familyName": "Byrne"}).json()
    engaged = {"@type": "PartyRef", "@referredType": "Individual", "id": person["id"]}
    return {"@type": "Customer", "name": "Aoife Byrne", "engagedParty": engaged, **more}


def test_it_has_its_default(client: TmfClient) -> None:
    answer = client.post(CUSTOMERS, _body(client))
    assert (answer.status_code, answer.json().get("loyaltyTier")) == (201, "bronze"), answer.text


def test_it_is_kept_and_filtered_by(client: TmfClient) -> None:
    gold = client.post(CUSTOMERS, _body(client, loyaltyTier="gold")).json()
    client.post(CUSTOMERS, _body(client))
    assert [each["id"] for each in client.get(f"{CUSTOMERS}?loyaltyTier=gold").json()] == [gold["id"]]
    assert client.get("/tmf-api/customerManagement/v4/customer/" + gold["id"]).json()["loyaltyTier"] == "gold"


def test_a_wrong_type_is_refused_with_its_path(client: TmfClient) -> None:
    answer = client.post(CUSTOMERS, _body(client, loyaltyTier=3))
    assert answer.status_code == 400
    assert "loyaltyTier" in answer.text


def test_it_has_its_column(client: TmfClient, database: Database) -> None:
    gold = client.post(CUSTOMERS, _body(client, loyaltyTier="gold")).json()
    with database.uow(tenant=client.caller.tenant, actor="tester", cause="test") as uow:
        found = store.CUSTOMERS.where(uow, "loyalty_tier = %s", ("gold",))
    assert [each.id for each in found] == [gold["id"]]


def test_it_stands_in_the_openapi_documents_of_both_versions() -> None:
    documents = api_documents(http.EXPOSURES)
    shown = [base for base, document in documents.items() if '"loyaltyTier"' in str(document).replace("'", '"')]
    assert sorted(shown) == ["/tmf-api/customer/v5", "/tmf-api/customerManagement/v4"]
