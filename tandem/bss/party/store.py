"""The room's tables, and the narrow one that customers are found by."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from psycopg.types.json import Jsonb

from tandem.bss.party.rules import billing, naming
from tandem.bss.party.terms import CustomerFilter
from tandem.kernel.access.personal import PersonalData, PersonalKind
from tandem.kernel.json import Doc, at
from tandem.kernel.store import Column, EntityTable, Stored, Uow, bulk, plain_table


def _medium(attribute: str) -> Callable[[Doc], str | None]:
    return lambda doc: naming.medium_value(doc, attribute)


def _customer_role(doc: Doc) -> str | None:
    """The customer that an individual or organization is, by the role that its document names."""
    found = (
        at(party, "partyOrPartyRole.id")
        for party in doc.get("relatedParty") or ()
        if str(party.get("role") or "").lower() == "customer"
    )
    return next((str(customer_id) for customer_id in found if customer_id), None)


_REACHED: Final = (
    Column("email", "text", _medium("emailAddress")),
    Column("phone", "text", _medium("phoneNumber")),
)
_VALID: Final = (
    Column("valid_from", "timestamptz", "validFor.startDateTime"),
    Column("valid_to", "timestamptz", "validFor.endDateTime"),
)

INDIVIDUALS: Final = EntityTable(
    entity="Individual",
    table="party_individual",
    columns=(
        Column("name", "text", naming.display_name),
        Column("family_name", "text", "familyName"),
        Column("given_name", "text", "givenName"),
        *_REACHED,
        Column("status", "text", "status"),
        Column("customer_id", "text", _customer_role),
        Column("external_id", "text", "externalReference.id"),
    ),
    state_attribute="status",
    indexes=("family_name, given_name", "customer_id", "external_id"),
)
ORGANIZATIONS: Final = EntityTable(
    entity="Organization",
    table="party_organization",
    columns=(
        Column("name", "text", naming.display_name),
        *_REACHED,
        Column("status", "text", "status"),
        Column("customer_id", "text", _customer_role),
        Column("external_id", "text", "externalReference.id"),
        Column("parent_id", "text", "organizationParentRelationship.organization.id"),
    ),
    state_attribute="status",
    indexes=("name", "customer_id", "external_id", "parent_id"),
)


def _role_columns() -> tuple[Column, ...]:
    return (
        Column("name", "text", "name"),
        Column("status", "text", "status"),
        Column("party_id", "text", "engagedParty.id"),
        *_REACHED,
        *_VALID,
    )


PARTY_ROLES: Final = EntityTable(
    entity="PartyRole",
    table="party_party_role",
    columns=_role_columns(),
    state_attribute="status",
    indexes=("party_id", "name"),
)
PARTY_ROLE_SPECIFICATIONS: Final = EntityTable(
    entity="PartyRoleSpecification",
    table="party_party_role_specification",
    columns=(Column("name", "text", "name"), Column("lifecycle_status", "text", "lifecycleStatus"), *_VALID),
    state_attribute="lifecycleStatus",
)
CUSTOMERS: Final = EntityTable(
    entity="Customer",
    table="party_customer",
    columns=_role_columns(),
    state_attribute="status",
    indexes=("party_id", "name", "status"),
)


def _account_columns() -> tuple[Column, ...]:
    return (
        Column("name", "text", "name"),
        Column("state", "text", "state"),
        Column("account_type", "text", "accountType"),
        Column("customer_id", "text", billing.owner_of),
    )


def _accounts(entity: str, table: str, *more: Column, indexes: tuple[str, ...] = ()) -> EntityTable:
    return EntityTable(
        entity=entity,
        table=table,
        columns=(*_account_columns(), *more),
        state_attribute="state",
        indexes=("customer_id", "name", *indexes),
    )


BILLING_ACCOUNTS: Final = _accounts(
    "BillingAccount",
    "party_billing_account",
    Column("cycle_id", "text", "billStructure.cycleSpecification.id"),
    Column("financial_account_id", "text", "financialAccount.id"),
    indexes=("cycle_id", "financial_account_id"),
)
PARTY_ACCOUNTS: Final = _accounts("PartyAccount", "party_party_account")
SETTLEMENT_ACCOUNTS: Final = _accounts("SettlementAccount", "party_settlement_account")
FINANCIAL_ACCOUNTS: Final = _accounts("FinancialAccount", "party_financial_account")


def _billing_form(entity: str, table: str) -> EntityTable:
    return EntityTable(entity=entity, table=table, columns=(Column("name", "text", "name"),))


BILLING_CYCLES: Final = _billing_form("BillingCycleSpecification", "party_billing_cycle_specification")
BILL_FORMATS: Final = _billing_form("BillFormat", "party_bill_format")
BILL_MEDIA: Final = _billing_form("BillPresentationMedia", "party_bill_presentation_media")

SEARCH: Final = plain_table(
    "party_search",
    """
    tenant text not null,
    term text collate "C" not null,
    customer_id text collate "C" not null,
    primary key (tenant, term, customer_id)
    """,
    also=("create index party_search_customer on party_search (tenant, customer_id)",),
)


def _personal(table: str, subject: str, kinds: dict[PersonalKind, str]) -> tuple[PersonalData, ...]:
    return tuple(
        PersonalData(table=table, path=path, kind=kind, subject=subject)
        for kind, paths in kinds.items()
        for path in paths.split()
    )


PERSONAL_DATA: Final = (
    *_personal(
        "party_individual",
        "id",
        {
            "identity": "id externalReference",
            "name": "aristocraticTitle familyName familyNamePrefix formattedName generation givenName legalName "
            "middleName name otherName preferredGivenName title",
            "contact": "contactMedium location",
            "birth": "birthDate countryOfBirth deathDate gender maritalStatus nationality placeOfBirth",
            "health": "disability",
            "credit": "creditRating taxExemptionCertificate",
            "official_id": "individualIdentification",
            "relation": "relatedParty",
            "opinion": "languageAbility partyCharacteristic skill",
        },
    ),
    *_personal(
        "party_customer",
        "party_id",
        {
            "identity": "id account",
            "name": "name engagedParty",
            "contact": "contactMedium",
            "credit": "creditProfile paymentMethod",
            "relation": "relatedParty",
            "opinion": "characteristic description statusReason",
        },
    ),
    *_personal(
        "party_party_role",
        "party_id",
        {"name": "name engagedParty", "contact": "contactMedium", "credit": "creditProfile paymentMethod"},
    ),
    *_personal(
        "party_billing_account",
        "customer_id",
        {
            "name": "name",
            "contact": "contact",
            "credit": "accountBalance creditLimit defaultPaymentMethod paymentPlan taxExemption",
            "relation": "relatedParty",
        },
    ),
    *_personal("party_search", "customer_id", {"contact": "term"}),
)
"""Everything here that is about a person. `status`, `@type` and `href` of an individual tell nothing about her."""

_LAST_CHARACTER: Final = "\U0010ffff"


def put_search_terms(uow: Uow, customer_id: str, terms: Iterable[str]) -> None:
    """What a customer is found by, all of it. Locks: the customer's rows."""
    uow.execute("delete from party_search where tenant = %s and customer_id = %s", (uow.tenant, customer_id))
    uow.many(
        "insert into party_search (tenant, term, customer_id) values (%s, %s, %s)",
        [(uow.tenant, term, customer_id) for term in sorted(terms)],
    )


