"""The simulated register's GSUP side: who may be authenticated, who may attach where, and what is told about them."""

from __future__ import annotations

from typing import Final

from tandem.oss.elements.protocols.gsup import Domain, GsupMessage, Kind
from tandem.oss.elements.simulated.authentication import vectors_for
from tandem.oss.elements.simulated.subscribers import Row, Subscribers

_UNKNOWN, _DATA_NOT_ALLOWED, _NETWORK_NOT_ALLOWED, _NETWORK_FAILURE, _UNEXPECTED = 0x02, 0x07, 0x0B, 0x11, 0x62
_EVERY_ACCESS_POINT: Final = ((1, "*"),)


class HomeProcedures:
    """One peer's procedures: a switch or a gateway that has said its name."""

    def __init__(self, subscribers: Subscribers, peer: str) -> None:
        self._subscribers = subscribers
        self._peer = peer
        self._updating: set[str] = set()

    def answer(self, request: GsupMessage) -> GsupMessage | None:
        """What the register says to this message; None where no answer is due."""
        procedure = {
            Kind.SEND_AUTH_INFO_REQUEST: self._authenticate,
            Kind.UPDATE_LOCATION_REQUEST: self._update_location,
            Kind.INSERT_DATA_RESULT: self._data_inserted,
            Kind.INSERT_DATA_ERROR: self._data_not_inserted,
            Kind.PURGE_MS_REQUEST: self._purge,
        }.get(request.kind)
        if procedure is not None:
            return procedure(request)
        return _refusal(request, _UNEXPECTED) if request.kind.is_request else None

    def _authenticate(self, request: GsupMessage) -> GsupMessage:
        row = self._subscribers.find(request.imsi)
        if row is None or not (row.aud2g_algo or row.aud3g_algo):
            return _refusal(request, _UNKNOWN)
        vectors, sqn = vectors_for(row, self._subscribers.slot_of(self._peer))
        if not vectors:
            return _refusal(request, _NETWORK_FAILURE)
        if sqn != row.aud3g_sqn:
            self._subscribers.change(row, aud3g_sqn=sqn)
        return GsupMessage(kind=request.kind.result, imsi=request.imsi, vectors=tuple(vectors))

    def _update_location(self, request: GsupMessage) -> GsupMessage:
        row = self._subscribers.find(request.imsi)
        if row is None:
            return _refusal(request, _UNKNOWN)
        for_calls = request.domain is Domain.CS
        if not (row.nam_cs if for_calls else row.nam_ps):
            return _refusal(request, _NETWORK_NOT_ALLOWED if for_calls else _DATA_NOT_ALLOWED)
        self._locate(row, for_calls)
        self._updating.add(request.imsi)
        return GsupMessage(
            kind=Kind.INSERT_DATA_REQUEST,
            imsi=request.imsi,
            msisdn=row.msisdn,
            access_points=() if for_calls else _EVERY_ACCESS_POINT,
            domain=Domain.CS if for_calls else Domain.PS,
        )

    def _locate(self, row: Row, for_calls: bool) -> None:
        if for_calls:
            self._subscribers.change(row, vlr_number=self._peer, ms_purged_cs=False)
        else:
            self._subscribers.change(row, sgsn_number=self._peer, ms_purged_ps=False)

    def _data_inserted(self, request: GsupMessage) -> GsupMessage | None:
        if request.imsi not in self._updating:
            return None
        self._updating.discard(request.imsi)
        return GsupMessage(kind=Kind.UPDATE_LOCATION_RESULT, imsi=request.imsi)

    def _data_not_inserted(self, request: GsupMessage) -> GsupMessage | None:
        if request.imsi not in self._updating:
            return None
        self._updating.discard(request.imsi)
        return GsupMessage(kind=Kind.UPDATE_LOCATION_ERROR, imsi=request.imsi, cause=_NETWORK_FAILURE)

    def _purge(self, request: GsupMessage) -> GsupMessage:
        row = self._subscribers.find(request.imsi)
        if row is None:
            return _refusal(request, _UNKNOWN)
        column = "ms_purged_cs" if request.domain is Domain.CS else "ms_purged_ps"
        self._subscribers.change(row, **{column: True})
        return GsupMessage(kind=request.kind.result, imsi=request.imsi)


def _refusal(request: GsupMessage, cause: int) -> GsupMessage:
    return GsupMessage(kind=request.kind.error, imsi=request.imsi, cause=cause)
