"""The AVPs that charging knows, by number: their names, their forms, and whether they must be understood.

A key is the vendor's number above the AVP's own, so that one integer names an AVP. Standards: RFC 6733 clause 4.5,
RFC 8506 clause 8, RFC 7155 clause 4, TS 32.299 clause 7, TS 29.061 clause 16.4.7.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from tandem.bss.charging.rules.diameter.accompanying import ACCOMPANYING

Form = Literal["octets", "text", "unsigned32", "unsigned64", "integer32", "integer64", "time", "group"]

TGPP: Final = 10415
"""3GPP's number among vendors."""
_TGPP: Final = TGPP << 32


class Kind(NamedTuple):
    """What one AVP is. `values`: all that an enumeration has.

    `is_open`: a group that grows with each release of its standard; what we do not know in it is passed over, even
    where its sender marks it mandatory, because the group as a whole is information for a record.
    """

    name: str
    form: Form
    must: bool = True
    values: frozenset[int] | None = None
    is_open: bool = False


USER_NAME: Final = 1
NAS_IP_ADDRESS: Final = 4
FRAMED_IP_ADDRESS: Final = 8
FILTER_ID: Final = 11
STATE: Final = 24
CLASS: Final = 25
CALLED_STATION_ID: Final = 30
CALLING_STATION_ID: Final = 31
NAS_IDENTIFIER: Final = 32
PROXY_STATE: Final = 33
ACCT_MULTI_SESSION_ID: Final = 50
EVENT_TIMESTAMP: Final = 55
FRAMED_IPV6_PREFIX: Final = 97
HOST_IP_ADDRESS: Final = 257
AUTH_APPLICATION_ID: Final = 258
ACCT_APPLICATION_ID: Final = 259
VENDOR_SPECIFIC_APPLICATION_ID: Final = 260
SESSION_ID: Final = 263
ORIGIN_HOST: Final = 264
SUPPORTED_VENDOR_ID: Final = 265
VENDOR_ID: Final = 266
FIRMWARE_REVISION: Final = 267
RESULT_CODE: Final = 268
PRODUCT_NAME: Final = 269
DISCONNECT_CAUSE: Final = 273
ORIGIN_STATE_ID: Final = 278
FAILED_AVP: Final = 279
PROXY_HOST: Final = 280
ERROR_MESSAGE: Final = 281
ROUTE_RECORD: Final = 282
DESTINATION_REALM: Final = 283
PROXY_INFO: Final = 284
RE_AUTH_REQUEST_TYPE: Final = 285
DESTINATION_HOST: Final = 293
ERROR_REPORTING_HOST: Final = 294
TERMINATION_CAUSE: Final = 295
ORIGIN_REALM: Final = 296
EXPERIMENTAL_RESULT: Final = 297
EXPERIMENTAL_RESULT_CODE: Final = 298
INBAND_SECURITY_ID: Final = 299

