"""What products used, what they have left, and what they were charged so far in a bill month."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from tandem.bss.catalog import public as catalog
from tandem.bss.catalog.terms.tariff import Tariff
from tandem.bss.charging import store
from tandem.bss.charging.queries.charges import offered_allowances, owner_of
from tandem.bss.charging.rules import consumption as rules
from tandem.bss.charging.rules.balances import KINDS
from tandem.bss.charging.rules.consumption import Asked
from tandem.bss.charging.rules.core import layout
from tandem.bss.charging.rules.moves import ALWAYS
from tandem.bss.charging.rules.termed import UNITS, Termed
from tandem.bss.charging.store import EventOwner
from tandem.bss.charging.store import consumption as kept
from tandem.bss.charging.store.balances import MEASURES
from tandem.bss.charging.terms.consumption import (
    ConsumptionNotFound,
    PoolConsumption,
    ProductConsumption,
    ServiceConsumption,
)
from tandem.bss.party import public as party
from tandem.bss.subscriptions import public as subscriptions
from tandem.bss.subscriptions.terms import Subscription
from tandem.kernel.json import Doc, at
from tandem.kernel.money import Money
from tandem.kernel.period import FOREVER, Instant, Period, bill_month, instant, local_date
from tandem.kernel.store import Uow

_MOST = 100
"""Products in one answer; a business with more asks by account or product."""


def consumption_asked(uow: Uow, doc: Doc, criteria: Doc, *, path: str = "") -> list[ProductConsumption]:
    """What each product that is asked for used. `path`: where the criteria stand. Raises: ConsumptionNotFound."""
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


# -- one product ------------------------------------------------------------------------------------------------------


def consumption_of(uow: Uow, product: Subscription, moment: Instant) -> ProductConsumption:
    """A product's buckets as they stand, those that hold the instant, and its charges in the instant's bill month."""
    account = party.billing_terms_of(uow, billing_account_id=product.billing_account_id)
    month = bill_month(local_date(moment, account.zone_name), account.bill_day, account.zone_name).period
    tariff = catalog.tariff_at(uow, offering_id=product.offering_id, moment=moment)
    rows = _rows(uow, product, moment)
    return ProductConsumption(
        product_id=product.product_id,
        name=product.name,
        customer_id=product.customer_id,
        billing_account_id=product.billing_account_id,
        msisdn=product.msisdn,
        currency=account.currency,
        period=month,
        pools=(*_held(uow, product, rows, tariff), *_untouched(rows, tariff, month)),
        services=tuple(_services(uow, product, month)),
    )


def _rows(uow: Uow, product: Subscription, moment: Instant) -> list[dict[str, Any]]:
    rows = store.buckets_of(uow, product.billing_account_id, product.product_id, moment)
    return [row for row in rows if row["kind"] <= layout.MONEY]


def _held(uow: Uow, product: Subscription, rows: Sequence[dict[str, Any]], tariff: Tariff) -> Iterator[PoolConsumption]:
    services = {allowance.id: allowance.service for allowance in tariff.allowances}
    shared = [row for row in rows if row["subject_id"] != product.product_id]
    since = min((row["start_at"] or ALWAYS for row in shared), default=ALWAYS)
    owner = EventOwner([product.billing_account_id], product.product_id)
    own = kept.taken_by(uow, owner, [row["n"] for row in shared], since) if shared else {}
    for row in rows:
        is_shared = row["subject_id"] != product.product_id
        granted = None if row["granted"] is None else row["granted"] - row["moved"]
        yield PoolConsumption(
            bucket_id=f"{product.billing_account_id}.{row['n']}",
            name=row["name"],
            usage_type=services.get(row["term_id"]) or KINDS[MEASURES[row["measure"]]],
            unit=UNITS[row["measure"]],
            currency=row["currency"],
            period=Period(row["start_at"] or ALWAYS, row["end_at"] or FOREVER),
            granted=granted,
            used=row["used"],
            reserved=row["reserved"],
            left=None if granted is None else granted - row["used"] - row["reserved"],
            is_shared=is_shared,
            own_used=own.get(row["n"], 0) if is_shared else None,
        )


def _untouched(rows: Sequence[dict[str, Any]], tariff: Tariff, month: Period) -> Iterator[PoolConsumption]:
    """Allowances that are granted with their first use."""
    granted = {row["term_id"] for row in rows}
    shared = {allowance.id for allowance in tariff.allowances if allowance.shared}
    for view in offered_allowances(tariff, month):
        if view.price_id not in granted:
            yield PoolConsumption(
                bucket_id=None,
                name=view.name,
                usage_type=view.usage_type,
                unit=view.unit,
                currency=None,
                period=month,
                granted=view.granted,
                used=0,
                reserved=0,
                left=view.granted,
                is_shared=view.price_id in shared,
                own_used=0 if view.price_id in shared else None,
            )


def _services(uow: Uow, product: Subscription, month: Period) -> Iterator[ServiceConsumption]:
    rows = kept.charged_by_service(uow, owner_of(uow, product), month)
    docs = store.tariff_docs(uow, {bytes(row["tariff_key"]) for row in rows})
    terms = {key: Termed(doc) for key, doc in docs.items()}
    for row in rows:
        by = terms[bytes(row["tariff_key"])]
        charged = Money(int(row["micros"]), by.currency)
        yield ServiceConsumption(row["service"], by.unit_of(row["service"]), int(row["units"]), charged)
