"""What the inherited suite needs to know of an exposure: bodies that it accepts, and what must exist before.

A room gives `SAMPLES: dict[(api, version, path), Sample]` in `tests/entities/samples/<room>.py`. Bodies are in the
wire's shape of that version. A body that names created things is a function of what `needs` answered, and of `n`, which
is another number each time:

    Sample(
        minimal=lambda made: {"productOrderItem": [{"id": "1", "action": "add", "productOffering": made["offering"]}]},
        full=...,
        patch={"description": "changed"},
        needs=lambda client: {"offering": ref(client, "/tmf-api/productCatalogManagement/v4/productOffering", {...})},
    )
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.support.tmf_client import TmfClient

Doc = dict[str, Any]
Made = dict[str, Any]
Body = Doc | Callable[[Made], Doc]


@dataclass(frozen=True)
class Sample:
    """Bodies for one exposure.

    minimal: the least that is accepted. full: as many attributes as are worth trying (defaults to minimal).
    patch: a merge patch that is allowed right after creation (an attribute of its top level gets a new value).
    needs: makes what the bodies refer to, once per tenant. wrong: a body with one attribute of a wrong type, and its
    path; by default the minimal body's first attribute gets one. answers: the type of a task's answer, where it is not
    the exposure's. stored: for what no client creates (a bill): puts one into the store and answers its id.
    deletable: for what cannot be deleted at first (an order under way): makes one that can, and answers its id.
    """

    minimal: Body = field(default_factory=dict)
    full: Body | None = None
    patch: Doc | None = None
    needs: Callable[[TmfClient], Made] | None = None
    wrong: tuple[Body, str] | None = None
    answers: str | None = None
    stored: Callable[[TmfClient], str] | None = None
    deletable: Callable[[TmfClient, Made], str] | None = None


def body_of(body: Body, made: Made) -> Doc:
    """A fresh copy of a sample's body."""
    return dict(body(made) if callable(body) else body)


def created(client: TmfClient, url: str, body: Doc) -> Doc:
    """Something that a sample refers to, created over the API."""
    answer = client.post(url, body)
    assert answer.status_code in (200, 201, 202), f"POST {url}: {answer.text}"
    doc: Doc = answer.json()
    return doc


def ref(client: TmfClient, url: str, body: Doc) -> Doc:
    """A reference to something new: id, href, name and `@referredType`."""
    doc = created(client, url, body)
    found = {"id": doc["id"], "href": doc["href"], "@referredType": doc.get("@type", "")}
    return {**found, "name": doc["name"]} if isinstance(doc.get("name"), str) else found
