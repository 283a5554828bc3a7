"""Samples of TMF632, TMF669, TMF629 and TMF666, versions 4 and 5."""

from __future__ import annotations

from tests.entities.sample import Doc, Made, Sample, ref
from tests.support.tmf_client import TmfClient

PARTY_V4, PARTY_V5 = "/tmf-api/party/v4", "/tmf-api/partyManagement/v5"
ACCOUNT = "/tmf-api/accountManagement"
PERIOD = {"startDateTime": "2026-01-01T00:00:00Z", "endDateTime": "2027-01-01T00:00:00Z"}
MONEY = {"unit": "EUR", "value": 120.5}


def party_needs(client: TmfClient) -> Made:
    """Somebody to refer to."""
    person = ref(client, f"{PARTY_V5}/individual", {"givenName": "Orla", "familyName": "Reyes", "name": "Orla Reyes"})
    company = ref(client, f"{PARTY_V5}/organization", {"name": "Weir Ltd"})
    customer = {"name": "Orla Reyes", "engagedParty": person}
    return {
        "person": person,
        "company": company,
        "customer": ref(client, "/tmf-api/customer/v5/customer", customer),
        "specification": ref(
            client, "/tmf-api/partyRoleManagement/v5/partyRoleSpecification", {"name": "Reseller", "version": "1"}
        ),
        "financial": ref(client, f"{ACCOUNT}/v5/financialAccount", {"name": "Receivables"}),
        "cycle": ref(client, f"{ACCOUNT}/v5/billingCycleSpecification", {"name": "Monthly", "billingDateShift": 4}),
    }


# -- what several bodies share ----------------------------------------------------------------------------------------

MEDIA_V4: list[Doc] = [
    {
        "mediumType": "mobile",
        "preferred": True,
        "characteristic": {"contactType": "private", "phoneNumber": "+353209100007"},
        "validFor": PERIOD,
    },
    {"mediumType": "email", "characteristic": {"emailAddress": "orla@corrib.example"}},
    {
        "mediumType": "postalAddress",
        "characteristic": {
            "street1": "4 Weir Lane",
            "street2": "Flat 2",
            "city": "Galway",
            "stateOrProvince": "Galway",
            "postCode": "H91 A0A0",
            "country": "Ireland",
        },
    },
    {"mediumType": "fax", "characteristic": {"faxNumber": "+353209100008"}},
    {"mediumType": "socialNetwork", "characteristic": {"socialNetworkId": "@orla"}},
]
MEDIA_V5: list[Doc] = [
    {"@type": "PhoneContactMedium", "preferred": True, "contactType": "private", "phoneNumber": "+353209100007"},
    {"@type": "EmailContactMedium", "emailAddress": "orla@corrib.example", "validFor": PERIOD},
    {"@type": "GeographicAddressContactMedium", "street1": "4 Weir Lane", "city": "Galway", "country": "Ireland"},
    {"@type": "FaxContactMedium", "faxNumber": "+353209100008"},
    {"@type": "SocialContactMedium", "socialNetworkId": "@orla"},
]
RATING: Doc = {
    "creditAgencyName": "Weights",
    "creditAgencyType": "bureau",
    "ratingReference": "r-1",
    "ratingScore": 7,
    "validFor": PERIOD,
}
TAX: Doc = {
    "id": "t1",
    "issuingJurisdiction": "IE",
    "taxDefinition": [{"id": "vat", "name": "VAT", "taxType": "VAT"}],
    "validFor": PERIOD,
}
IDENTITY: Doc = {
    "identificationId": "P0000001",
    "identificationType": "passport",
    "issuingAuthority": "State",
    "issuingDate": "2020-01-01T00:00:00Z",
    "attachment": {"id": "a1", "name": "Scan", "mimeType": "image/png", "url": "https://e.org/scan.png"},
    "validFor": PERIOD,
}
PROFILE: Doc = {
    "creditProfileDate": "2026-01-01T00:00:00Z",
    "creditRiskRating": 2,
    "creditScore": 640,
    "validFor": PERIOD,
}


def v4_party(party: Doc, role: str = "guardian") -> Doc:
    """A related party of version 4."""
    return {**party, "role": role}


def v5_party(party: Doc, role: str = "guardian", kind: str = "RelatedPartyOrPartyRole") -> Doc:
    """A related party of version 5."""
    return {"@type": kind, "role": role, "partyOrPartyRole": {**party, "@type": "PartyRef"}}


