"""The room's entities as typed views of their documents."""

from tandem.bss.party.model.account import (
    BillFormat,
    BillingAccount,
    BillingCycleSpecification,
    BillPresentationMedia,
    FinancialAccount,
    PartyAccount,
    SettlementAccount,
)
from tandem.bss.party.model.person import Individual, Organization
from tandem.bss.party.model.role import Customer, PartyRole, PartyRoleSpecification

__all__ = [
    "BillFormat",
    "BillPresentationMedia",
    "BillingAccount",
    "BillingCycleSpecification",
    "Customer",
    "FinancialAccount",
    "Individual",
    "Organization",
    "PartyAccount",
    "PartyRole",
    "PartyRoleSpecification",
    "SettlementAccount",
]
