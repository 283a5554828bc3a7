"""What this room puts on the wire: TMF635 Usage and TMF654 Prepay Balance, version 4 (there is no other), and TMF677
Usage Consumption, versions 4 and 5."""

from __future__ import annotations

from functools import partial
from typing import Final

from tandem.bss.charging import commands, model, store
from tandem.bss.charging.commands import balances
from tandem.bss.charging.commands.consumption import keep_query, keep_report
from tandem.bss.charging.model import balance, consumption
from tandem.bss.charging.queries.consumption import consumption_asked
from tandem.bss.charging.rules.consumption_versions import CONSUMPTION_FROM_V4, CONSUMPTION_TO_V4
from tandem.bss.charging.store import balances as kept
from tandem.bss.charging.store import balances_shown as shown
from tandem.bss.charging.store import consumption as asked
from tandem.kernel.json import Doc
from tandem.kernel.store import Stored, Uow
from tandem.kernel.tmf import CHANGES, CHANGES_AND_STATES, Exposure
from tandem.kernel.tmf.exposure import ALL, CREATE, DELETE, GET, LIST, NO_DELETE, READ
from tandem.kernel.tmf.references import BY_REFERRED_TYPE

BASE: Final = "/tmf-api/usageManagement/v4"
BALANCES: Final = "/tmf-api/prepayBalanceManagement/v4"

CONSUMPTION: Final = "/tmf-api/usageConsumption"

_shown = partial(Exposure, api="TMF654", version="v4", base=BALANCES, verbs=READ, events=())
_action = partial(
    Exposure,
    api="TMF654",
    version="v4",
    base=BALANCES,
    server_set=("id", "href", "status", "confirmationDate", "requestedDate"),
    owner="customer_id",
    events=CHANGES_AND_STATES,
)
_REFERENCES: Final = {"partyAccount": "BillingAccount", "product": "Product", "relatedParty": BY_REFERRED_TYPE}

BALANCE_EXPOSURES: Final = (
    _shown(path="bucket", type_name="Bucket", table=shown.BUCKETS, model=balance.Bucket),
    _shown(
        path="accumulatedBalance",
        type_name="AccumulatedBalance",
        table=shown.ACCUMULATED,
        model=balance.AccumulatedBalance,
    ),
    _shown(
        path="balanceActionHistory",
        type_name="BalanceActionHistory",
        table=shown.HISTORY,
        model=balance.BalanceActionHistory,
        owner="customer_id",
    ),
    _action(
        path="topupBalance",
        type_name="TopupBalance",
        table=kept.TOPUPS,
        model=balance.TopupBalance,
        verbs=NO_DELETE,
        mandatory=("amount", "usageType", "bucket", "partyAccount"),
        server_set=("id", "href", "confirmationDate", "requestedDate"),
        references=_REFERENCES,
        create=balances.create_topup,
        patch=balances.patch_topup,
    ),
    _action(
        path="adjustBalance",
        type_name="AdjustBalance",
        table=kept.ADJUSTMENTS,
        model=balance.AdjustBalance,
        verbs=frozenset({LIST, GET, CREATE}),
        mandatory=("amount", "usageType", "bucket", "reason"),
        references=_REFERENCES,
        create=balances.adjust_balance,
    ),
    _action(
        path="transferBalance",
        type_name="TransferBalance",
        table=kept.TRANSFERS,
        model=balance.TransferBalance,
        verbs=frozenset({LIST, GET, CREATE}),
        mandatory=(
            *("reason", "receiverLogicalResource", "channel", "logicalResource", "amount", "usageType", "bucket"),
            *("receiverBucket", "receiverBucketUsageType"),
        ),
        references=_REFERENCES,
        create=balances.transfer_balance,
    ),
    _action(
        path="reserveBalance",
        type_name="ReserveBalance",
        table=kept.RESERVATIONS,
        model=balance.ReserveBalance,
        verbs=ALL,
        mandatory=("usageType", "bucket", "partyAccount", "amount"),
        server_set=("id", "href", "confirmationDate", "requestedDate"),
        references=_REFERENCES,
        create=balances.reserve_balance,
        patch=balances.patch_reservation,
        delete=balances.delete_reservation,
    ),
)


def create_query(uow: Uow, doc: Doc) -> Stored:
    """What each product that is asked for used. Raises: ConsumptionNotFound."""
    return keep_query(uow, doc, consumption_asked(uow, doc, doc.get("searchCriteria") or {}, path="searchCriteria."))


def create_report(uow: Uow, doc: Doc) -> Stored:
    """What all products that are asked for used. Raises: ConsumptionNotFound."""
    return keep_report(uow, doc, consumption_asked(uow, doc, doc))


_question = partial(
    Exposure,
    api="TMF677",
    verbs=frozenset({LIST, GET, CREATE, DELETE}),
    references={"relatedParty.partyOrPartyRole": BY_REFERRED_TYPE},
    owner="customer_id",
    events=("Create", "Delete"),
)
_query = partial(
    _question,
    path="queryUsageConsumption",
    type_name="QueryUsageConsumption",
    table=asked.QUERIES,
    model=consumption.QueryUsageConsumption,
    server_set=("id", "href", "state", "usageConsumption"),
    create=create_query,
)

CONSUMPTION_EXPOSURES: Final = (
    _query(version="v4", base=f"{CONSUMPTION}/v4", to_wire=CONSUMPTION_TO_V4, from_wire=CONSUMPTION_FROM_V4),
    _query(version="v5", base=f"{CONSUMPTION}/v5"),
    _question(
        version="v5",
        base=f"{CONSUMPTION}/v5",
        path="usageConsumptionReport",
        type_name="UsageConsumptionReport",
        table=asked.REPORTS,
        model=consumption.UsageConsumptionReport,
        server_set=("id", "href", "bucket", "creationDate", "lastUpdate"),
        create=create_report,
    ),
)

EXPOSURES: Final = (
    Exposure(
        api="TMF635",
        version="v4",
        base=BASE,
        path="usage",
        type_name="Usage",
        table=store.USAGE,
        model=model.Usage,
        mandatory=("usageType", "usageDate", "usageCharacteristic"),
        server_set=("id", "href", "ratedProductUsage", "usageSource", "suspension", "exclusion"),
        references={"usageSpecification": "UsageSpecification", "relatedParty": BY_REFERRED_TYPE},
        create=commands.record_usage,
        patch=commands.patch_usage,
        delete=commands.delete_usage,
        owner="customer_id",
        events=CHANGES_AND_STATES,
    ),
    Exposure(
        api="TMF635",
        version="v4",
        base=BASE,
        path="usageSpecification",
        type_name="UsageSpecification",
        table=store.SPECIFICATIONS,
        model=model.UsageSpecification,
        mandatory=("name",),
        server_set=("id", "href", "lastUpdate"),
        references={"relatedParty": BY_REFERRED_TYPE},
        create=commands.create_specification,
        patch=commands.patch_specification,
        delete=commands.delete_specification,
        events=CHANGES,
    ),
    *BALANCE_EXPOSURES,
    *CONSUMPTION_EXPOSURES,
)
