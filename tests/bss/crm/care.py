"""A small customer care: customers with products on services, faults that are told, and the mails that come of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any, cast

from tandem.bss.catalog import seed as catalog
from tandem.bss.crm import public
from tandem.bss.crm.commands.messages import create_message
from tandem.bss.crm.reactions import REACTIONS
from tandem.bss.crm.steps import STEPS
from tandem.bss.party import public as party
from tandem.bss.party.terms import Registered, Registration
from tandem.bss.subscriptions import public as subscriptions
from tandem.bss.subscriptions.terms import NewProduct, Realization
from tandem.kernel.json import Doc
from tandem.kernel.period import instant
from tandem.kernel.steps import Registry, Worker
from tandem.kernel.store import Database, Uow
from tandem.seam.terms import ServiceImpacted, ServiceImpactEnded, Severity

SINCE = instant("2026-11-02T10:00:00Z")
OVER = instant("2026-11-02T10:04:00Z")
SENDER = "Corrib Communications <care@corrib.example>"


def mails_in(folder: Path) -> list[EmailMessage]:
    """The mails of a folder in the order of their receivers and subjects."""
    found = [cast(EmailMessage, message_from_bytes(path.read_bytes(), policy=default)) for path in folder.glob("*.eml")]
    return sorted(found, key=lambda mail: (str(mail["To"]), str(mail["Subject"])))


class Care:
    """A tenant's customers, and what is told to them."""

    def __init__(self, database: Database, tenant: str, folder: Path) -> None:
        self._database, self._tenant, self.folder = database, tenant, folder
        registry = Registry()
        registry.add_reactions(REACTIONS)
        registry.add_steps(STEPS)
        self.worker = Worker(database, registry)
        self._orders = 0
        public.use_mail(folder=folder, smtp_url=None, sender=SENDER)
        with self.uow() as uow:
            catalog.seed(uow)

    @contextmanager
    def uow(self) -> Iterator[Uow]:
        with self._database.uow(tenant=self._tenant, actor="tester", cause="test") as uow:
            yield uow

    def customer(self, name: str, **given: Any) -> Registered:
        """Somebody who is registered; reached by mail unless `email=None` is given."""
        facts = {"email": f"{name.lower()}@corrib.example", "language": "en"} | given
        with self.uow() as uow:
            return party.register_customer(
                uow, registration=Registration(given_name=name, family_name="Byrne", **facts)
            )

    def product(self, who: Registered, *service_ids: str, number: str | None = None) -> str:
        """A product of a customer that these services make work."""
        self._orders += 1
        new = NewProduct(
            name="Max 100",
            customer_id=who.customer_id,
            billing_account_id=who.billing_account_id,
            offering_id=catalog.MAX_100,
            order_id=f"o{self._orders}",
            order_item_id="1",
        )
        characteristics = {"msisdn": number} if number else {}
        given = Realization(service_ids=service_ids, characteristics=characteristics)
        with self.uow() as uow:
            product_id = subscriptions.create_pending_product(uow, new=new).id
            subscriptions.activate_product(uow, product_id=product_id, moment=SINCE, given=given)
        self.worker.drain()
        return product_id

    def fault(self, *service_ids: str, impact: str = "i1", severity: Severity = "outage") -> None:
        """The other half says that these services feel a fault."""
        self.hears(
            ServiceImpacted(
                impact_id=impact,
                alarm_id="1",
                severity=severity,
                since=SINCE,
                summary="hlr-1 does not answer",
                service_ids=service_ids,
            )
        )

    def mended(self, *service_ids: str, impact: str = "i1") -> None:
        """The other half says that the fault is over for these services."""
        self.hears(
            ServiceImpactEnded(impact_id=impact, alarm_id="1", since=SINCE, ended_at=OVER, service_ids=service_ids)
        )

    def hears(self, event: ServiceImpacted | ServiceImpactEnded) -> None:
        with self.uow() as uow:
            uow.emit(event)
        self.worker.drain()

    def post(self, doc: Doc) -> str:
        """A message that was posted, and what became of it; its id."""
        with self.uow() as uow:
            message_id = create_message(uow, doc).id
        self.worker.drain()
        return message_id

    @property
    def told(self) -> list[tuple[str, str]]:
        """(address, subject) of each mail."""
        return [(str(mail["To"]), str(mail["Subject"])) for mail in mails_in(self.folder)]
