"""Whatever the demonstration operator holds, seeded or made by its own work, is answered in the published shape."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tandem.app.wiring import exposures_of, references_of
from tandem.bss.ordering import public as ordering
from tandem.kernel.access.policy import Caller, Policy, grant
from tandem.kernel.tmf.engine import TmfEngine
from tandem.kernel.tmf.exposure import LIST, AnyExposure
from tests.support.operator import TENANT, Operator, operator
from tests.support.shared import needs_shared
from tests.support.tmf_client import TmfClient
from tests.support.tmf_schema import published

POLICY = Policy(grant("admin", "*", "*"), roles=("admin",))
LISTED = sorted(
    (exposure for exposure in exposures_of("both") if LIST in exposure.verbs),
    key=lambda exposure: (exposure.api, exposure.version, exposure.path),
)
MADE_BY_WORK = {"ProductOrder", "CancelProductOrder", "ServiceOrder", "ResourceOrder", "Product", "Service", "Resource"}


@pytest.fixture(scope="module")
def client(admin_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TmfClient]:
    with operator(admin_url, tmp_path_factory.mktemp("operator")) as story:
        work(story)
        engine = TmfEngine(
            exposures_of("both"), database=story.database, policy=POLICY, references=references_of("both")
        )
        yield TmfClient(engine, Caller(TENANT, "tester", frozenset({"admin"})))
        engine.close()


def work(story: Operator) -> None:
    """An order that is delivered, one that is held, one that waits, and one that is called off meanwhile."""
    story.settle_order(story.order().id, "completed")
    story.fault("refuse,1,msisdn")
    story.settle_order(story.order().id, "held")
    story.hlr.kill()
    waiting, doomed = story.order(customer="cust-1002").id, story.order(customer="cust-1003").id
    story.settle(lambda: all(story.order_of(one).problem is not None for one in (waiting, doomed)))
    with story.uow() as uow:
        ordering.cancel_order(uow, order_id=doomed, reason="changed her mind")
    story.settle_order(doomed, "cancelled")


@needs_shared
@pytest.mark.parametrize("exposure", LISTED, ids=lambda exposure: f"{exposure.api}-{exposure.version}-{exposure.path}")
def test_every_list_is_valid(client: TmfClient, exposure: AnyExposure) -> None:
    schema = published(exposure.api, exposure.version)
    answer = client.get(f"{exposure.url}?limit=1000")
    assert answer.status_code in (200, 206), answer.text
    found = answer.json()
    assert found or exposure.type_name not in MADE_BY_WORK
    faults = {fault for each in found for fault in schema.errors(exposure.type_name, each)}
    assert faults == set(), f"{len(found)} {exposure.type_name}"
