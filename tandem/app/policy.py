"""Who may do what in Tandem: one table of role × entity × verb → scope. `docs/how/access.md` is checked against it.

Shape: a row grants; the widest matching row wins; nothing denies. Scope "own" means the things of the caller's party.
Separation of duties stands in `APART` (two verbs, two people) and `ROLES_APART` (two roles, two users).
"""

from __future__ import annotations

from typing import Final

from tandem.kernel.access.logins import Mount
from tandem.kernel.access.policy import Apart, Policy, RolesApart, Row, grant

ROLES: Final = {
    "customer": "A subscriber in self-care; sees and changes only what is hers.",
    "agent": "Call-centre agent: customers, their orders, bills and messages; no money back without finance.",
    "dealer": "Shop or partner: sells and registers customers; sees only its own sales once they are placed.",
    "sales": "Business sales: customers, agreements, quotes and orders.",
    "marketing": "Campaigns and messages; reads customers and what they have, changes neither.",
    "product_manager": "The product, service and resource catalogues.",
    "finance": "Bills, payments, refunds and the ledger.",
    "noc": "Network operations: alarms, services and resources, and who is affected.",
    "fulfilment": "Orders on their way to the network: fall-out, retry, inventory corrections.",
    "planner": "Network inventory and its specifications; no customers.",
    "executive": "Reads the business and the network; changes nothing.",
    "admin": "Runs the installation: users, hubs, clock, steps, audit, every record; money's named steps are not its.",
    "system": "Tandem's own jobs and reactions, and the other half across the seam.",
}

READ: Final = "list get"
EDIT: Final = "list get create patch"
FULL: Final = "list get create patch delete"

PARTIES: Final = "Individual Organization Customer PartyRole PartyRoleSpecification"
ACCOUNTS: Final = "BillingAccount PartyAccount SettlementAccount FinancialAccount"
BILLING_TERMS: Final = "BillFormat BillPresentationMedia BillingCycleSpecification BillCycle"
OFFERS: Final = "Catalog ProductCatalog Category ProductOffering ProductOfferingPrice ProductSpecification"
SUBSCRIPTIONS: Final = "Product Agreement AgreementSpecification"
PRODUCT_ORDERS: Final = "ProductOrder CancelProductOrder"
USAGE: Final = "Usage UsageSpecification"
BALANCES: Final = "Bucket AccumulatedBalance BalanceActionHistory"
BALANCE_ACTIONS: Final = "TopupBalance AdjustBalance TransferBalance ReserveBalance"
CONSUMPTION: Final = "QueryUsageConsumption UsageConsumptionReport"
BILLS: Final = "CustomerBill AppliedCustomerBillingRate CustomerBillOnDemand"
PAYMENTS: Final = "Payment Refund"
SERVICE_CATALOG: Final = "ServiceCatalog ServiceCategory ServiceCandidate ServiceSpecification"
RESOURCE_CATALOG: Final = "ResourceCatalog ResourceCategory ResourceCandidate ResourceSpecification"
CATALOG_JOBS: Final = "ImportJob ExportJob"
INVENTORY: Final = "Service Resource"
NETWORK_ORDERS: Final = "ServiceOrder CancelServiceOrder ResourceOrder CancelResourceOrder"
ALARMS: Final = "Alarm AckAlarms UnAckAlarms ClearAlarms CommentAlarms GroupAlarms UnGroupAlarms"
MESSAGES: Final = "CommunicationMessage"

CUSTOMER: Final = (
    *grant("customer", f"{OFFERS}", READ),
    *grant("customer", f"{PARTIES} {ACCOUNTS} {SUBSCRIPTIONS} {BILLS} {PAYMENTS} Usage {MESSAGES}", READ, "own"),
    *grant("customer", f"{BALANCE_ACTIONS} BalanceActionHistory", READ, "own"),
    *grant("customer", f"{CONSUMPTION}", "list get create delete", "own"),
    *grant("customer", "Payment", "receivables.balance.top_up", "own"),
    *grant("customer", "Individual Customer", "patch", "own"),
    *grant("customer", f"{PRODUCT_ORDERS}", "list get create", "own"),
    *grant("customer", "ProductOrder", "ordering.order.cancel", "own"),
    *grant("customer", "CustomerBill", "receivables.bill.pay", "own"),
    *grant("customer", "CommunicationMessage", "crm.message.read", "own"),
)