def customer_ids_by_terms(uow: Uow, beginnings: tuple[str, ...], *, limit: int) -> list[str]:
    """The customers for whom every beginning begins some term. A range, not LIKE: the key's index serves it."""
    one = "select customer_id from party_search where tenant = %s and term >= %s and term < %s"
    params: list[Any] = []
    for beginning in beginnings:
        params += [uow.tenant, beginning, beginning + _LAST_CHARACTER]
    rows = uow.all(
        f"select customer_id from ({' intersect '.join([one] * len(beginnings))}) as found "
        "order by customer_id limit %s",
        [*params, limit],
    )
    return [row["customer_id"] for row in rows]


def customers_of_party(uow: Uow, party_id: str) -> list[Stored]:
    """The customers that a party is."""
    return CUSTOMERS.where(uow, "party_id = %s", (party_id,))


def accounts_of_customer(uow: Uow, customer_id: str) -> list[Stored]:
    """The billing accounts that a customer owns."""
    return BILLING_ACCOUNTS.where(uow, "customer_id = %s", (customer_id,))


def accounts_of_customers(uow: Uow, customer_ids: list[str]) -> dict[str, list[str]]:
    """The billing account ids of several customers at once."""
    rows = uow.all(
        "select customer_id, id from party_billing_account where tenant = %s and customer_id = any(%s) order by id",
        (uow.tenant, customer_ids),
    )
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row["customer_id"], []).append(row["id"])
    return found


