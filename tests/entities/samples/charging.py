"""Samples of TMF635 and TMF654, version 4, and of TMF677, versions 4 and 5."""

from __future__ import annotations

from tests.entities.sample import Doc, Made, Sample, created, ref
from tests.entities.samples.billing import billing_needs
from tests.support.tmf_client import TmfClient

BASE = "/tmf-api/usageManagement/v4"


def usage_needs(client: TmfClient) -> Made:
    """A customer, and a description of what is sent."""
    person = ref(client, "/tmf-api/partyManagement/v5/individual", {"givenName": "Orla", "familyName": "Reyes"})
    customer = {"name": "Orla Reyes", "engagedParty": person}
    return {
        "customer": ref(client, "/tmf-api/customer/v5/customer", customer),
        "specification": ref(client, f"{BASE}/usageSpecification", {"name": "Voice"}),
    }


def _characteristic(name: str, value: object) -> Doc:
    return {"name": name, "value": value}


def usage_minimal(made: Made) -> Doc:
    """A call from a number that is nobody's: it waits. Each is another record."""
    return {
        "usageType": "voice",
        "usageDate": "2026-10-20T10:00:00Z",
        "usageCharacteristic": [
            _characteristic("servedNumber", "353209119999"),
            _characteristic("destinationNumber", "353915550100"),
            _characteristic("duration", 190),
            _characteristic("recordId", f"cdr-{made['n']}"),
        ],
    }


def usage_full(made: Made) -> Doc:
    """Everything that a client may say."""
    minimal = usage_minimal(made)
    customer, specification = made["customer"], made["specification"]
    return {
        **minimal,
        "description": "A call",
        "status": "received",
        "usageCharacteristic": [
            *minimal["usageCharacteristic"],
            {"id": "c1", "name": "cell", "value": "272-01-17", "valueType": "string"},
        ],
        "usageSpecification": {
            "id": specification["id"],
            "name": "Voice",
            "@referredType": "UsageSpecification",
        },
        "relatedParty": [{"id": customer["id"], "name": "Orla", "role": "customer", "@referredType": "Customer"}],
    }


SPECIFICATION: Doc = {
    "name": "Voice",
    "description": "A call of one party",
    "version": "1.0",
    "isBundle": False,
    "lifecycleStatus": "Active",
    "attachment": [{"name": "Form", "attachmentType": "document", "mimeType": "text/csv", "url": "https://x.test/f"}],
    "constraint": [{"id": "c1", "name": "Must be a number", "version": "1"}],
    "entitySpecRelationship": [{"id": "s1", "name": "Data", "relationshipType": "sibling", "role": "other"}],
    "relatedParty": [{"id": "p1", "name": "Roaming house", "role": "sender", "@referredType": "ClearingHouse"}],
    "specCharacteristic": [
        {
            "name": "servedNumber",
            "description": "Whose use it is",
            "valueType": "string",
            "configurable": False,
            "minCardinality": 1,
            "maxCardinality": 1,
        }
    ],
    "validFor": {"startDateTime": "2026-01-01T00:00:00Z", "endDateTime": "2027-01-01T00:00:00Z"},
}

PATCH: Doc = {"description": "changed"}

BALANCES = "/tmf-api/prepayBalanceManagement/v4"


def balance_needs(client: TmfClient) -> Made:
    """Two accounts with money in their wallets."""
    made = billing_needs(client)
    other = ref(client, "/tmf-api/accountManagement/v5/billingAccount", other_account(made))
    made = {**made, "other": other}
    for account in (made["account"], other):
        created(client, f"{BALANCES}/topupBalance", top_up({**made, "account": account}, amount=100_000))
    return made


def other_account(made: Made) -> Doc:
    """Another account of the same customer."""
    party = {"role": "customer", "partyOrPartyRole": {"id": made["customer"]["id"], "@referredType": "Customer"}}
    return {"name": "Other", "relatedParty": [{**party, "@type": "RelatedPartyOrPartyRole"}]}


def _euro(amount: float) -> Doc:
    return {"amount": amount, "units": "EUR"}


def _wallet(account: Doc) -> Doc:
    return {"id": f"wallet-{account['id']}", "@referredType": "Bucket"}


def top_up(made: Made, amount: float = 5) -> Doc:
    """Money given."""
    account = made["account"]
    return {
        "amount": _euro(amount),
        "usageType": "monetary",
        "bucket": _wallet(account),
        "partyAccount": {"id": account["id"], "@referredType": "BillingAccount"},
    }


def full_top_up(made: Made) -> Doc:
    return {
        **top_up(made),
        "description": "For the wait",
        "reason": "goodwill",
        "channel": {"id": "desk", "name": "Care"},
        "validFor": {"startDateTime": "2026-01-01T00:00:00Z", "endDateTime": "2036-01-01T00:00:00Z"},
        "relatedParty": [{**made["customer"], "role": "payer"}],
    }


def adjustment(made: Made) -> Doc:
    return {**{name: value for name, value in top_up(made).items() if name != "partyAccount"}, "reason": "goodwill"}


def transfer(made: Made) -> Doc:
    number = {"id": "353209110001", "@referredType": "LogicalResource"}
    return {
        "amount": _euro(0.5),
        "reason": "gift",
        "channel": {"id": "desk", "name": "Care"},
        "usageType": "monetary",
        "bucket": _wallet(made["account"]),
        "receiverBucket": _wallet(made["other"]),
        "receiverBucketUsageType": "monetary",
        "logicalResource": [number],
        "receiverLogicalResource": number,
    }


