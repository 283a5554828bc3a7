"""Samples of TMF681."""

from __future__ import annotations

from tests.entities.sample import Doc, Made, Sample
from tests.entities.samples.party import party_needs

PERIOD = {"startDateTime": "2026-01-01T00:00:00Z", "endDateTime": "2027-01-01T00:00:00Z"}
LEAST: Doc = {
    "content": "Your parcel is on its way.",
    "messageType": "email",
    "sender": {"name": "Corrib Communications"},
    "receiver": [{"email": "orla@corrib.example"}],
}


def whole(made: Made) -> Doc:
    customer = {"id": made["customer"]["id"], "name": "Orla Reyes", "role": "customer", "@referredType": "Customer"}
    company = {"id": made["company"]["id"], "name": "Weir Ltd", "role": "operator", "@referredType": "Organization"}
    return {
        "content": f"Parcel {made['n']} is on its way.",
        "subject": f"Parcel {made['n']}",
        "description": "A word about the parcel",
        "logFlag": True,
        "messageType": "email",
        "priority": "normal",
        "scheduledSendTime": "2027-01-01T09:00:00Z",
        "tryTimes": 3,
        "attachment": [
            {
                "id": "a1",
                "name": "label.txt",
                "description": "The label",
                "attachmentType": "document",
                "mimeType": "text/plain",
                "content": "UGFyY2VsCg==",
                "url": "https://e.org/label.txt",
                "size": {"amount": 7, "units": "octet"},
                "validFor": PERIOD,
            }
        ],
        "characteristic": [
            {
                "id": "c1",
                "name": "parcel",
                "value": f"p-{made['n']}",
                "valueType": "string",
                "characteristicRelationship": [{"id": "c0", "relationshipType": "follows"}],
            }
        ],
        "sender": {
            "id": "s1",
            "name": "Corrib Communications",
            "email": "care@corrib.example",
            "phoneNumber": "+353209100000",
            "party": company,
        },
        "receiver": [
            {
                "id": "r1",
                "appUserId": "orla",
                "email": "orla@corrib.example",
                "ip": "192.0.2.7",
                "name": "Orla Reyes",
                "phoneNumber": "+353209100007",
                "party": customer,
            }
        ],
    }


SAMPLES = {
    ("TMF681", "v4", "communicationMessage"): Sample(LEAST, whole, {"description": "changed"}, party_needs),
}