def account_versions(uow: Uow, account_ids: Sequence[str]) -> NDArray[np.void]:
    """How often accounts were written, and the billing cycles that they name. Shape: n, the place asked for; version,
    cycle (0 without one); unknown accounts are left out.
    """
    asked = bulk.rows_of(
        uow, "asked", {"n": bulk.Column("i4", range(len(account_ids))), "id": bulk.Column("text", account_ids)}
    )
    return bulk.read_table(
        uow,
        f"select asked.n, a.version, coalesce(c.version, 0) from {asked.sql} "
        "join party_billing_account a on a.tenant = %s and a.id = asked.id "
        "left join party_billing_cycle_specification c on c.tenant = a.tenant and c.id = a.cycle_id order by asked.n",
        (*asked.params, uow.tenant),
        {"n": "i4", "version": "i4", "cycle": "i4"},
    )


def found_rows(uow: Uow, customer_ids: list[str]) -> list[dict[str, Any]]:
    """What a search shows of customers; the party's contact where the role has none."""
    return uow.all(
        "select c.id, coalesce(c.name, i.name, o.name, '') as name, coalesce(c.status, '') as status, "
        "coalesce(c.phone, i.phone, o.phone) as phone, coalesce(c.email, i.email, o.email) as email "
        "from party_customer c "
        "left join party_individual i on i.tenant = c.tenant and i.id = c.party_id "
        "left join party_organization o on o.tenant = c.tenant and o.id = c.party_id "
        "where c.tenant = %s and c.id = any(%s) order by name, c.id",
        (uow.tenant, customer_ids),
    )


def customer_ids_by_name(uow: Uow, wanted: CustomerFilter, *, limit: int, offset: int) -> tuple[list[str], int]:
    """A page of customers by name, and how many there are in all."""
    condition = "status = any(%s)" if wanted.statuses else "true"
    params: tuple[Any, ...] = ([*wanted.statuses],) if wanted.statuses else ()
    way = "desc" if wanted.descending else "asc"
    found = CUSTOMERS.where(uow, condition, params, order_by=f"name {way}, id {way}", limit=limit, offset=offset)
    return [one.id for one in found], CUSTOMERS.count(uow, condition, params)


def operator(uow: Uow) -> Stored | None:
    """The organization that is registered as the operator of this tenant."""
    found = ORGANIZATIONS.where(uow, "doc @> %s", (Jsonb({"organizationType": "operator"}),), limit=1)
    return found[0] if found else None


def find_party(uow: Uow, party_id: str) -> Stored | None:
    """The individual or organization of that id."""
    return INDIVIDUALS.find(uow, party_id) or ORGANIZATIONS.find(uow, party_id)


def accounts_on_cycle(uow: Uow, cycle_id: str) -> int:
    """How many billing accounts name a billing cycle."""
    return BILLING_ACCOUNTS.count(uow, "cycle_id = %s", (cycle_id,))


def iter_billing_account_ids(uow: Uow, *, after: str = "", limit: int = 1000) -> list[str]:
    """Billing account ids in order, from the one after `after`."""
    rows = uow.all(
        "select id from party_billing_account where tenant = %s and id > %s and state is distinct from 'Closed' "
        "order by id limit %s",
        (uow.tenant, after, limit),
    )
    return [row["id"] for row in rows]
