"""The simulated register's CTRL interface: the same variables, checks and words as osmo-hlr 1.5.0."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from tandem.oss.elements.protocols import ctrl
from tandem.oss.elements.protocols.ctrl import CtrlMessage
from tandem.oss.elements.simulated.subscribers import NumberInUse, Row, Subscribers

_IMSI: Final = re.compile(r"[0-9]{6,15}")
_MSISDN: Final = re.compile(r"[0-9]{1,15}")
_KEY: Final = re.compile(r"[0-9a-fA-F]{32}")
_SELECTOR: Final = re.compile(r"subscriber\.by-(imsi|msisdn|id)-([^.]*)\.([a-z0-9-]+)")
_ALGORITHMS_2G: Final = {"comp128v1": "COMP128v1", "comp128v2": "COMP128v2", "comp128v3": "COMP128v3", "xor": "XOR"}
# The real one would keep the others too, and compute nothing that a SIM understands.
_ALGORITHMS_3G: Final = frozenset((*_ALGORITHMS_2G, "milenage"))
_MOST_IND_BITS: Final = 28
_UNKNOWN: Final = "No such subscriber."
_UNKNOWN_BY_FLAG: Final = "An error has occurred."
_READABLE: Final = frozenset(("info", "info-aud", "info-all", "msisdn", "aud2g", "aud3g", "cs-enabled", "ps-enabled"))
_SETTABLE: Final = _READABLE - {"info", "info-aud", "info-all"}


class Refusal(Exception):
    """What the register answers in an ERROR."""


class Control:
    """Answers questions about subscribers and changes them."""

    def __init__(self, subscribers: Subscribers) -> None:
        self._subscribers = subscribers

    def answer(self, request: CtrlMessage) -> CtrlMessage:
        """The answer to one request."""
        try:
            if request.verb == ctrl.GET:
                return CtrlMessage(ctrl.GET_REPLY, request.id, request.variable, self._get(request.variable))
            if request.verb == ctrl.SET:
                value = self._set(request.variable, request.value)
                return CtrlMessage(ctrl.SET_REPLY, request.id, request.variable, value)
            raise Refusal("Trying to execute something not GET or SET")
        except Refusal as refusal:
            return CtrlMessage(ctrl.ERROR, request.id, "", str(refusal))

    def _get(self, variable: str) -> str:
        if variable in ("subscriber.create", "subscriber.delete"):
            raise Refusal("Write Only attribute")
        row, name = self._selected(variable)
        return _told(row, name)

    def _set(self, variable: str, value: str) -> str:
        if not value:
            raise Refusal("SET incomplete")
        if variable == "subscriber.create":
            return self._create(value)
        if variable == "subscriber.delete":
            return self._delete(value)
        _, name = _parsed(variable)
        if name not in _SETTABLE:
            raise Refusal("Read Only attribute")
        if not _passes(name, value):
            raise Refusal("Value failed verification.")
        row, _ = self._selected(variable, unknown=_UNKNOWN_BY_FLAG if name.endswith("-enabled") else _UNKNOWN)
        try:
            self._subscribers.change(row, **_CHANGES[name](row, value))
        except NumberInUse as fault:
            raise Refusal("Update MSISDN failed") from fault
        return "OK"

    def _create(self, imsi: str) -> str:
        if not _IMSI.fullmatch(imsi):
            raise Refusal("Invalid IMSI value.")
        if self._subscribers.find(imsi):
            raise Refusal("Subscriber already exists.")
        return str(self._subscribers.create(imsi).id)

    def _delete(self, imsi: str) -> str:
        if not _IMSI.fullmatch(imsi):
            raise Refusal("Invalid IMSI value.")
        row = self._subscribers.find(imsi)
        if row is None:
            raise Refusal("Subscriber doesn't exist.")
        self._subscribers.delete(row)
        return str(row.id)

    def _selected(self, variable: str, unknown: str = _UNKNOWN) -> tuple[Row, str]:
        (by, value), name = _parsed(variable)
        find = {"imsi": self._subscribers.find, "msisdn": self._subscribers.find_by_number}
        row = find[by](value) if by in find else self._subscribers.find_by_id(int(value))
        if row is None:
            raise Refusal(unknown)
        return row, name


def _parsed(variable: str) -> tuple[tuple[str, str], str]:
    match = _SELECTOR.fullmatch(variable)
    if match is None or match[3] not in _READABLE:
        raise Refusal("Command not found")
    allowed = {"imsi": _IMSI, "msisdn": _MSISDN, "id": re.compile(r"-?[0-9]+")}[match[1]]
    if not allowed.fullmatch(match[2]):
        raise Refusal("Invalid value part of 'by-xxx-value' selector.")
    return (match[1], match[2]), match[3]


def _passes(name: str, value: str) -> bool:
    if name.endswith("-enabled"):
        return value in ("0", "1")
    if name == "msisdn":
        return value == "none" or bool(_MSISDN.fullmatch(value))
    return value.lower() == "none" or "," in value


def _flag(column: str) -> Callable[[Row, str], dict[str, object]]:
    return lambda row, value: {column: value == "1"}


def _aud2g(row: Row, value: str) -> dict[str, object]:
    if value == "none":
        if not row.aud2g_algo:
            raise Refusal("Update aud2g failed.")
        return {"aud2g_algo": "", "aud2g_ki": ""}
    algorithm, _, ki = value.partition(",")
    if algorithm.lower() not in _ALGORITHMS_2G:
        raise Refusal("Unknown auth algorithm.")
    if not _KEY.fullmatch(ki):
        raise Refusal("Invalid KI.")
    return {"aud2g_algo": _ALGORITHMS_2G[algorithm.lower()], "aud2g_ki": ki.lower()}


def _aud3g(row: Row, value: str) -> dict[str, object]:
    columns: dict[str, object] = dict.fromkeys(("aud3g_algo", "aud3g_k", "aud3g_op", "aud3g_opc"), "")
    columns |= {"aud3g_sqn": 0, "aud3g_ind_bitlen": 5}
    if value == "none":
        if not row.aud3g_algo:
            raise Refusal("Update aud3g failed.")
        return columns
    parts = value.split(",")
    if parts[0].lower() not in _ALGORITHMS_3G:
        raise Refusal("Unknown auth algorithm.")
    if not _KEY.fullmatch(parts[1]):
        raise Refusal("Invalid KI.")
    if len(parts) not in (4, 5) or parts[2].lower() not in ("op", "opc"):
        raise Refusal("Invalid format.")
    if not _KEY.fullmatch(parts[3]):
        raise Refusal("Invalid OP/OPC.")
    bits = int(parts[4]) if len(parts) > 4 and parts[4].isdecimal() else 5
    if bits > _MOST_IND_BITS or parts[0].lower() != "milenage":
        raise Refusal("Update aud3g failed.")
    variant = f"aud3g_{parts[2].lower()}"
    return columns | {
        "aud3g_algo": "MILENAGE",
        "aud3g_k": parts[1].lower(),
        variant: parts[3].lower(),
        "aud3g_ind_bitlen": bits,
    }


_CHANGES: Final[dict[str, Callable[[Row, str], dict[str, object]]]] = {
    "msisdn": lambda row, value: {"msisdn": "" if value == "none" else value},
    "cs-enabled": _flag("nam_cs"),
    "ps-enabled": _flag("nam_ps"),
    "aud2g": _aud2g,
    "aud3g": _aud3g,
}


def _told(row: Row, name: str) -> str:
    """What a GET of this variable answers."""
    return {
        "info": lambda: ctrl.format_table(_info(row)),
        "info-aud": lambda: ctrl.format_table(_info_2g(row) | _info_3g(row)),
        "info-all": lambda: ctrl.format_table(_info(row) | _info_2g(row) | _info_3g(row)),
        "msisdn": lambda: row.msisdn or "none",
        "cs-enabled": lambda: str(int(row.nam_cs)),
        "ps-enabled": lambda: str(int(row.nam_ps)),
        "aud2g": lambda: ",".join((row.aud2g_algo, row.aud2g_ki)) if row.aud2g_algo else "none",
        "aud3g": lambda: _aud3g_line(row) if row.aud3g_algo else "none",
    }[name]()


def _info(row: Row) -> dict[str, str]:
    told = {
        "id": str(row.id),
        "imsi": row.imsi,
        "msisdn": row.msisdn,
        "nam_cs": str(int(row.nam_cs)),
        "nam_ps": str(int(row.nam_ps)),
        "vlr_number": row.vlr_number,
        "sgsn_number": row.sgsn_number,
        "ms_purged_cs": str(int(row.ms_purged_cs)),
        "ms_purged_ps": str(int(row.ms_purged_ps)),
        "periodic_lu_timer": "0",
        "periodic_rau_tau_timer": "0",
        "lmsi": "00000000",
    }
    return {name: cell for name, cell in told.items() if cell}


def _info_2g(row: Row) -> dict[str, str]:
    return {"aud2g.algo": row.aud2g_algo, "aud2g.ki": row.aud2g_ki} if row.aud2g_algo else {}


def _info_3g(row: Row) -> dict[str, str]:
    if not row.aud3g_algo:
        return {}
    name, variant = _variant(row)
    return {
        "aud3g.algo": row.aud3g_algo,
        "aud3g.k": row.aud3g_k,
        f"aud3g.{name}": variant,
        "aud3g.ind_bitlen": str(row.aud3g_ind_bitlen),
        "aud3g.sqn": str(row.aud3g_sqn),
    }


def _aud3g_line(row: Row) -> str:
    name, variant = _variant(row)
    return f"{row.aud3g_algo},{row.aud3g_k},{name.upper()},{variant},{row.aud3g_ind_bitlen}"


def _variant(row: Row) -> tuple[str, str]:
    return ("op", row.aud3g_op) if row.aud3g_op else ("opc", row.aud3g_opc)