SELLING: Final = (
    *grant("agent sales dealer", f"{OFFERS} {BILLING_TERMS}", READ),
    *grant("agent sales", f"{PARTIES} {ACCOUNTS}", EDIT),
    *grant("agent sales", f"{SUBSCRIPTIONS} {USAGE}", READ),
    *grant("agent sales", f"{PRODUCT_ORDERS}", EDIT),
    *grant("agent sales", "ProductOrder", "ordering.order.cancel"),
    *grant("agent", f"{BILLS} {PAYMENTS}", READ),
    *grant("agent", "Payment", "create"),
    *grant("agent", f"{BALANCES} {BALANCE_ACTIONS}", READ),
    *grant("agent", f"{CONSUMPTION}", "list get create delete"),
    *grant("agent", "TransferBalance", "create"),
    *grant("agent", "Payment", "receivables.balance.top_up"),
    *grant("agent", "CustomerBill", "receivables.bill.pay"),
    *grant("agent", "Refund", "receivables.refund.request"),
    *grant("agent", f"{MESSAGES}", EDIT),
    *grant("agent", "Service Alarm", READ),
    *grant("agent sales fulfilment", "ServiceOrder", READ),
    *grant("sales", "Agreement", "create patch"),
    *grant("sales", "CustomerBill", READ),
    *grant("dealer", "Individual Organization Customer BillingAccount", "create"),
    *grant("dealer", f"{PARTIES} {ACCOUNTS} {SUBSCRIPTIONS}", READ, "own"),
    *grant("dealer", f"{PRODUCT_ORDERS}", "list get create", "own"),
    *grant("dealer", "ProductOrder", "ordering.order.cancel", "own"),
)

OFFERING: Final = (
    *grant("product_manager", f"{OFFERS} {SERVICE_CATALOG} {RESOURCE_CATALOG} {CATALOG_JOBS}", FULL),
    *grant("product_manager", "ProductOffering", "catalog.offering.submit catalog.offering.approve"),
    *grant("product_manager", "WhatIf", "charging.what_if.ask"),
    *grant("product_manager", f"{SUBSCRIPTIONS} {USAGE} {BILLING_TERMS}", READ),
    *grant("product_manager", "UsageSpecification AgreementSpecification", "create patch delete"),
    *grant("marketing", f"{OFFERS} {PARTIES} {SUBSCRIPTIONS} Usage", READ),
    *grant("marketing", f"{MESSAGES}", FULL),
)

FINANCE: Final = (
    *grant("finance", f"{PARTIES} {SUBSCRIPTIONS} {OFFERS} {PRODUCT_ORDERS} {USAGE}", READ),
    *grant("finance", f"{ACCOUNTS} {BILLING_TERMS}", FULL),
    *grant("finance", f"{BILLS}", EDIT),
    *grant("finance", f"{PAYMENTS}", "list get create"),
    *grant("finance", "CustomerBill", "billing.* receivables.bill.pay"),
    *grant("finance", "Refund", "receivables.refund.*"),
    *grant("finance", "Usage", "charging.usage.load charging.usage.recycle"),
    *grant("finance", f"{BALANCES}", READ),
    *grant("finance", f"{BALANCE_ACTIONS}", FULL),
    *grant("finance", "Voucher", "charging.voucher.make"),
    *grant("finance", "Rerating", "charging.rerating.*"),
    *grant("finance executive", "Rerating UsageFile UsageRework", READ),
    *grant("finance", "LedgerEntry", READ),
)

