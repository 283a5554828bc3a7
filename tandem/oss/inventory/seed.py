"""The demonstration operator's stock: numbers that nobody has, SIMs of the test network 001-01, and its home register.

The cards' keys stand nowhere in the source: they are derived at install from a secret word and the card's number.
"""

from __future__ import annotations

import hmac
from typing import Final

from tandem.kernel.store import Uow
from tandem.oss.inventory import public
from tandem.oss.inventory.rules.identities import luhn_digit
from tandem.oss.service_catalog.terms import HLR, NUMBER_POOL, SIM_POOL

ELEMENT: Final = "hlr-1"
FIRST_NUMBER: Final = 353_890_000_000
ISSUER: Final = "8935399"
PLMN: Final = "00101"
STOCK: Final = 500
QUARANTINE_DAYS: Final = 90


def seed(uow: Uow, *, secret: bytes = b"corrib", stock: int = STOCK) -> None:
    """Fill the pools and register the HLR. Idempotent: by pool, number, card and element."""
    public.make_pool(uow, name=NUMBER_POOL, kind="number", quarantine_days=QUARANTINE_DAYS)
    public.make_pool(uow, name=SIM_POOL, kind="sim", quarantine_days=0)
    last = FIRST_NUMBER + stock - 1
    public.import_number_range(uow, pool=NUMBER_POOL, first=str(FIRST_NUMBER), last=str(last))
    public.import_sims(uow, pool=SIM_POOL, lines=[card_line(number, secret) for number in range(1, stock + 1)])
    public.register_element(uow, element_id=ELEMENT, name="Home register 1", specification=(HLR, "HLR"))


def card_line(number: int, secret: bytes) -> str:
    """One line of the card maker's list."""
    body = f"{ISSUER}{number:011d}"
    iccid = body + luhn_digit(body)
    return f"{iccid},{PLMN}{number:010d},{_key(secret, iccid, 'ki')},{_key(secret, iccid, 'opc')}"


def _key(secret: bytes, iccid: str, name: str) -> str:
    return hmac.digest(secret, f"{name}/{iccid}".encode(), "sha256")[:16].hex().upper()
