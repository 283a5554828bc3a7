"""The printed bill for programs: `GET /documents/bills/{bill id}.pdf`, as `billDocument.url` of TMF678 names it."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from tandem.app.policy import POLICY
from tandem.bss.billing import public as billing
from tandem.bss.billing.terms import BillUnknown
from tandem.kernel.access.policy import Caller
from tandem.kernel.errors import Unauthenticated
from tandem.kernel.store import Database, Uow
from tandem.kernel.web.scope import caller_of

ENTITY = "CustomerBill"


def document_routes(database: Database) -> list[BaseRoute]:
    """The address, for whoever may read the bill itself."""

    async def bill_pdf(request: Request) -> Response:
        caller = caller_of(request.scope)
        if caller is None:
            raise Unauthenticated("Say who you are first: a bearer token is needed.")
        bill_id = str(request.path_params["bill_id"])
        octets = await run_in_threadpool(_pdf_for, database, caller, bill_id, f"request:{request.scope['request_id']}")
        name = f'inline; filename="{bill_id}.pdf"'
        return Response(octets, media_type="application/pdf", headers={"content-disposition": name})

    return [Route("/documents/bills/{bill_id}.pdf", bill_pdf, methods=["GET"])]


def _pdf_for(database: Database, caller: Caller, bill_id: str, cause: str) -> bytes:
    with database.uow(tenant=caller.tenant, actor=caller.actor, cause=cause) as uow:
        return printed_bill(uow, caller, bill_id)


def printed_bill(uow: Uow, caller: Caller, bill_id: str) -> bytes:
    """The PDF. Raises: Forbidden; BillUnknown, also for a bill of somebody else; DocumentNotReady."""
    scope = POLICY.require(caller, ENTITY, "get")
    bill = billing.get_bill(uow, bill_id=bill_id)
    if scope == "own" and bill.customer_id != caller.party_id:
        raise BillUnknown(f"there is no bill {bill_id}", id=bill_id)
    return billing.bill_pdf(uow, bill_id)
