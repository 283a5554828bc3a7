"""Asking for consumption: the answer is worked out at once and kept with the question."""

from __future__ import annotations

from datetime import timedelta

from tandem.bss.charging.queries.consumption import consumption_of
from tandem.bss.charging.rules import consumption as rules
from tandem.bss.charging.rules.consumption import Asked
from tandem.bss.charging.store import consumption as store
from tandem.bss.charging.terms.consumption import ConsumptionNotFound, ProductConsumption
from tandem.bss.subscriptions import public as subscriptions
from tandem.bss.subscriptions.terms import Subscription
from tandem.kernel.json import Doc, at
from tandem.kernel.period import Period, instant, text_of
from tandem.kernel.store import Stored, Uow

_MOST = 100
"""Products in one answer; a business with more asks by account or product."""


def create_query(uow: Uow, doc: Doc) -> Stored:
    """What each product that is asked for used, as one report each. Raises: ConsumptionNotFound."""
    found = _consumption(uow, doc, doc.get("searchCriteria") or {}, "searchCriteria.")
    reports = [{**rules.report([one]), "creationDate": text_of(uow.now)} for one in found]
    answered = {"creationDate": text_of(uow.now), **doc, "state": "done", "usageConsumption": reports}
    return store.QUERIES.add(uow, rules.with_customer(answered, found[0].customer_id))


def create_report(uow: Uow, doc: Doc) -> Stored:
    """What all products that are asked for used, as one report. Raises: ConsumptionNotFound."""
    found = _consumption(uow, doc, doc, "")
    made = {**rules.report(found), "creationDate": text_of(uow.now), "lastUpdate": text_of(uow.now)}
    kept = {name: value for name, value in doc.items() if name in ("name", "description") or name not in made}
    return store.REPORTS.add(uow, rules.with_customer({**made, **kept}, found[0].customer_id))


def _consumption(uow: Uow, doc: Doc, criteria: Doc, path: str) -> list[ProductConsumption]:
    told = at(criteria, "validPeriod.startDateTime")
    moment = uow.now if told is None else instant(str(told), path=f"{path}validPeriod.startDateTime")
    wanted = rules.asked(doc, criteria)
    products = [one for one in _candidates(uow, wanted) if _fits(one, wanted) and one.active_from is not None]
    if not products:
        raise ConsumptionNotFound("no product in use fits what is asked for", path=path.removesuffix(".") or "product")
    if len({one.customer_id for one in products}) > 1:
        raise ConsumptionNotFound("consumption is told for one customer at a time", path=f"{path}product")
    if len(products) > _MOST:
        raise ConsumptionNotFound(f"more than {_MOST} products fit: name some of them", path=f"{path}product")
    return [consumption_of(uow, one, moment) for one in sorted(products, key=lambda one: one.product_id)]


def _candidates(uow: Uow, wanted: Asked) -> list[Subscription]:
    """By the narrowest of what is named."""
    if wanted.product_ids:
        return list(subscriptions.subscriptions_by_id(uow, product_ids=wanted.product_ids).values())
    if wanted.numbers:
        found = [subscriptions.product_by_msisdn(uow, msisdn=one, moment=uow.now) for one in wanted.numbers]
        return [one for one in found if one is not None]
    if wanted.account_ids:
        accounts = dict.fromkeys(wanted.account_ids)
        return [one for account_id in accounts for one in _of_account(uow, account_id)]
    if wanted.customer_id is None:
        raise ConsumptionNotFound("name a product, a number, an account or a customer", path="product")
    return [
        one
        for one in subscriptions.products_of_customer(uow, customer_id=wanted.customer_id)
        if one.active_to is None or one.active_to > uow.now
    ]


def _of_account(uow: Uow, account_id: str) -> list[Subscription]:
    now = Period(uow.now, uow.now + timedelta(microseconds=1))
    return subscriptions.active_products_of_account(uow, billing_account_id=account_id, period=now)


def _fits(one: Subscription, wanted: Asked) -> bool:
    return wanted.customer_id in (None, one.customer_id) and (
        not wanted.account_ids or one.billing_account_id in wanted.account_ids
    )
