"""TAP files in: the checks that reject a file, and its events as a raw table. Standard: GSMA TD.57, TAP 3.12."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tandem.bss.charging.rules.files import slices, tap
from tandem.bss.charging.rules.files.columns import I64, NOT_TOLD, FileFacts, RefusedRecord
from tandem.bss.charging.rules.files.excluding import as_text
from tandem.bss.charging.rules.files.form import Field, Fields, FileForm, Time
from tandem.bss.charging.rules.files.lines import Octets
from tandem.bss.charging.rules.files.raw import RawColumn, RawTable, Whole
from tandem.bss.charging.rules.files.tap import TapFault, TapFile
from tandem.bss.charging.terms import UsageInvalid

_OFFSET: Final = re.compile(r"[+-]([01][0-9]|2[0-3])[0-5][0-9]")
_TADIG: Final = re.compile(r"[A-Z0-9]{5}")
_CURRENCY: Final = re.compile(r"[A-Z]{3}")
_LOCAL: Final = re.compile(r"20[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])([01][0-9]|2[0-3])([0-5][0-9]){2}")
_SEQUENCE: Final = re.compile(r"[0-9]{5}")
_RELEASES: Final = (10, 11, 12)
_MESSAGES: Final = ("21", "22")
"""TeleServiceCodes of short messages."""

FORM: Final = FileForm(
    name="tap3",
    kind="tap3",
    fields=Fields(
        served=Field(source=("msisdn", "imsi")),
        service=Field(
            source=("kind",),
            values={
                **dict.fromkeys(("moc", "mtc", "434"), "voice"),
                **dict.fromkeys(("mo-sms", "mt-sms", "433"), "message"),
                "14": "data",
            },
        ),
        started_at=Field(source=("started",), time=Time(pattern="%Y%m%d%H%M%S%z")),
        duration_s=Field(source=("duration",)),
        octets=Field(source=("incoming", "outgoing"), sum=True),
        destination=Field(source=("called", "dialled")),
        network=Field(source=("network",)),
        value=Field(source=("value",)),
        currency=Field(source=("currency",)),
        session=Field(source=("session",)),
        is_last=Field(source=("partial",), values={"L": "true"}, others="false"),
    ),
    details=("imsi", "calling", "apn", "cell", "cause", "call_reference", "event_reference", "tele_service", "kind"),
)
"""What a visited network charges."""


def read_tap(stream: Octets, facts: FileFacts) -> Iterator[RawTable]:
    """The events of a file. Raises: UsageInvalid for a file with fatal faults; `faults` tells them all."""
    octets = whole_file(stream)
    looked = look_through(octets, facts)
    if any(fault.severity == "fatal" for fault in looked.faults):
        first = next(fault for fault in looked.faults if fault.severity == "fatal")
        report = tap.refusal_report(facts, looked.faults).decode()
        raise UsageInvalid(f"the file is rejected: {first.reason}", path=first.item, report=report)
    if octets[0] & 31 == 1:
        yield _events(looked, facts)


def whole_file(stream: Octets) -> bytes:
    """A file that is checked as a whole. Raises: UsageInvalid when it is too long."""
    pieces, length = [], 0
    while piece := stream.read(1 << 20):
        pieces.append(piece)
        length += len(piece)
        if length > tap.LONGEST:
            raise UsageInvalid(f"a file of this kind has at most {tap.LONGEST:,} octets", path=f"octet {length}")
    return b"".join(pieces)


def look_through(octets: bytes, facts: FileFacts) -> TapFile:
    """A file's header and tables, its fatal faults, and its facts."""
    columns, rows, fault, where = tap.walked(octets, tap.HEADER)
    looked = TapFile(octets, columns, {}, {})
    if fault or not len(rows):
        looked.faults.append(TapFault("fatal", "file", f"not BER of TAP 3 to its end: octet {where}", 0, where))
        return looked
    _control(looked, facts)
    if int(rows[0, 2]) == 1:
        _tables(looked)
        _accounting(looked, facts)
        _audit(looked, facts)
    return looked