CC_CORRELATION_ID: Final = 411
CC_INPUT_OCTETS: Final = 412
CC_MONEY: Final = 413
CC_OUTPUT_OCTETS: Final = 414
CC_REQUEST_NUMBER: Final = 415
CC_REQUEST_TYPE: Final = 416
CC_SERVICE_SPECIFIC_UNITS: Final = 417
CC_SESSION_FAILOVER: Final = 418
CC_SUB_SESSION_ID: Final = 419
CC_TIME: Final = 420
CC_TOTAL_OCTETS: Final = 421
CHECK_BALANCE_RESULT: Final = 422
COST_INFORMATION: Final = 423
COST_UNIT: Final = 424
CURRENCY_CODE: Final = 425
CREDIT_CONTROL: Final = 426
CREDIT_CONTROL_FAILURE_HANDLING: Final = 427
EXPONENT: Final = 429
FINAL_UNIT_INDICATION: Final = 430
GRANTED_SERVICE_UNIT: Final = 431
RATING_GROUP: Final = 432
REDIRECT_ADDRESS_TYPE: Final = 433
REDIRECT_SERVER: Final = 434
REDIRECT_SERVER_ADDRESS: Final = 435
REQUESTED_ACTION: Final = 436
REQUESTED_SERVICE_UNIT: Final = 437
RESTRICTION_FILTER_RULE: Final = 438
SERVICE_IDENTIFIER: Final = 439
SERVICE_PARAMETER_INFO: Final = 440
SUBSCRIPTION_ID: Final = 443
SUBSCRIPTION_ID_DATA: Final = 444
UNIT_VALUE: Final = 445
USED_SERVICE_UNIT: Final = 446
VALUE_DIGITS: Final = 447
VALIDITY_TIME: Final = 448
FINAL_UNIT_ACTION: Final = 449
SUBSCRIPTION_ID_TYPE: Final = 450
TARIFF_TIME_CHANGE: Final = 451
TARIFF_CHANGE_USAGE: Final = 452
MULTIPLE_SERVICES_INDICATOR: Final = 455
MULTIPLE_SERVICES_CREDIT_CONTROL: Final = 456
USER_EQUIPMENT_INFO: Final = 458
USER_EQUIPMENT_INFO_TYPE: Final = 459
USER_EQUIPMENT_INFO_VALUE: Final = 460
SERVICE_CONTEXT_ID: Final = 461
SUBSCRIPTION_ID_EXTENSION: Final = 659
SUBSCRIPTION_ID_E164: Final = 660
SUBSCRIPTION_ID_IMSI: Final = 661
SUBSCRIPTION_ID_SIP_URI: Final = 662
SUBSCRIPTION_ID_NAI: Final = 663
SUBSCRIPTION_ID_PRIVATE: Final = 664

TGPP_CHARGING_ID: Final = _TGPP | 2
TGPP_PDP_TYPE: Final = _TGPP | 3
TGPP_SGSN_MCC_MNC: Final = _TGPP | 18
TGPP_RAT_TYPE: Final = _TGPP | 21
TGPP_USER_LOCATION_INFO: Final = _TGPP | 22
ROLE_OF_NODE: Final = _TGPP | 829
USER_SESSION_ID: Final = _TGPP | 830
CALLING_PARTY_ADDRESS: Final = _TGPP | 831
CALLED_PARTY_ADDRESS: Final = _TGPP | 832
IMS_CHARGING_IDENTIFIER: Final = _TGPP | 841
TIME_QUOTA_THRESHOLD: Final = _TGPP | 868
VOLUME_QUOTA_THRESHOLD: Final = _TGPP | 869
TRIGGER_TYPE: Final = _TGPP | 870
QUOTA_HOLDING_TIME: Final = _TGPP | 871
REPORTING_REASON: Final = _TGPP | 872
SERVICE_INFORMATION: Final = _TGPP | 873
PS_INFORMATION: Final = _TGPP | 874
IMS_INFORMATION: Final = _TGPP | 876
MMS_INFORMATION: Final = _TGPP | 877
ADDRESS_DATA: Final = _TGPP | 897
RECIPIENT_ADDRESS: Final = _TGPP | 1201
UNIT_QUOTA_THRESHOLD: Final = _TGPP | 1226
PDP_ADDRESS: Final = _TGPP | 1227
TRIGGER: Final = _TGPP | 1264
QUOTA_CONSUMPTION_TIME: Final = _TGPP | 881
EVENT_CHARGING_TIMESTAMP: Final = _TGPP | 1258
AOC_REQUEST_TYPE: Final = _TGPP | 2055
SMS_INFORMATION: Final = _TGPP | 2000
RECIPIENT_INFO: Final = _TGPP | 2026
IMS_VISITED_NETWORK_IDENTIFIER: Final = _TGPP | 2713


def _one_of(*values: int) -> frozenset[int]:
    return frozenset(values)


