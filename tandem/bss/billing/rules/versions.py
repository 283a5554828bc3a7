"""Where version 4 of TMF678 says it in another way than the stored shape, which is version 5's."""

from __future__ import annotations

from tandem.kernel.tmf.conversion import conversion, related_parties, renamed

BILL_TO_V4, BILL_FROM_V4 = conversion(related_parties("relatedParty"))
RATE_TO_V4, RATE_FROM_V4 = conversion(related_parties("relatedParty"), renamed("appliedBillingRateType", "type"))
ON_DEMAND_TO_V4, ON_DEMAND_FROM_V4 = conversion(related_parties("relatedParty"))
