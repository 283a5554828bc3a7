"""What a usage document says of its own fate: where it came from, what it was charged, why it waits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from tandem.bss.charging import lifecycle
from tandem.bss.charging.rules.reading import CUSTOMER, customer_of
from tandem.bss.charging.rules.tax import with_tax, without_tax
from tandem.bss.charging.terms import RatedEvent, Suspension
from tandem.bss.subscriptions.terms import Subscription
from tandem.kernel.json import Doc, values_at
from tandem.kernel.period import Instant, text_of

FACTS: Final = ("usageType", "usageDate", "usageCharacteristic", "relatedParty")
"""What a charge follows from: fixed once there is one."""


def source_doc(kind: str, name: str, line: int | None = None) -> Doc:
    """Where a record came from."""
    source: Doc = {"@type": "UsageSource", "kind": kind, "name": name}
    return source if line is None else {**source, "line": line}


def source_text(doc: Doc) -> str:
    """Where a record came from, in words."""
    source = doc.get("usageSource") or {}
    line = f", line {source['line']}" if "line" in source else ""
    return f"{source.get('kind', 'unknown')} {source.get('name', '')}{line}".strip()


def source_of_row(row: Mapping[str, Any]) -> str:
    """Where a record came from, in words, as its row has it."""
    if row["line"] is None:
        return f"request {row['source']}".strip()
    return f"file {row['source']}, line {row['line']}"


def moved(doc: Doc, status: str) -> Doc:
    """The document in another status. Raises: IllegalTransition."""
    lifecycle.USAGE.require(str(doc["status"]), status, path="status")
    return {**doc, "status": status}


def as_suspended(doc: Doc, suspension: Suspension, moment: Instant) -> Doc:
    """The document of a record that waits, with the reason."""
    since = (doc.get("suspension") or {}).get("since") or text_of(moment)
    told = {"@type": "Suspended", "code": suspension.code, "reason": suspension.reason, "since": since}
    return {**moved(doc, lifecycle.REJECTED), "suspension": told}


def as_rated(doc: Doc, events: Sequence[RatedEvent], tags: Sequence[str], product: Subscription) -> Doc:
    """The document of a record that was charged, with its charges and the customer whose use it was."""
    status = lifecycle.RERATED if doc["status"] in lifecycle.CHARGED else lifecycle.RATED
    charged = {name: value for name, value in moved(doc, status).items() if name != "suspension"}
    charged["ratedProductUsage"] = [_charge(event, tag, product) for event, tag in zip(events, tags, strict=True)]
    if product.customer_id and customer_of(doc) is None:
        charged["relatedParty"] = _with_customer(doc.get("relatedParty") or [], product.customer_id)
    return charged


def _with_customer(parties: list[Doc], customer_id: str) -> list[Doc]:
    customer = {"@type": "RelatedParty", "role": CUSTOMER, "id": customer_id, "@referredType": "Customer"}
    return [*parties, customer]


def _charge(event: RatedEvent, tag: str, product: Subscription) -> Doc:
    used: Doc = {"@type": "ProductRef", "@referredType": "Product", "id": event.product_id}
    return {
        "@type": "RatedProductUsage",
        "ratedEventId": event.id,
        "isBilled": event.bill_id is not None,
        "isTaxExempt": event.tax_rate_bp == 0,
        "offerTariffType": event.term_name,
        "ratingAmountType": "Total",
        "ratingDate": text_of(event.rated_at),
        "taxRate": Decimal(event.tax_rate_bp) / 100,
        "usageRatingTag": tag,
        "taxIncludedRatingAmount": with_tax(event).to_doc(),
        "taxExcludedRatingAmount": without_tax(event).to_doc(),
        "productRef": {**used, "name": product.name} if product.name else used,
    }


def as_reversed(doc: Doc) -> Doc:
    """The document of a record whose charges were taken back: it is rated again, and costs nothing meanwhile."""
    return {**moved(doc, lifecycle.RERATED), "ratedProductUsage": []}


def as_billed(doc: Doc) -> Doc:
    """The document of a record whose charges all stand on a bill."""
    charges = [{**charge, "isBilled": True} for charge in doc.get("ratedProductUsage") or ()]
    return {**moved(doc, lifecycle.BILLED), "ratedProductUsage": charges}


def as_excluded(doc: Doc, because: str, moment: Instant) -> Doc:
    """The document of a record that was put aside; it stays rejected, and waits for nobody."""
    kept = {name: value for name, value in doc.items() if name != "suspension"}
    return {**kept, "exclusion": {"@type": "Excluded", "because": because, "at": text_of(moment)}}


def is_suspended(doc: Doc) -> bool:
    """Whether a record waits for a person."""
    return "suspension" in doc


def product_of(doc: Doc) -> str | None:
    """The product that was charged."""
    found: Any = next(values_at(doc, "ratedProductUsage.productRef.id"), None)
    return None if found is None else str(found)
