"""The messages of Nchf charging, as far as charging reads or writes them. Attributes that are not named are let pass.

Standard: TS 32.291 V18.4.0, clause 6.1.6 (Nchf_ConvergedCharging) and 6.2.6 (Nchf_OfflineOnlyCharging).
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final

import msgspec
from msgspec import field

Uint32 = Annotated[int, msgspec.Meta(ge=0, le=2**32 - 1)]
Volume = Annotated[int, msgspec.Meta(ge=0, le=2**53 - 1)]
"""The standard's Uint64; what no network can have carried is refused before it can upset a sum."""
DateTime = Annotated[datetime, msgspec.Meta(tz=True)]
Digits = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{2,3}$")]

MANDATORY: Final = frozenset(
    {
        "nfConsumerIdentification",
        "invocationTimeStamp",
        "invocationSequenceNumber",
        "nodeFunctionality",
        "ratingGroup",
        "localSequenceNumber",
        "triggerCategory",
        "pduSessionID",
        "dnnId",
        "mcc",
        "mnc",
        "sNSSAI",
        "sst",
    }
)
"""Attributes that the published schema requires, among those that are read."""


class _Read(msgspec.Struct, frozen=True, kw_only=True, rename="camel", gc=False):
    """A part of a request."""


class _Told(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True, gc=False):
    """A part of an answer; what is not told is left out."""


class PlmnId(_Read, frozen=True, kw_only=True):
    mcc: Digits
    mnc: Digits


class NfIdentification(_Read, frozen=True, kw_only=True):
    node_functionality: str
    name: str | None = field(name="nFName", default=None)
    ipv4: str | None = field(name="nFIPv4Address", default=None)
    ipv6: str | None = field(name="nFIPv6Address", default=None)
    fqdn: str | None = field(name="nFFqdn", default=None)
    plmn: PlmnId | None = field(name="nFPLMNID", default=None)


class Trigger(_Read, frozen=True, kw_only=True):
    trigger_category: str
    trigger_type: str | None = None


class RequestedUnit(_Read, frozen=True, kw_only=True):
    time: Uint32 | None = None
    total_volume: Volume | None = None
    uplink_volume: Volume | None = None
    downlink_volume: Volume | None = None
    service_specific_units: Volume | None = None


class PduContainer(_Read, frozen=True, kw_only=True):
    first_usage: DateTime | None = field(name="timeofFirstUsage", default=None)
    last_usage: DateTime | None = field(name="timeofLastUsage", default=None)


class UsedUnitContainer(RequestedUnit, frozen=True, kw_only=True):
    local_sequence_number: int
    service_id: Uint32 | None = None
    quota_management_indicator: str | None = None
    triggers: tuple[Trigger, ...] = ()
    trigger_timestamp: DateTime | None = None
    event_time_stamps: tuple[DateTime, ...] = ()
    pdu: PduContainer | None = field(name="pDUContainerInformation", default=None)


class MultipleUnitUsage(_Read, frozen=True, kw_only=True):
    rating_group: Uint32
    requested_unit: RequestedUnit | None = None
    used_unit_container: tuple[UsedUnitContainer, ...] = ()
    upf: str | None = field(name="uPFID", default=None)


class Tai(_Read, frozen=True, kw_only=True):
    plmn_id: PlmnId | None = None
    tac: str | None = None


class CellIdentity(_Read, frozen=True, kw_only=True):
    nr_cell_id: str | None = None
    eutra_cell_id: str | None = None


class Location(_Read, frozen=True, kw_only=True):
    tai: Tai | None = None
    ncgi: CellIdentity | None = None
    ecgi: CellIdentity | None = None


class UserLocation(_Read, frozen=True, kw_only=True):
    nr: Location | None = field(name="nrLocation", default=None)
    eutra: Location | None = field(name="eutraLocation", default=None)


class UserInformation(_Read, frozen=True, kw_only=True):
    gpsi: str | None = field(name="servedGPSI", default=None)
    pei: str | None = field(name="servedPEI", default=None)
    roamer_in_out: str | None = None