# -- TMF632 -----------------------------------------------------------------------------------------------------------


def individual(made: Made) -> Doc:
    """What both versions of an individual share."""
    return {
        "givenName": "Niall",
        "familyName": f"Byrne {made['n']}",
        "aristocraticTitle": "Count",
        "birthDate": "1980-02-29T00:00:00Z",
        "countryOfBirth": "Ireland",
        "familyNamePrefix": "de",
        "formattedName": "Count Niall de Byrne",
        "gender": "male",
        "generation": "Jr",
        "legalName": "Byrne",
        "location": "Galway",
        "maritalStatus": "married",
        "middleName": "Art",
        "nationality": "Irish",
        "placeOfBirth": "Galway",
        "preferredGivenName": "Nial",
        "title": "Mr",
        "status": "initialized",
        "creditRating": [RATING],
        "disability": [{"disabilityCode": "d1", "disabilityName": "Hearing", "validFor": PERIOD}],
        "individualIdentification": [IDENTITY],
        "languageAbility": [{"languageCode": "ga", "languageName": "Irish", "isFavouriteLanguage": True}],
        "otherName": [{"givenName": "Neil", "familyName": "Burns", "validFor": PERIOD}],
        "partyCharacteristic": [{"name": "shoeSize", "value": "43", "valueType": "string"}],
        "skill": [{"skillCode": "s1", "skillName": "Sailing", "evaluatedLevel": "high", "validFor": PERIOD}],
        "taxExemptionCertificate": [TAX],
    }


def individual_v4(made: Made) -> Doc:
    return {
        **individual(made),
        "fullName": "Niall Byrne",
        "contactMedium": MEDIA_V4,
        "externalReference": [{"externalReferenceType": "CRM", "name": "crm-7"}],
        "relatedParty": [v4_party(made["company"], "employer")],
    }


def individual_v5(made: Made) -> Doc:
    return {
        **individual(made),
        "name": "Niall Byrne",
        "contactMedium": MEDIA_V5,
        "externalReference": [{"externalIdentifierType": "CRM", "id": "crm-7", "owner": "Old CRM"}],
        "relatedParty": [v5_party(made["company"], "employer")],
    }


def organization(made: Made) -> Doc:
    """What both versions of an organization share."""
    return {
        "name": f"Quay {made['n']} Ltd",
        "tradingName": "Quay",
        "isHeadOffice": True,
        "isLegalEntity": True,
        "nameType": "Ltd",
        "organizationType": "company",
        "existsDuring": PERIOD,
        "creditRating": [RATING],
        "organizationChildRelationship": [
            {"relationshipType": "subsidiary", "organization": {"id": made["company"]["id"], "name": "Weir Ltd"}}
        ],
        "organizationParentRelationship": {
            "relationshipType": "holding",
            "organization": {"id": made["company"]["id"], "name": "Weir Ltd"},
        },
        "organizationIdentification": [IDENTITY],
        "otherName": [{"name": "Old Quay", "nameType": "Ltd", "tradingName": "OQ", "validFor": PERIOD}],
        "partyCharacteristic": [{"name": "employees", "value": "12", "valueType": "string"}],
        "taxExemptionCertificate": [TAX],
    }


def organization_v4(made: Made) -> Doc:
    return {
        **organization(made),
        "contactMedium": MEDIA_V4,
        "externalReference": [{"externalReferenceType": "register", "name": "IE-1"}],
        "relatedParty": [v4_party(made["person"], "director")],
    }


def organization_v5(made: Made) -> Doc:
    return {
        **organization(made),
        "contactMedium": MEDIA_V5,
        "externalReference": [{"externalIdentifierType": "register", "id": "IE-1"}],
        "relatedParty": [v5_party(made["person"], "director")],
    }


# -- TMF669, TMF629 ---------------------------------------------------------------------------------------------------


def role(made: Made) -> Doc:
    """What both versions of a role share; a customer is one."""
    return {
        "name": f"Role {made['n']}",
        "statusReason": "agreed",
        "engagedParty": made["person"],
        "account": [{"id": made["financial"]["id"], "name": "Receivables", "@referredType": "FinancialAccount"}],
        "agreement": [{"id": "agr-1", "name": "Frame"}],
        "characteristic": [{"name": "segment", "value": "consumer", "valueType": "string"}],
        "creditProfile": [PROFILE],
        "paymentMethod": [{"id": "pm-1", "name": "Card"}],
        "validFor": PERIOD,
    }