def _control(looked: TapFile, facts: FileFacts) -> None:
    facts.sender, facts.recipient = looked.text("sender"), looked.text("recipient")
    for name, found in (("sender", facts.sender), ("recipient", facts.recipient)):
        if not _TADIG.fullmatch(found):
            looked.fatal(name, f"{name} is a TADIG code of five characters")
    sequence = looked.text("sequence")
    if not _SEQUENCE.fullmatch(sequence) or sequence == "00000":
        looked.fatal("fileSequenceNumber", "a file sequence number is 00001 to 99999")
    else:
        facts.sequence = int(sequence)
    if looked.whole("specification") != 3 or looked.whole("release") not in _RELEASES:
        looked.fatal("specificationVersionNumber", "the file is not of TAP 3.10 to 3.12")
    for name in ("cut_off", "available"):
        offset = looked.text(f"{name}_offset")
        if not _LOCAL.fullmatch(looked.text(name)) or not _OFFSET.fullmatch(offset):
            looked.fatal(f"{name}TimeStamp", f"the time {name.replace('_', ' ')} is missing or no time")
    facts.told |= {"available": looked.text("available") + looked.text("available_offset")}
    facts.told |= {"fileType": looked.text("file_type"), "release": f"3.{looked.whole('release')}"}


def _tables(looked: TapFile) -> None:
    """The tables of UTC offsets and of exchange rates."""
    columns, _, _, _ = tap.walked(looked.octets, tap.OFFSETS)
    codes, texts = _values(columns["code"]), slices.text_array(as_text(columns["offset"])).to_pylist()
    told = [(int(code), text) for code, text in zip(codes, texts, strict=True) if code >= 0 or text]
    looked.offsets = dict(told)
    if not told or any(count > 1 for count in Counter(code for code, _ in told).values()):
        looked.fatal("utcTimeOffsetInfo", "there is no table of UTC offsets, or a code stands in it twice")
    if any(code < 0 or not _OFFSET.fullmatch(text) for code, text in told):
        looked.fatal("utcTimeOffsetInfo", "an entry of the table of UTC offsets is not whole")
    columns, _, _, _ = tap.walked(looked.octets, tap.RATES)
    rates = zip(*(_values(columns[name]).tolist() for name in ("code", "places", "rate")), strict=True)
    entries = [entry for entry in rates if entry != (NOT_TOLD, NOT_TOLD, NOT_TOLD)]
    looked.rates = {code: (places, rate) for code, places, rate in entries}
    if len(looked.rates) < len(entries) or any(min(entry) < 0 or entry[2] == 0 for entry in entries):
        looked.fatal("currencyConversionInfo", "an exchange rate is not whole, or its code stands twice")


def _accounting(looked: TapFile, facts: FileFacts) -> None:
    local, own = looked.text("local_currency"), looked.text("tap_currency")
    if not _CURRENCY.fullmatch(local) or (own and not _CURRENCY.fullmatch(own)):
        looked.fatal("localCurrency", "the local currency is missing, or a currency has not three letters")
    places = looked.whole("decimal_places")
    if not 0 <= places <= 6:
        looked.fatal("tapDecimalPlaces", "the number of decimal places is missing or not 0 to 6")
    if own and own != local and not looked.rates:
        looked.fatal("currencyConversionInfo", f"there is no exchange rate from {own} to {local}")
    facts.told |= {"currency": own or local, "decimalPlaces": str(places)}


def _audit(looked: TapFile, facts: FileFacts) -> None:
    """The totals at the end are those of the events."""
    if looked.whole("audit") == NOT_TOLD:
        looked.fatal("auditControlInfo", "there are no audit totals")
        return
    _, rows, _, _ = tap.walked(looked.octets, tap.EVENTS)
    _, charges = charges_of(looked)
    found = {
        "count": len(rows),
        "total_charge": int(charges.sum()),
        "total_tax": tap.total_of(looked.octets, 397),
        "total_discount": tap.total_of(looked.octets, 412),
    }
    for name, total in found.items():
        told = looked.whole(name)
        if told != total:
            looked.fatal(name, f"{name.replace('_', ' ')} is told as {told}, and is {total}")
    facts.told |= {name: str(total) for name, total in found.items()}


