"""Rates the uses of a sandbox: words into arrays, through the core, beside the names that the arrays stand for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from tandem.bss.catalog.public import quantity_of
from tandem.bss.catalog.terms.tariff import Tariff
from tandem.bss.charging.rules.core import layout
from tandem.bss.charging.rules.core.book import buckets_of, pack_digits
from tandem.bss.charging.rules.core.compiling import compile_tariffs
from tandem.bss.charging.rules.core.days import calendar_of, us_of_text
from tandem.bss.charging.rules.core.law import Compiled
from tandem.bss.charging.rules.core.layout import EVER, FOREVER, NONE, BucketRow, SubjectRow, UseRow
from tandem.bss.charging.rules.core.rows import joined, table_of
from tandem.bss.charging.rules.core.running import rate
from tandem.bss.charging.terms.sandbox import BucketState, Manner, StateFile, SubscriberState, UsageLine
from tandem.kernel.errors import Invalid
from tandem.kernel.money import MICROS

KINDS: Final = {
    "allowance": layout.ALLOWANCE,
    "carried": layout.CARRIED,
    "units": layout.GRANTED,
    "money": layout.MONEY,
    "counter": layout.UNITS_COUNTER,
    "cap": layout.CAP,
    "limit": layout.LIMIT,
    "invoice": layout.CREDIT,
    "member": layout.MEMBER,
}
MEASURES: Final = {"second": layout.SECOND, "octet": layout.OCTET, "count": layout.COUNT}


@dataclass(slots=True)
class Trial:
    """What was rated, beside the names that the arrays stand for. Shape: one of `uses` and `lines` a row of `rows`."""

    compiled: Compiled
    uses: list[UsageLine]
    lines: list[int]
    subscribers: list[SubscriberState]
    accounts: list[str]
    bucket_ids: list[str]
    rows: Any = None
    rated: Any = None
    buckets: Any = None


def try_uses(
    tariffs: Sequence[Tariff], uses: Sequence[tuple[int, UsageLine]], *, state: StateFile, manner: Manner
) -> Trial:
    """Rate uses in the order of their lines. Raises: Invalid with the place in the state that is wrong."""
    people = _people(tariffs, uses, state, manner)
    services = list(dict.fromkeys(use.service for _, use in uses))
    trial = Trial(
        compiled=compile_tariffs(tariffs, believed_at=manner.believed_at, services=services),
        uses=[use for _, use in uses],
        lines=[line for line, _ in uses],
        subscribers=people,
        accounts=list(
            dict.fromkeys([*(_account(one) for one in people), *(b.account for b in state.buckets if b.account)])
        ),
        bucket_ids=[bucket.id for bucket in state.buckets],
    )
    zones = list(dict.fromkeys(one.time_zone or manner.time_zone for one in people)) or [manner.time_zone]
    subjects = joined(SubjectRow, [_subject(one, zones, trial.accounts) for one in people])
    trial.buckets = buckets_of(
        _Buckets(trial).rows(state.buckets), subjects=len(people), accounts=len(trial.accounts), room=64
    )
    trial.rows, sessions = _uses(trial)
    slices = layout.Slices(table_of(layout.SessionRow, sessions))
    trial.rated = rate(
        trial.compiled,
        calendar_of(zones),
        layout.Subjects(subjects, len(trial.accounts)),
        layout.Uses(trial.rows),
        trial.buckets,
        slices,
    )
    return trial


def _account(one: SubscriberState) -> str:
    return one.account or one.id


def _people(
    tariffs: Sequence[Tariff], uses: Sequence[tuple[int, UsageLine]], state: StateFile, manner: Manner
) -> list[SubscriberState]:
    """The subscribers of the state, and those that only the uses name; each with all that was left out."""
    told = {one.id: one for one in state.subscribers}
    for name in (*(use.subscriber for _, use in uses), *(b.subscriber for b in state.buckets if b.subscriber)):
        told.setdefault(name, SubscriberState(id=name))
    return [
        SubscriberState(
            id=one.id,
            account=_account(one),
            time_zone=one.time_zone or manner.time_zone,
            cycle_day=one.cycle_day or manner.cycle_day,
            active_from=one.active_from,
            tariff=one.tariff or tariffs[0].id,
        )
        for one in told.values()
    ]


def _subject(one: SubscriberState, zones: list[str], accounts: list[str]) -> SubjectRow:
    return SubjectRow(
        active_from_us=EVER if one.active_from is None else us_of_text(one.active_from),
        account=accounts.index(_account(one)),
        zone=zones.index(one.time_zone or ""),
        cycle_day=one.cycle_day or 1,
    )


def _uses(trial: Trial) -> tuple[Any, int]:
    """The uses as rows, and how many sessions they are slices of."""
    places = {one.id: index for index, one in enumerate(trial.subscribers)}
    sessions: dict[str, int] = {}
    rows = []
    for use in trial.uses:
        subject = places[use.subscriber]
        rows.append(
            UseRow(
                start_us=us_of_text(use.start),
                seconds=_told(use.duration),
                octets=_told(use.octets),
                count=_told(use.count),
                value=NONE if use.value is None else int(Decimal(use.value) * MICROS),
                destination=pack_digits((use.destination or "").removeprefix("+")),
                network=pack_digits(use.network or ""),
                subject=subject,
                tariff=trial.compiled.tariff_index(use.tariff or trial.subscribers[subject].tariff or ""),
                service=trial.compiled.service_index(use.service),
                rating_group=_told(use.rating_group),
                session=NONE if use.session is None else sessions.setdefault(use.session, len(sessions)),
            )
        )
    return joined(UseRow, rows), len(sessions)


def _told(value: int | None) -> int:
    return NONE if value is None else value


@dataclass(slots=True)
class _Buckets:
    """The buckets of a state as rows."""

    trial: Trial

    def rows(self, told: Sequence[BucketState]) -> list[BucketRow]:
        """All of them, with their places by id. Raises: Invalid with the place of the first that cannot be one."""
        ids = sorted(bucket.id for bucket in told)
        return [self._row(bucket, ids.index(bucket.id), f"buckets[{index}]") for index, bucket in enumerate(told)]

    def _row(self, bucket: BucketState, order: int, place: str) -> BucketRow:
        places = {one.id: index for index, one in enumerate(self.trial.subscribers)}
        compiled = self.trial.compiled
        term = NONE if bucket.term is None else compiled.term_index(bucket.term)
        if bucket.term is not None and term == NONE:
            raise Invalid(f"no tariff has a term {bucket.term}", code="tariff.unknown_name", path=f"{place}.term")
        unknown = [name for name in bucket.services if compiled.service_index(name) == NONE]
        if unknown:
            raise Invalid(f"there is no service {unknown[0]}", code="tariff.unknown_name", path=f"{place}.services")
        bits = sum(1 << compiled.service_index(name) for name in set(bucket.services))
        return BucketRow(
            start_us=EVER if bucket.start is None else us_of_text(bucket.start),
            end_us=FOREVER if bucket.end is None else us_of_text(bucket.end),
            granted=NONE if bucket.granted is None else _amount(bucket.granted, bucket, f"{place}.granted"),
            used=_amount(bucket.used, bucket, f"{place}.used"),
            moved=bucket.moved,
            reserved=_amount(bucket.reserved, bucket, f"{place}.reserved"),
            services=bits if bucket.services else NONE,
            subject=NONE if bucket.subscriber is None else places[bucket.subscriber],
            account=NONE if bucket.account is None else self.trial.accounts.index(bucket.account),
            term=term,
            priority=bucket.priority,
            order=order,
            told=bucket.told,
            kind=KINDS[bucket.kind],
            measure=MEASURES[bucket.measure],
            consent=int(bucket.consent),
        )


def _amount(told: int | str, bucket: BucketState, path: str) -> int:
    """Units, or micros for text without a unit. Raises: Invalid with its place."""
    if isinstance(told, int):
        return told
    if told[-1].isalpha():
        try:
            return quantity_of(told, measure=bucket.measure)
        except Invalid as fault:
            raise Invalid(fault.reason, code=fault.error_code, path=path) from fault
    micros = Decimal(told) * MICROS
    if micros != micros.to_integral_value():
        raise Invalid("finer than a millionth", code="money.too_fine", path=path)
    return int(micros)
