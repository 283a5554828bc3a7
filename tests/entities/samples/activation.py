"""Samples of TMF640 and TMF702 in version 4, over the inventory's own documents."""

from __future__ import annotations

from collections.abc import Callable

from tandem.kernel.store import EntityTable
from tandem.oss.activation import rules
from tandem.oss.activation.store import RESOURCE_MONITORS, SERVICE_MONITORS
from tests.entities.sample import Sample
from tests.entities.samples.inventory import (
    PATCH,
    RESOURCE_V4,
    V4_PARTY,
    V4_PLACE,
    least,
    needs,
    resource,
    service,
)
from tests.support.tmf_client import TmfClient

V4_ENTITY = {"id": "x1", "role": "tool", "name": "Tool", "@referredType": "Product"}


def monitor_in(table: EntityTable) -> Callable[[TmfClient], str]:
    """Puts a finished monitor into a table, as only an activation does."""

    def stored(client: TmfClient) -> str:
        begun = rules.begun("POST", "/service", "/service/1", {"state": "active"})
        with client.engine.operations.database.uow(tenant=client.caller.tenant, actor="tester", cause="test") as uow:
            return table.add(uow, rules.ended(begun, "Completed", 200, {"recorded": True})).id

    return stored


SAMPLES = {
    ("TMF640", "v4", "service"): Sample(
        minimal=least, full=service(V4_PARTY, V4_PLACE, V4_ENTITY), patch=PATCH, needs=needs
    ),
    ("TMF640", "v4", "monitor"): Sample(stored=monitor_in(SERVICE_MONITORS)),
    ("TMF702", "v4", "resource"): Sample(
        minimal={"name": "Port"},
        full=resource({**RESOURCE_V4, "place": {**V4_PLACE, "href": "https://e.org/pl1"}}),
        patch=PATCH,
        needs=needs,
    ),
    ("TMF702", "v4", "monitor"): Sample(stored=monitor_in(RESOURCE_MONITORS)),
}
