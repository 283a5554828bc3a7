"""The printed bill for programs: who may read the bill may read its paper, and nobody learns of another's."""

from __future__ import annotations

import pytest

from tandem.app.bill_documents import document_routes, printed_bill
from tandem.bss.billing.commands import sending
from tandem.bss.billing.terms import BillUnknown
from tandem.kernel.access.policy import Caller
from tandem.kernel.errors import Forbidden
from tandem.kernel.store import Database, Stored, Uow
from tests.bss.billing.test_sending import bill, now

__all__ = ["bill"]


def caller(uow: Uow, role: str, party_id: str | None = None) -> Caller:
    return Caller(uow.tenant, f"test:{role}", frozenset({role}), party_id)


def test_the_bill_names_where_its_paper_is(uow: Uow, bill: Stored, database: Database) -> None:
    sending.make_document(uow, {"bill": bill.id})
    url = now(uow, bill).doc["billDocument"][0]["url"]
    (route,) = document_routes(database)
    assert url == route.path.replace("{bill_id}", bill.id)  # type: ignore[attr-defined]


def test_only_who_may_read_the_bill_may_read_its_paper(uow: Uow, bill: Stored) -> None:
    sending.make_document(uow, {"bill": bill.id})
    hers = bill.doc["relatedParty"][0]["partyOrPartyRole"]["id"]
    for reader in (caller(uow, "agent"), caller(uow, "customer", hers)):
        assert printed_bill(uow, reader, bill.id).startswith(b"%PDF")
    with pytest.raises(BillUnknown):
        printed_bill(uow, caller(uow, "customer", "somebody-else"), bill.id)
    with pytest.raises(Forbidden):
        printed_bill(uow, caller(uow, "noc"), bill.id)
