"""Whose use it was, for thousands of numbers at once: products and accounts stay in the process by their versions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from tandem.bss.charging.commands.state import Situation
from tandem.bss.charging.terms import Suspension
from tandem.bss.party import public as party
from tandem.bss.party.terms import BillingTerms
from tandem.bss.subscriptions import public as subscriptions
from tandem.bss.subscriptions.terms import HeldNumbers, Subscription
from tandem.kernel.store import Uow

_MOST: Final = 1_000_000
"""Products that are kept in a process; then it begins anew."""


class Owners(NamedTuple):
    """Whose numbers they were. Shape: arrays by period, in order of number and time; `of` by the periods' `product`."""

    number: NDArray[np.int64]
    start_us: NDArray[np.int64]
    end_us: NDArray[np.int64]
    product: NDArray[np.int64]
    of: list[Situation | Refused]


class Refused(NamedTuple):
    """A product that cannot be charged for, and why."""

    product: Subscription
    why: Suspension


@dataclass
class Subscribers:
    """What a process knows of a tenant's subscribers."""

    products: dict[str, Subscription] = field(default_factory=dict)
    accounts: dict[str, tuple[tuple[int, int], BillingTerms | Suspension]] = field(default_factory=dict)
    situations: dict[str, Situation] = field(default_factory=dict)
    keys: dict[str, int] = field(default_factory=dict)

    def account_keys(self, uow: Uow, numbers: Sequence[str]) -> NDArray[np.int64]:
        """A number for each of these, the same for all numbers of an account.

        Who a number was of before may be told: it is for keeping the uses of an account together, not for charging.
        """
        missing = [number for number in numbers if number not in self.keys]
        if missing:
            self.keys.update((number, crc32(number.encode())) for number in missing)
            owners = self.owners(uow, missing)
            for number, product in zip(owners.number.tolist(), owners.product.tolist(), strict=True):
                account_id = owners.of[product].product.billing_account_id or missing[number]
                self.keys[missing[number]] = crc32(account_id.encode())
        return np.array([self.keys[number] for number in numbers], np.int64)

    def owners(self, uow: Uow, numbers: Sequence[str]) -> Owners:
        """The products that had these numbers, when, and on which accounts. Shape: each number once."""
        held = subscriptions.held_numbers(uow, msisdns=numbers)
        distinct, firsts, places = np.unique(held.product_id, return_index=True, return_inverse=True)
        ids = [octets.decode() for octets in distinct.tolist()]
        self._read_products(uow, ids, held.entity_version[firsts].tolist())
        products = [self.products[product_id] for product_id in ids]
        self._read_accounts(uow, {product.billing_account_id for product in products if product.billing_account_id})
        return _owners(held, places, [self._situation(product) for product in products])

    def _read_products(self, uow: Uow, ids: Sequence[str], versions: Sequence[int]) -> None:
        known = self.products
        stale = [
            product_id
            for product_id, version in zip(ids, versions, strict=True)
            if product_id not in known or known[product_id].entity_version != version
        ]
        if stale:
            known.update(subscriptions.subscriptions_by_id(uow, product_ids=stale))

    def _read_accounts(self, uow: Uow, account_ids: Iterable[str]) -> None:
        ids = sorted(account_ids)
        rows = party.account_versions(uow, billing_account_ids=ids)
        versions = dict.fromkeys(ids, (0, 0))
        pairs = zip(rows["version"].tolist(), rows["cycle"].tolist(), strict=True)
        versions.update(zip((ids[place] for place in rows["n"].tolist()), pairs, strict=True))
        nothing = ((-1, -1), None)
        stale = [one for one, version in versions.items() if self.accounts.get(one, nothing)[0] != version]
        if not stale:
            return
        found = party.billing_terms_by_id(uow, billing_account_ids=stale)
        for account_id in stale:
            terms = found.get(account_id)
            self.accounts[account_id] = (versions[account_id], _terms(account_id, terms))

    def _situation(self, product: Subscription) -> Situation | Refused:
        if not product.billing_account_id:
            return Refused(
                product, Suspension("no_billing_account", f"product {product.product_id} is billed on no account")
            )
        account = self.accounts[product.billing_account_id][1]
        if isinstance(account, Suspension):
            return Refused(product, account)
        known = self.situations.get(product.product_id)
        if known is None or known.product is not product or known.account is not account:
            known = self.situations[product.product_id] = Situation(product, account)
        return known


def _terms(account_id: str, found: BillingTerms | Exception | None) -> BillingTerms | Suspension:
    if isinstance(found, BillingTerms):
        return found
    if found is None:
        return Suspension("no_billing_account", f"there is no billing account {account_id}")
    return Suspension("account_terms_invalid", str(found))


def _owners(held: HeldNumbers, places: NDArray[np.int64], of: list[Situation | Refused]) -> Owners:
    return Owners(held.place, held.start_us, held.end_us, places, of)


_known: dict[str, Subscribers] = {}


def subscribers_of(uow: Uow) -> Subscribers:
    """What this process knows of the tenant's subscribers; everything is asked for again by its version.

    Why: one that has grown too much is left to those who read it at this moment, not emptied under their hands.
    """
    known = _known.setdefault(uow.whose, Subscribers())
    if len(known.products) > _MOST or len(known.keys) > _MOST:
        known = _known[uow.whose] = Subscribers()
    return known
