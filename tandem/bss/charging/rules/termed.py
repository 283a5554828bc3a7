"""By what use was rated, as it is kept: a document that says all that a rated event need not say again.

It holds the tariff, which versions of the catalogue's documents it was read from, and the account's calendar; its key
is half a SHA-256 of it. Whoever has it, the record and the buckets as they stood can rate again to the same bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, Final, NamedTuple

import msgspec

from tandem.bss.catalog.terms import TariffSource, Unit
from tandem.bss.catalog.terms.tariff import Allowance, Limit, Price, Tariff
from tandem.kernel.json import Doc, canonical

RULE: Final = "charging.rate/2"
"""Stands in what is kept: a later core that counts otherwise gets another number."""

UNITS: Final[tuple[Unit, ...]] = ("second", "octet", "message")
"""The words of the core's measures, in their order."""


class AccountCalendar(NamedTuple):
    """By which local days and bill cycles an account lives."""

    zone_name: str
    bill_day: int


def termed(
    tariff: Tariff,
    sources: Mapping[str, TariffSource],
    calendar: AccountCalendar,
    measures: Mapping[str, int],
) -> tuple[bytes, Doc]:
    """What is kept of a tariff for an account, with its key. Shape: `measures`, the core's, by service."""
    doc: Doc = {
        "rule": RULE,
        "tariff": msgspec.to_builtins(msgspec.structs.replace(tariff, approved_at=None)),
        "sources": {
            one.document_id: {"name": one.name, "version": one.version, "write": one.write} for one in sources.values()
        },
        "zone": calendar.zone_name,
        "cycleDay": calendar.bill_day,
        "measures": dict(sorted(measures.items())),
    }
    return hashlib.sha256(canonical(doc)).digest()[:16], doc


@dataclass(frozen=True, slots=True)
class NamedTerm:
    """A term as a reader meets it. `within_allowance`: it is no price."""

    name: str
    version: str
    entity_version: int
    zone: str
    form: Price | Allowance | Limit | None


@dataclass
class Termed:
    """Reads what use was rated by."""

    doc: Doc

    @cached_property
    def tariff(self) -> Tariff:
        """The tariff as the core takes it."""
        return msgspec.convert(self.doc["tariff"], Tariff)

    @cached_property
    def _forms(self) -> dict[str, Price | Allowance | Limit]:
        tariff = self.tariff
        forms: tuple[Price | Allowance | Limit, ...] = (*tariff.limits, *tariff.allowances, *tariff.prices)
        return {one.id: one for one in forms}

    def term(self, term_id: str) -> NamedTerm:
        """A price, an allowance or a limit; what the tariff does not name (bought units) has its id for a name."""
        form = self._forms.get(term_id)
        source = self._source(term_id)
        if form is None:
            return NamedTerm(term_id, "", 0, "", None)
        zone = ", ".join((*form.to, *form.within))
        return NamedTerm(form.name or term_id, str(source["version"]), int(source["write"]), zone, form)

    def _source(self, document_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self.doc["sources"].get(document_id) or self._offering
        return found

    @property
    def _offering(self) -> dict[str, Any]:
        found: dict[str, Any] = self.doc["sources"][self.offering_id]
        return found

    @property
    def rule(self) -> str:
        """The rule that rated."""
        return str(self.doc["rule"])

    @property
    def calendar(self) -> AccountCalendar:
        """The account's calendar then."""
        return AccountCalendar(str(self.doc["zone"]), int(self.doc["cycleDay"]))

    @property
    def currency(self) -> str:
        """Of all amounts."""
        return self.tariff.currency

    @property
    def tax_included(self) -> bool:
        """Whether amounts hold tax."""
        return self.tariff.tax_included

    @property
    def tax_category(self) -> str:
        """VAT or the like."""
        return self.tariff.tax_category

    @property
    def tax_rate_bp(self) -> int:
        """Units: hundredths of a percent."""
        return int(Decimal(self.tariff.tax_rate) * 100)

    @property
    def offering_id(self) -> str:
        """The offering whose tariff it is."""
        return self.tariff.id

    @property
    def offering_version(self) -> str:
        """The offering's stated version."""
        return self.tariff.version

    @property
    def offering_entity_version(self) -> int:
        """The number of the offering's writing."""
        return int(self._offering["write"])

    @property
    def cited_as(self) -> str:
        """The version of the catalogue that says so, as *Why?* cites it."""
        return f"{self.tariff.name} {self.offering_version} ({self.offering_id}, write {self.offering_entity_version})"

    def unit_of(self, service: str) -> Unit:
        """What a service is counted in."""
        measure: int = self.doc["measures"].get(service, len(UNITS) - 1)
        return UNITS[measure]
