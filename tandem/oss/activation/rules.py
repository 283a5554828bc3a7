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
