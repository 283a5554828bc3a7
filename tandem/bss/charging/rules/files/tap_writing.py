"""TAP files out: what we charge other networks for their subscribers in ours. Standard: GSMA TD.57, TAP 3.12.

What is written passes the checks of `tap_reading`: the totals are those of the events, every code stands in its table.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal

from tandem.bss.charging.rules.files import ber_writing as ber
from tandem.bss.charging.terms import UsageInvalid
from tandem.kernel.period import Instant

APPLICATION: Final = ber.APPLICATION
_TADIG: Final = re.compile(r"[A-Z0-9]{5}")
_TELEPHONY: Final = "11"
_MESSAGE: Final = {"mo": "22", "mt": "21"}
_RELEASE: Final = 12
_RECORDING_ENTITY: Final = 1
_MSC: Final = 1
_PLACES: Final = 6
MOST_EVENTS: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class VisitorUse:
    """What a subscriber of another network used in ours, and what we charge for it.

    Units: seconds, octets, millionths of the file's currency (tax in it apart). `other` is the called number, or of a
    terminated call the calling one; international digits. `started_at` is in the local time of the place.
    """

    kind: Literal["call", "message", "data"]
    direction: Literal["mo", "mt"]
    imsi: str
    msisdn: str
    started_at: Instant
    charge_micros: int
    duration_s: int = 0
    incoming_octets: int = 0
    outgoing_octets: int = 0
    other: str = ""
    apn: str = ""
    charging_id: int = 0
    tax_micros: int = 0


@dataclass(frozen=True, slots=True)
class TapAbout:
    """What a file says of itself. `rate`: how many of the local currency's units one of the file's is, in millionths,
    where the two differ. `is_test`: not for money.
    """

    sender: str
    recipient: str
    sequence: int
    cut_off_at: Instant
    available_at: Instant
    entity: str
    local_currency: str
    currency: str
    rate_micros: int | None = None
    is_test: bool = False


def write_tap(uses: Sequence[VisitorUse], about: TapAbout) -> bytes:
    """A file for one network; without uses a notification. Raises: UsageInvalid for what no file can say."""
    _check(uses, about)
    if not uses:
        return ber.holder(2, *_control(about), family=APPLICATION)
    offsets = {offset: code for code, offset in enumerate(dict.fromkeys(_offset(use.started_at) for use in uses))}
    events = [_event(use, offsets[_offset(use.started_at)], about) for use in uses]
    return ber.holder(
        1,
        ber.holder(4, *_control(about), family=APPLICATION),
        _accounting(uses, about),
        _networks(offsets, about),
        ber.holder(3, *events, family=APPLICATION),
        _audit(uses),
        family=APPLICATION,
    )


def _check(uses: Sequence[VisitorUse], about: TapAbout) -> None:
    for name, code in (("sender", about.sender), ("recipient", about.recipient)):
        if not _TADIG.fullmatch(code):
            raise UsageInvalid("a TADIG code has five characters", path=name, got=code)
    if not 1 <= about.sequence <= 99_999:
        raise UsageInvalid("a file sequence number is 1 to 99999", path="sequence", got=about.sequence)
    if len(uses) > MOST_EVENTS:
        raise UsageInvalid(f"a file has at most {MOST_EVENTS:,} events", path="uses", found=len(uses))
    if about.currency != about.local_currency and not about.rate_micros:
        raise UsageInvalid("two currencies need an exchange rate", path="rate_micros")
    for place, use in enumerate(uses):
        if not (use.imsi.isdigit() and 5 <= len(use.imsi) <= 15) or use.charge_micros < 0 or use.tax_micros < 0:
            raise UsageInvalid("a use has an IMSI, and a charge that is not negative", path=f"uses[{place}]")


def _value(tag: int, value: int | None) -> bytes:
    return ber.whole(tag, value, family=APPLICATION)


def _text(tag: int, value: str) -> bytes:
    return ber.text(tag, value, family=APPLICATION)


def _digits(tag: int, value: str) -> bytes:
    return ber.octets(tag, ber.bcd(value), family=APPLICATION) if value else b""


def _holder(tag: int, *parts: bytes) -> bytes:
    return ber.holder(tag, *parts, family=APPLICATION)


def _offset(at: Instant) -> str:
    offset = at.utcoffset() or timedelta()
    hours, minutes = divmod(abs(offset) // timedelta(minutes=1), 60)
    return f"{'+' if offset >= timedelta() else '-'}{hours:02}{minutes:02}"


def _long_time(tag: int, at: Instant) -> bytes:
    return _holder(tag, _text(16, f"{at:%Y%m%d%H%M%S}"), _text(231, _offset(at)))


def _control(about: TapAbout) -> list[bytes]:
    """Batch control information, of a notification too."""
    return [
        _text(196, about.sender),
        _text(182, about.recipient),
        _text(109, f"{about.sequence:05}"),
        _long_time(227, about.cut_off_at),
        _long_time(107, about.available_at),
        _value(201, 3),
        _value(189, _RELEASE),
        _text(110, "T") if about.is_test else b"",
    ]


def _accounting(uses: Sequence[VisitorUse], about: TapAbout) -> bytes:
    has_tax = any(use.tax_micros for use in uses)
    taxation = _holder(211, _holder(216, _value(212, 1), _text(217, "13"))) if has_tax else b""
    rate = b""
    if about.rate_micros is not None:
        rate = _holder(80, _holder(106, _value(105, 0), _value(159, _PLACES), _value(104, about.rate_micros)))
    own = _text(210, about.currency)
    return _holder(5, taxation, _text(135, about.local_currency), own, rate, _value(244, _PLACES))


def _networks(offsets: dict[str, int], about: TapAbout) -> bytes:
    table = (_holder(233, _value(232, code), _text(231, offset)) for offset, code in offsets.items())
    entity = _holder(183, _value(184, _RECORDING_ENTITY), _value(186, _MSC), _text(400, about.entity))
    return _holder(6, _holder(234, *table), _holder(188, entity))


def _event(use: VisitorUse, offset_code: int, about: TapAbout) -> bytes:
    subscriber = _holder(427, _holder(199, _digits(129, use.imsi), _digits(152, use.msisdn)))
    start = _holder(44, _text(16, f"{use.started_at:%Y%m%d%H%M%S}"), _value(232, offset_code))
    if use.kind == "data":
        return _data(use, subscriber, start, about)
    other = _other_party(use)
    basic = (subscriber, other, start, _value(223, use.duration_s))
    code = _TELEPHONY if use.kind == "call" else _MESSAGE[use.direction]
    service = _holder(36, _holder(426, _text(218, code)))
    used = _holder(38, _holder(39, service, _holder(70, _charge(use, "D" if use.kind == "call" else "E", about))))
    place = _holder(138, _holder(156, _value(184, _RECORDING_ENTITY)))
    if use.direction == "mo":
        return _holder(9, _holder(147, *basic), place, used)
    return _holder(10, _holder(153, *basic), place, used)


def _other_party(use: VisitorUse) -> bytes:
    if not use.other:
        return b""
    if use.direction == "mt":
        return _holder(41, _digits(405, use.other))
    return _holder(89, _digits(407, use.other))


def _data(use: VisitorUse, subscriber: bytes, start: bytes, about: TapAbout) -> bytes:
    destination = _holder(116, _text(261, use.apn or "internet"))
    basic = (_holder(115, subscriber), destination, start, _value(223, use.duration_s), _value(72, use.charging_id))
    place = _holder(117, _holder(118, _holder(185, _value(184, _RECORDING_ENTITY))))
    volumes = (_value(250, use.incoming_octets), _value(251, use.outgoing_octets))
    used = _holder(121, *volumes, _holder(70, _charge(use, "X", about)))
    return _holder(14, _holder(114, *basic), place, used)


def _charge(use: VisitorUse, item: str, about: TapAbout) -> bytes:
    rate = _value(105, 0) if about.rate_micros is not None else b""
    group = _holder(258, _value(259, 10 if item == "X" else 1), _value(255, 0), _value(256, 0))
    detail = _holder(63, _text(71, "00"), _value(62, use.charge_micros))
    tax = _holder(214, _holder(213, _value(212, 1), _value(397, use.tax_micros))) if use.tax_micros else b""
    return _holder(69, _text(66, item), rate, group, _holder(64, detail), tax)


def _audit(uses: Sequence[VisitorUse]) -> bytes:
    return _holder(
        15,
        _long_time(101, min(use.started_at for use in uses)),
        _long_time(102, max(use.started_at for use in uses)),
        _value(415, sum(use.charge_micros for use in uses)),
        _value(226, sum(use.tax_micros for use in uses)),
        _value(225, 0),
        _value(43, len(uses)),
    )