def charges_of(looked: TapFile) -> tuple[I64, I64]:
    """Of each event the code of its exchange rate, and what it is charged in all. Standard: charge type 00."""
    columns, rows, _, _ = tap.walked(looked.octets, tap.CHARGES)
    if not len(rows):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    event = np.cumsum(rows[:, 3] == 0) - 1
    is_total = slices.matches(as_text(columns["type"]), b"00")
    each = np.where(is_total, np.maximum(_values(columns["charge"]), 0), 0)
    sums = np.bincount(event, minlength=event[-1] + 1) * 0
    np.add.at(sums, event, each)
    first = np.flatnonzero(rows[:, 3] == 0)
    own = np.maximum(_values(columns["event_charge"])[first], 0)
    codes = np.where(_values(columns["rate_code"]) >= 0, _values(columns["rate_code"]), NOT_TOLD)[first]
    return np.where(codes < 0, _values(columns["event_rate_code"])[first], codes), sums + own


def _values(column: RawColumn) -> I64:
    return cast(Whole, column).values


def _events(looked: TapFile, facts: FileFacts) -> RawTable:
    columns, rows, _, _ = tap.walked(looked.octets, tap.EVENTS)
    count = len(rows)
    tele = slices.text_array(as_text(columns["tele_service"]))
    columns["kind"] = slices.from_array(_kinds(rows[:, 2], tele))
    codes = _values(columns["offset_code"])
    offsets = pa.array([looked.offsets.get(int(code), "") for code in codes], pa.string())
    local = slices.text_array(as_text(columns["local"]))
    columns["started"] = slices.from_array(pc.binary_join_element_wise(local, offsets, ""))
    serving = as_text(columns["serving"])
    columns["network"] = slices.first_told([serving, slices.constant(facts.sender.encode(), count)])
    rates, charges = charges_of(looked)
    places = looked.whole("decimal_places")
    columns["value"] = Whole(charges * 10 ** (6 - places))
    columns["currency"] = slices.constant(facts.told["currency"].encode(), count)
    session = slices.text_array(as_text(columns["charging_id"]), empty_is_null=True)
    sender = pa.array([facts.sender] * count, pa.string())
    columns["session"] = slices.from_array(pc.binary_join_element_wise(session, sender, "@", null_handling="emit_null"))
    line = np.arange(1, count + 1, dtype=np.int64)
    table = RawTable(columns, line, rows[:, 1].copy())
    return _without_severe(table, looked, rates)


def _kinds(tags: I64, tele: pa.Array) -> pa.Array:
    """What an event is: calls and messages of the same record type by their teleservice."""
    is_message = pc.is_in(tele, pa.array(_MESSAGES)).to_numpy(zero_copy_only=False)
    names = np.array([str(tag) for tag in tags.tolist()], object)
    names[tags == 9] = "moc"
    names[tags == 10] = "mtc"
    names[(tags == 9) & is_message] = "mo-sms"
    names[(tags == 10) & is_message] = "mt-sms"
    return pa.array(names, pa.string())


def _without_severe(table: RawTable, looked: TapFile, rates: I64) -> RawTable:
    """Events whose codes stand in no table are refused."""
    codes = _values(table.columns["offset_code"])
    wrong = {
        "utcTimeOffsetCode": ~np.isin(codes, list(looked.offsets)),
        "exchangeRateCode": (rates >= 0) & ~np.isin(rates, list(looked.rates)),
    }
    refused = [
        RefusedRecord(int(table.line[row]), int(table.offset[row]), name, f"its {name} stands in no table of the file")
        for name, rows in wrong.items()
        for row in np.flatnonzero(rows)
    ]
    kept = ~(wrong["utcTimeOffsetCode"] | wrong["exchangeRateCode"])
    looked.faults += [TapFault("severe", one.field, one.reason, one.line, one.offset) for one in refused]
    columns: dict[str, RawColumn] = {
        name: Whole(column.values[kept]) if isinstance(column, Whole) else as_text(column).take(kept)
        for name, column in table.columns.items()
    }
    return RawTable(columns, table.line[kept], table.offset[kept], tuple({one.line: one for one in refused}.values()))
