"""Which status leads to which, for parties, customers and accounts."""

from __future__ import annotations

from typing import Final

from tandem.kernel.state import StateTable

INDIVIDUAL: Final = StateTable(
    "Individual",
    initial=("initialized", "validated"),
    edges={"initialized": ("validated", "deceased"), "validated": ("deceased",)},
    final=("deceased",),
)
"""Standard: TMF632, IndividualStateType."""

ORGANIZATION: Final = StateTable(
    "Organization",
    initial=("initialized", "validated"),
    edges={"initialized": ("validated", "closed"), "validated": ("closed",)},
    final=("closed",),
)
"""Standard: TMF632, OrganizationStateType."""

CUSTOMER: Final = StateTable(
    "Customer",
    initial=("Created", "CreditCheckDone", "Approved", "Active"),
    edges={
        "Created": ("CreditCheckDone", "Approved", "Active", "Closed"),
        "CreditCheckDone": ("Approved", "Active", "Closed"),
        "Approved": ("Active", "Suspended", "Closed"),
        "Active": ("Suspended", "Closed"),
        "Suspended": ("Active", "Closed"),
    },
    final=("Closed",),
)
"""TMF629 leaves the words open; these are the ones of its examples and of its lifecycle."""

ACCOUNT: Final = StateTable(
    "BillingAccount",
    initial=("Inactive", "Active"),
    edges={
        "Inactive": ("Active", "Closed"),
        "Active": ("Suspended", "Inactive", "Closed"),
        "Suspended": ("Active", "Closed"),
    },
    final=("Closed",),
)
"""TMF666 names Active, Closed, Suspended "and so on"."""

SERVED: Final = frozenset({"Approved", "Active"})
"""The customers to whom something may be sold."""
