"""Who uses her product in another country is told what it costs there, once for each entry, free of charge; and when
the regulated limit is near or reached. Standard: Regulation (EU) 2022/612, articles 13 and 14.
"""

from __future__ import annotations

from typing import Final

from tandem.bss.charging import public as charging
from tandem.bss.charging.terms import ThresholdCrossed
from tandem.bss.charging.terms.online import CountryEntered, PriceAbroad
from tandem.bss.crm import public as crm
from tandem.bss.crm.terms import NewMessage
from tandem.bss.subscriptions import public as subscriptions
from tandem.kernel.period import text_of
from tandem.kernel.store import Uow

_NAMES: Final = {"data": "Data", "voice": "Calls", "message": "Messages"}


def welcome(uow: Uow, event: CountryEntered) -> None:
    """Tell the prices of the network that serves her now."""
    prices = charging.prices_abroad(uow, offering_id=event.offering_id, network=event.network, moment=event.at)
    lines = [f"{_NAMES.get(one.service, one.service)}: {_words(one)}" for one in prices]
    crm.send_message(
        uow,
        message=NewMessage(
            customer_id=event.customer_id,
            subject="Welcome abroad: what your use costs here",
            content="\n".join(["Your prices where you are now, tax included:", "", *lines]),
            about={"product": event.product_id, "country": event.country},
            once=f"welcome/{event.product_id}/{event.country}/{text_of(event.at)}",
        ),
    )


def _words(price: PriceAbroad) -> str:
    return "included in your plan" if price.amount is None else f"{price.amount} {price.currency} for {price.per}"


def tell_threshold(uow: Uow, event: ThresholdCrossed) -> None:
    """Tell how much of an allowance or a limit is used; what an account shares is told to nobody in particular."""
    if event.product_id is None:
        return
    product = subscriptions.get_subscription(uow, product_id=event.product_id)
    crm.send_message(
        uow,
        message=NewMessage(
            customer_id=product.customer_id,
            subject=f"{event.name}: {event.percent} % used",
            content=f"You have used {event.percent} % of {event.name}.",
            about={"product": event.product_id, "bucket": event.bucket},
            once=f"threshold/{event.bucket}/{event.percent}",
        ),
    )
