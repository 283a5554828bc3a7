"""What a wished state means for a subscriber on the network, and how a monitor tells of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tandem.kernel import json
from tandem.kernel.json import Doc
from tandem.oss.activation.terms import Aim

SERVICE_AIMS: Final[Mapping[str, Aim]] = {
    "active": "open",
    "inactive": "barred",
    "suspended": "barred",
    "terminated": "gone",
}
RESOURCE_AIMS: Final[Mapping[str, Aim]] = {"unlocked": "open", "locked": "barred", "shuttingDown": "gone"}


def begun(method: str, address: str, source: str, asked: Mapping[str, Any]) -> Doc:
    """A monitor of something that goes on; `address` is where it was asked, `source` what it is about."""
    return {
        "@type": "Monitor",
        "state": "InProgress",
        "sourceHref": source,
        "request": {
            "@type": "Request",
            "method": method,
            "to": address,
            "header": [{"@type": "HeaderItem", "name": "Content-Type", "value": "application/json"}],
            "body": json.dumps(dict(asked)).decode(),
        },
    }


def ended(monitor: Doc, state: str, status: int, facts: Mapping[str, Any]) -> Doc:
    """The monitor when it is over; `facts` may be shown, keys are masked before they come here."""
    response = {
        "@type": "Response",
        "statusCode": str(status),
        "header": [{"@type": "HeaderItem", "name": "Content-Type", "value": "application/json"}],
        "body": json.dumps(dict(facts)).decode(),
    }
    return {**monitor, "state": state, "response": response}


def with_specification_href(resource: Doc) -> Doc:
    """A resource that says where its specification is. Standard: TMF702 v4 demands the href of that reference."""
    specification = resource.get("resourceSpecification")
    if not isinstance(specification, dict) or "href" in specification or "id" not in specification:
        return resource
    return {**resource, "resourceSpecification": {**specification, "href": _specification_href(specification["id"])}}


def without_specification_href(resource: Doc) -> Doc:
    """A resource as it is kept: without the href that only we said."""
    specification = resource.get("resourceSpecification")
    if not isinstance(specification, dict) or specification.get("href") != _specification_href(specification.get("id")):
        return resource
    kept = {name: value for name, value in specification.items() if name != "href"}
    return {**resource, "resourceSpecification": kept}


def _specification_href(specification_id: Any) -> str:
    return f"/tmf-api/resourceCatalog/v4/resourceSpecification/{specification_id}"
