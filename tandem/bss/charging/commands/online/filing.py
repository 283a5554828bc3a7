"""Closed charging data records as files for whoever collects them."""

from __future__ import annotations

from typing import Final, NamedTuple

from tandem.bss.charging.rules.files.cdrs import write_cdrs, write_cdrs_text
from tandem.bss.charging.rules.files.ts32297 import Written
from tandem.bss.charging.rules.online.filed import filed
from tandem.bss.charging.store import sessions
from tandem.kernel.store import Uow

IN_A_FILE: Final = 10_000
_LOOPBACK: Final = bytes((127, 0, 0, 1))


class RecordFile(NamedTuple):
    """A file of records: its name without an ending, as BER (TS 32.297) and as delimited text."""

    name: str
    ber: bytes
    text: bytes


def file_records(uow: Uow) -> RecordFile | None:
    """The records that stand in no file yet as one, noted to stand in it; none where there are none.

    The caller writes it before the transaction is kept: what is killed in between is written again under another
    name, with the same names of records.
    """
    waiting = sessions.unwritten_records(uow, IN_A_FILE)
    if not waiting:
        return None
    name = f"chf-{uow.tenant}-{uow.now:%Y%m%dT%H%M%S%f}"
    records = [filed(doc) for _, _, doc in waiting]
    sessions.mark_written(uow, [(key, number) for key, number, _ in waiting], name)
    about = Written(
        opened=min(record.opened_at for record in records),
        closed=uow.now,
        sequence=int(uow.now.timestamp()) & 0xFFFFFFFF,
        address=_LOOPBACK,
    )
    return RecordFile(name, write_cdrs(records, about), write_cdrs_text(records))
