"""A network as charging sees it: messages in batches, each batch one transaction, at instants that the test says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tandem.bss.catalog import seed as catalog_seed
from tandem.bss.charging.commands.balances import buckets
from tandem.bss.charging.commands.online.charging import charge_online
from tandem.bss.charging.store import accounts, sessions
from tandem.bss.charging.store.sessions import SessionKey
from tandem.bss.charging.terms.balances import TopUp
from tandem.bss.charging.terms.online import Part, SessionAnswer, SessionRequest, Units, Used
from tandem.bss.party import seed as party_seed
from tandem.bss.subscriptions import public as subscriptions
from tandem.bss.subscriptions.terms import NewProduct, Realization
from tandem.kernel.json import Doc
from tandem.kernel.money import Money
from tandem.kernel.period import Instant, instant
from tandem.kernel.store import Database, Uow

NUMBER = "353209110001"
ACTIVE_FROM = instant("2026-10-12T09:00:00Z")
NOON = instant("2026-11-10T12:00:00Z")
ACCOUNT = party_seed.billing_account_id("1001")
CUSTOMER = party_seed.customer_id("1001")
MB, GB = 10**6, 10**9
DATA = 10
"""A rating group."""


@dataclass
class Network:
    """Sends messages. `now` is where the business clock stands for its batches."""

    database: Database
    tenant: str
    now: Instant = NOON

    def open_shop(self) -> None:
        """What the operator sells, and to whom."""
        self.do(lambda uow: (party_seed.seed(uow), catalog_seed.seed(uow)))

    def do(self, act: Callable[[Uow], Any]) -> Any:
        """Something in a transaction of its own, at our instant."""
        with self.database.uow(tenant=self.tenant, actor="network", cause="test") as uow:
            uow.now = self.now
            return act(uow)

    def send(self, *requests: SessionRequest) -> list[SessionAnswer]:
        """Messages that arrive together."""
        return self.do(lambda uow: charge_online(uow, list(requests)))

    def ask(self, request: SessionRequest) -> SessionAnswer:
        """One message."""
        return self.send(request)[0]

    def subscribe(self, number: str = NUMBER, *, offering: str, account: str = ACCOUNT) -> str:
        """A product with a number from October on."""

        def act(uow: Uow) -> str:
            new = NewProduct(
                name="Line",
                customer_id=CUSTOMER,
                billing_account_id=account,
                offering_id=offering,
                order_id=f"order-{number}",
                order_item_id="1",
                characteristics={"msisdn": number},
            )
            product = subscriptions.create_pending_product(uow, new=new)
            subscriptions.activate_product(uow, product_id=product.id, moment=ACTIVE_FROM, given=Realization())
            return product.id

        return str(self.do(act))

    def top_up(self, amount: str, *, account: str = ACCOUNT, cause: str = "top-up-1") -> str:
        """Money for an account."""
        wanted = TopUp(account, Money.of(amount, "EUR"), "given", cause)
        return str(self.do(lambda uow: buckets.top_up(uow, wanted)))

    def buckets(self, account: str = ACCOUNT) -> dict[str, dict[str, Any]]:
        """The buckets of an account, by name."""
        rows = self.do(lambda uow: accounts.buckets_of_account(uow, account))
        return {row["name"]: row for row in rows}

    def charged(self, product_id: str) -> list[tuple[str, int, int, int]]:
        """Term, quantity, amount and what is unpaid of a product's charges, in the order of their ids."""
        rows = self.do(
            lambda uow: uow.all(
                "select term_id, quantity, amount_micros, unpaid_micros from charging_rated_event "
                "where tenant = %s and product_id = %s order by started_at, id",
                (uow.tenant, product_id),
            )
        )
        return [tuple(row.values()) for row in rows]

    def records(self, session: str, *, account: str = ACCOUNT) -> list[Doc]:
        """The closed charging data records of a session."""
        return list(self.do(lambda uow: sessions.records_of(uow, SessionKey(account, session))))

    def told(self, event: str) -> list[Doc]:
        """The events of a kind that were told, in order."""
        rows = self.do(
            lambda uow: uow.all(
                "select doc from kernel_outbox where tenant = %s and name like %s order by seq",
                (uow.tenant, f"%{event}"),
            )
        )
        return [row["doc"] for row in rows]

    def notices(self) -> list[tuple[str, str, str, list[int]]]:
        """What waits to be told to the network: protocol, session, kind, rating groups."""
        rows = self.do(
            lambda uow: uow.all(
                "select protocol, session, kind, rating_groups from charging_notice "
                "where tenant = %s and settled is null order by id",
                (uow.tenant,),
            )
        )
        return [tuple(row.values()) for row in rows]

    def later(self, **units: float) -> None:
        """Let time pass."""
        self.now += timedelta(**units)

    def create(self, session: str = "s-1", **told: Any) -> SessionRequest:
        """A session begins and asks for quota."""
        return self.request("create", session, 0, wanted=Units(), **told)

    def update(self, session: str, sequence: int, octets: int | None, **told: Any) -> SessionRequest:
        """A session reports what it used and asks for more."""
        return self.request("update", session, sequence, octets=octets, **{"wanted": Units(), **told})

    def release(self, session: str, sequence: int, octets: int | None, **told: Any) -> SessionRequest:
        """A session ends."""
        return self.request("release", session, sequence, octets=octets, **told)

    def request(self, operation: Any, session: str, sequence: int, **told: Any) -> SessionRequest:
        """A message. `octets` or `used` is what was used, `wanted` what is asked, of `rating_group`."""
        octets = told.pop("octets", None)
        used: Sequence[Used] = told.pop("used", ())
        if octets is not None:
            used = (Used(units=Units(total_octets=octets), started_at=self.now),)
        part = Part(rating_group=told.pop("rating_group", DATA), used=tuple(used), wanted=told.pop("wanted", None))
        asked = {
            "protocol": "nchf",
            "subscriber": NUMBER,
            "subscriber_kind": "msisdn",
            "at": self.now,
            "service": "data",
            "notify_at": "http://smf.example/notify",
            "parts": (part,),
            **told,
        }
        return SessionRequest(operation=operation, session=session, sequence=sequence, **asked)
