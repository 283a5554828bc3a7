"""Products that are used in another country for the first time: told once for each entry."""

from __future__ import annotations

from collections.abc import Sequence

from tandem.bss.charging.commands.online.turns import Turn
from tandem.bss.charging.store import sessions
from tandem.bss.charging.terms.online import CountryEntered
from tandem.kernel.store import Uow


def tell_entries(uow: Uow, turns: Sequence[Turn]) -> None:
    """Tell of entries, and note where products are. Shape: `turns` in the order in which they were played.

    Idempotent: by where the product was before; the accounts are locked.
    """
    looked_at = [turn for turn in turns if turn.is_new_place]
    if not looked_at:
        return
    known = sessions.countries_of(
        uow, sorted({(turn.payer.key.account, turn.payer.situation.product.product_id) for turn in looked_at})
    )
    moved: dict[tuple[str, str], str] = {}
    for turn in looked_at:
        product, account, country = turn.payer.situation.product, turn.payer.key.account, turn.request.network[:3]
        if country == known.get(product.product_id, ""):
            continue
        known[product.product_id] = moved[account, product.product_id] = country
        if country:
            uow.emit(
                CountryEntered(
                    product_id=product.product_id,
                    billing_account_id=account,
                    customer_id=product.customer_id,
                    country=country,
                    network=turn.request.network,
                    offering_id=product.offering_id,
                    at=turn.request.at,
                )
            )
    sessions.put_countries(uow, [(*owner, country) for owner, country in sorted(moved.items())])