def role_v4(made: Made) -> Doc:
    return {**role(made), "contactMedium": MEDIA_V4, "relatedParty": [v4_party(made["company"], "agent")]}


def role_v5(made: Made) -> Doc:
    return {
        **role(made),
        "description": "As agreed",
        "role": "reseller",
        "contactMedium": MEDIA_V5,
        "partyRoleSpecification": made["specification"],
        "relatedParty": [v5_party(made["company"], "agent")],
    }


def specification(made: Made) -> Doc:
    """A party role specification, which only version 5 has."""
    return {
        "name": f"Dealer {made['n']}",
        "description": "Sells for us",
        "isBundle": False,
        "lifecycleStatus": "Active",
        "status": "Active",
        "version": "1.0",
        "validFor": PERIOD,
        "agreementSpecification": [{"id": "as-1", "name": "Dealer frame"}],
        "attachment": [{"@type": "Attachment", "name": "Terms", "url": "https://e.org/terms", "mimeType": "a/b"}],
        "constraint": [{"id": "c1", "name": "Adults"}],
        "entitySpecRelationship": [{"name": "Shop", "relationshipType": "runs", "role": "owner"}],
        "permissionSpecificationSet": [{"id": "p1", "name": "Selling"}],
        "relatedParty": [v5_party(made["company"], "owner", "RelatedPartyRefOrPartyRoleRef")],
        "specCharacteristic": [{"name": "region", "valueType": "string", "configurable": True}],
        "targetEntitySchema": {"@type": "Dealer", "@schemaLocation": "https://e.org/dealer.json"},
    }


# -- TMF666 -----------------------------------------------------------------------------------------------------------


def account(made: Made) -> Doc:
    """What both versions of every account share."""
    return {
        "name": f"Account {made['n']}",
        "accountType": "postpaid",
        "description": "The family's",
        "state": "Active",
        "accountBalance": [{"balanceType": "receivable", "amount": MONEY, "validFor": PERIOD}],
        "accountRelationship": [
            {"relationshipType": "parent", "account": {"id": "acc-0", "name": "Head"}, "validFor": PERIOD}
        ],
        "creditLimit": MONEY,
    }


def paying_account(made: Made) -> Doc:
    """What party, billing and settlement accounts share."""
    return {
        **account(made),
        "paymentStatus": "paid",
        "defaultPaymentMethod": {"id": "pm-1", "name": "Card"},
        "financialAccount": {"id": made["financial"]["id"], "name": "Receivables"},
        "paymentPlan": [
            {
                "numberOfPayments": 3,
                "paymentFrequency": "monthly",
                "planType": "arrears",
                "priority": 1,
                "status": "Effective",
                "totalAmount": MONEY,
                "validFor": PERIOD,
            }
        ],
    }


def v4_account_more(made: Made) -> Doc:
    contact = {
        "contactName": "Orla",
        "contactType": "billing",
        "partyRoleType": "payer",
        "contactMedium": MEDIA_V4,
        "relatedParty": v4_party(made["person"], "payer"),
        "validFor": PERIOD,
    }
    exemption = {"certificateNumber": "c1", "issuingJurisdiction": "IE", "reason": "charity", "validFor": PERIOD}
    return {
        "contact": [contact],
        "relatedParty": [v4_party(made["customer"], "owner")],
        "taxExemption": [exemption],
    }


def v5_account_more(made: Made) -> Doc:
    kind = "RelatedPartyRefOrPartyRoleRef"
    contact = {
        "contactName": "Orla",
        "contactType": "billing",
        "partyRoleType": "payer",
        "contactMedium": MEDIA_V5,
        "relatedParty": v5_party(made["person"], "payer", kind),
        "validFor": PERIOD,
    }
    owner = {
        "@type": kind,
        "role": "owner",
        "partyOrPartyRole": {**made["customer"], "@type": "PartyRoleRef"},
    }
    return {"contact": [contact], "relatedParty": [owner], "taxExemption": [TAX]}


def v4_structure(made: Made) -> Doc:
    cycle = {**made["cycle"], "name": "Monthly", "isRef": True}
    form = {"id": "pdf", "name": "PDF", "isRef": False, "description": "One file"}
    media = {"id": "mail", "name": "E-mail", "isRef": False, "description": "To the payer"}
    return {"billStructure": {"cycleSpecification": cycle, "format": form, "presentationMedia": [media]}}