NETWORK: Final = (
    *grant("noc", f"{ALARMS}", EDIT),
    *grant("noc", "Alarm", "fault.*"),
    *grant("noc", f"{INVENTORY} {NETWORK_ORDERS} {SERVICE_CATALOG} {RESOURCE_CATALOG}", READ),
    *grant("noc", f"Customer Product {MESSAGES}", READ),
    *grant("noc fulfilment", "Element", f"{READ} elements.element.read_back"),
    *grant("fulfilment", f"{INVENTORY} {NETWORK_ORDERS} Monitor", EDIT),
    *grant("fulfilment", f"{PRODUCT_ORDERS}", EDIT),
    *grant("fulfilment", "ProductOrder ServiceOrder ResourceOrder", "ordering.* provisioning.*"),
    *grant("fulfilment", f"{PARTIES} Product {OFFERS} {SERVICE_CATALOG} {RESOURCE_CATALOG}", READ),
    *grant("fulfilment", "Alarm", READ),
    *grant("planner", f"{RESOURCE_CATALOG} {SERVICE_CATALOG} {CATALOG_JOBS}", FULL),
    *grant("planner", f"{INVENTORY}", FULL),
    *grant("planner", f"ServiceOrder ResourceOrder Alarm {USAGE} Element", READ),
)

EXECUTIVE: Final = (
    *grant(
        "executive", f"{PARTIES} {ACCOUNTS} {BILLING_TERMS} {OFFERS} {SUBSCRIPTIONS} {PRODUCT_ORDERS} {USAGE}", READ
    ),
    *grant("executive", f"{BILLS} {PAYMENTS} {MESSAGES} LedgerEntry {BALANCES} {BALANCE_ACTIONS}", READ),
    *grant(
        "executive", f"{SERVICE_CATALOG} {RESOURCE_CATALOG} {INVENTORY} {NETWORK_ORDERS} Monitor Alarm Element", READ
    ),
)

RUNNING: Final = (
    *grant("admin", "*", f"{FULL} access.* audit.* clock.* steps.* hub.*"),
    *grant("admin", "ProductOrder ServiceOrder ResourceOrder", "ordering.* provisioning.*"),
    *grant("admin", "Alarm", "fault.*"),
    *grant("noc fulfilment finance sales product_manager", "Hub", FULL),
    *grant("system", "*", "*"),
)

APART: Final = (
    Apart(
        "Refund",
        "receivables.refund.request",
        "receivables.refund.approve",
        "A refund is approved by somebody other than the person who asked for it.",
    ),
    Apart(
        "CustomerBill",
        "billing.run.start",
        "billing.run.approve",
        "A bill run is approved by somebody other than the person who started it.",
    ),
    Apart(
        "Rerating",
        "charging.rerating.draft",
        "charging.rerating.approve",
        "A rating again is approved by somebody other than the person who drafted it.",
    ),
    Apart(
        "ProductOffering",
        "catalog.offering.submit",
        "catalog.offering.approve",
        "An offering is approved for sale by somebody other than the person who submitted it.",
    ),
)

ROLES_APART: Final = (
    RolesApart("finance", "admin", "Who can make users must not also move money."),
    RolesApart("agent", "finance", "Who asks for a refund on the telephone must not be able to approve it."),
    RolesApart("customer", "admin", "A self-care login never runs the installation."),
    RolesApart("dealer", "finance", "Who earns the commission must not post the payments."),
)

ROWS: Final[tuple[Row, ...]] = (
    *CUSTOMER,
    *SELLING,
    *OFFERING,
    *FINANCE,
    *NETWORK,
    *EXECUTIVE,
    *RUNNING,
)

POLICY: Final = Policy(ROWS, roles=ROLES, apart=APART, roles_apart=ROLES_APART)

# Units: seconds. A desk that is left alone for half an hour asks again; a customer stays logged in on her telephone.
MOUNTS: Final = (
    Mount("my", roles=frozenset({"customer"}), idle_s=7 * 86_400, age_s=30 * 86_400),
    Mount("dealer", roles=frozenset({"dealer"}), idle_s=2 * 3_600, age_s=12 * 3_600),
    Mount("desk", roles=frozenset(ROLES) - {"customer", "dealer", "system"}, idle_s=1_800, age_s=12 * 3_600),
)
