"""The policy table's arithmetic: wildcards, the widest scope, what one person may not do alone."""

from __future__ import annotations

import pytest

from tandem.kernel.access.policy import (
    Apart,
    Caller,
    Policy,
    PolicyUnsound,
    RolesApart,
    RolesConflict,
    RoleUnknown,
    Row,
    SameHands,
    grant,
)
from tandem.kernel.errors import Forbidden, Unauthenticated

POLICY = Policy(
    (
        *grant("customer", "Bill", "list get", "own"),
        *grant("clerk", "Bill", "list get billing.bill.*"),
        *grant("admin", "*", "get"),
        *grant("system", "*", "*"),
    ),
    roles=("customer", "clerk", "admin", "system"),
    apart=(Apart("Bill", "billing.bill.draft", "billing.bill.approve", "Two people."),),
    roles_apart=(RolesApart("clerk", "admin", "Not both."),),
)


def caller(*roles: str, party: str | None = None) -> Caller:
    return Caller("corrib", "user:1", frozenset(roles), party)


@pytest.mark.parametrize(
    ("who", "entity", "verb", "scope"),
    [
        (caller("customer", party="p"), "Bill", "get", "own"),
        (caller("customer"), "Bill", "get", None),
        (caller("customer", "clerk", party="p"), "Bill", "get", "all"),
        (caller("customer", party="p"), "Bill", "billing.bill.issue", None),
        (caller("clerk"), "Bill", "billing.bill.issue", "all"),
        (caller("clerk"), "Bill", "billing.run.start", None),
        (caller("clerk"), "Order", "get", None),
        (caller("admin"), "Order", "get", "all"),
        (caller("admin"), "Order", "patch", None),
        (caller("system"), "Anything", "a.b.c", "all"),
        (caller(), "Bill", "get", None),
        (caller("nobody"), "Bill", "get", None),
    ],
)
def test_the_widest_matching_row_decides(who: Caller, entity: str, verb: str, scope: str | None) -> None:
    assert POLICY.scope(who, entity, verb) == scope
    assert POLICY.scope(who, entity, verb) == scope, "the remembered decision is the same"


def test_require_tells_the_stranger_from_the_unauthorised() -> None:
    assert POLICY.require(caller("clerk"), "Bill", "get") == "all"
    with pytest.raises(Unauthenticated):
        POLICY.require(caller(), "Bill", "get")
    with pytest.raises(Forbidden, match=r"None of your roles \(clerk\) may patch Bill"):
        POLICY.require(caller("clerk"), "Bill", "patch")


def test_the_same_person_does_not_approve_what_she_drafted() -> None:
    POLICY.require_other_hands(caller("clerk"), "Bill", "billing.bill.approve", {"billing.bill.draft": "user:2"})
    with pytest.raises(SameHands, match="Two people"):
        POLICY.require_other_hands(caller("clerk"), "Bill", "billing.bill.approve", {"billing.bill.draft": "user:1"})
    with pytest.raises(SameHands):
        POLICY.require_other_hands(caller("clerk"), "Bill", "billing.bill.draft", {"billing.bill.approve": "user:1"})


def test_roles_that_stand_apart_are_not_held_together() -> None:
    assert POLICY.require_roles_together(["clerk", "customer"]) == {"clerk", "customer"}
    with pytest.raises(RolesConflict, match="Not both"):
        POLICY.require_roles_together(["admin", "clerk"])
    with pytest.raises(RoleUnknown):
        POLICY.require_roles_together(["emperor"])


def test_an_unsound_table_does_not_start() -> None:
    with pytest.raises(PolicyUnsound, match="does not exist"):
        Policy([Row("ghost", "Bill", "get", "all")], roles=["clerk"])
    with pytest.raises(PolicyUnsound, match="two scopes"):
        Policy([Row("clerk", "Bill", "get", "all"), Row("clerk", "Bill", "get", "own")], roles=["clerk"])
