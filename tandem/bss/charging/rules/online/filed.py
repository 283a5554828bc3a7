"""Closed charging data records as they are kept, turned into what the writers of record files take."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, Literal

from tandem.bss.charging.rules.files.cdrs import ClosedRecord, ClosedUse
from tandem.kernel.json import Doc
from tandem.kernel.period import instant

_MOST: Final = 2**32
_MESSAGES: Final = ("sms", "mms", "message")


def filed(doc: Doc) -> ClosedRecord:
    """A record as the writers take it. Names that they have no place for stay in the row."""
    information = doc.get("information") or {}
    served = doc["subscriberIdentifier"]
    return ClosedRecord(
        session=doc["chargingSessionIdentifier"],
        subscriber=served["subscriptionIDData"],
        subscriber_kind="imsi" if served["subscriptionIDType"] == "END_USER_IMSI" else "msisdn",
        opened_at=instant(doc["recordOpeningTime"]),
        duration_s=doc["duration"],
        sequence=doc["localRecordSequenceNumber"],
        cause=doc["causeForRecClosing"],
        service=_service(doc["serviceType"]),
        local_sequence=doc["localRecordSequenceNumber"],
        function=doc["recordingNetworkFunctionID"],
        uses=tuple(_uses(doc)),
        charging_id=_number(information.get("charging_id")),
        pdu_session=_number(information.get("pdu_session")),
        dnn=information.get("dnn") or information.get("apn") or "",
        network=doc.get("servingNetwork", ""),
        destination=doc.get("calledPartyAddress", ""),
    )


def _service(name: str) -> Literal["data", "voice", "message"]:
    if name == "voice":
        return "voice"
    return "message" if name in _MESSAGES else "data"


def _number(text: Any) -> int:
    """A number that the network told as text; 0 where it is none."""
    return int(text) if isinstance(text, str) and text.isascii() and text.isdigit() and int(text) < _MOST else 0


def _uses(doc: Doc) -> Iterator[ClosedUse]:
    for usage in doc["listOfMultipleUnitUsage"]:
        for place, used in enumerate(usage["usedUnitContainers"], 1):
            last = used.get("timeOfLastUsage")
            yield ClosedUse(
                rating_group=usage["ratingGroup"],
                sequence=used.get("localSequenceNumber", place),
                time_s=used.get("time"),
                uplink_octets=used.get("dataVolumeUplink"),
                downlink_octets=used.get("dataVolumeDownlink"),
                total_octets=used.get("dataTotalVolume"),
                specific=used.get("serviceSpecificUnits"),
                service_id=used.get("serviceIdentifier"),
                first_at=instant(used["timeOfFirstUsage"]),
                last_at=instant(last) if last else None,
            )