def reservation(made: Made) -> Doc:
    return {**top_up(made), "amount": _euro(0.25)}


def a_bucket(client: TmfClient) -> str:
    """The wallet that was just topped up."""
    done = created(client, f"{BALANCES}/topupBalance", top_up(billing_needs(client)))
    return str(done["bucket"]["id"])


def a_balance(client: TmfClient) -> str:
    """What an account has in all."""
    return f"{a_bucket(client).rpartition('.')[0]}:monetary:EUR"


def an_action(client: TmfClient) -> str:
    """The top-up, as history shows it."""
    return str(created(client, f"{BALANCES}/topupBalance", top_up(billing_needs(client)))["id"])


def consumption_needs(client: TmfClient) -> Made:
    """A customer with a plan in use, whose offering has an allowance and a price."""
    made = billing_needs(client)
    prices = "/tmf-api/productCatalogManagement/v4"
    included = created(client, f"{prices}/productOfferingPrice", _price("10 GB", "allowance", 10, service="data"))
    past = created(client, f"{prices}/productOfferingPrice", _price("Data", "usage", 1, service="data", per=2))
    service = ref(client, "/tmf-api/serviceCatalogManagement/v4/serviceSpecification", {"name": "Mobile data"})
    told = {"name": "Mobile", "serviceSpecification": [service]}
    specification = ref(client, f"{prices}/productSpecification", told)
    offering = ref(
        client,
        f"{prices}/productOffering",
        {
            "name": "Ten",
            "lifecycleStatus": "Launched",
            "productSpecification": specification,
            "productOfferingPrice": [{"id": included["id"]}, {"id": past["id"]}],
        },
    )
    party = {"role": "customer", "partyOrPartyRole": {"id": made["customer"]["id"], "@referredType": "Customer"}}
    product = ref(
        client,
        "/tmf-api/productInventory/v5/product",
        {
            "name": "Ten",
            "status": "active",
            "productOffering": offering,
            "billingAccount": made["account"],
            "relatedParty": [{**party, "@type": "RelatedPartyOrPartyRole"}],
        },
    )
    return {**made, "product": product}


def _price(name: str, kind: str, amount: int, *, service: str, per: int | None = None) -> Doc:
    cost = {} if per is None else {"price": {"unit": "EUR", "value": per}}
    uses = {"name": "usageType", "productSpecCharacteristicValue": [{"value": service}]}
    return {
        "name": name,
        "priceType": kind,
        "lifecycleStatus": "Launched",
        "unitOfMeasure": {"amount": amount, "units": "GB"},
        "tax": [{"taxCategory": "VAT", "taxRate": 23}],
        **cost,
        "prodSpecCharValueUse": [uses],
    }


def question(made: Made) -> Doc:
    return {"searchCriteria": {"product": [{"id": made["product"]["id"], "@referredType": "Product"}]}}


def _v5_customer(made: Made) -> Doc:
    who = {"id": made["customer"]["id"], "@referredType": "Customer"}
    return {"role": "customer", "partyOrPartyRole": who}


def full_question_v4(made: Made) -> Doc:
    customer = {**made["customer"], "role": "customer", "@referredType": "Customer"}
    return {
        **question(made),
        "queryUsageConsumptionDate": "2026-10-20T10:00:00Z",
        "relatedParty": [customer],
        "partyAccount": [{"id": made["account"]["id"], "@referredType": "BillingAccount"}],
    }


def full_question(made: Made) -> Doc:
    return {
        **question(made),
        "creationDate": "2026-10-20T10:00:00Z",
        "relatedParty": [_v5_customer(made)],
        "partyAccount": [{"id": made["account"]["id"], "@referredType": "BillingAccount"}],
    }


def report(made: Made) -> Doc:
    return {"product": [{"id": made["product"]["id"], "@referredType": "Product"}]}


def full_report(made: Made) -> Doc:
    return {**report(made), "name": "All", "description": "for the desk", "relatedParty": [_v5_customer(made)]}


SAMPLES = {
    ("TMF677", "v4", "queryUsageConsumption"): Sample(question, full=full_question_v4, needs=consumption_needs),
    ("TMF677", "v5", "queryUsageConsumption"): Sample(question, full=full_question, needs=consumption_needs),
    ("TMF677", "v5", "usageConsumptionReport"): Sample(report, full=full_report, needs=consumption_needs),
    ("TMF635", "v4", "usage"): Sample(minimal=usage_minimal, full=usage_full, patch=PATCH, needs=usage_needs),
    ("TMF635", "v4", "usageSpecification"): Sample(minimal={"name": "Voice"}, full=SPECIFICATION, patch=PATCH),
    ("TMF654", "v4", "bucket"): Sample(stored=a_bucket),
    ("TMF654", "v4", "accumulatedBalance"): Sample(stored=a_balance),
    ("TMF654", "v4", "balanceActionHistory"): Sample(stored=an_action),
    ("TMF654", "v4", "topupBalance"): Sample(minimal=top_up, full=full_top_up, patch=PATCH, needs=balance_needs),
    ("TMF654", "v4", "adjustBalance"): Sample(minimal=adjustment, needs=balance_needs),
    ("TMF654", "v4", "transferBalance"): Sample(minimal=transfer, needs=balance_needs),
    ("TMF654", "v4", "reserveBalance"): Sample(minimal=reservation, patch=PATCH, needs=balance_needs),
}