def v5_structure(made: Made) -> Doc:
    cycle = {**made["cycle"], "@type": "BillingCycleSpecificationRef"}
    form = {"@type": "BillFormat", "id": "pdf", "name": "PDF", "description": "One file"}
    media = {"@type": "BillPresentationMedia", "name": "E-mail", "description": "To the payer"}
    return {"billStructure": {"cycleSpecification": cycle, "format": form, "presentationMedia": [media]}}


def paying_v4(made: Made) -> Doc:
    return {**paying_account(made), **v4_account_more(made), **v4_structure(made)}


def paying_v5(made: Made) -> Doc:
    return {**paying_account(made), **v5_account_more(made), **v5_structure(made)}


def billing_v5(made: Made) -> Doc:
    return {**paying_v5(made), "ratingType": "postpaid"}


def owned(version: str) -> Sample:
    """The least body of an account that has an owner."""

    def minimal(made: Made) -> Doc:
        party = v4_account_more(made) if version == "v4" else v5_account_more(made)
        return {"name": f"Account {made['n']}", "relatedParty": party["relatedParty"]}

    full = paying_v4 if version == "v4" else paying_v5
    return Sample(minimal=minimal, full=full, patch={"description": "changed"}, needs=party_needs)


def cycle(made: Made) -> Doc:
    """A billing cycle; both versions are alike."""
    return {
        "name": f"Monthly {made['n']}",
        "description": "From the fifth",
        "billingDateShift": 4,
        "billingPeriod": "month",
        "frequency": "monthly",
        "chargeDateOffset": 1,
        "creditDateOffset": 1,
        "mailingDateOffset": 2,
        "paymentDueDateOffset": 14,
        "validFor": PERIOD,
    }


def form(made: Made) -> Doc:
    """A bill format or a presentation medium; both versions are alike."""
    return {"name": f"Form {made['n']}", "description": "Large print"}


PATCH: Doc = {"description": "changed"}
PERSON: Doc = {"givenName": "Aoibh", "familyName": "Lane"}


def _accounting(version: str) -> dict[tuple[str, str, str], Sample]:
    least: Doc = {"name": "Least"}
    financial = (lambda made: {**account(made), **v4_account_more(made)}) if version == "v4" else _financial_v5
    return {
        ("TMF666", version, "partyAccount"): owned(version),
        ("TMF666", version, "settlementAccount"): owned(version),
        ("TMF666", version, "financialAccount"): Sample(least, financial, PATCH, party_needs),
        ("TMF666", version, "billingCycleSpecification"): Sample(least, cycle, PATCH),
        ("TMF666", version, "billFormat"): Sample(least, form, PATCH),
        ("TMF666", version, "billPresentationMedia"): Sample(least, form, PATCH),
    }


def _financial_v5(made: Made) -> Doc:
    return {**account(made), **v5_account_more(made)}


def _least_role(made: Made) -> Doc:
    return {"name": f"Role {made['n']}", "engagedParty": made["person"]}


SAMPLES = {
    ("TMF632", "v4", "individual"): Sample(PERSON, individual_v4, {"fullName": "Aoibh Lane"}, party_needs),
    ("TMF632", "v5", "individual"): Sample(PERSON, individual_v5, {"name": "Aoibh Lane"}, party_needs),
    ("TMF632", "v4", "organization"): Sample({"tradingName": "Q"}, organization_v4, {"name": "R"}, party_needs),
    ("TMF632", "v5", "organization"): Sample({"name": "Q"}, organization_v5, {"tradingName": "R"}, party_needs),
    ("TMF669", "v4", "partyRole"): Sample({"name": "Agent"}, role_v4, {"statusReason": "changed"}, party_needs),
    ("TMF669", "v5", "partyRole"): Sample(_least_role, role_v5, PATCH, party_needs),
    ("TMF669", "v5", "partyRoleSpecification"): Sample({"name": "Agent"}, specification, PATCH, party_needs),
    ("TMF629", "v4", "customer"): Sample(_least_role, role_v4, {"status": "Approved"}, party_needs),
    ("TMF629", "v5", "customer"): Sample(_least_role, role_v5, {"status": "Approved"}, party_needs),
    ("TMF666", "v4", "billingAccount"): owned("v4"),
    ("TMF666", "v5", "billingAccount"): Sample(owned("v5").minimal, billing_v5, PATCH, party_needs),
    **_accounting("v4"),
    **_accounting("v5"),
}
