"""Messages of a 5G core as the tests send them; each is held against the published schema where that lies beside us."""

from __future__ import annotations

import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from tandem.bss.charging.terms.online import PartAnswer, SessionAnswer, SessionRequest, Units
from tandem.bss.charging.terms.spending import SpendingLimits
from tandem.bss.charging.wire.nchf import Listening, serve_nchf
from tandem.kernel.store.embedded.ports import free_port
from tests.support import threegpp_schema
from tests.support.http2 import Answer, Http2Client
from tests.support.loops import finish
from tests.support.shared import SHARED

T = TypeVar("T")
CHARGING = "TS32291_Nchf_ConvergedCharging.yaml"
OFFLINE = "TS32291_Nchf_OfflineOnlyCharging.yaml"
SPENDING = "TS29594_Nchf_SpendingLimitControl.yaml"
COMMON = "TS29571_CommonData.yaml"
BASE = "/nchf-convergedcharging/v3/chargingdata"
AT = datetime(2026, 11, 24, 10, tzinfo=UTC)

Doc = dict[str, Any]


def checked(file: str, name: str, doc: Doc) -> Doc:
    if SHARED.is_dir():
        threegpp_schema.require(file, name, doc)
    return doc


def request(**more: Any) -> Doc:
    """A valid request of an SMF; `None` leaves an attribute out."""
    doc = {
        "subscriberIdentifier": "imsi-262011234567890",
        "nfConsumerIdentification": {"nFName": "0a7d3c52-1111-4222-8333-444455556666", "nodeFunctionality": "SMF"},
        "invocationTimeStamp": "2026-11-24T10:00:00Z",
        "invocationSequenceNumber": 0,
        "notifyUri": "http://smf.example/nsmf-callback/imsi-262011234567890",
        "multipleUnitUsage": [{"ratingGroup": 10, "requestedUnit": {}}],
        "pDUSessionChargingInformation": pdu(),
        **more,
    }
    return checked(CHARGING, "ChargingDataRequest", {key: value for key, value in doc.items() if value is not None})


def pdu(**session: Any) -> Doc:
    return {
        "chargingId": 4711,
        "userInformation": {"servedGPSI": "msisdn-491701234567", "servedPEI": "imeisv-4370816125816151"},
        "userLocationinfo": {
            "nrLocation": {
                "tai": {"plmnId": {"mcc": "262", "mnc": "01"}, "tac": "00a1b2"},
                "ncgi": {"plmnId": {"mcc": "262", "mnc": "01"}, "nrCellId": "00012345a"},
            }
        },
        "pduSessionInformation": {
            "pduSessionID": 5,
            "dnnId": "internet",
            "ratType": "NR",
            "networkSlicingInfo": {"sNSSAI": {"sst": 1, "sd": "000001"}},
            "pduAddress": {"pduIPv4Address": "10.45.0.2"},
            "hPlmnId": {"mcc": "262", "mnc": "01"},
            "servingCNPlmnId": {"mcc": "262", "mnc": "01"},
            "startTime": "2026-11-24T09:59:59Z",
            **session,
        },
    }


def sms(*recipients: Doc) -> Doc:
    return {
        "originatorInfo": {"originatorGPSI": "msisdn-491701234567"},
        "recipientInfo": list(recipients) or [{"recipientGPSI": "msisdn-33612345678"}],
        "sMMessageType": "SUBMISSION",
        "messageReference": "77",
    }


class Script:
    """Answers as the online door would; keeps what it was asked."""

    def __init__(self, answer: Callable[[SessionRequest], SessionAnswer] | None = None) -> None:
        self.asked: list[SessionRequest] = []
        self._answer = answer or granted

    async def ask(self, request: SessionRequest) -> SessionAnswer:
        self.asked.append(request)
        return self._answer(request)


def granted(asked: SessionRequest) -> SessionAnswer:
    """A hundred megabytes to each rating group that asks."""
    parts = tuple(
        PartAnswer(rating_group=part.rating_group, granted=Units(total_octets=100_000_000), validity_s=3600)
        for part in asked.parts
        if part.wanted is not None
    )
    return SessionAnswer(session=asked.session, sequence=asked.sequence, result="success", at=AT, parts=parts)


@asynccontextmanager
async def served(
    script: Any, *, spending: SpendingLimits | None = None, certificate: Path | None = None, **more: Any
) -> AsyncIterator[Http2Client]:
    """A client of a real server on a port of its own."""
    listening = Listening(host="127.0.0.1", port=free_port(), certificate=certificate, **more)
    tls = None
    if certificate is not None:
        tls = ssl.create_default_context(cafile=str(certificate))
        tls.check_hostname = False
    async with serve_nchf(script, listening=listening, spending=spending):
        async with Http2Client.to(listening.host, listening.port, tls=tls) as client:
            yield client


def story(told: Callable[[], Awaitable[T]]) -> T:
    async def tell() -> T:
        return await told()

    return finish(tell())


def armed(*kinds: str) -> list[Doc]:
    return [{"triggerType": kind, "triggerCategory": "IMMEDIATE_REPORT"} for kind in kinds]


async def post(client: Http2Client, path: str, doc: Doc, **headers: str) -> Answer:
    return await client.post(path, json.dumps(doc).encode(), headers)


def doc_of(answer: Answer) -> Doc:
    doc: Doc = json.loads(answer.body)
    return doc
