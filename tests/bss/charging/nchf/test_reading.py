"""What a 5G core asks, as the online door understands it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from tandem.bss.charging.rules.nchf.messages import MANDATORY, ChargingDataRequest
from tandem.bss.charging.rules.nchf.problems import Problem, read
from tandem.bss.charging.rules.nchf.reading import read_request, session_of
from tandem.bss.charging.terms.online import Operation, Part, SessionRequest, Units, Used
from tests.bss.charging.nchf.messages import AT, Doc, pdu, request, sms

DECODER = msgspec.json.Decoder(ChargingDataRequest)


def decoded(doc: Doc) -> ChargingDataRequest:
    return read(DECODER, msgspec.json.encode(doc), mandatory=MANDATORY)


def asked(doc: Doc, operation: Operation = "create", **more: Any) -> SessionRequest:
    return read_request(decoded(doc), operation, "session-1", **more)


def at(minute: int, second: int = 0) -> datetime:
    return datetime(2026, 11, 24, 10, minute, second, tzinfo=UTC)


def test_a_data_session_begins() -> None:
    assert asked(request()) == SessionRequest(
        protocol="nchf",
        operation="create",
        session="session-1",
        sequence=0,
        subscriber="262011234567890",
        subscriber_kind="imsi",
        at=AT,
        service="data",
        parts=(Part(rating_group=10, wanted=Units()),),
        notify_at="http://smf.example/nsmf-callback/imsi-262011234567890",
        facts={
            "node": "SMF",
            "consumer": "0a7d3c52-1111-4222-8333-444455556666",
            "charging_id": "4711",
            "msisdn": "491701234567",
            "equipment": "imeisv-4370816125816151",
            "dnn": "internet",
            "pdu_session": "5",
            "rat": "NR",
            "slice": "1-000001",
            "address": "10.45.0.2",
            "serving_network": "26201",
            "location": "00a1b2-00012345a",
        },
    )


def test_several_rating_groups_report_and_ask() -> None:
    told = request(
        invocationSequenceNumber=3,
        retransmissionIndicator=True,
        multipleUnitUsage=[
            {
                "ratingGroup": 10,
                "requestedUnit": {"totalVolume": 5_000_000},
                "usedUnitContainer": [
                    {
                        "localSequenceNumber": 7,
                        "serviceId": 3,
                        "triggers": [
                            {"triggerType": "QUOTA_THRESHOLD", "triggerCategory": "IMMEDIATE_REPORT"},
                            {"triggerCategory": "DEFERRED_REPORT"},
                        ],
                        "totalVolume": 9_007_199_254_740_991,
                        "uplinkVolume": 1,
                        "downlinkVolume": 2,
                        "pDUContainerInformation": {
                            "timeofFirstUsage": "2026-11-24T11:01:00+01:00",
                            "timeofLastUsage": "2026-11-24T10:02:00Z",
                        },
                    }
                ],
            },
            {
                "ratingGroup": 20,
                "usedUnitContainer": [
                    {"localSequenceNumber": 8, "time": 60, "triggerTimestamp": "2026-11-24T10:05:00Z"},
                    {"localSequenceNumber": 9, "serviceSpecificUnits": 2},
                ],
            },
        ],
    )
    found = asked(told, "update")
    assert found.parts == (
        Part(
            rating_group=10,
            wanted=Units(total_octets=5_000_000),
            used=(
                Used(
                    units=Units(total_octets=9_007_199_254_740_991, uplink_octets=1, downlink_octets=2),
                    started_at=at(1),
                    ended_at=at(2),
                    sequence=7,
                    triggers=("QUOTA_THRESHOLD",),
                ),
            ),
        ),
        Part(
            rating_group=20,
            used=(
                Used(units=Units(time_s=60), started_at=at(4), ended_at=at(5), sequence=8),
                Used(units=Units(specific=2), started_at=AT, ended_at=AT, sequence=9),
            ),
        ),
    )
    assert (found.sequence, found.is_retransmission) == (3, True)


def test_what_follows_a_tariff_switch_is_after_it() -> None:
    switch = [{"triggerType": "TARIFF_TIME_CHANGE", "triggerCategory": "DEFERRED_REPORT"}]
    containers = [
        {"localSequenceNumber": 1, "totalVolume": 10, "triggers": switch},
        {"localSequenceNumber": 2, "totalVolume": 20},
    ]
    told = request(multipleUnitUsage=[{"ratingGroup": 10, "usedUnitContainer": containers}])
    (part,) = asked(told, "update").parts
    assert [used.after_switch for used in part.used] == [False, True]


def test_several_user_planes_are_one_charge() -> None:
    planes = ["11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"]
    told = request(
        multipleUnitUsage=[
            {
                "ratingGroup": 10,
                "uPFID": plane,
                "requestedUnit": {"totalVolume": 100},
                "usedUnitContainer": [{"localSequenceNumber": place, "totalVolume": 5}],
            }
            for place, plane in enumerate(planes)
        ]
    )
    (part,) = asked(told, "update").parts
    assert part.wanted == Units(total_octets=200)
    assert [used.sequence for used in part.used] == [0, 1]


@pytest.mark.parametrize(
    ("information", "service"),
    [
        ({"pDUSessionChargingInformation": pdu()}, "data"),
        ({"sMSChargingInformation": sms()}, "sms"),
        ({"mMSChargingInformation": {}}, "mms"),
        ({"iMSChargingInformation": {"iMSNodeFunctionality": "AS"}}, "voice"),
        ({"mMTelChargingInformation": {}}, "voice"),
        ({"nEFChargingInformation": {"aPIName": "nnef-smsdelivery"}}, "exposure"),
    ],
)
def test_the_charging_information_says_what_is_charged(information: Doc, service: str) -> None:
    told = {"pDUSessionChargingInformation": None, **information}
    assert asked(request(**told)).service == service


def test_without_charging_information_a_session_cannot_begin_but_goes_on_as_what_it_is() -> None:
    told = decoded(request(pDUSessionChargingInformation=None))
    with pytest.raises(Problem) as refused:
        read_request(told, "create", session_of(told))
    assert (refused.value.details.status, refused.value.details.cause) == (400, "CHARGING_FAILED")
    begun = session_of(decoded(request(pDUSessionChargingInformation=None, sMSChargingInformation=sms())))
    assert read_request(told, "update", begun).service == "sms"


@pytest.mark.parametrize(
    ("name", "kind", "subscriber"),
    [
        ("imsi-262011234567890", "imsi", "262011234567890"),
        ("nai-fixed@operator.example", "nai", "fixed@operator.example"),
        ("gli-line-17", "line", "line-17"),
        ("gci-cable-9", "line", "cable-9"),
        ("msisdn-491701234567", "msisdn", "491701234567"),
        (None, "msisdn", "491701234567"),
    ],
)
def test_the_subscriber_is_named_by_supi_or_else_by_gpsi(name: str | None, kind: str, subscriber: str) -> None:
    found = asked(request(subscriberIdentifier=name))
    assert (found.subscriber_kind, found.subscriber) == (kind, subscriber)


def test_nobody_to_charge_is_told_with_the_place() -> None:
    with pytest.raises(Problem) as refused:
        asked(request(subscriberIdentifier="imsi-", pDUSessionChargingInformation=None, sMSChargingInformation={}))
    details = refused.value.details
    assert (details.status, details.cause) == (400, "CHARGING_FAILED")
    assert [each.param for each in details.invalid_params] == ["/subscriberIdentifier"]


ABROAD = {"mcc": "208", "mnc": "10"}


@pytest.mark.parametrize(
    ("session", "home", "network"),
    [
        ({"servingCNPlmnId": ABROAD}, frozenset(), "20810"),
        ({"servingCNPlmnId": ABROAD}, frozenset({"20810"}), ""),
        ({"servingCNPlmnId": {"mcc": "262", "mnc": "01"}}, frozenset(), ""),
        (
            {
                "servingCNPlmnId": None,
                "servingNetworkFunctionID": {
                    "servingNetworkFunctionInformation": {"nodeFunctionality": "AMF", "nFPLMNID": ABROAD}
                },
            },
            frozenset(),
            "20810",
        ),
        ({"servingCNPlmnId": None, "hPlmnId": None}, frozenset({"26201"}), ""),
        ({"servingCNPlmnId": None, "hPlmnId": None}, frozenset({"26202"}), "26201"),
    ],
)
def test_the_serving_network_is_told_when_it_is_not_home(session: Doc, home: frozenset[str], network: str) -> None:
    information = pdu(**session)
    inner = information["pduSessionInformation"]
    information["pduSessionInformation"] = {key: value for key, value in inner.items() if value is not None}
    assert asked(request(pDUSessionChargingInformation=information), home=home).network == network


@pytest.mark.parametrize(
    ("information", "destination"),
    [
        ({"sMSChargingInformation": sms()}, "33612345678"),
        ({"sMSChargingInformation": sms({"recipientOtherAddress": {"sMaddressData": "0033612345678"}})}, "33612345678"),
        ({"sMSChargingInformation": sms({"recipientReceivedAddress": {"sMaddressData": "+4412345"}})}, "4412345"),
        ({"sMSChargingInformation": sms({"recipientOtherAddress": {"sMaddressData": "a@b.example"}})}, ""),
        ({"mMSChargingInformation": {"mmRecipientInfoList": [{"recipientGPSI": "msisdn-4412345"}]}}, "4412345"),
        ({"iMSChargingInformation": {"calledPartyAddress": "tel:+4412345"}}, "4412345"),
        ({"iMSChargingInformation": {"calledPartyAddress": "sip:+4412345@ims.example;user=phone"}}, "4412345"),
        ({"iMSChargingInformation": {"calledPartyAddress": "tel:+4412345", "roleOfNode": "TERMINATING"}}, ""),
    ],
)
def test_the_destination_is_the_number_that_is_called_or_written_to(information: Doc, destination: str) -> None:
    assert asked(request(pDUSessionChargingInformation=None, **information)).destination == destination


@pytest.mark.parametrize(("kind", "action"), [(None, "debit"), ("IEC", "debit"), ("PEC", "post")])
def test_a_one_time_event_is_debited_now_or_posted_afterwards(kind: str | None, action: str) -> None:
    told = request(oneTimeEvent=True, oneTimeEventType=kind, sMSChargingInformation=sms())
    assert asked(told, "event").action == action


def test_a_one_time_event_of_another_kind_is_refused() -> None:
    with pytest.raises(Problem) as refused:
        asked(request(oneTimeEvent=True, oneTimeEventType="ECUR"), "event")
    assert refused.value.details.cause == "OPTIONAL_IE_INCORRECT"


@pytest.mark.parametrize(("told", "priority"), [(24, 0), (0, 24), (31, -7)])
def test_a_small_priority_value_is_urgent(told: int, priority: int) -> None:
    assert asked(request(), priority=told).priority == priority


def test_use_without_quota_management_is_noted() -> None:
    container = {"localSequenceNumber": 1, "quotaManagementIndicator": "OFFLINE_CHARGING", "totalVolume": 1}
    told = request(multipleUnitUsage=[{"ratingGroup": 10, "usedUnitContainer": [container]}])
    assert asked(told, "update").facts["quota_management"] == "OFFLINE_CHARGING"


@pytest.mark.parametrize(
    ("operation", "told", "sequence"),
    [
        ("create", 0, 0),
        ("event", 0, 0),
        ("update", 1, 1),
        ("update", 0, 1_795_514_400_000_000),
        ("release", 0, 1_795_514_400_000_000),
    ],
)
def test_messages_that_are_not_counted_are_numbered_by_their_time(operation: Any, told: int, sequence: int) -> None:
    assert asked(request(invocationSequenceNumber=told), operation).sequence == sequence


def used_at(instant: str) -> Doc:
    container = {"localSequenceNumber": 1, "time": 60, "triggerTimestamp": instant}
    return {"multipleUnitUsage": [{"ratingGroup": 10, "usedUnitContainer": [container]}]}


def test_the_same_create_names_the_same_session() -> None:
    name = session_of(decoded(request()))
    assert re.fullmatch(r"[0-9a-f]{32}\.data", name)
    assert session_of(decoded(request(retransmissionIndicator=True))) == name
    # When it was sent may change with the second sending; when the session began does not.
    assert session_of(decoded(request(invocationTimeStamp="2026-11-24T10:00:07Z"))) == name


@pytest.mark.parametrize(
    "other",
    [
        {"subscriberIdentifier": "imsi-262011234567891"},
        {"invocationSequenceNumber": 1},
        {"nfConsumerIdentification": {"nFName": "0a7d3c52-1111-4222-8333-444455556667", "nodeFunctionality": "SMF"}},
        {"pDUSessionChargingInformation": pdu() | {"chargingId": 4712}},
        {"pDUSessionChargingInformation": pdu() | {"sMFchargingId": "4711.smf.example"}},
        {"pDUSessionChargingInformation": pdu(startTime="2026-11-24T09:59:58Z")},
        {"pDUSessionChargingInformation": pdu(pduSessionID=6)},
    ],
)
def test_another_create_names_another_session(other: Doc) -> None:
    assert session_of(decoded(request(**other))) != session_of(decoded(request()))


@pytest.mark.parametrize(
    ("more", "cause", "param"),
    [
        ({"invocationTimeStamp": "1999-12-31T23:59:59Z"}, "MANDATORY_IE_INCORRECT", "/invocationTimeStamp"),
        ({"invocationTimeStamp": "2200-01-01T00:00:00Z"}, "MANDATORY_IE_INCORRECT", "/invocationTimeStamp"),
        (used_at("0001-01-01T00:00:00Z"), "OPTIONAL_IE_INCORRECT", "/multipleUnitUsage"),
        (used_at("2000-01-01T00:00:59Z"), "OPTIONAL_IE_INCORRECT", "/multipleUnitUsage"),
    ],
)
def test_a_clock_gone_wrong_is_refused(more: Doc, cause: str, param: str) -> None:
    with pytest.raises(Problem) as refused:
        asked(request(**more), "update")
    details = refused.value.details
    assert (details.status, details.cause, [each.param for each in details.invalid_params]) == (400, cause, [param])
