"""What the simulated provider knows: which cards there are, what was taken and given back, and its journal of it.

The journal is a file of JSON lines, written through before anything is answered, so that the till is the same again
after a kill.
"""

from __future__ import annotations

import json
import os
import threading
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

CARDS: Final = {"tok_visa": ("Visa", "4242"), "tok_mastercard": ("Mastercard", "4444")}
DECLINES: Final = {
    "tok_insufficient_funds": "insufficient funds",
    "tok_expired": "the card has expired",
    "tok_stolen": "the card is blocked",
}

Answer = tuple[int, dict[str, Any]]


@dataclass
class Till:
    """All charges and refunds by their references. Each reference is answered the same for ever."""

    journal: Path | None = None
    charges: dict[str, dict[str, Any]] = field(default_factory=dict)
    refunds: dict[str, dict[str, Any]] = field(default_factory=dict)
    voided: set[str] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        if self.journal is not None and self.journal.exists():
            for line in self.journal.read_text().splitlines():
                entry = json.loads(line)
                self._apply(entry["kind"], entry["doc"])

    def charge(self, body: dict[str, Any]) -> Answer:
        """Take money from the card behind a token."""
        with self._lock:
            reference, token = str(body["reference"]), str(body["token"])
            if reference in self.voided:
                return 409, {"error": "voided", "reason": "this reference was voided"}
            if reference in self.charges:
                return self._told_before(self.charges[reference], body, 201)
            if token not in CARDS:
                return 402, {"error": "declined", "reason": DECLINES.get(token, "no such card")}
            brand, last4 = CARDS[token]
            doc = {
                "id": f"ch_{len(self.charges) + 1:08}",
                "reference": reference,
                "amount": body["amount"],
                "status": "captured",
                "authorizationCode": f"A{len(self.charges) + 1:07}-{reference[-12:]}",
                "card": {"brand": brand, "last4": last4},
            }
            self._keep("charge", doc)
            return 201, doc

    def refund(self, body: dict[str, Any]) -> Answer:
        """Give money back to the card that it came from, never more than was taken."""
        with self._lock:
            reference = str(body["reference"])
            if reference in self.refunds:
                return self._told_before(self.refunds[reference], body, 201)
            charge = self._charge_of(str(body["authorizationCode"]))
            if charge is None:
                return 404, {"error": "unknown", "reason": "no such authorization code"}
            if _value(body) > self._refundable(charge):
                return 409, {"error": "too_much", "reason": "more than was taken"}
            doc = {
                "id": f"re_{len(self.refunds) + 1:08}",
                "reference": reference,
                "authorizationCode": charge["authorizationCode"],
                "amount": body["amount"],
                "status": "refunded",
            }
            self._keep("refund", doc)
            return 201, doc

    def void(self, body: dict[str, Any]) -> Answer:
        """Take nothing for a reference, now or later; what was taken goes back."""
        with self._lock:
            self._keep("void", {"reference": str(body["reference"])})
            return 200, {"status": "voided"}

    def balance(self) -> dict[str, str]:
        """What is in the till: all that was taken and neither voided nor given back."""
        with self._lock:
            taken = [_value(doc) for doc in self.charges.values() if doc["reference"] not in self.voided]
            given = [_value(doc) for doc in self.refunds.values()]
            return {"taken": str(sum(taken, Decimal())), "refunded": str(sum(given, Decimal()))}

    def _told_before(self, known: dict[str, Any], body: dict[str, Any], status: int) -> Answer:
        if known["amount"] != body["amount"]:
            return 422, {"error": "reference_reused", "reason": "this reference was used for another amount"}
        return status, known

    def _charge_of(self, code: str) -> dict[str, Any] | None:
        live = (doc for doc in self.charges.values() if doc["reference"] not in self.voided)
        return next((doc for doc in live if doc["authorizationCode"] == code), None)

    def _refundable(self, charge: dict[str, Any]) -> Decimal:
        code = charge["authorizationCode"]
        given = [_value(doc) for doc in self.refunds.values() if doc["authorizationCode"] == code]
        return _value(charge) - sum(given, Decimal())

    def _keep(self, kind: str, doc: dict[str, Any]) -> None:
        if self.journal is not None:
            with self.journal.open("a") as file:
                file.write(json.dumps({"kind": kind, "doc": doc}) + "\n")
                file.flush()
                os.fsync(file.fileno())
        self._apply(kind, doc)

    def _apply(self, kind: str, doc: dict[str, Any]) -> None:
        if kind == "charge":
            self.charges[doc["reference"]] = doc
        elif kind == "refund":
            self.refunds[doc["reference"]] = doc
        else:
            self.voided.add(doc["reference"])


def _value(doc: dict[str, Any]) -> Decimal:
    return Decimal(doc["amount"]["value"])