class Snssai(_Read, frozen=True, kw_only=True):
    sst: Annotated[int, msgspec.Meta(ge=0, le=255)]
    sd: str | None = None


class NetworkSlicingInfo(_Read, frozen=True, kw_only=True):
    snssai: Snssai = field(name="sNSSAI")


class PduAddress(_Read, frozen=True, kw_only=True):
    ipv4: str | None = field(name="pduIPv4Address", default=None)
    ipv6: str | None = field(name="pduIPv6AddresswithPrefix", default=None)


class ServingNetworkFunction(_Read, frozen=True, kw_only=True):
    information: NfIdentification | None = field(name="servingNetworkFunctionInformation", default=None)


class PduSession(_Read, frozen=True, kw_only=True):
    pdu_session_id: Annotated[int, msgspec.Meta(ge=0, le=255)] = field(name="pduSessionID")
    dnn_id: str
    slicing: NetworkSlicingInfo | None = field(name="networkSlicingInfo", default=None)
    home: PlmnId | None = field(name="hPlmnId", default=None)
    serving_core: PlmnId | None = field(name="servingCNPlmnId", default=None)
    serving_function: ServingNetworkFunction | None = field(name="servingNetworkFunctionID", default=None)
    rat_type: str | None = None
    start_time: DateTime | None = None
    stop_time: DateTime | None = None
    pdu_address: PduAddress | None = None
    charging_characteristics: str | None = None
    diagnostics: int | None = None


class PduSessionCharging(_Read, frozen=True, kw_only=True):
    charging_id: Uint32 | None = None
    smf_charging_id: str | None = field(name="sMFchargingId", default=None)
    user_information: UserInformation | None = None
    location: UserLocation | None = field(name="userLocationinfo", default=None)
    session: PduSession | None = field(name="pduSessionInformation", default=None)


class MessageAddress(_Read, frozen=True, kw_only=True):
    kind: str | None = field(name="sMaddressType", default=None)
    data: str | None = field(name="sMaddressData", default=None)


class Originator(_Read, frozen=True, kw_only=True):
    supi: str | None = field(name="originatorSUPI", default=None)
    gpsi: str | None = field(name="originatorGPSI", default=None)


class Recipient(_Read, frozen=True, kw_only=True):
    supi: str | None = field(name="recipientSUPI", default=None)
    gpsi: str | None = field(name="recipientGPSI", default=None)
    other: MessageAddress | None = field(name="recipientOtherAddress", default=None)
    received: MessageAddress | None = field(name="recipientReceivedAddress", default=None)


class SmsCharging(_Read, frozen=True, kw_only=True):
    originator_info: Originator | None = None
    recipient_info: tuple[Recipient, ...] = ()
    location: UserLocation | None = field(name="userLocationinfo", default=None)
    equipment: str | None = field(name="userEquipmentInfo", default=None)
    rat_type: str | None = field(name="rATType", default=None)
    centre: str | None = field(name="sMSCAddress", default=None)
    kind: str | None = field(name="sMMessageType", default=None)
    reference: str | None = field(name="messageReference", default=None)


class MmsRecipient(_Read, frozen=True, kw_only=True):
    supi: str | None = field(name="recipientSUPI", default=None)
    gpsi: str | None = field(name="recipientGPSI", default=None)
    others: tuple[MessageAddress, ...] = field(name="recipientOtherAddress", default=())


class MmsOriginator(_Read, frozen=True, kw_only=True):
    supi: str | None = field(name="originatorSUPI", default=None)
    gpsi: str | None = field(name="originatorGPSI", default=None)


class MmsCharging(_Read, frozen=True, kw_only=True):
    originator: MmsOriginator | None = field(name="mmOriginatorInfo", default=None)
    recipients: tuple[MmsRecipient, ...] = field(name="mmRecipientInfoList", default=())
    location: UserLocation | None = field(name="userLocationinfo", default=None)
    rat_type: str | None = field(name="rATType", default=None)
    message_id: str | None = field(name="messageID", default=None)


