"""From tariffs to tables: editions in time, and in each the plans of every service."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import pairwise
from typing import Any, Final

import msgspec
import numpy as np

from tandem.bss.catalog.public import measure_of, quantity_of
from tandem.bss.catalog.terms.tariff import Allowance, Limit, Price, Tariff, TimePeriod
from tandem.bss.charging.rules.core import law, terms_rows
from tandem.bss.charging.rules.core.days import holidays_of, us_of, us_of_text, week_of
from tandem.bss.charging.rules.core.functions import Measure, optional_micros, price_function
from tandem.bss.charging.rules.core.law import LAW_NUMBERS, LAW_ROWS, Compiled, DayRow, EditionRow, Law, ServiceRow
from tandem.bss.charging.rules.core.layout import COUNT, EVER, FOREVER, NONE, OCTET, SECOND
from tandem.bss.charging.rules.core.places import HOME, Places, Trie
from tandem.bss.charging.rules.core.plans import Plans, Terms, cases, restricted
from tandem.bss.charging.rules.core.rows import joined
from tandem.kernel.period import Instant

MEASURES: Final[dict[Measure, int]] = {"second": SECOND, "octet": OCTET, "count": COUNT}
_PAYERS: Final = {"money": law.PAID_BY_MONEY, "invoice": law.PAID_BY_INVOICE}


def tariff_key(tariff: Tariff) -> str:
    """A name of exactly this content: equal tariffs have equal keys."""
    return sha256(msgspec.json.encode(tariff, order="deterministic")).hexdigest()


def compile_tariffs(
    tariffs: Sequence[Tariff], *, believed_at: Instant | None = None, services: Sequence[str] = ()
) -> Compiled:
    """Tariffs and their versions as tables; with `believed_at`, without versions that were approved after it.

    `services` are names that no tariff may have, but uses: what was bought (a granted bucket) may pay for them.
    They are taken as checked (`catalog.public.check_tariff`). Raises: Invalid for what the check would find.
    """
    kept = tuple(one for one in tariffs if believed_at is None or _approved(one) <= us_of(believed_at))
    return _Compilation(kept, tuple(services)).compiled()


def _approved(tariff: Tariff) -> int:
    return EVER if tariff.approved_at is None else us_of_text(tariff.approved_at)


def _bounds(period: TimePeriod | None) -> tuple[int, int]:
    start = None if period is None else period.start_date_time
    end = None if period is None else period.end_date_time
    return EVER if start is None else us_of_text(start), FOREVER if end is None else us_of_text(end)


def _holds(period: TimePeriod | None, at: int) -> bool:
    start, end = _bounds(period)
    return start <= at < end


@dataclass(slots=True)
class _Version:
    """A version of a tariff with the rows of its terms."""

    number: int
    tariff: Tariff
    destinations: Trie
    networks: Trie
    week: int
    holidays: int
    prices: list[tuple[int, Price]]
    allowances: list[tuple[int, Allowance]]
    limits: list[tuple[int, Limit]]

    def valid_at(self, at: int) -> tuple[list[tuple[int, Price]], list[tuple[int, Allowance]]]:
        """The prices and allowances that are valid at an instant."""
        return (
            [one for one in self.prices if _holds(one[1].valid_for, at)],
            [one for one in self.allowances if _holds(one[1].valid_for, at)],
        )


@dataclass(slots=True)
class _Compilation:
    """The tables while they grow."""

    tariffs: tuple[Tariff, ...]
    more_services: tuple[str, ...]
    tables: dict[str, list[Any]] = field(default_factory=lambda: {name: [] for name in Law._fields})
    term_ids: dict[str, int] = field(default_factory=dict)
    services: dict[str, int] = field(default_factory=dict)
    places: Places = field(default_factory=Places)
    plans: Plans = field(default_factory=Plans)
    owners: dict[str, list[Any]] = field(default_factory=lambda: {"prices": [], "allowances": [], "limits": []})
    most_parts: int = 1

    def compiled(self) -> Compiled:
        """Everything in its place."""
        for tariff in self.tariffs:
            for term in (*tariff.prices, *tariff.allowances):
                self.services.setdefault(term.service, len(self.services))
        for service in self.more_services:
            self.services.setdefault(service, len(self.services))
        ids = tuple(dict.fromkeys(tariff.id for tariff in self.tariffs))
        versions = [self._version(number, tariff) for number, tariff in enumerate(self.tariffs)]
        for tariff_id in ids:
            self.tables["first_edition"].append(len(self.tables["editions"]))
            self._editions([version for version in versions if version.tariff.id == tariff_id])
        self.tables["first_edition"].append(len(self.tables["editions"]))
        return Compiled(
            law=self._law(),
            tariffs=self.tariffs,
            tariff_ids=ids,
            service_names=tuple(self.services),
            term_ids=tuple(self.term_ids),
            prices=tuple(self.owners["prices"]),
            allowances=tuple(self.owners["allowances"]),
            limits=tuple(self.owners["limits"]),
            most_sources=self.most_parts * (1 + self.plans.most_allowances),
        )

    # -- versions and their terms -------------------------------------------------------------------------------------

    def _version(self, number: int, tariff: Tariff) -> _Version:
        measures = {service: measure_of(tariff, service=service) for service in self.services}
        return _Version(
            number=number,
            tariff=tariff,
            destinations=self.places.trie_of(tariff.destinations),
            networks=self.places.trie_of(tariff.networks),
            week=self._week(tariff),
            holidays=self._holidays(tariff),
            prices=[(self._price(number, one, measures[one.service]), one) for one in tariff.prices],
            allowances=[(self._allowance(number, one, measures[one.service]), one) for one in tariff.allowances],
            limits=[(self._limit(number, one, measures.get(one.service or "", "count")), one) for one in tariff.limits],
        )

    def _term(self, term_id: str) -> int:
        return self.term_ids.setdefault(term_id, len(self.term_ids))

    def _price(self, version: int, price: Price, measure: Measure) -> int:
        made = price_function(price, measure=measure, term=self._term(price.id))
        made.row.first_step, made.row.steps = self._append("steps", made.first), len(made.first)
        made.row.next_step, made.row.next_steps = self._append("steps", made.following), len(made.following)
        self.owners["prices"].append((version, price))
        return self._append("prices", (made.row,))

    def _allowance(self, version: int, allowance: Allowance, measure: Measure) -> int:
        row = terms_rows.allowance_row(allowance, measure=measure, term=self._term(allowance.id))
        row.measure = MEASURES[measure]
        amounts = terms_rows.amounts_of(allowance, measure=measure)
        row.first_amount, row.amounts = self._append("dated", amounts), len(amounts)
        row.first_percent, row.percents = (
            self._append("percents", sorted(allowance.thresholds)),
            len(allowance.thresholds),
        )
        self.owners["allowances"].append((version, allowance))
        return self._append("allowances", (row,))

    def _limit(self, version: int, limit: Limit, measure: Measure) -> int:
        units = None if limit.units is None else quantity_of(limit.units, measure=measure)
        counts_units = limit.counts == "units"
        row = law.LimitRow(
            most=(NONE if units is None else units) if counts_units else optional_micros(limit.amount),
            term=self._term(limit.id),
            first_percent=self._append("percents", sorted(limit.thresholds)),
            percents=len(limit.thresholds),
            scope=law.PER_DAY if limit.scope == "day" else law.PER_CYCLE,
            measure=MEASURES[measure],
            counts_units=int(counts_units),
            of_account=int(limit.level == "account"),
            stops=int(limit.when_reached == "stop"),
        )
        self.owners["limits"].append((version, limit))
        return self._append("limits", (row,))

    def _append(self, table: str, rows: Sequence[Any]) -> int:
        first = len(self.tables[table])
        self.tables[table].extend(rows)
        return first

    def _week(self, tariff: Tariff) -> int:
        if not tariff.day_parts:
            return NONE
        days = [DayRow(self._append("times", times), len(times)) for times in week_of(tariff.day_parts)]
        return self._append("days", days)

    def _holidays(self, tariff: Tariff) -> int:
        if not (tariff.day_parts and (tariff.holidays or tariff.holiday_country)):
            return NONE
        return self._append("holidays", (holidays_of(tariff),))

    # -- editions -----------------------------------------------------------------------------------------------------

    def _editions(self, versions: Sequence[_Version]) -> None:
        cuts = sorted({EVER, FOREVER, *(cut for version in versions for cut in _cuts(version))})
        last: tuple[int, list[int]] | None = None
        for start, end in pairwise(cuts):
            winner = _winner(versions, start)
            key = None if winner is None else (winner.number, [row for row, _ in _flat(winner.valid_at(start))])
            if winner is not None and key == last:
                self.tables["editions"][-1].to_us = end
            elif winner is not None:
                self._edition(winner, start, end)
            last = key

    def _edition(self, version: _Version, start: int, end: int) -> None:
        tariff = version.tariff
        first, second = (*(_PAYERS[one] for one in tariff.payment.order), law.NOBODY)[:2]
        self.tables["editions"].append(
            EditionRow(
                from_us=start,
                to_us=end,
                credit_limit=optional_micros(tariff.payment.credit_limit),
                version=version.number,
                destinations=version.destinations.root,
                networks=version.networks.root,
                at_home=version.networks.class_of(((HOME, 1),)),
                week=version.week,
                holidays=version.holidays,
                no_part=len(tariff.day_parts),
                is_daily=int(terms_rows.is_daily(tariff)),
                first_payer=first,
                second_payer=second,
            )
        )
        prices, allowances = version.valid_at(start)
        for service in self.services:
            terms = Terms(
                [one for one in prices if one[1].service == service],
                [one for one in allowances if one[1].service == service],
                [one for one in version.limits if one[1].service in (service, None)],
            )
            self.tables["service_rows"].append(self._service(version, terms, measure_of(tariff, service=service)))

    def _service(self, version: _Version, terms: Terms, measure: Measure) -> int:
        to_kinds, called = restricted(version.destinations.matched, terms.names_called())
        network_kinds, visited = restricted(version.networks.matched, terms.names_visited())
        groups, parts = terms.rating_groups(), [part.name for part in version.tariff.day_parts]
        self.most_parts = max(self.most_parts, len(parts) + 1)
        numbers = [self.plans.number_of(terms.fitting(case)) for case in cases(called, visited, groups, parts)]
        row = ServiceRow(
            cells=self._append("cells", numbers),
            to_kinds=self._append("kinds", to_kinds),
            network_kinds=self._append("kinds", network_kinds),
            networks=len(visited),
            first_group=self._append("groups", groups),
            groups=len(groups),
            parts=len(parts) + 1,
            measure=MEASURES[measure],
        )
        return self._append("services", (row,))

    def _law(self) -> Law:
        self.tables["plans"], self.tables["listed"] = list(self.plans.rows), self.plans.listed
        self.tables["children"], self.tables["classes"] = self.places.children, self.places.classes
        made: dict[str, Any] = {name: joined(row, self.tables[name]) for name, row in LAW_ROWS.items()}
        for name, kind in LAW_NUMBERS.items():
            made[name] = np.array(self.tables[name], kind).reshape(-1)
        return Law(**made)


def _cuts(version: _Version) -> set[int]:
    """The instants at which something of a version begins or ends."""
    start, end = _bounds(version.tariff.valid_for)
    inner = {cut for _, term in _flat((version.prices, version.allowances)) for cut in _bounds(term.valid_for)}
    return {start, end, *(cut for cut in inner if start < cut < end)}


def _flat(terms: tuple[list[tuple[int, Price]], list[tuple[int, Allowance]]]) -> list[tuple[int, Price | Allowance]]:
    return [*terms[0], *terms[1]]


def _winner(versions: Sequence[_Version], at: int) -> _Version | None:
    """The version that counts at an instant: the one approved last, of equals the later in the list."""
    holding = [version for version in versions if _holds(version.tariff.valid_for, at)]
    return max(holding, key=lambda one: (_approved(one.tariff), one.number), default=None)
