"""The story: she orders Max 100, it is delivered, she uses it, the month turns, she is billed and pays.

Figures (EUR, VAT 23 % included, Europe/Dublin, bill day 1), worked out by hand: 30.00 a month in advance, active on 12
October: 20/31 of 30.00 = 19.35; November 30.00; 12.5 GB and 3:10 at home within the allowances 0.00; 7:20 to Germany by
60/60 = 8 minutes at 0.25 = 2.00. Net by line 15.73 + 24.39 + 1.63 = 41.75, VAT 9.60, total 51.35.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

import httpx

from tandem.app.demo.browser import Browser
from tandem.app.demo.table import Report
from tandem.app.logins import MadeLogin
from tandem.app.network import HLR
from tandem.app.settings import Settings
from tandem.bss.billing import public as billing
from tandem.bss.billing.terms import BillView
from tandem.bss.ledger import public as ledger
from tandem.bss.ordering import public as ordering
from tandem.bss.ordering.terms import OrderView
from tandem.bss.subscriptions import public as subscriptions
from tandem.kernel.clock import drag_to
from tandem.kernel.errors import Broken
from tandem.kernel.period import instant, text_of
from tandem.kernel.store import Database, Uow
from tandem.kernel.why import Why
from tandem.oss.elements import public as elements
from tandem.oss.provisioning import public as provisioning

T = TypeVar("T")

CUSTOMER, ACCOUNT, OFFERING = "cust-1001", "acct-1001", "offer-max-100"
BEGINS = instant("2026-10-12T09:00:00Z")
USED = instant("2026-10-20T08:30:00Z")
TURNED = instant("2026-11-01T06:00:00Z")
GIGA = 1_000_000_000
USAGE = "/tmf-api/usageManagement/v4/usage"
CARD_TOKEN = "tok_visa"


@dataclass
class Story:
    """One run of the story against a running operator."""

    settings: Settings
    database: Database
    token: str
    logins: dict[str, MadeLogin]
    report: Report

    def play(self) -> None:
        """All chapters, in order."""
        with self.report.chapter("She orders Max 100 in self-care, and an agent watches"):
            order = self._order()
        with self.report.chapter("The register is asked: is she there, and can her phone attach?"):
            self._read_back(order)
        with self.report.chapter("She uses it: 12.5 GB, a call at home, a call to Germany"):
            number = self._use()
        with self.report.chapter("The month turns"):
            bill = self._turn(number)
        with self.report.chapter("She reads her bill and pays it by card"):
            self._pay(bill)

    # -- chapters -----------------------------------------------------------------------------------------------------

    def _order(self) -> OrderView:
        customer, agent = self._browser("/my", "niamh"), self._browser("/desk", "agent")
        started = time.monotonic()
        customer.open(f"/my/offers/{OFFERING}")
        customer.send(f"/my/offers/{OFFERING}", {"agreed": "1"})
        placed = time.monotonic()
        order_id = customer.page.url.path.rpartition("/")[2]
        topic = f"ProductOrder:{order_id}"
        hers, theirs = customer.watch(topic), agent.watch(topic)
        agent.open(f"/desk/agent/orders/{order_id}")
        order = self._await(lambda: self._ended(order_id), "the order does not end")
        took = time.monotonic() - placed
        self.report.see("order placed in self-care", "yes", "yes", placed - started)
        self.report.see("order state", "completed", order.state, took)
        milestones = "reserved configured verified completed"
        self.report.see("steps passed", milestones, " ".join(name for name, _ in order.milestones))
        for whose, watch in (("her page", hers), ("the agent's page", theirs)):
            self.report.see(f"{whose} was told of it by itself", "yes", _yes(bool(watch.told_at)))
        number = self._number()
        for whose, page in (
            ("her page", customer.open("/my/usage")),
            ("the agent's", agent.open(f"/desk/agent/customers/{CUSTOMER}")),
        ):
            self.report.see(f"{whose} shows her number", number, number if number[3:] in _digits(page.text) else "no")
        return order

    def _number(self) -> str:
        with self._uow() as uow:
            return self._product(uow).msisdn or ""

    def _ended(self, order_id: str) -> OrderView | None:
        with self._uow() as uow:
            order = ordering.get_order(uow, order_id=order_id)
        return order if order.is_final or order.state == "held" else None

    def _read_back(self, order: OrderView) -> None:
        with self._uow() as uow:
            service_order = provisioning.order_of_request(uow, external_id=order.id)
            plan = provisioning.get_plan(uow, service_order_id=service_order.id)
            built = next(task.answer for task in plan.tasks if task.kind == "build")
            held = elements.read_back(uow, element_id=HLR, subject=str(built["imsi"]))
            started = time.monotonic()
            attached = elements.can_attach(uow, element_id=HLR, imsi=str(built["imsi"]))
            took = time.monotonic() - started
            product = self._product(uow)
        there = held.attributes or {}
        self.report.see("number on the register", built["msisdn"], there.get("msisdn"))
        self.report.see("her phone attaches (vectors, location)", "yes", _yes(attached.accepted), took)
        self.report.see("product", f"active on {built['msisdn']}", f"{product.status} on {product.msisdn}")

    def _use(self) -> str:
        number = self._number()
        self._advance(USED)
        started = time.monotonic()
        half = 12_500_000_000 // 2
        for place, octets in enumerate((half, 12_500_000_000 - half)):
            self._post_usage("data", number, octets=octets, recordId=f"demo-data-{place}")
        self._post_usage("voice", number, duration=190, destinationNumber="353861234567", recordId="demo-voice-home")
        took = time.monotonic() - started
        self._drop_file(number)
        charges = self._await(lambda: self._charges(number), "usage is not rated")
        self.report.see("usage by TMF635: 12.5 GB and a call at home cost", "0.00", charges["home"], took)
        self.report.see("a call to Germany of 7:20, from a usage file, costs", "2.00", charges["abroad"])
        return number

    def _post_usage(self, usage_type: str, number: str, **told: Any) -> None:
        body = {
            "@type": "Usage",
            "usageType": usage_type,
            "usageDate": text_of(USED),
            "usageCharacteristic": [
                {"name": name, "value": value} for name, value in {"servedNumber": number, **told}.items()
            ],
        }
        answer = httpx.post(
            f"{self.settings.url}{USAGE}", json=body, headers={"authorization": f"Bearer {self.token}"}, timeout=20
        )
        if answer.status_code != 201:
            raise Broken(f"POST usage: {answer.status_code} {answer.text}", code="demo.usage")

    def _drop_file(self, number: str) -> None:
        folder = self.settings.usage_drop
        folder.mkdir(parents=True, exist_ok=True)
        lines = [
            "usage_type,served_number,started_at,quantity,destination,record_id",
            f"voice,{number},{text_of(USED)},440,4930123456,demo-voice-germany",
        ]
        unfinished = folder / "demo.csv.part"
        unfinished.write_text("\n".join(lines) + "\n")
        unfinished.rename(folder / "demo.csv")

    def _charges(self, number: str) -> dict[str, str] | None:
        """What the rated usage costs, at home and abroad, by the standard's own API; none until all is rated."""
        answer = httpx.get(
            f"{self.settings.url}{USAGE}",
            params={"limit": 50},
            headers={"authorization": f"Bearer {self.token}"},
            timeout=20,
        )
        rated = [one for one in answer.json() if one.get("ratedProductUsage") and number in str(one)]
        if len(rated) < 4:
            return None
        costs = {"home": Decimal(0), "abroad": Decimal(0)}
        for one in rated:
            place = "abroad" if "4930123456" in str(one) else "home"
            costs[place] += sum(
                Decimal(str(part["taxIncludedRatingAmount"]["value"])) for part in one["ratedProductUsage"]
            )
        return {place: f"{cost:.2f}" for place, cost in costs.items()}

    def _turn(self, number: str) -> BillView:
        started = time.monotonic()
        self._advance(TURNED)
        bill = self._await(self._bill, "there is no bill")
        took = time.monotonic() - started
        gross = {str(line.gross.amount) for line in bill.lines if line.gross.micros}
        self.report.see("her bill: total with VAT", "51.35", bill.gross.amount, took)
        self.report.see("net", "41.75", bill.net.amount)
        self.report.see("VAT", "9.60", bill.vat.amount)
        self.report.see("lines: October, November, Germany", "19.35 2.00 30.00", " ".join(sorted(gross)))
        self._explain(bill)
        return bill

    def _bill(self) -> BillView | None:
        with self._uow() as uow:
            found = billing.bills_of_account(uow, billing_account_id=ACCOUNT)
            return billing.get_bill(uow, bill_id=found[0].bill_id) if found else None

    def _explain(self, bill: BillView) -> None:
        """The line of the German call, down to its usage record and its tariff."""
        line = next(line for line in bill.lines if line.gross.amount == Decimal("2.00"))
        with self._uow() as uow:
            why = billing.why_line(uow, line.rate_id)
        kinds = _kinds(why)
        wanted = {"Usage", "ProductOfferingPrice"}
        self.report.see("why that line: usage record and tariff are named", "yes", _yes(wanted <= kinds))

    def _pay(self, bill: BillView) -> None:
        customer = self._browser("/my", "niamh")
        pdf = self._await(lambda: self._pdf(customer, bill.bill_id), "there is no PDF")
        self.report.see("her bill as PDF", "%PDF", pdf[:4].decode("latin-1"))
        started = time.monotonic()
        customer.open(f"/my/bills/{bill.bill_id}/pay")
        customer.send(f"/my/bills/{bill.bill_id}/pay", {"card_token": CARD_TOKEN, "amount": "51.35"})
        paid = self._await(lambda: self._paid(bill.bill_id), "the bill is not paid")
        took = time.monotonic() - started
        with self._uow() as uow:
            balance = ledger.receivable_of(uow, billing_account_id=ACCOUNT, currency="EUR")
            off = ledger.imbalance(uow)
        self.report.see("her bill, paid by card, is", "settled", paid.state, took)
        self.report.see("her balance", "0.00", balance.amount)
        self.report.see("ledger: debits less credits", "0", sum(off.values()))

    def _paid(self, bill_id: str) -> BillView | None:
        """The bill once its payment was taken from the card, which a step does behind the page."""
        with self._uow() as uow:
            bill = billing.get_bill(uow, bill_id=bill_id)
        return bill if bill.payments else None

    def _settled(self, bill_id: str) -> BillView | None:
        with self._uow() as uow:
            bill = billing.get_bill(uow, bill_id=bill_id)
        return bill if bill.state == "settled" else None

    def _pdf(self, customer: Browser, bill_id: str) -> bytes | None:
        try:
            return customer.octets(f"/my/bills/{bill_id}/pdf")
        except Broken:
            return None

    # -- small things -------------------------------------------------------------------------------------------------

    def _browser(self, mount: str, username: str) -> Browser:
        login = self.logins[username]
        browser = Browser(self.settings.url, mount)
        browser.log_in(login.username, login.password)
        return browser

    def _uow(self) -> Any:
        return self.database.uow(tenant=self.settings.tenant, actor="demo", cause="demo")

    def _product(self, uow: Uow) -> Any:
        return subscriptions.products_of_customer(uow, customer_id=CUSTOMER)[0]

    def _advance(self, target: Any) -> None:
        drag_to(self.database, target, told=lambda at: print(f"  … {text_of(at)}", flush=True))

    def _await(self, ask: Callable[[], T | None], otherwise: str, timeout_s: float = 60.0) -> T:
        until = time.monotonic() + timeout_s
        while (answer := ask()) is None:
            if time.monotonic() > until:
                raise Broken(otherwise, code="demo.waited_in_vain")
            time.sleep(0.02)
        return answer


def _digits(text: str) -> str:
    """A page without what stands between the digits of a number."""
    return "".join(char for char in text if char not in " \u00a0\u202f-")


def _yes(is_so: bool) -> str:
    return "yes" if is_so else "no"


def _kinds(why: Why) -> set[str]:
    return {why.entity} | {kind for cause in why.because for kind in _kinds(cause)}
