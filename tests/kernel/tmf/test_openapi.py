"""The OpenAPI documents and the pages that show them."""

from __future__ import annotations

import json
import re

import jsonschema_rs
import pytest
import schemathesis

from tandem.app.wiring import exposures_of
from tandem.kernel.access.policy import Caller
from tandem.kernel.json import dumps
from tandem.kernel.tmf.openapi import api_documents
from tests.kernel.tmf import toys
from tests.support.tmf_client import TmfClient


def test_a_document_describes_what_the_engine_does(client: TmfClient) -> None:
    client.caller = Caller("nobody", "nobody")
    document = client.get(f"{toys.V5}/openapi.json").json()
    assert (document["openapi"], document["servers"]) == ("3.1.0", [{"url": toys.V5}])
    assert list(document["paths"]) == [
        "/toy",
        "/toy/{id}",
        "/shelf",
        "/shelf/{id}",
        "/breakToy",
        "/weighToy",
        "/hub",
        "/hub/{id}",
    ]
    schemas = document["components"]["schemas"]
    assert schemas["Toy_FVO"]["required"] == ["name"]
    assert "state" not in schemas["Toy_FVO"]["properties"] and "state" in schemas["Toy"]["properties"]
    assert schemas["Money"]["properties"]["value"] == {"type": "number"}
    assert schemas["Toy"]["properties"]["madeOn"] == {"type": "string", "format": "date-time"}


def test_the_older_version_is_drawn_in_its_own_words() -> None:
    document = api_documents(toys.EXPOSURES)[toys.V4]
    schemas = document["components"]["schemas"]
    assert "toyNumber" in schemas["Toy"]["properties"] and "externalId" not in schemas["Toy"]["properties"]
    party = schemas["RelatedPartyOrPartyRole"]["properties"]
    assert "partyOrPartyRole" not in party and {"id", "role", "@referredType"} <= party.keys()
    assert "Toy_Create" in schemas and "Toy_Update" in schemas


def test_an_answer_is_valid_by_the_document_that_is_served(client: TmfClient) -> None:
    for base in (toys.V5, toys.V4):
        document = client.get(f"{base}/openapi.json").json()
        toy = client.post(f"{base}/toy", {"name": "train", "relatedParty": [{"role": "owner"}]}).json()
        schema = {**document["components"]["schemas"]["Toy"], "components": document["components"]}
        assert jsonschema_rs.Draft202012Validator(schema).is_valid(toy)


@pytest.mark.parametrize("base", sorted({exposure.base for exposure in exposures_of("both")}))
def test_every_reference_in_every_document_leads_somewhere(base: str) -> None:
    document = api_documents(exposures_of("both"))[base]
    components = document["components"]
    for section, name in set(re.findall(r"'#/components/(\w+)/([^']+)'", repr(document))):
        assert name in components[section], f"{base}: {section}/{name}"


def test_the_pages_list_show_and_try_without_inline_code(client: TmfClient) -> None:
    client.caller = Caller("nobody", "nobody")
    for path, text in (("/api", "TMF999"), ("/api/TMF999/v5", "createToy"), ("/api/errors", "412")):
        page = client.get(path)
        assert page.status_code == 200 and text in page.text
        assert "default-src 'self'" in page.headers["content-security-policy"]
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=", page.text)
        for asset in re.findall(r'(?:src|href)="(/api/static/[^"]+)"', page.text):
            assert client.get(asset).status_code == 200
    assert client.get("/api/TMF999/v9").status_code == 404
    assert client.get("/api/static/..%2fengine.py").status_code == 404


@pytest.mark.parametrize("base", sorted({exposure.base for exposure in exposures_of("both")}))
def test_every_document_is_valid_openapi(base: str) -> None:
    document = json.loads(dumps(api_documents(exposures_of("both"))[base]))
    schemathesis.openapi.from_dict(document).validate()
