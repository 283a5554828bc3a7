"""A payment service provider over HTTP with JSON. It is told tokens and amounts, never a card.

`TANDEM_PSP_URL` is its address. Every call names a reference of ours, and is done once for it however often it is sent:
so a call that was not answered is simply made again.
"""

from __future__ import annotations

import os
from typing import Any, Final

import httpx

from tandem.bss.receivables.terms import (
    CardCharge,
    CardDeclined,
    CardProcessor,
    CardsNotAccepted,
    CardTaken,
    ProcessorUnavailable,
    RefundDeclined,
)
from tandem.kernel.money import Money

ADDRESS: Final = "TANDEM_PSP_URL"
_TIMEOUT: Final = httpx.Timeout(5)


class HttpCardProcessor:
    """The provider at an address."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")

    def take(self, charge: CardCharge) -> CardTaken:
        """Authorise and capture. Raises: CardDeclined, ProcessorUnavailable."""
        body = {"reference": charge.reference, "token": charge.token, "amount": _amount(charge.amount)}
        answer = self._post("/v1/charges", body)
        told = answer.json()
        if answer.status_code == 201:
            return CardTaken(told["authorizationCode"], f"{told['card']['brand']} •••• {told['card']['last4']}")
        raise CardDeclined(str(told.get("reason", "declined")), next_action="try another card")

    def give_back(self, *, reference: str, authorization_code: str, amount: Money) -> None:
        """Refund. Raises: RefundDeclined, ProcessorUnavailable."""
        body = {"reference": reference, "authorizationCode": authorization_code, "amount": _amount(amount)}
        answer = self._post("/v1/refunds", body)
        if answer.status_code != 201:
            raise RefundDeclined(str(answer.json().get("reason", "declined")), next_action="pay it back by bank")

    def void(self, reference: str) -> None:
        """Take nothing for a reference. Raises: ProcessorUnavailable."""
        self._post("/v1/voids", {"reference": reference})

    def _post(self, path: str, body: dict[str, Any]) -> httpx.Response:
        headers = {"Idempotency-Key": f"{path}:{body['reference']}"}
        try:
            answer = httpx.post(f"{self._url}{path}", json=body, headers=headers, timeout=_TIMEOUT)
        except httpx.HTTPError as fault:
            raise ProcessorUnavailable(f"the payment provider did not answer: {fault}") from fault
        if answer.status_code >= 500:
            raise ProcessorUnavailable(f"the payment provider answered {answer.status_code}")
        return answer


def _amount(amount: Money) -> dict[str, str]:
    return {"value": str(amount.amount), "currency": amount.currency}


def card_processor() -> CardProcessor:
    """The provider that this installation is set up with. Raises: CardsNotAccepted."""
    url = os.environ.get(ADDRESS)
    if not url:
        raise CardsNotAccepted(
            "no payment service provider is set up", next_action=f"set {ADDRESS} to its address, then try again"
        )
    return HttpCardProcessor(url)