class ImsCharging(_Read, frozen=True, kw_only=True):
    node: str | None = field(name="iMSNodeFunctionality", default=None)
    role: str | None = field(name="roleOfNode", default=None)
    user_information: UserInformation | None = None
    location: UserLocation | None = field(name="userLocationInfo", default=None)
    session: str | None = field(name="userSessionID", default=None)
    calling: tuple[str, ...] = field(name="callingPartyAddresses", default=())
    called: str | None = field(name="calledPartyAddress", default=None)


class NefCharging(_Read, frozen=True, kw_only=True):
    gpsi: str | None = field(name="externalIndividualIdentifier", default=None)
    supi: str | None = field(name="internalIndividualIdentifier", default=None)
    api: str | None = field(name="aPIName", default=None)


class Information(_Read, frozen=True, kw_only=True):
    """Charging information of which only is read that it is there."""


class ChargingDataRequest(_Read, frozen=True, kw_only=True):
    """Create, update and release alike; of both charging services."""

    nf_consumer_identification: NfIdentification
    invocation_time_stamp: DateTime
    invocation_sequence_number: Uint32
    subscriber_identifier: str | None = None
    charging_id: Uint32 | None = None
    retransmission_indicator: bool = False
    one_time_event: bool = False
    one_time_event_type: str | None = None
    notify_uri: str | None = None
    supported_features: str | None = None
    service_specification_info: str | None = None
    multiple_unit_usage: tuple[MultipleUnitUsage, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    pdu: PduSessionCharging | None = field(name="pDUSessionChargingInformation", default=None)
    sms: SmsCharging | None = field(name="sMSChargingInformation", default=None)
    mms: MmsCharging | None = field(name="mMSChargingInformation", default=None)
    ims: ImsCharging | None = field(name="iMSChargingInformation", default=None)
    nef: NefCharging | None = field(name="nEFChargingInformation", default=None)
    mmtel: Information | None = field(name="mMTelChargingInformation", default=None)
    registration: Information | None = field(name="registrationChargingInformation", default=None)
    connection: Information | None = field(name="n2ConnectionChargingInformation", default=None)
    reporting: Information | None = field(name="locationReportingChargingInformation", default=None)


class GrantedUnit(_Told, frozen=True, kw_only=True):
    tariff_time_change: datetime | None = None
    time: int | None = None
    total_volume: int | None = None
    uplink_volume: int | None = None
    downlink_volume: int | None = None
    service_specific_units: int | None = None


class ArmedTrigger(_Told, frozen=True, kw_only=True):
    trigger_type: str
    trigger_category: str
    tariff_time_change: datetime | None = None


class RedirectServer(msgspec.Struct, frozen=True, kw_only=True, rename="camel", gc=False):
    redirect_address_type: str
    redirect_server_address: str


class FinalUnitIndication(_Told, frozen=True, kw_only=True):
    final_unit_action: str
    restriction_filter_rule_list: tuple[str, ...] = ()
    filter_id_list: tuple[str, ...] = ()
    redirect_server: RedirectServer | None = None


class MultipleUnitInformation(_Told, frozen=True, kw_only=True):
    rating_group: int
    result_code: str | None = None
    granted_unit: GrantedUnit | None = None
    triggers: tuple[ArmedTrigger, ...] = ()
    validity_time: int | None = None
    quota_holding_time: int | None = None
    final_unit_indication: FinalUnitIndication | None = None
    time_quota_threshold: int | None = None
    volume_quota_threshold: int | None = None
    unit_quota_threshold: int | None = None
    upf: str | None = field(name="uPFID", default=None)


class ChargingDataResponse(_Told, frozen=True, kw_only=True):
    invocation_time_stamp: datetime
    invocation_sequence_number: int
    session_failover: str | None = None
    supported_features: str | None = None
    multiple_unit_information: tuple[MultipleUnitInformation, ...] = ()


class ReauthorizationDetails(_Told, frozen=True, kw_only=True):
    rating_group: int | None = None


class ChargingNotifyRequest(_Told, frozen=True, kw_only=True):
    notification_type: str
    reauthorization_details: tuple[ReauthorizationDetails, ...] = ()
