"""The simulated provider: each reference once, declines, faults on demand, the same after a kill."""

from __future__ import annotations

from pathlib import Path

import httpx

from tandem.bss.receivables.simulated.psp import Provider, running
from tandem.bss.receivables.simulated.till import Till

CHARGE = {"reference": "p-1", "token": "tok_visa", "amount": {"value": "30.00", "currency": "EUR"}}


def test_a_reference_is_charged_once_and_for_one_amount() -> None:
    till = Till()
    assert till.charge(CHARGE) == till.charge(CHARGE)
    assert till.charge({**CHARGE, "amount": {"value": "31.00", "currency": "EUR"}})[0] == 422
    assert till.balance() == {"taken": "30.00", "refunded": "0"}


def test_no_more_goes_back_than_was_taken() -> None:
    till = Till()
    code = till.charge(CHARGE)[1]["authorizationCode"]
    part = {"authorizationCode": code, "amount": {"value": "20.00", "currency": "EUR"}}
    assert till.refund({**part, "reference": "r-1"})[0] == 201
    assert till.refund({**part, "reference": "r-1"})[0] == 201
    assert till.refund({**part, "reference": "r-2"})[0] == 409
    assert till.balance() == {"taken": "30.00", "refunded": "20.00"}


def test_a_voided_reference_is_never_charged() -> None:
    till = Till()
    till.void({"reference": "p-1"})
    assert till.charge(CHARGE)[0] == 409
    assert till.balance()["taken"] == "0"


def test_the_journal_brings_the_till_back(tmp_path: Path) -> None:
    before = Till(tmp_path / "journal")
    before.charge(CHARGE)
    before.void({"reference": "p-2"})
    after = Till(tmp_path / "journal")
    assert (after.charges, after.voided) == (before.charges, before.voided)


def test_it_refuses_and_falls_silent_on_demand() -> None:
    with running() as provider:
        assert _post(provider, "/v1/faults", {"refuse": 1}).status_code == 200
        assert _post(provider, "/v1/charges", CHARGE).status_code == 503
        assert _post(provider, "/v1/charges", CHARGE).status_code == 201
        assert _post(provider, "/v1/charges", {"reference": "p-2"}).status_code == 400
        assert _post(provider, "/v1/nothing", {}).status_code == 404
        assert httpx.get(f"{provider.url}/health").json() == {"status": "up"}
        assert httpx.get(f"{provider.url}/v1/balance").json() == {"taken": "30.00", "refunded": "0"}


def _post(provider: Provider, path: str, body: dict[str, object]) -> httpx.Response:
    return httpx.post(f"{provider.url}{path}", json=body)
