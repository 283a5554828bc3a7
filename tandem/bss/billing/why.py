"""What billing explains by itself: bills and their lines."""

from __future__ import annotations

from typing import Final

from tandem.bss.billing import public
from tandem.bss.billing.terms import APPLIED_RATE, CUSTOMER_BILL

EXPLANATIONS: Final = {CUSTOMER_BILL: public.why_bill, APPLIED_RATE: public.why_line}
