"""The simulated register's subscribers, kept in a journal that a kill cannot harm.

Shape of the journal: one JSON object a line, `{"put": row}`, `{"delete": imsi}` or `{"peer": name, "ind": number}`; a
line that was cut short by a kill is the last one and is passed over. A change is written before it is answered.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import msgspec


class Row(msgspec.Struct, omit_defaults=True):
    """One subscriber, with the columns that osmo-hlr has; keys as hexadecimal digits."""

    id: int
    imsi: str
    msisdn: str = ""
    nam_cs: bool = True
    nam_ps: bool = True
    vlr_number: str = ""
    sgsn_number: str = ""
    ms_purged_cs: bool = False
    ms_purged_ps: bool = False
    aud2g_algo: str = ""
    aud2g_ki: str = ""
    aud3g_algo: str = ""
    aud3g_k: str = ""
    aud3g_op: str = ""
    aud3g_opc: str = ""
    aud3g_ind_bitlen: int = 5
    aud3g_sqn: int = 0


class NumberInUse(Exception):
    """Another subscriber has the number."""


class Subscribers:
    """Rows by IMSI and by number, and the slot of each peer that asks for authentication vectors."""

    def __init__(self, journal: Path) -> None:
        self._path = journal
        self._rows: dict[str, Row] = {}
        self._imsi_of_number: dict[str, str] = {}
        self._imsi_of_id: dict[int, str] = {}
        self._slots: dict[str, int] = {}
        self._descriptor = -1
        self.reload()

    def reload(self) -> None:
        """Forget everything, read the journal, and write it anew without what is past."""
        self.close()
        self._rows, self._imsi_of_number, self._imsi_of_id, self._slots = {}, {}, {}, {}
        if self._path.exists():
            for line in self._path.read_bytes().split(b"\n"):
                self._replay(line)
        self._rewrite()
        self._descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND)

    def close(self) -> None:
        """Let the journal go."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def find(self, imsi: str) -> Row | None:
        """The subscriber with that IMSI."""
        return self._rows.get(imsi)

    def find_by_number(self, msisdn: str) -> Row | None:
        """The subscriber with that number."""
        return self._rows.get(self._imsi_of_number.get(msisdn, ""))

    def find_by_id(self, id: int) -> Row | None:
        """The subscriber in that row."""
        return self._rows.get(self._imsi_of_id.get(id, ""))

    def create(self, imsi: str) -> Row:
        """A new subscriber, in the row after the highest one in use."""
        row = Row(id=self._highest_id() + 1, imsi=imsi)
        self._put(row)
        return row

    def change(self, row: Row, **columns: Any) -> None:
        """Give columns another value. Raises: NumberInUse."""
        number = columns.get("msisdn")
        if number and self._imsi_of_number.get(number, row.imsi) != row.imsi:
            raise NumberInUse(number)
        self._put(msgspec.structs.replace(row, **columns))

    def delete(self, row: Row) -> None:
        """Take a subscriber out."""
        self._write({"delete": row.imsi})
        self._forget(row.imsi)

    def slot_of(self, peer: str) -> int:
        """The peer's part of the sequence numbers (IND); the first one has 1, as in osmo-hlr."""
        if peer not in self._slots:
            slot = len(self._slots) + 1
            self._write({"peer": peer, "ind": slot})
            self._slots[peer] = slot
        return self._slots[peer]

    def _highest_id(self) -> int:
        # Rows come in the order of their ids, so the last one that is left has the highest.
        return next(reversed(self._imsi_of_id), 0)

    def _put(self, row: Row) -> None:
        self._write({"put": row})
        self._keep(row)

    def _keep(self, row: Row) -> None:
        before = self._rows.get(row.imsi)
        if before is not None:
            self._imsi_of_number.pop(before.msisdn, None)
        self._rows[row.imsi] = row
        self._imsi_of_id[row.id] = row.imsi
        if row.msisdn:
            self._imsi_of_number[row.msisdn] = row.imsi

    def _forget(self, imsi: str) -> None:
        row = self._rows.pop(imsi, None)
        if row is not None:
            self._imsi_of_number.pop(row.msisdn, None)
            self._imsi_of_id.pop(row.id, None)

    def _replay(self, line: bytes) -> None:
        try:
            entry = msgspec.json.decode(line)
        except msgspec.DecodeError:
            return
        if "put" in entry:
            self._keep(msgspec.convert(entry["put"], Row))
        elif "delete" in entry:
            self._forget(entry["delete"])
        else:
            self._slots[entry["peer"]] = entry["ind"]

    def _write(self, entry: dict[str, Any]) -> None:
        os.write(self._descriptor, msgspec.json.encode(entry) + b"\n")

    def _rewrite(self) -> None:
        entries: list[dict[str, Any]] = [{"put": row} for row in self._rows.values()]
        entries += [{"peer": peer, "ind": slot} for peer, slot in self._slots.items()]
        fresh = self._path.with_suffix(".fresh")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.writelines(msgspec.json.encode(entry) + b"\n" for entry in entries)
        fresh.replace(self._path)
