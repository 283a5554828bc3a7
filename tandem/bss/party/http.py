"""What this room puts on the wire: TMF632 Party, TMF669 Party Role, TMF629 Customer, TMF666 Account."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from tandem.bss.party import commands, model, public, store
from tandem.bss.party.rules import versions
from tandem.kernel.store import EntityTable
from tandem.kernel.tmf import CHANGES_AND_STATES, Exposure
from tandem.kernel.tmf.references import BY_REFERRED_TYPE

_RELATED: Final = {"relatedParty.partyOrPartyRole": BY_REFERRED_TYPE}
_ROLE_REFERENCES: Final = {"engagedParty": "Party", "partyRoleSpecification": "PartyRoleSpecification", **_RELATED}

REFERENCES: Final = {"Party": public.party_exists}
"""Types that no single table answers for."""


def _both(api: str, v5: str, v4: str, changed: Mapping[str, Any], **common: Any) -> tuple[Exposure, ...]:
    """One entity in both versions; `changed` is what version 4 has otherwise."""
    return (
        Exposure(api=api, version="v5", base=f"/tmf-api/{v5}/v5", **common),
        Exposure(api=api, version="v4", base=f"/tmf-api/{v4}/v4", **{**common, **changed}),
    )


def _party(
    path: str, type_name: str, table: EntityTable, changed: Mapping[str, Any], **rest: Any
) -> tuple[Exposure, ...]:
    return _both(
        "TMF632",
        "partyManagement",
        "party",
        changed,
        path=path,
        type_name=type_name,
        table=table,
        references=_RELATED,
        owner="customer_id",
        events=CHANGES_AND_STATES,
        defaults={"status": "initialized"},
        **rest,
    )


PARTIES: Final = (
    *_party(
        "individual",
        "Individual",
        store.INDIVIDUALS,
        {"to_wire": versions.INDIVIDUAL_TO_V4, "from_wire": versions.INDIVIDUAL_FROM_V4},
        model=model.Individual,
        mandatory=("givenName", "familyName"),
        create=commands.create_individual,
        patch=commands.patch_individual,
        delete=commands.delete_individual,
    ),
    *_party(
        "organization",
        "Organization",
        store.ORGANIZATIONS,
        {
            "to_wire": versions.ORGANIZATION_TO_V4,
            "from_wire": versions.ORGANIZATION_FROM_V4,
            "mandatory": ("tradingName",),
        },
        model=model.Organization,
        mandatory=("name",),
        create=commands.create_organization,
        patch=commands.patch_organization,
        delete=commands.delete_organization,
    ),
)

_ROLE_V4: Final = {"to_wire": versions.ROLE_TO_V4, "from_wire": versions.ROLE_FROM_V4}

ROLES: Final = (
    *_both(
        "TMF669",
        "partyRoleManagement",
        "partyRoleManagement",
        {**_ROLE_V4, "mandatory": ("name",)},
        path="partyRole",
        type_name="PartyRole",
        table=store.PARTY_ROLES,
        model=model.PartyRole,
        mandatory=("name", "engagedParty"),
        references=_ROLE_REFERENCES,
        events=CHANGES_AND_STATES,
    ),
    Exposure(
        api="TMF669",
        version="v5",
        base="/tmf-api/partyRoleManagement/v5",
        path="partyRoleSpecification",
        type_name="PartyRoleSpecification",
        table=store.PARTY_ROLE_SPECIFICATIONS,
        model=model.PartyRoleSpecification,
        mandatory=("name",),
        references=_RELATED,
        events=CHANGES_AND_STATES,
    ),
    *_both(
        "TMF629",
        "customer",
        "customerManagement",
        _ROLE_V4,
        path="customer",
        type_name="Customer",
        table=store.CUSTOMERS,
        model=model.Customer,
        mandatory=("name", "engagedParty"),
        references={**_ROLE_REFERENCES, "account": BY_REFERRED_TYPE},
        defaults={"status": "Created"},
        create=commands.create_customer,
        patch=commands.patch_customer,
        delete=commands.delete_customer,
        owner="id",
        events=CHANGES_AND_STATES,
    ),
)


def _accounting(
    path: str, type_name: str, table: EntityTable, changed: Mapping[str, Any], **rest: Any
) -> tuple[Exposure, ...]:
    commonly: dict[str, Any] = {"mandatory": ("name",), **rest}
    word = "accountManagement"
    return _both("TMF666", word, word, changed, path=path, type_name=type_name, table=table, **commonly)


def _account(path: str, type_name: str, table: EntityTable, **rest: Any) -> tuple[Exposure, ...]:
    commonly: dict[str, Any] = {
        "mandatory": ("name", "relatedParty"),
        "references": {"financialAccount": "FinancialAccount", **_RELATED},
        "defaults": {"state": "Active"},
        "owner": "customer_id",
        "events": CHANGES_AND_STATES,
        "create": partial(commands.create_account, table),
        "patch": partial(commands.patch_account, table),
        **rest,
    }
    return _accounting(path, type_name, table, _ACCOUNT_V4, **commonly)


_ACCOUNT_V4: Final = {"to_wire": versions.ACCOUNT_TO_V4, "from_wire": versions.ACCOUNT_FROM_V4}

ACCOUNTS: Final = (
    *_account(
        "billingAccount",
        "BillingAccount",
        store.BILLING_ACCOUNTS,
        model=model.BillingAccount,
        references={
            "financialAccount": "FinancialAccount",
            "billStructure.cycleSpecification": BY_REFERRED_TYPE,
            **_RELATED,
        },
        create=commands.create_billing_account,
        patch=commands.patch_billing_account,
        delete=commands.delete_billing_account,
    ),
    *_account("partyAccount", "PartyAccount", store.PARTY_ACCOUNTS, model=model.PartyAccount),
    *_account("settlementAccount", "SettlementAccount", store.SETTLEMENT_ACCOUNTS, model=model.SettlementAccount),
    *_account(
        "financialAccount",
        "FinancialAccount",
        store.FINANCIAL_ACCOUNTS,
        model=model.FinancialAccount,
        mandatory=("name",),
        references=_RELATED,
    ),
)
BILLING_FORMS: Final = (
    *_accounting(
        "billingCycleSpecification",
        "BillingCycleSpecification",
        store.BILLING_CYCLES,
        {},
        model=model.BillingCycleSpecification,
        delete=commands.delete_cycle,
    ),
    *_accounting("billFormat", "BillFormat", store.BILL_FORMATS, {}, model=model.BillFormat),
    *_accounting(
        "billPresentationMedia", "BillPresentationMedia", store.BILL_MEDIA, {}, model=model.BillPresentationMedia
    ),
)

EXPOSURES: Final[tuple[Exposure, ...]] = (*PARTIES, *ROLES, *ACCOUNTS, *BILLING_FORMS)
