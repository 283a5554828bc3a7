"""The charging data records of 3GPP as tables: of each record what we charge by, and some of what explains it.

Standard: 3GPP TS 32.298, release 17: CHFRecord, GPRSRecord (SGW, PGW, GGSN, SMS over SGSN), CallEventRecord of an MSC.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tandem.bss.charging.rules.files import slices
from tandem.bss.charging.rules.files.ber import CONTEXT, Element, Kind, table_of
from tandem.bss.charging.rules.files.columns import I64, NOT_TOLD
from tandem.bss.charging.rules.files.excluding import as_text
from tandem.bss.charging.rules.files.form import Field, Fields, FileForm
from tandem.bss.charging.rules.files.raw import RawColumn, Whole
from tandem.bss.charging.rules.files.slices import Slices


def value(tag: int, name: str, kind: Kind) -> Element:
    """A value with a context tag."""
    return Element(CONTEXT + tag, name, kind)


def holder(tag: int, *parts: Element, name: str = "", is_row: bool = False) -> Element:
    """An element that holds others."""
    return Element(CONTEXT + tag, name, "there" if name else None, parts, is_row=is_row)


def record(tag: int, *parts: Element) -> Element:
    """One kind of record."""
    return Element(CONTEXT + tag, "", None, parts, is_record=True)


_SEQUENCE: Final = 16
"""An item of a SEQUENCE OF has the universal tag of its own type."""


def rows(*parts: Element) -> Element:
    """Items of a list, each of which is a use."""
    return Element(_SEQUENCE, "", None, parts, is_row=True)


def items(*parts: Element) -> Element:
    """Items of a list that stand around uses."""
    return Element(_SEQUENCE, "", None, parts)


_SUBSCRIPTION: Final = (value(0, "subscriberKind", "whole"), value(1, "subscriber", "text"))
_CHF: Final = record(
    200,
    holder(2, *_SUBSCRIPTION),
    holder(
        5,
        items(
            value(0, "ratingGroup", "whole"),
            holder(
                1,
                rows(
                    value(0, "service_id", "whole"),
                    value(1, "time", "whole"),
                    value(3, "triggerTimeStamp", "time"),
                    value(4, "dataTotalVolume", "whole"),
                    value(5, "dataVolumeUplink", "whole"),
                    value(6, "dataVolumeDownlink", "whole"),
                    value(7, "serviceSpecificUnits", "whole"),
                    value(8, "eventTimeStamp", "time"),
                    value(9, "localSequenceNumber", "whole"),
                    holder(11, value(2, "timeOfFirstUsage", "time"), value(3, "timeOfLastUsage", "time")),
                ),
            ),
        ),
    ),
    value(6, "recordOpeningTime", "time"),
    value(7, "duration", "whole"),
    value(8, "recordSequenceNumber", "whole"),
    value(9, "causeForRecClosing", "whole"),
    value(11, "localRecordSequenceNumber", "whole"),
    holder(
        13,
        value(0, "chargingId", "whole"),
        value(12, "rat_type", "whole"),
        value(13, "dnn", "text"),
        value(27, "servingNetwork", "network"),
        name="pduSession",
    ),
    holder(
        15,
        holder(2, items(value(1, "recipient", "address"), holder(2, value(1, "recipientOther", "text")))),
        value(8, "smsTimeStamp", "time"),
        name="sms",
    ),
    value(16, "chargingSessionIdentifier", "text"),
    holder(
        28,
        holder(16, value(0, "called", "text"), value(1, "called", "text"), value(3, "called", "text")),
        value(12, "userSession", "text"),
        name="ims",
    ),
)


def _gateway(tag: int, *more: Element) -> Element:
    """What the records of gateways have in common."""
    volumes = rows(
        value(3, "dataVolumeUplink", "whole"),
        value(4, "dataVolumeDownlink", "whole"),
        value(5, "changeCondition", "whole"),
        value(6, "changeTime", "time"),
    )
    return record(
        tag,
        value(3, "served_imsi", "tbcd"),
        value(4, "gateway", "hex"),
        value(5, "chargingId", "whole"),
        value(7, "dnn", "text"),
        holder(12, volumes),
        value(13, "recordOpeningTime", "time"),
        value(14, "duration", "whole"),
        value(15, "causeForRecClosing", "whole"),
        value(17, "recordSequenceNumber", "whole"),
        value(18, "node", "text"),
        value(20, "localRecordSequenceNumber", "whole"),
        value(22, "servedMsisdn", "address"),
        value(27, "servingNetwork", "network"),
        value(30, "rat_type", "whole"),
        *more,
    )


_SERVICE_DATA: Final = holder(
    34,
    rows(
        value(1, "ratingGroup", "whole"),
        value(4, "localSequenceNumber", "whole"),
        value(5, "timeOfFirstUsage", "time"),
        value(6, "timeOfLastUsage", "time"),
        value(7, "time", "whole"),
        value(12, "dataVolumeUplink", "whole"),
        value(13, "dataVolumeDownlink", "whole"),
        value(17, "service_id", "whole"),
    ),
)


def _call(tag: int) -> Element:
    """A call of an MSC."""
    return record(
        tag,
        value(1, "served_imsi", "tbcd"),
        value(3, "servedMsisdn", "address"),
        value(4, "calling_number", "address"),
        value(5, "calledNumber", "address"),
        value(22, "seizureTime", "time"),
        value(23, "answerTime", "time"),
        value(24, "releaseTime", "time"),
        value(25, "duration", "whole"),
        value(30, "causeForTermination", "whole"),
        value(32, "call_reference", "hex"),
        value(33, "recordSequenceNumber", "whole"),
    )


def _message(tag: int, time: int, destination: int) -> Element:
    """A short message, over an MSC or an SGSN."""
    return record(
        tag,
        value(1, "served_imsi", "tbcd"),
        value(3, "servedMsisdn", "address"),
        value(time, "eventTimeStamp", "time"),
        value(destination, "calledNumber", "address"),
    )


TABLE: Final = table_of(
    (
        _CHF,
        _gateway(79, _SERVICE_DATA),
        _gateway(78),
        _gateway(21),
        _call(0),
        _call(1),
        _message(6, 9, 12),
        _message(23, 11, 18),
    )
)


# -- what is made of them ---------------------------------------------------------------------------------------------

_MESSAGE: Final = 1_000
_VOICE: Final = 2_000
"""Added to the tag of a CHF record that is about these."""
_AROUND: Final = r"^(tel:|sip:|sips:|msisdn-|imsi-|gpsi-)|[@;].*$"


def refined(columns: Mapping[str, RawColumn], place: I64) -> dict[str, RawColumn]:
    """The fields of a record with what follows from several of them: its kind, the session, an id of its own.

    `place`: which of the uses of its record each row is.
    """
    told = dict(columns)
    kind = _values(told["record_kind"])
    about = np.where(_is_told(told, "sms"), _MESSAGE, np.where(_is_told(told, "ims"), _VOICE, 0))
    told["record_kind"] = Whole(np.where(kind == 200, kind + about, kind))
    for name in ("subscriber", "called", "recipientOther"):
        told[name] = _bare_number(told[name])
    session = _session(told)
    told["session"] = slices.from_array(session)
    parts = [session, *(_text(told[one]) for one in ("recordSequenceNumber", "ratingGroup")), _text(Whole(place))]
    told["recordId"] = slices.from_array(pc.binary_join_element_wise(*parts, ":", null_handling="emit_null"))
    return {name: one for name, one in told.items() if name not in ("sms", "ims", "pduSession", "subscriberKind")}


def _values(column: RawColumn) -> I64:
    assert not isinstance(column, Slices), "the table says that it is a number"
    return column.values


def _is_told(told: Mapping[str, RawColumn], name: str) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return np.asarray(_values(told[name]) != NOT_TOLD, np.bool_)


def _bare_number(column: RawColumn) -> Slices:
    text = slices.text_array(as_text(column))
    return slices.from_array(pc.replace_substring_regex(text, _AROUND, ""))


def _text(column: RawColumn) -> pa.Array:
    return slices.text_array(as_text(column))


def _session(told: Mapping[str, RawColumn]) -> pa.Array:
    """The charging session of a CHF, or the charging id of a gateway, which is unique with its address; else null."""
    session = slices.text_array(as_text(told["chargingSessionIdentifier"]), empty_is_null=True)
    charging = slices.text_array(as_text(told["chargingId"]), empty_is_null=True)
    gateway = slices.text_array(as_text(told["gateway"]), empty_is_null=True)
    at_gateway = pc.binary_join_element_wise(charging, gateway, "@", null_handling="emit_null")
    return pc.coalesce(session, at_gateway)


FORM: Final = FileForm(
    name="ts32298",
    kind="ts32297",
    fields=Fields(
        record_id=Field(source=("recordId",)),
        served=Field(source=("servedMsisdn", "subscriber", "served_imsi")),
        service=Field(
            source=("record_kind",),
            values={
                **dict.fromkeys(("200", "79", "78", "21"), "data"),
                **dict.fromkeys(("0", "1", "2200"), "voice"),
                **dict.fromkeys(("6", "23", "1200"), "message"),
            },
        ),
        started_at=Field(
            source=(
                "timeOfFirstUsage",
                "answerTime",
                "eventTimeStamp",
                "smsTimeStamp",
                "recordOpeningTime",
                "seizureTime",
            )
        ),
        duration_s=Field(source=("time", "duration")),
        octets=Field(source=("octets",)),
        count=Field(source=("serviceSpecificUnits",)),
        destination=Field(source=("calledNumber", "called", "recipient", "recipientOther")),
        network=Field(source=("servingNetwork",)),
        rating_group=Field(source=("ratingGroup",)),
        session=Field(source=("session",)),
        partial_seq=Field(source=("recordSequenceNumber",)),
        is_last=Field(source=("causeForRecClosing",), values=dict.fromkeys(("0", "4"), "true"), others="false"),
    ),
    details=("served_imsi", "dnn", "rat_type", "service_id", "call_reference", "calling_number", "record_kind"),
)
"""Files of TS 32.297 with records of TS 32.298."""
