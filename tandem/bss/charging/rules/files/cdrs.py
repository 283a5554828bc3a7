"""The charging data records that our own charging function closes: as BER in a file of TS 32.297, and as text.

Standard: 3GPP TS 32.298, CHFRecord. `write_cdrs` and `write_cdrs_text` tell the same: a reader of either has the same
columns and the same identities.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from tandem.bss.charging.rules.files import ber_writing as ber
from tandem.bss.charging.rules.files.form import Field, Fields, FileForm
from tandem.bss.charging.rules.files.ts32297 import Written, file_of
from tandem.kernel.period import Instant, text_of

RECORD_TYPE: Final = 200
_KINDS: Final = {"data": "200", "message": "1200", "voice": "2200"}


@dataclass(frozen=True, slots=True)
class ClosedUse:
    """What was used of one rating group within a record, between two reports. `None`: not told.

    Units: seconds, octets, `specific` in the service's own. `triggers` are numbers of SMFTrigger.
    """

    rating_group: int
    sequence: int
    time_s: int | None = None
    uplink_octets: int | None = None
    downlink_octets: int | None = None
    total_octets: int | None = None
    specific: int | None = None
    service_id: int | None = None
    first_at: Instant | None = None
    last_at: Instant | None = None
    triggers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ClosedRecord:
    """A record that is whole. `sequence` numbers the partial records of a session from 1; `cause` is the standard's
    CauseForRecClosing: 0 the session ended, 4 abnormally, 1 and 16 to 30 the record only.

    `consumer` is the NetworkFunctionality that asked (1: SMF). `destination` is international digits.
    """

    session: str
    subscriber: str
    subscriber_kind: Literal["msisdn", "imsi"]
    opened_at: Instant
    duration_s: int
    sequence: int
    cause: int
    service: Literal["data", "voice", "message"]
    local_sequence: int
    function: str
    uses: tuple[ClosedUse, ...]
    consumer: int = 1
    charging_id: int = 0
    pdu_session: int = 0
    dnn: str = ""
    rat_type: int | None = None
    network: str = ""
    destination: str = ""


def write_cdrs(records: Iterable[ClosedRecord], about: Written) -> bytes:
    """A file of TS 32.297 with the records in BER. Raises: UsageInvalid for a record that is too long for it."""
    return file_of([encode(record) for record in records], about)


def encode(record: ClosedRecord) -> bytes:
    """One CHFRecord."""
    kind = 0 if record.subscriber_kind == "msisdn" else 1
    return ber.holder(
        RECORD_TYPE,
        ber.whole(0, RECORD_TYPE),
        ber.text(1, record.function),
        ber.holder(2, ber.whole(0, kind), ber.text(1, record.subscriber)),
        ber.holder(3, ber.whole(0, record.consumer)),
        ber.holder(5, *(_group(use) for use in record.uses)),
        ber.octets(6, ber.stamp(record.opened_at)),
        ber.whole(7, record.duration_s),
        ber.whole(8, record.sequence),
        ber.whole(9, record.cause),
        ber.whole(11, record.local_sequence),
        _about_service(record),
        ber.octets(16, record.session.encode()),
    )


def _group(use: ClosedUse) -> bytes:
    container = ber.sequence(
        ber.whole(0, use.service_id),
        ber.whole(1, use.time_s),
        ber.holder(2, *(ber.whole(0, trigger) for trigger in use.triggers)) if use.triggers else b"",
        ber.octets(3, ber.stamp(use.last_at)) if use.last_at else b"",
        ber.whole(4, use.total_octets),
        ber.whole(5, use.uplink_octets),
        ber.whole(6, use.downlink_octets),
        ber.whole(7, use.specific),
        ber.whole(9, use.sequence),
        _times(use),
    )
    return ber.sequence(ber.whole(0, use.rating_group), ber.holder(1, container))


def _times(use: ClosedUse) -> bytes:
    if use.first_at is None:
        return b""
    last = ber.octets(3, ber.stamp(use.last_at)) if use.last_at else b""
    return ber.holder(11, ber.octets(2, ber.stamp(use.first_at)), last)


def _about_service(record: ClosedRecord) -> bytes:
    if record.service == "message":
        recipient = ber.sequence(ber.octets(1, ber.address(record.destination)))
        return ber.holder(15, ber.holder(2, recipient), ber.octets(8, ber.stamp(record.opened_at)))
    if record.service == "voice":
        return ber.holder(28, ber.holder(16, ber.text(1, f"tel:+{record.destination}")))
    return ber.holder(
        13,
        ber.whole(0, record.charging_id),
        ber.whole(6, record.pdu_session),
        ber.whole(12, record.rat_type),
        ber.text(13, record.dnn),
        ber.octets(27, ber.network(record.network)),
    )


# -- the same as text -------------------------------------------------------------------------------------------------

COLUMNS: Final = (
    "record_id", "session", "partial_sequence", "cause", "service", "served", "destination", "started_at",
    "duration_seconds", "octets", "count", "network", "rating_group", "dnn", "rat_type", "service_id", "record_kind",
)  # fmt: skip

TEXT_FORM: Final = FileForm(
    name="chf-csv",
    kind="delimited",
    fields=Fields(
        record_id=Field(source=("record_id",)),
        served=Field(source=("served",)),
        service=Field(source=("service",)),
        started_at=Field(source=("started_at",)),
        duration_s=Field(source=("duration_seconds",)),
        octets=Field(source=("octets",)),
        count=Field(source=("count",)),
        destination=Field(source=("destination",)),
        network=Field(source=("network",)),
        rating_group=Field(source=("rating_group",)),
        session=Field(source=("session",)),
        partial_seq=Field(source=("partial_sequence",)),
        is_last=Field(source=("cause",), values=dict.fromkeys(("0", "4"), "true"), others="false"),
    ),
)
"""How what `write_cdrs_text` writes is read."""


def write_cdrs_text(records: Iterable[ClosedRecord]) -> bytes:
    """Delimited text with a line for each use, the columns' names first."""
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\n")
    lines.writerow(COLUMNS)
    for record in records:
        lines.writerows(_lines(record))
    return out.getvalue().encode()


def _lines(record: ClosedRecord) -> Iterator[list[str]]:
    for place, use in enumerate(record.uses):
        summed = (use.uplink_octets or 0) + (use.downlink_octets or 0)
        is_told = use.uplink_octets is not None or use.downlink_octets is not None
        octets = use.total_octets if use.total_octets is not None else summed if is_told else None
        told = (
            f"{record.session}:{record.sequence}:{use.rating_group}:{place}",
            record.session,
            record.sequence,
            record.cause,
            record.service,
            record.subscriber,
            record.destination,
            text_of(use.first_at or record.opened_at),
            record.duration_s if use.time_s is None else use.time_s,
            octets,
            use.specific,
            record.network,
            use.rating_group,
            record.dnn,
            record.rat_type,
            use.service_id,
            _KINDS[record.service],
        )
        yield ["" if one is None else str(one) for one in told]
