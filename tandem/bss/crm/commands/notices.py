"""Faults told to exactly the customers who feel them, each once, and the all-clear when it is over for them.

Kept by service: the end of a fault may be heard of before its beginning, and a fault comes in several portions.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tandem.bss.crm import store
from tandem.bss.crm.commands import languages
from tandem.bss.crm.commands.mail import mail
from tandem.bss.crm.commands.messages import send_message
from tandem.bss.crm.rules import wording
from tandem.bss.crm.rules.wording import Wording
from tandem.bss.crm.store import ImpactRow
from tandem.bss.crm.terms import NewMessage
from tandem.bss.party import public as party
from tandem.bss.party.terms import AccountUnknown, BillingTermsInvalid, CustomerUnknown
from tandem.bss.subscriptions import public as subscriptions
from tandem.bss.subscriptions.terms import Subscription
from tandem.kernel.json import values_at
from tandem.kernel.period import Instant
from tandem.kernel.store import Uow
from tandem.seam.terms import ServiceImpacted, ServiceImpactEnded

_ACTIVE: Final = "active"
_UTC: Final = "UTC"
_BEGUN: Final = {"outage": wording.OUTAGE, "degraded": wording.DEGRADED}


def tell_impact(uow: Uow, news: ServiceImpacted) -> None:
    """Tell the customers of these services who were not told of this fault yet. Locks: the fault."""
    store.lock_impact(uow, news.impact_id)
    impact = ImpactRow(impact_id=news.impact_id, alarm_id=news.alarm_id, severity=news.severity, since=news.since)
    store.put_impact(uow, impact)
    _tell_customers(uow, impact, store.put_felt(uow, news.impact_id, news.service_ids))


def tell_late(uow: Uow, product_id: str) -> None:
    """Tell the customer of a product whose services feel a fault already when she gets it. Locks: the fault."""
    service_ids = _services_of(uow, product_id)
    for impact in store.impacts_on(uow, service_ids):
        store.lock_impact(uow, impact.impact_id)
        _tell_customers(uow, impact, store.feeling(uow, impact.impact_id, service_ids))


def tell_all_clear(uow: Uow, news: ServiceImpactEnded) -> None:
    """Tell those for whom a fault is over with these services, if they still have what works again.

    Locks: the fault. Idempotent: a notice ends once.
    """
    store.lock_impact(uow, news.impact_id)
    store.put_over(uow, news.impact_id, news.service_ids, news.ended_at)
    for customer_id in store.end_notices(uow, news.impact_id, news.ended_at):
        services = store.services_of_customer(uow, news.impact_id, customer_id)
        products = [one for one in _products(uow, services, customer_id) if one.status == _ACTIVE]
        if products:
            about = {"impact": news.impact_id, "alarm": news.alarm_id, "kind": "restored"}
            _say(uow, wording.RESTORED, products, about, since=news.since, ended=news.ended_at)


def _tell_customers(uow: Uow, impact: ImpactRow, service_ids: Sequence[str]) -> None:
    by_customer: dict[str, list[Subscription]] = {}
    for product in subscriptions.products_of_services(uow, service_ids=service_ids):
        by_customer.setdefault(product.customer_id, []).append(product)
    for customer_id, products in sorted(by_customer.items()):
        services = {service for product in products for service in _services_of(uow, product.product_id)}
        store.put_customer(uow, impact.impact_id, customer_id, sorted(services & set(service_ids)))
        if not store.is_noticed(uow, impact.impact_id, customer_id):
            about = {"impact": impact.impact_id, "alarm": impact.alarm_id, "kind": impact.severity}
            message_id = _say(uow, _BEGUN[impact.severity], products, about, since=impact.since)
            if message_id is not None:
                store.add_notice(uow, impact.impact_id, customer_id, message_id)


def _services_of(uow: Uow, product_id: str) -> list[str]:
    product = subscriptions.get_product(uow, product_id=product_id).doc
    return [str(service_id) for service_id in values_at(product, "realizingService.id")]


def _products(uow: Uow, service_ids: Sequence[str], customer_id: str) -> list[Subscription]:
    found = subscriptions.products_of_services(uow, service_ids=service_ids)
    return [one for one in found if one.customer_id == customer_id]


def _say(
    uow: Uow, what: Wording, products: Sequence[Subscription], about: dict[str, str], **times: Instant
) -> str | None:
    """Write to the customer of some products, in her language and in the zone that her account lives by.

    None when nobody knows the customer any more: that must not keep the others from being told.
    """
    customer_id = products[0].customer_id
    try:
        contact = party.contact_of(uow, customer_id=customer_id)
    except CustomerUnknown:
        return None
    language = languages.best(contact.language)
    zone_name = _zone_of(uow, products[0].billing_account_id)
    told = {name: languages.told_instant(at, language, zone_name) for name, at in times.items()}
    subject, content = what.in_words(
        languages.translation(language),
        name=contact.name,
        products=wording.listed((one.name, one.msisdn) for one in products),
        sender=mail().sender_name,
        **told,
    )
    new = NewMessage(
        customer_id=customer_id,
        subject=subject,
        content=content,
        about={**about, "language": language},
        once=f"impact/{about['impact']}/{customer_id}/{'restored' if what is wording.RESTORED else 'begun'}",
        priority="high",
    )
    return send_message(uow, new).id


def _zone_of(uow: Uow, billing_account_id: str) -> str:
    try:
        return party.billing_terms_of(uow, billing_account_id=billing_account_id).zone_name
    except (AccountUnknown, BillingTermsInvalid):
        return _UTC
