"""NRTRDE files in: what our subscribers do in other networks, told within hours so that fraud is seen; nothing is paid.

Standard: GSMA TD.35, NRTRDE 2.1.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tandem.bss.charging.rules.files import ber, slices
from tandem.bss.charging.rules.files.ber import Element, table_of
from tandem.bss.charging.rules.files.ber_writing import holder as holder_of
from tandem.bss.charging.rules.files.columns import FileFacts, RefusedRecord
from tandem.bss.charging.rules.files.excluding import as_text
from tandem.bss.charging.rules.files.form import Field, Fields, FileForm, Time
from tandem.bss.charging.rules.files.lines import Octets
from tandem.bss.charging.rules.files.raw import RawTable
from tandem.bss.charging.rules.files.tap import holder, value, walked
from tandem.bss.charging.rules.files.tap_reading import whole_file
from tandem.bss.charging.terms import UsageInvalid

_MESSAGES: Final = ("21", "22")
_COMMON: Final = (
    value(34, "imsi", "bcd"),
    value(33, "imei", "bcd"),
    value(49, "msisdn", "bcd"),
    value(21, "local", "text"),
    value(45, "offset", "text"),
    value(19, "duration", "whole"),
    value(24, "cause", "whole"),
    value(35, "entity", "text"),
    value(23, "call_reference", "whole"),
    value(25, "charge", "whole"),
    value(47, "cell", "whole"),
    value(15, "serving", "text"),
)
_SERVICE: Final = holder(46, value(43, "tele_service", "text"))


def _event(tag: int, *more: Element) -> Element:
    return holder(tag, *_COMMON, *more, is_record=True)


EVENTS: Final = table_of(
    (
        holder(
            1,
            holder(
                2,
                _event(3, _SERVICE, value(30, "dialled", "text"), value(27, "connected", "text")),
                _event(4, _SERVICE, value(22, "calling", "text")),
                _event(
                    5,
                    value(16, "apn", "text"),
                    value(26, "charging_id", "whole"),
                    value(28, "incoming", "whole"),
                    value(29, "outgoing", "whole"),
                ),
            ),
        ),
    )
)
HEADER: Final = table_of(
    (
        holder(
            1,
            value(41, "specification", "whole"),
            value(37, "release", "whole"),
            value(38, "sender", "text"),
            value(36, "recipient", "text"),
            value(39, "sequence", "text"),
            value(31, "available", "text"),
            value(45, "offset", "text"),
            value(20, "count", "whole"),
            is_record=True,
        ),
    )
)

FORM: Final = FileForm(
    name="nrtrde",
    kind="nrtrde",
    fields=Fields(
        served=Field(source=("msisdn", "imsi")),
        service=Field(
            source=("kind",),
            values={
                **dict.fromkeys(("moc", "mtc"), "voice"),
                **dict.fromkeys(("mo-sms", "mt-sms"), "message"),
                "gprs": "data",
            },
        ),
        started_at=Field(source=("started",), time=Time(pattern="%Y%m%d%H%M%S%z")),
        duration_s=Field(source=("duration",)),
        octets=Field(source=("incoming", "outgoing"), sum=True),
        destination=Field(source=("connected", "dialled")),
        network=Field(source=("network",)),
    ),
    details=("imsi", "calling", "apn", "cell", "cause", "call_reference", "charging_id", "charge", "kind"),
)
"""What happened in a visited network."""


def read_nrtrde(stream: Octets, facts: FileFacts) -> Iterator[RawTable]:
    """The events of a file. Raises: UsageInvalid when it has no header. What is whole of a file cut off is read."""
    octets = whole_file(stream)
    _fill_facts(octets, facts)
    columns, rows, fault, where = walked(octets, EVENTS)
    count = len(rows)
    tele = slices.text_array(as_text(columns["tele_service"]))
    is_message = pc.is_in(tele, pa.array(_MESSAGES)).to_numpy(zero_copy_only=False)
    kinds = np.select(
        [rows[:, 2] == 5, (rows[:, 2] == 3) & is_message, (rows[:, 2] == 4) & is_message, rows[:, 2] == 3],
        ["gprs", "mo-sms", "mt-sms", "moc"],
        "mtc",
    )
    columns["kind"] = slices.from_array(pa.array(kinds.tolist(), pa.string()))
    times = (slices.text_array(as_text(columns[name])) for name in ("local", "offset"))
    columns["started"] = slices.from_array(pc.binary_join_element_wise(*times, ""))
    sender = slices.constant(facts.sender.encode(), count)
    columns["network"] = slices.first_told([as_text(columns["serving"]), sender])
    refused: tuple[RefusedRecord, ...] = ()
    if fault:
        facts.truncated_at = where
        refused = (RefusedRecord(count + 1, where, "", "the file is not BER from here on, or ends in the middle"),)
    elif facts.told["count"] != str(count):
        reason = f"the file says that it has {facts.told['count']} events, and has {count}"
        refused = (RefusedRecord(0, 0, "callEventsCount", reason),)
    yield RawTable(columns, np.arange(1, count + 1, dtype=np.int64), rows[:, 1].copy(), refused)


def _fill_facts(octets: bytes, facts: FileFacts) -> None:
    columns, rows, fault, _ = walked(octets, HEADER)
    if fault:
        columns, rows, _, _ = walked(_head_only(octets), HEADER)
    if not len(rows):
        raise UsageInvalid("the file has no header of NRTRDE", path="octet 0")
    told = {name: (as_text(column).at(len(rows) - 1) or b"").decode() for name, column in columns.items()}
    facts.sender, facts.recipient = told.pop("sender"), told.pop("recipient")
    facts.sequence = int(told["sequence"]) if told["sequence"].isdigit() else None
    facts.told |= told


def _head_only(octets: bytes) -> bytes:
    """The header as a file of its own: also of a file that ends in the middle of its events."""
    memory = np.zeros(ber.CURRENT, np.int64)
    if ber.read_head(octets[:64], 0, min(len(octets), 64), memory) < 0:
        return b""
    at = begin = int(memory[ber.CONTENT])
    while at < len(octets) and octets[at] & 0x20 == 0:
        status = ber.read_head(octets[at : at + 64], 0, min(len(octets) - at, 64), memory)
        if status < 0 or octets[at] == 0:
            break
        at += int(memory[ber.CONTENT]) + int(memory[ber.LENGTH])
    return holder_of(1, octets[begin:at], family=1)