KINDS: Final[dict[int, Kind]] = {code: Kind(name, "octets") for code, name in ACCOMPANYING.items()} | {
    USER_NAME: Kind("User-Name", "text"),
    NAS_IP_ADDRESS: Kind("NAS-IP-Address", "octets"),
    FRAMED_IP_ADDRESS: Kind("Framed-IP-Address", "octets"),
    FILTER_ID: Kind("Filter-Id", "text"),
    STATE: Kind("State", "octets"),
    CLASS: Kind("Class", "octets"),
    CALLED_STATION_ID: Kind("Called-Station-Id", "text"),
    CALLING_STATION_ID: Kind("Calling-Station-Id", "text"),
    NAS_IDENTIFIER: Kind("NAS-Identifier", "text"),
    PROXY_STATE: Kind("Proxy-State", "octets"),
    ACCT_MULTI_SESSION_ID: Kind("Acct-Multi-Session-Id", "text"),
    EVENT_TIMESTAMP: Kind("Event-Timestamp", "time"),
    FRAMED_IPV6_PREFIX: Kind("Framed-IPv6-Prefix", "octets"),
    HOST_IP_ADDRESS: Kind("Host-IP-Address", "octets"),
    AUTH_APPLICATION_ID: Kind("Auth-Application-Id", "unsigned32"),
    ACCT_APPLICATION_ID: Kind("Acct-Application-Id", "unsigned32"),
    VENDOR_SPECIFIC_APPLICATION_ID: Kind("Vendor-Specific-Application-Id", "group"),
    SESSION_ID: Kind("Session-Id", "text"),
    ORIGIN_HOST: Kind("Origin-Host", "text"),
    SUPPORTED_VENDOR_ID: Kind("Supported-Vendor-Id", "unsigned32"),
    VENDOR_ID: Kind("Vendor-Id", "unsigned32"),
    FIRMWARE_REVISION: Kind("Firmware-Revision", "unsigned32", must=False),
    RESULT_CODE: Kind("Result-Code", "unsigned32"),
    PRODUCT_NAME: Kind("Product-Name", "text", must=False),
    DISCONNECT_CAUSE: Kind("Disconnect-Cause", "unsigned32", values=_one_of(0, 1, 2)),
    ORIGIN_STATE_ID: Kind("Origin-State-Id", "unsigned32"),
    FAILED_AVP: Kind("Failed-AVP", "octets"),
    PROXY_HOST: Kind("Proxy-Host", "text"),
    ERROR_MESSAGE: Kind("Error-Message", "text", must=False),
    ROUTE_RECORD: Kind("Route-Record", "text"),
    DESTINATION_REALM: Kind("Destination-Realm", "text"),
    PROXY_INFO: Kind("Proxy-Info", "octets"),
    RE_AUTH_REQUEST_TYPE: Kind("Re-Auth-Request-Type", "unsigned32"),
    DESTINATION_HOST: Kind("Destination-Host", "text"),
    ERROR_REPORTING_HOST: Kind("Error-Reporting-Host", "text", must=False),
    TERMINATION_CAUSE: Kind("Termination-Cause", "unsigned32"),
    ORIGIN_REALM: Kind("Origin-Realm", "text"),
    EXPERIMENTAL_RESULT: Kind("Experimental-Result", "group"),
    EXPERIMENTAL_RESULT_CODE: Kind("Experimental-Result-Code", "unsigned32"),
    INBAND_SECURITY_ID: Kind("Inband-Security-Id", "unsigned32"),
    CC_CORRELATION_ID: Kind("CC-Correlation-Id", "octets", must=False),
    CC_INPUT_OCTETS: Kind("CC-Input-Octets", "unsigned64"),
    CC_MONEY: Kind("CC-Money", "group"),
    CC_OUTPUT_OCTETS: Kind("CC-Output-Octets", "unsigned64"),
    CC_REQUEST_NUMBER: Kind("CC-Request-Number", "unsigned32"),
    CC_REQUEST_TYPE: Kind("CC-Request-Type", "unsigned32", values=_one_of(1, 2, 3, 4)),
    CC_SERVICE_SPECIFIC_UNITS: Kind("CC-Service-Specific-Units", "unsigned64"),
    CC_SESSION_FAILOVER: Kind("CC-Session-Failover", "unsigned32", values=_one_of(0, 1)),
    CC_SUB_SESSION_ID: Kind("CC-Sub-Session-Id", "unsigned64"),
    CC_TIME: Kind("CC-Time", "unsigned32"),
    CC_TOTAL_OCTETS: Kind("CC-Total-Octets", "unsigned64"),
    CHECK_BALANCE_RESULT: Kind("Check-Balance-Result", "unsigned32", values=_one_of(0, 1)),
    COST_INFORMATION: Kind("Cost-Information", "group"),
    COST_UNIT: Kind("Cost-Unit", "text"),
    CURRENCY_CODE: Kind("Currency-Code", "unsigned32"),
    CREDIT_CONTROL: Kind("Credit-Control", "unsigned32"),
    CREDIT_CONTROL_FAILURE_HANDLING: Kind("Credit-Control-Failure-Handling", "unsigned32", values=_one_of(0, 1, 2)),
    EXPONENT: Kind("Exponent", "integer32"),
    FINAL_UNIT_INDICATION: Kind("Final-Unit-Indication", "group"),
    GRANTED_SERVICE_UNIT: Kind("Granted-Service-Unit", "group"),
    RATING_GROUP: Kind("Rating-Group", "unsigned32"),
    REDIRECT_ADDRESS_TYPE: Kind("Redirect-Address-Type", "unsigned32"),
    REDIRECT_SERVER: Kind("Redirect-Server", "group"),
    REDIRECT_SERVER_ADDRESS: Kind("Redirect-Server-Address", "text"),
    REQUESTED_ACTION: Kind("Requested-Action", "unsigned32", values=_one_of(0, 1, 2, 3)),
    REQUESTED_SERVICE_UNIT: Kind("Requested-Service-Unit", "group"),
    RESTRICTION_FILTER_RULE: Kind("Restriction-Filter-Rule", "text"),
    SERVICE_IDENTIFIER: Kind("Service-Identifier", "unsigned32"),
    SERVICE_PARAMETER_INFO: Kind("Service-Parameter-Info", "octets", must=False),
    SUBSCRIPTION_ID: Kind("Subscription-Id", "group"),
    SUBSCRIPTION_ID_DATA: Kind("Subscription-Id-Data", "text"),
    UNIT_VALUE: Kind("Unit-Value", "group"),
    USED_SERVICE_UNIT: Kind("Used-Service-Unit", "group"),
    VALUE_DIGITS: Kind("Value-Digits", "integer64"),
    VALIDITY_TIME: Kind("Validity-Time", "unsigned32"),
    FINAL_UNIT_ACTION: Kind("Final-Unit-Action", "unsigned32", values=_one_of(0, 1, 2)),
    SUBSCRIPTION_ID_TYPE: Kind("Subscription-Id-Type", "unsigned32", values=_one_of(0, 1, 2, 3, 4)),
    TARIFF_TIME_CHANGE: Kind("Tariff-Time-Change", "time"),
    TARIFF_CHANGE_USAGE: Kind("Tariff-Change-Usage", "unsigned32", values=_one_of(0, 1, 2)),
    MULTIPLE_SERVICES_INDICATOR: Kind("Multiple-Services-Indicator", "unsigned32", values=_one_of(0, 1)),
    MULTIPLE_SERVICES_CREDIT_CONTROL: Kind("Multiple-Services-Credit-Control", "group"),
    USER_EQUIPMENT_INFO: Kind("User-Equipment-Info", "group", must=False),
    USER_EQUIPMENT_INFO_TYPE: Kind("User-Equipment-Info-Type", "unsigned32", must=False),
    USER_EQUIPMENT_INFO_VALUE: Kind("User-Equipment-Info-Value", "octets", must=False),
    SERVICE_CONTEXT_ID: Kind("Service-Context-Id", "text"),
    SUBSCRIPTION_ID_EXTENSION: Kind("Subscription-Id-Extension", "group", must=False),
    SUBSCRIPTION_ID_E164: Kind("Subscription-Id-E164", "text", must=False),
    SUBSCRIPTION_ID_IMSI: Kind("Subscription-Id-IMSI", "text", must=False),
    SUBSCRIPTION_ID_SIP_URI: Kind("Subscription-Id-SIP-URI", "text", must=False),
    SUBSCRIPTION_ID_NAI: Kind("Subscription-Id-NAI", "text", must=False),
    SUBSCRIPTION_ID_PRIVATE: Kind("Subscription-Id-Private", "text", must=False),
    TGPP_CHARGING_ID: Kind("3GPP-Charging-Id", "octets"),
    TGPP_PDP_TYPE: Kind("3GPP-PDP-Type", "unsigned32"),
    TGPP_SGSN_MCC_MNC: Kind("3GPP-SGSN-MCC-MNC", "text"),
    TGPP_RAT_TYPE: Kind("3GPP-RAT-Type", "octets"),
    TGPP_USER_LOCATION_INFO: Kind("3GPP-User-Location-Info", "octets"),
    ROLE_OF_NODE: Kind("Role-Of-Node", "unsigned32"),
    USER_SESSION_ID: Kind("User-Session-Id", "text"),
    CALLING_PARTY_ADDRESS: Kind("Calling-Party-Address", "text"),
    CALLED_PARTY_ADDRESS: Kind("Called-Party-Address", "text"),
    IMS_CHARGING_IDENTIFIER: Kind("IMS-Charging-Identifier", "text"),
    TIME_QUOTA_THRESHOLD: Kind("Time-Quota-Threshold", "unsigned32"),
    VOLUME_QUOTA_THRESHOLD: Kind("Volume-Quota-Threshold", "unsigned32"),
    TRIGGER_TYPE: Kind("Trigger-Type", "unsigned32"),
    QUOTA_HOLDING_TIME: Kind("Quota-Holding-Time", "unsigned32"),
    REPORTING_REASON: Kind("Reporting-Reason", "unsigned32"),
    SERVICE_INFORMATION: Kind("Service-Information", "group", is_open=True),
    PS_INFORMATION: Kind("PS-Information", "group", is_open=True),
    IMS_INFORMATION: Kind("IMS-Information", "group", is_open=True),
    MMS_INFORMATION: Kind("MMS-Information", "group", is_open=True),
    QUOTA_CONSUMPTION_TIME: Kind("Quota-Consumption-Time", "unsigned32"),
    ADDRESS_DATA: Kind("Address-Data", "text"),
    RECIPIENT_ADDRESS: Kind("Recipient-Address", "group", is_open=True),
    UNIT_QUOTA_THRESHOLD: Kind("Unit-Quota-Threshold", "unsigned32"),
    PDP_ADDRESS: Kind("PDP-Address", "octets"),
    EVENT_CHARGING_TIMESTAMP: Kind("Event-Charging-TimeStamp", "time"),
    _TGPP | 865: Kind("PS-Furnish-Charging-Information", "octets"),
    _TGPP | 866: Kind("PS-Free-Format-Data", "octets"),
    _TGPP | 867: Kind("PS-Append-Free-Format-Data", "unsigned32"),
    _TGPP | 882: Kind("Media-Initiator-Flag", "unsigned32"),
    _TGPP | 1016: Kind("QoS-Information", "octets"),
    _TGPP | 1249: Kind("Service-Specific-Info", "octets"),
    _TGPP | 1265: Kind("Base-Time-Interval", "unsigned32"),
    _TGPP | 1266: Kind("Envelope", "octets"),
    _TGPP | 1268: Kind("Envelope-Reporting", "unsigned32"),
    _TGPP | 1270: Kind("Time-Quota-Mechanism", "octets"),
    _TGPP | 2022: Kind("Refund-Information", "octets"),
    _TGPP | 2037: Kind("Change-Condition", "integer32"),
    _TGPP | 2047: Kind("Serving-Node-Type", "unsigned32"),
    _TGPP | 2053: Kind("AoC-Information", "octets"),
    AOC_REQUEST_TYPE: Kind("AoC-Request-Type", "unsigned32"),
    TRIGGER: Kind("Trigger", "group"),
    SMS_INFORMATION: Kind("SMS-Information", "group", is_open=True),
    RECIPIENT_INFO: Kind("Recipient-Info", "group", is_open=True),
    IMS_VISITED_NETWORK_IDENTIFIER: Kind("IMS-Visited-Network-Identifier", "text"),
}


def name_of(key: int) -> str:
    """What people call an AVP; numbers where it is unknown."""
    kind = KINDS.get(key)
    return kind.name if kind else f"{key >> 32}/{key & 0xFFFFFFFF}"
