"""Charging data records of sessions: filled by what is used, closed at the end or at a limit.

Standard: 3GPP TS 32.298 (CHF record, type 200), clause 5.1.5; causes from its CauseForRecClosing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

from tandem.bss.charging.rules.online.state import Container, RecordState, SessionState
from tandem.bss.charging.terms.online import SessionPolicy
from tandem.kernel.json import Doc
from tandem.kernel.period import text_of

RECORD_TYPE: Final = 200
NORMAL_RELEASE: Final = 0
ABNORMAL_RELEASE: Final = 4
VOLUME_LIMIT: Final = 16
TIME_LIMIT: Final = 17
MAX_CHANGES: Final = 19
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SUBSCRIPTION: Final = {
    "msisdn": "END_USER_E164",
    "imsi": "END_USER_IMSI",
    "nai": "END_USER_NAI",
    "line": "END_USER_PRIVATE",
}
_CONTAINER: Final = (
    ("serviceIdentifier", "service_id"),
    ("time", "time_s"),
    ("dataTotalVolume", "total_octets"),
    ("dataVolumeUplink", "uplink_octets"),
    ("dataVolumeDownlink", "downlink_octets"),
    ("serviceSpecificUnits", "specific"),
    ("localSequenceNumber", "sequence"),
)


class ClosedRecord(NamedTuple):
    """A record that is complete. `cause` is CauseForRecClosing."""

    session: str
    number: int
    opened_us: int
    closed_us: int
    cause: int
    doc: Doc


def note(record: RecordState, container: Container) -> None:
    """Fill in what was used."""
    record.containers.append(container)
    told = (container.uplink_octets or 0) + (container.downlink_octets or 0)
    record.octets += container.total_octets if container.total_octets is not None else told


def cause_to_close(record: RecordState, at_us: int, limits: SessionPolicy) -> int | None:
    """Which limit the record has reached, if any; one without use is not closed by time."""
    if not record.containers:
        return None
    if record.octets >= limits.record_octets:
        return VOLUME_LIMIT
    if at_us - record.opened_us >= limits.record_s * 1_000_000:
        return TIME_LIMIT
    return MAX_CHANGES if len(record.containers) >= limits.record_containers else None


def close(session: str, state: SessionState, *, at_us: int, cause: int) -> ClosedRecord:
    """The record as it is kept for good; the session's next one begins."""
    record = state.record
    closed = ClosedRecord(
        session, record.number, record.opened_us, at_us, cause, _document(session, state, at_us=at_us, cause=cause)
    )
    state.record = RecordState(number=record.number + 1, opened_us=at_us)
    return closed


def _document(session: str, state: SessionState, *, at_us: int, cause: int) -> Doc:
    record = state.record
    doc: Doc = {
        "recordType": RECORD_TYPE,
        "recordingNetworkFunctionID": "tandem",
        "subscriberIdentifier": {
            "subscriptionIDType": _SUBSCRIPTION[state.subscriber_kind],
            "subscriptionIDData": state.subscriber,
        },
        "chargingSessionIdentifier": session,
        "listOfMultipleUnitUsage": _usage(record.containers),
        "recordOpeningTime": _text(record.opened_us),
        "duration": max(0, at_us - record.opened_us) // 1_000_000,
        "localRecordSequenceNumber": record.number,
        "causeForRecClosing": cause,
        "serviceType": state.service,
        "productId": state.product_id,
    }
    if record.number > 1 or cause not in (NORMAL_RELEASE, ABNORMAL_RELEASE):
        doc["recordSequenceNumber"] = record.number
    told = {"servingNetwork": state.network, "calledPartyAddress": state.destination, "information": dict(state.facts)}
    return {**doc, **{name: value for name, value in told.items() if value}}


def _usage(containers: Sequence[Container]) -> list[Doc]:
    by_group: dict[int, list[Doc]] = {}
    for one in containers:
        by_group.setdefault(one.rating_group, []).append(_used(one))
    return [{"ratingGroup": group, "usedUnitContainers": used} for group, used in sorted(by_group.items())]


def _used(one: Container) -> Doc:
    doc: Doc = {name: value for name, field in _CONTAINER if (value := getattr(one, field)) is not None}
    doc["timeOfFirstUsage"] = _text(one.started_us)
    told: dict[str, Any] = {
        "timeOfLastUsage": _text(one.ended_us) if one.ended_us else None,
        "triggers": list(one.triggers) or None,
    }
    return {**doc, **{name: value for name, value in told.items() if value is not None}}


def _text(us: int) -> str:
    return text_of(_EPOCH + timedelta(microseconds=us))
