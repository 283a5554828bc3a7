"""Reads the files of the sandbox. What is wrong is told by line and place; other lines go on."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, TypeVar

import msgspec

from tandem.bss.catalog.public import check_tariff
from tandem.bss.catalog.terms.tariff import Tariff
from tandem.bss.charging.terms.sandbox import Refusal, StateFile, TariffFile, UsageLine
from tandem.kernel.errors import Invalid
from tandem.kernel.period import instant, zone

_PLACE: Final = re.compile(r"(?P<reason>.*?)(?: - at `\$?\.?(?P<path>.*)`)?", re.DOTALL)
_Form = TypeVar("_Form")


def read_tariffs(data: bytes, *, file: str) -> tuple[tuple[Tariff, ...], tuple[Refusal, ...]]:
    """The tariffs of a file, or why there are none: words that are not of the vocabulary, and what the check finds."""
    several = b'"tariffs"' in data[:200]
    read, refusals = (
        _decoded(data, TariffFile, file=file, line=0) if several else _decoded(data, Tariff, file=file, line=0)
    )
    if read is None:
        return (), refusals
    tariffs = read.tariffs if isinstance(read, TariffFile) else (read,)
    found = tuple(
        Refusal(
            file=file,
            line=0,
            path=f"tariffs[{index}].{finding.path}" if several else finding.path,
            reason=finding.reason,
        )
        for index, tariff in enumerate(tariffs)
        for finding in check_tariff(tariff)
    )
    return (() if found else tariffs), found


def read_usage(lines: Iterable[bytes], *, file: str) -> tuple[list[tuple[int, UsageLine]], list[Refusal]]:
    """The uses of a file with the numbers of their lines, and the lines that are none. Empty lines are passed over."""
    uses: list[tuple[int, UsageLine]] = []
    refusals: list[Refusal] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        use, refused = _decoded(line, UsageLine, file=file, line=number)
        refused = refused or _moments(file, number, {"start": use.start if use else None})
        if use is None or refused:
            refusals += refused
        else:
            uses.append((number, use))
    return uses, refusals


def read_state(data: bytes, *, file: str) -> tuple[StateFile, tuple[Refusal, ...]]:
    """A state, or everything that is wrong with it."""
    state, refusals = _decoded(data, StateFile, file=file, line=0)
    if state is None:
        return StateFile(), refusals
    found: list[Refusal] = []
    for index, one in enumerate(state.subscribers):
        place = f"subscribers[{index}]"
        found += _moments(file, 0, {f"{place}.activeFrom": one.active_from})
        found += [] if one.time_zone is None else _zone(file, f"{place}.timeZone", one.time_zone)
    for index, bucket in enumerate(state.buckets):
        place = f"buckets[{index}]"
        found += _moments(file, 0, {f"{place}.start": bucket.start, f"{place}.end": bucket.end})
        if (bucket.subscriber is None) == (bucket.account is None):
            found.append(Refusal(file=file, line=0, path=place, reason="it is of a subscriber or of an account"))
    return state, tuple(found)


def _zone(file: str, path: str, name: str) -> list[Refusal]:
    try:
        zone(name)
    except Invalid as fault:
        return [Refusal(file=file, line=0, path=path, reason=fault.reason)]
    return []


def _moments(file: str, line: int, told: dict[str, str | None]) -> tuple[Refusal, ...]:
    """Instants that are none."""
    found = []
    for path, text in told.items():
        try:
            None if text is None else instant(text)
        except Invalid as fault:
            found.append(Refusal(file=file, line=line, path=path, reason=fault.reason))
    return tuple(found)


def _decoded(data: bytes, form: type[_Form], *, file: str, line: int) -> tuple[_Form | None, tuple[Refusal, ...]]:
    try:
        return msgspec.json.decode(data, type=form), ()
    except (msgspec.MsgspecError, UnicodeDecodeError) as fault:
        parts = _PLACE.fullmatch(str(fault))
        path, reason = (parts["path"] or "", parts["reason"]) if parts else ("", str(fault))
        return None, (Refusal(file=file, line=line, path=path, reason=reason),)
