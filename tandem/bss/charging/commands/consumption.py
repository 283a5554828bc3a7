"""Keeping what was asked about consumption, with its answer."""

from __future__ import annotations

from collections.abc import Sequence

from tandem.bss.charging.rules import consumption as rules
from tandem.bss.charging.store import consumption as store
from tandem.bss.charging.terms.consumption import ProductConsumption
from tandem.kernel.json import Doc
from tandem.kernel.period import text_of
from tandem.kernel.store import Stored, Uow


def keep_query(uow: Uow, doc: Doc, found: Sequence[ProductConsumption]) -> Stored:
    """A question with its answer: one report for each product."""
    reports = [{**rules.report([one]), "creationDate": text_of(uow.now)} for one in found]
    answered = {"creationDate": text_of(uow.now), **doc, "state": "done", "usageConsumption": reports}
    return store.QUERIES.add(uow, rules.with_customer(answered, found[0].customer_id))


def keep_report(uow: Uow, doc: Doc, found: Sequence[ProductConsumption]) -> Stored:
    """One report of all products, with what the client says of it."""
    made = {**rules.report(found), "creationDate": text_of(uow.now), "lastUpdate": text_of(uow.now)}
    kept = {name: value for name, value in doc.items() if name in ("name", "description") or name not in made}
    return store.REPORTS.add(uow, rules.with_customer({**made, **kept}, found[0].customer_id))
