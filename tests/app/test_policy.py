"""Tandem's policy table: what must never be granted, and that every entity that is served is in it."""

from __future__ import annotations

import pytest

from tandem.app import wiring
from tandem.app.policy import MOUNTS, POLICY, ROLES, ROWS
from tandem.kernel.access.policy import ANY, STANDARD_VERBS, Caller

WRITES = ("create", "patch", "delete")


def caller(role: str) -> Caller:
    return Caller("corrib", f"user:{role}", frozenset({role}), "party")


def granted(role: str) -> set[tuple[str, str, str]]:
    return {(row.entity, row.verb, row.scope) for row in ROWS if row.role == role}


def test_a_customer_sees_all_only_of_what_is_for_sale() -> None:
    public = {entity for entity, _, scope in granted("customer") if scope == "all"}
    assert public == {
        "Catalog",
        "Category",
        "ProductCatalog",
        "ProductOffering",
        "ProductOfferingPrice",
        "ProductSpecification",
    }


def test_an_executive_changes_nothing() -> None:
    assert {verb for _, verb, _ in granted("executive")} == {"list", "get"}


def test_money_steps_are_finances_alone() -> None:
    verbs = ("billing.run.approve", "billing.bill.issue", "receivables.refund.approve")
    for verb in verbs:
        holders = {role for role in ROLES for e in ("CustomerBill", "Refund") if POLICY.scope(caller(role), e, verb)}
        assert holders == {"finance", "system"}


@pytest.mark.parametrize("role", ["planner", "noc"])
def test_network_staff_change_nothing_of_a_customer(role: str) -> None:
    for entity in ("Individual", "Customer", "ProductOrder", "CustomerBill", "Payment", "BillingAccount"):
        assert not any(POLICY.scope(caller(role), entity, verb) for verb in WRITES)


def test_only_the_system_may_do_everything() -> None:
    assert {row.role for row in ROWS if (row.entity, row.verb) == (ANY, ANY)} == {"system"}
    assert {row.role for row in ROWS if row.entity == ANY} == {"system", "admin"}


def test_every_person_has_one_mount_and_the_system_none() -> None:
    entering = [role for mount in MOUNTS for role in mount.roles]
    assert sorted(entering) == sorted(set(ROLES) - {"system"})


def test_every_entity_that_is_served_is_in_the_table() -> None:
    served = {exposure.policy_entity for exposure in wiring.exposures_of("both")}
    named = {row.entity for row in ROWS if row.verb in STANDARD_VERBS}
    assert served <= named
